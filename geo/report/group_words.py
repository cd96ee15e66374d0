"""What is said of a group of a place: the same sentences on its page and on its slide."""

from collections.abc import Mapping, Sequence

import pandas as pd

from geo.views.rug.layout import ARROWS
from geo.views.rug.leads import on_bad_side
from geo.views.site.group import IndicatorRow
from geo.views.style.palette import ClassStyle
from geo.views.style.wording import are, counted_indicators, listed
from geo.vocabulary.area_types import area_type, vintage_column
from geo.vocabulary.indicators import SERIES
from geo.vocabulary.local_names import LOCAL_NAME
from geo.vocabulary.releases import MOST_DEPRIVED

WORSE, BETTER = ("much_worse", "worse"), ("better", "much_better")
"""Classes of what is judged worse and better than the benchmark."""
_FIFTHS = {"fifth_1": "In the worst fifth in England", "fifth_5": "In the best fifth in England"}
_TRENDS = {"increasing": "rising", "decreasing": "falling", "no_change": "no clear trend"}


def title_of(name: str, own: pd.Series) -> str:
    """Say how many of a group's LSOAs are most deprived, from its row of counts by area."""
    number, of = own["top_30"], area_type("lsoa").counted(own["lsoas"])
    return f"{name}: {number or 'none'} of {of} {are(number)} in the most deprived 30% in England"


def on_tenths(own: pd.Series) -> str:
    """Say how many LSOAs are in the most deprived 10% and 20%, from a row of counts by area."""
    ten, twenty = own["top_10"], own["top_20"]
    if not twenty:
        return "None is in the most deprived 20%."
    return (
        f"{ten or 'None'} {are(ten)} in the most deprived 10% and {twenty} in the most deprived "
        "20%."
    )


def on_residents(own: pd.Series) -> list[str]:
    """Say how deprived the most deprived LSOAs are, and who lives in them."""
    said = [on_tenths(own)]
    shares = [
        f"{own[f'{who}_top_30'] / own[who]:.1%} of its {words}"
        for who, words in (("population", "residents"), ("children", "children"))
        if own.get(who)
    ]
    if shares and own["top_30"]:
        year = f" ({own['population_year']})" if own.get("population_year") else ""
        said.append(f"{listed(shares)} live in the most deprived 30%{year}.")
    return said


def on_indicators(rows: Sequence[IndicatorRow]) -> list[str]:
    """Count those that are worse or better, of those that can be."""
    judged = [row for row in rows if row.judged]
    placed = [row.shown for row in rows if row.placed]
    said = []
    if judged:
        worse, better = (sum(row.shown in some for row in judged) for some in (WORSE, BETTER))
        of = counted_indicators(len(judged), "judged")
        than = judged[0].benchmark_name
        said.append(f"Worse than {than} in {worse} of {of}, better in {better or 'none'}.")
    if placed:
        worst, of = placed.count("fifth_1"), counted_indicators(len(placed))
        said.append(f"Of {of} placed among England's areas, {worst} in the worst fifth.")
    return said


def rows_of(
    table: pd.DataFrame, column: str, name: str, styles: Mapping[str, ClassStyle]
) -> list[IndicatorRow]:
    """Read one column of the Rug, beside those of the place and of England.

    Parameters
    ----------
    table : DataFrame
        A row a cell of the latest period, as in ``TartanRug.data``, and of each the ``label`` of
        its indicator and whether high or low is good (``judgeable``).
    column, name : str
        Type and name of the area.
    styles : mapping
        Of each class.
    """
    keys = [key for key in SERIES if key in table]
    own = table[table["area_type"].eq(column) & table["area"].eq(name)].set_index(keys)
    beside = {
        kind: table[table["area_type"].eq(kind)].drop_duplicates(keys).set_index(keys)["text"]
        for kind in ("borough", "england")
    }
    borough, england = (texts.reindex(own.index).fillna("") for texts in beside.values())
    far = on_bad_side(own["value"], own["benchmark_value"], own["polarity"])
    return [
        IndicatorRow(
            group=str(cell["group"]),
            label=str(cell["label"]),
            unit=str(cell["unit"]),
            period=str(cell["period"]),
            text=str(cell["text"]),
            borough=borough.iloc[at],
            benchmark=england.iloc[at],
            benchmark_name=str(cell["benchmark"]),
            shown=str(cell["comparison"]),
            style=styles[str(cell["comparison"])],
            trend=_in_words(cell.get("trend")),
            judgeable=bool(cell["judgeable"]),
            far=float(far[at]),
        )
        for at, cell in enumerate(own.to_dict("records"))
    ]


def _in_words(trend: object) -> str:
    return f"{ARROWS[str(trend)]} {_TRENDS[str(trend)]}" if trend in _TRENDS else ""


def told_of(rows: Sequence[IndicatorRow], shown: Sequence[str], fifth: str) -> list[str]:
    """Put indicators that are judged so into words, then name those that are placed so."""
    judged = [row.against for row in rows if row.judged and row.shown in shown]
    placed = [row for row in rows if row.placed and row.shown == fifth]
    if placed:
        named = "; ".join(row.label for row in placed)
        judged.append(f"{_FIFTHS[fifth]} ({len(placed)}): {named}")
    return judged


def first_of(
    order: pd.DataFrame | None, everywhere: pd.DataFrame, lsoas: pd.DataFrame
) -> list[list[str]]:
    """Name a group's LSOAs that are among the first of the place, as many as are most deprived.

    Name, code, place in the order and decile of each.
    """
    if order is None:
        return []
    _, code = vintage_column(lsoas)
    top = int((everywhere["imd_decile"] <= MOST_DEPRIVED).sum())
    first = order.loc[order["rank"].le(top), [code, "rank"]].sort_values("rank")
    first = first[first[code].isin(lsoas[code])].join(
        lsoas.set_index(code)[[LOCAL_NAME, "imd_decile"]], on=code
    )
    return [
        [str(row[LOCAL_NAME]), row[code], f"{row['rank']} of {len(order)}", str(row["imd_decile"])]
        for row in first.to_dict("records")
    ]
