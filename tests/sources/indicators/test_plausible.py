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
