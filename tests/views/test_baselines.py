"""Maps of the sample borough: their files, and how they look against ``tests/baseline``.

After a change that is meant, look at the new pictures and keep them:
``python -m tests.views.test_baselines``.
"""

import io
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import geo
from geo.views.style.page import style
from tests import CHECKOUT
from tests.examples import some

FOLDER = Path(__file__).parent / "baseline"
DPI, COLOURS = 60, 64
TOLERANCE = 8.0
"""Root of the mean squared difference, of 255: letters and edges drawn otherwise stay below it."""


@cache
def borough():
    """Areas of the sample with their groups and deciles, and one indicator, suppressed."""
    sample, place = geo.sample(), geo.load_place("sample")
    members = geo.assign(sample.areas[["lsoa21cd"]], place, lookups=sample.lookup_wards)
    listed = sample.indicator_catalogue
    kept = sample.indicators[sample.indicators["indicator_id"] == "children_in_need"]
    kept = kept[kept["period"] == kept["period"].max()]
    sums = geo.aggregate(
        kept[kept["area_type"] == "lsoa21"], members, by=["lsoa21cd"], catalogue=listed
    )
    safe = geo.suppress(sums, members, catalogue=listed)
    england = kept[kept["area_type"] == "england"]
    compared = geo.compare(pd.concat([safe, england], ignore_index=True), catalogue=listed)
    deciles = sample.deprivation[["lsoa21cd", "imd_decile"]]
    groups = members[["lsoa21cd", "wd24nm", "collaborative", "locality"]]
    areas = sample.areas[["lsoa21cd", "geometry"]].merge(groups, on="lsoa21cd")
    return areas.merge(deciles, on="lsoa21cd"), compared, listed, sample


def deprivation(shift=0):
    areas = borough()[0]
    areas = areas.assign(imd_decile=(areas["imd_decile"] - 1 + shift) % 10 + 1)
    return geo.choropleth(areas, outlines="collaborative", width_mm=160)


def groups():
    return geo.group_map(borough()[0], "collaborative", within="locality", width_mm=160)


def indicator():
    areas, compared, listed, _ = borough()
    return geo.indicator_map(areas, compared, "children_in_need", catalogue=listed, width_mm=160)


def movers():
    areas, _, _, sample = borough()
    return geo.movers_map(areas, sample.deprivation_2019, lookup=sample.lookup_2011, width_mm=160)


def bivariate():
    areas, compared, listed, _ = borough()
    return geo.bivariate_map(areas, compared, "children_in_need", catalogue=listed, width_mm=160)


FIGURES = {one.__name__: one for one in (deprivation, groups, indicator, movers, bivariate)}


def picture(figure):
    """The figure as a small picture of few colours."""
    content = io.BytesIO()
    with style():
        FigureCanvasAgg(figure).print_figure(content, dpi=DPI)
    return Image.open(content).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def difference(one, other):
    if one.size != other.size:
        return np.inf
    first, second = (np.asarray(image.convert("RGB"), dtype=float) for image in (one, other))
    return float(np.sqrt(np.mean((first - second) ** 2)))


@pytest.mark.parametrize("name", some(FIGURES))
def test_figure_looks_as_it_was_kept(name):
    kept = FOLDER / f"{name}.png"
    assert kept.stat().st_size <= 60_000
    assert difference(picture(FIGURES[name]()), Image.open(kept)) <= TOLERANCE


@pytest.mark.parametrize(
    "name",
    [
        "indicator",
        *(pytest.param(one, marks=pytest.mark.slow) for one in FIGURES if one != "indicator"),
    ],
)
def test_figure_files_are_described_embedded_and_exact(tmp_path, name):
    figure = FIGURES[name]()
    png, svg, pdf, data, words = geo.save_figure(figure, tmp_path, name)
    with Image.open(png) as image:
        assert image.size[0] == round(160 / 25.4 * 300)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    root = ElementTree.parse(svg).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == figure.get_label()
    assert root.find(f"{space}desc").text == figure.alt_text
    assert b"/FontFile2" in pdf.read_bytes()
    assert b"/Type3" not in pdf.read_bytes()
    assert len(pd.read_csv(data)) == len(figure.data)
    assert figure.alt_text in words.read_text("utf-8")


@pytest.mark.slow
def test_figure_files_are_the_same_in_every_process(tmp_path):
    code = "import geo, sys; from tests.views.test_baselines import bivariate; "
    code += "geo.save_figure(bivariate(), sys.argv[1], 'map')"
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            check=True,
            cwd=CHECKOUT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
    for first in sorted((tmp_path / "1").iterdir()):
        assert first.read_bytes() == (tmp_path / "2" / first.name).read_bytes(), first.name


def test_baseline_notices_another_map():
    assert difference(picture(deprivation(shift=1)), Image.open(FOLDER / "deprivation.png")) > (
        2 * TOLERANCE
    )


if __name__ == "__main__":
    for name, draw in FIGURES.items():
        picture(draw()).save(FOLDER / f"{name}.png", optimize=True)
