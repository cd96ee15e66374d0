"""What a notebook shows of the project's objects, and of its errors: the sentence first."""

import re
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import geo
from geo.errors import FileError
from geo.report.build import Report
from geo.report.differences import Differences


@pytest.fixture
def cell(capsys):
    """Run a cell; give what is printed, without colours."""
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))

    def run(code):
        shell.run_cell(code)
        return re.sub(r"\x1b\[[\d;]*m", "", "".join(capsys.readouterr()))

    return run


def test_an_error_shows_its_sentence_first_and_where_it_was_raised(cell):
    lines = cell("import geo\ngeo.load_place('nowhere')").strip().splitlines()
    assert lines[0].startswith("PlaceError: There is no place 'nowhere'; known are")
    assert lines[2] == "At line 2 of the cell: geo.load_place('nowhere')"
    assert re.fullmatch(r"Raised in geo/geography/places.py, line \d+\.", lines[3])
    assert len(lines) == 4


def test_notes_of_an_error_and_the_function_of_the_reader_are_shown(cell):
    code = (
        "from geo.errors import FileError\ndef mine():\n    problem = FileError('No file; add it.')"
        "\n    problem.add_note('Two rows were alike.')\n    raise problem\nmine()"
    )
    lines = cell(code).strip().splitlines()
    assert lines[0] == "FileError: No file; add it."
    assert lines[2:] == ["Note: Two rows were alike.", "At line 5 of the cell: raise problem"]


def test_the_traceback_itself_is_whole(cell):
    with pytest.raises(FileError) as caught:
        geo.read_lookup("nowhere.csv")
    assert caught.traceback[-1].path.is_relative_to(Path(geo.__file__).parent)
    assert "ZeroDivisionError" in cell("1 / 0")  # others are shown as ever


def test_a_report_shows_its_findings_and_leads_to_its_page(tmp_path):
    report = Report(
        tmp_path, geo.load_place("sample"), 2025, ("One of two.",), ("Odd.",), ("No <map>.",),
        ("index.html", "manifest.json"), (), "Nothing is new.",
    )  # fmt: skip
    shown = report._repr_html_()
    assert "<strong>Sandmere, Indices of Deprivation 2025</strong>" in shown
    assert re.findall("<li>(.*?)</li>", shown) == [
        *("One of two.", "No &lt;map&gt;.", "Nothing is new."),
        "1 unclear case was settled by a rule: see warnings.",
    ]
    assert f'<a href="{tmp_path}/index.html">' in shown


def test_a_place_shows_its_groups():
    shown = geo.load_place("cheshire-east")._repr_html_()
    assert "Cheshire East (E06000049), borough" in shown
    assert "<li>8 collaboratives: " in shown
    assert "Draft areas" in shown


def test_the_sample_and_differences_show_themselves():
    shown = geo.sample()._repr_html_()
    assert "areas: 240 rows of lsoa21cd, lsoa21nm" in shown
    found = Differences(["One & two."], pd.DataFrame({"what": ["joined"]}))
    assert found._repr_html_() == (
        "<div><strong>1 difference</strong><ul><li>One &amp; two.</li></ul></div>"
    )


def test_rug_map_and_figure_show_themselves():
    borough = geo.sample()
    lsoas = borough.areas.merge(borough.deprivation.drop(columns="lsoa21nm"), on="lsoa21cd").head(3)
    assert geo.choropleth(lsoas)._repr_png_().startswith(b"\x89PNG")
    assert "<iframe" in geo.web_map(lsoas, title="Three", levels=["lsoa21nm"])._repr_html_()
    table = pd.DataFrame(
        {"area_code": ["a", "E92000001"], "area_type": ["town", "england"], "indicator_id": "neet",
         "period": "2024", "value": [9.0, 5.0], "benchmark_value": 5.0,
         "comparison": ["worse", "not_compared"]}
    )  # fmt: skip
    assert "<iframe" in geo.tartan_rug(table, areas="town")._repr_html_()
