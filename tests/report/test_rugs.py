"""The Tartan Rugs of a place: every colour is worked out once more, from the published files."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.report.evidence import gather_evidence
from geo.report.outcomes import outcomes
from geo.report.rugs import in_brief, rugs, write_rugs
from geo.statistics.comparison import compare
from geo.views.rug.rug import tartan_rug
from geo.vocabulary.releases import RELEASES
from tests.builders import place
from tests.report.test_outcomes import ABSENCE, CATALOGUE, ENGLAND, LSOAS

LEVELS = {
    "tartan-rug": "collaborative",
    "tartan-rug-wards": "wd24cd",
    "tartan-rug-lsoas": "lsoa21cd",
}

FIFTHS = [f"fifth_{number}" for number in range(1, 6)]


def _wilson(x, n, z=1.959963984540054):
    middle, spread = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    return (middle - spread) / (2 * (n + z**2)), (middle + spread) / (2 * (n + z**2))


@pytest.mark.slow
@pytest.mark.parametrize("name", LEVELS)
def test_rugs_colour_census_indicators_as_worked_out_from_the_file(
    name, real_data, cheshire_evidence, laid_out
):
    raw = pd.read_parquet(real_data / "england/census2021_indicators_lsoa21.parquet")
    groups = cheshire_evidence.lsoas.set_index("lsoa21cd", drop=False)[LEVELS[name]]
    polarity = cheshire_evidence.outcomes.catalogue.set_index("indicator_id")["polarity"]
    checked = 0
    for indicator, rows in raw.groupby("indicator_id"):
        england = rows["count"].sum() / rows["denominator"].sum()
        own = rows[rows["area_code"].isin(groups.index)]
        sums = own.groupby(own["area_code"].map(groups))[["count", "denominator"]].sum()
        low, high = _wilson(sums["count"], sums["denominator"])
        above, below = low > england, high < england
        words = {"low_is_good": ("worse", "better"), "no_judgement": ("higher", "lower")}
        more, less = words[polarity[indicator]]
        expected = np.select([above, below], [more, less], "similar")
        data = laid_out[name].data
        shown = data[data["indicator_id"] == indicator].set_index("area_code")["comparison"]
        assert shown[sums.index].tolist() == expected.tolist(), indicator
        checked += len(sums)
    assert checked == 7 * {"tartan-rug": 8, "tartan-rug-wards": 52, "tartan-rug-lsoas": 244}[name]


@pytest.mark.parametrize("name", LEVELS)
def test_rugs_judge_no_value_that_has_no_interval(name, cheshire_evidence, laid_out):
    """Its place among England's areas is told, by fifths; it is neither better nor worse."""
    data = laid_out[name].data
    catalogue = cheshire_evidence.outcomes.catalogue
    alone = catalogue.query("measure in ['value', 'ratio']")["indicator_id"]
    own = data[data["indicator_id"].isin(alone) & data["area_group"].ne("For reference")]
    assert set(own["comparison"]) <= {"not_compared", "missing", *FIFTHS}
    assert own["comparison"].isin(FIFTHS).any()
    assert own["value"].notna().any()


@pytest.mark.slow
@pytest.mark.parametrize("level", ["lsoa21cd", "wd24cd"])
@pytest.mark.parametrize("name", ["connectivity_score", "acute_morbidity_indicator"])
def test_rug_of_fifths_equals_ranks_worked_out_from_the_file(
    name, level, real_data, cheshire_evidence
):
    raw = pd.read_csv(real_data / "england/IoD2025_underlying_indicators.csv")
    lookup = pd.read_csv(real_data / "england/LSOA21_WD24_LAD24_EW_LU.csv").set_index("LSOA21CD")
    codes = raw["lsoa21_code"] if level == "lsoa21cd" else raw["lsoa21_code"].map(lookup["WD24CD"])
    values = raw[name].groupby(codes.to_numpy()).mean()
    worst_first = values if name == "connectivity_score" else -values
    expected = np.ceil(5 * worst_first.rank(method="min") / len(values)).astype(int)
    kind, catalogue = level.removesuffix("cd"), cheshire_evidence.outcomes.catalogue
    table = pd.DataFrame(
        {"area_code": values.index, "area_type": kind, "indicator_id": name, "period": "2025",
         "value": values.to_numpy()}
    )  # fmt: skip
    compared = compare(table, levels="quintiles", catalogue=catalogue)
    own = compared[compared["area_code"].isin(cheshire_evidence.lsoas[level])]
    rug = tartan_rug(own, catalogue=catalogue, areas=kind, levels="quintiles")
    shown = rug.data.set_index("area_code")["comparison"].str.removeprefix("fifth_").astype(int)
    assert len(shown) == cheshire_evidence.lsoas[level].nunique()
    assert (shown == expected.reindex(shown.index)).all()


