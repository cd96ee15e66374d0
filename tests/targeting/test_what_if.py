"""What changes when areas are grouped otherwise, and only that."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.targeting.what_if import compare_memberships


@pytest.fixture
def lsoas():
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "lsoa21cd": [f"E010000{i:02d}" for i in range(40)],
            "now": rng.choice(["North", "Mid", "South"], 40),
            "then": rng.choice(["North", "Mid", "South", "New"], 40),
            "children": rng.integers(0, 300, 40),
            "population": rng.integers(1000, 2000, 40),
            "imd_decile": rng.integers(1, 11, 40),
        }
    )


def test_nothing_moves_nothing_changes(lsoas):
    found = compare_memberships(lsoas, before="now", after="now")
    assert found.moved.empty
    assert found.groups.empty
    assert found.sentences() == ["Nothing changes."]


def test_what_groups_gain_others_lose(lsoas):
    before = lsoas.copy()
    counts = ["children", "population"]
    found = compare_memberships(lsoas, before="now", after="then", counts=counts)
    assert found.groups.groupby("what")["change"].sum().eq(0).all()
    for row in found.groups.itertuples():
        for side, column in (("before", "now"), ("after", "then")):
            own = lsoas[lsoas[column] == row.group]
            told = {"areas": len(own), "deprived areas": (own["imd_decile"] <= 3).sum()}
            expected = told.get(row.what, own.get(row.what, pd.Series(dtype=float)).sum())
            assert getattr(row, side) == expected
    assert len(found.moved) == (lsoas["now"] != lsoas["then"]).sum()
    back = compare_memberships(lsoas, before="then", after="now", counts=counts)
    assert back.groups["change"].tolist() == (-found.groups["change"]).tolist()
    pd.testing.assert_frame_equal(before, lsoas)


def test_one_ward_that_moves_leaves_other_groups_out(lsoas):
    then = lsoas["now"].where(lsoas.index != lsoas.index[lsoas["now"] == "North"][0], "South")
    found = compare_memberships(lsoas.assign(then=then), before="now", after="then")
    assert set(found.groups["group"]) == {"North", "South"}
    assert found.sentences()[0] == "1 of 40 areas change their group."


def test_what_is_hidden_or_impossible_is_refused(lsoas):
    given = {"before": "now", "after": "then"}
    hidden = lsoas.assign(children=lsoas["children"].astype(float).where(lsoas.index > 0))
    for wrong, more, message in (
        (hidden, {"counts": "children"}, "leave out what is not shown"),
        (lsoas.assign(imd_decile=11), {}, "is not a decile"),
        (lsoas, {"counts": "pupils"}, "No column pupils"),
        (lsoas.assign(then=None), {}, "then"),
    ):
        with pytest.raises((TableError, CodeError), match=message):
            compare_memberships(wrong, **given, **more)
