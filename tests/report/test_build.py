"""The whole way through: what a build writes, and the published figures it reproduces."""

import json
import re
import shutil
import sqlite3
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.errors import CodeError, FileError, PlaceError
from geo.report import layers
from geo.report.build import build_report
from geo.report.evidence import gather_evidence
from geo.report.whole_folder import files_in
from geo.vocabulary.releases import RELEASES
from tests.reading import sheets

FIGURES = (
    "deprivation",
    "collaboratives",
    "equal-area",
    "density",
    "movers",
    "decile-profile",
    "priority",
    "coverage",
    "change",
    "tartan-rug",
    "spine",
    "indicator",
    "deprivation-and-indicator",
    "funnel",
    "concentration",
    "gap",
)
TARGETING = {
    "targeting.html",
    *(f"tables/{name}.csv" for name in ("targeting", "coverage", "left_out")),
}
MAPS = ["deprivation", "collaboratives", "equal-area", "density", "movers", "indicator",
        "deprivation-and-indicator"]  # fmt: skip
GROUPS, SAMPLE_GROUPS = (
    {f"collaboratives/{name}.html" for name in (*names, "n1", "n2", "s1", "s2", "north", "south")}
    for names in ((
        "congleton-and-holmes-chapel", "crewe-north", "crewe-south", "macclesfield-north",
        "macclesfield-south", "nantwich-and-rural", "sandbach-middlewich-and-alsager",
        "wilmslow-and-knutsford",
    ), (
        "coldbury-and-the-vale", "ellerbridge-and-rushwell", "harnwick-north", "harnwick-south",
        "sandmere-east", "sandmere-west", "stavenham-and-the-marshes", "wickmoor-and-rural-west",
    ))
)  # fmt: skip
CONTRACT = {
    *GROUPS,
    "index.html",
    "map.html",
    "areas.gpkg",
    "manifest.json",
    "tables/lsoas.csv",
    "tables/deprivation_by_area.csv",
    *TARGETING,
    *("statements.html", "tables/statements.csv"),
    *(
        f"tartan-rug{end}"
        for end in (".html", "-wards.html", "-lsoas.html", ".xlsx", ".csv", "-wide.csv")
    ),
    *(
        f"figures/{name}.{ending}"
        for name in FIGURES
        for ending in ("png", "svg", "pdf", "csv", "txt")
    ),
    *(f"figures/{name}-small.svg" for name in MAPS),
}
OF_SAMPLE = (CONTRACT - GROUPS) | SAMPLE_GROUPS
IN_CONTEXT = {
    "tables/in_context.csv",
    *(f"figures/in-context.{ending}" for ending in ("png", "svg", "pdf", "csv", "txt")),
}
"""What a build writes where a measure has a figure of England: not of the synthetic borough."""
BEFORE = {
    "tables/changes.csv",
    *(f"tables/deprivation_by_area_{year}.csv" for year in (2019, 2015, 2010)),
}
"""What it writes of earlier releases where they are at hand."""
BY_COLLABORATIVE = {  # LSOAs, then those in the most deprived 10, 20, 30% (2025) and 30% (2019)
    "Wilmslow and Knutsford": (39, 0, 2, 3, 2),
    "Congleton and Holmes Chapel": (26, 0, 1, 4, 4),
    "Macclesfield North": (36, 0, 0, 2, 2),
    "Macclesfield South": (25, 1, 2, 5, 4),
    "Nantwich and Rural": (25, 0, 0, 1, 1),
    "Crewe South": (28, 1, 6, 9, 8),
    "Sandbach, Middlewich and Alsager": (41, 0, 2, 3, 3),
    "Crewe North": (24, 4, 8, 12, 12),
}


@pytest.fixture(scope="module")
def gathered(real_data):
    """What is known of Cheshire East in each release, by year; no indicators before 2019."""
    folders = [real_data / "cheshire-east", real_data / "england"]
    known = {}
    for year, release in RELEASES.items():
        with pytest.MonkeyPatch.context() as patch:
            if year < 2019:
                patch.setattr("geo.report.evidence._outcomes", lambda *_: None)
            known[year] = gather_evidence("cheshire-east", folders, release)
    return known


