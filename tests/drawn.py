"""Looking at drawn figures: colours of areas, extents of text."""

import re
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from geo.views.style.page import style
from tests import CHECKOUT

WIDTHS = (80, 160, 250)
EACH_WIDTH = [80, *(pytest.param(width, marks=pytest.mark.slow) for width in WIDTHS[1:])]
"""The narrowest, where room is scarcest, in every run; the others with the slow tests."""


def pixels(figure):
    """The picture without text, leading lines and the boxes of towns, which would cover fills."""
    over = [*figure.findobj(mpl.text.Text)]
    for ax in figure.axes[1:]:
        over += [*ax.lines, *(patch for patch in ax.patches if isinstance(patch, Rectangle))]
    over = [artist for artist in over if artist.get_visible()]
    for artist in over:
        artist.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for artist in over:
        artist.set_visible(True)
    return np.asarray(canvas.buffer_rgba())[..., :3]


def colour_at(image, ax, point):
    x, y = ax.transData.transform((point.x, point.y))
    return to_hex(image[image.shape[0] - 1 - int(y), int(x)] / 255)


def words(figure):
    """Every text that is drawn, except halos, with its rectangle in pixels."""
    with style():
        FigureCanvasAgg(figure).draw()
        return [
            (text.get_text(), text.get_window_extent())
            for text in figure.findobj(mpl.text.Text)
            if text.get_text() and text.get_label() != "halo"
        ]


def assert_text_in_place(figure):
    width, height = figure.bbox.size
    drawn = words(figure)
    for text, box in drawn:
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        assert inside, f"{text!r} leaves the page"
    for at, (one, box) in enumerate(drawn):
        for other, second in drawn[at + 1 :]:
            apart = (
                box.x1 <= second.x0 + 0.5
                or second.x1 <= box.x0 + 0.5
                or box.y1 <= second.y0 + 0.5
                or second.y1 <= box.y0 + 0.5
            )
            assert apart, f"{one!r} covers {other!r}"


def assert_page_is_sound(figure):
    """Text whole, apart and readable; map and insets on the page and apart from each other."""
    assert_text_in_place(figure)
    texts = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in texts) >= 7
    boxes = [ax.get_position() for ax in figure.axes[1:]]
    for at, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= 1
        assert 0 <= box.y0 < box.y1 <= 1
        for other in boxes[at + 1 :]:
            assert not box.overlaps(other)


def fills_by_area(figure, shapes):
    """Colour in the middle of each area, on the axes that show it largest; None if too small."""
    image = pixels(figure)
    circles = shapely.maximum_inscribed_circle(shapes, tolerance=shapely.length(shapes).min() / 99)
    middles, radii = shapely.get_point(circles, 0), shapely.length(circles)
    found = [(0.0, None)] * len(middles)
    for ax in figure.axes[1:]:
        (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
        per_metre = ax.get_window_extent().width / (east - west)
        for at, (middle, radius) in enumerate(zip(middles, radii, strict=True)):
            seen = west < middle.x < east and south < middle.y < north
            if seen and radius * per_metre > max(3.0, found[at][0]):
                found[at] = (radius * per_metre, colour_at(image, ax, middle))
    return [colour for _, colour in found]


def require_same_bytes(module, folder):
    """Save a test module's figure in two processes with other hash seeds and no display."""
    code = (
        f"import sys, pathlib, {module} as t; t._save(pathlib.Path(sys.argv[1]));"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    for run, seed in (("one", "1"), ("two", "2")):
        subprocess.run(
            [sys.executable, "-c", code, str(folder / run)],
            check=True,
            cwd=CHECKOUT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
    for first in sorted((folder / "one").iterdir()):
        assert first.read_bytes() == (folder / "two" / first.name).read_bytes(), first.name


def path_corners(path):
    """Where a path leads, in absolute places, whichever way it is written."""
    at, found = np.zeros(2), []
    for command, numbers in re.findall(r"([MLlC])([^A-Za-z]*)", path):
        places = re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)
        for pair in np.array(places, dtype=float).reshape(-1, 2):
            at = at + pair if command == "l" else pair
            found.append(at)
    return np.array(found)
