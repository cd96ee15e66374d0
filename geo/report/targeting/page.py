"""The page of targeting: what one setting of it says, and what its scripts need for any other."""

import base64
from collections.abc import Mapping
from itertools import islice

import numpy as np
import pandas as pd

from geo.report.evidence import Evidence
from geo.report.targeting.priorities import Priorities
from geo.report.targeting.reached import Reached
from geo.report.targeting.sites_page import SitesShown
from geo.targeting.coverage import Coverage
from geo.targeting.draws import need_draws, stream, weight_noise
from geo.targeting.needs import Need, read_need
from geo.views.style.wording import listed
from geo.views.targeting.page import Decision, TargetingPage
from geo.views.targeting.payload import Measure, People, Setting, TargetingData

_BEYOND = 10
"""Areas after the last that is served which are shown too."""


def page_of(
    evidence: Evidence,
    priorities: Priorities,
    setting: Setting,
    made: str,
    *,
    sites: SitesShown | None = None,
    tables: str = "",
) -> TargetingPage:
    """Gather ``targeting.html`` for the setting with which it opens.

    ``tables`` is where its tables lie, as the page sees it: ``"tables/"``, or beside it.
    """
    told = [one.told for one in priorities.people]
    return TargetingPage(
        place=evidence.place.name,
        label=evidence.label,
        made=made,
        decision=decision(priorities, setting),
        data=data_of(priorities, setting, sites),
        sites=None if sites is None else sites.map,
        tables=tables,
        notices=evidence.notices,
        remarks=[words for words in (priorities.instead, *told, hidden(evidence)) if words],
        sources=evidence.sources,
    )


def hidden(evidence: Evidence) -> str:
    """Say by which rule confidential counts are hidden; empty where nothing is confidential."""
    rule = "" if evidence.outcomes is None else evidence.outcomes.rule
    return f"Confidential counts: {rule}." if rule else ""


def first_setting(priorities: Priorities, top: int, budget: float | None = None) -> Setting:
    """Let one measure have all the weight, and split a budget without limits."""
    return {
        "top": top,
        "weights": [100 if name == priorities.asked else 0 for name in priorities.measures],
        "people": 0,
        "share": 0,
        "budget": 100_000.0 if budget is None else budget,
        "floor": 0,
        "cap": None,
    }


def decision(priorities: Priorities, setting: Setting) -> Decision:
    """Say what a setting comes to."""
    top, people = setting["top"], priorities.people[setting["people"]]
    weights = dict(zip(priorities.measures, setting["weights"], strict=True))
    order = priorities.order(weights, top)
    found = priorities.reach(order, people, top)
    reached = order.iloc[:top][priorities.group.name].value_counts()
    groups = found.chosen.rename(columns={priorities.group.name: "group"})
    groups["first"] = groups["group"].map(reached).fillna(0).astype(int)
    groups["areas"] = groups["group"].map(priorities.lsoas[priorities.group.name].value_counts())
    uncertain = _has_chance(priorities, weights)
    curve = found.curve[found.curve["area_type"].eq(priorities.area.name)]["share_of_need"]
    return Decision(
        title=_title(priorities, groups, top),
        sentences=[
            _held(groups, top),
            *found.sentences(),
            *_equity(found),
            *_certainty(priorities, order, top, uncertain),
        ],
        curve=curve.tolist(),
        groups=_group_rows(groups),
        areas=_area_rows(priorities, order, top, uncertain),
        allocation=_allocation_rows(priorities, setting),
    )


def _has_chance(priorities: Priorities, weights: Mapping[str, float]) -> bool:
    """Tell whether chance moves anything: an outcome counts, or several weights do."""
    used = [name for name, weight in weights.items() if weight]
    return len(used) > 1 or (priorities.outcome is not None and used == [priorities.asked])


def _title(priorities: Priorities, groups: pd.DataFrame, top: int) -> str:
    most = groups.sort_values("first", ascending=False, kind="stable").iloc[0]
    words, every = priorities.area, len(priorities.lsoas)
    comes = "comes" if top == 1 else "come"
    holds = f"{most['group']} holds {most['first']:,} of them" if top > 1 else f"in {most['group']}"
    return f"{top:,} of {every:,} {words.several(every)} {comes} first: {holds}"


def _held(groups: pd.DataFrame, top: int) -> str:
    """Say how many each group holds, those with most first."""
    some = groups[groups["first"] > 0].sort_values("first", ascending=False, kind="stable")
    named = [f"{one.group} {one.first:,}" for one in some.itertuples()]
    first, *others = named
    group, _, number = first.rpartition(" ")
    none = groups.loc[groups["first"].eq(0), "group"].tolist()
    said = listed([f"{group} holds {number} of the {top:,}", *others]) + "."
    return f"{said} None of them is in {listed(none, 'or')}." if none else said


def _equity(found: Coverage) -> list[str]:
    index = found.concentration_index
    if np.isnan(index):
        return []
    return [
        f"Concentration index in this order: {index:+.2f} (0: {found.what} are spread evenly; "
        "below 0: more of them are where need comes first; −1 at the most)."
    ]


def _certainty(priorities: Priorities, order: pd.DataFrame, top: int, uncertain: bool) -> list[str]:
    """Say how sure the order is, and who has no place in it."""
    standing = order["standing"].value_counts()
    sure, open_ = standing.get("firmly in", 0), standing.get("borderline", 0)
    if uncertain:
        certainty = priorities.certainty
        among = (
            f"among the first {top:,} in {certainty.firm:.0%} or more of {certainty.draws:,} draws"
        )
        said = [
            f"How sure: {sure:,} of the {top:,} are firmly in ({among}); {open_:,} are borderline."
        ]
    else:
        said = ["How sure: as the ranks that are published, of which no sampling error is known."]
    if unranked := int(order["rank"].isna().sum()):
        words = priorities.area.counted(unranked)
        said.append(f"{words} without a figure that is shown have no rank and come last.")
    return said