def _area(evidence, kind, name, column="top_30"):
    profile = evidence.profile
    return profile.loc[(profile["area_type"] == kind) & (profile["area"] == name), column].item()


@pytest.mark.parametrize(
    ("year", "lsoas", "tops"),
    [
        (2025, 244, (6, 21, 39)),
        (2019, 234, (4, 18, 36)),
        (2015, 234, (6, 18, 32)),
        (2010, 231, (5, 16, 32)),
    ],
)
def test_gather_counts_of_the_borough(gathered, year, lsoas, tops):
    evidence = gathered[year]
    assert len(evidence.lsoas) == lsoas
    found = tuple(_area(evidence, "borough", "Cheshire East", f"top_{n}") for n in (10, 20, 30))
    assert found == tops


@pytest.mark.parametrize(("year", "north", "south"), [(2025, 14, 25), (2019, 12, 24)])
def test_gather_counts_of_the_localities(gathered, year, north, south):
    assert _area(gathered[year], "locality", "North") == north
    assert _area(gathered[year], "locality", "South") == south


@pytest.mark.parametrize("name", BY_COLLABORATIVE)
def test_gather_counts_of_a_collaborative(gathered, name):
    lsoas, *tops, top_30_in_2019 = BY_COLLABORATIVE[name]
    columns = ("lsoas", "top_10", "top_20", "top_30")
    found = [_area(gathered[2025], "collaborative", name, column) for column in columns]
    assert found == [lsoas, *tops]
    assert _area(gathered[2019], "collaborative", name) == top_30_in_2019


def test_gather_2019_has_twenty_in_crewe_wards(gathered):
    lsoas = gathered[2019].lsoas
    crewe = lsoas[lsoas["wd24nm"].str.startswith("Crewe") & (lsoas["imd_decile"] <= 3)]
    assert len(crewe) == 20
    south = lsoas[(lsoas["locality"] == "South") & (lsoas["imd_decile"] <= 3)]
    towns = south["wd24nm"].str.split().str[0].value_counts()
    assert towns.reindex(["Alsager", "Middlewich", "Sandbach", "Nantwich"]).sum() == 4


def test_gather_2019_has_a_rug_as_full_as_the_values_of_2021_allow(gathered):
    keys = ["indicator_id", "area_type", "area_code", "period"]
    kinds = ["collaborative", "locality", "borough", "wd24", "lsoa11"]
    now, then = (gathered[year].outcomes.latest.set_index(keys) for year in (2025, 2019))
    own = then[then.index.get_level_values("area_type").isin(kinds[:3])]
    bare = own["comparison"].eq("not_compared") & own["place"].isna()
    assert own.index.get_level_values("indicator_id").nunique() == 35
    assert bare.mean() < 0.06
    assert (own.loc[bare, "note"] != "").all()
    placed = then[then["place"].notna()]
    groups = placed[placed.index.get_level_values("area_type") != "lsoa11"]
    assert groups["place"].equals(now["place"].reindex(groups.index))  # of the same LSOAs
    small = then[then.index.get_level_values("area_type") == "lsoa11"]
    colourless = small["comparison"].eq("not_compared") & small["place"].isna()
    assert colourless.mean() < 0.15


def test_gather_2015_towns_of_the_most_deprived_fifth(gathered):
    lsoas = gathered[2015].lsoas
    towns = lsoas.loc[lsoas["imd_decile"] <= 2, "wd24nm"].str.split().str[0].value_counts()
    assert towns.to_dict() == {
        "Crewe": 13,
        "Macclesfield": 2,
        "Handforth": 1,
        "Alsager": 1,
        "Congleton": 1,
    }


def test_gather_2015_residents_of_the_most_deprived_fifth(gathered):
    # published: 31,600 people, 8.5%, with mid-2013 estimates; 8.6 to 8.7% with later years
    borough = gathered[2015].profile.set_index("area_type").loc["borough"]
    assert borough["population_top_20"] / borough["population"] == pytest.approx(0.0865, abs=0.001)


def test_gather_settles_the_three_split_areas_by_residents(gathered):
    lsoas = gathered[2019].lsoas.set_index("lsoa11cd")
    split = lsoas[lsoas["overlap_share"] < 1]
    assert split["collaborative"].to_dict() == {
        "E01018393": "Congleton and Holmes Chapel",
        "E01018465": "Sandbach, Middlewich and Alsager",
        "E01018480": "Nantwich and Rural",
    }


