"""The command line: exit codes, plain sentences, no traceback."""

import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

from geo.__main__ import main
from geo.disclosure.rules import Rule
from geo.errors import FileError
from geo.geography.places import load_place
from geo.report.whole_folder import files_in
from tests.examples import some


def _run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def _fails_plainly(result, *words):
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert lines[0].endswith(".")
    for word in words:
        assert word in lines[0]


@pytest.mark.slow
def test_build_sample_says_headline_parts_and_where_to_look(tmp_path):
    result = _run("build", "--sample", "--only", "tables, map", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "the interactive map and the tables and layers alone" in result.stdout
    assert (tmp_path / "map.html").is_file()
    assert not (tmp_path / "figures").exists()
    assert "in the most deprived 30% in England" in result.stdout
    assert "Synthetic data" in result.stdout
    assert f"Open {tmp_path / 'index.html'}" in result.stdout


@pytest.mark.slow
def test_build_real_data_says_the_published_figures(real_data, tmp_path):
    folders = ["--data", real_data / "cheshire-east", "--data", real_data / "england"]
    options = ["--release", 2019, "--only", "tables", "--verbose", "--out", tmp_path]
    result = _run("build", "cheshire-east", *folders, *options)
    assert result.exit_code == 0, result.output
    expected = "36 of 234 LSOAs (15.4%) are in the most deprived 30% in England: 12 in North, 24"
    assert expected in result.stdout
    assert "E01018480 (57% in Nantwich and Rural)" in result.stdout


def test_build_without_data_says_how_to_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = ("boundaries", "geo fetch cheshire-east", "--data", "geo build --sample")
    _fails_plainly(_run("build"), *said)


@pytest.mark.parametrize(
    ("words", "sample", "found"),
    [
        ([], False, ("cheshire-east", None)),
        (["spine"], False, ("cheshire-east", "spine")),
        (["cheshire-east"], False, ("cheshire-east", None)),
        (["Cheshire East", "spine"], False, ("Cheshire East", "spine")),
        (["spine", "cheshire-east"], False, ("cheshire-east", "spine")),
        (["nowhere", "spine"], False, ("nowhere", "spine")),
        (["./mine"], False, ("./mine", None)),
        (["mine"], False, ("mine", None)),
        (["spine", "mine"], False, ("mine", "spine")),
        ([], True, ("", None)),
        (["spine"], True, ("", "spine")),
        (["cheshire-east", "spine"], True, ("cheshire-east", "spine")),
    ],
)
def test_figure_takes_the_place_first_and_understands_the_former_order(
    monkeypatch, tmp_path, words, sample, found
):
    from geo.commands.figure import _place_and_name

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/place.toml").write_text("")
    (tmp_path / "spine").mkdir()  # figures lie in folders too
    monkeypatch.chdir(tmp_path)
    assert _place_and_name(words, sample) == found


@pytest.mark.parametrize("command", [["build"], ["figure", "nowhere"]])
def test_a_place_that_nobody_knows_is_no_matter_of_data(monkeypatch, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    words = ["nowhere"] if command == ["build"] else ["spine"]
    _fails_plainly(_run(*command, *words), "There is no place 'nowhere'")


def test_figure_lists_and_tells_the_command_that_draws_one(monkeypatch, tmp_path):
    known = SimpleNamespace(makers={"spine": None, "gap": None})
    monkeypatch.setattr("geo.report.gallery.figure_set", lambda *_, **__: known)
    (tmp_path / "my data").mkdir()
    result = _run("figure", "cheshire-east", "--data", tmp_path / "my data")
    assert result.stdout == "spine\ngap\n"
    assert result.stderr == (
        f'Draw one: geo figure cheshire-east --data "{tmp_path}/my data" NAME\n'
    )
    assert _run("figure", "--sample").stderr == "Draw one: geo figure --sample NAME\n"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("2;85", "is no two numbers with a comma between them, such as 2,85"),
        ("2,85,1", "is no two numbers"),
        ("0,85", "give how many contributions, a whole number from 1 to 9"),
        ("2,100", "their share in per cent, from 1 to under 100"),
    ],
)
@pytest.mark.parametrize("command", [["build"], ["figure", "choropleth"]])
def test_wrong_dominance_is_told_in_a_sentence(command, given, words):
    result = _run(*command, "--sample", "--dominance", given)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.replace("│", "").split())


