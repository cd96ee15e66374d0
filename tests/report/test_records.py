"""``geo records``: what a place and its data folders add to a specification."""

import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

import geo
from geo.commands.cli import main
from geo.sources.sample import write_sample
from tests.records.cases import FACTS

pytest.importorskip("duckdb", reason="not installed: pip install 'geo-targeting[records]'")

SECRET = "Zz9-child"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    write_sample(folder / "data")
    areas = geo.read_boundaries(folder / "data" / "LSOA_2021_sample.gpkg")
    codes = list(areas["lsoa21cd"])
    points = areas.representative_point()
    table = pd.DataFrame(
        {
            "Child": [f"{SECRET}{n % 30}" for n in range(90)],
            "Start": pd.date_range("2023-04-01", periods=90, freq="7D").date,
            "LSOA": [codes[n % 5] for n in range(90)],
            "x": [points.x[n % 5] for n in range(90)],
            "y": [points.y[n % 5] for n in range(90)],
            "Open": ["yes" if n % 3 else "no" for n in range(90)],
        }
    )
    table.to_csv(folder / "plans.csv", index=False)
    ages = {"lsoa21cd": codes, "Total": 91, **{str(age): 1 for age in range(90)}, "90+": 1}
    pd.DataFrame(ages).to_csv(folder / "data" / "mid-2022.csv", index=False)
    (folder / "it.toml").write_text(
        "period = 'financial year'\n[tables.plans]\nfiles = 'plans.csv'\nperson = 'Child'\n"
        "date = 'Start'\narea = { easting = 'x', northing = 'y' }\n"
        f"[indicators.of_residents]\n{FACTS}count = 'people'\n"
        "denominator = { residents = '0-17' }\n"
        f"[indicators.open]\n{FACTS}where = {{ Open = 'yes' }}\ndenominator = 'same'\n"
    )
    return folder


def call(folder, *given):
    return CliRunner().invoke(main, ["records", str(folder / "it.toml"), *map(str, given)])


def test_records_become_a_file_that_is_read_as_any_other(folder):
    out = folder / "out" / "indicators.csv"
    out.parent.mkdir()
    for _ in range(2):  # the catalogue may be written over by itself
        done = call(folder, "--out", out, "--data", folder / "data")
        assert done.exit_code == 0, done.output
    assert SECRET not in done.output + out.read_text()
    table, catalogue = geo.read_indicators(out), geo.read_catalogue(out)
    assert catalogue["confidential"].all()
    assert catalogue["indicator_id"].tolist() == ["of_residents", "open"]
    rate = table[table["indicator_id"].eq("of_residents")]
    areas = geo.read_boundaries(folder / "data" / "LSOA_2021_sample.gpkg")
    assert len(rate) == len(areas) * rate["period"].nunique()
    assert rate["denominator"].eq(18).all()
    assert rate["state"].eq("zero").sum() == len(rate) - rate["count"].gt(0).sum()
    share = table[table["indicator_id"].eq("open")]
    assert share["denominator"].sum() == 90
    assert share["count"].sum() == 60


def test_a_dry_run_and_the_sql_write_nothing(folder):
    before = sorted(folder.rglob("*"))
    tried = call(folder, "--dry-run", "--data", folder / "data")
    assert "open: 60 of 90 in 5 LSOAs and 2 periods" in tried.output
    said = call(folder, "--explain")
    assert said.exit_code == 0
    assert "GROUP BY ALL" in said.output
    assert "= 'yes'" in said.output
    assert sorted(folder.rglob("*")) == before


def test_what_is_not_as_it_should_be_is_told(folder, tmp_path):
    (tmp_path / "indicators.toml").write_text("[mine]\n")
    taken = call(folder, "--out", tmp_path / "it.csv", "--data", folder / "data")
    assert taken.exit_code == 1
    assert "is not written over; choose another folder" in taken.output
    assert (tmp_path / "indicators.toml").read_text() == "[mine]\n"
    assert call(folder).exit_code == 2
    nothing = call(folder, "--dry-run")
    assert "no boundaries of lsoa21; fetch or add them" in nothing.output


def test_residents_of_lsoas_of_2011_are_carried_over(folder, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(folder / "data", data)
    (data / "mid-2022.csv").unlink()
    lookup = pd.read_csv(data / "LSOA11_LSOA21_lookup.csv")
    codes = lookup["LSOA11CD"].unique()
    ages = {"lsoa11cd": codes, "Total": 182, **{str(age): 2 for age in range(90)}, "90+": 2}
    pd.DataFrame(ages).to_csv(data / "mid-2020.csv", index=False)
    out = tmp_path / "indicators.csv"
    done = call(folder, "--out", out, "--data", data)
    assert done.exit_code == 0, done.output
    words = "Denominators are residents aged 0 to 17, mid-2020 carried over from LSOA 2011 areas."
    assert words in done.output
    table = geo.read_indicators(out)
    table = table[table["indicator_id"].eq("of_residents")]
    one = table[table["period"].eq(table["period"].iloc[0])]
    assert one["denominator"].sum() == pytest.approx(36 * len(codes))
    assert one["denominator"].nunique() > 1  # some LSOAs were split, or merged


def test_without_residents_it_is_told(folder, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(folder / "data", data)
    (data / "mid-2022.csv").unlink()
    done = call(folder, "--dry-run", "--data", data)
    assert "The denominator of of_residents is residents, and no file has them" in done.output