def _group_rows(groups: pd.DataFrame) -> list[list[str]]:
    sums = ["first", "areas", "need", "reached", "left_out"]
    total = {"group": "All"} | {name: groups[name].sum() for name in sums}
    total["share_left_out"] = total["left_out"] / total["need"] if total["need"] else np.nan
    return [
        [
            one["group"],
            f"{one['first']:,} of {one['areas']:,}",
            *(f"{one[name]:,.0f}" for name in ("need", "reached", "left_out")),
            _share(one["share_left_out"]),
        ]
        for one in [*groups.to_dict("records"), total]
    ]


def _area_rows(
    priorities: Priorities, order: pd.DataFrame, top: int, uncertain: bool
) -> list[list[str]]:
    """Rows of those served, of some that come after them, and of all that are borderline."""
    names, deciles = priorities.names, priorities.deciles
    shown = np.arange(len(order)) < top + _BEYOND
    kept = order[shown | (order["standing"].eq("borderline").to_numpy() & uncertain)]
    return [
        [
            "–" if pd.isna(one["rank"]) else f"{one['rank']:,}",
            str(names[at]),
            one[priorities.code],
            one[priorities.group.name],
            "–" if pd.isna(one["rank"]) else f"{one['rank_in_group']:,}",
            "–" if pd.isna(deciles[at]) else f"{deciles[at]:.0f}",
            _sure(one, uncertain),
        ]
        for at, one in zip(kept.index, kept.to_dict("records"), strict=True)
    ]


def _sure(one: dict[str, object], uncertain: bool) -> str:
    if pd.isna(one["rank"]):
        return "no rank"
    if not uncertain:
        return "in" if one["standing"] == "firmly in" else "out"
    return f"{one['standing']}, {one['probability']:.0%}"


def _allocation_rows(priorities: Priorities, setting: Setting) -> list[list[str]]:
    share = priorities.shares[setting["share"]]
    table = priorities.allocation(share, setting["budget"], setting["floor"], setting["cap"])
    money = ["equal", *(["by_population"] if "by_population" in table else [])]
    return [
        [
            one["area_code"],
            f"{one['need']:,.0f}",
            _pounds(one["allocated"]),
            _share(one["share"]),
            _pounds(one["per_need"]),
            *(_pounds(one[name]) for name in money),
            one["held"] or "–",
        ]
        for one in table.to_dict("records")
    ]


def _share(share: float) -> str:
    return "–" if pd.isna(share) else f"{share:.1%}"


def _pounds(amount: float) -> str:
    return "–" if pd.isna(amount) else f"£{amount:,.2f}"


def data_of(
    priorities: Priorities, setting: Setting, sites: SitesShown | None = None
) -> TargetingData:
    """Gather what the scripts of the page reckon with."""
    groups = priorities.groups
    certainty, residents = priorities.certainty, priorities.residents
    noise = weight_noise(certainty.draws, len(priorities.measures), certainty.seed)
    return {
        "codes": priorities.lsoas[priorities.code].tolist(),
        "names": priorities.names.astype(str).tolist(),
        "group": [groups.index(name) for name in priorities.lsoas[priorities.group.name]],
        "decile": [None if pd.isna(one) else int(one) for one in priorities.deciles],
        "groups": groups,
        "area_words": [priorities.area.singular, priorities.area.plural],
        "group_words": [priorities.group.singular, priorities.group.plural],
        "measures": [_measure(priorities, at) for at in range(len(priorities.measures))],
        "people": [_people(one) for one in priorities.people],
        "shares": [{"words": one.words, "need": _whole(one.need)} for one in priorities.shares],
        "residents": None if residents is None else _whole(residents),
        "noise": noise.tolist(),
        "weights_as_of": certainty.weights_as_of,
        "firm": certainty.firm,
        "setting": setting,
        "sites": None if sites is None else sites.data,
    }  # fmt: skip


def _people(one: Reached) -> People:
    base = None if one.base is None else _whole(one.base)
    return {"words": one.words, "count": _whole(one.count), "base": base}


def _whole(counts: np.ndarray) -> list[int]:
    return counts.astype(int).tolist()


def _measure(priorities: Priorities, at: int) -> Measure:
    """Positions of the areas by one need, and where they may be as well."""
    name, words = list(priorities.measures.items())[at]
    lsoas = priorities.lsoas
    need = read_need(name, lsoas, lsoas[priorities.code], priorities.outcome)
    known = ~np.isnan(need.value)
    if need.among:
        position, among, drawn = need.among + 1 + need.value, need.among, b""
    else:
        among = int(known.sum())
        position = pd.Series(need.value).rank().to_numpy()
        drawn = _drawn(priorities, need, known, at)
    return {
        "id": name,
        "name": words,
        "position": [None if np.isnan(one) else float(one) for one in position],
        "among": among,
        "drawn": base64.b64encode(drawn).decode(),
    }


def _drawn(priorities: Priorities, need: Need, known: np.ndarray, at: int) -> bytes:
    """Twice the position of each area that has one, draw after draw, as two bytes each."""
    groups = pd.factorize(priorities.lsoas[priorities.group.name])[0][known]
    certainty = priorities.certainty
    draws = need_draws(need.of(known), groups, "percentile", stream(certainty.seed, at))
    twice = [one * known.sum() / 50 for one in islice(draws, certainty.draws)]
    return np.array(twice).round().astype("<u2").tobytes()
