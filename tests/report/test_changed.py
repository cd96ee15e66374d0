"""What changed since an earlier release, as the start page tells it."""

import re

import pandas as pd
import pytest

from geo.report.changed import story_of
from geo.statistics.moves import decile_moves
from geo.views.site.index import index_page
from tests.views.site.test_index import _page

CODES = [f"E0100000{k}" for k in range(8)]
NAMES = ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hazel"]
YEARS = "2019", "2025"


def story(before, after):
    now = pd.DataFrame({"lsoa21cd": CODES, "imd_decile": after, "local_name": NAMES,
                        "group": ["East"] * 4 + ["West"] * 4})  # fmt: skip
    then = pd.DataFrame({"lsoa21cd": CODES, "imd_decile": before})
    return story_of(decile_moves(now, then), now, "group", YEARS)


def test_story_names_the_movers_and_counts_them_by_group():
    told = story([4, 9, 3, 1, 5, 5, 5, None], [2, 8, 4, 1, 5, 6, 10, 3])
    assert told.finding == (
        "2 of 7 LSOAs are in a more deprived decile in 2025 than in 2019, 3 in a less deprived one"
    )
    assert told.sentences == (
        "1 LSOA is newly in the most deprived 30% in England: Alder.",
        "1 LSOA is no longer in the most deprived 30% in England: Cedar.",
        "1 of 8 LSOAs is not compared: the boundary changed, or a release has no decile.",
    )
    assert told.movers == (
        ("more deprived", (("Alder, East", "decile 4 → 2"), ("Birch, East", "decile 9 → 8")), 2),
        (
            "less deprived",
            (
                ("Gorse, West", "decile 5 → 10"),
                ("Cedar, East", "decile 3 → 4"),
                ("Fir, West", "decile 5 → 6"),
            ),
            3,
        ),
    )
    assert told.table.to_dict("records") == [
        {"area": "East", "compared": 4, "more": 2, "less": 1, "before": 2, "after": 2},
        {"area": "West", "compared": 3, "more": 0, "less": 2, "before": 0, "after": 0},
    ]


def test_story_of_many_names_the_five_that_moved_furthest_and_of_none_is_none():
    told = story([10] * 8, [1, 2, 3, 4, 5, 6, 7, 8])
    assert told.sentences[0] == "3 LSOAs are newly in the most deprived 30% in England: " \
        "Alder, Birch and Cedar."  # fmt: skip
    (_, named, number), (_, others, none) = told.movers
    assert [name.split(",")[0] for name, _ in named] == NAMES[:5]
    assert (number, others, none) == (8, (), 0)
    assert story([10] * 8, [1] * 8).sentences[0].endswith("in the most deprived 30% in England.")
    assert story([None] * 8, [1] * 8) is None


def test_the_start_page_tells_the_story_as_text():
    told = story([4, 9, 3, 1, 5, 5, 5, None], [2, 8, 4, 1, 5, 6, 10, 3])
    text = index_page(_page(change=told))
    assert "<h2>What changed since 2019</h2>" in text
    assert f'<p class="lead">{told.finding}.</p>' in text
    assert "<li>Gorse, West: <span>decile 5 → 10</span></li>" in text
    assert "(2 of 2)" not in text
    assert 'href="map.html#show=change-2019"' in text
    assert "What changed" not in index_page(_page())


@pytest.mark.slow
@pytest.mark.browser
def test_start_page_map_and_table_tell_one_number_of_movers(chromium, sampled_pages):
    page = chromium.new_page()
    page.goto((sampled_pages.out / "index.html").as_uri())
    heading = page.locator("h2", has_text="What changed since")
    finding = heading.locator("xpath=following-sibling::p[1]").inner_text()
    more, compared, less = map(
        int, re.match(r"(\d+) of (\d+) LSOAs .*, (\d+) in a less", finding).groups()
    )
    rows = page.locator("table", has_text="whose decile changed").locator("tbody tr")
    cells = [[int(one) for one in row.locator("td").all_inner_texts()] for row in rows.all()]
    assert [sum(column) for column in zip(*cells, strict=True)][:3] == [compared, more, less]
    page.click("text=See the changes on the map")
    page.wait_for_selector(".geo[data-ready=all]")
    told = rf": {more} of {compared} areas( that can be compared)? are in a more deprived decile"
    assert re.search(told, page.inner_text("h1"))
    page.close()
