"""Groupings side by side."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.targeting.groupings import compare_groupings, theil


@pytest.fixture
def lsoas():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"area_code": [f"a{i}" for i in range(60)], "one": "all"})
    table = table.assign(eight=np.arange(60) % 8, each=table["area_code"])
    table = table.assign(population=rng.integers(100, 900, 60), imd_decile=1 + np.arange(60) % 10)
    return table.assign(need=rng.binomial(table["population"], rng.random(60) / 5))


def test_spread_within_and_between_add_up(lsoas):
    found = compare_groupings(lsoas, by=["one", "eight", "each"], need="need")
    assert found["groups"].tolist() == [1, 8, 60]
    assert found["theil"].nunique() == 1
    assert found["share_within"].to_numpy() == pytest.approx(
        [1, found["share_within"][1], 0], abs=1e-9
    )
    within = sum(
        part["need"].sum() / lsoas["need"].sum()
        * theil(part["need"].to_numpy(float), part["population"].to_numpy(float))
        for _, part in lsoas.groupby("eight")
    )  # fmt: skip
    assert found["theil_within"][1] == pytest.approx(within)


def test_theil_is_that_of_people_one_by_one():
    need, people = np.array([2.0, 6, 0]), np.array([4.0, 6, 2])
    own = np.repeat(need / people, people.astype(int))
    ratio = own[own > 0] / own.mean()
    assert theil(need, people) == pytest.approx((ratio * np.log(ratio)).sum() / len(own))


def test_deprived_areas_in_well_off_groups_are_counted(lsoas):
    rate = lsoas.groupby("eight")["need"].sum() / lsoas.groupby("eight")["population"].sum()
    off = rate[rate < lsoas["need"].sum() / lsoas["population"].sum()].index
    expected = (lsoas["eight"].isin(off) & (lsoas["imd_decile"] <= 3)).sum()
    marked = lsoas.assign(imd_decile=lsoas["imd_decile"] <= 3)
    for table in (lsoas, marked):
        found = compare_groupings(table, by="eight", need="need")
        assert found["deprived_in_well_off"].tolist() == [expected]
        assert found["deprived_areas"].tolist() == [18]


def test_no_need_has_no_spread(lsoas):
    found = compare_groupings(lsoas.assign(need=0), by="eight", need="need")
    assert found[["theil", "share_within"]].isna().all(axis=None)


def test_bad_input_is_refused(lsoas):
    for table, given, message in (
        (lsoas.assign(need=-1), {}, "from 0 up"),
        (lsoas.assign(need=np.nan), {}, "leave out what is not shown"),
        (lsoas.assign(population=0), {}, "without people"),
        (lsoas, {"by": "ward"}, "No column ward"),
        (lsoas.drop(columns="imd_decile"), {}, "No column imd_decile"),
    ):
        with pytest.raises(TableError, match=message):
            compare_groupings(table, **{"by": "eight", "need": "need"} | given)
    with pytest.raises(CodeError):
        compare_groupings(pd.concat([lsoas, lsoas]), by="eight", need="need")
