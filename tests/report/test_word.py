"""A report as a Word document: what it holds, how it reads, and templates."""

import io
import shutil
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import FileError
from geo.report.word import write_word
from geo.views.style.export import words_of

docx = pytest.importorskip("docx")


@pytest.fixture(scope="module")
def report(sampled):
    return sampled.out


@pytest.fixture(scope="module")
def written(report, tmp_path_factory):
    path = write_word(report, tmp_path_factory.mktemp("word") / "x.docx")
    return docx.Document(path)


def described(document):
    """Alternative text of each picture, in order."""
    return [shape._inline.docPr.get("descr") for shape in document.inline_shapes]


@pytest.mark.slow
def test_every_figure_is_there_with_its_words(report, written):
    told = sorted((report / "figures").glob("*.txt"))
    words = {words_of(path)[0] for path in told}
    assert set(described(written)) == words
    assert len(written.inline_shapes) == len(list((report / "figures").glob("*.png")))
    headings = [one.text for one in written.paragraphs if one.style.name == "Heading 2"]
    assert headings == [words_of(path)[1].partition(". ")[0] for path in told]
    numbered = [one.text for one in written.paragraphs if one.text.startswith("Figure ")]
    assert len(numbered) == len(written.inline_shapes)


@pytest.mark.slow
def test_headings_step_by_one_and_tables_have_headers(written):
    levels = [int(one.style.name[-1]) for one in written.paragraphs
              if one.style.name.startswith("Heading")]  # fmt: skip
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in written.tables:
        assert "tblHeader" in table.rows[0]._tr.xml
        assert "tblCaption" in table._tbl.xml
    assert written.core_properties.language == "en-GB"


@pytest.mark.slow
def test_numbers_are_those_of_the_tables(report, written):
    areas = pd.read_csv(report / "tables/deprivation_by_area.csv")
    shown = [[cell.text for cell in row.cells] for row in written.tables[0].rows[1:]]
    assert [row[0] for row in shown] == areas["area"].tolist()
    assert [int(row[4]) for row in shown] == areas["top_30"].tolist()
    first = [[cell.text for cell in row.cells] for row in written.tables[1].rows[1:]]
    order = pd.read_csv(report / "tables/targeting.csv").sort_values("rank").head(10)
    assert [row[1] for row in first] == order["lsoa21cd"].tolist()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it(report, tmp_path):
    path = write_word(report, tmp_path / "x.docx")
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    asked = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(asked, check=True, capture_output=True, timeout=240)
    assert (tmp_path / "x.pdf").read_bytes().count(b"/Subtype/Image") >= 10


def small(folder):
    """A report of nothing but its manifest."""
    folder.mkdir()
    (folder / "manifest.json").write_text(
        '{"made": "2026-01-02", "place": {"name": "Mill", "code": "E06000001"}, "release": 2025, '
        '"inputs": [], "versions": {"geo-targeting": "1"}, "membership": {"status": "Draft"}, '
        '"headline": ["One is."], "licences": ["OGL."], "left_out": [], "warnings": []}'
    )
    return folder


def as_template(path, kind, **styles):
    """Save Word's own styles with some of another size, as a document or a template."""
    document = docx.Document()
    document.add_paragraph("Text of the template")
    for name, size in styles.items():
        document.styles[name.replace("_", " ")].font.size = docx.shared.Pt(size)
    held = io.BytesIO()
    document.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if kind == ".dotx" and name == "[Content_Types].xml":
                part = part.replace(b"document.main+xml", b"template.main+xml")
            new.writestr(name, part)
    return path


@pytest.mark.parametrize("kind", [".docx", ".dotx"])
def test_a_template_gives_its_styles_and_none_of_its_text(tmp_path, kind):
    template = as_template(tmp_path / f"t{kind}", kind, Heading_1=31)
    found = docx.Document(write_word(small(tmp_path / "r"), "", template))
    assert found.styles["Heading 1"].font.size.pt == 31
    texts = [one.text for one in found.paragraphs]
    assert texts[0].startswith("Mill: where deprivation sits")
    assert {"One is.", "OGL.", "Draft"} <= set(texts)
    assert "Made 2 January 2026 from the Indices of Deprivation 2025" in texts  # as on pages
    assert "Text of the template" not in texts


def test_what_cannot_be_written_is_refused(tmp_path):
    folder = small(tmp_path / "r")
    (tmp_path / "t.docx").write_bytes(b"PK no document")
    with pytest.raises(FileError, match="cannot be read as a Word document; give a .docx"):
        write_word(folder, "", tmp_path / "t.docx")
    document = docx.Document()
    document.styles["List Bullet"].delete()
    document.save(tmp_path / "u.docx")
    with pytest.raises(FileError, match="has no style List Bullet; use each once"):
        write_word(folder, "", tmp_path / "u.docx")
    with pytest.raises(FileError, match="cannot be written"):
        write_word(folder, tmp_path / "none/x.docx")
    with pytest.raises(FileError, match="is no folder that geo build wrote"):
        write_word(Path(tmp_path / "nothing"))
    assert not (folder / "report.docx").exists()
