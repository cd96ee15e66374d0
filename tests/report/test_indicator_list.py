"""Which public indicators there are, which are here, and a template for one's own."""

import pandas as pd
import pytest

from geo.errors import FileError
from geo.report.indicator_list import indicator_lines, write_template
from geo.sources.indicators.public import public_indicators
from geo.sources.indicators.read import read_catalogue, read_indicators
from geo.vocabulary.measures import MEASURES, POLARITIES

CENSUS = "lsoa21cd,overcrowded_households_count,overcrowded_households_denominator\n"


@pytest.fixture
def census(tmp_path):
    path = tmp_path / "census.csv"
    path.write_text(CENSUS + "E01018393,5,600\n")
    return path


def test_indicator_lines_name_every_indicator_under_its_outcome(tmp_path):
    lines = indicator_lines([tmp_path])
    text = "\n".join(lines)
    for name in public_indicators()["name"]:
        assert name in text
    assert "Children feel and are safe" in lines
    assert "the smallest areas: MSOA" in text
    assert "Fingertips 90631" in text
    assert "name to be checked" in text
    assert lines[-1].startswith("None of them is here")


def test_indicator_lines_tell_what_is_here_and_in_which_file(tmp_path, census):
    lines = indicator_lines([tmp_path], [census])
    here = [line for line in lines if "here, in census.csv" in line]
    assert len(here) == 1
    assert "fewer bedrooms" in here[0]
    assert lines[-1] == f"1 of {len(public_indicators())} is here."


def test_indicator_lines_find_an_indicator_by_its_name_or_fingertips_id(tmp_path):
    own = tmp_path / "own.csv"
    facts = "%,100,proportion,high_is_good,x,x,false\n"
    head = "lsoa21cd,indicator_id,Indicator Name,period,count,denominator,group,unit,multiplier,"
    own.write_text(
        head + "measure,polarity,source,licence,confidential\n"
        "E01018393,90631,gld here,2024,5,9,Own,"
        + facts
        + "E01018393,x,Persons in receipt of nothing,2024,5,9,Own,"
        + facts
        + "E01018393,y,first feed is  Breastmilk,2024,5,9,Own,"
        + facts
    )
    lines = indicator_lines([tmp_path], [own])
    assert any("Good level of development" in x and "here, in own.csv" in x for x in lines)
    assert "Yours besides:" in lines
    assert any("Persons in receipt of nothing" in line and "own.csv" in line for line in lines)


def test_indicator_lines_tell_a_file_that_cannot_be_read_and_go_on(tmp_path, census):
    bad = tmp_path / "bad.csv"
    bad.write_text("lsoa21cd,indicator_id,count\nE01018393,mine,some\n")
    lines = indicator_lines([tmp_path], [bad, census])
    assert any(
        "bad.csv" in line and "does not tell what its indicators are" in line for line in lines
    )
    assert lines[-1].startswith("1 of")


def test_template_is_read_as_it_is_and_has_every_allowed_word(tmp_path):
    written = write_template(tmp_path / "mine")
    names = [path.name for path in written]
    assert names == ["indicators.csv", "indicators.toml"]
    words = written[1].read_text("utf-8")
    for word in (*MEASURES, *POLARITIES, "residents 0-17", 'absent = "zero"', "weight",
                 "standardised", "part_of", "total_of", "decimals", "confidential"):  # fmt: skip
        assert word in words
    table, catalogue = read_indicators(written[0]), read_catalogue(written[0])
    assert set(table["indicator_id"]) == set(catalogue["indicator_id"])
    assert set(catalogue["measure"]) == set(MEASURES)
    assert {"value", "zero", "suppressed", "missing"} == set(table["state"])
    assert pd.notna(table.loc[table["state"] == "value", ["count", "value"]]).any(axis=1).all()


def test_template_never_overwrites(tmp_path):
    write_template(tmp_path)
    with pytest.raises(FileError, match=r"indicators\.csv is there already; .*another folder"):
        write_template(tmp_path)
