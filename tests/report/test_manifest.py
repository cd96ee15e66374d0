"""What a manifest tells of the files that a report was made from."""

import pandas as pd
import pytest

from geo.report.manifest import UNCHECKED, input_entries
from geo.sources.folders import read_inputs, scan
from tests.sources.test_folders import CODES, INDICES, folder

CATALOGUE = """
[{name}]
name = "{name}"
group = "Group"
unit = "%"
multiplier = 100
measure = "proportion"
polarity = "low_is_good"
source = "Council"
licence = "OGL"
confidential = {confidential}
"""
ROWS = "lsoa21cd,indicator_id,period,count,denominator\nE01000001,{name},2024,7,90\n"


@pytest.mark.parametrize("several", [False, True])
def test_files_of_confidential_counts_alone_have_no_checksum(tmp_path, several):
    folder(tmp_path, a_csv=INDICES)
    inside = tmp_path / "data" / "indicators"
    for at, confidential in enumerate(["true", "false"] if several else ["true"]):
        name = f"one{at}"
        own = folder(inside.parent, "indicators", **{f"{name}_csv": ROWS.format(name=name)})
        entry = CATALOGUE.format(name=name, confidential=confidential)
        with (own / "indicators.toml").open("a") as file:
            file.write(entry)
    inputs = read_inputs(scan([tmp_path / "data"]), 2025)
    entries = input_entries(inputs, pd.DataFrame({"lsoa21cd": CODES}))
    told = {entry["file"].rpartition("/")[2]: entry["sha256"] for entry in entries}
    assert told.pop("one0.csv") == UNCHECKED
    assert len(told) == 1 + several
    assert all(len(checksum) == 64 for checksum in told.values())
