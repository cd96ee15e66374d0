"""What Fingertips says its indicators are, taken for their catalogue."""

import pandas as pd
import pytest

from geo.errors import FileError, TableError
from geo.sources import folders
from geo.sources.folders import indicator_files, scan
from geo.sources.indicators.file import IndicatorFile
from geo.sources.indicators.fingertips import is_about
from tests.sources.indicators.test_read import FINGERTIPS, fingertips, saved

ABOUT = ["Indicator ID", "Indicator", "Definition", "Data source", "Unit", "Value type", "Polarity"]


def about(tmp_path, *rows, name="about.csv"):
    """What Fingertips says of indicators, as downloaded: padded, blanks in its own words."""
    whole = {"Indicator": "Obesity", "Definition": "x", "Data source": "OHID", "Unit": "%",
             "Value type": "Proportion", "Polarity": "RAG - Low is good   "}  # fmt: skip
    table = pd.DataFrame([whole | row for row in rows], columns=ABOUT)
    table.to_csv(tmp_path / name, index=False)


@pytest.mark.parametrize(
    ("kind", "unit", "measure", "multiplier"),
    [
        ("Proportion", "%", "proportion", 100),
        ("Crude rate", "per 1,000", "rate", 1000),
        ("Crude rate", "per 100,000", "rate", 100000),
        ("Crude rate", "per 10,000 children", "rate", 10000),
        ("Crude rate", "crude rate", "value", 1),
        ("Directly standardised rate", "per 100,000", "value", 1),
        ("Indirectly standardised ratio", "per 100", "ratio", 100),
        ("Count", "children", "count", 1),
        ("Life expectancy", "Years", "value", 1),
        ("Something of the future", "%", "value", 1),
    ],
)
def test_catalogue_takes_measure_and_multiplier_from_value_type_and_unit(
    tmp_path, kind, unit, measure, multiplier
):
    path = saved(fingertips().assign(Count=None, Denominator=None), tmp_path)
    about(tmp_path, {"Indicator ID": 90319, "Value type": kind, "Unit": unit})
    (fact,) = IndicatorFile.read(path).catalogue().to_dict("records")
    assert (fact["measure"], fact["multiplier"], fact["unit"]) == (measure, multiplier, unit)
    assert fact["confidential"] is False
    assert fact["source"] == "OHID, by Fingertips"
    assert fact["name"] == "Reception: prevalence of obesity"


@pytest.mark.parametrize(
    ("words", "polarity"),
    [
        ("RAG - High is good  ", "high_is_good"),
        ("RAG - Low is good   ", "low_is_good"),
        ("Low is good", "low_is_good"),
        ("BOB - Blue orange blue", "no_judgement"),
        ("Not applicable      ", "no_judgement"),
        ("No judgement", "no_judgement"),
        ("", "no_judgement"),
    ],
)
def test_catalogue_takes_polarity(tmp_path, words, polarity):
    path = saved(fingertips(), tmp_path)
    about(tmp_path, {"Indicator ID": 90319, "Polarity": words})
    assert IndicatorFile.read(path).catalogue()["polarity"].tolist() == [polarity]


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        (["Better", "Similar", "Not compared"], "interval"),
        (["Higher", "Lower"], "interval"),
        (["Highest quintile", "4th highest quintile"], "quintiles"),
        (["Best quintile", "Not compared"], "quintiles"),
        (["Not compared", None], ""),
    ],
)
def test_catalogue_takes_the_comparator_method_from_the_words_of_the_data(
    tmp_path, words, comparator
):
    rows = [{"Area Code": f"E0200000{at}", "Area Type": "MSOAs", FINGERTIPS[21]: word}
            for at, word in enumerate(words)]  # fmt: skip
    path = saved(fingertips(*rows), tmp_path)
    about(tmp_path, {"Indicator ID": 90319})
    assert IndicatorFile.read(path).catalogue()["comparator"].tolist() == [comparator]


