"""Only a page's own scripts run in it: every page of a report, in Chromium."""

import re

import folium
import pytest

from geo.views.web.map import web_map
from tests.views.web.test_map import grid

pytestmark = pytest.mark.browser

PAGES = [
    *("index.html", "map.html", "tartan-rug.html", "tartan-rug-wards.html", "protection.html"),
    *("targeting.html", "statements.html"),
]
INJECTED = {
    "a script": "<script>window.ran = 1</script>",
    "a handler of an image": '<img src="data:," onerror="window.ran = 1">',
    "a handler of a drawing": '<svg onload="window.ran = 1"></svg>',
    "a link": '<a class="evil" href="javascript:void(window.ran = 1)">link</a>',
    "a button": '<button class="evil" onclick="window.ran = 1">button</button>',
}
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => {
  violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
}, true);
"""


@pytest.fixture
def opened(chromium):
    contexts = []

    def open_at(path):
        context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 800})
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(path.as_uri())
        if path.name == "map.html":
            page.wait_for_selector(".geo[data-ready]")
        return page

    yield open_at
    for context in contexts:
        context.close()


def test_every_page_of_a_report_names_its_scripts_by_hash(sampled_pages):
    pages = list(sampled_pages.out.rglob("*.html"))
    assert {page.name for page in pages} >= set(PAGES)
    for path in pages:
        text = path.read_text("utf-8")
        head = text[: re.search("<(script|style|link|title)", text).start()]
        (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]+)"', head)
        allowed = re.search("script-src ([^;]+);", policy)[1].split()
        assert all(re.fullmatch(r"'none'|'sha256-[\w+/]{43}='", one) for one in allowed)
        assert not re.search(r"<[^>]+\son\w+=|javascript:", text.split("<script>")[0])


@pytest.mark.parametrize(
    "name",
    [
        "map.html",
        *(pytest.param(one, marks=pytest.mark.slow) for one in PAGES if one != "map.html"),
    ],
)
def test_page_runs_its_own_scripts_and_none_that_was_put_in(opened, sampled_pages, tmp_path, name):
    page = opened(sampled_pages.out / name)
    assert page.evaluate("violations") == []
    text = (sampled_pages.out / name).read_text("utf-8")
    path = tmp_path / name
    start = re.search("<body[^>]*>", text).end()
    path.write_text(text[:start] + "".join(INJECTED.values()) + text[start:], "utf-8")
    page = opened(path)
    page.eval_on_selector_all(".evil", "all => all.forEach(one => one.click())")
    page.wait_for_function(f"violations.length == {len(INJECTED)}")
    assert page.evaluate("window.ran") is None
    assert all(one.startswith("script-src") for one in page.evaluate("violations"))


def test_page_runs_no_handler_that_was_put_in_later(opened, sampled_pages):
    page = opened(sampled_pages.out / "tartan-rug.html")
    for name, injected in INJECTED.items():
        page.evaluate("html => document.body.insertAdjacentHTML('afterbegin', html)", injected)
        page.eval_on_selector_all(".evil", "all => all.forEach(one => one.click())")
        page.wait_for_timeout(50)
        assert page.evaluate("window.ran") is None, name


def test_map_shows_a_folium_popup_but_runs_nothing_in_it(opened, tmp_path):
    made = web_map(grid(), title="A title", levels=["collaborative"])
    hostile = "".join(INJECTED.values())
    folium.Marker((53.06, -2.42), popup=f"Family hub {hostile}").add_to(made)
    made.get_root().html.add_child(folium.Element("<script>window.ran = 1</script>"))
    made.save(str(tmp_path / "map.html"))
    page = opened(tmp_path / "map.html")
    page.locator(".leaflet-marker-icon").click()
    assert "Family hub" in page.inner_text(".leaflet-popup")
    page.eval_on_selector_all(".evil", "all => all.forEach(one => one.click())")
    page.wait_for_timeout(50)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("violations")