def test_gather_reports_the_three_split_areas(gathered):
    split = "E01018480 (57% in Nantwich and Rural)"
    assert not any("E01018480" in note for note in gathered[2025].notes)
    for year in (2019, 2015, 2010):
        assert any(split in note for note in gathered[year].notes)


def test_gather_lists_where_other_methods_differ(gathered):
    methods = gathered[2025].methods
    assert {row["lsoa21cd"] for row in methods["overlap"]} == {"E01034673", "E01034674"}
    assert len(methods["point"]) == 3


@pytest.fixture(scope="module")
def built(real_data, tmp_path_factory):
    """The report of 2025 on real data."""
    out = tmp_path_factory.mktemp("built")
    folders = [real_data / "cheshire-east", real_data / "england"]
    return build_report("cheshire-east", data=folders, out=out)


def test_build_report_writes_the_contract(built):
    assert set(files_in(built.out)) == CONTRACT | IN_CONTEXT | BEFORE
    assert set(built.outputs) == CONTRACT | IN_CONTEXT | BEFORE


def test_build_report_says_the_headline_in_words(built):
    assert built.headline[0] == (
        "39 of 244 LSOAs (16.0%) are in the most deprived 30% in England: 14 in North, 25 in South."
    )
    assert "6 are in the most deprived 10% and 21" in built.headline[1]


def test_build_report_lsoas_table_has_what_the_contract_names(built):
    table = pd.read_csv(built.out / "tables/lsoas.csv")
    assert len(table) == 244
    assert table["lsoa21cd"].is_unique
    named = [
        "lsoa21cd",
        "lsoa21nm",
        "wd24cd",
        "wd24nm",
        "collaborative",
        "sub_locality",
        "locality",
        "imd_score",
        "imd_rank",
        "imd_decile",
        "basis",
        "confidence",
    ]
    assert set(named) <= set(table)
    assert not [column for column in table if column.endswith(("_x", "_y"))]


def test_build_report_area_table_agrees_with_the_lsoas(built):
    lsoas = pd.read_csv(built.out / "tables/lsoas.csv")
    areas = pd.read_csv(built.out / "tables/deprivation_by_area.csv")
    assert list(areas)[:3] == ["area_type", "area", "lsoas"]
    for level in ("collaborative", "sub_locality", "locality"):
        counted = lsoas[lsoas["imd_decile"] <= 2].groupby(level).size()
        rows = areas[areas["area_type"] == level].set_index("area")["top_20"]
        assert rows[rows > 0].to_dict() == counted.to_dict()
    assert areas[areas["area_type"] == "borough"]["lsoas"].item() == 244


def test_build_report_layers_open_with_all_areas(built):
    layers = {name for name, _ in pyogrio.list_layers(built.out / "areas.gpkg")}
    assert layers == {"lsoa", "ward", "collaborative", "sub_locality", "locality"}
    lsoas = gpd.read_file(built.out / "areas.gpkg", layer="lsoa")
    wards = gpd.read_file(built.out / "areas.gpkg", layer="ward")
    assert (len(lsoas), len(wards), lsoas.crs.to_epsg()) == (244, 52, 27700)
    for layer in layers:
        shapes = gpd.read_file(built.out / "areas.gpkg", layer=layer)
        assert shapes.is_valid.all()
        assert shapes.area.sum() == pytest.approx(lsoas.area.sum(), rel=1e-9)


def test_build_report_manifest_accounts_for_every_input(built):
    manifest = json.loads((built.out / "manifest.json").read_text("utf-8"))
    used = {entry["file"]: entry for entry in manifest["inputs"]}
    assert used["LSOA_2021_BGC_cheshire_east.geojson"]["matched"] == 244
    assert used["IoD2025_ranks_scores_deciles.csv"]["rows"] == 33_755
    assert used["WD_MAY_2025_BGC_cheshire_east.geojson"]["matched"] == 52
    assert all(len(entry["sha256"]) == 64 for entry in used.values())
    unused = {entry["file"] for entry in manifest["not_used"]}
    assert "LSOA21_england_simplified.parquet" in unused
    assert manifest["membership"]["confidence"] == {"high": 27, "low": 9, "medium": 16}
    assert "Draft areas" in manifest["membership"]["status"]
    assert any("Open Government Licence" in line for line in manifest["licences"])
    assert set(manifest["outputs"]) == CONTRACT | IN_CONTEXT | BEFORE


