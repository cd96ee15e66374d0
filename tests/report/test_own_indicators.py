"""Own indicators, written from the documentation alone, reach the Rug as pandas works them out."""

import json

import numpy as np
import pandas as pd
import pytest

from geo.report.evidence import gather_evidence
from geo.report.indicators.benchmarks import Against
from geo.report.rugs import rugs
from geo.vocabulary.releases import RELEASES

pytestmark = pytest.mark.slow
FACTS = """
[{name}]
name = "{name}"
group = "Own"
unit = "{unit}"
multiplier = {multiplier}
measure = "{measure}"
polarity = "low_is_good"
source = "Own"
licence = "OGL"
confidential = false
{more}
"""
KINDS = {
    "counts_only": ("rate", 1000, 'denominator = "residents 0-17"'),
    "sparse": ("proportion", 100, 'denominator = "children"\nabsent = "zero"'),
    "msoa_pooled": ("proportion", 100, ""),
    "per_1000": ("rate", 1000, ""),
    "mean_score": ("mean", 1, ""),
    "borough_only": ("proportion", 100, ""),
    "of_2011": ("proportion", 100, ""),
}


@pytest.fixture(scope="module")
def own(real_data, tmp_path_factory):
    """Seven files of indicators with their catalogue, and what the Rugs make of them."""
    folder, data = (
        tmp_path_factory.mktemp("own"),
        [real_data / "cheshire-east", real_data / "england"],
    )
    lookup = pd.read_csv(data[1] / "LSOA21_WD24_LAD24_EW_LU.csv")
    codes = lookup.loc[lookup["LAD24CD"] == "E06000049", "LSOA21CD"].sort_values()
    draw = np.random.default_rng(1)
    n = len(codes)
    area = {"area_code": codes.to_numpy(), "area_type": "lsoa21", "period": "2024"}
    england = {"area_code": "E92000001", "area_type": "england", "period": "2024"}
    older = pd.read_csv(data[1] / "LSOA11_LSOA21_LAD22_EW_LU.csv")
    unchanged = older.loc[older["LSOA21CD"].isin(codes), "LSOA11CD"].drop_duplicates()
    drawn = json.loads((data[0] / "MSOA_2021_BGC_cheshire_east.geojson").read_text("utf-8"))
    msoas = sorted(one["properties"]["MSOA21CD"] for one in drawn["features"])
    tables = {
        "counts_only": pd.DataFrame(area | {"count": draw.poisson(9, n)}),
        "sparse": pd.DataFrame(area | {"count": draw.poisson(4, n) + 1}).iloc[::3],
        "per_1000": pd.DataFrame(area | {"count": draw.poisson(30, n), "denominator": 1500}),
        "mean_score": pd.DataFrame(area | {"count": draw.normal(500, 30, n), "denominator": 10}),
        "msoa_pooled": pd.DataFrame({"area_code": msoas, "area_type": "msoa21",
                                     "count": draw.poisson(60, len(msoas)), "denominator": 300,
                                     "period": "2022/23 - 2024/25"}),
        "borough_only": pd.DataFrame({"area_code": ["E06000049"], "area_type": "utla",
                                      "count": 900, "denominator": 4000, "period": "2024"}),
        "of_2011": pd.DataFrame({"area_code": unchanged, "area_type": "lsoa11", "count": 12,
                                 "denominator": 100, "period": "2024"}),
    }  # fmt: skip
    parts = []
    for name, table in tables.items():
        whole = {"count": [90_000], "denominator": [900_000]}
        more = pd.DataFrame(england | whole).assign(period=table["period"].iloc[0])
        parts.append(pd.concat([table, more]).assign(indicator_id=name))
    pd.concat(parts).to_csv(folder / "indicators.csv", index=False)
    entries = [
        FACTS.format(name=name, unit="own", measure=measure, multiplier=times, more=more)
        for name, (measure, times, more) in KINDS.items()
    ]
    (folder / "indicators.toml").write_text("".join(entries))
    evidence = gather_evidence(
        "cheshire-east", data, RELEASES[2025], indicators=[folder], against=Against(("borough",))
    )
    made = pd.concat([rug.data for rug in rugs(evidence).values()])
    return tables, made.drop_duplicates(["area_type", "area_code", "indicator_id"]), evidence


