"""Whom to serve first: tables and sentences of a place."""

import pandas as pd
import pytest
from click.testing import CliRunner

from geo.commands.cli import main
from geo.errors import TableError
from geo.report.target import told


def test_tables_of_the_sample(sample_evidence, tmp_path):
    lsoas = sample_evidence.lsoas
    lines = told(sample_evidence, tmp_path, "imd", None)
    top = int((lsoas["imd_decile"] <= 3).sum())
    table = pd.read_csv(tmp_path / "targeting.csv")
    assert len(table) == len(lsoas)
    assert (table["standing"] == "firmly in").sum() == top
    assert table["imd_rank"].is_monotonic_increasing
    assert list(table)[:3] == ["lsoa21cd", "lsoa21nm", "local_name"]
    first = lsoas.set_index("lsoa21cd").loc[table["lsoa21cd"].iat[0]]
    called = f"{first['wd24nm']} ({first['lsoa21nm'].split()[-1]})"
    assert table.loc[0, ["lsoa21nm", "local_name"]].tolist() == [first["lsoa21nm"], called]
    assert lines[0].endswith(
        f"{top} of {len(lsoas)} LSOAs come first by Index of Multiple Deprivation."
    )
    curve = pd.read_csv(tmp_path / "coverage.csv")
    assert set(curve["area_type"]) == {"lsoa21", *sample_evidence.place.level_columns}
    share = lsoas.loc[lsoas["imd_decile"] <= 3, "children"].sum() / lsoas["children"].sum()
    assert curve["share_of_children"].iloc[top - 1] == pytest.approx(share)
    assert f"{share:.1%} of all children live in these {top} LSOAs." in lines
    with pytest.raises(TableError, match="no ranks of wealth here; choose one of imd"):
        told(sample_evidence, tmp_path, "wealth", None)


def test_target_command_refuses_a_place_with_the_sample(tmp_path):
    for more in (["cheshire-east"], ["--data", str(tmp_path)]):
        result = CliRunner().invoke(main, ["target", *more, "--sample"])
        assert result.exit_code == 2
        assert "leave PLACE, --data and --indicators out" in result.stderr
