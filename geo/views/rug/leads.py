"""What a rug says to those who lead: of each area what is worst, and what changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.disclosure.published import Published
from geo.views.cell_words import number
from geo.views.classes import Cells
from geo.views.style.wording import counted_indicators, listed
from geo.vocabulary.indicators import SERIES
from geo.vocabulary.measures import GOOD

MOST_AREAS = 20
_NAMED = 3
_WORSE = ("much_worse", "worse")
_JUDGED = (*_WORSE, "similar", "better", "much_better")


@dataclass(frozen=True)
class Lead:
    """An area in two sentences: what is worst in it, and what changed (empty where not known)."""

    area: str
    worst: str
    changed: str


def leads_of(cells: Cells, published: Published, benchmark: str) -> tuple[Lead, ...]:
    """Say of each area what is worst against the benchmark and what changed, the worst area first.

    Parameters
    ----------
    cells : Cells
        Those of the latest periods, with trends where known.
    published : Published
        The comparisons of all periods.
    benchmark : str
        Name of the area compared with.

    Returns
    -------
    tuple of Lead
        None where there are more than twenty areas.
    """
    own = cells.own
    if own["column"].nunique() > MOST_AREAS:
        return ()
    polarity = cells.indicators["polarity"].iloc[own["row"]]
    far = on_bad_side(own["value"], own["benchmark_value"], polarity)
    own = own.assign(**_before(cells, published), far=far)[cells.has_judgement]
    facts, names = cells.indicators.iloc[own["row"]], cells.areas["name"]
    of = zip(own["benchmark_value"], facts["decimals"], strict=True)
    sign = np.where(facts["unit"].str.startswith("%"), "%", "").astype(object)
    own = own.assign(
        label=facts["label"].to_numpy(),
        text=own["text"] + sign,
        of=[number(value, digits) for value, digits in of] + sign,
    )
    found = []
    for column, part in own.groupby("column"):
        bad = part["shown"].isin(_WORSE)
        worst = part["shown"].eq("fifth_1")
        lead = Lead(str(names[column]), _worst_words(part, benchmark), _changed_words(part))
        found.append((-bad.sum(), -worst.sum(), lead))
    return tuple(lead for *_, lead in sorted(found, key=lambda one: one[:2]))


def on_bad_side(value: pd.Series, benchmark: pd.Series, polarity: pd.Series) -> np.ndarray:
    """How far each figure is on the bad side of the benchmark, as a ratio; high, where none is."""
    good = polarity.map(GOOD).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = value.to_numpy() / benchmark.to_numpy()
        return np.where(good > 0, 1 / ratio, ratio)


def _before(cells: Cells, published: Published) -> dict[str, np.ndarray]:
    """Class of each own cell in the period ``before`` the latest, and ``when`` that was."""
    areas = cells.areas
    codes = areas.loc[~areas["reference"], "area_code"]
    every = published.showing(published.table[published.table["area_code"].isin(codes)])
    if "comparison" not in every.table:
        return dict.fromkeys(("before", "when"), np.full(len(cells.own), ""))
    rows = every.showing(every.table[~every.in_latest()])
    rows = rows.showing(rows.table[rows.in_latest()]) if len(rows.table) else rows
    keys = [key for key in SERIES if key in rows.table and key in cells.indicators]
    known = rows.table.drop_duplicates([*keys, "area_code"])
    known = known.assign(
        before=known["comparison"],
        when=known["period"],
        **{key: known[key].astype(object).fillna("") for key in keys},
    )
    own = cells.own
    left = cells.indicators[keys].iloc[own["row"]].reset_index(drop=True)
    left["area_code"] = areas["area_code"].to_numpy()[own["column"]]
    merged = left.merge(known[[*keys, "area_code", "before", "when"]], how="left")
    return {name: merged[name].fillna("").to_numpy() for name in ("before", "when")}


def _worst_words(part: pd.DataFrame, benchmark: str) -> str:
    tested = part[part["shown"].isin(_JUDGED)]
    worse = tested[tested["shown"].isin(_WORSE)].sort_values("far", ascending=False)
    placed = part[part["shown"].str.startswith("fifth")]
    last = placed[placed["shown"].eq("fifth_1")].sort_values("place")
    said = []
    if len(tested):
        judged = counted_indicators(len(tested), "judged")
        named = [f"{row.label} ({row.text}; {benchmark} {row.of})" for row in worse.itertuples()]
        said.append(
            f"worse than {benchmark} in {len(worse)} of {judged}{_first(named)}"
            if len(worse)
            else f"not worse than {benchmark} in any of {judged}"
        )
    if len(last):
        named = [f"{row.label} ({row.text})" for row in last.itertuples()]
        said.append(
            f"in the worst fifth in England in {len(last)} of {len(placed)} that are placed"
            f"{_first(named)}"
        )
    nothing = "in the worst fifth in none" if len(placed) else "nothing can be compared"
    return f"{'; '.join(said) or nothing}."


def _first(named: list[str]) -> str:
    """Name the first few of a list that begins with the worst."""
    if not named:
        return ""
    return f"{', most in' if len(named) > _NAMED else ':'} {listed(named[:_NAMED])}"


def _changed_words(part: pd.DataFrame) -> str:
    """Say what has become worse than the benchmark since the period before, and what no longer."""
    was = part["before"]
    both = was.isin(_JUDGED) & part["shown"].isin(_JUDGED)
    now_bad, was_bad = part["shown"].isin(_WORSE), was.isin(_WORSE)
    said = []
    for words, rows in (
        ("Worse now, and not before: ", both & now_bad & ~was_bad),
        ("No longer worse: ", both & was_bad & ~now_bad),
    ):
        named = [f"{row.label} (since {row.when})" for row in part[rows].itertuples()]
        said += [f"{words}{listed(named)}."] if named else []
    for judgement in ("worse", "better"):
        named = part.loc[part["judgement"].eq(judgement), "label"].tolist()
        said += [f"Getting {judgement} over five points: {listed(named)}."] if named else []
    unchanged = "Nothing has changed class since the period before." if both.any() else ""
    return " ".join(said) or unchanged
