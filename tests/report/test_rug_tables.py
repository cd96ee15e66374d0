"""The Rug as tables: every period, numbers as numbers, and a row an area."""

import io

import numpy as np
import pandas as pd
import pytest

from geo.report.rug_tables import a_row_an_area, all_periods
from geo.report.rugs import rugs
from geo.vocabulary.spreadsheets import safe_cells


@pytest.fixture(scope="module")
def every(sample_evidence):
    return all_periods(rugs(sample_evidence).values(), sample_evidence.outcomes)


KEYS = ["area_type", "area_code", "indicator_id", "sex", "age", "period"]


def test_all_periods_are_those_of_the_comparisons_each_once(every, sample_evidence):
    assert not every.duplicated(KEYS).any()
    table = sample_evidence.outcomes.comparisons
    groups = table[table["area_type"].isin(["collaborative", "locality", "borough"])]
    for kind in ("collaborative", "borough"):
        own = every[every["area_type"] == kind]
        known = groups.loc[groups["area_type"] == kind, "period"].nunique()
        assert own["period"].nunique() == known > 3
    both = every.merge(table, on=KEYS, suffixes=("", "_as_compared"))
    england = both[both["area_type"].eq("england")]
    assert england["value"].equals(england["value_as_compared"].fillna(england["benchmark_value"]))
    both = both[both["area_type"].ne("england")]
    assert (~both["latest"]).sum() > 100
    pd.testing.assert_series_equal(
        both["value"], both["value_as_compared"], check_names=False, check_dtype=False
    )
    earlier = both[~both["latest"]]
    assert earlier["comparison"].eq(earlier["comparison_as_compared"]).all()


def test_latest_cells_are_those_of_the_rugs(every, sample_evidence):
    latest = every[every["latest"]]
    made = pd.concat([rug.data for rug in rugs(sample_evidence).values()])
    kept = made.drop_duplicates([key for key in KEYS if key != "period"])
    assert latest["text"].tolist() == kept["text"].tolist()


def test_hidden_numbers_of_earlier_periods_are_in_no_table(every):
    hidden = every[every["state"].isin(["suppressed", "missing"])]
    assert hidden.loc[~hidden["latest"], ["value", "count", "lower_ci"]].isna().all(axis=None)
    assert every.loc[every["state"].eq("suppressed"), "disclosure_rule"].ne("").all()


def test_numbers_are_read_as_numbers_however_they_are_signed(every):
    signed = every.assign(value=-every["value"])
    text = safe_cells(signed).to_csv(index=False)
    again = pd.read_csv(io.StringIO(text))
    for name in ("value", "lower_ci", "count", "place", "areas_lacking"):
        assert pd.api.types.is_numeric_dtype(again[name]), name
    np.testing.assert_allclose(again["value"], signed["value"])


def test_a_row_an_area_has_each_series_once(every):
    wide = a_row_an_area(every)
    assert not wide.duplicated(["area_type", "area_code"]).any()
    latest = every[every["latest"]]
    assert len(wide) == len(latest[["area_type", "area_code"]].drop_duplicates())
    area = latest[latest["area_type"].eq("borough") & latest["value"].notna()].iloc[0]
    labels = [area["indicator_id"], area["sex"], area["age"]]
    name = " ".join(label for label in labels if label not in ("", "all"))
    row = wide[wide["area_type"] == "borough"].iloc[0]
    assert row[name] == area["value"]
    assert row[f"{name}_comparison"] == area["comparison"]


def test_a_row_an_area_says_by_which_rule_small_numbers_are_hidden(every):
    assert "disclosure_rule" not in a_row_an_area(every.assign(disclosure_rule=""))
    rule = "counts under 5 are not shown"
    first = every["indicator_id"].eq(every.loc[every["latest"], "indicator_id"].iloc[0])
    ruled = every.assign(disclosure_rule=first.map({True: rule, False: ""}))
    assert set(a_row_an_area(ruled)["disclosure_rule"]) == {rule}
