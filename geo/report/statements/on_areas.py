"""Sentences for a strategy, written from the tables of a report; each says where it is from."""

from collections.abc import Iterator, Mapping

import pandas as pd

from geo.geography.places import Place
from geo.views.site.statements import Statement
from geo.views.style.wording import are, listed, moved
from geo.vocabulary.area_types import AreaType, area_type
from geo.vocabulary.releases import MOST_DEPRIVED, RELEASES

PROFILE = "tables/deprivation_by_area.csv"
CHANGES = "tables/changes.csv"
COVERAGE = "tables/coverage.csv"
_EARLIER = "Earlier releases, and why published figures may differ"
_LSOA = area_type("lsoa")
_BOUND = f"the most deprived {10 * MOST_DEPRIVED}% in England"


def profile_of(year: int) -> str:
    """Name the table that counts the LSOAs of an earlier release by area."""
    return PROFILE.replace(".csv", f"_{year}.csv")


def at(**cells: object) -> str:
    """Say which rows of a table are meant, by what stands in them.

    Examples
    --------
    >>> at(area_type="borough", area="Sandmere")
    'area_type = borough; area = Sandmere'
    """
    return "; ".join(f"{name} = {value}" for name, value in cells.items())


def on_deprivation(profile: pd.DataFrame, place: Place, year: int) -> Iterator[Statement]:
    """Say how many LSOAs, residents and children are in the most deprived tenths.

    Parameters
    ----------
    profile : DataFrame
        From ``decile_profile``, the whole place in its last row.
    place : Place
    year : int
        The release.
    """
    topic = f"{place.name} in the Indices of Deprivation {year}"
    whole = profile.iloc[-1]
    row = at(area_type=whole["area_type"], area=whole["area"])
    for tenth in (30, 20, 10):
        text = (
            f"In the Indices of Deprivation {year}, {_of(whole, tenth)} in {place.name} "
            f"({_share(whole[f'top_{tenth}'], whole['lsoas'])}) "
            f"{are(whole[f'top_{tenth}'])} in the most deprived {tenth}% in England."
        )
        yield Statement(topic, text, PROFILE, row, f"top_{tenth}, lsoas")
    for column, words in (("population", "residents"), ("children", "children")):
        inside, everybody = (whole.get(c) for c in (f"{column}_top_30", column))
        if pd.notna(inside) and everybody:
            text = (
                f"{inside:,.0f} {words} of {place.name}{_year(whole)}, "
                f"{_share(inside, everybody)} of its {everybody:,.0f}, live in LSOAs that are in "
                f"{_BOUND}."
            )
            yield Statement(topic, text, PROFILE, row, f"{column}_top_30, {column}")
    for level in place.levels:
        kind = place.area_type(level.column)
        yield from _by_level(profile[profile["area_type"] == level.column], kind, whole)


def _by_level(groups: pd.DataFrame, kind: AreaType, whole: pd.Series) -> Iterator[Statement]:
    """Say where the most deprived LSOAs are, then each group's own figures."""
    topic = f"By {kind.singular}"
    every = at(area_type=groups["area_type"].iat[0])
    if len(groups) > 2 and whole["top_30"] > 1:
        yield Statement(topic, _half(groups, kind, whole["top_30"]), PROFILE, every, "top_30")
    for row in groups.to_dict("records"):
        one = pd.Series(row)
        text = (
            f"In {one['area']}, {_of(one, 30)} ({_share(one['top_30'], one['lsoas'])}) "
            f"{are(one['top_30'])} in {_BOUND}, {one['top_10'] or 'none'} of them in the most "
            "deprived 10%"
            if one["top_30"]
            else f"In {one['area']}, none of {_LSOA.counted(one['lsoas'])} is in {_BOUND}"
        )
        columns = ["top_30", "lsoas", "top_10"] if one["top_30"] else ["top_30", "lsoas"]
        if one["top_30"] and one.get("population"):
            share = _share(one["population_top_30"], one["population"])
            text += f"; {share} of its residents{_year(one)} live there"
            columns += ["population_top_30", "population"]
        where = at(area_type=one["area_type"], area=one["area"])
        yield Statement(topic, f"{text}.", PROFILE, where, ", ".join(columns))


def _half(groups: pd.DataFrame, kind: AreaType, number: int) -> str:
    """Say in how few groups half of the most deprived LSOAs are."""
    order = groups.sort_values(["top_30", "area"], ascending=[False, True])
    up_to = order["top_30"].cumsum()
    few = order[up_to.shift(fill_value=0) < number / 2]
    names = [f"{row.area} ({row.top_30})" for row in few.itertuples()]
    held = int(few["top_30"].sum())
    what = "All" if held == number else "Half" if 2 * held == number else str(held)
    where = f"{len(few)} of {kind.counted(len(groups))}: {listed(names)}"
    return f"{what} of the {number} LSOAs in {_BOUND} are in {where}."


