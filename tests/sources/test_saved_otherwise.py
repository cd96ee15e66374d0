"""Figures and shapes are the same however a workbook or a map was saved.

How many files a reader is given in a long run is set by ``GEO_ROUNDS``.
"""

import random
import warnings
import zipfile

import pandas as pd
import pyogrio
import pytest
from shapely import reverse

from geo.sources.boundaries import read_boundaries
from geo.sources.indicators.read import read_indicators
from geo.sources.recognise import recognise
from geo.sources.sample import write_sample
from tests.examples import attempts
from tests.sources.test_damaged import BOOKS, HEADER, ROWS, figures, typed

TITLES = (["Quarterly review"], [], ["Made on", "1 May 2024"], ["Crown copyright"])
NOTES = ([], ["Source: ours"], ["", ""], ["Rounded to the nearest 5"])
METRES = 0.05


def as_others_save_it(chance):
    """Sheets of the same table with other order, case, blanks, text for numbers, rows about it."""
    order = chance.sample(range(len(HEADER)), len(HEADER))
    spelt = [chance.choice([str.upper, str.title, str]) for _ in order]
    body = [[row[at] for at in order] for row in typed(ROWS)]
    for row in body:
        for at, cell in enumerate(row):
            if chance.random() < 0.15:
                row[at] = f"{cell:g} " if isinstance(cell, float) else f" {cell}\u00a0"
    chance.shuffle(body)
    head = [write(HEADER[at]) for write, at in zip(spelt, order, strict=True)]
    above = [*chance.choices(TITLES, k=chance.randrange(4)), []]
    data = [*above, head, *body, *chance.choices(NOTES, k=chance.randrange(3))]
    data = [*data, []] if chance.random() < 0.5 else data
    sheets = [("Notes", [["About these figures"], ["Call us"]]), ("Data", data), ("Empty", [[]])]
    chance.shuffle(sheets)
    return dict(sheets)


@attempts(10, share=4)
@pytest.mark.parametrize("kind", BOOKS)
def test_no_figure_changes_with_how_a_workbook_is_saved(tmp_path, kind, number):
    path = tmp_path / f"x{kind}"
    chance = random.Random(f"saved {kind}")
    BOOKS[kind](path, {"Data": [HEADER, *typed(ROWS)]})
    expected = figures(read_indicators(path, notes=[]))
    for _ in range(number):
        sheets = as_others_save_it(chance)
        BOOKS[kind](path, sheets)
        assert figures(read_indicators(path, notes=[])) == expected, sheets
        assert recognise(path, [])[0].indicators, sheets


def drawn_otherwise(areas, chance):
    """The same areas in another order, projection, direction of rings, and with other columns."""
    out = areas.sample(frac=1, random_state=chance.randrange(10**6))
    write = chance.choice([str.upper, str.lower])
    out = out.rename(columns={name: write(name) for name in out if name != "geometry"})
    if chance.random() < 0.5:
        out["SHAPE_Area"] = out.area
    if chance.random() < 0.5:
        out = out.set_geometry(reverse(out.geometry.values))
    if chance.random() < 0.3:
        out = out.drop(columns=[name for name in out if name.lower() == "lsoa21nm"])
    return out.to_crs(chance.choice([27700, 4326, 3857, 4258]))


def save_map(areas, path, chance):
    """Save areas in the kind of file that the name says, with other layers where it has them."""
    if path.suffix == ".zip":
        inside = chance.choice(["shapes", "data/shapes", "data\\shapes"])
        areas.to_file(path.with_name("shapes.shp"))
        with zipfile.ZipFile(path, "w") as archive:
            for part in path.parent.glob("shapes.*"):
                archive.write(part, f"{inside}{part.suffix}")
    elif path.suffix == ".parquet":
        areas.to_parquet(path)
    elif path.suffix == ".geojson":
        areas.to_crs(4326).to_file(path)
    elif path.suffix == ".gpkg" and chance.random() < 0.5:
        points = areas.set_geometry(areas.representative_point())
        for name in chance.sample(["areas", "points"], 2):
            layer = areas if name == "areas" else points
            pyogrio.write_dataframe(layer, path, layer=name, append=path.exists())
    else:
        areas.to_file(path)


@attempts(5, share=10)
@pytest.mark.parametrize("kind", [".gpkg", ".geojson", ".zip", ".fgb", ".parquet"])
def test_no_shape_changes_with_how_a_map_is_saved(tmp_path, kind, number):
    source = next(path for path in write_sample(tmp_path) if path.name == "LSOA_2021_sample.gpkg")
    areas = pyogrio.read_dataframe(source).head(30)
    expected = read_boundaries(source).set_index("lsoa21cd").geometry.iloc[:30]
    chance = random.Random(f"map {kind}")
    for at in range(number):
        path = tmp_path / str(at) / f"x{kind}"
        path.parent.mkdir()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            save_map(drawn_otherwise(areas, chance), path, chance)
            found = read_boundaries(path).set_index("lsoa21cd").geometry
        assert {one.role for one in recognise(path, []) if one.role} == {"boundaries lsoa21"}
        assert found.crs.to_epsg() == 27700
        assert sorted(found.index) == sorted(expected.index)
        apart = found.hausdorff_distance(expected.reindex(found.index))
        assert apart.max() < METRES, apart
        assert pd.Series(found.is_valid).all()
