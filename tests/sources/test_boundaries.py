"""Boundary files of every kind and every fault: areas in EPSG:27700, or one plain sentence."""

import contextlib
import json
import re
import shutil
import sqlite3
import struct
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from geo.errors import CodeError, FileError, GeoError, GeoWarning, TableError
from geo.sources import map_files, zips
from geo.sources.boundaries import area_type_in, read_boundaries
from geo.sources.map_files import is_geoparquet, layers

WEST, SOUTH = 370_000, 355_000  # near Crewe


def squares(count=3, code="LSOA21CD", crs=27700, **columns):
    """Squares of 1 km side in a row, so that areas and places can be checked in the head."""
    shapes = [
        box(WEST + 1000 * i, SOUTH, WEST + 1000 * (i + 1), SOUTH + 1000) for i in range(count)
    ]
    codes = [f"E0100{i + 1:04d}" for i in range(count)]
    names = {
        f"{code[:-2]}NM" if code.endswith("CD") else "name": [f"Area {i + 1}" for i in range(count)]
    }
    areas = gpd.GeoDataFrame({code: codes} | names | columns, geometry=shapes, crs=27700)
    return areas.to_crs(crs)


def zipped(path, files, folder=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.write(file, folder + file.name)
    return path


def write_kind(areas, folder, kind):
    """Write areas as the kind of file that is named, and return its path."""
    path = folder / kind
    if kind.endswith(".parquet"):
        areas.rename_geometry("shape").to_parquet(path)
    elif kind == "areas.gdb":
        areas.to_file(path, driver="OpenFileGDB")
    elif kind.endswith(".zip"):
        (folder / "parts").mkdir()
        inside = kind.removesuffix(".zip").split("-")[-1]
        made = write_kind(areas, folder / "parts", f"areas.{inside.rpartition('.')[2]}")
        files = made.iterdir() if made.is_dir() else made.parent.iterdir()
        within = {"nested": "Boundaries 2021/"}.get(kind.split("-")[0], "")
        zipped(path, files, within + ("areas.gdb/" if made.is_dir() else ""))
    else:
        areas.to_file(path)
    return path


KINDS = [
    "areas.gpkg",
    "areas.geojson",
    "areas.json",
    "areas.shp",
    "areas.fgb",
    "areas.parquet",
    "areas.gdb",
    "areas-shp.zip",
    "nested-shp.zip",
    "areas-gpkg.zip",
    "areas.gdb.zip",
    "nested-gdb.zip",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("crs", [27700, 4326, 3857])
def test_read_boundaries_of_every_kind(tmp_path, kind, crs):
    path = write_kind(squares(crs=crs), tmp_path, kind)
    areas = read_boundaries(path, area_type="lsoa21")
    assert areas.index.tolist() == [0, 1, 2]
    areas = areas.sort_values("lsoa21cd")  # FlatGeobuf keeps neighbours together
    assert list(areas.columns) == ["lsoa21cd", "lsoa21nm", "geometry"]
    assert areas.crs.to_epsg() == 27700
    assert areas["lsoa21cd"].tolist() == ["E01000001", "E01000002", "E01000003"]
    assert areas["lsoa21nm"].tolist() == ["Area 1", "Area 2", "Area 3"]
    assert areas.area.to_numpy() == pytest.approx(1_000_000, rel=1e-3)
    assert areas.total_bounds == pytest.approx([WEST, SOUTH, WEST + 3000, SOUTH + 1000], abs=1)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("LSOA21CD", "lsoa21cd"),
        ("lsoa21cd", "lsoa21cd"),
        ("LSOA11CD", "lsoa11cd"),
        ("F_LSOA11CD", "lsoa11cd"),
        ("Lsoa01Cd", "lsoa01cd"),
        ("LSOA code (2011)", "lsoa11cd"),
    ],
)
def test_read_boundaries_finds_the_code_column_in_any_form(tmp_path, column, expected):
    squares(code=column).to_file(tmp_path / "areas.gpkg")
    assert read_boundaries(tmp_path / "areas.gpkg").columns[0] == expected


