"""What may be published of confidential indicators: as many areas as can be shown safely."""

from collections.abc import Sequence

import pandas as pd

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.rules import Rule
from geo.disclosure.suppress import suppress
from geo.errors import GeoError, TableError, examples
from geo.notes import Notes, note
from geo.vocabulary.area_types import area_type

WITHHELD = "Not shown for areas this small, so that the figures of larger ones can be shown"
_TOGETHER = ["indicator_id", "period"]
"""Keys of rows that are protected together: all areas, sexes and ages."""


def publishable(
    table: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame,
    *,
    rule: Rule,
    small: Sequence[str] = (),
    spare: Sequence[str] = (),
    notes: Notes | None = None,
) -> pd.DataFrame:
    """Suppress small numbers so that larger areas keep theirs, and attack what is left.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators of all areas that are to be printed, each row with an index of its own.
    hierarchy : DataFrame
        As for :func:`suppress`.
    catalogue : DataFrame
        ``indicator_id``, ``short_name``, ``measure``, ``multiplier``, ``confidential``.
    rule : Rule
        Which numbers are too small.
    small : sequence of str
        Area types, the smallest first, that are withheld (zeros too) for an indicator where that
        leaves the larger areas more of their figures.
    spare : sequence of str
        Area types that are printed only where they cost nothing and give nothing away.
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame
        As from :func:`suppress`; rows that are withheld are suppressed and their ``note`` says
        why. Spare rows that cannot be printed are absent.

    Raises
    ------
    GeoError
        If the attacker finds anything all the same.

    Warns
    -----
    GeoWarning
        Names the indicators that are withheld by area type.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"],
    ...     "town": ["Crewe", "Crewe", "Alsager"]})
    >>> counts = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe", "Alsager"],
    ...     "area_type": ["lsoa21"] * 3 + ["town"] * 2, "indicator_id": "neet", "period": "2024",
    ...     "sex": "all", "age": "all", "count": [3, 2, 9, 5, 9], "denominator": 100})
    >>> facts = pd.DataFrame({"indicator_id": ["neet"], "short_name": ["NEET"],
    ...     "measure": ["proportion"], "multiplier": [100], "confidential": [True]})
    >>> notes = []
    >>> safe = publishable(counts, lsoas, facts, rule=Rule(), small=["lsoa21"], notes=notes)
    >>> safe.loc[safe["area_code"] == "Crewe", "count"].item()
    5.0
    """
    secret = table["indicator_id"].isin(catalogue.loc[catalogue["confidential"], "indicator_id"])
    if not secret.any():
        return table
    extra = table["area_type"].isin(spare)
    rest = table[secret & ~extra]
    shown = _least_costly(rest, hierarchy, catalogue, rule, small)
    shown = _with_spare(shown, table[secret & extra], hierarchy, catalogue, rule)
    _require_safe(shown, hierarchy, catalogue, rule)
    withheld = rest[~rest.index.isin(shown.index)]
    _note_withheld(withheld, catalogue, notes)
    nothing = dict.fromkeys(withheld.select_dtypes("number"), float("nan"))
    withheld = withheld.assign(**nothing, state="suppressed", rule=rule.words, note=WITHHELD)
    return pd.concat([table[~secret], shown, withheld]).sort_index()


def _least_costly(
    rest: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame,
    rule: Rule,
    small: Sequence[str],
) -> pd.DataFrame:
    """Suppress with all areas, without the smallest, and so on; keep the best of each indicator."""
    cost: dict[str, int] = {}
    best: dict[str, pd.DataFrame] = {}
    refused = TableError("There is no row to publish.")
    for left in range(len(small) + 1):
        table = rest[~rest["area_type"].isin(small[:left])]
        if table.empty:
            break
        larger = [kind for kind in table["area_type"].unique() if kind not in small]
        try:
            safe = suppress(table, hierarchy, rule=rule, keep=larger, catalogue=catalogue)
        except TableError as problem:  # perhaps nothing would be left with the smallest areas
            refused = problem
            continue
        hidden = safe["state"].eq("suppressed") & safe["area_type"].isin(larger)
        for name, part in safe.groupby("indicator_id"):
            lost = int(hidden[part.index].sum())
            if lost < cost.get(str(name), len(safe) + 1):
                cost[str(name)], best[str(name)] = lost, part
    if not best:
        raise refused
    return pd.concat(best.values())


def _with_spare(
    shown: pd.DataFrame,
    extra: pd.DataFrame,
    hierarchy: pd.DataFrame,
    catalogue: pd.DataFrame,
    rule: Rule,
) -> pd.DataFrame:
    """Add the spare rows where none is small and, with them, the attacker finds nothing."""
    if extra.empty or rule.round_to > 1:
        return shown
    least = max(rule.counts_under, rule.rates_under)
    fine = extra["count"].ge(least) & extra["denominator"].ge(rule.small_denominators)
    fine = fine.groupby([extra[key] for key in _TOGETHER]).transform("all")
    parts = [shown]
    for keys, added in extra[fine].assign(rule=rule.words).groupby(_TOGETHER):
        beside = pd.MultiIndex.from_frame(shown[_TOGETHER]).isin([keys])
        both = pd.concat([shown[beside], added])
        try:
            harmless = audit_disclosure(both, hierarchy, rule=rule, catalogue=catalogue).empty
        except TableError:  # with these rows the counts contradict each other: not to be printed
            harmless = False
        if harmless:
            parts.append(added)
    return pd.concat(parts)


def _require_safe(
    shown: pd.DataFrame, hierarchy: pd.DataFrame, catalogue: pd.DataFrame, rule: Rule
) -> None:
    found = audit_disclosure(shown, hierarchy, rule=rule, catalogue=catalogue)
    if len(found):
        cells = [f"{one.indicator_id} of {one.area_code}" for one in found.itertuples()]
        raise GeoError(
            f"{len(found)} hidden figures could be worked out from what is to be printed "
            f"({examples(cells)}; {found['recovered'].iat[0]}); nothing is written. Print fewer "
            "levels, or leave these indicators out."
        )


def _note_withheld(withheld: pd.DataFrame, catalogue: pd.DataFrame, notes: Notes | None) -> None:
    words = catalogue.set_index("indicator_id")["short_name"]
    for kind, rows in withheld.groupby("area_type"):
        names = words[rows["indicator_id"].unique()]
        note(notes, f"{WITHHELD} ({area_type(str(kind)).dated}): {examples(names, 99)}.")
