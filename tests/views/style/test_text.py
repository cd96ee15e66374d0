"""Text on paper: the same face on every machine, drawn as wide as it was measured."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties, findfont, get_font

from geo.views.style import text as measured
from geo.views.style.page import MM_PER_INCH, Page, style
from geo.views.style.text import balanced, fonts, shortened, text_height, text_size, wrap
from tests import CHECKOUT
from tests.examples import share

FACES = Path(measured.__file__).parent / "fonts"


@pytest.mark.parametrize(("weight", "file"), [("normal", "Regular"), ("bold", "Bold")])
def test_fonts_are_those_that_come_with_the_toolkit(weight, file):
    found = findfont(FontProperties(family=fonts(), weight=weight), fallback_to_default=False)
    assert Path(found) == FACES / f"LiberationSans-{file}.ttf"


@pytest.mark.parametrize("sign", "²½–−’…©≥×·ŵŷ▲▼●↑↓→\u00a0\u2009")
@pytest.mark.parametrize("file", ["Regular", "Bold"])
def test_fonts_have_every_sign_that_figures_write(sign, file):
    assert ord(sign) in get_font(FACES / f"LiberationSans-{file}.ttf").get_charmap()


def test_fonts_carry_their_licence():
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FACES / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_text_is_drawn_as_wide_as_it_was_measured(weight):
    words = "Contains OS data © Crown copyright and database right, 12.3% (10.1–14.9)"
    paper = Page(200, 20)
    paper.text(5, 5, words, 7.0, weight=weight)
    with style():
        FigureCanvasAgg(paper.figure).draw()
        (text,) = paper.axes.texts
        drawn = text.get_window_extent().width / paper.figure.dpi * MM_PER_INCH
    assert drawn == pytest.approx(text_size(words, 7.0, weight)[0], abs=0.4)


@pytest.mark.slow
def test_figures_hold_on_a_machine_whose_only_face_is_dejavu():
    code = """
from geo.views.style import text
text.fonts = lambda: ["DejaVu Sans"]
import geo
from tests.drawn import assert_text_in_place
gallery = geo.gallery()
for name in ("deprivation", "collaboratives", "change", "decile-profile", "tartan-rug"):
    try:
        assert_text_in_place(gallery.makers[name]())
    except AssertionError as problem:
        raise AssertionError(f"{name}: {problem}") from None
    print(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(done.stdout.split()) == 5


@given(text=st.text("ab é–\n", max_size=60), width=st.floats(5, 40))
@share(1)
def test_wrap_keeps_every_letter_and_breaks_what_is_wider_than_the_line(text, width):
    for broken in (wrap(text, width, 7.0), balanced(text, width, 7.0)):
        assert "".join(broken.split()) == "".join(text.split())
        assert all(text_size(line, 7.0)[0] <= width for line in broken.split("\n"))


def test_wrap_keeps_line_ends_that_are_in_the_text():
    assert wrap("one\ntwo three", 100, 7.0) == "one\ntwo three"


def test_balanced_breaks_into_as_many_lines_as_wrap_and_evener_ones():
    text = "one two three four five six seven eight nine ten eleven twelve"
    width = text_size(text, 7.0)[0] * 0.8
    greedy, even = (one(text, width, 7.0).split("\n") for one in (wrap, balanced))
    assert len(greedy) == len(even) == 2
    gaps = [abs(text_size(a, 7.0)[0] - text_size(b, 7.0)[0]) for a, b in (greedy, even)]
    assert gaps[1] < gaps[0]


def test_shortened_leaves_text_that_fits_and_ends_what_does_not_in_an_ellipsis():
    width = text_size("Education", 7.0)[0]
    assert shortened("Education", width, 7.0) == "Education"
    cut = shortened("Education and skills", width, 7.0)
    assert cut.endswith("…")
    assert cut[:-1] == "Education and skills"[: len(cut) - 1]
    assert text_size(cut, 7.0)[0] <= width


def test_shortened_is_empty_where_not_even_an_ellipsis_fits():
    assert shortened("Education", 0.5, 7.0) == ""


def test_text_height_counts_lines_and_is_none_without_text():
    assert text_height("", 7.0) == 0
    assert text_height("one\ntwo", 7.0) == pytest.approx(2 * text_height("one", 7.0))
