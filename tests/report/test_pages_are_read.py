"""Every page of a report as it is looked at: no text over another, none pale, nothing cut off."""

import pytest

from tests.reading import reading, sheets

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "telephone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "at 200%": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "forced colours": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"},
}
CUT = """() => [...document.querySelectorAll("main .scroll")].filter((box) => {
  const shadow = getComputedStyle(box).backgroundImage.includes("gradient");
  const caption = box.querySelector("caption")?.getBoundingClientRect();
  return (box.scrollWidth > box.clientWidth && !shadow) || caption?.width > innerWidth;
}).map((box) => box.outerHTML.slice(0, 80))"""
"""Tables that go on beyond the edge without a sign of it, or whose caption does."""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


@pytest.fixture(params=SCREENS)
def look(request, chromium, sampled_pages):
    """Open a page of the report on a screen; give it and a check of how it reads in a state."""
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(offline=True, reduced_motion="reduce", **SCREENS[request.param])
    page = context.new_page()

    def check(state, axe=False):
        seen = reading(page)
        assert seen["texts"], state
        assert (state, seen["overlapping"]) == (state, [])
        if request.param != "forced colours":  # there the reader's own colours are seen
            assert (state, seen["pale"]) == (state, [])
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (state, max(0, too_wide)) == (state, 0)
        assert (state, page.evaluate(CUT)) == (state, [])
        found = Axe().run(page, options=RULES).response["violations"] if axe else []
        of = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]
        assert (state, of) == (state, [])

    def opened(name):
        page.goto((sampled_pages.out / f"{name}.html").as_uri())
        if name == "map":
            page.wait_for_selector(".geo[data-ready=all]")
        return page, check

    yield opened
    context.close()


def test_the_map_reads_well_in_every_state(look):
    page, check = look("map")
    check("as it opens")
    names = page.locator(".name:not(.ward)")
    hidden = names.evaluate_all(
        "all => all.filter(e => getComputedStyle(e).visibility !== 'visible')"
        ".map(e => e.textContent)"
    )
    assert (names.count(), hidden) == (8, [])  # every group is named, on a telephone too
    page.click("#geo-rows button >> nth=0")
    check("with a card", axe=True)
    page.keyboard.press("Escape")
    page.fill("#geo-search", "sand")
    check("with what the search found", axe=True)
    page.fill("#geo-search", "CW1 3AB")
    check("with nothing found")
    page.keyboard.press("Escape")
    for section in ("Most deprived", "Compare", "Layers", "Save"):
        page.locator("summary", has_text=section).click()
    page.select_option("#geo-heat", index=page.locator("#geo-heat option").count() - 1)
    check("with circles")
    page.select_option("#geo-heat", index=0)
    page.select_option("#geo-where", label="Harnwick North")
    page.select_option("#geo-with", label="Children in need")
    check("with two maps of a group", axe=True)
    page.check("#geo-how input[value='1']")
    check("with one map of both")
    page.select_option("#geo-with", index=0)
    page.select_option("#geo-show", label="Children in need")
    page.select_option("#geo-where", index=page.locator("#geo-where option").count() - 1)
    check("with an indicator in a ward")


@pytest.mark.parametrize("name", ["tartan-rug", "tartan-rug-wards"])
def test_the_rug_reads_well_with_a_cell_told(look, name):
    page, check = look(name)
    check("as it opens")
    page.locator("tbody td:not(.sum, .nil)").nth(20).click()
    check("with a cell told", axe=name == "tartan-rug")
    page.keyboard.press("Escape")
    page.select_option("#where", index=page.locator("#where option").count() - 1)
    page.select_option("#beside", index=1)
    check("with two areas side by side", axe=name == "tartan-rug")


@pytest.mark.parametrize(
    "name", ["index", "protection", "statements", "targeting", "collaboratives/sandmere-east"]
)
def test_the_pages_beside_read_well(look, name):
    page, check = look(name)
    check("as it opens", axe=True)
    wards = page.locator(".wards li").evaluate_all("all => all.map(one => one.offsetWidth)")
    assert min(wards, default=999) > 240  # a name and a number fit a line


def test_the_start_page_prints_on_four_sheets(sampled_pages, chromium):
    assert sheets(sampled_pages.out / "index.html", chromium) <= 4
