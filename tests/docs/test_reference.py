"""Nothing is missing from the reference: keys, words, commands, options, names."""

import re
import shlex
import tomllib
from dataclasses import fields
from importlib.resources import files

import click
import pytest

import geo
from geo.commands.cli import main
from geo.geography.places import Level, load_place
from geo.records import specification, table_entries
from geo.report.indicators.people import People
from geo.sources.indicators.catalogue import NEEDED, from_toml
from geo.vocabulary.measures import MEASURES, POLARITIES
from tests.docs.pages import DOCS, fences, page, table_rows

CODE = DOCS.parent / "geo"
_ASKED = re.compile(
    r'"(\w+)" (?:not )?in (?:\w+\.)?catalogue(?:\.columns)?\b'
    r'|(?:fact|catalogue)\.get\(\s*"(\w+)"'
)
MADE = {
    "indicator_id",  # the head of each table
    "basis",  # what counts are of, found while a report is made
    "comparator",  # of Fingertips
}
"""Columns of catalogues that nobody writes by hand."""
SHIPPED = {"index", "published", "blank_below"}
"""Keys of the toolkit's own catalogue of the Indices."""


def keys_told():
    found = {}
    for row in table_rows(page("catalogue")):
        if re.fullmatch(r"`\w+`", row[0]) and len(row) == 3:
            found[row[0].strip("`")] = row
    return found


def test_every_key_of_the_catalogue_is_told_with_an_example_that_is_read():
    told = keys_told()
    template = files("geo.sources.indicators").joinpath("template/indicators.toml").read_text()
    listed = re.findall(r"^#   (\w+(?:, \w+)*) {2,}", template, re.MULTILINE)
    assert set(NEEDED) | {key for keys in listed for key in keys.split(", ")} == set(told)
    examples = "\n".join(row[2].strip("`") for row in told.values())
    entry = tomllib.loads(examples)
    assert set(entry) == set(told)
    read = from_toml(f"[one]\n{examples}".encode(), "the page").iloc[0]
    assert set(told) <= set(read.index)


def test_every_key_that_the_code_asks_a_catalogue_for_is_told():
    asked = set()
    for path in CODE.rglob("*.py"):
        for found in _ASKED.findall(path.read_text("utf-8")):
            asked |= set(filter(None, found))
    assert {"absent", "weight", "denominator"} <= asked  # the search finds such
    shipped = CODE / "sources" / "indicators" / "catalogues"
    for path in shipped.glob("*.toml"):
        for entry in tomllib.loads(path.read_text("utf-8")).values():
            asked |= set(entry)
    told = set(keys_told())
    assert asked - told - MADE - SHIPPED == set()


def test_every_word_that_a_catalogue_allows_is_told():
    told = {name: set(re.findall(r"`([^`]+)`", row[1])) for name, row in keys_told().items()}
    assert told["measure"] == set(MEASURES)
    assert told["polarity"] == set(POLARITIES)
    assert all(map(People.knows, told["denominator"]))
    assert {row[0].strip("`") for row in table_rows(page("catalogue"))} >= set(MEASURES)


def test_every_key_of_a_place_is_told(tmp_path):
    rooms = [(CODE / "geography" / f"{name}.py").read_text() for name in ("places", "definition")]
    found = re.findall(
        r'entries(?:\.get\(|\[)"(\w+)"|"(\w+)" (?:not )?in entries', "\n".join(rooms)
    )
    asked = {key for pair in found for key in pair if key}
    assert {"name", "codes", "levels"} <= asked  # the search finds such
    rows = [row for row in table_rows(page("place")) if row[0].startswith("`")]
    told = {row[0].strip("`[]") for row in rows}
    assert told == asked | {field.name for field in fields(Level)}
    examples = {row[0].strip("`"): row[2].strip("`") for row in rows if " = " in row[2]}
    levels = [examples.pop(name) for name in ("column", "singular", "plural")]
    del examples["within"], examples["codes"]
    (tmp_path / "place.toml").write_text(
        "\n".join([*examples.values(), "[[levels]]", *levels]), "utf-8"
    )
    wards = next(text for where, text in fences("text") if where == "place")
    (tmp_path / "wards.csv").write_text(wards, "utf-8")
    assert load_place(tmp_path).units["locality"].nunique() == 2


