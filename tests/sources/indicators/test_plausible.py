"""Figures that cannot be: -99 for "no figure", rates below zero, shares above the whole."""

import pandas as pd
import pytest

from geo.errors import TableError
from geo.sources.indicators.read import read_indicators

AREAS = [f"E0100000{n}" for n in range(1, 7)]
PLAIN = [4.0, 7.0, 2.5, 6.0, 3.0, 5.0]


def entry(measure, multiplier=100):
    return pd.DataFrame(
        [
            {
                "indicator_id": "x",
                "name": "X",
                "group": "g",
                "unit": "u",
                "multiplier": multiplier,
                "measure": measure,
                "polarity": "low_is_good",
                "source": "s",
                "licence": "l",
                "confidential": True,
            }
        ]
    )


def written(tmp_path, figure="value", **changes):
    """A file of six areas and England, with other figures in some rows."""
    figures = [*PLAIN, 5.0]
    for at, value in changes.items():
        figures[int(at.removeprefix("row"))] = value
    table = pd.DataFrame(
        {
            "area_code": [*AREAS, "E92000001"],
            "area_type": ["lsoa21"] * 6 + ["england"],
            "indicator_id": "x",
            "period": "2024",
            "value": [*PLAIN, 5.0],
        }
    )
    path = tmp_path / "x.csv"
    table.assign(**{figure: figures}).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("measure", ["proportion", "rate", "ratio", "count"])
@pytest.mark.parametrize("wrong", [-99, -1, -0.5])
def test_what_cannot_be_negative_is_refused_with_its_rows(tmp_path, measure, wrong):
    path = written(tmp_path, row1=wrong, row3=wrong)
    with pytest.raises(TableError, match=f"2 of 7 figures in .*E01000002.*{measure} cannot be"):
        read_indicators(path, catalogue=entry(measure))


def test_proportions_above_the_whole_are_refused_and_the_whole_is_not(tmp_path):
    with pytest.raises(TableError, match="1 of 7 .*E01000001.*above its multiplier"):
        read_indicators(written(tmp_path, row0=101), catalogue=entry("proportion"))
    path = written(tmp_path, row0=100, row1=0)
    assert read_indicators(path, catalogue=entry("proportion"))["value"].max() == 100
    assert len(read_indicators(written(tmp_path, row0=101), catalogue=entry("rate", 1000))) == 7


@pytest.mark.parametrize("measure", ["value", "mean", None])
@pytest.mark.parametrize("code", [-99, -999, 999, 9999, 99999])
def test_codes_for_no_figure_are_refused_whatever_the_measure(tmp_path, measure, code):
    known = None if measure is None else entry(measure)
    for rows in ({"row2": code}, {f"row{n}": code for n in range(6)}):
        path = written(tmp_path, **rows)
        with pytest.raises(TableError, match=rf"{len(rows)} of 7 figures .*so far from all"):
            read_indicators(path, catalogue=known)


@pytest.mark.parametrize("figure", ["count", "denominator", "lower_ci", "upper_ci", "lower_ci_998"])
def test_codes_for_no_figure_are_refused_in_every_column(tmp_path, figure):
    path = written(tmp_path, figure, row2=9999)
    with pytest.raises(TableError, match=f"1 of 7 figures .* as {figure} of x"):
        read_indicators(path, catalogue=entry("mean"))


@pytest.mark.parametrize(
    "sound",
    [
        {"row0": -99, "row1": -42.5},
        {"row0": -3},
        {"row0": 999, "row1": 850},
        {"row0": 99},
        {"row6": 999},
    ],
)
def test_measures_that_may_be_negative_or_large_are_read(tmp_path, sound):
    table = read_indicators(written(tmp_path, **sound), catalogue=entry("mean", 1))
    assert {float(value) for value in sound.values()} <= set(table["value"])


def test_messages_do_not_tell_the_figures(tmp_path):
    with pytest.raises(TableError) as problem:
        read_indicators(written(tmp_path, row1=-98765), catalogue=entry("rate"))
    assert "98765" not in str(problem.value)
    assert "E01000002" in str(problem.value)


def shares(tmp_path, counts, denominators, values, area_types="lsoa21"):
    table = pd.DataFrame({"area_code": AREAS[: len(counts)], "area_type": area_types,
                          "indicator_id": "x", "period": "2024", "count": counts,
                          "denominator": denominators, "value": values})  # fmt: skip
    path = tmp_path / "x.csv"
    table.to_csv(path, index=False)
    return path


CONTRADICTORY = "1 of 3 figures in .* have a value that contradicts.* of x .E01000002.;.*correct"


@pytest.mark.parametrize("second", [17, 30.1, 0.3, 3000, 0])
def test_a_proportion_that_contradicts_its_count_is_refused(tmp_path, second):
    path = shares(tmp_path, [12, 33, 7], [110, 110, 70], [10.9, second, 10.0])
    with pytest.raises(TableError, match=CONTRADICTORY if second != 3000 else "above its mult"):
        read_indicators(path, catalogue=entry("proportion"))


