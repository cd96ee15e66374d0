"""Why two reports differ: data, membership and method, each where it is one, and no guess."""

import itertools

import pandas as pd
import pytest

from geo.report.differences import differences
from geo.report.manifest import UNCHECKED
from tests.report.test_differences import CELLS, LSOAS, changed, written

WARDS = LSOAS.assign(
    wd24cd=["E05000001", "E05000001", "E05000002", "E05000002", "E05000003"],
    wd24nm=["Abbey", "Abbey", "Brook", "Brook", "Castle"],
    hub=["a", "a", "b", "b", "c"],
)
THREE = pd.concat(
    [CELLS, CELLS.iloc[[1, 3]].assign(area_code="c", area="Hub C")], ignore_index=True
)
BROOK_TO_A = {"hub": {2: "a", 3: "a"}}
GROUPING = {"file": "wards.csv", "recognised_as": "grouping of areas", "sha256": "1"}
FIGURES = {"file": "figures.csv", "recognised_as": "indicators", "sha256": "2"}
SECRET = {"file": "secret.csv", "recognised_as": "indicators", "sha256": UNCHECKED}
BEFORE = {"inputs": [GROUPING, FIGURES]}
REGROUPED = {"inputs": [GROUPING | {"sha256": "9"}, FIGURES]}
OTHER_DATA = {"inputs": [GROUPING, FIGURES | {"sha256": "9"}]}
BOTH = {"inputs": [GROUPING | {"sha256": "9"}, FIGURES | {"sha256": "9"}]}
VERSION = {"versions": {"geo-targeting": "1.1"}}
UNKNOWN = {
    "inputs": [GROUPING, SECRET],
    "indicators": {"confidential": ["neet"], "disclosure_rule": "counts under 5 are not shown"},
}


def compared(tmp_path, lsoas, cells, before, after):
    old = written(tmp_path / "old", WARDS, THREE, **before)
    return differences(old, written(tmp_path / "new", lsoas, cells, **after))


def causes(found):
    return {(r.what, r.area_code): r.by for r in found.table.itertuples()}


def test_a_ward_that_moved_is_the_cause_of_what_its_groups_show(tmp_path):
    cells = changed(THREE, value={0: 5.5, 2: 71.0}, comparison={1: "similar"})
    found = compared(tmp_path, changed(WARDS, **BROOK_TO_A), cells, BEFORE, REGROUPED)
    assert set(found.table["by"]) == {"membership"}
    text = "\n".join(found.lines)
    assert "Hub: ward Brook (2 LSOAs) from b to a." in text
    assert "By membership: areas went to another group" in text
    assert "wards.csv" in text
    assert "cannot be told apart" not in text
    assert "By data" not in text


def test_a_part_of_a_ward_that_moved_is_told_by_its_lsoas(tmp_path):
    found = compared(tmp_path, changed(WARDS, hub={2: "a"}), THREE, BEFORE, REGROUPED)
    assert "Hub: 1 LSOA (Ward (003A)) from b to a." in "\n".join(found.lines)


@pytest.mark.parametrize(
    ("after", "of_the_moved", "of_the_rest", "of_deciles"),
    [
        (REGROUPED, "membership", "method", "method"),
        (BOTH, "data or membership", "data", "method"),
        (REGROUPED | VERSION, "membership or method", "method", "method"),
        (BOTH | VERSION, "data, membership or method", "data or method", "method"),
        (REGROUPED | {"release": 2019}, "data or membership", "data", "data"),
        (
            REGROUPED | {"indicators": {"compared_with": "region"}},
            "membership or method", "method", "method",
        ),
    ],
)  # fmt: skip
def test_each_difference_has_the_causes_that_reach_it(
    tmp_path, after, of_the_moved, of_the_rest, of_deciles
):
    lsoas = changed(WARDS, imd_decile={0: 4}, **BROOK_TO_A)
    cells = changed(THREE, value={0: 5.5, 4: 6.5})
    found = compared(tmp_path, lsoas, cells, BEFORE, after)
    told = causes(found)
    assert told["group", "E01000003"] == "membership"
    assert told["revised", "a"] == of_the_moved
    assert told["revised", "c"] == of_the_rest
    assert told["left", "E01000001"] == of_deciles
    several = {by for by in told.values() if " or " in by}
    for by in several:
        assert f"{by.capitalize()}, which cannot be told apart" in "\n".join(found.lines)


@pytest.mark.parametrize("moved", [False, True])
def test_data_that_did_not_change_is_no_cause(tmp_path, moved):
    """Whatever is different besides, without other files or release nothing is by data."""
    lsoas = changed(WARDS, imd_decile={0: 4}, **(BROOK_TO_A if moved else {}))
    found = compared(tmp_path, lsoas, changed(THREE, value={0: 5.5}), BEFORE, BEFORE | VERSION)
    assert not found.table["by"].str.contains("data").any()
    assert found.table["by"].str.contains("membership").any() == moved


