"""What an outsider works out who knows what the series mean, whatever they are called."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.linked_series import relations_between
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.rules import Rule
from tests.disclosure.builders import LSOAS
from tests.disclosure.outsider import recovered
from tests.examples import share, some

SIZE = 24
HIERARCHY = pd.DataFrame(
    {
        "lsoa21cd": LSOAS[:SIZE],
        "wd24cd": [f"ward {k // 4}" for k in range(SIZE)],
        "collaborative": [f"collaborative {(k + 2) // 8}" for k in range(SIZE)],
    }
)


def table(series):
    """Rows of every level from counts by LSOA, by series."""
    parts = []
    for (indicator, period, sex, age), counts in series.items():
        base = HIERARCHY.assign(count=counts, lsoa21=HIERARCHY["lsoa21cd"], borough="borough")
        for level in ("lsoa21", "wd24cd", "collaborative", "borough"):
            rows = base.groupby(level, as_index=False)["count"].sum()
            parts.append(
                rows.rename(columns={level: "area_code"}).assign(
                    area_type=level.removesuffix("cd"),
                    indicator_id=indicator,
                    period=period,
                    sex=sex,
                    age=age,
                )
            )
    return pd.concat(parts, ignore_index=True)


def facts_of(table, **declared):
    names = table["indicator_id"].unique()
    return pd.DataFrame(
        {
            "indicator_id": names,
            "short_name": names,
            "measure": "count",
            "multiplier": 1,
            "confidential": True,
        }
        | {key: [values.get(name) for name in names] for key, values in declared.items()}
    )


def draws(number, seed, mean=2.5):
    draw = np.random.default_rng(seed)
    return [draw.poisson(draw.gamma(1, mean, SIZE)) for _ in range(number)]


def ages(seed, whole, *labels):
    parts = draws(len(labels), seed)
    keys = [("send", "2024", "all", label) for label in labels]
    total = ("send", "2024", "all", whole)
    series = dict(zip(keys, parts, strict=True)) | {total: sum(parts)}
    return series, [(dict.fromkeys(keys, 1) | {total: -1}, "=")]


def sexes(seed, labels):
    parts = draws(len(labels) - 1, seed)
    keys = [("send", "2024", label, "all") for label in labels]
    series = dict(zip(keys, [*parts, sum(parts)], strict=True))
    return series, [(dict.fromkeys(keys[:-1], 1) | {keys[-1]: -1}, "=")]


def stages(seed):
    years = [("send", "2024", "all", f"Year {k}") for k in range(1, 5)]
    first, phase = (("send", "2024", "all", label) for label in ("KS1", "Primary and under"))
    series = dict(zip(years, draws(4, seed), strict=True))
    series[first] = series[years[0]] + series[years[1]]
    series[phase] = series[first] + series[years[2]]
    return series, [
        (dict.fromkeys(years[:2], 1) | {first: -1}, "="),
        ({first: 1, years[2]: 1, phase: -1}, "="),
    ]


def indicators(seed, whole, *names):
    parts = draws(len(names), seed)
    keys = [(name, "2024", "all", "all") for name in names]
    total = (whole, "2024", "all", "all")
    series = dict(zip(keys, parts, strict=True)) | {total: sum(parts)}
    return series, [(dict.fromkeys(keys, 1) | {total: -1}, "=")]


IN_EVERY_RUN = ("indicators that add up",)
INPUTS = {
    "years within stages within phases": stages,
    "key stages": lambda seed: ages(seed, "KS1", "Year 1", "Year 2"),
    "aged": lambda seed: ages(seed, "aged 16-17", "age sixteen", "age seventeen"),
    "and under": lambda seed: ages(seed, "Primary and under", "nursery", "infants", "juniors"),
    "plus": lambda seed: ages(seed, "5 plus", "primary", "secondary"),
    "age band": lambda seed: ages(seed, "Age 0-11", "Age 0-4", "Age 5-11"),
    "phases": lambda seed: ages(seed, "Primary and secondary", "Primary", "Secondary"),
    "sexes in words": lambda seed: sexes(seed, ["Other", "Male and female", "Persons"]),
    "sexes in codes": lambda seed: sexes(seed, ["1", "2", "1+2"]),
    "sexes with unknown": lambda seed: sexes(seed, ["boys", "girls", "u", "everybody"]),
    "indicators that add up": lambda seed: indicators(seed, "sen_any", "ehcp", "sen_support"),
    "the same under another id": lambda seed: indicators(seed, "neet", "not_in_work"),
}


GIVEN, SMALL = Safeguards(), ["lsoa21"]
IN_TURN = [
    name if name in IN_EVERY_RUN else pytest.param(name, marks=pytest.mark.slow) for name in INPUTS
]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", IN_TURN)
def test_publishable_gives_nothing_away_whatever_the_labels(name, seed):
    series, facts = INPUTS[name](seed)
    rows = table(series)
    safe = publishable(rows, HIERARCHY, facts_of(rows), safeguards=GIVEN, small=SMALL, notes=[])
    assert safe["count"].gt(0).any()
    assert recovered(safe, HIERARCHY, facts) == []


@pytest.mark.parametrize(
    "name", some(["indicators that add up", "years within stages within phases"], 1)
)
def test_outsider_finds_hidden_counts_where_relations_are_not_looked_for(name):
    """The test of the test: without what is found in the numbers something is given away."""
    found = []
    for seed in range(6):
        series, facts = INPUTS[name](seed)
        rows = table(series)
        safe = publishable(
            rows,
            HIERARCHY,
            facts_of(rows),
            safeguards=Safeguards(relations=[]),
            small=["lsoa21"],
            notes=[],
        )
        found += recovered(safe, HIERARCHY, facts)
        if found:
            break
    assert found


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_publishable_protects_a_part_that_is_declared(seed):
    """Protection plans are children in need too: never more, in no LSOA."""
    draw = np.random.default_rng(seed)
    whole = draw.poisson(draw.gamma(1, 4, SIZE))
    part = draw.binomial(whole, 0.6)
    keys = [("cpp", "2024", "all", "all"), ("cin", "2024", "all", "all")]
    rows = table(dict(zip(keys, (part, whole), strict=True)))
    listed = facts_of(rows, part_of={"cpp": "cin"})
    safe = publishable(rows, HIERARCHY, listed, safeguards=GIVEN, small=SMALL, notes=[])
    assert recovered(safe, HIERARCHY, [({keys[0]: 1, keys[1]: -1}, "<=")]) == []


@share(1 / 10)
@given(st.integers(0, 10_000), st.sampled_from(sorted(INPUTS)), st.sampled_from([3, 5, 8]))
def test_audit_with_the_relations_agrees_with_the_outsider(seed, name, under):
    """Whatever is hidden, at random: what the outsider works out, the audit lists."""
    series, facts = INPUTS[name](seed)
    rows = table(series)
    draw = np.random.default_rng(seed)
    hide = (rows["count"].between(1, under - 1) | (draw.random(len(rows)) < 0.1)) & (
        rows["count"] > 0
    )
    relations = relations_between(rows)
    printed = rows.assign(count=rows["count"].astype(float).mask(hide))
    found = audit_disclosure(printed, HIERARCHY, rule=Rule(counts_under=under), relations=relations)
    columns = ["area_code", "sex", "age", "indicator_id"]
    listed = set(found[columns].itertuples(index=False, name=None))
    for code, (indicator, _, sex, age), count in recovered(printed, HIERARCHY, facts):
        if count < under:
            assert (code, sex, age, indicator) in listed


def test_publishable_tells_of_categories_that_nothing_explains():
    one, two = draws(2, seed=3)
    keys = [("send", "2024", "all", label) for label in ("EHE", "flexi")]
    rows = table(dict(zip(keys, (one, two), strict=True)))
    notes = []
    publishable(rows, HIERARCHY, facts_of(rows), safeguards=GIVEN, small=SMALL, notes=notes)
    assert any("how the ages EHE, flexi of send add up" in note for note in notes)


@pytest.mark.slow
def test_publishable_says_nothing_of_categories_that_add_up():
    series, _ = INPUTS["key stages"](0)
    rows = table(series)
    notes = []
    publishable(rows, HIERARCHY, facts_of(rows), safeguards=GIVEN, small=SMALL, notes=notes)
    assert not any("add up" in note for note in notes)
