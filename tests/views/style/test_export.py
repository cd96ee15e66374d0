"""What stands in the files of a figure."""

import io
import re
import zlib

import numpy as np
import pandas as pd
from fontTools import subset
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_pdf import PdfFile

from geo.views.style.export import save_figure
from geo.views.style.page import Page


def test_save_figure_embeds_fonts_whole_but_for_the_tables_that_lay_out_text(tmp_path):
    page = Page(100, 30)
    page.text(5, 5, "Vale of Ayr fi", 9)
    figure = page.finish("Words.", pd.DataFrame({"a": [1]}))
    paths = save_figure(figure, tmp_path, "words", caption="Made up")
    pdf = next(path for path in paths if path.suffix == ".pdf").read_bytes()
    streams = re.findall(rb"/Length1 .*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    fonts = [TTFont(io.BytesIO(zlib.decompress(stream))) for stream in streams]
    assert fonts
    for font in fonts:
        assert {"glyf", "hmtx", "loca"} <= set(font.keys())
        assert not {"GSUB", "GPOS", "GDEF"} & set(font.keys())
        glyphs = [font["glyf"][name] for name in font.getGlyphOrder()]
        assert sum(glyph.numberOfContours != 0 for glyph in glyphs) >= len(set("ValeofAyri"))
    assert "GSUB" not in subset.Options().drop_tables, "others cut their fonts as they did"


def test_save_figure_writes_paths_of_documents_in_hundredths_of_a_point(tmp_path):
    page = Page(100, 60)
    corners = np.random.default_rng(1).random((40, 2)) * (90, 50)
    page.axes.fill(*corners.T, hatch="//", linewidth=0.3)
    page.axes.plot(*corners.T, "o", markersize=2.345)
    figure = page.finish("Words.", pd.DataFrame({"a": [1]}))
    usual = PdfFile.pathOperations
    paths = save_figure(figure, tmp_path, "shape", caption="Made up")
    pdf = next(path for path in paths if path.suffix == ".pdf").read_bytes()
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    drawn = b"".join(zlib.decompress(one) for one in streams if one.startswith(b"x"))
    places = re.findall(rb"^([-.\d]+) ([-.\d]+) [ml]$", drawn, re.MULTILINE)
    assert len(places) > len(corners)
    numbers = np.array(places, dtype=float)
    np.testing.assert_array_equal(numbers, numbers.round(2))
    inches = page.figure.get_size_inches() * 72
    wanted = (corners / (100, 60) * (1, -1) + (0, 1)) * inches
    apart = np.abs(wanted[:, None] - numbers).max(axis=2).min(axis=1)
    assert (apart <= 0.005 + 1e-9).all(), "each corner is within half a hundredth of its place"
    assert PdfFile.pathOperations is usual, "others write their paths as they did"
