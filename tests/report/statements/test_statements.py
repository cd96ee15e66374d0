"""Sentences to use: worded from small tables, and every number of a report's recomputed."""

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from geo.report.statements.on_areas import (
    at,
    on_carried,
    on_change,
    on_concentration,
    on_deprivation,
    on_earlier,
)
from geo.report.statements.on_indicators import on_context, on_indicators, on_targets, targets_of
from geo.statistics.deprivation import decile_profile
from tests.builders import place

LEVEL = place().level_columns[0]


def lsoas(deciles):
    groups = ["North", "North", "South", "South", "West"]
    return pd.DataFrame(
        {
            LEVEL: groups,
            "imd_decile": deciles,
            "population": [1000] * 5,
            "children": [100, 200, 300, 100, 300],
        }
    )


def profile(deciles, name="Ambridge"):
    return decile_profile(lsoas(deciles), by=[LEVEL], borough=name)


def texts(statements):
    return [one.text for one in statements]


def test_the_place_and_its_groups_are_told_by_tenths():
    known = place(name="Ambridge")
    known = known if len(known.levels) == 1 else place(name="Ambridge", levels=known.levels[:1])
    told = list(on_deprivation(profile([1, 3, 2, 9, 5]), known, 2025))
    assert texts(told)[:4] == [
        "In the Indices of Deprivation 2025, 3 of 5 LSOAs in Ambridge (60.0%) are in the most "
        "deprived 30% in England.",
        "In the Indices of Deprivation 2025, 2 of 5 LSOAs in Ambridge (40.0%) are in the most "
        "deprived 20% in England.",
        "In the Indices of Deprivation 2025, 1 of 5 LSOAs in Ambridge (20.0%) is in the most "
        "deprived 10% in England.",
        "3,000 residents of Ambridge, 60.0% of its 5,000, live in LSOAs that are in the most "
        "deprived 30% in England.",
    ]
    groups = [one for one in told if one.topic.startswith("By")]
    assert groups[0].text.startswith(
        "2 of the 3 LSOAs in the most deprived 30% in England are in 1 of 3"
    )
    assert groups[1].text == (
        "In North, 2 of 2 LSOAs (100.0%) are in the most deprived 30% in England, 1 of them in the "
        "most deprived 10%; 100.0% of its residents live there."
    )
    assert groups[3].text == "In West, none of 1 LSOA is in the most deprived 30% in England."
    assert groups[1].rows == at(area_type=LEVEL, area="North")
    dated = texts(
        on_deprivation(profile([1, 3, 2, 9, 5]).assign(population_year="mid-2022"), known, 2025)
    )
    assert dated[3].startswith("3,000 residents of Ambridge (mid-2022), 60.0% of its 5,000, live")
    assert any(text.endswith("100.0% of its residents (mid-2022) live there.") for text in dated)


def test_half_of_them_are_in_as_few_groups_as_can_be():
    known = place(levels=place().levels[:1])
    told = texts(on_deprivation(profile([1, 1, 1, 9, 1]), known, 2025))
    assert any(text.startswith("Half of the 4 LSOAs") and "in 1 of 3" in text for text in told)
    told = texts(on_deprivation(profile([1, 1, 9, 9, 9]), known, 2025))
    assert any(text.startswith("All of the 2 LSOAs") for text in told)
    assert not any(
        "None of the" in text or "All of the 1" in text
        for text in texts(on_deprivation(profile([1, 9, 9, 9, 9]), known, 2025))
    )


def test_a_figure_of_other_lsoas_is_explained():
    now, then = profile([1, 3, 2, 9, 5]), profile([1, 3, 9, 9, 9]).tail(1).assign(lsoas=4)
    told = texts(on_earlier({2019: then, 2015: then}, (2025, now)))
    assert told == [
        "In the Indices of Deprivation 2019, 2 of 4 LSOAs of 2011 in Ambridge (50.0%) were in the "
        "most deprived 30% in England.",
        "A figure such as “2 of 5” mixes two geographies: 2 counts LSOAs of 2011, of which there "
        "are 4; there are 5 LSOAs of 2021.",
        "In the Indices of Deprivation 2015, 2 of 4 LSOAs of 2011 in Ambridge (50.0%) were in the "
        "most deprived 30% in England.",
    ]
    changes = pd.DataFrame({"decile_2019_carried": [1, 3, None, 4], "decile_2025": [1, 5, 2, 3]})
    (told,) = texts(on_carried(changes, (2019, 2025)))
    assert told == (
        "Carried to the LSOAs of 2021, the Indices of 2019 have 2 of 4 LSOAs in the most deprived "
        "30% in England, and those of 2025 have 3; 1 LSOA, merged from several deciles of 2019, is "
        "not counted for it."
    )
    assert not list(on_carried(changes[["decile_2025"]], (2019, 2025)))


