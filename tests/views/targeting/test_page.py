"""The page of targeting: its scripts reckon what Python does, and everybody can use it."""

import pytest

from geo.report.targeting.page import decision, first_setting, page_of
from geo.report.targeting.priorities import Priorities
from geo.views.targeting.page import targeting_page
from tests.views.web.test_page import violations

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
READ = """() => ({
  title: document.getElementById("title").textContent,
  sentences: [...document.querySelectorAll("#said li")].map((one) => one.textContent),
  tables: ["groups", "areas", "allocation"].map((id) =>
    [...document.getElementById(id).rows].map((row) => [...row.cells].map((c) => c.textContent))),
  curve: document.getElementById("line").getAttribute("d"),
})"""
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SET = """([name, value]) => {
  const field = document.querySelector(`[data-set="${name}"]:not([type="range"])`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def of_outcome(sample_evidence):
    """An outcome of which some counts are hidden, and whom to reach."""
    found = Priorities.of(sample_evidence, "children_in_need", "persistent_absence")
    return found, first_setting(found, found.usual_top())


def _opened(open_page, evidence, found, setting, **options):
    text = targeting_page(page_of(evidence, found, setting, "28 November 2026"))
    return open_page(lambda path: path.write_text(text, "utf-8"), **options)


def _put(page, setting):
    for name in ("top", "people", "share", "budget", "floor", "cap"):
        value = setting[name]
        page.evaluate(SET, [name, "" if value is None else str(value)])
    for at, weight in enumerate(setting["weights"]):
        page.evaluate(SET, [f"weights {at}", str(weight)])
    page.evaluate(DRAWN)


def _said(found, setting):
    said = decision(found, setting)
    tables = [[list(row) for row in rows] for rows in (said.groups, said.areas, said.allocation)]
    return said, tables


@pytest.mark.slow
def test_scripts_reckon_what_python_does_in_every_setting(open_page, sample_evidence, of_outcome):
    found, first = of_outcome
    size = len(found.measures)

    def weights(**given):
        return [given.get(name, 0) for name in found.measures]

    settings = [
        {"top": 1, "weights": weights(idaci_rank=7), "people": 1},
        {"top": 60, "weights": weights(imd_rank=50, idaci_rank=25, crime_rank=3), "people": 2,
         "share": 9, "budget": 12345.0, "floor": 1000, "cap": 1700},
        {"top": 24, "weights": weights(children_in_need=60, imd_rank=40), "people": 4,
         "cap": 20000},
        {"top": 25, "weights": [1] * size, "people": 5, "share": 3,
         "budget": 99_000.0, "floor": 9000},
        {"top": 240, "weights": weights(children_in_need=1), "people": 0},
    ]  # fmt: skip
    page = _opened(open_page, sample_evidence, found, first, viewport=WIDE)
    opened = page.evaluate(READ)
    for change in settings:
        setting = first | change
        _put(page, setting)
        said, tables = _said(found, setting)
        read = page.evaluate(READ)
        assert read["title"] == said.title
        assert read["sentences"] == list(said.sentences)
        assert read["tables"] == tables
    page.click("#again")
    page.wait_for_function("title => document.getElementById('title').textContent === title",
                           arg=opened["title"])  # fmt: skip
    assert page.evaluate(READ) == opened
    assert opened["tables"] == _said(found, first)[1]


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW, {"width": 640, "height": 450}])
def test_page_is_accessible_and_fits(open_page, sample_evidence, of_outcome, size):
    page = _opened(open_page, sample_evidence, *of_outcome, viewport=size)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    sizes = page.eval_on_selector_all(
        "input, select, button", "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 24


def test_page_tells_what_cannot_be_and_keeps_what_was(open_page, sample_evidence, of_outcome):
    found, setting = of_outcome
    page = _opened(open_page, sample_evidence, found, setting, viewport=WIDE)
    before = page.evaluate(READ)

    def told(name, value):
        page.evaluate(SET, [name, value])
        page.evaluate(DRAWN)
        assert page.evaluate(READ) == before
        return page.text_content("#status")

    assert "floors add up to more than the budget" in told("floor", "99999")
    page.evaluate(SET, ["floor", "0"])
    assert "caps add up to less than the budget" in told("cap", "10")
    assert "floor is above the cap" in told("floor", "11")
    page.evaluate(SET, ["floor", "0"])
    page.evaluate(SET, ["cap", ""])
    page.evaluate(DRAWN)  # else its picture comes after the next message
    assert "LSOAs that can be served" in told("top", "0")
    assert "Every need weighs 0" in told("weights 0", "0")


def test_slider_and_field_hold_the_number_that_python_reckons_with(
    open_page, sample_evidence, of_outcome
):
    found, setting = of_outcome
    page = _opened(open_page, sample_evidence, found, setting, viewport=WIDE)
    slider = page.locator('[data-set="top"][type="range"]')
    slider.focus()
    slider.press("ArrowRight")
    assert page.input_value("#top") == slider.input_value() == "44"
    page.evaluate(DRAWN)
    said, tables = _said(found, setting | {"top": 44})
    read = page.evaluate(READ)
    assert (read["title"], read["tables"]) == (said.title, tables)
    assert read["sentences"] == list(said.sentences)
    assert page.text_content("#status") == page.text_content("#title") + "."


def test_page_stands_without_scripts(open_page, sample_evidence, of_outcome):
    found, setting = of_outcome
    page = _opened(open_page, sample_evidence, found, setting, java_script_enabled=False)
    assert page.text_content("#title") == decision(found, setting).title
    assert not page.is_visible("form")
