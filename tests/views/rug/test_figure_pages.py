"""A rug of more areas than a page holds, on several pages."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.views.style.export import save_figure
from tests.drawn import assert_text_in_place, words
from tests.views.rug.test_rug import ENGLAND, catalogue, comparisons, rug_of


def many(count):
    """As many towns as asked for, named in order, beside England."""
    rows = comparisons()
    town, england = rows[rows["area_code"] == "Upwell"], rows[rows["area_code"] == ENGLAND]
    towns = [
        town.assign(area_code=f"Town {at:03}", value=town["value"] + at) for at in range(count)
    ]
    return pd.concat([*towns, england], ignore_index=True)


def pages_of(rug):
    first = rug.figure()
    return [first, *first.further]


def names_on(page):
    return [text.replace("\n", " ") for text, _ in words(page) if text.startswith(("Town", "Engl"))]


@pytest.mark.parametrize("count", [61, pytest.param(110, marks=pytest.mark.slow)])
def test_a_wide_rug_has_each_area_once_and_england_on_every_page(count):
    pages = pages_of(rug_of(many(count)))
    assert len(pages) > 1
    named = [[name for name in names_on(page) if len(name) < 9] for page in pages]
    assert all(names[0] == "England" for names in named)
    towns = [name for names in named for name in names[1:]]
    assert towns == [f"Town {at:03}" for at in range(count)]
    for number, page in enumerate(pages, 1):
        assert_text_in_place(page)
        said = " ".join(text for text, _ in words(page)).replace("\n", " ")
        assert f"Page {number} of {len(pages)}" in said
        assert f"Cells of towns: {3 * count}" in said  # of the whole, on every page
    assert len({tuple(page.get_size_inches()) for page in pages}) == 1


def test_each_number_stands_under_its_area_on_whichever_page():
    rug = rug_of(many(61))
    values = rug.data.set_index(["area", "indicator_id"])["text"]
    judged = set()
    for page in pages_of(rug):
        drawn = words(page)
        boxes = {text.replace("\n", " "): box for text, box in drawn if "Town" in text}
        for name, head in boxes.items():
            if not re.fullmatch(r"Town \d{3}", name):
                continue
            judged.add(name)
            column = [t for t, b in drawn if b.y1 < head.y0 and abs(b.x1 - head.x1) < 40]
            assert values[name, "low"] in column, name
    assert len(judged) == 61


def tall(count):
    """As many indicators as asked for, in groups of seven, of one town."""
    table, facts = comparisons(), catalogue()
    rows = table[(table["indicator_id"] == "low") & table["area_code"].isin(["Upwell", ENGLAND])]
    names = [f"Indicator {at:03}" for at in range(count)]
    tables = [rows.assign(indicator_id=name) for name in names]
    listed = pd.concat([facts.iloc[[0]]] * count).assign(indicator_id=names, short_name=names,
                                                          name=names)  # fmt: skip
    listed["group"] = [f"Outcome {at // 7}" for at in range(count)]
    return rug_of(pd.concat(tables, ignore_index=True), catalogue=listed)


def test_a_tall_rug_has_each_indicator_once_below_its_group_and_fits_its_pages():
    pages = pages_of(tall(100))
    assert len(pages) > 1
    seen = []
    for number, page in enumerate(pages, 1):
        assert page.get_figheight() * 25.4 <= 210 + 1
        said = [text.replace("\n", " ") for text, _ in words(page)]
        own = [text for text in said if text.startswith("Indicator 0") or text == "Indicator 099"]
        assert {"England", "Upwell"} <= set(said)
        assert {f"Outcome {int(name[-3:]) // 7}" for name in own} <= set(said)
        assert any(f"Page {number} of {len(pages)}" in text for text in said)
        seen += own
    assert seen == [f"Indicator {at:03}" for at in range(100)]


def test_a_rug_that_fits_a_page_has_no_further_ones():
    assert rug_of().figure().further == ()


@pytest.mark.slow
def test_all_pages_are_written_into_one_pdf_and_each_as_a_picture(tmp_path):
    figure = rug_of(many(61)).figure()
    count = 1 + len(figure.further)
    written = save_figure(figure, tmp_path, "rug")
    assert sorted(path.name for path in written) == sorted(p.name for p in tmp_path.iterdir())
    pictures = {f"rug{'' if at == 1 else f'-{at}'}.png" for at in range(1, count + 1)}
    assert pictures == {path.name for path in tmp_path.glob("*.png")}
    assert len(list(tmp_path.glob("*.svg"))) == count
    document = (tmp_path / "rug.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", document)) == count
    assert len(pd.read_csv(tmp_path / "rug.csv")) == 62 * 3
    before = {path.name: path.read_bytes() for path in written}
    save_figure(rug_of(many(61)).figure(), tmp_path, "rug")
    assert {path.name: path.read_bytes() for path in written} == before
    assert "page 2 of" in (tmp_path / "rug-2.svg").read_text("utf-8")


@pytest.mark.slow
@given(st.integers(40, 260))
@settings(max_examples=4, deadline=None)
def test_however_many_areas_there_are_each_stands_on_one_page(count):
    pages = pages_of(rug_of(many(count)))
    heads = [name for page in pages for name in names_on(page) if re.fullmatch(r"Town \d{3}", name)]
    assert heads == [f"Town {at:03}" for at in range(count)]