def test_changes_count_those_that_can_be_compared():
    known = place(name="Ambridge", levels=place().levels[:1])
    changes = pd.DataFrame(
        {
            LEVEL: ["North", "North", "South"],
            "change": [-1, 2, None],
            "decile_2019": [4, 3, None],
            "decile_2025": [3, 5, 1],
        }
    )
    told = texts(on_change(changes, known, (2019, 2025)))
    assert told[:2] == [
        "Ambridge: 1 of 2 LSOAs is in a more deprived decile in 2025 than in 2019, 1 in a less "
        "deprived one.",
        "Ambridge: 1 of 2 LSOAs is newly in the most deprived 30% in England in 2025, and 1 of "
        "those of 2019 no longer.",
    ]
    assert len(told) == 3
    assert told[2].startswith("North: 1 of 2")
    assert not list(on_change(changes.tail(1), known, (2019, 2025)))


def test_concentration_is_read_off_the_curve():
    curve = pd.DataFrame(
        {
            "areas": [1, 2, 3, 4],
            "of": 4,
            "children": [5, 9, 10, 10],
            "share_of_need": [0.5, 0.9, 1.0, 1.0],
        }
    )
    told = texts(on_concentration(curve))
    assert told[0] == (
        "From the most deprived LSOA on, half of the children live in 1 of 4 LSOAs (25.0%)."
    )
    assert told[3] == "The most deprived 2 LSOAs of 4 (50.0%) hold 90.0% of the children."


def test_context_says_what_both_have():
    row = {
        "measure": "Residents",
        "unit": "residents",
        "place": 5000.0,
        "england": 6e7,
        "at_least": None,
        "england_at_least": None,
        "period": None,
    }
    poor = {
        **row,
        "measure": "Children in poverty",
        "unit": "% of children",
        "place": 23.52,
        "england": 35.47,
        "at_least": True,
        "england_at_least": True,
        "period": "2025",
    }
    absent = {**row, "measure": "Phonics", "england": None}
    assert texts(on_context(pd.DataFrame([row, poor, absent]), "Ambridge")) == [
        "Residents: 5,000 in Ambridge, 60,000,000 in England.",
        "Children in poverty (2025): at least 23.5% of children in Ambridge, at least 35.5% in "
        "England.",
    ]


def cells(**changes):
    base = {
        "indicator_id": "neet",
        "indicator": "Not in education",
        "sex": "Persons",
        "age": "16-17",
        "period": "2024",
        "unit": "% of those aged 16–17",
        "group": "School",
        "benchmark": "England",
        "place_in_words": "",
        "state": "value",
    }
    rows = [
        {
            "area_type": "england",
            "area": "England",
            "value": 5.6,
            "text": "5.6",
            "comparison": "benchmark",
        },
        {
            "area_type": "borough",
            "area": "Ambridge",
            "value": 5.2,
            "text": "5.2",
            "comparison": "similar",
        },
        {"area_type": LEVEL, "area": "North", "value": 3.7, "text": "3.7", "comparison": "better"},
        {"area_type": LEVEL, "area": "South", "value": 7.5, "text": "7.5", "comparison": "worse"},
        {"area_type": LEVEL, "area": "West", "value": 1.0, "text": "≥1.0", "comparison": "better"},
        {
            "area_type": LEVEL,
            "area": "East",
            "value": None,
            "text": "[c]",
            "comparison": "suppressed",
            "state": "suppressed",
        },
    ]
    return pd.DataFrame([{**base, **row, **changes} for row in rows])


