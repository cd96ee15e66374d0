"""Two builds of the sample after each other, as the command makes them, and who has both."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from geo.commands.cli import main
from geo.geography.places import load_place
from geo.sources.sample import write_sample
from tests.disclosure.outsider import Outsider

LEVELS = ("collaborative", "sub_locality", "locality")


def build(*arguments):
    words = ["build", "sample", "--only", "tables", *map(str, arguments)]
    return CliRunner().invoke(main, words)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A build; then the council's own list, with one ward elsewhere, is put into the data."""
    folder = tmp_path_factory.mktemp("successive")
    data = folder / "data"
    write_sample(data)
    assert build("--data", data, "--out", folder / "first").exit_code == 0
    wards = load_place("sample").units.assign(basis="council")
    one = wards.iloc[0]
    near = wards[wards["sub_locality"] == one["sub_locality"]]
    other = near[near["collaborative"] != one["collaborative"]].iloc[0]
    wards.loc[wards["wd24cd"] == one["wd24cd"], "collaborative"] = other["collaborative"]
    wards.to_csv(data / "council.csv", index=False)
    alone = build("--data", data, "--out", folder / "alone")
    beside = build("--data", data, "--out", folder / "beside", "--previous", folder / "first")
    assert (alone.exit_code, beside.exit_code) == (0, 0), beside.output
    return folder


def printed(out):
    """Cells of the ledger, and the wards of every area as the table of LSOAs has them."""
    ledger = json.loads((out / "ledger.json").read_text("utf-8"))
    cells = pd.DataFrame(ledger["cells"])
    cells["note"] = cells["withheld"].map({True: "withheld", False: None})
    lsoas = pd.read_csv(out / "tables/lsoas.csv").drop_duplicates("wd24cd")
    members = {("borough", "borough"): lsoas["wd24cd"].tolist()}
    for row in lsoas.to_dict("records"):
        for area in (("wd24", row["wd24cd"]), *((level, row[level]) for level in LEVELS)):
            members.setdefault(area, []).append(row["wd24cd"])
    kinds = {kind for kind, _ in members}
    return cells[cells["area_type"].isin(kinds)], members


def opened(*folders):
    """Small counts of the last two builds that both give away, and the first alone does not."""
    (before, _), *_ = told = [printed(folder) for folder in folders]
    found = []
    for key, _ in before.groupby(["indicator_id", "period", "sex", "age"]):
        alone, together = (Outsider(told[0][1]["borough", "borough"], {}) for _ in range(2))
        for number, (cells, members) in enumerate(told):
            mine = (cells[["indicator_id", "period", "sex", "age"]] == list(key)).all(axis=1)
            for outsider in (alone, together)[number:]:
                outsider.reads(cells[mine], members, 5, 1)
        small = [c for c, count in together.works_out(together.cells) if 0 < count < c.under]
        known = [cell.name for cell, _ in alone.works_out(small)]
        found += [(key, cell.name) for cell in small if cell.name not in known]
    return found


@pytest.mark.slow
def test_build_beside_the_previous_one_opens_nothing(built):
    assert opened(built / "first", built / "alone") != []
    assert opened(built / "first", built / "beside") == []


@pytest.mark.slow
def test_build_beside_the_previous_one_hides_little_more(built):
    alone, beside = (printed(built / name)[0] for name in ("alone", "beside"))
    hidden = [int((cells["state"] == "suppressed").sum()) for cells in (alone, beside)]
    assert 0.9 * hidden[0] <= hidden[1] <= 1.1 * hidden[0]  # cells are drawn anew beside others


@pytest.mark.slow
def test_build_says_what_it_was_built_beside(built):
    for name, expected in (("alone", []), ("beside", ["first"])):
        manifest = json.loads((built / name / "manifest.json").read_text("utf-8"))
        assert manifest["indicators"]["published_before"] == expected
        assert "ledger.json" in manifest["outputs"]


def test_build_refuses_to_write_over_what_was_published(tmp_path):
    found = build("--data", tmp_path, "--out", tmp_path, "--previous", tmp_path)
    assert found.exit_code == 1
    assert "would lose the record of what was published" in found.output


def test_build_needs_the_ledger_of_what_was_published(tmp_path):
    found = build("--data", tmp_path, "--out", tmp_path / "out", "--previous", tmp_path)
    assert found.exit_code == 1
    assert f"There is no ledger.json in {tmp_path}" in found.output
