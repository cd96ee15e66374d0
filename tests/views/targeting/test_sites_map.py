"""Sites on the page of targeting: moved in the page, they come to what Python reckons of them."""

import re

import numpy as np
import pandas as pd
import pytest

from geo.report.targeting.priorities import Priorities
from geo.report.targeting.sites import Venues, people_at
from geo.report.targeting.sites_page import sites_rows, sites_sentences
from geo.report.targeting.target import Asked, targeting_of
from geo.targeting.sites import place_sites
from tests.views.web.test_page import violations

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
WITHIN = 2500.0
READ = """() => ({
  sentences: [...document.querySelectorAll("#sites-said li")].map((one) => one.textContent),
  rows: [...document.getElementById("sites-groups").rows].map((row) =>
    [...row.cells].map((cell) => cell.textContent)),
  hubs: [...document.querySelectorAll("#hubs li")].map((one) => one.textContent),
  places: [...document.querySelectorAll(".hub")].map((one) => one.getAttribute("transform")),
})"""
TIMED = """() => {
  const hub = document.querySelector(".hub");
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    hub.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
    return performance.now() - start;
  });
  return Math.max(...times);
}"""


@pytest.fixture(scope="module")
def venues(sample_evidence):
    point = sample_evidence.areas.geometry.representative_point()
    at = [3, 40, 90, 130, 170, 220]
    return pd.DataFrame(
        {"site": list("ABCDEF"), "easting": point.x.iloc[at], "northing": point.y.iloc[at]}
    ).assign(today=["yes", "yes", "", "", "", ""])


@pytest.fixture
def made(sample_evidence, venues, tmp_path):
    venues.to_csv(tmp_path / "venues.csv", index=False)
    asked = Venues(tmp_path / "venues.csv", 2, WITHIN)
    return targeting_of(sample_evidence, Asked(venues=asked))


def _opened(open_page, made, **options):
    return open_page(lambda path: path.write_text(made.page, "utf-8"), **options)


def _reckoned(evidence, venues, sites, within=WITHIN):
    """What ``place_sites`` says of sites that all stay, beside today's."""
    areas = people_at(evidence, Priorities.of(evidence))
    now, today = (
        place_sites(areas, one, k=len(one), need="need").areas["distance"]
        for one in (sites, venues.loc[venues["today"].eq("yes"), ["site", "easting", "northing"]])
    )
    table = areas.assign(distance=now, distance_today=today, group=areas["collaborative"])
    return sites_sentences(table, within, "children"), sites_rows(table, within)


def _sites(read, made):
    """The sites as the page says where they are."""
    sites = made.tables["sites"][["site", "easting", "northing"]].copy().reset_index(drop=True)
    for at, words in enumerate(read["hubs"]):
        if found := re.search(r"easting (\d+), northing (\d+)$", words):
            sites.loc[at, ["easting", "northing"]] = [float(one) for one in found.groups()]
    return sites


@pytest.mark.slow
def test_totals_follow_a_site_that_is_moved_as_python_reckons_them(
    open_page, sample_evidence, venues, made
):
    page = _opened(open_page, made, viewport=WIDE)
    opened = page.evaluate(READ)
    chosen = made.tables["sites"]
    assert opened["hubs"] == chosen["site"].tolist()
    said, rows = _reckoned(sample_evidence, venues, _sites(opened, made))
    assert (opened["sentences"], opened["rows"]) == (said, rows)
    near = float(rows[-1][2].replace(",", ""))
    assert made.tables["catchments"]["reached"].sum() == near

    first = page.locator(".hub").first
    first.focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        first.press(key)
    read = page.evaluate(READ)
    sites = _sites(read, made)
    assert np.allclose(sites["easting"] - chosen["easting"].to_numpy(), [100, 0], atol=0.5)
    assert np.allclose(sites["northing"] - chosen["northing"].to_numpy(), [-900, 0], atol=1)
    said, rows = _reckoned(sample_evidence, venues, sites)
    assert (read["sentences"], read["rows"]) == (said, rows)
    assert page.text_content("#status") == said[0]
    assert "moved 905 metres" in first.get_attribute("aria-label")

    second = page.locator(".hub").nth(1)
    box = second.locator(".reach").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 30, steps=4)
    page.mouse.up()
    page.mouse.move(x, y)
    dragged = page.evaluate(READ)
    sites = _sites(dragged, made)
    assert dragged["places"][1] != opened["places"][1]
    said, rows = _reckoned(sample_evidence, venues, sites)
    assert (dragged["sentences"], dragged["rows"]) == (said, rows)
    assert rows != _reckoned(sample_evidence, venues, chosen[["site", "easting", "northing"]])[1]

    page.fill("#within", "900")
    said, rows = _reckoned(sample_evidence, venues, sites, 900.0)
    assert page.evaluate(READ)["rows"] == rows
    print(f"one recomputation: {page.evaluate(TIMED):.1f} ms at the most")  # noqa: T201
    page.get_by_role("button", name="Back to the best sites").click()
    assert page.evaluate(READ) == opened
    assert page.input_value("#within") == "2500"


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_map_of_sites_is_accessible_and_fits(open_page, made, size):
    page = _opened(open_page, made, viewport=size)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    hubs = page.eval_on_selector_all(
        ".hub", "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(hubs) >= 24


def test_page_without_venues_has_no_map(sample_evidence):
    assert 'id="sites-map"' not in targeting_of(sample_evidence).page


def test_sites_with_capacities_serve_not_the_nearest_so_have_no_map(
    sample_evidence, venues, tmp_path
):
    venues.assign(capacity=10**6).to_csv(tmp_path / "venues.csv", index=False)
    asked = Venues(tmp_path / "venues.csv", 2)
    made = targeting_of(sample_evidence, Asked(venues=asked))
    assert 'id="sites-map"' not in made.page
    assert len(made.tables["sites"]) == 2
