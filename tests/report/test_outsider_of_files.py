"""What somebody works out who has the files of a report, and knows what its numbers mean.

The files are read as an outsider would: layers and tables, numbers and marks. How many people live
where is known to the outsider, so that a value is as good as a count.
"""

import numpy as np
import pandas as pd
import pyogrio
import pytest

import geo.report.outcomes as steps
from geo.disclosure.publications import Terms
from geo.disclosure.rules import Rule
from geo.errors import GeoError
from geo.geography.places import Level
from geo.report.evidence import Evidence, england_of
from geo.report.layers import write_layers
from geo.report.rugs import rugs
from geo.sources.folders import Inputs
from geo.statistics.deprivation import decile_profile
from geo.vocabulary.releases import RELEASES
from tests.builders import place, squares
from tests.disclosure.outsider import recovered

SIZE = 24
NUMBERS = range(SIZE)
LSOAS = squares([f"E010000{k:02}" for k in NUMBERS]).assign(
    lsoa21nm=[f"Testshire {k:03}A" for k in NUMBERS],
    wd24cd=[f"E050000{k // 4:02}" for k in NUMBERS],
    wd24nm=[f"Ward {k // 4}" for k in NUMBERS],
    collaborative=[f"Group {k // 8}" for k in NUMBERS],
    quarter=[f"Quarter {(k + 2) // 6}" for k in NUMBERS],
    imd_decile=[k % 10 + 1 for k in NUMBERS],
)
LEVELS = ("collaborative", "quarter")
PLACE = place(levels=tuple(Level(one, one, f"{one}s") for one in LEVELS))
PEOPLE = {code: 300 + 7 * k for k, code in enumerate(LSOAS["lsoa21cd"])}
LAYERS = {"lsoa": "lsoa21cd", "ward": "wd24cd"} | {level: level for level in LEVELS}
WORDS = ["Boys", "key stage", "0-4", "65+", "Persons", "EHE", "U", "1+2", "Year 1", "other", "Ω"]
KEYS = ["indicator_id", "period", "sex", "age"]


def drawn(seed):
    """Counts of series that add up, nested or overlapping, under labels that tell nothing."""
    draw = np.random.default_rng(seed)
    axis, leaves = draw.choice(["indicator_id", "sex", "age"]), int(draw.integers(2, 5))
    labels = [f"i{k}" for k in range(9)] if axis == "indicator_id" else draw.permutation(WORDS)
    usual = {"indicator_id": "i", "period": "2024", "sex": "all", "age": "all"}
    keys = [tuple((usual | {str(axis): str(label)}).values()) for label in labels]
    parts = keys[:leaves]
    series = {key: draw.poisson(draw.gamma(1, 3, SIZE)) for key in parts}
    facts = []
    for whole in keys[leaves : leaves + int(draw.integers(1, 3))]:
        own = [parts[k] for k in draw.permutation(leaves)[: draw.integers(2, leaves + 1)]]
        series[whole] = sum(series[key] for key in own)
        facts.append((dict.fromkeys(own, 1) | {whole: -1}, "="))
    return series, facts, int(draw.choice([5, 10]))


def report_of(series, under, folder):
    """Write the layers and lay out the Rugs of a place with these confidential counts."""
    tidy = pd.concat(
        [
            pd.DataFrame(
                {"area_code": LSOAS["lsoa21cd"], "area_type": "lsoa21", "count": counts,
                 "denominator": list(PEOPLE.values()), "value": np.nan, "lower_ci": np.nan,
                 "upper_ci": np.nan, "state": "value"}
            ).assign(**dict(zip(KEYS, key, strict=True)))
            for key, counts in series.items()
        ],
        ignore_index=True,
    ).astype({"count": float})  # fmt: skip
    names = tidy["indicator_id"].unique()
    catalogue = pd.DataFrame({"indicator_id": names, "name": names, "short_name": names}).assign(
        group="Outcomes", unit="%", multiplier=100.0, measure="proportion", source="Council",
        polarity="low_is_good", licence="OGL", confidential=True,
    )  # fmt: skip
    plain = pd.DataFrame(LSOAS.drop(columns="geometry"))
    found = steps.outcomes(
        tidy, catalogue, plain, PLACE, terms=Terms(Rule(counts_under=under)), notes=[]
    )
    profile = decile_profile(plain, by=list(LEVELS))
    inputs = Inputs(plain, LSOAS, None, (), ())
    england = england_of(inputs, RELEASES[2025], plain)
    evidence = Evidence(
        PLACE, RELEASES[2025], inputs, plain, LSOAS, profile, {}, (), (), (), england,
        outcomes=found,
    )  # fmt: skip
    write_layers(evidence, LSOAS, folder / "areas.gpkg")
    return pd.concat([rug.data for rug in rugs(evidence).values()])


def read(table, series, path):
    """Counts that the outsider reads off the files; not a number where they hide one."""
    members = {(kind, code): codes for kind, column in LAYERS.items()
               for code, codes in LSOAS.groupby(column)["lsoa21cd"]}  # fmt: skip
    kinds = {"lsoa": "lsoa21", "ward": "wd24"}
    people = {(kinds.get(kind, kind), code): sum(map(PEOPLE.get, codes))
              for (kind, code), codes in members.items()}  # fmt: skip
    people["borough", "borough"] = sum(PEOPLE.values())
    rows = []
    for row in table[table["area_type"] != "england"].to_dict("records"):
        if row["state"] in ("suppressed", "value", "zero", "not_compared"):
            rows.append(
                {key: row[key] for key in ("area_type", "area_code", *KEYS, "value", "note")}
            )
    for layer, column in LAYERS.items():
        shown = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
        for key in series:
            name = " ".join(word for word in (key[0], *key[2:]) if word not in ("", "all"))
            if name in shown:
                part = pd.DataFrame({"area_code": shown[column], "value": shown[name]})
                part = part[shown[f"{name}_state"].notna()]
                own = dict(zip(KEYS, key, strict=True)) | {"area_type": kinds.get(layer, layer)}
                rows += part.assign(**own).to_dict("records")
    seen = pd.DataFrame(rows)
    where = list(zip(seen["area_type"], seen["area_code"], strict=True))
    seen["count"] = (seen["value"].astype(float) * [people[one] for one in where] / 100).round()
    seen["note"] = seen["note"].replace("", None)
    return seen.groupby(["area_type", "area_code", *KEYS], as_index=False).agg(
        count=("count", "first"), note=("note", "first")
    )


def attack(seed, folder):
    """Small counts that come out, and how many are hidden."""
    series, facts, under = drawn(seed)
    try:
        table = report_of(series, under, folder)
    except GeoError as refused:
        assert "; publish" in str(refused)  # noqa: PT017 (nothing would be left to show)
        return [], 0
    seen = read(table, series, folder / "areas.gpkg")
    hierarchy = pd.DataFrame(LSOAS.drop(columns="geometry"))
    small = [one for one in recovered(seen, hierarchy, facts) if one[2] < under]
    return small, int(seen["count"].isna().sum())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 111, 272, 400])
def test_files_of_a_report_give_no_small_count_away(seed, tmp_path):
    small, hidden = attack(seed, tmp_path)
    assert small == []
    assert hidden < SIZE * 40


@pytest.mark.slow
def test_files_give_small_counts_away_where_sums_are_not_looked_for(tmp_path, monkeypatch):
    """The test of the test."""
    monkeypatch.setattr(steps, "relations_between", lambda *_, **__: [])
    found = []
    for seed in range(12):
        (folder := tmp_path / str(seed)).mkdir()
        found += attack(seed, folder)[0]
        if found:
            break
    assert found
