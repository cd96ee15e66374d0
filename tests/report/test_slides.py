"""A report as slides: what they say, how they are read, and templates."""

import io
import json
import re
import shutil
import subprocess
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import FileError
from geo.report.slides import write_report_slides
from tests.report.test_word import small

pptx = pytest.importorskip("pptx")

CELL = {
    "group": "Children",
    "unit": "%",
    "period": "2024",
    "polarity": "low_is_good",
    "benchmark": "England",
    "benchmark_value": 10.0,
    "trend": "",
    "latest": True,
}


def cells(name, kind, figures):
    """Rows of the Rug's table: an indicator each, with value and class."""
    return [
        CELL
        | {
            "area_type": kind,
            "area": name,
            "indicator_id": f"i{at}",
            "indicator": f"Indicator {at}",
        }
        | {"sex": "all", "age": "all", "value": value, "text": str(value), "comparison": shown}
        for at, (value, shown) in enumerate(figures)
    ]


@pytest.fixture
def report(tmp_path):
    """A report of two groups of two LSOAs, with its tables, layers and Rug."""
    folder = small(tmp_path / "r")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["headline"] = ["2 of 4 LSOAs are deprived: 2 in East.", "East has most."]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    codes = [f"E0100000{at}" for at in range(4)]
    lsoas = pd.DataFrame({"lsoa21cd": codes, "local_name": [f"Mill {c[-1]}" for c in codes]})
    lsoas = lsoas.assign(wd24nm="Mill", collaborative=["East", "East", "West", "West"])
    lsoas = lsoas.assign(release=2025, imd_decile=[1, 3, 8, 9])
    (folder / "tables").mkdir()
    lsoas.to_csv(folder / "tables/lsoas.csv", index=False)
    lsoas.assign(rank=[1, 2, 3, 4]).to_csv(folder / "tables/targeting.csv", index=False)
    counts = [("collaborative", "East", 2, 1, 1, 2), ("collaborative", "West", 2, 0, 0, 0)]
    counts += [("borough", "Mill", 4, 1, 1, 2)]
    columns = ["area_type", "area", "lsoas", "top_10", "top_20", "top_30"]
    table = pd.DataFrame(counts, columns=columns)
    table.to_csv(folder / "tables/deprivation_by_area.csv", index=False)
    squares = [shapely.box(x, 0, x + 9000, 9000) for x in range(0, 36000, 9000)]
    gpd.GeoDataFrame(lsoas, geometry=squares, crs=27700).to_file(
        folder / "areas.gpkg", layer="lsoa"
    )
    east = [(30.0, "worse"), (20.0, "worse"), (11.0, "similar"), (5.0, "better")]
    west = [(9.0, "similar"), (8.0, "better"), (9.5, "similar"), (2.0, "better")]
    rows = [*cells("England", "england", [(10.0, "benchmark")] * 4)]
    rows += [*cells("East", "collaborative", east), *cells("West", "collaborative", west)]
    pd.DataFrame(rows).to_csv(folder / "tartan-rug.csv", index=False)
    return folder


def said(slide):
    """All that a slide says, a text a paragraph or cell, in its reading order."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found += [one.text for one in shape.text_frame.paragraphs]
        elif shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def titles(deck):
    return [slide.shapes.title.text for slide in deck.slides]


def described(slide):
    """Alternative text of pictures and tables."""
    shapes = [one for one in slide.shapes if not one.has_text_frame]
    return [one._element.xpath(".//p:cNvPr")[0].get("descr") for one in shapes]


def test_a_slide_a_group_says_its_finding_and_where_each_number_is_from(report):
    deck = pptx.Presentation(write_report_slides(report))
    assert deck.slide_width * 9 == pytest.approx(deck.slide_height * 16, rel=1e-4)
    assert titles(deck) == [
        "Mill: where deprivation sits, neighbourhood by neighbourhood",
        "2 of 4 LSOAs are deprived",
        "East: Worse than England in 2 of 4 judged indicators, better in 1",
        "East: 2 of 2 LSOAs are in the most deprived 30% in England",
        "West: none of 2 LSOAs is in the most deprived 30% in England",
        "Sources of the figures on Mill",
    ]
    east, west = said(deck.slides[3]), said(deck.slides[4])
    assert east[0] == titles(deck)[3]
    assert any(text.endswith("2025. Made 2 January 2026.") for text in east)
    assert "Worse than England in 2 of 4 judged indicators, better in 1." in east
    at = east.index("Indicator 0")
    assert east[at : at + 8] == [
        *("Indicator 0", "30.0%", "10.0%", "▼ worse"),
        *("Indicator 1", "20.0%", "10.0%", "▼ worse"),
    ]
    assert east[-9:-5] == ["Mill 0", "E01000000", "1 of 4", "1"]
    assert west.index("Indicator 3") < west.index("Indicator 1")
    assert "E01000002" not in west
    for slide in list(deck.slides)[1:5]:
        assert ".csv" in slide.notes_slide.notes_text_frame.text
        assert all(described(slide))
        assert slide.shapes[0].shape_id == slide.shapes.title.shape_id
        assert "Draft" in said(slide)[-1]
    tables = [one for slide in deck.slides for one in slide.shapes if one.has_table]
    assert len(tables) == 5
    assert all(one.table.first_row for one in tables)
    assert deck.core_properties.language == "en-GB"
    letters = deck.slides[3].element.xpath(".//a:rPr")
    assert {one.get("lang") for one in letters} == {"en-GB"}


def test_slides_call_indicators_as_the_pages_do(report):
    rug = pd.read_csv(report / "tartan-rug.csv")
    short = (
        rug["indicator"].str.replace("Indicator", "Short").where(rug["indicator"].ne("Indicator 1"))
    )
    rug.assign(short_name=short).to_csv(report / "tartan-rug.csv", index=False)
    told = said(pptx.Presentation(write_report_slides(report)).slides[3])
    assert "Short 0" in told
    assert not {"Indicator 0", "Short 1"} & set(told)


def test_without_layers_rug_and_order_a_slide_has_the_rest(report):
    for name in ("areas.gpkg", "tartan-rug.csv", "tables/targeting.csv"):
        (report / name).unlink()
    deck = pptx.Presentation(write_report_slides(report))
    assert len(deck.slides) == 5
    assert described(deck.slides[2]) == []
    assert "1 is in the most deprived 10% and 1 in the most deprived 20%." in said(deck.slides[2])


def as_template(path, change=None, kind="presentation"):
    """Save a presentation of another size with a slide of its own, as a document or a template."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = pptx.util.Inches(10), pptx.util.Inches(5.625)
    own = deck.slides.add_slide(deck.slide_layouts[0])
    own.shapes.title.text = "Slide of the template"
    if change:
        change(deck)
    held = io.BytesIO()
    deck.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(b"presentation.main+xml", f"{kind}.main+xml".encode())
            new.writestr(name, part)
    return path


