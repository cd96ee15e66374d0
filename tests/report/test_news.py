"""What is new since the report that another replaces: told once, kept, and never in the way."""

import json

import pytest

from geo.report.differences import manifest_in
from geo.report.manifest import UNCHECKED
from geo.report.news import as_news, news_since
from tests.report.test_differences import CELLS, LSOAS, changed, written


def since(old, new):
    return news_since(old, new, manifest_in(new))


def test_what_is_new_is_told_by_its_reason_and_kept_by_a_build_of_the_same(tmp_path):
    old = written(tmp_path / "old")
    lsoas = changed(LSOAS, imd_decile={0: 4, 2: 3}, hub={4: "a"})
    cells = changed(CELLS, comparison={0: "worse"}, period={1: "2025"})
    new = written(tmp_path / "new", lsoas, cells)
    entry, told = since(old, new)
    assert told == "5 differences from the report of 2 January 2026: index.html tells them."
    assert entry == {
        "since": "2026-01-02T10:00:00",
        "lines": [
            "By membership: areas went to another group, came or went.",
            "Hub: 1 LSOA (Ward (005A)) from b to a.",
            "Of another class: 1 cell of the Tartan Rug (Hub A: neet 16-17).",
            "By method: the data behind them are the same.",
            "Joined the most deprived 30% in England: 1 area (Ward (003A)).",
            "Left the most deprived 30% in England: 1 area (Ward (001A)).",
            "Newer periods, revised figures or deciles within the same bound: 1.",
        ],
    }
    assert as_news(entry).since == "2 January 2026"
    before = written(tmp_path / "before", lsoas, cells, new_since=entry)
    assert since(before, new) == (entry, "Nothing is new since the report of 2 January 2026.")


def test_where_nothing_stood_nothing_is_told(tmp_path):
    new = written(tmp_path / "new")
    assert since(tmp_path / "none", new) == (None, "")
    assert as_news(None) is None
    first = written(tmp_path / "first")
    assert since(first, new) == (None, "Nothing is new since the report of 2 January 2026.")


def test_reasons_are_not_made_up_where_a_file_has_no_checksum(tmp_path):
    unchecked = {
        "inputs": [{"file": "a.csv", "sha256": UNCHECKED}],
        "indicators": {"confidential": ["neet"]},
    }
    other = changed(CELLS, comparison={0: "worse"}, value={0: 5.5})
    new = written(tmp_path / "new", cells=other, **unchecked)
    entry, _ = since(written(tmp_path / "old", **unchecked), new)
    assert entry["lines"][0].startswith("Data or method, which cannot be told apart: ")


@pytest.mark.parametrize("side", ["old", "new"])
def test_cells_that_either_report_hides_are_not_named(tmp_path, side):
    hidden = changed(CELLS, state={3: "suppressed"}, text={3: "[c]"}, value={3: None})
    folders = {
        name: written(tmp_path / name, cells=hidden if name == side else CELLS)
        for name in ("old", "new")
    }
    assert since(**folders) == (None, "Nothing is new since the report of 2 January 2026.")


def spoilt(folder, name, content):
    (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", b"\xff\x00"),
        ("manifest.json", b"[]"),
        ("manifest.json", b'{"place": {"code": "E06000001"}}'),
        ("tables/lsoas.csv", b""),
        ("tables/lsoas.csv", b"a,b\n1,2\n"),
        ("tables/lsoas.csv", b"lsoa21cd,release,imd_decile\nE01000001,2025,high\n"),
        ("tables/lsoas.csv", b"\xff\xfe\x00\x01"),
        ("tartan-rug.csv", b"area_type\n"),
        ("tartan-rug.csv", None),
    ],
)
def test_an_earlier_report_that_cannot_be_read_is_no_hindrance(tmp_path, name, content):
    old, new = written(tmp_path / "old"), written(tmp_path / "new")
    (old / name).unlink() if content is None else spoilt(old, name, content)
    entry, told = since(old, new)
    assert entry is None
    assert told.startswith("What is new since the earlier report is left out: ")


def test_news_of_an_earlier_manifest_that_is_none_is_let_go(tmp_path):
    new = written(tmp_path / "new")
    for at, entry in enumerate(["x", {}, {"since": "then", "lines": []}, {"lines": [1]}]):
        old = written(tmp_path / f"old{at}", new_since=entry)
        assert json.loads((old / "manifest.json").read_text())["new_since"] == entry
        assert since(old, new)[0] is None
