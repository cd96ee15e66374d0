"""What changed since an earlier release, told as a story with the movers named."""

from dataclasses import replace

import pandas as pd

from geo.report.choices import comparable_release
from geo.report.credits import indices_source
from geo.report.evidence import Evidence
from geo.statistics.moves import carried_deciles, decile_moves
from geo.views.maps.movers import CAUTION
from geo.views.site.index import ChangeStory
from geo.views.style.wording import listed, moved
from geo.vocabulary.area_types import area_type
from geo.vocabulary.local_names import local_names
from geo.vocabulary.releases import MOST_DEPRIVED

_NAMED = 5
_LSOA = area_type("lsoa")


def lookup_since(evidence: Evidence, year: int) -> pd.DataFrame | None:
    """Lookup from the LSOAs of an earlier release; None where the two releases share theirs."""
    codes = {evidence.earlier[year].columns[0], f"{evidence.release.vintage}cd"}
    if len(codes) == 1:
        return None
    return next((t for t in evidence.inputs.lookups if codes | {"chgind"} <= set(t)), None)


def changes_of(evidence: Evidence) -> tuple[pd.DataFrame, tuple[int, int]] | None:
    """Set each LSOA's decile beside that of the last release that can be compared.

    Returns
    -------
    (DataFrame, (int, int)) or None
        What ``decile_moves`` gives, on the index of the evidence's LSOAs, with the column
        ``decile_carried`` where the earlier release stands on other LSOAs; and both years, the
        earlier first. None where no release can be compared.

    Raises
    ------
    CodeError, TableError
        As `decile_moves`.
    """
    year = comparable_release(evidence)
    if year is None:
        return None
    lookup = lookup_since(evidence, year)
    moves = decile_moves(evidence.lsoas, evidence.earlier[year], lookup=lookup)
    if lookup is not None:
        carried = carried_deciles(evidence.lsoas, evidence.earlier[year], lookup)
        moves = moves.assign(decile_carried=carried)
    return moves, (year, evidence.release.year)


def change_story(evidence: Evidence) -> ChangeStory | None:
    """Tell what changed since the last release that can be compared; None where none can be.

    Raises
    ------
    CodeError, TableError
        As `decile_moves`.
    """
    found = changes_of(evidence)
    if found is None:
        return None
    moves, (year, now) = found
    story = story_of(moves, evidence.lsoas, evidence.place.level_columns[0], (str(year), str(now)))
    source = "" if evidence.place.synthetic else indices_source(year, now)
    return story and replace(story, source=source)


def story_of(
    moves: pd.DataFrame, lsoas: pd.DataFrame, level: str, years: tuple[str, str]
) -> ChangeStory | None:
    """Put moves into words and count them by group; every number is of the one table of moves.

    Parameters
    ----------
    moves : DataFrame
        From `decile_moves`, on the index of `lsoas`.
    lsoas : DataFrame
        A row an LSOA: code, names and groups.
    level : str
        Column of the groups that are counted.
    years : (str, str)
        The two releases, the earlier first.

    Returns
    -------
    ChangeStory or None
        None where no LSOA can be compared.
    """
    known = moves[moves["change"].notna()]
    if known.empty:
        return None
    known = known.assign(name=local_names(lsoas), group=lsoas[level])
    left_out = len(moves) - len(known)
    more, less = known[known["change"] < 0], known[known["change"] > 0]
    was = known["decile_before"] <= MOST_DEPRIVED
    now = known["decile_after"] <= MOST_DEPRIVED
    sentences = [
        _crossed(known[now & ~was], "newly in"),
        _crossed(known[was & ~now], "no longer in"),
        f"{left_out:,} of {_LSOA.counted(len(moves))} {'is' if left_out == 1 else 'are'} not "
        "compared: the boundary changed, or a release has no decile."
        if left_out
        else "",
    ]
    return ChangeStory(
        years=years,
        finding=moved(len(more), len(less), len(known), years),
        sentences=tuple(filter(None, sentences)),
        movers=(
            ("more deprived", _furthest(more), len(more)),
            ("less deprived", _furthest(less), len(less)),
        ),
        table=_by_group(known.assign(before=was, after=now)),
        caution=CAUTION,
    )


def _crossed(lsoas: pd.DataFrame, how: str) -> str:
    """Say which LSOAs crossed the bound of the most deprived 30%; all are named where few did."""
    verb = "is" if len(lsoas) == 1 else "are"
    bound = f"{how} the most deprived 30% in England"
    if lsoas.empty:
        return f"None is {bound}."
    names = f": {listed(sorted(lsoas['name']))}" if len(lsoas) <= _NAMED else ""
    return f"{_LSOA.counted(len(lsoas))} {verb} {bound}{names}."


def _furthest(lsoas: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Name those that moved furthest, and how far: the most deprived first of those that tie."""
    order = lsoas.assign(steps=-lsoas["change"].abs())
    first = order.sort_values(["steps", "decile_after", "name"]).head(_NAMED)
    return tuple(
        (f"{one.name}, {one.group}", f"decile {one.decile_before} → {one.decile_after}")
        for one in first[["name", "group", "decile_before", "decile_after"]].itertuples(
            index=False, name="Mover"
        )
    )


def _by_group(known: pd.DataFrame) -> pd.DataFrame:
    known = known.assign(more=known["change"] < 0, less=known["change"] > 0)
    counts = known.groupby("group")[["more", "less", "before", "after"]].sum().astype(int)
    counts.insert(0, "compared", known.groupby("group").size())
    return counts.rename_axis("area").reset_index()
