"""Indicators of the synthetic borough: counts under the seven outcomes, drawn from its need.

What each indicator is stands in ``indicators.csv``, with the numbers it is drawn by:

``youngest``, ``oldest``, ``share``
    Ages that count, and the share of the residents of these ages who do.
``england``, ``england_denominator``
    England's rate per head in the last period (the mean itself, where a mean), and its heads.
``here``, ``slope``, ``between``, ``yearly``
    Difference of the borough from England at the same need, effect of one standard deviation of
    need, standard deviation between wards, change a year: log odds, log rates or points.
``part_of``
    The indicator among whose cases these are counted.
``hidden_below``
    The publisher hides counts from one to just below this.
``not_returned``
    The ward that sent no return.
``baseline_period``, ``target``, ``target_period``
    What the strategy of the borough is to reach, of some of them.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from geo.sources.indicators.catalogue import TARGET
from geo.sources.sample.drawing import SEED, Floats, Ints
from geo.vocabulary.releases import VINTAGES

OUTCOMES = (
    "Children we care for reach their full potential",
    "Children feel and are safe",
    "Children are happy, with good mental health and wellbeing",
    "Children are healthy and make good choices",
    "Children leave school with the best skills and qualifications",
    "Children with additional needs are supported",
    "Children and families get support earlier",
)
FACTS = ["name", "short_name", "group", "unit", "multiplier", "measure", "polarity", "source",
         "licence", "confidential"]  # fmt: skip
ENGLAND = "E92000001"
_YEARS = 6


@cache
def _register() -> pd.DataFrame:
    """Read what the indicators are and how they are drawn, a row each."""
    register = pd.read_csv(
        Path(__file__).with_name("indicators.csv"), dtype={"period": str}
    ).fillna({"part_of": "", "not_returned": "", "hidden_below": 0})
    england = register.set_index("indicator_id")["england"]
    return register.assign(
        group=register["outcome"].map(dict(enumerate(OUTCOMES, start=1))),
        source="Synthetic data",
        licence="MIT",
        usual=register["england"] / register["part_of"].map(england).fillna(1),
    )


def catalogue() -> pd.DataFrame:
    """Say what each indicator is, a row each, in the order of the outcomes."""
    return _register()[["indicator_id", *FACTS, *TARGET]]


def draw_indicators(deprivation: pd.DataFrame, wards: pd.Series) -> pd.DataFrame:
    """Draw all indicators for the LSOAs of 2021, with England's figures beside them.

    Parameters
    ----------
    deprivation : DataFrame
        Code, rank, residents and children of each LSOA.
    wards : Series
        Name of the ward of each, in the same order.

    Returns
    -------
    DataFrame
        Tidy indicators, the earliest period first, England after the LSOAs.
    """
    need = -special.ndtri(deprivation["imd_rank"].to_numpy() / (VINTAGES["lsoa21"] + 1))
    people = _people(deprivation)
    cases: dict[str, tuple[Ints, Ints]] = {}
    tables = []
    for number, what in enumerate(_register().itertuples(index=False), start=1):
        rng = np.random.default_rng([SEED, 5, number])
        back = np.arange(what.years)[:, None]
        heads = _heads(people, what)
        national = np.round(what.england_denominator * 0.994**back).astype(np.int64)
        among, among_national = cases.get(what.part_of, (heads, national))
        effect = what.here + what.slope * need + _between(wards, what.between, rng)
        here = _drawn(what, among[: what.years], effect - what.yearly * back, rng)
        england = _rounded(what, among_national[: what.years], -what.yearly * back)
        cases[what.indicator_id] = here, england
        tables += [
            _tidy(what, here, heads, deprivation["lsoa21cd"], "lsoa21"),
            _tidy(what, england, national, pd.Series([ENGLAND]), "england"),
        ]
    ward = pd.Series(wards.to_numpy(), deprivation["lsoa21cd"])
    return _withheld(pd.concat(tables, ignore_index=True), ward)


def _people(deprivation: pd.DataFrame) -> Ints:
    """Residents by year back, LSOA and age: 0 to 17 and, last, all others."""
    rng = np.random.default_rng([SEED, 5])
    children = deprivation["children"].to_numpy()
    adults = deprivation["population"].to_numpy() - children
    ages = rng.multinomial(children, np.full(16, 1 / 16))
    older = rng.multinomial(adults, [0.0135, 0.0135, 0.973])
    now = np.hstack([ages, older])
    earlier = [rng.binomial(now, 0.994**back) for back in range(1, _YEARS)]
    return np.stack([now, *earlier])


def _heads(people: Ints, what: Any) -> Ints:
    """How many residents an indicator counts among, by year and LSOA; at least one."""
    right = people[: what.years, :, what.youngest : what.oldest + 1].sum(axis=2)
    return np.maximum(np.floor(right * what.share), 1).astype(np.int64)


def _between(wards: pd.Series, spread: float, rng: np.random.Generator) -> Floats:
    """Differences that need does not explain: most between wards, some within them."""
    number, names = pd.factorize(wards, sort=True)
    return rng.normal(0, spread, len(names))[number] + rng.normal(0, spread / 2, len(wards))


def _expected(what: Any, shift: Floats) -> Any:
    """Move England's usual figure: log odds of a share, log of a rate, points of a mean."""
    if what.measure == "mean":
        return what.england + shift
    if what.measure == "proportion" or what.part_of:
        return special.expit(special.logit(what.usual) + shift)
    return what.usual * np.exp(shift)


