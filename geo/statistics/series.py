"""Series of indicators: which rows belong together, and what is known of each indicator."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.errors import CodeError, TableError, labelled
from geo.statistics.table_checks import numbers, refuse, require
from geo.vocabulary.measures import GOOD, MEASURES, POLARITIES

SERIES_KEYS = ("indicator_id", "period", "sex", "age")
MULTIPLIERS = {"proportion": 100.0, "rate": 100_000.0}
FACTS = ("unit", "multiplier", "measure", "polarity")


def series_keys(table: pd.DataFrame) -> list[str]:
    """Columns that tell one series of an area from another."""
    return [key for key in SERIES_KEYS if key in table.columns]


def series_words(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give the keys of each row's series as words, blank where there is none."""
    blank = np.full(len(table), "", dtype=object)
    return {
        key: table[key].to_numpy(dtype=object, na_value="") if key in table else blank
        for key in SERIES_KEYS
    }


def require_series(indicators: pd.DataFrame, columns: Sequence[str] = ()) -> None:
    """Check that indicators have their keys, in every row, and the ``columns``."""
    keys = ["area_code", "area_type", "indicator_id", "period"]
    require(indicators, [*keys, *columns])
    for key in keys:
        refuse(indicators, indicators[key].isna(), key, "every row needs one")


def require_one_row_each(indicators: pd.DataFrame) -> None:
    """Refuse a key that stands twice."""
    keys = ["area_code", "area_type", *series_keys(indicators)]
    repeated = indicators.duplicated(keys)
    refuse(indicators, repeated, "indicator_id", "each may stand once for an area and period")


def one_area_type(indicators: pd.DataFrame) -> str | None:
    """Tell the area type of the indicators; None where there are no rows."""
    kinds = indicators["area_type"].unique()
    if len(kinds) > 1:
        raise CodeError(
            f"The indicators are of {len(kinds)} area types ({labelled(kinds)}), which do not add "
            "up; pass them one at a time."
        )
    return kinds[0] if len(kinds) else None


def numbered(table: pd.DataFrame, keys: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Give each combination of the keys a number, row by row, and list them in order."""
    code = np.zeros(len(table), dtype=np.int64)
    values = []
    for key in keys:
        part, unique = pd.factorize(table[key], use_na_sentinel=False)
        rank, ordered = pd.factorize(unique, sort=True, use_na_sentinel=False)
        code = code * max(len(ordered), 1) + rank[part]
        values.append(ordered)
    code, combined = pd.factorize(code, sort=True)
    columns = {}
    for key, ordered in zip(reversed(keys), reversed(values), strict=True):
        combined, part = np.divmod(combined, max(len(ordered), 1))
        columns[key] = ordered.take(part)
    return code, pd.DataFrame(columns)[list(keys)]


def indicator_facts(indicators: pd.DataFrame, catalogue: pd.DataFrame | None) -> pd.DataFrame:
    """Gather unit, multiplier, measure and polarity of each indicator, by indicator id.

    What ``indicators`` say goes before what the catalogue says.

    Raises
    ------
    TableError
        If an indicator has two values of one of them, a word or multiplier that is not allowed,
        or is not in the catalogue.
    """
    own = [column for column in FACTS if column in indicators.columns]
    facts = _one_each(numbered(indicators, ["indicator_id", *own])[1], "the indicators")
    if catalogue is not None:
        if catalogue.index.name == "indicator_id":
            catalogue = catalogue.reset_index()
        require(catalogue, ["indicator_id"], where="the catalogue")
        columns = [column for column in FACTS if column in catalogue.columns]
        unique = catalogue[["indicator_id", *columns]].drop_duplicates()
        listed = _one_each(unique, "the catalogue")
        if len(absent := facts.index.difference(listed.index)):
            raise TableError(
                f"{len(absent)} indicators ({labelled(absent)}) are not in the catalogue; add them."
            )
        for column in columns:
            known = listed[column].reindex(facts.index)
            facts[column] = facts[column].fillna(known) if column in own else known
    _refuse_facts(facts)
    return facts


def _refuse_facts(facts: pd.DataFrame) -> None:
    """Refuse measures, polarities and multipliers that are not allowed."""
    for column, allowed in (("measure", MEASURES), ("polarity", POLARITIES)):
        if column in facts.columns:
            wrong = facts[column].notna() & ~facts[column].isin(allowed)
            refuse(facts, wrong, column, f"allowed are {', '.join(allowed)}")
    if "multiplier" in facts.columns:
        nothing = numbers(facts, "multiplier") == 0
        refuse(facts, nothing, "multiplier", "allowed are numbers above 0, such as 100")


def _one_each(facts: pd.DataFrame, where: str) -> pd.DataFrame:
    twice = facts.loc[facts["indicator_id"].duplicated(), "indicator_id"].unique()
    if len(twice):
        example = facts[facts["indicator_id"] == twice[0]]
        column = next((c for c in example.columns[1:] if example[c].nunique(dropna=False) > 1), "")
        raise TableError(
            f"{len(twice)} indicators in {where} ({labelled(twice)}) have more than one {column}, "
            f"for {twice[0]} {labelled(example[column].unique())}; give each indicator one, or "
            "make two indicators of it."
        )
    return facts.set_index("indicator_id")


def looked_up(ids: pd.Series, values: pd.Series) -> np.ndarray:
    """Value of each id: as ``Series.map``, but each different id is looked up once."""
    codes, names = pd.factorize(ids, use_na_sentinel=False)
    return values.reindex(names).to_numpy()[codes]


def fact(facts: pd.DataFrame, column: str, ids: pd.Series) -> np.ndarray:
    """One word for each id, as an array of objects; empty where not known."""
    if column not in facts.columns:
        return np.full(len(ids), "", dtype=object)
    found = looked_up(ids, facts[column].astype(object))
    return np.where(pd.isna(found), "", found)


def multipliers(facts: pd.DataFrame, ids: pd.Series, measure: np.ndarray) -> np.ndarray:
    """Multiplier of each id, or where none is known the usual one of its measure."""
    usual = looked_up(pd.Series(measure), pd.Series(MULTIPLIERS, dtype=float))
    usual = np.where(np.isnan(usual), 1.0, usual)
    if "multiplier" not in facts.columns:
        return usual
    found = looked_up(ids, pd.Series(numbers(facts, "multiplier"), index=facts.index, dtype=float))
    return np.where(np.isnan(found), usual, found)


def good_direction(facts: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    """1 where high is good, -1 where low is good, 0 where nothing is judged or known."""
    if "polarity" not in facts.columns:
        return np.zeros(len(ids), dtype=int)
    found = looked_up(ids, facts["polarity"].map(GOOD).astype(float))
    return np.nan_to_num(found).astype(int)


def interval(indicators: pd.DataFrame, suffix: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Read the limits of the values, and refuse those that are crossed."""
    low, high = f"lower_ci{suffix}", f"upper_ci{suffix}"
    lower, upper = (numbers(indicators, name, lowest=-np.inf) for name in (low, high))
    refuse(indicators, lower > upper, low, f"it may not be above {high}")
    return lower, upper
