"""Light drawings: small enough, with the same words, and nothing between neighbours."""

import io
import re
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from geo.views.style.export import save_figure
from geo.views.style.small import small_drawing
from tests.drawn import path_corners

SIDE, CORNERS = 4, 300


def _wiggly(start, end, seed):
    """A line between two places that wanders, the same whichever area asks for it."""
    along = np.linspace(0, 1, CORNERS)[:, None]
    walk = np.cumsum(np.random.default_rng(seed).normal(size=(CORNERS, 1)), axis=0) * 0.004
    aside = np.array([[start[1] != end[1], start[0] != end[0]]])
    wander = (walk - along * walk[-1]) * aside * along * (1 - along)
    return np.array(start) * (1 - along) + np.array(end) * along + wander


def _figure():
    """Sixteen areas with wandering borders that each two share, and the name of one."""
    figure, axes = plt.subplots(figsize=(5, 5))
    across = {(x, y): _wiggly((x, y), (x + 1, y), 100 * x + y)
              for x in range(SIDE) for y in range(SIDE + 1)}  # fmt: skip
    up = {(x, y): _wiggly((x, y), (x, y + 1), 7000 + 100 * x + y)
          for x in range(SIDE + 1) for y in range(SIDE)}  # fmt: skip
    for x in range(SIDE):
        for y in range(SIDE):
            sides = [across[x, y], up[x + 1, y], across[x, y + 1][::-1], up[x, y][::-1]]
            ring = np.vstack([side[:-1] for side in sides] + [sides[0][:1]])
            axes.add_patch(PathPatch(Outline(ring, closed=True), facecolor=f"C{(x + y) % 3}"))
    axes.set(xlim=(0, SIDE), ylim=(0, SIDE))
    name = axes.text(1, 1, "Sandbach", color="black")
    behind = axes.text(1, 1, "Sandbach", color="#ffffff", zorder=name.get_zorder() - 1)
    behind.set_path_effects([withStroke(linewidth=2.2, foreground="#ffffff")])
    figure.data, figure.alt_text, figure.caption = pd.DataFrame({"x": [1]}), "Areas", "Us"
    figure.set_label("Sixteen areas")
    return figure


def _areas(drawing):
    fills = re.findall(r'<path d="([^"]+)" (?:clip-path="[^"]*" )?class', drawing)
    rings = [path_corners(one) for one in fills]
    polygons = [shapely.Polygon(ring) for ring in rings if len(ring) > 4]
    return [one for one in polygons if 3000 < one.area < 9000]


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    figure = _figure()
    paths = save_figure(figure, folder, "areas", small=True)
    plt.close(figure)
    return {path.name: path.read_text("utf-8") for path in paths if path.suffix == ".svg"}


def test_small_drawing_keeps_words_and_is_as_small_as_asked(saved):
    whole, small = saved["areas.svg"], saved["areas-small.svg"]
    assert len(small) < 60_000 < len(whole)
    roots = [ElementTree.fromstring(text) for text in (whole, small)]
    told = [f"{{http://www.w3.org/2000/svg}}{kind}" for kind in ("text", "title", "desc")]
    words = [[one.text for one in root.iter() if one.tag in told] for root in roots]
    assert words[0] == words[1]
    assert {"Sixteen areas", "Areas", "Sandbach"} <= set(words[1])
    assert roots[1].get("role") == "img"


def test_small_drawing_is_coarser_the_less_room_it_has():
    figure, drawing = _figure(), io.StringIO()
    FigureCanvasSVG(figure).print_figure(drawing, format="svg")
    plt.close(figure)
    sizes = [len(small_drawing(drawing.getvalue(), most)) for most in (30_000, 18_000, 12_000)]
    assert sizes[0] > sizes[1] > sizes[2]
    assert sizes[0] <= 30_000
    assert sizes[1] <= 18_000


def test_small_drawing_leaves_nothing_between_neighbours(saved):
    areas = _areas(saved["areas-small.svg"])
    assert len(areas) == SIDE**2
    union = shapely.union_all(areas)
    assert not shapely.get_num_interior_rings(union)
    assert union.area == pytest.approx(sum(one.area for one in areas), rel=2e-3)


def test_small_drawing_gives_names_a_halo_without_outlines_of_letters(saved):
    small = saved["areas-small.svg"]
    assert "Q" not in "".join(re.findall(r'\bd="([^"]*)"', small))
    name = re.search(r'<text class="(\w+)"[^>]*>Sandbach', small)[1]
    assert f".{name}{{" in small
    assert "paint-order: stroke" in re.search(rf"\.{name}{{([^}}]*)}}", small)[1]