def test_read_boundaries_takes_the_finest_areas_and_their_english_name(tmp_path):
    extra = {"LSOA21NMW": ["Ardal"] * 3, "LAD25CD": ["E06000049"] * 3, "BNG_E": [1, 2, 3]}
    squares(**extra).to_file(tmp_path / "areas.gpkg")
    areas = read_boundaries(tmp_path / "areas.gpkg")
    assert list(areas.columns) == ["lsoa21cd", "lsoa21nm", "geometry"]
    assert areas["lsoa21nm"].iat[0] == "Area 1"


def test_read_boundaries_takes_welsh_areas(tmp_path):
    areas = squares()
    areas.loc[0, "LSOA21CD"] = "W01000001"
    areas.to_file(tmp_path / "areas.gpkg")
    assert read_boundaries(tmp_path / "areas.gpkg")["lsoa21cd"].iat[0] == "W01000001"


@pytest.mark.parametrize("codes", [["S01006506", "E01000002", "E01000003"], [1, 2, 3]])
def test_read_boundaries_refuses_what_is_no_lsoa_code(tmp_path, codes):
    squares().assign(LSOA21CD=codes).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(
        TableError, match=rf"areas\.gpkg: .* ha(s|ve) lsoa21cd {codes[0]}.*E01 or W01"
    ):
        read_boundaries(tmp_path / "areas.gpkg")


def test_read_boundaries_flattens_three_dimensions(tmp_path):
    areas = squares()
    areas.geometry = shapely.force_3d(areas.geometry.to_numpy(), 12.5)
    areas.to_file(tmp_path / "areas.gpkg")
    assert not read_boundaries(tmp_path / "areas.gpkg").has_z.any()


def test_read_boundaries_of_geojson_as_ons_serves_it(tmp_path):
    """GeoJSON with a member crs, and without one, which by its standard means WGS84."""
    squares(crs=4326).to_file(tmp_path / "plain.geojson")
    content = json.loads((tmp_path / "plain.geojson").read_text())
    content.pop("crs", None)
    (tmp_path / "plain.geojson").write_text(json.dumps(content))
    squares().to_file(tmp_path / "named.geojson")
    assert "27700" in str(json.loads((tmp_path / "named.geojson").read_text())["crs"])
    plain, named = (read_boundaries(tmp_path / f"{x}.geojson") for x in ("plain", "named"))
    assert plain.total_bounds == pytest.approx(named.total_bounds, abs=0.5)


def test_read_boundaries_of_geoparquet_with_codes_as_index(tmp_path):
    squares().set_index("LSOA21CD").to_parquet(tmp_path / "areas.parquet")
    assert read_boundaries(tmp_path / "areas.parquet").columns[0] == "lsoa21cd"


def test_read_boundaries_gives_the_same_twice_and_leaves_the_file_alone(tmp_path):
    path = write_kind(squares(50), tmp_path, "areas.gpkg")
    before = path.read_bytes()
    assert read_boundaries(path).equals(read_boundaries(path))
    assert path.read_bytes() == before


def test_layers_lists_polygons_with_their_columns(tmp_path):
    path = tmp_path / "areas.gpkg"
    squares().to_file(path, layer="lsoa")
    squares(code="WD24CD").to_file(path, layer="ward")
    assert layers(path) == {"lsoa": ["LSOA21CD", "LSOA21NM"], "ward": ["WD24CD", "WD24NM"]}
    with pytest.raises(FileError, match=r"has 2 layers with area codes \(lsoa, ward\); choose one"):
        read_boundaries(path)
    assert read_boundaries(path, layer="ward").columns[0] == "wd24cd"
    assert read_boundaries(path, area_type="lsoa21").columns[0] == "lsoa21cd"
    with pytest.raises(FileError, match="has no layer 'msoa'; it has lsoa, ward"):
        read_boundaries(path, layer="msoa")


def test_area_type_in_tells_the_finest():
    assert area_type_in(["LAD24CD", "WD24CD", "WD24NM"]) == "wd24"
    assert area_type_in(["OBJECTID", "name"]) is None


