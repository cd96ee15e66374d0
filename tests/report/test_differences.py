"""What differs between two reports: each kind once, by data or by method, and nothing else."""

import json

import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.report.differences import differences

LSOAS = pd.DataFrame(
    {
        "lsoa21cd": [f"E0100000{n}" for n in range(1, 6)],
        "lsoa21nm": [f"Mill 00{n}A" for n in range(1, 6)],
        "local_name": [f"Ward (00{n}A)" for n in range(1, 6)],
        "wd24cd": "E05000001",
        "hub": ["a", "a", "b", "b", "b"],
        "release": 2025,
        "imd_decile": [1, 3, 4, 5, 9],
    }
)
CELLS = pd.DataFrame(
    {
        "area_type": "hub",
        "area_code": ["a", "b", "a", "b"],
        "area": ["Hub A", "Hub B", "Hub A", "Hub B"],
        "indicator_id": ["neet", "neet", "gld", "gld"],
        "sex": "all",
        "age": ["16-17", "16-17", "all", "all"],
        "period": "2024",
        "value": [5.0, 6.0, 70.0, 60.0],
        "text": ["5.0", "6.0", "70", "60"],
        "state": "value",
        "comparison": ["similar", "worse", "better", "worse"],
        "meaning": ["similar to England", "worse than England"] * 2,
        "latest": True,
    }
)


def written(folder, lsoas=LSOAS, cells=CELLS, **manifest):
    (folder / "tables").mkdir(parents=True)
    if lsoas is not None:
        lsoas.to_csv(folder / "tables/lsoas.csv", index=False)
    if cells is not None:
        cells.to_csv(folder / "tartan-rug.csv", index=False)
    entries = {
        "made": "2026-01-02T10:00:00", "place": {"name": "Mill", "code": "E06000001"},
        "release": 2025, "inputs": [{"file": "a.csv", "sha256": "1"}],
        "versions": {"geo-targeting": "1.0"},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(entries | manifest))
    return folder


def changed(table, **cells):
    """A copy with other cells: column = {row: value}."""
    out = table.copy()
    for column, values in cells.items():
        for row, value in values.items():
            out.loc[row, column] = value
    return out


def test_two_reports_of_the_same_do_not_differ(tmp_path):
    found = differences(written(tmp_path / "old"), written(tmp_path / "new"))
    assert found.table.empty
    assert found.lines[-1] == "Nothing that both print differs."


def test_every_kind_of_difference_is_told_once(tmp_path):
    lsoas = changed(LSOAS, imd_decile={0: 4, 2: 3, 3: 6}, hub={4: "a"}).drop(index=1)
    lsoas = pd.concat([lsoas, LSOAS.tail(1).assign(lsoa21cd="E01000009", local_name="New")])
    cells = changed(
        CELLS,
        comparison={0: "worse"}, period={1: "2025"}, value={1: 6.1, 2: 71.0},
        state={3: "suppressed"},
    )  # fmt: skip
    other = {"inputs": [{"file": "a.csv", "sha256": "2"}], "versions": {"geo-targeting": "1.1"}}
    found = differences(written(tmp_path / "old"), written(tmp_path / "new", lsoas, cells, **other))
    rows = {(row.what, row.area_code, row.about): row for row in found.table.itertuples()}
    assert set(rows) == {
        ("left", "E01000001", "imd_decile"),
        ("joined", "E01000003", "imd_decile"),
        ("decile", "E01000004", "imd_decile"),
        ("group", "E01000005", "hub"),
        *((what, code, rows_of(found, what)) for what, code in
          (("gone", "E01000002"), ("appeared", "E01000009"))),
        ("colour", "a", "neet 16-17"),
        ("newer", "b", "neet 16-17"),
        ("revised", "a", "gld"),
        ("colour", "b", "gld"),
    }  # fmt: skip
    assert rows["left", "E01000001", "imd_decile"].before == 1
    by = {key: row.by for key, row in rows.items()}
    assert {by[key] for key in by if key[0] in ("group", "appeared", "gone")} == {"membership"}
    assert by["decile", "E01000004", "imd_decile"] == "data or method"
    assert by["newer", "b", "neet 16-17"] == "data"
    assert by["colour", "a", "neet 16-17"] == "data, membership or method"
    text = " ".join(found.lines)
    assert "Changed files: a.csv. geo-targeting 1.0, then 1.1." in text
    assert "Joined the most deprived 30% in England: 1 area (Ward (003A))." in text
    assert "Of another class: 2 cells of the Tartan Rug (Hub A: neet 16-17, Hub B: gld)." in text
    assert "New: 1 area (New)." in text


def rows_of(found, what):
    return found.table.loc[found.table["what"].eq(what), "about"].iat[0]


def test_the_same_files_with_other_numbers_differ_by_method_but_for_newer_periods(tmp_path):
    cells = changed(CELLS, comparison={0: "worse"}, period={1: "2025"})
    found = differences(written(tmp_path / "old"), written(tmp_path / "new", cells=cells))
    by = found.table.set_index("what")["by"].to_dict()
    assert by == {"colour": "method", "newer": "data"}


def test_what_cannot_be_compared_is_refused(tmp_path):
    old = written(tmp_path / "old")
    with pytest.raises(FileError, match="is no folder that geo build wrote .*name the folder"):
        differences(old, tmp_path / "none")
    other = written(tmp_path / "other", place={"name": "Far", "code": "E06000002"})
    with pytest.raises(TableError, match="is of Mill and .* of Far; give two reports of one"):
        differences(old, other)
    with pytest.raises(FileError, match="has tartan-rug.csv and .* has not; build both"):
        differences(old, written(tmp_path / "part", cells=None))
    vintage = LSOAS.rename(columns={"lsoa21cd": "lsoa11cd", "lsoa21nm": "lsoa11nm"})
    with pytest.raises(TableError, match="of lsoa21 and the other of lsoa11; areas of two vint"):
        differences(old, written(tmp_path / "vintage", vintage))


def test_the_command_writes_a_row_a_difference(tmp_path):
    from click.testing import CliRunner

    from geo.commands.cli import main

    old = written(tmp_path / "old")
    new = written(tmp_path / "new", changed(LSOAS, imd_decile={0: 4}))
    out = tmp_path / "differences.csv"
    result = CliRunner().invoke(main, ["diff", str(old), str(new), "--out", str(out)])
    assert (result.exit_code, len(pd.read_csv(out))) == (0, 1)
    assert f"{out}: 1 differences." in result.output
