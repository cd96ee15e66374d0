"""Sentences on indicators: the place in context, each indicator, and targets set for it."""

from collections.abc import Iterator

import pandas as pd

from geo.report.statements.on_areas import at
from geo.sources.indicators.catalogue import TARGET
from geo.statistics.targets import on_track
from geo.views.cell_words import measured, number
from geo.views.site.statements import Statement
from geo.views.style.wording import listed
from geo.vocabulary.area_types import AreaType
from geo.vocabulary.indicators import SERIES
from geo.vocabulary.periods import same

CONTEXT = "tables/in_context.csv"
RUG = "tartan-rug.csv"
TARGETS = "tables/targets.csv"
_DECIMALS = 1
_SAID = {
    "better": "better than {}",
    "worse": "worse than {}",
    "much_better": "much better than {}",
    "much_worse": "much worse than {}",
    "similar": "similar to {}",
    "higher": "higher than {}, without a judgement",
    "lower": "lower than {}, without a judgement",
}
_STATUS = {
    "met": "the target is met",
    "on_track": "on track",
    "off_track": "not on track",
    "not_known": "no figure to judge by yet",
}


def on_context(context: pd.DataFrame, place: str) -> Iterator[Statement]:
    """Set the place beside England, measure by measure, where both have a figure."""
    both = context[context[["place", "england"]].notna().all(axis=1)]
    for row in both.to_dict("records"):
        own, of = (_figure(row, who) for who in ("place", "england"))
        period = f" ({row['period']})" if isinstance(row["period"], str) and row["period"] else ""
        text = f"{row['measure']}{period}: {own} in {place}, {of} in England."
        yield Statement(
            f"{place} in context", text, CONTEXT, at(measure=row["measure"]), "place, england"
        )


def _figure(row: dict[str, object], who: str) -> str:
    least = row["at_least" if who == "place" else "england_at_least"] is True
    unit = str(row["unit"])
    plain = str(row["measure"]).lower() == unit  # residents: 398,755
    text = number(float(str(row[who])), 1 if unit.startswith("%") else 0)
    text = in_unit(text, "" if plain else unit) if who == "place" else in_unit(text, _sign(unit))
    return f"{'at least ' if least else ''}{text}"


def in_unit(text: str, unit: str) -> str:
    """Put what a cell shows into a sentence, with its unit.

    Examples
    --------
    >>> in_unit("≥23.5", "% of children"), in_unit("5.9", "per 1,000 people")
    ('at least 23.5% of children', '5.9 per 1,000 people')
    >>> in_unit("14.2", "score (higher is worse)"), in_unit("2.0", "")
    ('14.2 (score, higher is worse)', '2.0')
    """
    plain = text.replace("≥", "at least ").replace("≈", "about ")
    if unit.startswith("%"):
        return f"{plain}{unit}"
    if unit.startswith("per "):
        return f"{plain} {unit}"
    return f"{plain} ({_flat(unit)})" if unit else plain


def _flat(unit: str) -> str:
    """Write a unit that has brackets so that it can stand in brackets."""
    return unit.replace(" (", ", ").replace(")", "")


def _sign(unit: str) -> str:
    """Give the part of a unit that every number of a sentence has."""
    return "%" if unit.startswith("%") else ""


def on_indicators(rug: pd.DataFrame, place: str, level: AreaType) -> Iterator[Statement]:
    """Say of each indicator how the place compares, and between which groups it lies.

    Parameters
    ----------
    rug : DataFrame
        Cells of the Tartan Rug (``TartanRug.data``), of the latest periods.
    place : str
        Its name.
    level : AreaType
        The groups between which the range is told.
    """
    series = [key for key in SERIES if key in rug]
    several = rug.groupby("indicator_id")[series].nunique().gt(1).any(axis=1)
    for _, rows in rug.groupby(series, sort=False, dropna=False):
        if not several[rows["indicator_id"].iat[0]]:  # its name says whom it is of
            rows = rows.drop(columns=series[1:])
        own = rows[rows["area_type"].eq("borough") & rows["state"].isin(["value", "zero"])]
        if len(own) == 1:
            yield _compared(own.iloc[0], rows, place)
        groups = rows[rows["area_type"].eq(level.name)]
        whole = groups["state"].isin(["value", "zero"]) & ~groups["text"].str.startswith("≥")
        shown = groups[whole & groups["value"].notna()]
        if shown["value"].nunique() > 1:
            yield _range(shown, len(groups), level)