def test_build_report_files_are_small_enough_to_send(built):
    assert (built.out / "index.html").stat().st_size <= 250_000
    light = {path.name: path.stat().st_size for path in built.out.glob("figures/*-small.svg")}
    assert {"deprivation-small.svg", "movers-small.svg"} <= set(light)
    assert max(light.values()) <= 60_000
    for path in (built.out / "figures").iterdir():
        assert path.stat().st_size <= 1_000_000, path.name


@pytest.mark.browser
def test_build_report_start_page_prints_on_four_sheets(built, chromium):
    assert sheets(built.out / "index.html", chromium) <= 4


def test_build_report_says_proposed_membership_on_pages_and_figures(built):
    for name in ("index.html", "map.html", "figures/collaboratives.svg"):
        assert "Draft areas" in (built.out / name).read_text("utf-8"), name


def test_build_report_says_where_residents_come_from(built):
    page = (built.out / "index.html").read_text("utf-8")
    assert "Residents: Census 2021." in page
    assert "by area; residents: Census 2021</caption>" in page
    group = (built.out / "collaboratives/crewe-north.html").read_text("utf-8")
    assert "live in the most deprived 30% (Census 2021)." in group
    context = pd.read_csv(built.out / "tables/in_context.csv").set_index("measure")
    assert context.loc["Residents", "period"] == "Census 2021"
    assert context.loc["Residents under 18", "period"] == "mid-2020"  # whose ages are scaled


def test_build_report_carries_its_notices_into_tables_captions_and_layers(built):
    for name in ("tables/lsoas.csv", "tables/deprivation_by_area.csv", "figures/deprivation.csv"):
        assert pd.read_csv(built.out / name)["note"].str.startswith("Draft areas").all()
    in_context = (built.out / "tables/in_context.csv").read_text("utf-8")
    assert "Draft areas" not in in_context  # which is of the borough alone
    for name in ("deprivation", "collaboratives"):
        assert "Draft areas" in (built.out / f"figures/{name}.txt").read_text("utf-8")
    with sqlite3.connect(built.out / "areas.gpkg") as package:
        told = package.execute("select description from gpkg_contents").fetchall()
    package.close()
    assert len(told) == 5
    assert all("Draft areas" in text for (text,) in told)


def test_build_report_pages_name_no_path_of_the_machine(built, real_data):
    for name in files_in(built.out):
        assert str(real_data).encode() not in (built.out / name).read_bytes(), name


@pytest.mark.slow
def test_build_report_without_boundaries_of_the_release_writes_the_tables(real_data, tmp_path):
    folders = [real_data / "cheshire-east", real_data / "england"]
    report = build_report("cheshire-east", data=folders, release=2010, out=tmp_path)
    assert "no boundaries of the 2001 LSOAs" in report.left_out[0]
    written = set(files_in(tmp_path))
    rug = {name for name in CONTRACT if name.startswith("tartan-rug")}  # of values of 2021
    assert {name for name in written if not name.startswith("figures/")} == rug | GROUPS | {
        "index.html",
        "manifest.json",
        "tables/lsoas.csv",
        "tables/deprivation_by_area.csv",
        "statements.html",
        "tables/statements.csv",
    }
    drawn = {name.split("/")[1].split(".")[0] for name in written if name.startswith("figures/")}
    assert {"decile-profile", "change", "tartan-rug"} <= drawn
    assert not {"deprivation", "collaboratives", "equal-area", "density", "movers"} & drawn
    assert "16 in the most deprived 20%" in report.headline[1].replace("and 16 in the", "16 in the")


@pytest.mark.slow
def test_build_report_for_another_authority_with_its_wards_as_groups(real_data, tmp_path):
    place = tmp_path / "place"
    place.mkdir()
    (place / "place.toml").write_text('name = "Stockport"\ncode = "E08000007"\n', "utf-8")
    report = build_report(place, data=[real_data / "england"], out=tmp_path / "out")
    areas = pd.read_csv(tmp_path / "out/tables/deprivation_by_area.csv")
    assert areas["area_type"].value_counts()["ward"] == 21
    assert areas.loc[areas["area_type"] == "borough", "lsoas"].item() > 180
    assert "figures/wards.png" in report.outputs
    assert report.place.membership == ""


