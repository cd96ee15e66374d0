"""The folder of a place of one's own: filled with its wards, ready to be built."""

import pandas as pd
import pytest

from geo.errors import FileError, PlaceError
from geo.geography.places import load_place
from geo.report.new_place import write_place
from geo.sources.indicators.read import read_indicators

ROWS = [
    ("E01000001", "E05000002", 'Upper "Mill"', "E06000001", "Mill, City of"),
    ("E01000002", "E05000001", "Lower", "E06000001", "Mill, City of"),
    ("E01000003", "E05000001", "Lower", "E06000001", "Mill, City of"),
    ("E01000004", "E05000003", "Far", "E06000002", "Milton"),
]


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    columns = ["LSOA21CD", "WD24CD", "WD24NM", "LAD24CD", "LAD24NM"]
    pd.DataFrame(ROWS, columns=columns).to_csv(folder / "lookup.csv", index=False)
    return folder


@pytest.mark.parametrize("authority", ["Mill, City of", "mill, city OF ", "e06000001"])
def test_a_place_has_the_authoritys_wards_each_a_group_at_first(tmp_path, data, authority):
    lines = write_place(tmp_path / "mine", authority, [data], level="Care community")
    place = load_place(tmp_path / "mine")
    assert (place.name, place.code, place.levels[0].plural) == (
        "Mill, City of", "E06000001", "care communities",
    )  # fmt: skip
    assert place.units["wd24cd"].tolist() == ["E05000001", "E05000002"]
    assert place.units["care_community"].tolist() == ["Lower", 'Upper "Mill"']
    assert "its 2 wards" in lines[1]
    assert lines[-2:] == [
        f"Next: geo check {tmp_path / 'mine'} --data {data}",
        f"Then: geo build {tmp_path / 'mine'} --data {data}",
    ]
    names = {one.name for one in (tmp_path / "mine").iterdir()}
    assert names == {"place.toml", "wards.csv", "indicators-example"}


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, data):
    with pytest.raises(PlaceError, match="no authority 'Miltn' .* such as Milton"):
        write_place(tmp_path / "mine", "Miltn", [data])
    with pytest.raises(PlaceError, match="No lookup from LSOAs to wards and auth.*with --data"):
        write_place(tmp_path / "mine", "Milton", [])
    with pytest.raises(PlaceError, match="column 'population', which cannot be used"):
        write_place(tmp_path / "mine", "Milton", [data], level="population")
    assert not (tmp_path / "mine").exists()
    write_place(tmp_path / "mine", "Milton", [data])
    before = (tmp_path / "mine/wards.csv").read_bytes()
    with pytest.raises(FileError, match="place.toml is there already; name another folder"):
        write_place(tmp_path / "mine", "Mill, City of", [data])
    assert (tmp_path / "mine/wards.csv").read_bytes() == before


def test_the_command_says_what_to_do_next(tmp_path, data):
    from click.testing import CliRunner

    from geo.commands.cli import main

    given = ["init", str(tmp_path / "mine"), "--authority", "Milton", "--data", str(data)]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 0
    assert "give those of one locality the same name in the column locality" in result.output
    assert "neighbourhood" not in (tmp_path / "mine/place.toml").read_text("utf-8")  # is an LSOA
    write_place(tmp_path / "older", "Milton", [data], level="neighbourhood")
    assert load_place(tmp_path / "older").levels[0].plural == "neighbourhoods"  # as ever
    again = CliRunner().invoke(main, given)
    assert (again.exit_code, again.output.startswith("Error: ")) == (1, True)


@pytest.mark.parametrize(
    "asked",
    [["Mill, City of", "Milton"], ["E06000002, E06000001"], ["milton", "e06000001"]],
    ids=["each", "with commas", "names and codes"],
)
def test_several_authorities_are_the_groups_at_first(tmp_path, data, asked):
    lines = write_place(tmp_path / "mill-and-milton", asked, [data], level="hub")
    place = load_place(tmp_path / "mill-and-milton")
    assert place.name == "Mill and Milton"
    assert (sorted(place.codes), place.level_columns) == (["E06000001", "E06000002"], ["authority"])
    assert "its authorities are its groups at first" in lines[0]
    assert "take the # from its lines in place.toml" in lines[1]
    wards = pd.read_csv(tmp_path / "mill-and-milton/wards.csv")
    assert list(wards) == ["wd24cd", "wd24nm", "lad24nm", "hub"]
    assert wards["hub"].tolist() == ["Lower", 'Upper "Mill"', "Far"]
    assert "lad24nm" in (tmp_path / "mill-and-milton/place.toml").read_text("utf-8")
    definition = tmp_path / "mill-and-milton/place.toml"
    text = definition.read_text("utf-8")
    for line in ("wards =", "[[levels]]", 'column = "hub"', "singular", "plural", "within"):
        text = text.replace(f"# {line}", line, 1)
    definition.write_text(text, "utf-8")
    assert load_place(definition.parent).level_columns == ["hub", "authority"]


def test_only_wards_that_share_a_name_are_told_apart_by_their_authority(tmp_path, data):
    lookup = pd.read_csv(data / "lookup.csv").replace("Far", "Lower")
    lookup.to_csv(data / "lookup.csv", index=False)
    write_place(tmp_path / "both", ["E06000001", "E06000002"], [data], level="hub")
    wards = pd.read_csv(tmp_path / "both/wards.csv")
    assert wards["hub"].tolist() == ["Lower (Mill, City of)", 'Upper "Mill"', "Lower (Milton)"]


def test_the_example_of_figures_is_of_the_places_own_lsoas(tmp_path, data):
    write_place(tmp_path / "mine", "Mill, City of", [data])
    table = read_indicators(tmp_path / "mine/indicators-example/indicators.csv")
    assert set(table["area_code"]) <= {row[0] for row in ROWS[:3]}
    assert not table.duplicated(["area_code", "indicator_id", "period"]).any()
    write_place(tmp_path / "far", "Milton", [data])
    few = read_indicators(tmp_path / "far/indicators-example/indicators.csv")
    assert set(few["area_code"]) == {"E01000004"}


def test_what_to_do_next_can_be_pasted_where_folders_have_spaces(tmp_path, data):
    spaced = data.rename(tmp_path / "my data")
    lines = write_place(tmp_path / "my place", "Milton", [spaced])
    last = f'"{tmp_path / "my place"}" --data "{spaced}"'
    assert [line.partition(" geo ")[2] for line in lines[-2:]] == [f"check {last}", f"build {last}"]


def test_an_unknown_authority_among_several_is_named(tmp_path, data):
    with pytest.raises(PlaceError, match="no authority 'Miltn' .* such as Milton"):
        write_place(tmp_path / "mine", ["E06000001", "Miltn"], [data])
    with pytest.raises(PlaceError, match="no authority 'Milltown'"):
        write_place(tmp_path / "mine", ["Milton, Milltown"], [data])
    assert write_place(tmp_path / "mine", "Milton", [data], name="Our town")[0].count("Our town")