def test_rugs_stand_under_their_collaborative(laid_out, cheshire_evidence):
    areas = laid_out["tartan-rug-wards"].cells.areas
    own = areas[~areas["reference"]]
    wards = cheshire_evidence.lsoas.drop_duplicates("wd24cd").set_index("wd24cd")
    expected = wards["collaborative"]
    assert own.set_index("area_code")["group"].to_dict() == expected.to_dict()
    assert own["name"].str.startswith("E05").sum() == 0


def test_write_rugs_writes_pages_that_lead_to_each_other(laid_out, cheshire_evidence, tmp_path):
    write_rugs(laid_out, tmp_path, cheshire_evidence.outcomes)
    page = (tmp_path / "tartan-rug.html").read_text("utf-8")
    for other in ("index.html", "tartan-rug-wards.html", "tartan-rug-lsoas.html"):
        assert f'href="{other}"' in page
    assert (tmp_path / "tartan-rug.html").stat().st_size <= 150_000
    assert (tmp_path / "tartan-rug-lsoas.html").stat().st_size <= 1_500_000
    sheets = openpyxl.load_workbook(tmp_path / "tartan-rug.xlsx", read_only=True).sheetnames
    assert sum("rug" in sheet.lower() for sheet in sheets) >= 3, sheets
    table = pd.read_csv(tmp_path / "tartan-rug.csv")
    assert not table.duplicated(["area_type", "area_code", "indicator_id"]).any()
    assert table.groupby("area_type").size()["lsoa21"] == 244 * 41


def test_rugs_of_the_sample_have_every_state_and_the_rule(sample_evidence):
    found = rugs(sample_evidence)
    states = pd.concat([rug.data for rug in found.values()])["state"]
    assert set(states) == {"value", "zero", "suppressed", "missing", "not_compared"}
    for rug in found.values():
        assert "Disclosure control: counts under 5 are not shown." in rug.remarks
        secret = rug.data[rug.data["state"] == "suppressed"]
        numbers = ["value", "lower_ci", "upper_ci", "count", "denominator"]
        assert secret[numbers].isna().all(axis=None)


def test_rugs_are_none_without_indicators_and_of_2019_hold_the_counts_that_are_carried_over():
    evidence = gather_evidence(None, [], RELEASES[2019])
    assert rugs(replace(evidence, outcomes=None)) == {}
    assert rugs(evidence)["tartan-rug"].data["comparison"].isin(["worse", "better"]).any()
    assert any("carried over from LSOA 2021 to LSOA 2011" in words for words in evidence.notes)


def test_in_brief_counts_worse_indicators_of_those_compared(laid_out):
    rug, brief = laid_out["tartan-rug"], in_brief(laid_out)
    data = rug.data[rug.data["area_group"].ne("For reference")]
    table = brief.table.set_index(["group", "area"])
    assert table["worse"].sum() == data["comparison"].eq("worse").sum()
    housing = data[(data["group"] == "Housing") & (data["area"] == "Crewe South")]
    judged = housing["comparison"].isin(["better", "similar", "worse"])
    judged &= housing["polarity"].ne("no_judgement")
    assert table.loc[("Housing", "Crewe South"), "compared"] == judged.sum()
    deprived = table.loc[("Deprivation", "Crewe North")]
    assert deprived["placed"] > deprived["worst_fifth"] > 0
    assert in_brief({}) is None


def test_rugs_tell_areas_of_one_name_apart():
    lsoas = LSOAS.replace({"collaborative": {"East": "North"}})  # as its locality is called
    table = pd.concat([ABSENCE, ENGLAND], ignore_index=True)
    found = outcomes(table, CATALOGUE, lsoas, place())
    known = SimpleNamespace(place=place(), outcomes=found, notices=(), sources=("ONS",))
    areas = rugs(known)["tartan-rug"].cells.areas
    assert areas["area_code"].is_unique
    assert areas.loc[areas["name"] == "North", "area_type"].tolist() == [
        "locality",
        "collaborative",
    ]
