"""Directories of postcodes: read whole, and never a list of people's."""

import itertools

import pandas as pd
import pytest

from geo.errors import CodeError, FileError, TableError
from geo.sources.postcodes import read_postcodes

LETTERS = "ABDEFGHJLN"
UNITS = [f"{a}{b}" for a, b in itertools.product(LETTERS, LETTERS)]
LIVE = pd.DataFrame(
    {
        "pcds": [f"CW{n} 3{unit}" for n in (1, 2) for unit in UNITS[:20]],
        "lsoa21cd": ["E01000001"] * 20 + ["E01000002"] * 20,
    }
)


def saved(tmp_path, table):
    table.to_csv(tmp_path / "x.csv", index=False)
    return tmp_path / "x.csv"


@pytest.mark.parametrize("spelt", [str, str.lower, lambda code: code.replace(" ", "")])
@pytest.mark.parametrize("name", ["pcds", "PCD", "Postcode", "pcd7"])
def test_a_directory_says_where_each_live_postcode_lies(tmp_path, name, spelt):
    table = LIVE.assign(pcds=LIVE["pcds"].map(spelt), doterm=None, lat=53.1)
    ended = table.head(1).assign(pcds="CW9 9ZZ", doterm=202001)
    elsewhere = table.head(1).assign(pcds="JE2 3AB", lsoa21cd=None)
    table = pd.concat([table, ended, elsewhere]).rename(columns={"pcds": name})
    found = read_postcodes(saved(tmp_path, table), "lsoa21")
    assert len(found) == 40
    assert found["CW13AA"] == "E01000001"
    assert found.index.is_monotonic_increasing


@pytest.mark.parametrize(
    ("table", "error", "says"),
    [
        (LIVE.drop(columns="pcds"), FileError, "no column of postcodes .*give the ONS Post"),
        (LIVE.rename(columns={"lsoa21cd": "lsoa11cd"}), CodeError, "in which lsoa21 postcodes are"),
        (pd.concat([LIVE, LIVE.tail(3)]), CodeError, "3 postcodes stand more than once"),
        (LIVE.assign(pcds=["nowhere", *LIVE["pcds"][1:]]), TableError, "1 of 40 rows .* no postc"),
        (LIVE.iloc[::2], TableError, "20 postcodes in 2 LSOAs, too few .*must not come onto a map"),
    ],
)
def test_what_is_no_directory_is_refused(tmp_path, table, error, says):
    with pytest.raises(error, match=says):
        read_postcodes(saved(tmp_path, table), "lsoa21")
