"""Time to make tables safe, and to attack them, at the sizes of a borough and of England.

Skipped unless asked for: ``pytest tests/benchmarks --benchmark-only``.
"""

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.rules import Rule
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


def nested(hierarchy):
    """Both sexes in three periods, and their totals, which another indicator has of the periods."""
    draw = np.random.default_rng(1)
    counts = draw.poisson(draw.gamma(0.7, 6, (2, 3, len(hierarchy))))
    sexes = {"Male": counts[0], "Female": counts[1], "Persons": counts.sum(axis=0)}
    tables = []
    for sex, periods in sexes.items():
        series = dict(zip(("2022", "2023", "2024"), periods, strict=True))
        for period, own in (series | {"2022-24": periods.sum(axis=0)}).items():
            name = "in three years" if period == "2022-24" else "in a year"
            base = hierarchy.assign(count=own, borough="borough")
            for level in ["lsoa21cd", *hierarchy.columns[1:], "borough"]:
                sums = base.groupby(level, as_index=False)["count"].sum()
                tables.append(
                    sums.rename(columns={level: "area_code"}).assign(
                        area_type="lsoa21" if level == "lsoa21cd" else level,
                        indicator_id=name,
                        period=period,
                        sex=sex,
                    )
                )
    return pd.concat(tables, ignore_index=True)


BOROUGH = grouped(244, ward=(5, 0), collaborative=(31, 2), locality=(124, 2))
CASES = {
    "borough of 244, wards and collaboratives across them": (
        BOROUGH,
        30,
        10,
    ),
    "borough of 244, two sexes and three periods with their totals, under 10": (BOROUGH, None, 30),
    "England of 33,755, wards in authorities": (
        grouped(33_755, ward=(5, 0), authority=(115, 0)),
        5,
        60,
    ),
    "England of 33,755, constituencies across wards": (
        grouped(33_755, ward=(5, 0), authority=(115, 0), constituency=(62, 3)),
        5,
        15,
    ),
}


@pytest.mark.benchmark(group="disclosure")
@pytest.mark.parametrize("case", CASES)
def test_suppress_and_audit_in_time(benchmark, case):
    hierarchy, indicators, aim = CASES[case]
    table = published(hierarchy, indicators) if indicators else nested(hierarchy)
    rule = Rule() if indicators else Rule(counts_under=10)

    def both():
        safe = suppress(table, hierarchy, rule=rule)
        return safe, audit_disclosure(safe, hierarchy)

    safe, found = benchmark.pedantic(both, rounds=1)
    small = table["count"].between(1, rule.counts_under - 1)
    benchmark.extra_info |= {
        "aim in seconds": aim,
        "rows": len(table),
        "small": int(small.sum()),
        "hidden for their sake": int((safe["count"].isna() & ~small).sum()),
    }
    assert found.empty