def on_earlier(
    profiles: Mapping[int, pd.DataFrame], now: tuple[int, pd.DataFrame]
) -> Iterator[Statement]:
    """Say what earlier releases counted, and where a published figure mixes two geographies.

    Parameters
    ----------
    profiles : mapping of int to DataFrame
        Each earlier release and its profile, the whole place in the last row.
    now : (int, DataFrame)
        The release of the report and its profile.
    """
    latest, profile = now
    whole = profile.iloc[-1]
    for year, earlier in profiles.items():
        one = earlier.iloc[-1]
        own, other = (f"20{RELEASES[each].vintage[-2:]}" for each in (year, latest))
        row = at(area_type=one["area_type"], area=one["area"])
        text = (
            f"In the Indices of Deprivation {year}, {_of(one, 30)} of {own} in {one['area']} "
            f"({_share(one['top_30'], one['lsoas'])}) {_were(one['top_30'])} in {_BOUND}."
        )
        yield Statement(_EARLIER, text, profile_of(year), row, "top_30, lsoas")
        if year == max(profiles) and one["lsoas"] != whole["lsoas"]:
            text = (
                f"A figure such as “{one['top_30']} of {whole['lsoas']}” mixes two geographies: "
                f"{one['top_30']} counts LSOAs of {own}, of which there are {one['lsoas']}; there "
                f"are {whole['lsoas']} LSOAs of {other}."
            )
            yield Statement(_EARLIER, text, profile_of(year), row, "top_30, lsoas")


def on_carried(changes: pd.DataFrame, years: tuple[int, int]) -> Iterator[Statement]:
    """Say what an earlier release comes to on the LSOAs of today.

    ``changes`` is a row an LSOA, with ``decile_<year>_carried`` where the LSOAs differ.
    """
    before, after = years
    column, today = f"decile_{before}_carried", f"decile_{after}"
    if column not in changes:
        return
    then, now = (int(changes[c].le(MOST_DEPRIVED).sum()) for c in (column, today))
    lost = int(changes[column].isna().sum())
    text = (
        f"Carried to the {area_type(RELEASES[after].vintage).plural_dated}, the Indices of "
        f"{before} have {then} of {_LSOA.counted(len(changes))} in {_BOUND}, and those of {after} "
        f"have {now}"
    )
    if lost:
        text += f"; {_LSOA.counted(lost)}, merged from several deciles of {before}, "
        text += f"{are(lost)} not counted for it"
    yield Statement(_EARLIER, f"{text}.", CHANGES, "every row", f"{column}, {today}")


def on_change(changes: pd.DataFrame, place: Place, years: tuple[int, int]) -> Iterator[Statement]:
    """Say how many LSOAs moved between two releases, of the place and of each group.

    Parameters
    ----------
    changes : DataFrame
        A row an LSOA: the groups' columns, ``decile_<year>`` of both years and ``change``.
    place : Place
    years : (int, int)
        The two releases, the earlier first.
    """
    before, after = (str(year) for year in years)
    topic = f"Change from {before} to {after}"
    known = changes[changes["change"].notna()]
    if known.empty:
        return
    was, now = (known[f"decile_{year}"].le(MOST_DEPRIVED) for year in years)
    more, less = int((known["change"] < 0).sum()), int((known["change"] > 0).sum())
    text = f"{place.name}: {moved(more, less, len(known), (before, after))}."
    yield Statement(topic, text, CHANGES, "every row", "change")
    new, gone = int((now & ~was).sum()), int((was & ~now).sum())
    text = (
        f"{place.name}: {new or 'none'} of {_LSOA.counted(len(known))} {are(max(new, 1))} newly "
        f"in {_BOUND} in {after}, and {gone or 'none'} of those of {before} no longer."
    )
    yield Statement(topic, text, CHANGES, "every row", f"decile_{before}, decile_{after}")
    for level in place.level_columns:
        for name, part in known.groupby(level, sort=True):
            more, less = int((part["change"] < 0).sum()), int((part["change"] > 0).sum())
            text = f"{name}: {moved(more, less, len(part), (before, after))}."
            yield Statement(topic, text, CHANGES, at(**{level: name}), "change")


def on_concentration(curve: pd.DataFrame) -> Iterator[Statement]:
    """Say in how few LSOAs half of the people are, and what the most deprived tenths hold.

    Parameters
    ----------
    curve : DataFrame
        Table of coverage in the order of the Index of Multiple Deprivation: ``areas`` served
        ``of`` all, who is reached, and the ``share_of_need`` that they are.
    """
    topic = "How concentrated need is"
    words = "children" if "children" in curve else "residents"
    half = curve[curve["share_of_need"] >= 0.5].iloc[0]
    first, of = int(half["areas"]), int(half["of"])
    text = (
        f"From the most deprived LSOA on, half of the {words} live in {first:,} of "
        f"{_LSOA.counted(of)} ({_share(first, of)})."
    )
    yield Statement(topic, text, COVERAGE, at(areas=first), "areas, of, share_of_need")
    for tenth in (0.1, 0.2, 0.3):
        row = curve[curve["areas"] >= tenth * of].iloc[0]
        served = int(row["areas"])
        text = (
            f"The most deprived {_LSOA.counted(served)} of {of:,} "
            f"({_share(served, of)}) hold {row['share_of_need']:.1%} of the {words}."
        )
        yield Statement(topic, text, COVERAGE, at(areas=served), "areas, of, share_of_need")


def _year(row: pd.Series) -> str:
    return f" ({row['population_year']})" if row.get("population_year") else ""


def _of(row: pd.Series, tenth: int) -> str:
    return f"{row[f'top_{tenth}'] or 'none'} of {_LSOA.counted(row['lsoas'])}"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}"


def _were(number: int) -> str:
    return "was" if number < 2 else "were"