def _compared(cell: pd.Series, rows: pd.DataFrame, place: str) -> Statement:
    """Word the place's own cell, beside the benchmark's."""
    text = f"{_named(cell)}: {in_unit(cell['text'], cell['unit'])} in {place}"
    beside = rows.loc[rows["comparison"].eq("benchmark"), "text"]
    if cell["comparison"] in _SAID and len(beside) == 1:
        of = in_unit(beside.iat[0], _sign(cell["unit"]))
        text += f", {of} in {cell['benchmark']}"
        text += f": {_SAID[cell['comparison']].format(cell['benchmark'])}"
    elif isinstance(cell["place_in_words"], str) and cell["place_in_words"]:
        text += f", which {cell['place_in_words']}"
    return Statement(
        str(cell["group"]), f"{text}.", RUG, _row(cell), "text, comparison, place_in_words"
    )


def _range(shown: pd.DataFrame, number_of: int, level: AreaType) -> Statement:
    """Say which groups have the lowest and the highest value shown."""
    cell = shown.iloc[0]
    ends = []
    for value in (shown["value"].min(), shown["value"].max()):
        those = shown[shown["value"].eq(value)].sort_values("area")
        ends.append(f"{in_unit(those['text'].iat[0], '')} in {listed(those['area'].tolist())}")
    of = f"the {len(shown)} of {level.counted(number_of)} that are known in full"
    among = f"the {level.counted(number_of)}" if len(shown) == number_of else of
    text = f"{_named(cell, _flat(cell['unit']))}: from {ends[0]} to {ends[1]}, among {among}."
    series = {key: cell[key] for key in SERIES if key in cell}
    where = at(area_type=level.name, **series, latest=True)
    return Statement(str(cell["group"]), text, RUG, where, "text, value")


def _named(cell: pd.Series, unit: str = "") -> str:
    """Name an indicator with whom it is of where that is needed, its period and its unit."""
    who = [str(cell[k]) for k in SERIES[1:] if k in cell]
    return f"{cell['indicator']} ({', '.join(filter(None, [*who, str(cell['period']), unit]))})"


def _row(cell: pd.Series) -> str:
    series = {key: cell[key] for key in SERIES if key in cell}
    return at(area_type=cell["area_type"], area=cell["area"], **series, latest=True)


def targets_of(every: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Set each measure that has a target beside its baseline and the way between them.

    Parameters
    ----------
    every : DataFrame
        Cells of the Tartan Rug of all periods, with ``latest``.
    catalogue : DataFrame
        Whose ``target``, ``target_period`` and ``baseline_period`` say what was set.

    Returns
    -------
    DataFrame
        A row a series of the whole place: what it is, ``baseline_period``, ``baseline``,
        ``period``, ``value`` with its interval, ``target_period``, ``target``, and what
        ``on_track`` says. No rows where no target is set.
    """
    if not set(TARGET) <= set(catalogue):
        return pd.DataFrame()
    decimals = (
        catalogue["decimals"] if "decimals" in catalogue else pd.Series(pd.NA, catalogue.index)
    )
    facts = catalogue.assign(decimals=decimals.fillna(_DECIMALS).astype(int))
    facts = facts.loc[facts["target"].notna(), ["indicator_id", "decimals", *TARGET]]
    own = every[
        every["area_type"].eq("borough") & every["indicator_id"].isin(facts["indicator_id"])
    ]
    if own.empty:
        return pd.DataFrame()
    series = [key for key in SERIES if key in own]
    rows = []
    for _, points in own.groupby(series, sort=False, dropna=False):
        now = points[points["latest"]].iloc[0]
        fact = facts[facts["indicator_id"].eq(now["indicator_id"])].iloc[0]
        begun = points[[same(one, fact["baseline_period"]) for one in points["period"]]]
        kept = [*series, "indicator", "unit", "polarity", "period", "value", "lower_ci", "upper_ci"]
        baseline = begun["value"].iat[0] if len(begun) else float("nan")
        rows.append({**now[kept], **fact[["decimals", *TARGET]], "baseline": baseline})
    return on_track(pd.DataFrame(rows))


def on_targets(targets: pd.DataFrame, place: str) -> Iterator[Statement]:
    """Say of each measure with a target whether it is on the way to it."""
    for row in targets.to_dict("records"):
        unit = str(row["unit"])
        begun, now, aim, line = (
            measured(float(row[c]), row) or "no figure"
            for c in ("baseline", "value", "target", "expected")
        )
        text = (
            f"{row['indicator']} ({unit}) in {place}: {begun} in {row['baseline_period']}, the "
            f"baseline, and {now} in {row['period']}; the target is {aim} by "
            f"{row['target_period']}: {_STATUS[row['status']]}"
        )
        if row["status"] in ("on_track", "off_track"):
            text += f", since the straight line to the target is at {line}"
        if row["status"] != "not_known" and not row["certain"]:
            text += "; that could be chance"
        keys = {key: row[key] for key in SERIES if key in row}
        yield Statement("Targets", f"{text}.", TARGETS, at(**keys), "baseline, value, target")