def test_an_indicator_is_told_against_the_benchmark_and_between_groups():
    level = place().area_type(LEVEL)
    told = list(on_indicators(cells(), "Ambridge", level))
    assert texts(told) == [
        "Not in education (2024): 5.2% of those aged 16–17 in Ambridge, 5.6% in England: similar "
        "to England.",
        "Not in education (2024, % of those aged 16–17): from 3.7 in North to 7.5 in South, among "
        f"the 2 of 4 {level.plural} that are known in full.",
    ]
    assert (
        told[0].rows == "area_type = borough; area = Ambridge; indicator_id = neet; latest = True"
    )
    both = pd.concat([cells(sex="Male"), cells(sex="Female")])
    assert texts(on_indicators(both, "Ambridge", level))[0].startswith(
        "Not in education (Male, 16-17, 2024)"
    )


def test_what_is_hidden_of_the_place_is_in_no_sentence_and_what_is_placed_says_where():
    level = place().area_type(LEVEL)
    hidden = cells()
    own = hidden["area_type"].eq("borough")
    hidden.loc[own, ["state", "text", "comparison"]] = ["suppressed", "[c]", "suppressed"]
    assert not any("Ambridge" in text for text in texts(on_indicators(hidden, "Ambridge", level)))
    placed = cells(unit="score (higher is worse)")
    placed.loc[own, ["comparison", "place_in_words"]] = ["fifth_1", "stands 4th of 296 authorities"]
    assert texts(on_indicators(placed, "Ambridge", level))[0] == (
        "Not in education (2024): 5.2 (score, higher is worse) in Ambridge, which stands 4th of "
        "296 authorities."
    )


def test_targets_are_told_with_their_line_and_their_doubt():
    every = pd.DataFrame(
        {
            "area_type": "borough",
            "indicator_id": "neet",
            "sex": "Persons",
            "age": "16-17",
            "indicator": "Not in education",
            "unit": "% of those aged 16–17",
            "polarity": "low_is_good",
            "period": ["2022", "2024"],
            "value": [6.0, 5.2],
            "lower_ci": [5.5, 4.8],
            "upper_ci": [6.5, 5.6],
            "latest": [False, True],
        }
    )
    catalogue = pd.DataFrame(
        {
            "indicator_id": ["neet", "gld"],
            "target": [5.0, None],
            "baseline_period": ["2022", None],
            "target_period": ["2026", None],
        }
    )
    table = targets_of(every, catalogue)
    assert table[["baseline", "expected", "status", "certain"]].round(2).to_dict("records") == [
        {"baseline": 6.0, "expected": 5.5, "status": "on_track", "certain": False}
    ]
    assert texts(on_targets(table, "Ambridge")) == [
        "Not in education (% of those aged 16–17) in Ambridge: 6.0% in 2022, the baseline, and "
        "5.2% in 2024; the target is 5.0% by 2026: on track, since the straight line to the target "
        "is at 5.5%; that could be chance."
    ]
    assert targets_of(every, catalogue[["indicator_id"]]).empty
    lost = targets_of(every[every["latest"]], catalogue)
    assert texts(on_targets(lost, "Ambridge"))[0].endswith("no figure to judge by yet.")
    hidden = every.assign(value=[6.0, None], lower_ci=[5.5, None], upper_ci=[6.5, None])
    (told,) = texts(on_targets(targets_of(hidden, catalogue), "Ambridge"))
    assert "no figure in 2024" in told
    assert told.endswith("no figure to judge by yet.")


# ---- every number of a report ---------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.])[<>−+]?\d+(?:,\d{3})*(?:\.\d+)?%?")


def chosen(table, rows):
    for one in () if rows == "every row" else rows.split("; "):
        name, _, value = one.partition(" = ")
        table = table[table[name].astype(str).eq(value)]
    return table


def forms(values):
    """Every way in which numbers may be written: whole, with decimals, as a share of each other."""
    kept = [float(value) for value in values if pd.notna(value)]
    written = {f"{value:,.0f}" for value in kept if value == round(value)}
    written |= {f"{value:,.1f}" for value in kept}
    return written | {f"{100 * a / b:.1f}%" for a in kept for b in kept if b and a <= b}