def test_a_template_gives_size_and_layouts_and_none_of_its_slides(report, tmp_path):
    def renamed(deck):
        """Layouts are known by their kind, whatever they are called."""
        deck.slide_layouts[5].name = "Nur Titel"

    template = as_template(tmp_path / "t.potx", renamed, "template")
    deck = pptx.Presentation(write_report_slides(report, tmp_path / "x.pptx", template))
    assert deck.slide_width == pptx.util.Inches(10)
    assert "Slide of the template" not in titles(deck)
    assert deck.slides[3].slide_layout.name == "Nur Titel"
    for slide in list(deck.slides)[1:]:
        for shape in slide.shapes:
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
    with zipfile.ZipFile(tmp_path / "x.pptx") as parts:
        names = [one for one in parts.namelist() if re.fullmatch(r"ppt/slides/.*\.xml", one)]
    assert len(names) == len(deck.slides)


def test_what_cannot_be_written_is_refused(report, tmp_path):
    def without(deck):
        layout = deck.slide_layouts[5]
        layout.element.attrib.pop("type")
        layout.name = "Other"

    (report / "areas.gpkg").unlink()
    (tmp_path / "t.pptx").write_bytes(b"PK no slides")
    with pytest.raises(FileError, match="cannot be read as a presentation; give a .pptx or .potx"):
        write_report_slides(report, "", tmp_path / "t.pptx")
    with pytest.raises(FileError, match="has no layout Title Only with a title; add it in Power"):
        write_report_slides(report, "", as_template(tmp_path / "u.pptx", without))
    with pytest.raises(FileError, match="cannot be written"):
        write_report_slides(report, tmp_path / "none/x.pptx")
    with pytest.raises(FileError, match="is no folder that geo build wrote"):
        write_report_slides(tmp_path / "nothing")
    (report / "areas.gpkg").write_bytes(b"no layers")
    with pytest.raises(FileError, match="cannot be read as layers of a report; build"):
        write_report_slides(report)
    (report / "tables/deprivation_by_area.csv").unlink()
    with pytest.raises(FileError, match="from which slides are made; build it again"):
        write_report_slides(report)
    assert not (report / "slides.pptx").exists()


@pytest.mark.slow
def test_slides_of_a_report_say_what_its_pages_say_and_keep_within_their_boxes(sampled, tmp_path):
    path = write_report_slides(sampled.out, tmp_path / "x.pptx")
    deck = pptx.Presentation(path)
    pages = {re.search(r"<h1>(.*)</h1>", page.read_text("utf-8"))[1]: page.read_text("utf-8")
             for page in (sampled.out / "collaboratives").glob("*.html")}  # fmt: skip
    groups = [slide for slide in deck.slides if slide.shapes.title.text in pages]
    assert len(groups) == 8
    for slide in groups:
        leads = re.findall(r'<p class="lead">(.*)</p>', pages[slide.shapes.title.text])
        words = " ".join(said(slide))
        assert all(lead in words for lead in leads)
    if shutil.which("soffice") is None or shutil.which("pdftotext") is None:
        pytest.skip("LibreOffice or pdftotext is not installed, so slides cannot be measured")
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    asked = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(asked, check=True, capture_output=True, timeout=240)
    if not (tmp_path / "x.pdf").is_file():
        pytest.skip("LibreOffice has no Impress here, so slides cannot be measured")
    measured = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "x.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    shown = measured.split("<page ")[1:]
    assert len(shown) == len(deck.slides)
    for page in shown:
        tall = float(re.search(r'height="([\d.]+)"', page)[1])
        ends = [float(y) for y in re.findall(r'yMax="([\d.]+)"', page)]
        first = next(at for at, word in enumerate(re.findall(r">([^<]*)</word>", page))
                     if word == "Synthetic")  # fmt: skip
        foot = tall - 12 / 190.5 * tall
        assert max(ends) < tall
        assert max(ends[:first], default=0) <= foot + 2
