"""Messages name cells and never the confidential counts in them, however the input is damaged."""

import contextlib
import re
import traceback

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.disclosure.publications import Terms
from geo.disclosure.requirements import require_printable
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.errors import GeoError, TableError, labelled, without_figures
from geo.report.outcomes import outcomes
from geo.sources.indicators.read import read_indicators
from geo.statistics.rates import proportion
from tests.builders import place
from tests.examples import some

LSOAS = pd.DataFrame(
    {
        "lsoa21cd": [f"E0100000{n}" for n in range(1, 9)],
        "wd24cd": [f"E0500000{1 + n // 3}" for n in range(8)],
        "collaborative": ["East"] * 6 + ["West"] * 2,
        "locality": ["North"] * 6 + ["South"] * 2,
    }
)
FACTS = pd.DataFrame(
    {
        "indicator_id": ["planted"],
        "name": "Planted",
        "short_name": "Planted",
        "group": "Secrets",
        "unit": "%",
        "multiplier": 100.0,
        "measure": "proportion",
        "polarity": "low_is_good",
        "source": "Test",
        "licence": "None",
        "confidential": True,
    }
)
COUNTS = [7_000_000 + 111_317 * n for n in range(1, 9)]
HEADS = 31_718_313


def planted():
    """Confidential counts of seven digits of every LSOA, of boys, girls and all."""
    base = pd.DataFrame(
        {
            "lsoa21cd": LSOAS["lsoa21cd"],
            "indicator_id": "planted",
            "period": "2024",
            "age": "0-4",
            "count": COUNTS,
            "denominator": HEADS,
            "value": [100 * count / HEADS for count in COUNTS],
            "state": "value",
            "polarity": "low_is_good",
        }
    )
    half = base.assign(
        count=[count // 2 for count in COUNTS], value=[count // 2 / HEADS * 100 for count in COUNTS]
    )
    other = half.assign(count=base["count"] - half["count"])
    other["value"] = other["count"] / HEADS * 100
    sexes = {"persons": base, "boys": half, "girls": other}
    table = pd.concat([rows.assign(sex=sex) for sex, rows in sexes.items()], ignore_index=True)
    return table.astype(object)


def in_a_cell(word):
    def damage(table, draw):
        at = draw.integers(len(table))
        column = draw.choice(["count", "denominator", "value"])
        number = table.loc[at, "count"]
        number = COUNTS[0] if isinstance(number, str) else number
        table.loc[at, column] = word.format(number, number)
        return table

    return damage


def swapped(table, draw):
    one, other = draw.choice(table.columns, 2, replace=False)
    return table.rename(columns={one: other, other: one})


def moved(table, draw):
    at = draw.integers(len(table))
    table.loc[at] = np.roll(table.loc[at].to_numpy(), draw.choice([-1, 1]))
    return table


def told_twice(table, draw):
    row = table.iloc[[draw.integers(len(table))]]
    return pd.concat([table, row.assign(count=row["count"] + 1)], ignore_index=True)


def doubled(column):
    def damage(table, draw):
        at = draw.integers(len(table))
        number = pd.to_numeric(table.loc[at, column], errors="coerce")
        table.loc[at, column] = number * draw.choice([2, -1, 1.5, 10, 0.1])
        return table

    return damage


def copied(column):
    def damage(table, draw):
        at = draw.integers(len(table), size=draw.choice([1, len(table)]))
        table.loc[at, column] = table.loc[at, "count"]
        return table

    return damage


def without(table, draw):
    return table.drop(columns=draw.choice(table.columns))


def unlisted(table, draw):
    table.loc[draw.integers(len(table)), "lsoa21cd"] = "E01999999"
    return table


DAMAGES = [
    *map(in_a_cell, ("{} children", "~{}", "{:,} (est.)", "={}", "'{}'", "{}x", "<{}", "-{}")),
    *map(in_a_cell, ("{}.5", "inf", "{} to {}", "{:,}", "{}%", "c{}", "[{}]", "{:.1e}x")),
    *map(doubled, ("count", "denominator", "value")),
    *map(copied, ("period", "age", "sex", "lsoa21cd", "indicator_id", "state", "polarity")),
    swapped,
    moved,
    told_twice,
    without,
    unlisted,
]


def digits_of(table):
    """Every count and denominator, and the first digits of every value."""
    numbers = {*map(str, COUNTS), str(HEADS), *(str(count)[:6] for count in COUNTS)}
    for column in ("count", "value"):
        cells = pd.to_numeric(table.get(column, pd.Series(dtype=object)), errors="coerce").dropna()
        numbers |= {f"{abs(cell):.6f}".replace(".", "")[:7] for cell in cells if abs(cell) >= 1}
    return {number for number in numbers if len(number) >= 6}


def said_of(table, path, *, whole=True):
    """Everything that is said on the way from a file to what may be printed, or to its table."""
    said = []
    table.to_csv(path, index=False)
    notes = []
    try:
        read = read_indicators(path, catalogue=FACTS, notes=notes)
        if not whole:
            return ["read", *notes]
        safe = outcomes(
            read, FACTS, LSOAS, place(), terms=Terms(Rule(counts_under=7_500_000)), notes=notes
        )
        said.append(safe.rule if safe else "nothing is of the place")
    except GeoError as problem:
        said += [str(problem), *getattr(problem, "__notes__", ())]
    except Exception as problem:  # a fault; its message is judged here
        said += traceback.format_exception_only(problem)
    return [*said, *notes]


def _told(said, numbers):
    plain = [re.sub(r"[,.\s]", "", words) for words in said]
    return {(number, words) for words in plain for number in numbers if number in words}


@pytest.mark.slow
@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), times=st.integers(1, 2))
def test_no_message_tells_a_confidential_count_however_the_input_is_damaged(
    tmp_path_factory, seed, times
):
    draw = np.random.default_rng(seed)
    table = planted()
    numbers = digits_of(table)
    for at in draw.integers(len(DAMAGES), size=times):
        with contextlib.suppress(KeyError, TypeError, ValueError):  # no such column any more
            table = DAMAGES[at](table, draw)
    said = said_of(table, tmp_path_factory.mktemp("planted") / "planted.csv")
    assert said
    assert _told(said, numbers) == set()