def recomputed(statement, folder: Path):
    """Numbers that the rows and columns of a statement allow."""
    table = pd.read_csv(folder / statement["table"], low_memory=False)
    rows = chosen(table, statement["rows"])
    assert len(rows), statement["rows"]
    columns = statement["columns"].split(", ")
    if statement["table"] == "tartan-rug.csv":
        same = table[table["indicator_id"].isin(rows["indicator_id"]) & table["latest"]]
        beside = same[same["area_type"].isin(["england", *rows["area_type"]])]
        words = [
            *beside["text"].fillna("").astype(str),
            *rows["place_in_words"].dropna().astype(str),
        ]
        found = {number for text in words for number in NUMBER.findall(text)}
        return found | {f"{one}%" for one in found} | forms([len(rows), *range(len(rows))])
    if statement["table"] == "tables/changes.csv":
        known = table[table["change"].notna()]
        part = chosen(known, statement["rows"])
        counts = [len(part), len(table), (part["change"] < 0).sum(), (part["change"] > 0).sum()]
        deciles = [c for c in table if c.startswith("decile_")]
        counts += [(table[c] <= 3).sum() for c in deciles] + [
            table[c].isna().sum() for c in deciles
        ]
        before, after = (part[c] <= 3 for c in deciles[:2])
        return forms([*counts, (after & ~before).sum(), (before & ~after).sum()])
    if statement["table"] == "tables/targets.csv":
        numbers = rows[["baseline", "value", "target", "expected"]].iloc[0].astype(float)
        of = forms(numbers) | forms(numbers.round())
        return of | {f"{one}%" for one in of}
    numbers = rows[columns].apply(pd.to_numeric, errors="coerce").to_numpy().ravel()
    if len(rows) > 1:  # a half of all that are in few groups
        order = sorted(numbers, reverse=True)
        numbers = [*numbers, *pd.Series(order).cumsum(), *range(len(rows) + 1)]
    known = forms(numbers) | {f"{100 * one:.1f}%" for one in numbers if one <= 1}
    whole = pd.read_csv(folder / "tables/deprivation_by_area.csv").iloc[-1]
    return known | {f"{one}%" for one in known} | forms([whole["lsoas"], whole["top_30"]])


YEARS = r"(LSOAs|Indices|Deprivation|in|by|those|deciles)( of)? 20\d\d(/\d\d)?"
NAMES = {"tartan-rug.csv": ["area", "indicator", "unit", "period"], "tables/in_context.csv": ["measure"]}  # fmt: skip # noqa: E501


def names_in(folder: Path):
    """Names that may hold numbers, the longest first; units also as they stand in brackets."""
    found: set[str] = set()
    for file, columns in NAMES.items():
        if (folder / file).exists():
            table = pd.read_csv(folder / file, low_memory=False)
            found |= {str(name) for column in columns for name in table[column].dropna().unique()}
    found |= {name.replace(" (", ", ").replace(")", "") for name in found}
    return sorted((name for name in found if len(name) > 3), key=len, reverse=True)


def check_every_number(folder: Path, least: int):
    statements = pd.read_csv(folder / "tables/statements.csv").to_dict("records")
    assert len(statements) >= least
    page = unescape((folder / "statements.html").read_text("utf-8"))
    names = names_in(folder)
    for one in statements:
        text = one["statement"]
        assert f">{text}</p>" in page
        for name in names:
            text = text.replace(name, "…")
        text = re.sub(rf"most deprived \d0%|{YEARS}|(mid-|Census )20\d\d", "…", text)
        unknown = set(NUMBER.findall(text)) - recomputed(one, folder)
        assert (one["statement"], unknown) == (one["statement"], set())


def test_every_number_of_the_sample_is_in_the_table_that_its_sentence_names(sampled_pages):
    check_every_number(sampled_pages.out, least=80)
    targets = pd.read_csv(sampled_pages.out / "tables/targets.csv")
    assert set(targets["status"]) <= {"met", "on_track", "off_track"}
    assert len(targets) == 2


@pytest.mark.slow
def test_every_number_of_cheshire_east_is_too_and_36_of_244_is_explained(real_data, tmp_path):
    from geo.report.build import build_report

    folders = [real_data / "england", real_data / "cheshire-east"]
    build_report("cheshire-east", data=folders, out=tmp_path / "out", only=["tables", "rug"])
    check_every_number(tmp_path / "out", least=120)
    told = (tmp_path / "out/tables/statements.csv").read_text("utf-8")
    assert "36 of 234 LSOAs of 2011 in Cheshire East (15.4%) were" in told
    assert "the Indices of 2019 have 37 of 244 LSOAs" in told
    assert "A figure such as “36 of 244” mixes two geographies" in told