def values(own, name, kind="collaborative"):
    made = own[1]
    rows = made[made["indicator_id"].eq(name) & made["area_type"].eq(kind)]
    return rows.set_index("area_code")


def by_group(own, level="collaborative"):
    return own[2].lsoas.set_index("lsoa21cd")[level]


def people(own, name):
    return own[2].lsoas.set_index("lsoa21cd")[name]


def test_every_own_indicator_has_a_row_in_the_rug(own):
    assert set(KINDS) <= set(own[1]["indicator_id"])
    for name in KINDS:
        rows = values(own, name)
        assert len(rows) == 8
        assert (rows["value"].notna() | rows["note"].ne("")).all(), name


def test_rates_per_1000_and_means_are_those_of_pandas(own):
    for name, times in (("per_1000", 1000), ("mean_score", 1)):
        table = own[0][name].set_index("area_code")
        sums = table.groupby(by_group(own))[["count", "denominator"]].sum()
        expected = times * sums["count"] / sums["denominator"]
        pd.testing.assert_series_equal(
            values(own, name)["value"].sort_index(), expected.sort_index(), check_names=False
        )


def test_counts_alone_are_divided_by_residents_of_the_age(own):
    """Ages are those of 2020 by LSOA of 2011: the ratio to all counts is checked, and its words."""
    rows = values(own, "counts_only")
    counts = own[0]["counts_only"].set_index("area_code")["count"].groupby(by_group(own)).sum()
    pd.testing.assert_series_equal(
        rows["count"].sort_index(), counts.sort_index(), check_names=False, check_dtype=False
    )
    np.testing.assert_allclose(rows["value"], 1000 * rows["count"] / rows["denominator"])
    assert rows["denominator"].sum() == pytest.approx(77_000, rel=0.1)  # under 18, of 400,000


def test_absent_areas_are_none(own):
    counts = own[0]["sparse"].set_index("area_code")["count"]
    whole = counts.reindex(by_group(own).index).fillna(0).groupby(by_group(own)).sum()
    rows = values(own, "sparse")
    pd.testing.assert_series_equal(
        rows["count"].sort_index(), whole.sort_index(), check_names=False, check_dtype=False
    )
    np.testing.assert_allclose(rows["value"], 100 * rows["count"] / rows["denominator"])


def test_msoas_are_shared_out_by_residents(own):
    lsoas = own[2].lsoas
    residents = people(own, "population") if "population" in lsoas else None
    rows = values(own, "msoa_pooled")
    borough = values(own, "msoa_pooled", "borough").iloc[0]
    assert rows["count"].sum() == pytest.approx(borough["count"])
    assert borough["count"] == own[0]["msoa_pooled"]["count"].sum()
    assert rows["text"].str.startswith("≈").any()
    assert rows.loc[rows["estimated"], "note"].str.contains("estimated from MSOAs").all()
    assert len(values(own, "msoa_pooled", "msoa21")) == 52
    assert residents is None or (rows["denominator"] > 0).all()


def test_the_borough_alone_fills_borough_and_england(own):
    borough = values(own, "borough_only", "borough").iloc[0]
    assert borough["value"] == 22.5
    assert borough["comparison"] == "worse"
    assert values(own, "borough_only", "england").iloc[0]["value"] == 10
    assert values(own, "borough_only")["note"].str.contains("as a whole alone").all()


def test_lsoas_of_2011_are_carried_over(own):
    rows = values(own, "of_2011")
    assert values(own, "of_2011", "borough").iloc[0]["count"] == pytest.approx(
        own[0]["of_2011"]["count"].sum()
    )
    np.testing.assert_allclose(rows["value"], 12, rtol=0.02)
    assert any("carried over" in words for words in own[2].notes)


def test_page_with_45_rows_is_within_150_kb(own, tmp_path):
    rug = rugs(own[2])["tartan-rug"]
    rug.to_html(tmp_path / "rug.html")
    assert len(rug.cells.indicators) >= 45
    assert (tmp_path / "rug.html").stat().st_size <= 150_000
