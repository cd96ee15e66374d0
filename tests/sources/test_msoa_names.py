"""The House of Commons Library's names of MSOAs, under the headers that it publishes."""

import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.folders import read_inputs, scan
from geo.sources.msoa_names import read_msoa_names
from geo.sources.recognise import recognise

OF_2021 = (
    "msoa21cd,msoa21nm,msoa21nmw,msoa21hclnm,msoa21hclnmw,localauthorityname,type\n"
    "E02000001,Ashfield 001,Ashfield 001,Old Town & St Mary,,Ashfield,Present in 2011\n"
    'E02000002,Ashfield 002,Ashfield 002,"Mill, Weir and Lock",,Ashfield,New in 2021\n'
    "W02000001,Cwm 001,Cwm 001,Upper Cwm,Cwm Uchaf,Cwm,Present in 2011\n"
)
OF_2011 = (
    "msoa11cd,msoa11nm,msoa11nmw,msoa11hclnm,msoa11hclnmw,Laname\n"
    "E02000001,Ashfield 001,Ashfield 001,Old Town,,Ashfield\n"
)
INDICES = (
    "LSOA code (2021),LSOA name (2021),"
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)\n"
    "E01000001,Ashfield 001A,1\nE01000002,Ashfield 002B,33755\n"
)


def saved(tmp_path, text, name="names.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "dress", [str, lambda text: "\ufeff" + text, lambda text: text.replace("msoa21cd", "MSOA21CD")]
)
def test_names_of_2021_are_recognised_and_read(tmp_path, dress):
    path = saved(tmp_path, dress(OF_2021))
    (found,) = recognise(path, [])
    assert found.role == "names msoa21"
    assert found.kind == "names of MSOA 2021"
    assert found.columns == ("msoa21cd", "msoa21nm", "msoa21hclnm")
    table = read_msoa_names(path)
    assert list(table) == ["msoa21cd", "msoa21nm", "msoa21hclnm"]
    assert table["msoa21hclnm"].tolist() == [
        "Old Town & St Mary",
        "Mill, Weir and Lock",
        "Upper Cwm",
    ]


def test_names_of_2011_are_recognised_and_read(tmp_path):
    path = saved(tmp_path, OF_2011)
    assert recognise(path, [])[0].role == "names msoa11"
    assert read_msoa_names(path).iloc[0].tolist() == ["E02000001", "Ashfield 001", "Old Town"]


def test_folder_gives_the_names_of_the_vintage_of_its_release(tmp_path):
    saved(tmp_path, INDICES, "indices.csv")
    saved(tmp_path, OF_2021, "new.csv")
    saved(tmp_path, OF_2011, "old.csv")
    inputs = read_inputs(scan([tmp_path]), 2025)
    assert inputs.msoa_names["msoa21nm"].tolist() == ["Ashfield 001", "Ashfield 002", "Cwm 001"]
    assert [file.name for file in inputs.unused] == ["old.csv"]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("a,b\n1,2\n", FileError, "MSOA-Names-Latest2.csv"),
        (OF_2021 + OF_2021.splitlines()[1] + "\n", CodeError, "E02000001"),
        (OF_2021.replace("E02000002", ""), CodeError, "msoa21cd"),
        (OF_2021.replace("E02000002", "E2"), TableError, "E2"),
        (OF_2021.replace("Ashfield 002,A", "Ashfield 001,A"), TableError, "Ashfield 001"),
    ],
)
def test_damaged_names_are_refused_in_one_sentence(tmp_path, text, error, words):
    with pytest.raises(error, match=words) as told:
        read_msoa_names(saved(tmp_path, text))
    assert str(told.value).endswith(".")
