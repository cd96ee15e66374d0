"""The printed page: its head and foot, the room between them, and what travels with the figure."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from geo.errors import TableError
from geo.views.style.page import (
    MARGIN,
    MM_PER_INCH,
    WIDE,
    Frame,
    Page,
    PageLayout,
    PageText,
    Typography,
    require_width,
    style,
)
from geo.views.style.text import text_height
from tests.drawn import assert_text_in_place, words

TEXT = PageText("Title", "Subtitle", "Synthetic data", "Source: ONS.")


def texts(page):
    return {one.get_text(): one for one in page.axes.texts}


def test_layout_writes_head_above_the_figure_and_caption_below_it():
    layout = PageLayout(TEXT, 160)
    page = layout.page(layout.top + 50)
    found = texts(page)
    tops = [found[name].get_position()[1] for name in ("Title", "Subtitle", "Synthetic data")]
    assert tops == sorted(tops)
    assert tops[-1] < layout.top
    middle = layout.top + 50 + layout.foot_height / 2
    assert found["Source: ONS."].get_position() == (MARGIN, middle)


def test_layout_makes_the_page_as_high_as_what_stands_on_it():
    layout = PageLayout(TEXT, 160)
    page = layout.page(layout.top + 50)
    assert page.height == layout.top + 50 + layout.foot_height + MARGIN
    assert page.figure.get_figheight() * MM_PER_INCH == pytest.approx(page.height, abs=0.05)


@pytest.mark.parametrize("width", [80, 160, 250])
def test_layout_of_long_words_keeps_them_on_the_page_and_apart(width):
    long = (
        "A finding that is told at length, with Pneumonoultramicroscopicsilicovolcanoconiosis, " * 3
    )
    layout = PageLayout(PageText(long, long, long, long), width)
    with style():
        assert_text_in_place(layout.page(layout.top + 10).figure)


def test_layout_leaves_no_room_for_what_is_not_written():
    assert PageLayout(PageText("", "", "", ""), 160).top == MARGIN
    assert PageLayout(PageText("", "", "", ""), 160).foot_height == 0
    without = PageLayout(PageText("Title", "", "", ""), 160)
    assert MARGIN < without.top < PageLayout(TEXT, 160).top


def test_layout_puts_a_box_around_the_notice_unless_told_otherwise():
    plain = Typography(13.0, 8.5, caption=6.0, notice_box=False)
    for typography, boxed in ((None, True), (plain, False)):
        layout = PageLayout(TEXT, 160, typography)
        notice = texts(layout.page(layout.top + 9))["Synthetic data"]
        assert (notice.get_bbox_patch() is not None) is boxed


def test_layout_writes_in_the_sizes_it_is_given():
    layout = PageLayout(TEXT, 160, Typography(13.0, 8.5, caption=6.0))
    found = texts(layout.page(layout.top + 9))
    assert [one.get_fontsize() for one in found.values()] == [13.0, 8.5, 8.0, 6.0]


def test_typography_grows_with_the_page():
    sizes = [Typography.for_width(width).title for width in (80, 160, WIDE)]
    assert sizes == sorted(set(sizes))


def test_finished_page_carries_what_is_saved_beside_the_figure():
    data = pd.DataFrame({"n": [1]})
    layout = PageLayout(TEXT, 160)
    figure = layout.page(layout.top + 9).finish("Nothing is shown.", data)
    assert figure.get_label() == "Title"
    assert figure.caption == "Title. Subtitle. Synthetic data. Source: ONS."
    assert (figure.alt_text, figure.data) == ("Nothing is shown.", data)


def test_axes_of_the_page_are_in_millimetres_from_its_upper_left_corner():
    page = Page(100, 50)
    page.text(100, 50, "x", 7.0, ha="right", va="bottom")
    ((_, box),) = words(page.figure)
    assert (box.x1, box.y0) == pytest.approx((page.figure.bbox.width, 0), abs=0.5)


def test_add_axes_stands_where_the_frame_is():
    page = Page(200, 100)
    ax = page.add_axes(Frame(left=50, top=20, width=100, height=40))
    assert ax.get_position().bounds == pytest.approx((0.25, 0.4, 0.5, 0.4))


@pytest.mark.parametrize("width", [80, 250])
def test_require_width_gives_a_width_that_fits_a_page(width):
    assert require_width(width) == width


@pytest.mark.parametrize("width", [79.9, 250.1, float("nan")])
def test_require_width_refuses_a_width_that_fits_no_page(width):
    with pytest.raises(ValueError, match="a figure is from 80 mm .* to 250 mm"):
        require_width(width)


def test_style_is_for_a_while():
    before = mpl.rcParams["font.family"]
    with style():
        assert mpl.rcParams["font.family"] == ["Liberation Sans", "DejaVu Sans"]
    assert mpl.rcParams["font.family"] == before


@pytest.mark.parametrize("va", ["top", "center", "center_baseline", "bottom", "baseline"])
def test_words_side_by_side_stand_on_one_line_whatever_their_letters(va):
    with style():
        page = Page(120, 12)
        for at, word in enumerate(("H", "Hgp", "H(x)", "H|Q", "H← worse", "H44.3", "H%")):
            page.text(3 + 16 * at, 6.0, word, 7.0, va=va)
        page.figure.set_dpi(300)
        canvas = FigureCanvasAgg(page.figure)
        canvas.draw()
    dark = np.asarray(canvas.buffer_rgba())[..., :3].mean(axis=2) < 127
    wide = dark.shape[1] / 120
    feet = set()
    for at in range(7):
        left = round((3 + 16 * at) * wide)
        stem = dark[:, left : left + round(1.6 * wide)]
        upright = stem[:, stem.sum(axis=0).argmax()]  # the first upright of the H
        feet.add(int(np.flatnonzero(upright).max()))
    assert max(feet) - min(feet) <= 1


def test_a_line_at_its_upper_edge_stands_as_one_at_its_middle():
    page = Page(80, 12)
    page.text(3, 2.0, "Label", 7.0)
    page.text(40, 2.0 + text_height("Label", 7.0) / 2, "4.3", 7.0, va="center")
    label, number = page.axes.texts
    assert (label.get_position()[1], label.get_va()) == (number.get_position()[1], "center")


def test_page_of_a_given_height_has_its_foot_at_the_end_or_is_refused():
    layout = PageLayout(TEXT, 160, height=100)
    assert layout.room(layout.top) == pytest.approx(100 - layout.top - layout.foot_height - MARGIN)
    page = layout.page(layout.top + 20)
    assert page.height == pytest.approx(100)
    with pytest.raises(TableError, match=r"a page 1\d\d mm tall at a width of 160 mm, and 100"):
        layout.page(layout.top + 90)
    assert PageLayout(TEXT, 160).room(5.0) is None
