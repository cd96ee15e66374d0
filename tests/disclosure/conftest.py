"""A borough to suppress."""

import numpy as np
import pandas as pd
import pytest

from tests.disclosure.builders import with_totals


@pytest.fixture(scope="module")
def borough():
    """240 LSOAs in 48 wards, 8 collaboratives that cut across wards, 2 localities; both sexes."""
    draw = np.random.default_rng(4)
    number = np.arange(240)
    hierarchy = pd.DataFrame(
        {
            "lsoa21cd": [f"E01{1000 + i:06d}" for i in number],
            "wd24cd": [f"E05{i // 5:06d}" for i in number],
            "collaborative": [f"collaborative {(i + 2) % 240 // 30}" for i in number],
        }
    )
    hierarchy["locality"] = [
        f"locality {int(name[-1]) // 4}" for name in hierarchy["collaborative"]
    ]
    parts = []
    for indicator, mean in (("protection_plans", 2), ("neet", 7)):
        sexes = {sex: draw.poisson(draw.gamma(1, mean, 240)) for sex in ("Male", "Female")}
        sexes["Persons"] = sexes["Male"] + sexes["Female"]
        for sex, counts in sexes.items():
            rows = with_totals(counts, hierarchy.rename(columns={"wd24cd": "wd24"}))
            rows["denominator"] = rows["denominator"] * (2 if sex == "Persons" else 1)
            parts.append(rows.assign(indicator_id=indicator, sex=sex))
    return pd.concat(parts, ignore_index=True), hierarchy
