"""A page for each group: true to the tables, joined to its neighbours, safe to hand round."""

import csv
import html
import io
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from geo.report.group_pages import files_of, write_group_pages
from geo.report.rugs import NAME, first_rug, in_brief
from geo.sources.ages import ResidentsByAge
from tests.reading import sheets

LINK = re.compile(r'href="([^"#]+)"')


@pytest.fixture(scope="module")
def rug(sample_evidence):
    return first_rug(sample_evidence, sample_evidence.outcomes)


@pytest.fixture(scope="module")
def order(sample_evidence):
    lsoas = sample_evidence.lsoas
    return lsoas[["lsoa21cd"]].assign(rank=lsoas["imd_rank"].rank().astype(int))


@pytest.fixture(scope="module")
def pages(sample_evidence, rug, order, tmp_path_factory):
    """Folder of the pages, and what each says, by level and name."""
    folder = tmp_path_factory.mktemp("groups")
    write_group_pages(sample_evidence, rug, order, folder, "1 May 2026")
    files = files_of(sample_evidence)
    return folder, {key: (folder / file).read_text("utf-8") for key, file in files.items()}


def said(page):
    """The words of a page, without its data to download."""
    bare = re.sub(r"<(style|svg)\b.*?</\1>|href=\"data:[^\"]*\"", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_every_group_of_every_level_has_a_page_with_its_counts(sample_evidence, pages):
    _, found = pages
    profile = sample_evidence.profile.set_index(["area_type", "area"])
    levels = sample_evidence.place.level_columns
    assert set(found) == {key for key in profile.index if key[0] in levels}
    for key, page in found.items():
        own, words = profile.loc[key], said(page)
        assert f"{key[1]}: {own.top_30} of {own.lsoas} LSOAs" in words
        if own.top_20:
            ten = f"{own.top_10 or 'None'} {'are' if own.top_10 > 1 else 'is'}"
            tenths = f"{ten} in the most deprived 10% and {own.top_20} in the most deprived 20%."
        else:
            tenths = "None is in the most deprived 20%."
        assert tenths in words
        share = own.population_top_30 / own.population, own.children_top_30 / own.children
        if own.top_30:
            assert "live in the most deprived 30% (mid-2022)." in words
            assert "{:.1%} of its residents and {:.1%} of its children live".format(*share) in words


def test_figures_are_those_of_the_rug(rug, pages):
    for (column, name), page in pages[1].items():
        rows = rug.data[rug.data["area_type"].eq(column) & rug.data["area"].eq(name)]
        could = rows["polarity"].ne("no_judgement")
        words = said(page)
        judged = rows[could & rows["comparison"].isin(["worse", "similar", "better"])]
        worse, better = (judged["comparison"].eq(one).sum() for one in ("worse", "better"))
        counted = (
            f"Worse than England in {worse} of {len(judged)} judged indicators, better in "
            f"{better or 'none'}."
        )
        assert counted in words
        cells = re.findall(r'<td class="shown"[^>]*>([^<]*)</td>', page)
        assert [html.unescape(cell).split()[0] for cell in cells] == rows["text"].tolist()
        for row in rows[rows["state"].eq("suppressed")].itertuples():
            assert row.text == "[c]"


def test_a_group_has_the_numbers_that_the_start_page_tells_of_it(rug, pages):
    counts = in_brief({NAME: rug}).table.groupby("area")[["worse", "compared", "worst_fifth"]].sum()
    assert len(counts) == 8
    for area, row in counts.iterrows():
        words = said(pages[1]["collaborative", area])
        assert f"Worse than England in {row.worse} of {row.compared} judged indicators" in words
        needs = (
            pages[1]["collaborative", area].partition("<h2>Needs</h2>")[2].partition("</div>")[0]
        )
        told = re.search(r"<li>In the worst fifth in England \((\d+)\): ([^<]*)</li>", needs)
        assert needs.count("<li>") == row.worse + bool(told)
        assert (int(told[1]) if told else 0) == row.worst_fifth
        assert not told or len(told[2].split("; ")) == row.worst_fifth


def test_the_table_to_download_is_what_the_rug_prints(rug, pages):
    page = pages[1]["collaborative", "Sandmere East"]
    address = html.unescape(re.search(r'href="data:text/csv;charset=utf-8,([^"]*)"', page)[1])
    rows = list(csv.DictReader(io.StringIO(unquote(address))))
    assert {row["area"] for row in rows} == {"Sandmere East", "Sandmere", "England"}
    printed = rug.data.set_index(["area", "indicator_id"])
    for row in rows:
        whole = printed.loc[(row["area"], row["indicator_id"])]
        for figure in ("value", "count", "denominator"):
            shown = float(row[figure]) if row[figure] else float("nan")
            assert shown == pytest.approx(float(whole[figure]), nan_ok=True)


def test_neighbourhoods_that_come_first_are_the_groups_own_in_order(sample_evidence, order, pages):
    top = (sample_evidence.lsoas["imd_decile"] <= 3).sum()
    first = order[order["rank"] <= top].set_index("lsoa21cd")["rank"]
    for (column, name), page in pages[1].items():
        own = sample_evidence.lsoas.loc[sample_evidence.lsoas[column].eq(name), "lsoa21cd"]
        mine = first[first.index.isin(own)].sort_values()
        listed = re.findall(r"<td>(E\d{8})</td><td>(\d+) of 240</td>", page)
        assert listed == [(code, str(rank)) for code, rank in mine.items()][:15]
        assert (f"And {len(mine) - 15} more" in said(page)) == (len(mine) > 15)


def test_pages_lead_round_and_to_the_start(pages):
    folder, found = pages
    files = {(folder / "collaboratives" / Path(x).name).name for x in folder.rglob("*.html")}
    reached, page = set(), next(iter(found.values()))
    for _ in found:
        start, before, after = LINK.findall(page.partition("</nav>")[0])
        assert start == "../index.html"
        assert {before, after} <= files
        reached.add(after)
        page = (folder / "collaboratives" / after).read_text("utf-8")
    assert reached == files


def test_residents_by_age_add_up_where_ages_are_known(sample_evidence, order, tmp_path):
    codes = sample_evidence.lsoas["lsoa21cd"]
    counts = {age: range(age, age + len(codes)) for age in range(91)}
    ages = ResidentsByAge(pd.DataFrame({"lsoa21cd": codes} | counts), "mid-2022")
    known = replace(sample_evidence, inputs=replace(sample_evidence.inputs, ages=(ages,)))
    write_group_pages(known, None, order, tmp_path, "1 May 2026")
    column, name = "locality", "North"
    page = (tmp_path / files_of(known)[column, name]).read_text("utf-8")
    bands = re.findall(r"<th scope=\"row\">(\d+[^<]*yrs)</th><td>([\d,]+)</td>", page)
    own = sample_evidence.lsoas[column].eq(name).to_numpy()
    whole = ages.table.loc[own, list(range(91))].sum()
    assert [band for band, _ in bands] == [
        "0-4 yrs",
        "5-15 yrs",
        "16-24 yrs",
        "25-64 yrs",
        "65+ yrs",
    ]
    assert int(bands[0][1].replace(",", "")) == whole[:5].sum()
    assert "<caption>Residents by age, mid-2022</caption>" in page
    assert sum(int(number.replace(",", "")) for _, number in bands) == whole.sum()


def test_groups_of_two_levels_with_one_name_have_two_pages(sample_evidence):
    named = sample_evidence.lsoas.assign(sub_locality=sample_evidence.lsoas["locality"])
    files = files_of(replace(sample_evidence, lsoas=named))
    assert files["sub_locality", "North"] == "collaboratives/north.html"
    assert files["locality", "North"] == "collaboratives/north-locality.html"
    assert len(set(files.values())) == len(files)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", ["Sandmere East", "North"])
def test_a_page_prints_on_two_sides(chromium, pages, sample_evidence, name):
    files = {key[1]: file for key, file in files_of(sample_evidence).items()}
    assert sheets(pages[0] / files[name], chromium) == 2


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_of_cheshire_east_prints_on_two_sides(
    chromium, cheshire_evidence, laid_out, tmp_path
):
    lsoas = cheshire_evidence.lsoas
    order = lsoas[["lsoa21cd"]].assign(rank=lsoas["imd_rank"].rank().astype(int))
    write_group_pages(cheshire_evidence, laid_out[NAME], order, tmp_path, "1 May 2026")
    sides = {path.stem: sheets(path, chromium) for path in sorted(tmp_path.rglob("*.html"))}
    assert len(sides) == 14
    assert set(sides.values()) == {2}, sides