@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
@pytest.mark.parametrize("seed", some(range(3), 1))
def test_no_message_of_reading_tells_a_confidential_count(tmp_path, damage, seed):
    table = planted()
    numbers = digits_of(table)
    table = damage(table, np.random.default_rng(seed))
    assert _told(said_of(table, tmp_path / "planted.csv", whole=False), numbers) == set()


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=range(len(DAMAGES)))
def test_no_message_tells_a_confidential_count_of_each_damage(tmp_path, damage):
    table = planted()
    numbers = digits_of(table)
    table = damage(table, np.random.default_rng(9))
    assert _told(said_of(table, tmp_path / "planted.csv"), numbers) == set()


def test_the_search_of_messages_finds_a_count():
    assert _told([f"1 of 8 rows have count {COUNTS[0]:,}.0"], digits_of(planted()))


def test_labels_that_are_numbers_are_not_told():
    assert (
        labelled(["7111317", "E01000001", "2024", "7,111.5", "-3"])
        == "…, E01000001, 2024 and 2 more"
    )


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (9999.0, "…"),
        ("about 12 of 40", "about … of …"),
        ("E01000001 lsoa21 neet 2023/24 boys 0-4", "E01000001 lsoa21 neet 2023/24 boys 0-4"),
        ("65+ in 2021", "65+ in 2021"),
        ("x7111317", "x…"),
        ("1,234,567", "…"),
        ("20241", "…"),
        (None, "None"),
    ],
)
def test_without_figures_keeps_what_names_a_cell(cell, words):
    assert without_figures(cell) == words


def test_refused_rows_of_public_indicators_tell_their_value():
    table = pd.DataFrame({"count": [12, 3], "denominator": [10, 10], "confidential": [False, True]})
    with pytest.raises(TableError, match=r"1 of 1 rows have count 12 \(row 0\)"):
        proportion(table[:1])
    with pytest.raises(TableError, match=r"count … \(row 1\)"):
        proportion(table.assign(count=[1, 12])[1:])


def test_contradictions_of_confidential_indicators_tell_no_factor():
    rows = pd.DataFrame({"indicator_id": "planted", "period": "2024", "count": 7_111_317,
                         "denominator": HEADS, "value": [7_111_317.0]})  # fmt: skip
    with pytest.raises(TableError, match=r"values of Planted are far from what its counts"):
        require_printable(rows, FACTS)
    with pytest.raises(TableError, match=r"are 3\.17e\+05 times what its counts"):
        require_printable(rows, FACTS.assign(confidential=False))


def test_false_totals_name_the_cells_and_no_count():
    table = pd.DataFrame(
        {"area_code": ["E01000001", "E01000002", "East"], "area_type": ["lsoa21"] * 2 +
         ["collaborative"], "indicator_id": "planted", "period": "2024",
         "count": [7_111_317, 8_222_634, 7_000_001]}
    )  # fmt: skip
    members = LSOAS[["lsoa21cd", "collaborative"]][:2]
    with pytest.raises(TableError, match="collaborative East is not the sum") as caught:
        suppress(table, members)
    assert _told([str(caught.value)], {"7111317", "8222634", "7000001", "15333951"}) == set()
