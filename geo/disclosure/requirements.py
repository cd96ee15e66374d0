"""What indicators have to be before they are summed, suppressed and printed together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from geo.disclosure.publications import Publication, Terms
from geo.disclosure.relations import with_blanks
from geo.disclosure.rules import Rule
from geo.disclosure.table import KEYS
from geo.errors import TableError, as_label, examples, labelled
from geo.notes import Notes, note
from geo.statistics.series import looked_up
from geo.statistics.table_checks import require
from geo.vocabulary.measures import contributions_in
from geo.vocabulary.periods import ALLOWED, Period, read

_P_PERCENT = 10.0
_FARTHEST = 1.5
"""A published value may be standardised or rounded, but not this many times the crude one."""


def require_printable(indicators: pd.DataFrame, catalogue: pd.DataFrame) -> None:
    """Refuse indicators whose numbers contradict each other or could not be protected.

    Parameters
    ----------
    indicators : DataFrame
        Tidy indicators of one place.
    catalogue : DataFrame
        ``indicator_id``, ``short_name``, ``measure``, ``multiplier``, ``confidential``.

    Raises
    ------
    TableError
        If values are not what counts, denominators and multiplier give; if a confidential
        indicator has values without counts (or means without denominators), so that nobody can
        tell of how few people they are; or if it has periods that overlap or cannot be read, as
        `require_separate_periods` has it.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": "neet", "period": ["2023", "2022-23"], "count": 9,
    ...     "denominator": 90, "value": 10.0})
    >>> facts = pd.DataFrame({"indicator_id": ["neet"], "short_name": ["NEET"],
    ...     "measure": ["proportion"], "multiplier": [100], "confidential": [True]})
    >>> require_printable(rows, facts)
    Traceback (most recent call last):
    ...
    geo.errors.TableError: NEET is confidential, and its period 2022-23 holds 2023: one less the
    other would give away small numbers; keep periods of one length.
    """
    facts = catalogue.set_index("indicator_id")
    measure = looked_up(indicators["indicator_id"], facts["measure"].astype(object))
    divided = np.isin(measure, ["proportion", "rate"])
    _refuse_contradictions(indicators[divided], facts)
    secret = looked_up(indicators["indicator_id"], facts["confidential"].astype(object)) == True  # noqa: E712
    if not secret.any():
        return
    _refuse_unknown_sizes(indicators[secret], measure[secret], facts)
    require_separate_periods(indicators[secret], facts["short_name"])


def _refuse_contradictions(rows: pd.DataFrame, facts: pd.DataFrame) -> None:
    crude = rows["count"] / rows["denominator"].where(rows["denominator"] > 0)
    crude = crude * looked_up(rows["indicator_id"], facts["multiplier"].astype(float))
    times = (rows["value"] / crude.where(crude > 0)).groupby(rows["indicator_id"]).median()
    wrong = times[(times > _FARTHEST) | (times < 1 / _FARTHEST)]
    for name, factor in wrong.items():
        one = facts.loc[name]
        by = "far from" if one["confidential"] else f"{factor:.3g} times"
        raise TableError(
            f"The values of {one['short_name']} are {by} what its counts, denominators and "
            f"multiplier ({one['multiplier']:g}) give; correct the multiplier in the catalogue, or "
            "the numbers."
        )


def _refuse_unknown_sizes(rows: pd.DataFrame, measure: np.ndarray, facts: pd.DataFrame) -> None:
    bare = rows["value"].notna() & rows["count"].isna()
    bare &= ~((measure == "mean") & rows["denominator"].notna())
    if bare.any():
        names = facts.loc[rows.loc[bare, "indicator_id"].unique(), "short_name"]
        raise TableError(
            f"{examples(names)} {'are' if len(names) > 1 else 'is'} confidential and "
            f"{'have' if len(names) > 1 else 'has'} values without counts, so nobody can tell of "
            "how few people they are; give counts with denominators (for means, denominators)."
        )


def require_separate_periods(indicators: pd.DataFrame, names: pd.Series | None = None) -> None:
    """Refuse confidential periods one of which could be subtracted from another.

    Periods of one length may overlap (2021-23 and 2022-24): no such period is made up of others.

    Parameters
    ----------
    indicators : DataFrame
        Confidential rows: ``indicator_id`` and ``period``.
    names : Series, optional
        What the indicators are called, by id.

    Raises
    ------
    TableError
        If periods of an indicator overlap and are not of one length, if they are the same written
        in two ways, or if one cannot be read.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": "neet", "period": ["2024", "2024 H1"]})
    >>> require_separate_periods(rows)
    Traceback (most recent call last):
    ...
    geo.errors.TableError: neet is confidential, and its period 2024 holds 2024 H1: one less the
    other would give away small numbers; keep periods of one length.
    """
    require(indicators, ["indicator_id", "period"])
    pairs = (indicators[key].to_numpy(dtype=object) for key in ("indicator_id", "period"))
    periods: dict[str, list[str]] = {}
    for name, period in dict.fromkeys(zip(*pairs, strict=True)):
        periods.setdefault(name, []).append(period)
    for name, own in periods.items():
        word = str(name if names is None else names[name])
        known = []
        for period, span in read(own).items():
            if span is None:
                raise TableError(
                    f"{word} is confidential, and its period {as_label(period)!r} cannot be read, "
                    f"so that nobody can tell whether it overlaps another; write {ALLOWED}."
                )
            known.append((period, span))
        for (one, first), (two, second) in combinations(known, 2):
            _refuse_overlap(word, one, first, two, second)


def _refuse_overlap(name: str, one: object, first: Period, two: object, second: Period) -> None:
    alike = first.calendar == second.calendar and first.length == second.length
    if first == second:
        raise TableError(
            f"{name} is confidential, and its periods {one} and {two} are the same: one less the "
            "other would give away small numbers; write it in one way."
        )
    if first.overlaps(second) and not alike:
        if second.contains(first):
            one, two, first, second = two, one, second, first
        holds = "holds" if first.contains(second) else "overlaps"
        raise TableError(
            f"{name} is confidential, and its period {one} {holds} {two}: one less the other "
            "would give away small numbers; keep periods of one length."
        )


def require_dominance_kept(
    shown: pd.DataFrame,
    table: pd.DataFrame,
    hierarchy: pd.DataFrame,
    previous: Sequence[Publication],
    rule: Rule,
) -> None:
    """Refuse sums and means that earlier publications and this one together could give away.

    Across publications counts are protected, and who contributes most to a sum or mean is not.

    Parameters
    ----------
    shown : DataFrame
        What is about to be printed.
    table : DataFrame
        The same confidential indicators with the largest contributions, before suppression.
    hierarchy : DataFrame
        As for ``suppress``.
    previous : sequence of Publication
        What was published before.
    rule : Rule
        The rule at hand.

    Raises
    ------
    TableError
        If one was published of the same indicator and period: with dominance or the p% rule, of
        which there is none now; with other groups; or with figures hidden that are printed now.
    """
    given = table[contributions_in(table)].notna().any(axis=1)
    judged = table[given | (table["count"].isna() & table["value"].notna())]
    for one in previous:
        cells = one.cells[_series(one.cells).isin(_series(judged))]
        both = ", ".join(dict.fromkeys(cells["indicator_id"].astype(str)))
        if cells.empty or not (one.dominance or rule.contributions):
            continue
        if not rule.contributions:
            raise TableError(
                f"Sums and means of {both} were hidden in {one.name} for who contributes most to "
                "them; publish them under the same dominance or p% rule, or leave them out."
            )
        if not _same_groups(one.hierarchy, hierarchy):
            raise TableError(
                f"Sums and means of {both} were published in {one.name} for other groups: one less "
                "the other could give away who contributes most; keep the groups of that "
                "publication, or leave them out."
            )
        hidden = cells.loc[cells["state"].eq("suppressed"), list(KEYS)]
        printed = with_blanks(shown[shown["state"].ne("suppressed")])[list(KEYS)]
        opened = pd.MultiIndex.from_frame(hidden).isin(pd.MultiIndex.from_frame(printed))
        if one.dominance and opened.any():
            raise TableError(
                f"{opened.sum()} sums and means of {both} were hidden in {one.name} and would be "
                "printed now; publish them under the dominance or p% rule of that publication, or "
                "leave them out."
            )


def judging_contributions(
    terms: Terms, secret: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None
) -> Terms:
    """Give terms whose rule judges sums and means by who contributes most, where that is known.

    Where the rule at hand has neither dominance nor p%, it is the p% rule with 10%; unless there
    are confidential means of which the contributions are not known, which it could not judge.
    """
    given = secret[contributions_in(secret)].notna().any(axis=1)
    names = catalogue.loc[
        catalogue["indicator_id"].isin(secret.loc[given, "indicator_id"]), "short_name"
    ]
    if terms.rule.contributions or names.empty:
        return terms
    means = secret["count"].isna() & secret[["value", "denominator"]].notna().all(axis=1)
    told = f"{labelled(names, 9)}: one person may make nearly all of a sum"
    if (means & ~given).any():
        note(
            notes,
            f"{told}, and no rule judges that, as the largest contributions to other means are not "
            "known; give these (largest_1, largest_2), and --dominance or --p-percent.",
        )
        return terms
    note(
        notes,
        f"{told}, so sums and means are hidden by the p% rule; --p-percent and --dominance set "
        "another.",
    )
    return replace(terms, rule=replace(terms.rule, p_percent=_P_PERCENT))


def _series(rows: pd.DataFrame) -> pd.Series:
    """Pair indicator and period of each row."""
    return pd.Series(list(zip(rows["indicator_id"], rows["period"], strict=True)), rows.index)


def _same_groups(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two hierarchies have the same LSOAs in the same groups."""
    if set(one) != set(other):
        return False
    first, second = (
        hierarchy[sorted(one)].astype(str).sort_values(sorted(one)).to_numpy().tolist()
        for hierarchy in (one, other)
    )
    return bool(first == second)
