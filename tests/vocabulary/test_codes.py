"""Codes are looked up among others as ``isin`` does it, whatever they are kept as."""

import pandas as pd
import pytest

from geo.vocabulary.codes import among

CODES = [["E01", "E09", "E01", None], ["E01"], []]


@pytest.mark.parametrize("kind", ["str", object, "category"])
@pytest.mark.parametrize("known", CODES)
@pytest.mark.parametrize("codes", CODES)
def test_among_tells_what_isin_tells(codes, known, kind):
    asked = pd.Series(codes, index=range(7, 7 + len(codes)), dtype=kind)
    listed = pd.Series(known, dtype="str")
    pd.testing.assert_series_equal(among(asked, listed), asked.isin(listed))
    pd.testing.assert_series_equal(among(asked, listed.astype(kind)), asked.isin(listed))
