"""Small tables with one or more groupings of LSOAs, for the tests of disclosure control."""

import pandas as pd
from hypothesis import strategies as st

from geo.disclosure.suppress import suppress

LSOAS = [f"E010000{number:02d}" for number in range(30)]


def cells(counts, area_type="lsoa21", **columns):
    """Rows of one area type from a dictionary of counts by area."""
    return pd.DataFrame(
        {"area_code": list(counts), "area_type": area_type, "count": list(counts.values())}
    ).assign(**({"indicator_id": "neet", "period": "2024"} | columns))


def town(*counts, **columns):
    """LSOAs a, b, c … of one town with its total, and the hierarchy."""
    lsoas = LSOAS[: len(counts)]
    table = pd.concat(
        [
            cells(dict(zip(lsoas, counts, strict=True)), **columns),
            cells({"Crewe": sum(counts)}, "town", **columns),
        ],
        ignore_index=True,
    )
    return table, pd.DataFrame({"lsoa21cd": lsoas, "town": "Crewe"})


def alone(*counts, **columns):
    """LSOAs without any total, so that nothing can be subtracted, and the hierarchy."""
    lsoas = LSOAS[: len(counts)]
    table = cells(dict(zip(lsoas, counts, strict=True)), **columns)
    return table, pd.DataFrame({"lsoa21cd": lsoas})


def with_totals(counts, hierarchy):
    """Every level of a hierarchy summed from counts by LSOA, with denominators of 500 an LSOA."""
    base = hierarchy.assign(
        count=list(counts), denominator=500, borough="borough", lsoa21=hierarchy["lsoa21cd"]
    )
    levels = [
        base.groupby(level, as_index=False)[["count", "denominator"]]
        .sum()
        .rename(columns={level: "area_code"})
        .assign(area_type=level)
        for level in ["lsoa21", *hierarchy.columns[1:], "borough"]
    ]
    table = pd.concat(levels, ignore_index=True)
    return table.assign(
        indicator_id="neet",
        period="2024",
        measure="proportion",
        value=100 * table["count"] / table["denominator"],
    )


def suppressed_with(code, table, hierarchy, **options):
    """Suppress with a key with which this area is hidden for the others' sake."""
    for number in range(100):
        safe = suppress(table, hierarchy, key=bytes([number]), **options)
        if code in hidden(safe):
            return safe
    raise AssertionError(f"{code} is hidden with no key")


def hidden(table):
    """Codes of the areas whose row is suppressed."""
    return set(table.loc[table["state"] == "suppressed", "area_code"])


@st.composite
def tables(draw, most=12):
    """Counts of 5 to ``most`` LSOAs with one, two or three groupings, the first one nested."""
    size = draw(st.integers(5, most))
    counts = draw(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 30]), min_size=size, max_size=size)
    )
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:size]})
    for number in range(draw(st.integers(1, 3))):
        groups = draw(st.lists(st.integers(0, size // 4), min_size=size, max_size=size))
        hierarchy[f"grouping{number}"] = [f"{number}.{group}" for group in groups]
    hierarchy["locality"] = hierarchy["grouping0"].map(
        {group: f"locality {group in ('0.0', '0.1')}" for group in hierarchy["grouping0"]}
    )
    return with_totals(counts, hierarchy), hierarchy


def sexes(male, female, **columns):
    both = [m + f for m, f in zip(male, female, strict=True)]
    parts = {"Male": male, "Female": female, "Persons": both}
    made = {sex: town(*counts, sex=sex, **columns) for sex, counts in parts.items()}
    return pd.concat([table for table, _ in made.values()], ignore_index=True), made["Male"][1]
