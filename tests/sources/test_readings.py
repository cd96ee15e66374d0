"""What is asked for often is read once, and never stale."""

import os

import pandas as pd
import pytest

from geo.sources import tabular
from geo.sources.readings import each_file_once, once
from geo.sources.tabular import read_table


def anything(_headers):
    return True


@pytest.fixture
def reads(monkeypatch):
    """Names of the files that were parsed, in turn."""
    names = []
    parse = tabular._parsed

    def counted(path, *rest):
        names.append(path.name)
        return parse(path, *rest)

    monkeypatch.setattr(tabular, "_parsed", counted)
    return names


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("lsoa21cd,population\nE01000001,7\n")
    return path


def test_each_file_once_reads_a_table_once_in_the_block_and_anew_after_it(table, reads):
    for _ in range(2):
        with each_file_once():
            found = [read_table(table, anything) for _ in range(3)]
        assert all(one.equals(found[0]) for one in found)
    assert len(reads) == 2
    read_table(table, anything)
    read_table(table, anything)
    assert len(reads) == 4


def test_each_file_once_within_another_goes_on_with_what_is_known(table, reads):
    with each_file_once():
        read_table(table, anything)
        with each_file_once():
            read_table(table, anything)
        read_table(table, anything)
    assert len(reads) == 1


def test_each_file_once_reads_a_file_anew_that_has_changed(table):
    with each_file_once():
        assert read_table(table, anything)["population"].tolist() == [7]
        table.write_text("lsoa21cd,population\nE01000001,8\n")
        os.utime(table, ns=(1, 1))
        assert read_table(table, anything)["population"].tolist() == [8]


def test_each_file_once_gives_each_caller_a_table_of_its_own(table):
    with each_file_once():
        mine = read_table(table, anything)
        mine["population"] = 0
        mine.loc[0, "lsoa21cd"] = "E01000099"
        mine.columns = ["a", "b"]
        assert read_table(table, anything).to_dict("list") == {
            "lsoa21cd": ["E01000001"], "population": [7],
        }  # fmt: skip


def test_each_file_once_keeps_sheets_and_parts_of_a_file_apart(tmp_path):
    book = tmp_path / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"one": [1]}).to_excel(writer, sheet_name="First", index=False)
        pd.DataFrame({"two": [2]}).to_excel(writer, sheet_name="Second", index=False)
    with each_file_once():
        for name in ("one", "two", "one"):
            assert list(read_table(book, lambda row, name=name: name in row)) == [name]
        parts = [once(book, n, read=lambda n=n: pd.DataFrame({"n": [n]})) for n in (1, 2)]
    assert [part["n"].item() for part in parts] == [1, 2]


def test_each_file_once_keeps_nothing_of_a_read_that_failed(table):
    table.write_text("lsoa21cd,population\n")
    with each_file_once():
        for _ in range(2):
            with pytest.raises(tabular.FileError, match="no rows"):
                read_table(table, anything)
        table.write_text("lsoa21cd,population\nE01000001,8\n")
        assert len(read_table(table, anything)) == 1