def test_read_boundaries_with_codes_of_two_vintages_asks_which(tmp_path):
    path = tmp_path / "areas.gpkg"
    squares(LSOA11CD=[f"E0100{i:04d}" for i in (7, 8, 9)]).to_file(path)
    with pytest.raises(CodeError, match="has codes of lsoa21 and of lsoa11, so that it is not cl"):
        read_boundaries(path)
    assert read_boundaries(path, area_type="lsoa11")["lsoa11cd"].iat[0] == "E01000007"


# What must be refused


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_read_boundaries_cut_short(tmp_path, kind, share):
    whole = write_kind(squares(1000), tmp_path, kind)
    if whole.is_dir():
        whole = max(whole.iterdir(), key=lambda part: part.stat().st_size)
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(FileError, match=r"download|give a file with a boundary for each"):
        read_boundaries(tmp_path / kind)


def test_read_boundaries_of_shapefile_with_its_table_cut_short(tmp_path):
    path = write_kind(squares(1000), tmp_path, "areas.shp")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    with pytest.raises(FileError, match=r"areas\.shp breaks off after \d+ of 1000 areas; download"):
        read_boundaries(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("areas.gpkg", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(600)),
        ("areas.geojson", b"<!DOCTYPE html><html><body>Sign in</body></html>"),
        ("areas.fgb", b"just words"),
        ("areas.json", b'{"type": "FeatureCollection", "features": [{"type"'),
    ],
)
def test_read_boundaries_of_what_is_no_map(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=rf"{name} cannot be read as a map file; it may be cut sh"):
        read_boundaries(tmp_path / name)


def test_read_boundaries_of_files_without_shapes(tmp_path):
    (tmp_path / "settings.json").write_text('{"colour": "red"}')
    (tmp_path / "codes.csv").write_text("LSOA21CD,x\nE01000001,1\n")
    zipped(tmp_path / "codes.zip", [tmp_path / "codes.csv"])
    for name in ("settings.json", "codes.csv", "codes.zip"):
        assert layers(tmp_path / name) == {}
        with pytest.raises(FileError, match=rf"{name} has no map layer with shapes; give bounda"):
            read_boundaries(tmp_path / name)


def test_read_boundaries_of_parquet_without_geometry(tmp_path):
    squares().drop(columns="geometry").to_parquet(tmp_path / "table.parquet")
    assert not is_geoparquet(tmp_path / "table.parquet")
    with pytest.raises(FileError, match="is Parquet without geometry; give GeoParquet"):
        read_boundaries(tmp_path / "table.parquet")


def test_read_boundaries_missing_or_of_no_bytes(tmp_path):
    with pytest.raises(FileError, match=r"There is no file .*gone\.gpkg"):
        read_boundaries(tmp_path / "gone.gpkg")
    (tmp_path / "none.gpkg").touch()
    with pytest.raises(FileError, match=r"none\.gpkg is empty \(0 bytes\)"):
        read_boundaries(tmp_path / "none.gpkg")