@pytest.fixture
def without_indicators(monkeypatch):
    """Areas and groups alone: what indicators say of them takes most of the time."""
    monkeypatch.setattr("geo.report.evidence._outcomes", lambda *_: None)


@pytest.mark.slow
@pytest.mark.usefixtures("without_indicators")
def test_build_report_takes_the_councils_own_list_from_a_data_folder(real_data, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    wards = pd.read_csv(real_data / "cheshire-east/wards_to_collaboratives.csv")
    wards.assign(basis="council").to_csv(own / "list.csv", index=False)
    folders = [own, real_data / "cheshire-east", real_data / "england"]
    evidence = gather_evidence("cheshire-east", folders, RELEASES[2025])
    assert evidence.inputs.grouping == own / "list.csv"
    assert evidence.notices == ()


@pytest.mark.slow
@pytest.mark.usefixtures("without_indicators")
def test_build_report_folder_named_first_wins(real_data):
    england, borough = real_data / "england", real_data / "cheshire-east"
    detailed = gather_evidence("cheshire-east", [borough, england], RELEASES[2025]).areas
    simple = gather_evidence("cheshire-east", [england, borough], RELEASES[2025]).areas
    assert detailed.geometry.count_coordinates().sum() > 4 * (
        simple.geometry.count_coordinates().sum()
    )


def _copy(real_data, folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copyfile(real_data / name, folder / name.split("/")[-1])
    return folder


TABLES = ("england/IoD2025_ranks_scores_deciles.csv", "england/LSOA21_WD24_LAD24_EW_LU.csv")
SHAPES = "cheshire-east/LSOA_2021_BGC_cheshire_east.geojson"


def test_build_report_two_files_for_one_role_names_both(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", *TABLES, SHAPES)
    shutil.copyfile(data / SHAPES.split("/")[1], data / "again.geojson")
    with pytest.raises(FileError, match=r"LSOA_2021_BGC_cheshire_east.geojson, again.geojson"):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_build_report_2011_boundaries_under_a_2021_name_are_named_as_such(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", *TABLES, "england/LSOA11_LSOA21_LAD22_EW_LU.csv")
    text = (real_data / "cheshire-east/LSOA_2011_BGC_cheshire_east.geojson").read_text("utf-8")
    (data / "shapes.geojson").write_text(text.replace("LSOA11CD", "LSOA21CD"), "utf-8")
    with pytest.raises(CodeError, match="its codes are of LSOA 2011 under a name of LSOA 2021"):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")


@pytest.mark.slow
def test_build_report_2011_boundaries_for_2025_leaves_the_map_out_and_says_so(real_data, tmp_path):
    shapes = "cheshire-east/LSOA_2011_BGC_cheshire_east.geojson"
    data = _copy(real_data, tmp_path / "data", *TABLES, shapes)
    parts = ["map", "tables"]
    report = build_report("cheshire-east", data=[data], out=tmp_path / "out", only=parts)
    assert "no boundaries of the 2021 LSOAs" in report.left_out[1]
    assert "map.html" not in report.outputs


def test_build_report_indices_that_lack_an_lsoa_of_the_place(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", TABLES[1])
    indices = pd.read_csv(real_data / TABLES[0])
    short = indices[indices.iloc[:, 0] != "E01018386"]
    short.to_csv(data / "indices.csv", index=False)
    with pytest.raises(CodeError, match=r"1 of the 244 LSOAs of Cheshire East .*\(E01018386\)"):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")


def test_build_report_a_ward_missing_from_the_list(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", *TABLES)
    wards = pd.read_csv(real_data / "cheshire-east/wards_to_collaboratives.csv")
    wards.iloc[1:].to_csv(data / "wards.csv", index=False)
    with pytest.raises(PlaceError, match=r"1 of 52 wards of Cheshire East are in no collaborative"):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")


def test_build_report_lsoas_missing_from_the_ward_lookup_stop_the_run(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", TABLES[0])
    lookup = pd.read_csv(real_data / TABLES[1])
    short = lookup[~lookup["LSOA21CD"].isin(["E01018386", "E01018387"])]
    short.to_csv(data / "lookup.csv", index=False)
    with pytest.raises(CodeError, match=r"2 of the 244 .* have no collaborative \(E01018386, "):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")


def _place_by_lsoa(folder, codes):
    folder.mkdir()
    groups = pd.DataFrame({"lsoa21cd": codes, "hood": "All"})
    groups.to_csv(folder / "groups.csv", index=False)
    (folder / "place.toml").write_text(
        'name = "Cheshire East"\ncode = "E06000049"\nwards = "groups.csv"\n'
        '[[levels]]\ncolumn = "hood"\nsingular = "hood"\nplural = "hoods"\n',
        "utf-8",
    )
    return folder


@pytest.mark.slow
def test_build_report_grouping_by_lsoa_must_list_all_and_no_others(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", *TABLES)
    lookup = pd.read_csv(real_data / TABLES[1])
    own = lookup.loc[lookup["LAD24CD"] == "E06000049", "LSOA21CD"].to_list()
    whole = _place_by_lsoa(tmp_path / "whole", own)
    report = build_report(whole, data=[data], out=tmp_path / "out", only=["tables"])
    assert "39 of 244 LSOAs" in report.headline[0]
    with pytest.raises(CodeError, match="3 of the 244 LSOAs of Cheshire East have no hood"):
        build_report(_place_by_lsoa(tmp_path / "short", own[3:]), data=[data], out=tmp_path / "o")
    foreign = _place_by_lsoa(tmp_path / "foreign", [*own, "E01000001"])
    with pytest.raises(CodeError, match=r"1 LSOAs listed .* another authority \(E01000001\)"):
        build_report(foreign, data=[data], out=tmp_path / "o")


def test_build_report_council_list_that_lacks_a_level_is_refused(real_data, tmp_path):
    data = _copy(real_data, tmp_path / "data", *TABLES)
    wards = pd.read_csv(real_data / "cheshire-east/wards_to_collaboratives.csv")
    wards.drop(columns="sub_locality").to_csv(data / "council.csv", index=False)
    with pytest.raises(PlaceError, match=r"council\.csv lacks the column sub_locality"):
        build_report("cheshire-east", data=[data], out=tmp_path / "out")


def test_build_report_failing_leaves_the_previous_outputs_untouched(
    real_data, sampled_pages, tmp_path
):
    out = tmp_path / "out"
    shutil.copytree(sampled_pages.out, out)
    before = {name: (out / name).read_bytes() for name in files_in(out)}
    data = _copy(real_data, tmp_path / "data", *TABLES)
    (data / "broken.geojson").write_text('{"type": "FeatureCollection", "features": [', "utf-8")
    with pytest.raises(FileError, match=r"broken\.geojson"):
        build_report("cheshire-east", data=[data], out=out)
    assert {name: (out / name).read_bytes() for name in files_in(out)} == before


def test_build_report_sample_writes_the_contract(sampled):
    trend = {f"figures/trend.{ending}" for ending in ("png", "svg", "pdf", "csv", "txt")}
    own = {"ledger.json", "protection.html", "tables/targets.csv"}
    own |= {"tables/changes.csv", "tables/deprivation_by_area_2019.csv"}
    assert set(files_in(sampled.out)) == OF_SAMPLE | trend | own
    assert any("place in context" in line for line in sampled.left_out)


def test_build_report_sample_says_synthetic_on_everything_made_for_reading(sampled):
    for name in sorted(OF_SAMPLE):
        if name.endswith((".html", ".svg", ".txt", ".json", ".csv")):
            assert "Synthetic data" in (sampled.out / name).read_text("utf-8"), name


def test_build_report_sample_figures_carry_their_notice_and_no_hidden_number(sampled):
    tables = sorted((sampled.out / "figures").glob("*.csv"))
    assert len(tables) >= 14
    for path in tables:
        data = pd.read_csv(path)
        assert data["note"].str.startswith("Synthetic data").all(), path.name
        if "state" in data:
            hidden = data[data["state"] == "suppressed"]
            numbers = [c for c in ("value", "count", "lower_ci", "upper_ci") if c in data]
            assert hidden[numbers].isna().all(axis=None), path.name


@pytest.mark.slow
def test_build_report_sample_is_the_same_every_time(sampled, tmp_path, monkeypatch):
    monkeypatch.setenv("GEO_PROCESSES", "2")
    build_report(sample=True, out=tmp_path)
    same = [n for n in OF_SAMPLE if n not in {"manifest.json", "index.html", "areas.gpkg"}]
    for name in same:
        assert (tmp_path / name).read_bytes() == (sampled.out / name).read_bytes(), name


@pytest.mark.slow
def test_build_report_sample_has_2019_on_2011_areas(tmp_path):
    report = build_report(sample=True, release=2019, only=["map", "tables"], out=tmp_path)
    assert pd.read_csv(tmp_path / "tables/lsoas.csv")["lsoa11cd"].is_unique
    assert "map.html" in report.outputs


PART = (
    "This is a part of a report: the Tartan Rug and the tables and layers alone, as was asked for."
)


@pytest.mark.slow
def test_build_report_of_parts_is_the_same_in_them_and_links_what_is_there(sampled, tmp_path):
    report = build_report(sample=True, only=["tables", "rug"], out=tmp_path)
    absent = {name for name in sampled.outputs if name.startswith(("figures/", "map.html"))}
    assert set(report.outputs) == set(sampled.outputs) - absent
    for name in set(report.outputs) - {"manifest.json", "index.html", "areas.gpkg"}:
        assert (tmp_path / name).read_bytes() == (sampled.out / name).read_bytes(), name
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["left_out"][0] == report.left_out[0] == PART
    page = (tmp_path / "index.html").read_text("utf-8")
    assert PART in page
    links = set(re.findall(r'href="([^"#:]+)"', page))
    assert links
    assert links <= set(report.outputs)
    assert "targeting.html" in links
    page = (tmp_path / "targeting.html").read_text("utf-8")
    beside = TARGETING - {"targeting.html"} | {"index.html"}
    assert set(re.findall(r'href="([^"#:]+)"', page)) == beside


def test_build_report_refuses_an_unknown_part(tmp_path):
    with pytest.raises(
        FileError, match="no part maps; its parts are map, rug, figures, tables, so"
    ):
        build_report(sample=True, only=["maps", "rug"], out=tmp_path / "out")


def test_build_report_sample_refuses_a_release_it_has_not(tmp_path):
    with pytest.raises(FileError, match="The sample has no Indices of 2010; allowed .* 2025, 2019"):
        build_report(sample=True, release=2010, out=tmp_path / "out")


def test_build_report_refuses_an_unknown_release(tmp_path):
    with pytest.raises(FileError, match="no release 2021 of the Indices; allowed are 2025"):
        build_report(sample=True, release=2021, out=tmp_path / "out")


def test_build_report_names_its_steps(sampled_pages):
    assert sampled_pages.steps[0] == "Drawing the synthetic borough"
    assert len(sampled_pages.steps) >= 6


def test_layers_keep_indicators_apart_from_columns_of_the_same_name():
    lsoas = gpd.GeoDataFrame(
        {"lsoa21cd": ["E01000001"], "population": [1500]}, geometry=[shapely.Point(0, 0)]
    )
    rows = pd.DataFrame(
        {"area_code": "E01000001", "area_type": "lsoa21", "sex": "all", "age": "all",
         "indicator_id": ["population", "NEET", "neet"], "value": [1.0, 2.0, 3.0], "state": "value",
         "comparison": ["worse", "not_compared", "not_compared"], "place": [None, 34, None],
         "quantile": pd.array([1, 2, 1], dtype="Int64")}
    )  # fmt: skip
    known = SimpleNamespace(outcomes=SimpleNamespace(latest=rows))
    layer = layers._with_indicators(lsoas, known, "lsoa21cd")
    assert layer["population"].tolist() == [1500]
    names = [name for name in layer if name.endswith("_state")]
    assert names == ["NEET_state", "indicator neet_state", "indicator population_state"]
    assert layer["indicator population_comparison"].tolist() == ["worse"]
    assert layer["NEET_comparison"].tolist() == ["fifth_2"]
    assert layer["indicator neet_comparison"].tolist() == ["not_compared"]
    assert len({name.lower() for name in layer}) == len(layer.columns)
