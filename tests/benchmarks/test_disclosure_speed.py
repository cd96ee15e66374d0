"""Time to make tables safe, and to attack them, at the sizes of a borough and of England.

Skipped unless asked for: ``pytest tests/benchmarks --benchmark-only``.
"""

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.suppress import suppress


def grouped(lsoas, **sizes):
    """LSOAs in groups of the given sizes, each grouping shifted by so many LSOAs."""
    number = np.arange(lsoas)
    hierarchy = pd.DataFrame({"lsoa21cd": [f"E01{i:06d}" for i in number]})
    for level, (size, shift) in sizes.items():
        hierarchy[level] = [f"{level} {group}" for group in (number + shift) // size]
    return hierarchy


def published(hierarchy, indicators):
    """Counts with many small ones, and their totals at every level."""
    draw = np.random.default_rng(1)
    tables = []
    for indicator in range(indicators):
        counts = draw.poisson(draw.gamma(0.7, 6, len(hierarchy)))
        base = hierarchy.assign(count=counts, denominator=400, borough="borough")
        for level in ["lsoa21cd", *hierarchy.columns[1:], "borough"]:
            sums = base.groupby(level, as_index=False)[["count", "denominator"]].sum()
            tables.append(
                sums.rename(columns={level: "area_code"}).assign(
                    area_type="lsoa21" if level == "lsoa21cd" else level,
                    indicator_id=f"indicator {indicator}",
                )
            )
    table = pd.concat(tables, ignore_index=True)
    return table.assign(period="2024", measure="proportion")


CASES = {
    "borough of 244, wards and collaboratives across them": (
        grouped(244, ward=(5, 0), collaborative=(31, 2), locality=(124, 2)),
        30,
        10,
    ),
    "England of 33,755, wards in authorities": (
        grouped(33_755, ward=(5, 0), authority=(115, 0)),
        5,
        60,
    ),
    "England of 33,755, constituencies across wards": (
        grouped(33_755, ward=(5, 0), authority=(115, 0), constituency=(62, 3)),
        5,
        60,
    ),
}


@pytest.mark.benchmark(group="disclosure")
@pytest.mark.parametrize("case", CASES)
def test_suppress_and_audit_in_time(benchmark, case):
    hierarchy, indicators, aim = CASES[case]
    table = published(hierarchy, indicators)

    def both():
        safe = suppress(table, hierarchy)
        return safe, audit_disclosure(safe, hierarchy)

    safe, found = benchmark.pedantic(both, rounds=1)
    small = table["count"].between(1, 4)
    benchmark.extra_info |= {
        "aim in seconds": aim,
        "rows": len(table),
        "small": int(small.sum()),
        "hidden for their sake": int((safe["count"].isna() & ~small).sum()),
    }
    assert found.empty