def test_read_boundaries_without_any_area(tmp_path):
    squares().head(0).to_file(tmp_path / "areas.gpkg")
    squares().head(0).to_parquet(tmp_path / "areas.parquet")
    (tmp_path / "areas.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    for name in ("areas.gpkg", "areas.parquet", "areas.geojson"):
        with pytest.raises(FileError, match=rf"{name} has no areas in it; download"):
            read_boundaries(tmp_path / name)


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_read_boundaries_of_shapefile_without_a_part(tmp_path, part):
    path = write_kind(squares(), tmp_path, "areas.shp")
    path.with_suffix(part).unlink()
    with pytest.raises(FileError, match=rf"is a Shapefile without its {part}; put the files"):
        read_boundaries(path)


def test_read_boundaries_of_shapefile_without_prj_needs_a_crs(tmp_path):
    path = write_kind(squares(), tmp_path, "areas.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(FileError, match=r"does not say which coordinate reference .* \.prj file"):
        read_boundaries(path)
    assert read_boundaries(path, crs=27700).total_bounds[0] == WEST
    with pytest.raises(FileError, match="'EPSG:99999' is no coordinate reference system, so .*shp"):
        read_boundaries(path, crs="EPSG:99999")


@pytest.mark.parametrize(
    ("true", "named"), [(27700, 4326), (4326, 27700), (3857, 27700), (32630, 27700), (3857, 4326)]
)
def test_read_boundaries_with_a_wrong_crs_named(tmp_path, true, named):
    path = tmp_path / "areas.gpkg"
    squares(crs=true).set_crs(named, allow_override=True).to_file(path)
    with pytest.raises(FileError, match=r"The coordinates in .* outside Great Britain; name the r"):
        read_boundaries(path)
    assert read_boundaries(path, crs=true).total_bounds[0] == pytest.approx(WEST, abs=1)


def test_read_boundaries_in_a_local_grid(tmp_path):
    path = tmp_path / "areas.parquet"
    grid = 'LOCAL_CS["Site grid",UNIT["metre",1]]'
    squares().set_crs(grid, allow_override=True).to_parquet(path)
    with pytest.raises(
        FileError, match="are named Site grid, from which there is no way to EPSG:27"
    ):
        read_boundaries(path)
    assert read_boundaries(path, crs=27700).total_bounds[0] == WEST


def test_read_boundaries_with_longitude_and_latitude_swapped(tmp_path):
    areas = squares(crs=4326)
    areas.geometry = shapely.transform(areas.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    areas.to_file(tmp_path / "areas.geojson")
    with pytest.raises(
        FileError, match="outside Great Britain; .* or put longitude before latitude"
    ):
        read_boundaries(tmp_path / "areas.geojson")


def test_read_boundaries_without_a_code_column(tmp_path):
    squares().rename(columns={"LSOA21CD": "id"}).to_file(tmp_path / "areas.gpkg")
    with pytest.raises(
        CodeError, match=r"no column of area codes \(columns: id, LSOA21NM\); an ONS"
    ):
        read_boundaries(tmp_path / "areas.gpkg")


def test_read_boundaries_with_a_code_twice_or_missing(tmp_path):
    path = tmp_path / "areas.gpkg"
    squares().assign(LSOA21CD=["E01000001", "E01000001", "E01000003"]).to_file(path)
    with pytest.raises(
        CodeError,
        match=r"1 lsoa21cd code stands more than once .*\(E01000001\).*geopandas: areas.dissolve",
    ):
        read_boundaries(path)
    squares().assign(LSOA21CD=["E01000001", None, "E01000003"]).to_file(path)
    with pytest.raises(CodeError, match="1 of 3 rows in .* have no lsoa21cd; every row needs"):
        read_boundaries(path)


def test_read_boundaries_of_the_wrong_vintage_says_how_to_go_on(tmp_path):
    squares(code="LSOA11CD").to_file(tmp_path / "areas.gpkg")
    with pytest.raises(CodeError, match=r"holds lsoa11 areas, not lsoa21; give .* geo\.convert"):
        read_boundaries(tmp_path / "areas.gpkg", area_type="lsoa21")


@pytest.mark.parametrize("shape", [None, Polygon(), MultiPolygon()])
def test_read_boundaries_with_an_area_without_geometry(tmp_path, shape):
    areas = squares()
    areas.geometry = [areas.geometry[0], shape, areas.geometry[2]]
    areas.to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(FileError, match=r"1 of 3 areas in .* have no geometry \(E01000002\)"):
        read_boundaries(tmp_path / "areas.parquet")


@pytest.mark.parametrize("shape", [Point(WEST, SOUTH), shapely.LineString([(0, 0), (1, 1)])])
def test_read_boundaries_with_points_or_lines(tmp_path, shape):
    areas = squares()
    areas.geometry = [areas.geometry[0], shape, areas.geometry[2]]
    areas.to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(FileError, match=r"1 of 3 areas in .* are points or lines \(E01000002\)"):
        read_boundaries(tmp_path / "areas.parquet")


def bow_tie(width):
    """Square of 1 km side whose last edge crosses over, so that a triangle turns inside out."""
    w, s = WEST + 1000, SOUTH
    corners = [(w, s), (w + 1000, s), (w + 1000, s + 1000), (w, s + 1000)]
    return Polygon([*corners, (w + width, s - width)])


def test_read_boundaries_repairs_a_sliver_and_counts_it(tmp_path):
    areas = squares()
    areas.geometry = [areas.geometry[0], bow_tie(1), areas.geometry[2]]
    areas.to_file(tmp_path / "areas.gpkg")
    message = r"1 of 3 areas in areas\.gpkg .* repaired \(E01000002\)"
    with pytest.warns(GeoWarning, match=message) as caught:
        repaired = read_boundaries(tmp_path / "areas.gpkg")
    assert [warning.filename for warning in caught] == [__file__]
    assert repaired.is_valid.all()
    assert repaired.area.iat[1] == pytest.approx(1_000_000, rel=1e-3)


@pytest.mark.parametrize(
    "shape",
    [
        bow_tie(400),
        Polygon(
            [(WEST, SOUTH), (WEST + 900, SOUTH + 900), (WEST + 900, SOUTH), (WEST, SOUTH + 900)]
        ),
        Polygon([(WEST, SOUTH), (WEST + 1, SOUTH + 1), (WEST + 2, SOUTH + 2)]),
    ],
    ids=["large loop", "bow tie", "no area"],
)
def test_read_boundaries_refuses_a_repair_that_would_move_a_boundary(tmp_path, shape):
    areas = squares()
    areas.geometry = [areas.geometry[0], shape, areas.geometry[2]]
    areas.to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(FileError, match=r"1 of 3 areas in .* cross themselves .*\(E01000002\)"):
        read_boundaries(tmp_path / "areas.parquet")


def test_read_boundaries_with_coordinates_that_are_no_numbers(tmp_path):
    areas = squares()
    square = areas.geometry[1].wkb  # ends with five corners of 16 bytes each
    with np.errstate(invalid="ignore"):
        areas.geometry = [
            areas.geometry[0],
            shapely.from_wkb(square[:-48] + b"\xff" * 8 + square[-40:]),
            areas.geometry[2],
        ]
        areas.to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(FileError, match=r"1 of 3 areas in .* cross themselves .*\(E01000002\)"):
        read_boundaries(tmp_path / "areas.parquet")


# Zip files


@pytest.mark.parametrize(
    "inside", ["../../evil.gpkg", "/etc/evil.gpkg", "C:/evil.gpkg", "a\\..\\b"]
)
def test_read_boundaries_of_a_zip_that_unpacks_outside_itself(tmp_path, inside):
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        archive.writestr("areas.geojson", "{}")
        archive.writestr(inside, "x")
    with pytest.raises(FileError, match="is not read because it would unpack outside its own fold"):
        read_boundaries(tmp_path / "areas.zip")


def test_read_boundaries_of_a_zip_that_is_too_large(tmp_path, monkeypatch):
    path = write_kind(squares(), tmp_path, "areas-gpkg.zip")
    assert zips.UNZIPPED_LIMIT == 2_000_000_000
    monkeypatch.setattr(zips, "UNZIPPED_LIMIT", 1000)
    with pytest.raises(FileError, match=r"would unpack to more than .* the limit; give a smaller"):
        read_boundaries(path)


def declare_sizes(path, size):
    """Write another unpacked size into the headers of every member of a zip."""
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            struct.pack_into("<I", content, found.start() + at, size)
    path.write_bytes(content)


def zip_of_zeros(path, size):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("areas.geojson", b"0" * size)


@pytest.mark.parametrize("declared", [0, 1, 999, 4_000_000])
def test_read_boundaries_counts_what_a_zip_unpacks_to_whatever_it_declares(
    tmp_path, monkeypatch, declared
):
    path = tmp_path / "areas.zip"
    zip_of_zeros(path, 3_000_001)
    declare_sizes(path, declared)
    told = rf"areas\.geojson in it unpacks to 3,000,001 bytes and is said to have {declared:,};"
    with pytest.raises(FileError, match=told):
        read_boundaries(path)
    monkeypatch.setattr(zips, "UNZIPPED_LIMIT", 3_000_000)
    with pytest.raises(FileError, match="would unpack to more than"):
        read_boundaries(path)


def test_read_boundaries_of_a_zip_whose_members_are_too_large_together(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "areas.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("one.txt", "two.txt"):
            archive.writestr(name, b"0" * 600)
    monkeypatch.setattr(zips, "UNZIPPED_LIMIT", 1199)
    with pytest.raises(FileError, match="would unpack to more than"):
        map_files.layers(tmp_path / "areas.zip")
    monkeypatch.setattr(zips, "UNZIPPED_LIMIT", 1200)
    assert map_files.layers(tmp_path / "areas.zip") == {}


def test_read_boundaries_of_a_zip_packed_unusually_says_so(tmp_path):
    path = tmp_path / "areas.zip"
    zip_of_zeros(path, 10)
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1  # the flag of an encrypted member
    path.write_bytes(content)
    with pytest.raises(FileError, match="is packed in a way that is not read .* password"):
        read_boundaries(path)


def test_read_boundaries_of_a_zip_with_several_maps_names_them(tmp_path):
    for name in ("one.gpkg", "two.gpkg"):
        squares().to_file(tmp_path / name)
    zipped(tmp_path / "both.zip", tmp_path.glob("*.gpkg"))
    with pytest.raises(FileError, match=r"has 2 maps in it \(one\.gpkg, two\.gpkg\); unpack it"):
        read_boundaries(tmp_path / "both.zip")


def test_read_boundaries_of_a_zip_damaged_inside(tmp_path):
    path = write_kind(squares(1000), tmp_path, "areas-gpkg.zip")
    content = bytearray(path.read_bytes())
    content[300:900] = b"\x55" * 600
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"areas-gpkg\.zip .* cut short"):
        read_boundaries(path)


@pytest.mark.parametrize("kind", ["areas.gpkg", "areas.fgb", "areas.shp", "areas.parquet"])
def test_read_boundaries_of_damaged_bytes_raises_nothing_but_geo_errors(tmp_path, kind):
    path = write_kind(squares(200), tmp_path, kind)
    content = path.read_bytes()
    for at in np.linspace(0, len(content) - 64, 25).astype(int):
        path.write_bytes(content[:at] + b"\xff" * 64 + content[at + 64 :])
        try:
            areas = read_boundaries(path)
        except GeoError:  # any other error would fail the test
            continue
        assert len(areas) == 200


# Real files


def test_read_boundaries_of_cheshire_east(real_data):
    folder = real_data / "cheshire-east"
    expected = {
        "LSOA_2021_BGC": ("lsoa21", 244),
        "LSOA_2011_BGC": ("lsoa11", 234),
        "WD_MAY_2025_BGC": ("wd25", 52),
        "MSOA_2021_BGC": ("msoa21", 52),
    }
    for name, (kind, count) in expected.items():
        areas = read_boundaries(folder / f"{name}_cheshire_east.geojson", area_type=kind)
        assert len(areas) == count
        assert areas.is_valid.all()
        assert areas.area.sum() / 1e6 == pytest.approx(1166, abs=1)  # km², of the borough


def test_read_boundaries_of_england(real_data):
    folder = real_data / "england"
    areas = read_boundaries(folder / "LSOA21_england_simplified.parquet")
    assert len(areas) == 33_755
    with pytest.warns(GeoWarning, match=r"1 of 32844 areas in .* repaired \(E01019828\)"):
        areas = read_boundaries(folder / "LSOA11_england_simplified.parquet")
    assert len(areas) == 32_844
    assert areas.is_valid.all()


def test_read_boundaries_of_real_files_cut_short(real_data, tmp_path):
    source = real_data / "england" / "LAD24_england_simplified.parquet"
    content = source.read_bytes()
    (tmp_path / source.name).write_bytes(content[: len(content) // 2])
    with pytest.raises(FileError, match="cannot be read as Parquet"):
        read_boundaries(tmp_path / source.name)
    shutil.copy(source, tmp_path / "whole.parquet")
    assert read_boundaries(tmp_path / "whole.parquet").columns[0] == "lad24cd"


@pytest.mark.parametrize("inside", ["shp", "gpkg", "gdb"])
def test_read_boundaries_of_a_zip_that_names_folders_as_windows_does(tmp_path, inside):
    made = write_kind(squares(), tmp_path, f"areas.{inside}")
    parts = [*made.iterdir()] if made.is_dir() else [*tmp_path.glob("areas.*")]
    folder = "Maps\\areas.gdb\\" if made.is_dir() else "Maps\\"
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for part in parts:
            archive.writestr(folder + part.name, part.read_bytes())
    codes = read_boundaries(tmp_path / "z.zip")["lsoa21cd"]
    assert codes.tolist() == ["E01000001", "E01000002", "E01000003"]


@pytest.mark.parametrize("lacking", [".shx", ".dbf"])
def test_read_boundaries_of_a_zipped_shapefile_names_the_part_it_lacks(tmp_path, lacking):
    squares().to_file(tmp_path / "areas.shp")
    parts = [part for part in tmp_path.glob("areas.*") if part.suffix != lacking]
    path = zipped(tmp_path / "z.zip", parts, "Maps/")
    with pytest.raises(FileError, match=rf"a Shapefile without its \{lacking}"):
        read_boundaries(path)


@pytest.mark.parametrize("packed", [True, False])
def test_read_boundaries_of_a_shapefile_in_capitals_with_its_metadata(tmp_path, packed):
    squares().to_file(tmp_path / "areas.shp")
    parts = [part.rename(tmp_path / part.name.upper()) for part in tmp_path.glob("areas.*")]
    (tmp_path / "AREAS.SHP.XML").write_text("<metadata/>")
    path = tmp_path / "AREAS.SHP"
    if packed:
        path = zipped(tmp_path / "z.zip", [*parts, tmp_path / "AREAS.SHP.XML"], "Maps/")
    assert len(read_boundaries(path)) == 3


def test_read_boundaries_of_a_zip_without_a_map_names_what_is_in_it(tmp_path):
    squares().to_file(tmp_path / "areas.gpkg")
    inner = zipped(tmp_path / "inner.zip", [tmp_path / "areas.gpkg"])
    with pytest.raises(FileError, match=r"It has inner\.zip in it; unpack it"):
        read_boundaries(zipped(tmp_path / "outer.zip", [inner]))


def test_read_boundaries_of_areas_in_several_rows_says_to_dissolve(tmp_path):
    squares().assign(LSOA21CD="E01000001").to_file(tmp_path / "areas.gpkg")
    with pytest.raises(CodeError, match=r"\(E01000001\).*dissolve them by that column"):
        read_boundaries(tmp_path / "areas.gpkg")


def ring(*parts):
    """A ring in well-known binary of parts: an arc through three points, or a line."""
    members = b""
    for points in parts:
        kind = 8 if len(points) == 3 else 2
        members += struct.pack("<BII", 1, kind, len(points))
        members += b"".join(struct.pack("<dd", *one) for one in points)
    return struct.pack("<BII", 1, 9, len(parts)) + members


def with_curves(path, *shapes):
    """Put shapes in well-known binary into a GeoPackage in place of squares."""
    squares(len(shapes)).to_file(path)
    header = b"GP" + struct.pack("<BBi", 0, 1, 27700)
    with contextlib.closing(sqlite3.connect(path)) as base:
        for (trigger,) in base.execute("select name from sqlite_master where type = 'trigger'"):
            base.execute(f'drop trigger "{trigger}"')
        for at, shape in enumerate(shapes, 1):
            base.execute("update areas set geom = ? where fid = ?", (header + shape, at))
        base.execute("update gpkg_geometry_columns set geometry_type_name = 'CURVEPOLYGON'")
        base.commit()
    return path


@pytest.mark.parametrize("kind", ["M", "ZM"])
def test_read_boundaries_leaves_measures_aside(tmp_path, kind):
    measures = " 7 8"[: 2 * len(kind)]
    words = [box(x, SOUTH, x + 1000, SOUTH + 1000).wkt for x in (WEST, WEST + 1000)]
    words = [re.sub(r"(\d+ \d+)", rf"\1{measures}", one) for one in words]
    shapes = [shapely.from_wkt(one.replace("POLYGON", f"POLYGON {kind}")) for one in words]
    written = [shapely.to_wkb(shape, flavor="iso", output_dimension=4) for shape in shapes]
    areas = read_boundaries(with_curves(tmp_path / "areas.gpkg", *written))
    assert areas.area.round().tolist() == [1e6, 1e6]
    assert not areas.has_z.any()


def test_read_boundaries_of_several_curved_surfaces_of_one_area(tmp_path):
    def surface(x):
        south, north = (x + 500, SOUTH), (x + 500, SOUTH + 1000)
        arc = [south, (x + 750, SOUTH + 500), north]
        rest = [[north, (x, SOUTH + 1000)], [(x, SOUTH + 1000), (x, SOUTH)], [(x, SOUTH), south]]
        return struct.pack("<BII", 1, 10, 1) + ring(arc, *rest)

    both = struct.pack("<BII", 1, 12, 2) + surface(WEST) + surface(WEST + 3000)
    notes = []
    (area,) = read_boundaries(with_curves(tmp_path / "areas.gpkg", both), notes=notes).geometry
    assert len(area.geoms) == 2
    assert "1 of 1 areas in areas.gpkg have curved" in notes[0]


def test_read_boundaries_makes_straight_lines_of_arcs_without_gaps_between_neighbours(tmp_path):
    """A west and an east half of a square, parted by half a circle; the third has no arc."""
    south, middle, north = (
        (WEST + 500, SOUTH),
        (WEST + 750, SOUTH + 500),
        (WEST + 500, SOUTH + 1000),
    )
    arc = [south, middle, north]
    west = ring(arc, [north, (WEST, SOUTH + 1000)], [(WEST, SOUTH + 1000), (WEST, SOUTH)],
                [(WEST, SOUTH), south])  # fmt: skip
    corner, top = (WEST + 1000, SOUTH), (WEST + 1000, SOUTH + 1000)
    east = ring(arc[::-1], [south, corner], [corner, top], [top, north])
    plain = box(WEST + 1000, SOUTH, WEST + 2000, SOUTH + 1000).wkb
    curves = [struct.pack("<BII", 1, 10, 1) + one for one in (west, east)]
    path, notes = with_curves(tmp_path / "areas.gpkg", *curves, plain), []
    areas = read_boundaries(path, notes=notes)
    assert notes == [
        "2 of 3 areas in areas.gpkg have curved boundaries (arcs), which are read as many short "
        "straight lines."
    ]
    whole = areas.union_all()
    assert whole.area == pytest.approx(areas.area.sum(), abs=1e-6)
    assert whole.equals(box(WEST, SOUTH, WEST + 2000, SOUTH + 1000))
    with_chord = 500_000 + 2 / 3 * 250 * 1000  # a parabola's segment; the circle's is a bit larger
    assert with_chord < areas.area[0] < with_chord * 1.05
    assert layers(path) == {"areas": ["LSOA21CD", "LSOA21NM"]}


@pytest.mark.parametrize("told", ["CP1252", "UTF-8", ""])
@pytest.mark.parametrize("packed", [False, True])
def test_read_boundaries_of_a_shapefile_of_windows(tmp_path, told, packed):
    """Names in Windows-1252, whatever the .cpg file says, or without one."""
    named = squares(1).assign(LSOA21NM="Ynys Môn 001A")
    named.to_file(tmp_path / "areas.shp", encoding="cp1252")
    (tmp_path / "areas.cpg").write_text(told) if told else (tmp_path / "areas.cpg").unlink()
    path = tmp_path / "areas.shp"
    if packed:
        path = zipped(tmp_path / "z.zip", tmp_path.glob("areas.*"))
    assert read_boundaries(path)["lsoa21nm"].tolist() == ["Ynys Môn 001A"]
