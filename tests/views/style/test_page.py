"""Type of the page: the same face on every machine, drawn as wide as it was measured."""

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties, findfont, get_font

import geo.views.style.page as page
from geo.views.style.page import Page, fonts, style, text_size
from tests import CHECKOUT

FACES = Path(page.__file__).parent / "fonts"


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
        (text,) = paper.sheet.texts
        drawn = text.get_window_extent().width / paper.figure.dpi * page.MM_PER_INCH
    assert drawn == pytest.approx(text_size(words, 7.0, weight)[0], abs=0.4)


@pytest.mark.slow
def test_figures_hold_on_a_machine_whose_only_face_is_dejavu():
    code = """
import geo.views.style.page as page
page.fonts = lambda: ["DejaVu Sans"]
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