def test_rule_of_the_options_is_the_rule_of_the_build(monkeypatch):
    asked = []

    def build_report(_place, **given):
        asked.append(given["rule"])
        raise FileError("Enough.")

    monkeypatch.setattr("geo.report.build.build_report", build_report)
    _run("build", "--sample")
    _run("build", "--sample", "--dominance", "2,85.5", "--p-percent", "10")
    assert asked == [Rule(), Rule(dominance=(2, 85.5), p_percent=10)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "--release", "2021"],
        ["build", "--only", "maps"],
        ["paint"],
        ["assign"],
        ["fetch", "--with", "weather"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    assert _run(*arguments).exit_code == 2


def test_places_lists_the_known_places():
    result = _run("places")
    assert result.exit_code == 0
    assert "cheshire-east: Cheshire East (E06000049), 8 collaboratives" in result.stdout
    assert "synthetic" in result.stdout


@pytest.mark.slow
def test_check_tells_files_and_matches(real_data):
    folders = ["--data", real_data / "cheshire-east", "--data", real_data / "england"]
    result = _run("check", "cheshire-east", *folders, "--release", "2010")
    assert result.exit_code == 0, result.output
    assert "LSOA_2021_BGC_cheshire_east.geojson: LSOA 2021 boundaries" in result.stdout
    assert "IoD2025_lad_summaries.csv: not recognised" in result.stdout
    assert "Release 2010: 231 LSOAs of Cheshire East, ready." in result.stdout
    assert "ID2010_1871702_columns.csv: 32,482 rows, 231 match, 0 of Cheshire" in result.stdout
    assert "Also here: the Indices of 2025, 2019 and 2015" in result.stdout
    assert "imd_average_score" not in result.stdout
    assert "5 of 33,755 LSOAs of 2021 are in no lookup to LSOAs of 2001" in result.stdout


def test_check_of_a_broken_file_says_so_and_fails(real_data, tmp_path):
    name = "LSOA_2021_BGC_cheshire_east.geojson"
    whole = (real_data / "cheshire-east" / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    result = _run("check", "--data", tmp_path)
    assert result.exit_code == 1
    assert f"{name}: cannot be read." in result.stdout


def test_check_of_an_empty_folder_says_so(tmp_path):
    result = _run("check", "--data", tmp_path)
    assert result.exit_code == 1
    assert "nothing can be built" in result.stdout


@pytest.fixture
def lookups(real_data, tmp_path):
    """A data folder with what assigning needs."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("LSOA21_WD24_LAD24_EW_LU.csv", "LSOA11_LSOA21_LAD22_EW_LU.csv"):
        shutil.copyfile(real_data / "england" / name, folder / name)
    return folder


@pytest.mark.parametrize(("column", "code"), [("LSOA21CD", "E01018386"), ("lsoa11", "E01018386")])
def test_assign_adds_groups_to_a_table_of_either_vintage(lookups, tmp_path, column, code):
    table = tmp_path / "my.csv"
    table.write_text(f"{column},children\n{code},7\n{code},8\n", "utf-8")
    result = _run("assign", table, "--out", tmp_path / "out.csv", "--data", lookups)
    assert result.exit_code == 0, result.output
    assert "2 of 2 rows" in result.stdout
    written = pd.read_csv(tmp_path / "out.csv")
    assert written["collaborative"].to_list() == ["Sandbach, Middlewich and Alsager"] * 2
    assert written["children"].to_list() == [7, 8]


def test_assign_of_a_formula_writes_text(lookups, tmp_path):
    table = tmp_path / "my.csv"
    table.write_text('lsoa21cd,note\nE01018386,"=1+1"\n', "utf-8")
    assert _run("assign", table, "--out", tmp_path / "o.csv", "--data", lookups).exit_code == 0
    assert "'=1+1" in (tmp_path / "o.csv").read_text("utf-8")


def test_assign_failing_writes_nothing(lookups, tmp_path):
    table = tmp_path / "my.csv"
    table.write_text("lsoa21cd,children\nE01000001,7\n", "utf-8")
    result = _run("assign", table, "--out", tmp_path / "out.csv", "--data", lookups)
    _fails_plainly(result, "outside Cheshire East", "E01000001")
    assert "out.csv" not in files_in(tmp_path)


def test_assign_of_a_missing_file(lookups, tmp_path):
    result = _run("assign", tmp_path / "no.csv", "--out", tmp_path / "o.csv", "--data", lookups)
    _fails_plainly(result, "There is no file")


def _boundaries(folder, change):
    """The sample's boundaries as GeoJSON, changed to be wrong in one way."""
    import geo
    from geo.sources.sample import write_sample

    written = {path.name: path for path in write_sample(folder)}
    areas = geo.read_boundaries(written["LSOA_2021_sample.gpkg"])
    written["LSOA_2021_sample.gpkg"].unlink()
    changed = change(areas.to_crs(4326))
    changed.to_file(folder / "areas.geojson", driver="GeoJSON")
    return folder


WRONG_BOUNDARIES = [
    (lambda a: a.iloc[:0], ("areas.geojson",)),
    (lambda a: a.rename(columns={"lsoa21cd": "id"}), ("areas.geojson", "LSOA21CD")),
    (lambda a: a.iloc[[0, *range(len(a))]], ("more than once", "areas.geojson")),
    (lambda a: a.iloc[1:], ("1 of the 240 LSOAs",)),
    (lambda a: a.assign(lsoa21cd=a["lsoa21cd"].str.replace("E01", "S01")), ("S01", "Scotland")),
    (lambda a: a.assign(lsoa21cd=a["lsoa21cd"].str.replace("E01", "W01")), ("not in", "Wales")),
    (lambda a: a.assign(geometry=[None, *a.geometry[1:]]), ("1 of 240", "no geometry")),
    (lambda a: a.set_geometry(a.geometry.boundary), ("polygons",)),
]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        *WRONG_BOUNDARIES[:3],
        *(pytest.param(*one, marks=pytest.mark.slow) for one in WRONG_BOUNDARIES[3:]),
    ],
    ids=["empty", "no codes", "twice", "one missing", "scottish", "welsh", "no shape", "lines"],
)
def test_build_with_wrong_boundaries_fails_plainly(tmp_path, change, words):
    data = _boundaries(tmp_path / "data", change)
    result = _run("build", data / "place", "--data", data, "--out", tmp_path / "out")
    _fails_plainly(result, *words)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", some(["areas.geojson", "table.csv", "areas.gpkg", "areas.zip"]))
