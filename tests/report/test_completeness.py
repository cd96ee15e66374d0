"""Indices that were cut short are refused; those of some authorities alone are not."""

import pandas as pd
import pytest

from geo.errors import CodeError
from geo.report.completeness import require_whole_authorities
from geo.sources.folders import Inputs
from geo.vocabulary.releases import RELEASES
from tests.builders import place

CODES = [f"E0100000{n}" for n in range(1, 8)]
WARDS = pd.DataFrame(
    {
        "lsoa21cd": CODES,
        "wd24cd": [f"E0500000{n}" for n in range(1, 8)],
        "lad24cd": ["E06000001"] * 2 + ["E06000002"] * 3 + ["E06000003"] * 2,
    }
)


def refused(codes, lookups=(WARDS,)):
    inputs = Inputs(pd.DataFrame({"lsoa21cd": codes}), None, None, tuple(lookups), ())
    require_whole_authorities(inputs, RELEASES[2025], place())


@pytest.mark.parametrize(
    "codes", [CODES, CODES[:2], CODES[:1], CODES[:5]], ids=["all", "own", "part of own", "two"]
)
def test_indices_of_whole_authorities_are_right(codes):
    refused(codes)


@pytest.mark.parametrize("codes", [CODES[:4], CODES[::2], [*CODES[:2], CODES[6]]])
def test_indices_that_hold_a_part_of_another_authority_are_cut_short(codes):
    with pytest.raises(CodeError, match=r"hold \d of England's 33,755 LSOAs, .* was cut short"):
        refused(codes)


def test_an_lsoa_that_a_lookup_between_years_puts_in_two_authorities_tells_nothing():
    between = WARDS.assign(lsoa11cd=WARDS["lsoa21cd"]).drop(columns="wd24cd")
    moved = between.iloc[[1]].assign(lad24cd="E06000002")  # on the border
    refused(CODES[:2], [pd.concat([between, moved])])