def test_a_list_of_groups_that_moves_nobody_is_not_called_a_move(tmp_path):
    found = compared(tmp_path, WARDS, changed(THREE, value={0: 5.5}), BEFORE, REGROUPED)
    assert causes(found) == {("revised", "a"): "data"}


def test_a_rule_reaches_confidential_figures_alone(tmp_path):
    before = {"inputs": [GROUPING], "indicators": UNKNOWN["indicators"]}
    other = UNKNOWN["indicators"] | {"disclosure_rule": "counts under 10 are not shown"}
    hidden = changed(THREE, state={1: "suppressed"}, value={1: None, 2: 71.0})
    found = compared(tmp_path, WARDS, hidden, before, before | {"indicators": other})
    assert "counts under 5 are not shown, then counts under 10 are not shown" in " ".join(
        found.lines
    )
    told = found.table.set_index("about")["by"]
    assert (told["neet 16-17"], told["gld"]) == ("method", "method")


def test_another_rule_does_not_explain_public_figures(tmp_path):
    other = UNKNOWN["indicators"] | {"disclosure_rule": "counts under 10 are not shown"}
    before = {"inputs": [GROUPING, FIGURES], "indicators": UNKNOWN["indicators"]}
    after = {"inputs": [GROUPING, FIGURES | {"sha256": "9"}], "indicators": other}
    cells = changed(THREE, state={1: "suppressed"}, value={1: None, 2: 71.0})
    told = compared(tmp_path, WARDS, cells, before, after).table.set_index("about")["by"]
    assert (told["neet 16-17"], told["gld"]) == ("data or method", "data")


def test_confidential_files_are_taken_as_the_same_where_all_else_they_print_is(tmp_path):
    cells = changed(THREE, value={0: 5.5, 1: 6.5})
    found = compared(tmp_path, changed(WARDS, **BROOK_TO_A), cells, UNKNOWN, UNKNOWN)
    assert set(found.table["by"]) == {"membership"}
    text = "\n".join(found.lines)
    assert "secret.csv" in text
    assert "no checksum" in text
    assert "taken to be the same" in text


def test_confidential_files_may_be_others_where_what_they_print_is(tmp_path):
    cells = changed(THREE, value={0: 5.5, 4: 6.5, 2: 71.0})
    found = compared(tmp_path, changed(WARDS, **BROOK_TO_A), cells, UNKNOWN, UNKNOWN)
    told = {(r.area_code, r.about): r.by for r in found.table.itertuples() if r.what == "revised"}
    assert told == {
        ("a", "neet 16-17"): "data or membership",
        ("c", "neet 16-17"): "data or method",
        ("a", "gld"): "membership",
    }
    assert "may have changed" in "\n".join(found.lines)


def test_confidential_files_may_be_others_where_nothing_of_them_can_be_compared(tmp_path):
    lsoas = changed(WARDS, hub={2: "a", 3: "c", 4: "a"})
    cells = changed(THREE, value={0: 5.5})
    found = compared(tmp_path, lsoas, cells, UNKNOWN, UNKNOWN)
    told = found.table[found.table["what"].eq("revised")]
    assert told["by"].tolist() == ["data or membership"]


def test_a_level_that_one_report_has_alone_is_a_change_of_membership(tmp_path):
    lsoas = WARDS.rename(columns={"hub": "patch"})
    found = compared(tmp_path, lsoas, THREE.assign(area_type="patch"), BEFORE, BEFORE)
    assert set(found.table["what"]) == {"appeared", "gone"}
    assert set(found.table["by"]) == {"membership"}
    assert "Groups: hub, then patch." in found.lines


def test_two_reports_of_one_day_are_told_by_time_and_folder(tmp_path):
    old = written(tmp_path / "old", made="2026-01-02T10:00:00+00:00")
    new = written(tmp_path / "new", made="2026-01-02T11:30:00+00:00")
    assert differences(old, new).lines[0] == (
        f"From {old} (made on 2 January 2026 at 10:00) to {new} (made on 2 January 2026 at 11:30)."
    )


def test_files_are_told_as_changed_come_or_gone(tmp_path):
    before = {"inputs": [GROUPING, FIGURES]}
    after = {"inputs": [GROUPING | {"sha256": "9"}, FIGURES | {"file": "newer.csv"}]}
    text = "\n".join(compared(tmp_path, WARDS, THREE, before, after).lines)
    assert "Changed files: wards.csv." in text
    assert "Only read for the new report: newer.csv." in text
    assert "Only read for the old report: figures.csv." in text


def test_nothing_is_said_of_causes_where_nothing_differs(tmp_path):
    for at, (before, after) in enumerate(itertools.product([BEFORE, UNKNOWN], [BOTH, UNKNOWN])):
        found = compared(tmp_path / str(at), WARDS, THREE, before, after)
        assert found.table.empty
        assert found.lines[-1] == "Nothing that both print differs."