@pytest.mark.parametrize("content", [b"", b"<html><body>Sign in</body></html>"])
def test_build_with_a_file_that_is_none_fails_plainly(tmp_path, name, content):
    from geo.sources.sample import write_sample

    write_sample(tmp_path / "data")
    (tmp_path / "data" / name).write_bytes(content)
    place = tmp_path / "data" / "place"
    result = _run("build", place, "--data", tmp_path / "data", "--out", tmp_path / "out")
    _fails_plainly(result, name)


@pytest.mark.parametrize("extra", [["cheshire-east"], ["--data", "."]])
def test_build_sample_with_a_place_or_data_is_wrong_usage(tmp_path, extra):
    result = _run("build", "--sample", *extra, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "--sample draws a borough of its own" in result.stderr


def test_assign_refuses_to_overwrite_its_own_input(lookups, tmp_path):
    table = tmp_path / "my.csv"
    table.write_text("lsoa21cd\nE01018386\n", "utf-8")
    _fails_plainly(_run("assign", table, "--out", table, "--data", lookups), "another name")
    assert table.read_text("utf-8") == "lsoa21cd\nE01018386\n"


def test_assign_into_a_missing_folder_says_to_make_it(lookups, tmp_path):
    table = tmp_path / "my.csv"
    table.write_text("lsoa21cd\nE01018386\n", "utf-8")
    result = _run("assign", table, "--out", tmp_path / "no" / "out.csv", "--data", lookups)
    _fails_plainly(result, "There is no folder", "make it first")


OUTPUTS = (
    "collaboratives/north.html", "collaboratives/south.html", "figures/change.png",
    "figures/change.txt", "index.html", "manifest.json", "map.html", "tables/lsoas.csv",
    "tartan-rug.csv", "tartan-rug.html", "tartan-rug.xlsx",
)  # fmt: skip


@pytest.mark.parametrize(
    ("warnings", "flags", "said"),
    [
        ((), [], ""),
        (("One.",), [], "Note: 1 unclear case was settled by a rule; the foot of index.html"),
        (("One.", "Two."), [], "Note: 2 unclear cases were settled by a rule; the foot"),
        (("One.", "Two."), ["--verbose"], "Note: One.\nNote: Two.\n"),
    ],
)
def test_build_ends_with_what_was_made_for_whom(monkeypatch, tmp_path, warnings, flags, said):
    made = SimpleNamespace(
        headline=("One of two.",), left_out=("No map.",), warnings=warnings, unused=(),
        outputs=OUTPUTS, out=tmp_path, place=load_place("sample"), since="Nothing is new.",
    )  # fmt: skip
    monkeypatch.setattr("geo.report.build.build_report", lambda *_, **__: made)
    output = _run("build", "--sample", *flags).output
    assert "Note: No map." in output
    assert "Nothing is new.\n" in output
    assert said in output
    assert ("settled" in output) == bool(warnings and not flags)
    assert "For leads: map.html, tartan-rug.html, 2 pages in collaboratives/.\n" in output
    assert "For writers: 1 figure in figures/, tartan-rug.xlsx.\n" in output
    assert "For analysts: tables/, tartan-rug.csv, manifest.json.\n" in output
    assert output.endswith("(11 files written).\n")