@pytest.mark.parametrize("decimals", [0, 1, 4, 12])
@pytest.mark.parametrize("cut", [False, True])
def test_values_that_are_rounded_or_cut_off_agree(tmp_path, decimals, cut):
    exact = pd.Series([12 / 110, 33 / 111, 7 / 71]) * 100
    off = 0.5 * 10.0**-decimals if cut else 0
    path = shares(tmp_path, [12, 33, 7], [110, 111, 71], (exact - off).round(decimals))
    assert len(read_indicators(path, catalogue=entry("proportion"))) == 3


def test_counts_that_are_rounded_to_five_agree(tmp_path):
    path = shares(tmp_path, [10, 35, 5], [110, 110, 70], [10.9, 30.0, 10.0])
    assert len(read_indicators(path, catalogue=entry("proportion"))) == 3


@pytest.mark.parametrize(("unit", "sound"), [(1, False), (100, True), (1000, False)])
def test_values_in_another_unit_than_the_multiplier_are_refused(tmp_path, unit, sound):
    for measure in ("proportion", "rate", "ratio"):
        path = shares(tmp_path, [12, 33, 7], [110, 110, 70], [10.9, 30.0, 10.0])
        if sound:
            assert len(read_indicators(path, catalogue=entry(measure, unit))) == 3
        else:
            with pytest.raises(TableError, match="above its multiplier|3 of 3 .*contradicts"):
                read_indicators(path, catalogue=entry(measure, unit))


@pytest.mark.parametrize("measure", ["rate", "ratio", "mean", "value"])
def test_standardised_values_may_differ_from_their_counts(tmp_path, measure):
    path = shares(tmp_path, [12, 33, 7], [110, 110, 70], [21.0, 22.5, 40.0])
    assert len(read_indicators(path, catalogue=entry(measure))) == 3


def test_a_part_is_not_larger_than_its_whole(tmp_path):
    path = shares(tmp_path, [12, 113, 7], [110, 110, 70], [None, None, None])
    with pytest.raises(TableError, match="1 of 3 .*count above its denom.*E01000002.*correct"):
        read_indicators(path, catalogue=entry("proportion"))
    assert len(read_indicators(path, catalogue=entry("rate"))) == 3


def test_a_count_is_its_own_value(tmp_path):
    with pytest.raises(TableError, match="1 of 3 .*value that is not its count.*E01000003"):
        read_indicators(shares(tmp_path, [4, 5, 6], None, [4, 5, 7]), catalogue=entry("count", 1))
    assert len(read_indicators(shares(tmp_path, [4, 5, 6], None, [4, None, 6]),
                               catalogue=entry("count", 1))) == 3  # fmt: skip


def test_messages_of_contradictions_tell_no_figure(tmp_path):
    for counts, values in (([12, 117, 7], [None] * 3), ([12, 37, 7], [10.9, 63.77, 10.0])):
        with pytest.raises(TableError) as problem:
            read_indicators(shares(tmp_path, counts, [110, 110, 70], values),
                            catalogue=entry("proportion"))  # fmt: skip
        told = str(problem.value).replace(str(tmp_path), "").replace("E01000002", "")
        assert not any(figure in told for figure in ("117", "37", "110", "63"))


def limits(tmp_path, value, low, high, more=""):
    table = pd.DataFrame({"area_code": AREAS[:2], "area_type": "lsoa21", "indicator_id": "x",
                          "period": "2024", "value": [5.0, value], f"lower_ci{more}": [4.0, low],
                          f"upper_ci{more}": [6.0, high]})  # fmt: skip
    table.to_csv(tmp_path / "x.csv", index=False)
    return tmp_path / "x.csv"


@pytest.mark.parametrize("more", ["", "_998"])
@pytest.mark.parametrize("wrong", [(5, 7, 3), (5, 7, 9), (5, 1, 3), (50, 1, 9)])
def test_a_value_outside_its_limits_is_refused(tmp_path, wrong, more):
    with pytest.raises(TableError, match="1 of 2 .*outside its limits.*E01000002.*correct"):
        read_indicators(limits(tmp_path, *wrong, more))


@pytest.mark.parametrize("sound", [(5, 5.04, 9), (5, 5, 5), (0, 0, 3), (5, None, 9), (None, 3, 9)])
def test_limits_that_hold_their_value_but_for_its_decimals_are_read(tmp_path, sound):
    assert len(read_indicators(limits(tmp_path, *sound))) == 2


def test_a_count_of_nobody_is_refused(tmp_path):
    with pytest.raises(TableError, match="1 of 2 .*count above its denominator"):
        read_indicators(shares(tmp_path, [12, 3], [110, 0], [None, None]),
                        catalogue=entry("proportion"))  # fmt: skip