def test_catalogue_puts_listed_indicators_under_their_outcome(tmp_path):
    path = saved(fingertips({"Indicator ID": 90813}), tmp_path)
    about(tmp_path, {"Indicator ID": 90319}, {"Indicator ID": 90813})
    found = IndicatorFile.read(path).catalogue().set_index("indicator_id")["group"]
    assert found["90813"] == "Children are happy, with good mental health and wellbeing"
    assert found["90319"] == "Public health"


def test_figures_that_are_not_count_by_denominator_are_taken_as_values(tmp_path):
    """Modelled figures stand beside counts they are not made of: they are never made anew."""
    modelled = fingertips({"Area Code": "E02000001", "Area Type": "MSOAs", "Value": 14.0,
                           "Count": 20, "Denominator": 200})  # fmt: skip
    path = saved(modelled, tmp_path)
    about(tmp_path, {"Indicator ID": 90319})
    file = IndicatorFile.read(path)
    assert file.catalogue()["measure"].tolist() == ["value"]
    assert saved(fingertips(), tmp_path, "two.csv") != path
    assert IndicatorFile.read(tmp_path / "two.csv").catalogue()["measure"].tolist() == [
        "proportion"
    ]


def test_indicators_that_nothing_is_said_of_are_named(tmp_path):
    path = saved(fingertips({"Indicator ID": 90813}), tmp_path)
    about(tmp_path, {"Indicator ID": 90319})
    with pytest.raises(TableError, match=r"90813.*geo fetch --with fingertips"):
        IndicatorFile.read(path).catalogue()


def test_what_is_said_of_indicators_is_none_itself(tmp_path):
    (tmp_path / "indicators").mkdir()
    about(tmp_path / "indicators", {"Indicator ID": 90319})
    saved(fingertips(), tmp_path / "indicators", "data.csv")
    assert is_about(ABOUT)
    assert not is_about(FINGERTIPS)
    assert [f.path.name for f in scan([tmp_path])] == ["data.csv"]
    assert [f.path.name for f in indicator_files([tmp_path / "indicators"])] == ["data.csv"]


def two_files(folder, second):
    """MSOAs with England in one file, authorities with England in another."""
    about(folder, {"Indicator ID": 90319})
    area = {"Area Code": "E02000001", "Area Type": "MSOAs"}
    saved(fingertips(area), folder, "msoas.csv")
    saved(second, folder, "authorities.csv")
    return [*indicator_files([folder])]


def test_files_of_fingertips_share_indicators_and_england_is_kept_once(tmp_path):
    area = {"Area Code": "E06000049", "Area Type": "Counties & UAs (from Apr 2023)"}
    files = two_files(tmp_path, fingertips(area))
    table, facts = folders._together(folders._read_indicators(files, [], lambda _: None, []))
    assert sorted(table["area_type"]) == ["england", "msoa21", "utla"]
    assert facts["indicator_id"].tolist() == ["90319"]


def test_files_of_fingertips_that_contradict_each_other_are_refused(tmp_path):
    later = fingertips()
    later.loc[0, ["Value", "Count"]] = [11.0, 22]
    files = two_files(tmp_path, later)
    with pytest.raises(FileError, match=r"different figures of england.*--refresh"):
        folders._together(folders._read_indicators(files, [], lambda _: None, []))


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_vintages_of_an_area_type_the_newer_is_kept_and_told(tmp_path, order):
    row = {"Area Code": "E06000049", "Area Name": "Cheshire East"}
    both = [row | {"Area Type": "Counties & UAs (from Apr 2023)", "Value": 11.0},
            row | {"Area Type": "Counties & UAs (2021/22-2022/23)", "Value": 12.5}]  # fmt: skip
    notes = []
    path = saved(fingertips(*both[::order]), tmp_path)
    table = IndicatorFile.read(path).table(notes=notes)
    assert table.loc[table["area_code"].eq("E06000049"), "value"].tolist() == [11.0]
    assert "newer area type too (Counties & UAs (2021/22-2022/23))" in notes[0]