def test_a_place_of_several_authorities_is_read_as_the_page_has_it(tmp_path):
    whole = next(text for where, text in fences("toml") if where == "place")
    (tmp_path / "place.toml").write_text(whole, "utf-8")
    (tmp_path / "wards.csv").write_text("wd24cd,locality\nE05000650,Horwich\n", "utf-8")
    place = load_place(tmp_path)
    plurals = [level.plural for level in place.levels]
    assert (len(place.codes), plurals) == (2, ["localities", "boroughs"])


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        (specification._TOP, "At the top"),
        (table_entries._KEYS, "Each table"),
        ((*specification._COUNT, "denominator"), "Each indicator"),
    ],
)
def test_every_key_of_a_specification_of_records_is_told(keys, where):
    text = page("records").partition(where)[2]
    rows = table_rows(text.split("\n\n")[1])
    told = {key for row in rows[1:] for key in re.findall(r"`(\w+)`", row[0])}
    assert told == set(keys)


def test_every_word_of_a_specification_of_records_is_told():
    text = page("records")
    words = [*specification.PERIODS, *specification.KINDS, *table_entries.REPEATED]
    assert [one for one in [*words, *table_entries.DATES] if f"`{one}`" not in text] == []


def test_every_public_name_is_in_the_reference():
    from made.public_names import named

    rooms = re.findall(r"public_names\((.*?)\)", page("api"))
    listed = [module for room in rooms for module in re.findall(r'"(\w+)"', room)]
    told = {name for name, module in named().items() if module.startswith(tuple(listed))}
    errors = {name for name, module in named().items() if module == "errors"}
    assert told | errors == set(geo.__all__) - {"__version__"}
    assert all(f" {name}," in page("api") or f" {name}\n" in page("api") for name in errors)


def test_every_command_is_in_the_reference():
    from made.commands import listed

    assert re.findall(r":prog: geo (\w+)", listed()) == list(main.commands)


def test_every_option_in_a_page_is_one_of_some_command():
    options = [option for command in main.commands.values() for option in command.params]
    known = {flag for option in options for flag in option.opts}
    told = {
        (path.stem, flag)
        for path in DOCS.glob("*.md")
        for flag in re.findall(r"`(--[a-z-]+)[^`]*`", path.read_text("utf-8"))
    }
    assert len(told) > 10
    assert {one for one in told if one[1] not in {*known, "--help"}} == set()


def commands():
    """Every ``geo …`` that stands in a page: in blocks and in the text."""
    for where, text in fences("console"):
        for line in re.findall(r"^ *\$ (geo .*)$", text, re.MULTILINE):
            yield where, line
    for path in sorted(DOCS.glob("*.md")):
        for line in re.findall(r"`(geo [a-z][^`]*)`", path.read_text("utf-8")):
            yield path.stem, line
    from made.gallery import PAGES

    yield from (("gallery", made) for _, _, made, _ in PAGES.values())
    yield "gallery", "geo figure --sample gap"


@pytest.mark.parametrize(("where", "line"), sorted(set(commands())))
def test_every_command_in_a_page_has_these_options(where, line):
    name, *words = shlex.split(line)[1:]
    command = main.commands[name]
    asked = [word for word in words if word.startswith("-")]
    known = {flag for option in command.params for flag in option.opts}
    assert set(asked) <= known
    if "NAME" not in words and "DIR" not in words and words and asked != ["--with"]:
        try:
            command.make_context(name, words, resilient_parsing=False).close()
        except click.UsageError as problem:
            pytest.fail(f"{where}: {line}: {problem.message}")


def test_the_home_page_has_a_card_for_every_page():
    home = page("index")
    listed = set(re.findall(r"^\w+$", home.rpartition(":hidden:")[2], re.MULTILINE))
    cards = set(re.findall(r"^:link: (\w+)$", home, re.MULTILINE))
    assert listed == {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert cards == listed - {"changelog"}


def test_every_option_of_geo_target_is_told_on_its_page():
    from made.commands import named

    told = page("targeting")
    options = {
        name for option in named()["target"].params for name in option.opts if name.startswith("-")
    }
    assert {name for name in options if f"`{name}`" not in told} <= {
        "--sites",
        "--sample",
        "--out",
        "--help",
        "-h",
    }
