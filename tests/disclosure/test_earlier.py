"""What an outsider works out from several publications of the same counts together."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo.disclosure.audit import audit_disclosure
from geo.disclosure.earlier import Earlier
from geo.disclosure.linked_series import relations_between
from geo.disclosure.problem import count_attack
from geo.disclosure.publications import Publication
from geo.disclosure.publish import Safeguards, publishable
from geo.disclosure.rules import Rule
from geo.disclosure.table import known_counts
from geo.errors import CodeError, GeoError
from tests.disclosure.outsider import Outsider

SIZE = 24
ATOMS = [f"E010000{k:02d}" for k in range(SIZE)]
"""The smallest pieces of all areas; LSOAs, where only one vintage is in play."""
WARDS = np.arange(SIZE) // 4
SPANS = {"2021-23": ["2021", "2022", "2023"], "2022-24": ["2022", "2023", "2024"]}
FACTS = pd.DataFrame(
    {
        "indicator_id": ["send"],
        "short_name": ["SEND"],
        "measure": ["count"],
        "multiplier": [1],
        "confidential": [True],
    }
)


class Issue:
    """One publication to be made: counts by atom, the LSOA of each, its groups, and a rule."""

    def __init__(self, series, groups, rule=None, lsoas=ATOMS, vintage="lsoa21"):
        self.series, self.rule = series, rule or Rule()
        self.lsoas, self.vintage = np.array(lsoas, dtype=object), vintage
        first = pd.Series(np.arange(SIZE)).groupby(self.lsoas, sort=False).first()
        self.hierarchy = pd.DataFrame(
            {
                f"{vintage}cd": first.index,
                "wd24cd": [f"ward {WARDS[k]}" for k in first],
                "collaborative": [f"collaborative {groups[k]}" for k in first],
            }
        )

    @property
    def table(self):
        """Rows of every level, by period and sex."""
        code = f"{self.vintage}cd"
        parts = []
        for (period, sex), counts in self.series.items():
            base = self.hierarchy.assign(borough="borough", denominator=300)
            base["count"] = base[code].map(pd.Series(counts).groupby(self.lsoas).sum())
            for level in (code, "wd24cd", "collaborative", "borough"):
                rows = base.groupby(level, as_index=False)[["count", "denominator"]].sum()
                rows = rows.rename(columns={level: "area_code"})
                kind = level.removesuffix("cd")
                parts.append(rows.assign(area_type=kind, period=period, sex=sex))
        return pd.concat(parts, ignore_index=True).assign(indicator_id="send", age="all")

    @property
    def members(self):
        """Atoms of every area, from the LSOAs as they are listed."""
        found = {}
        for row in self.hierarchy.to_dict("records"):
            atoms = [ATOMS[k] for k in np.flatnonzero(self.lsoas == row[f"{self.vintage}cd"])]
            areas = [(column.removesuffix("cd"), row[column]) for column in row]
            for area in [*areas, ("borough", "borough")]:
                found.setdefault(area, []).extend(atoms)
        return found

    def earlier(self, previous, lookups=()):
        table = self.table
        return Earlier.of(
            previous,
            table,
            self.hierarchy,
            relations=relations_between(table, FACTS),
            lookups=lookups,
        )

    def made(self, previous=(), lookups=(), notes=None):
        """What is printed, beside what was printed before."""
        return publishable(
            self.table,
            self.hierarchy,
            FACTS,
            safeguards=Safeguards(
                self.rule, earlier=self.earlier(previous, lookups) if previous else None
            ),
            small=[self.vintage, "wd24"],
            notes=[] if notes is None else notes,
        )

    def taken_down(self, safe, name="first"):
        return Publication.of(name, safe, self.hierarchy, FACTS, self.rule)


def opened(issues, printed):
    """Hidden cells of any publication that all give away together, and the earlier ones do not."""
    alone, together = Outsider(ATOMS, SPANS), Outsider(ATOMS, SPANS)
    for issue, safe in zip(issues, printed, strict=True):
        rule = issue.rule.counts_under, issue.rule.round_to
        together.reads(safe, issue.members, *rule)
        if issue is not issues[-1]:
            alone.reads(safe, issue.members, *rule)
    found = [cell for cell, count in together.works_out(together.cells) if 0 < count < cell.under]
    before = [cell.name for cell, _ in alone.works_out(found)]
    return [cell.name for cell in found if cell.name not in before]


def counts(draw, mean=2.5):
    return draw.poisson(draw.gamma(1, mean, SIZE))


def a_ward_moved(draw):
    groups = np.arange(SIZE) // 8
    moved = np.where(draw.integers(6) == WARDS, (groups + 1) % 3, groups)
    series = {("2024", "all"): counts(draw)}
    return [Issue(series, groups), Issue(series, moved)], ()


def another_rule(draw):
    rules = [(Rule(), Rule(counts_under=10)), (Rule(counts_under=10), Rule()),
             (Rule(), Rule(round_to=5)), (Rule(round_to=5), Rule()),
             (Rule(counts_under=8, round_to=5), Rule())]  # fmt: skip
    series = {("2024", "all"): counts(draw, 5)}
    groups = (np.arange(SIZE) + 2) // 8
    return [Issue(series, groups, rule) for rule in rules[draw.integers(len(rules))]], ()


def another_grouping(draw):
    """Of wards, or across them."""
    series = {("2024", "all"): counts(draw)}
    of_wards = draw.integers(0, 3, (2, 6))[:, WARDS]
    other = draw.integers(0, 3, SIZE) if draw.random() < 0.5 else of_wards[1]
    return [Issue(series, groups) for groups in (of_wards[0], other)], ()


def another_release(draw):
    """LSOAs of 2011 and of 2021: most unchanged, some split, merged or cut across."""
    old, new = list(ATOMS), list(ATOMS)
    for k, change in zip(range(0, SIZE, 4), draw.integers(0, 5, 6), strict=True):
        if change in (1, 4):
            old[k : k + 2] = [f"{ATOMS[k]} before"] * 2
        if change in (2, 4):
            new[k + 1 : k + 3] = [f"{ATOMS[k]} merged"] * 2
    lookup = pd.DataFrame({"lsoa11cd": old, "lsoa21cd": new}).drop_duplicates()
    series = {("2024", "all"): counts(draw)}
    groups = np.arange(SIZE) // 8
    before = Issue(series, groups, lsoas=old, vintage="lsoa11")
    after = Issue(series, groups, lsoas=new)
    return [before, after] if draw.random() < 0.5 else [after, before], (lookup,)


NEW_YEARS = [
    [["2022", "2023"], ["2022", "2023", "2024"]],
    [["2021-23"], ["2022-24"]],
    [["2021-23"], ["2021"], ["2022-24"]],
    [["2021-23"], ["2021"], ["2024"], ["2022-24"]],
    [["2021-23"], ["2022-24"], ["2021"], ["2024"]],
    [["2021-23"], ["2021", "2022", "2023"]],
]


def another_year(draw):
    """One more year; a rolling total after another, with single years printed somewhere."""
    year = {str(y): counts(draw, 1.5) for y in range(2021, 2025)}
    year |= {period: sum(year[y] for y in years) for period, years in SPANS.items()}
    groups = np.arange(SIZE) // 8
    order = NEW_YEARS[draw.integers(len(NEW_YEARS))]
    return [Issue({(p, "all"): year[p] for p in periods}, groups) for periods in order], ()


KINDS = {
    "a ward moved": a_ward_moved,
    "another rule": another_rule,
    "another grouping": another_grouping,
    "another release": another_release,
    "another year": another_year,
}


def check(kind, seed, *, protect=True):
    """What is opened, and how many cells of the last publication are hidden."""
    issues, lookups = KINDS[kind](np.random.default_rng(seed))
    printed, taken_down = [], []
    for number, issue in enumerate(issues):
        printed.append(issue.made(taken_down if protect else (), lookups))
        taken_down.append(issue.taken_down(printed[-1], f"publication {number}"))
    return opened(issues, printed), int(printed[-1]["state"].eq("suppressed").sum())


QUICK = ("a ward moved", "another release")


@pytest.mark.parametrize(
    "kind",
    [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.slow) for kind in KINDS],
)
def test_publishable_opens_nothing_together_with_what_was_published(kind):
    assert check(kind, 1)[0] == []


EVERY = [*((kind, seed) for kind in KINDS for seed in range(2)), ("another rule", 15)]
"""In the last a cell that is to be larger has no room."""


@pytest.mark.slow
def test_publishable_pairs_of_publications_of_each_kind():
    """Nothing is opened, and little more is hidden for it (7% over 51 pairs)."""
    more, alone = [], []
    for kind, seed in EVERY:
        found, hidden = check(kind, seed)
        assert found == [], (kind, seed)
        more.append(hidden)
        alone.append(check(kind, seed, protect=False)[1])
    assert sum(more) <= 1.25 * sum(alone)


def a_small_ward_moved():
    """Ward 2 has 3 and moves from one collaborative to another; both print their totals."""
    people = np.repeat([9, 20, 0, 30, 7, 8], 4)
    people[8] = 3
    series, groups = {("2024", "all"): people}, np.arange(SIZE) // 12
    return Issue(series, groups), Issue(series, np.where(WARDS == 2, 1, groups))


def test_outsider_finds_what_is_opened_where_what_was_published_is_not_given():
    """The test of the test."""
    issues = a_small_ward_moved()
    found = opened(issues, [issue.made() for issue in issues])
    assert ("wd24", "ward 2", "2024", "all") in found


@pytest.mark.slow
def test_audit_lists_what_two_publications_give_away_together():
    first, second = a_small_ward_moved()
    safe = second.made()
    assert audit_disclosure(safe, second.hierarchy, rule=Rule(), catalogue=FACTS).empty
    earlier = second.earlier([first.taken_down(first.made())])
    found = audit_disclosure(safe, second.hierarchy, rule=Rule(), catalogue=FACTS, earlier=earlier)
    ward = found[found["area_code"] == "ward 2"]
    assert ward[["least", "greatest"]].to_numpy().tolist() == [[3, 3]]


def test_publishable_hides_a_total_that_would_open_what_was_hidden_before():
    first, second = a_small_ward_moved()
    safe = first.made()
    new = second.made([first.taken_down(safe)])
    assert safe.loc[safe["area_type"] == "collaborative", "count"].notna().all()
    assert new.loc[new["area_type"] == "collaborative", "count"].isna().any()
    assert new["count"].notna().any()


def test_publishable_prints_as_much_beside_the_same_publication():
    first, _ = a_small_ward_moved()
    safe = first.made()
    assert first.made([first.taken_down(safe)])["count"].equals(safe["count"])


def test_publishable_stops_where_small_groups_share_a_total_that_was_printed():
    """Three groups of one or more each had 5 together: one has 3 at most."""
    people = np.zeros(SIZE, dtype=int)
    people[[0, 4, 8]], people[12:] = (2, 2, 1), 20
    series, groups = {("2024", "all"): people}, np.arange(SIZE) // 12
    first, second = Issue(series, groups), Issue(series, np.minimum(WARDS, 3))
    with pytest.raises(GeoError, match="SEND cannot be printed beside first: whatever is hidden"):
        second.made([first.taken_down(first.made())])


@pytest.mark.slow
def test_publishable_takes_revised_counts_for_others_and_says_so():
    first, second = a_small_ward_moved()
    second.series = {("2024", "all"): second.series["2024", "all"] + 50}
    notes = []
    earlier = second.earlier([first.taken_down(first.made())])
    given = Safeguards(earlier=earlier)
    arguments = {"safeguards": given, "small": ["lsoa21"], "notes": notes}
    new = publishable(second.table, second.hierarchy, FACTS, **arguments)
    assert new["count"].notna().all()
    assert ["Counts of SEND are other ones than in first" in note for note in notes] == [True]


def test_publishable_knows_a_period_in_another_spelling():
    first, second = a_small_ward_moved()
    people = first.series["2024", "all"]
    first.series, second.series = {("2023/24", "all"): people}, {("2023-24", "all"): people}
    new = second.made([first.taken_down(first.made())])
    assert new.loc[new["area_type"] == "collaborative", "count"].isna().any()


def test_earlier_of_other_lsoas_needs_a_lookup():
    first, second = a_small_ward_moved()
    first = Issue(first.series, np.arange(SIZE) // 12, vintage="lsoa11")
    with pytest.raises(CodeError, match="No lookup links lsoa21 to lsoa11"):
        second.earlier([first.taken_down(first.made())])


@pytest.mark.slow
def test_publishable_leaves_publications_aside_that_contradict_each_other():
    """LSOAs of two years have fewer than their collaboratives had of one, before a revision."""
    people, groups = np.full(SIZE, 9), np.arange(SIZE) // 12
    told = []
    for period, times, kind in (("2022", 9, "collaborative"), ("2021-23", 2, "lsoa21")):
        issue = Issue({(period, "all"): times * people}, groups)
        whole = issue.taken_down(issue.made(), period)
        told.append(replace(whole, cells=whole.cells[whole.cells["area_type"] == kind]))
    notes = []
    new = Issue({("2023", "all"): people}, groups).made(told, notes=notes)
    assert new["count"].notna().all()
    assert any("2022, 2021-23 contradict each other" in note for note in notes)


def test_publishable_adds_a_year_without_attacking_the_years_before_again():
    first, _ = a_small_ward_moved()
    safe = first.made()
    earlier = first.earlier([first.taken_down(safe)])
    earlier, relations = earlier.attacked(first.table, [], Rule())
    known = known_counts(safe, Rule(), FACTS, published=True)
    nothing = np.zeros(len(safe), dtype=bool)
    linked = earlier.link(safe, relations)
    problem = count_attack(linked, known, nothing, Rule())
    assert problem.protection_width.any()
    assert not earlier.protecting(problem, linked, "count").protection_width.any()
