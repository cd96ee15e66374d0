"""A density is drawn of what may be shown; how it is smoothed is tested with the statistic."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.disclosure.density import density
from geo.disclosure.published import Published
from geo.errors import TableError
from geo.statistics.density import kernel

CODES = ["E01000001", "E01000002", "E01000003", "E01000004"]
CONFIDENTIAL = pd.DataFrame({"indicator_id": ["plans"], "confidential": [True]})
RULE = "counts under 5 are not shown"


def areas():
    """Four squares with sides of 4 km."""
    squares = [shapely.box(x, y, x + 4000, y + 4000) for x in (0, 4000) for y in (0, 4000)]
    return gpd.GeoDataFrame({"lsoa21cd": CODES}, geometry=squares, crs=27700)


def counts(**columns):
    """Counts of one indicator, one of them small."""
    table = pd.DataFrame({"area_code": CODES, "area_type": "lsoa21", "indicator_id": "plans"})
    return table.assign(count=[40, 3, 30, 60], state="value", **columns)


def test_density_refuses_confidential_counts_that_were_not_suppressed():
    with pytest.raises(TableError, match=r"pass it through geo\.suppress"):
        density(areas(), counts(), catalogue=CONFIDENTIAL)
    with pytest.raises(TableError, match=r"pass it through geo\.suppress"):
        density(areas(), counts(confidential=True))


def test_density_of_what_has_passed_is_that_of_the_statistic():
    passed = counts(rule=RULE)
    expected = kernel.density(areas(), passed, unit="plans")
    for given in (passed, Published.of(passed, CONFIDENTIAL)):
        made = density(areas(), given, unit="plans", catalogue=CONFIDENTIAL)
        assert np.array_equal(made.values, expected.values, equal_nan=True)
        assert made.words == expected.words
        assert RULE in made.words


def test_density_of_a_series_is_pooled_by_the_statistic():
    series = counts().set_index("area_code")["count"]
    made, expected = density(areas(), series, least=20), kernel.density(areas(), series, least=20)
    assert np.array_equal(made.values, expected.values, equal_nan=True)
