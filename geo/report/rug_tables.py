"""The Tartan Rugs as tables: every cell of every period, and a row an area."""

from collections.abc import Iterable

import pandas as pd

from geo.report.outcomes import Outcomes
from geo.views.rug.rug import TartanRug
from geo.vocabulary.indicators import SERIES, named_series, states_of

_AREA = ["area_type", "area_code", "area"]
_FACTS = ["name", "short_name", "group", "unit", "polarity", "source", "licence"]


def all_periods(rugs: Iterable[TartanRug], found: Outcomes) -> pd.DataFrame:
    """Every cell of the rugs once, then those of earlier periods.

    Parameters
    ----------
    rugs : iterable of TartanRug
    found : Outcomes
        Whose comparisons hold earlier periods of the place's groups, the borough and England.

    Returns
    -------
    DataFrame
        The columns of ``TartanRug.data``, and ``latest``. What is said of the latest period alone
        (trend, place, words) is blank in the others.
    """
    latest = pd.concat([rug.data for rug in rugs], ignore_index=True)
    keys = [key for key in ("area_type", "area_code", *SERIES) if key in latest]
    latest = latest.drop_duplicates(keys, ignore_index=True)
    earlier = _earlier(latest, found).reindex(columns=latest.columns)
    texts = latest.select_dtypes(exclude="number").columns
    earlier[texts] = earlier[texts].astype(object).where(earlier[texts].notna(), "")
    every = pd.concat([latest.assign(latest=True), earlier.assign(latest=False)], ignore_index=True)
    return every.astype(dict.fromkeys(latest.select_dtypes(["int64", "Int64"]), "Int64"))


def _earlier(latest: pd.DataFrame, found: Outcomes) -> pd.DataFrame:
    """Rows of the comparisons that are of an earlier period than the rugs show."""
    table = found.comparisons
    series = [*SERIES, "period"]
    shown = pd.MultiIndex.from_frame(latest[series].astype(str))
    mine = pd.MultiIndex.from_frame(table[series].astype(str))
    rows = table[~mine.isin(shown) & table["area_type"].isin(latest["area_type"])]
    facts = found.catalogue.set_index("indicator_id").reindex(columns=_FACTS)
    of = facts.loc[rows["indicator_id"]].set_axis(rows.index).rename(columns={"name": "indicator"})
    rule = rows.get("rule", "")
    itself = rows["area_type"].eq(found.benchmark)
    value = rows["value"].where(~itself | rows["value"].notna(), rows["benchmark_value"])
    rows = rows.assign(value=value, state=states_of(value, rows["state"]))
    named = rows.rename(columns={"area_name": "area", "at_least": "areas_lacking"})
    named = named.drop(columns=["place", *of.columns.intersection(named.columns)])
    return named.join(of).assign(benchmark=latest["benchmark"].iat[0], disclosure_rule=rule)


def a_row_an_area(every: pd.DataFrame) -> pd.DataFrame:
    """Lay the latest figures out wide: of each series the value, and how it compares.

    Where some are confidential, each row says by which rule small numbers are hidden.

    Examples
    --------
    >>> cells = pd.DataFrame({"area_type": "town", "area_code": "a", "area": "A", "sex": "all",
    ...     "indicator_id": ["neet", "gld"], "age": "all", "value": [5.0, 70.0], "latest": True,
    ...     "comparison": ["worse", "better"]})
    >>> a_row_an_area(cells).iloc[0, 3:].to_dict()
    {'neet': 5.0, 'neet_comparison': 'worse', 'gld': 70.0, 'gld_comparison': 'better'}
    """
    latest = every[every["latest"]]
    named = latest.assign(series=list(map(named_series, *(latest[key] for key in SERIES))))
    order = named["series"].unique()
    wide = named.pivot(index=_AREA, columns="series", values=["value", "comparison"])
    wide = wide.reindex(named[_AREA].drop_duplicates().itertuples(index=False, name=None))
    columns = {}
    for name in order:
        columns[name] = pd.to_numeric(wide["value", name])
        columns[f"{name}_comparison"] = wide["comparison", name]
    table = pd.DataFrame(columns).reset_index()
    rules = dict.fromkeys(latest.get("disclosure_rule", pd.Series(dtype=object)).dropna())
    words = "; ".join(str(rule) for rule in rules if rule)
    return table.assign(disclosure_rule=words) if words else table