def _drawn(what: Any, among: Ints, shift: Floats, rng: np.random.Generator) -> Any:
    """Draw counts among residents or cases, or means of them, by year and LSOA."""
    expected = _expected(what, shift)
    if what.measure == "mean":
        pupil = 18  # standard deviation between pupils, in points
        return np.round(rng.normal(expected, pupil / np.sqrt(among)).clip(5, 85), 1)
    if what.measure == "proportion" or what.part_of:
        return rng.binomial(among, expected)
    return rng.poisson(among * expected)


def _rounded(what: Any, among: Ints, shift: Floats) -> Any:
    """England's counts (or mean) by year, as expected and without chance."""
    expected = _expected(what, shift)
    return expected if what.measure == "mean" else np.round(among * expected).astype(np.int64)


def _tidy(what: Any, found: Any, heads: Ints, codes: pd.Series, kind: str) -> pd.DataFrame:
    """Lay numbers by year and area out in tidy rows, the earliest year first."""
    numbers = found[::-1].ravel().astype(float)
    mean = what.measure == "mean"
    columns = {
        "area_code": np.tile(codes, what.years),
        "area_type": kind,
        "indicator_id": what.indicator_id,
        "period": np.repeat(_periods(what)[::-1], len(codes)),
        "sex": what.sex,
        "age": what.age,
        "count": np.nan if mean else numbers,
        "denominator": heads[::-1].ravel().astype(float),
        "value": numbers if mean else np.nan,
        "lower_ci": np.nan,
        "upper_ci": np.nan,
        "state": np.where(numbers == 0, "zero", "value"),
    }
    return pd.DataFrame(columns)


def _periods(what: Any) -> list[str]:
    """Periods of an indicator, the last first: ``2024/25``, ``2023/24`` and so on."""
    last = int(what.period[:4])
    earlier = [f"{last - back}/{(last - back + 1) % 100:02}" for back in range(1, what.years)]
    return [what.period, *earlier]


def _withheld(table: pd.DataFrame, ward: pd.Series) -> pd.DataFrame:
    """Take out what a ward did not return, and small counts that the publisher hides."""
    what = _register().set_index("indicator_id")
    ids = table["indicator_id"]
    absent = table["area_code"].map(ward) == ids.map(what["not_returned"])
    small = table["count"].between(1, ids.map(what["hidden_below"]) - 1) & ~absent
    return table.assign(
        count=table["count"].mask(absent | small),
        denominator=table["denominator"].mask(absent),
        state=np.select([absent, small], ["missing", "suppressed"], table["state"]),
    )
