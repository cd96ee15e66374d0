"""What stands in the files of a figure."""

import io
import re
import zlib

import pandas as pd
from fontTools import subset
from fontTools.ttLib import TTFont

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
