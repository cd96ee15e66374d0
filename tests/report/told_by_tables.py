"""The tables of a report, read with pandas alone, and the numbers that its sentences tell."""

import json
import re
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

MOST = 3
"""The last decile of the most deprived 30%."""


KINDS = []


def kind(pattern):
    """Register what writes the sentences of a pattern anew, given the ``Sentence`` at hand."""

    def registered(write):
        KINDS.append((re.compile(pattern), write))
        return write

    return registered


def listed(names):
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def few(names):
    names = list(names)
    return listed([*names[:3], *([f"{len(names) - 3} more"] if names[3:] else [])])


def are(number):
    return "is" if number < 2 else "are"


class Tables:
    """What a report's folder holds in CSV; nothing here asks the package."""

    def __init__(self, folder: Path):
        self.folder, self.kept = folder, {}
        self.manifest = manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        self.place, self.release = manifest["place"]["name"], manifest["release"]
        self.made = pd.Timestamp(manifest["made"]).strftime("%-d %B %Y")

    def read(self, name):
        if name not in self.kept:
            self.kept[name] = pd.read_csv(self.folder / name, low_memory=False)
        return self.kept[name]

    def figure(self, name):
        return self.read(f"figures/{name}.csv")

    @cached_property
    def lsoas(self):
        return self.read("tables/lsoas.csv")

    @cached_property
    def names(self):
        """Names that may hold a number of their own, the longest first."""
        of = [self.lsoas["local_name"], self.lsoas["lsoa21nm"], self.lsoas["wd24nm"]]
        of += [self.rug["short_name"], self.rug["indicator"], pd.Series(list(self.level_of))]
        return sorted(pd.concat(of).dropna().unique(), key=len, reverse=True)

    def has_number(self, text):
        for name in self.names:
            text = text.replace(name, " ")
        return bool(re.search(r"\d", text))

    @cached_property
    def changes(self):
        return self.read("tables/changes.csv")

    @cached_property
    def order(self):
        return self.read("tables/targeting.csv").sort_values("rank")

    @cached_property
    def rug(self):
        table = self.read("tartan-rug.csv")
        return table[table["latest"]]

    @cached_property
    def by_area(self):
        return self.read("tables/deprivation_by_area.csv")

    @cached_property
    def levels(self):
        """Column of each level, the smallest groups first."""
        kinds = self.by_area["area_type"].unique().tolist()
        return [kind for kind in kinds if kind != "borough"]

    @cached_property
    def level_of(self):
        """Level of each group by name."""
        return {name: c for c in self.levels for name in self.lsoas[c].unique()}

    def within(self, area, table=None):
        table = self.lsoas if table is None else table
        return table if area == self.place else table[table[self.level_of[area]].eq(area)]

    def counts(self, area):
        """LSOAs, those in the most deprived 10, 20 and 30%, residents and children, counted."""
        if area not in self.kept:
            self.kept[area] = self._counted(self.within(area))
        return self.kept[area]

    def _counted(self, own):
        found = {"lsoas": len(own)}
        for top in (1, 2, 3):
            first = own[own["imd_decile"] <= top]
            found[f"top_{top}0"] = len(first)
        for who in ("population", "children"):
            deprived = own.loc[own["imd_decile"] <= MOST, who].sum()
            found |= {who: own[who].sum(), f"{who}_top_30": deprived}
        return found

    def of_level(self, level):
        """Counts of the groups of a level, a row each, by name."""
        names = sorted(self.lsoas[level].unique())
        return pd.DataFrame([self.counts(name) for name in names], index=names)

    def of_all(self, area):
        return "{top_30} of {lsoas}".format(**self.counts(area))

    def judged(self, area):
        """Indicators of an area that can be worse, in their order, and how many are what."""
        if ("judged", area) not in self.kept:
            self.kept["judged", area] = self._judged(area)
        return self.kept["judged", area]

    def _judged(self, area):
        own = self.rug[self.rug["area"].eq(area)]
        kind = "borough" if area == self.place else self.level_of[area]
        own = own[own["area_type"].eq(kind) & own["polarity"].ne("no_judgement")]
        tested = own[own["comparison"].str.contains("worse|similar|better", na=False)]
        worse = tested["comparison"].str.contains("worse")
        better = tested["comparison"].str.contains("better")
        return tested, int(worse.sum()), int(better.sum())

    def moved(self, area=None):
        known = self.changes[self.changes["change"].notna()]
        part = known if area is None else self.within(area, known)
        years = self.years
        more, less = int((part["change"] < 0).sum()), int((part["change"] > 0).sum())
        return (
            f"{more or 'None'} of {len(part)} LSOAs {are(more)} in a more deprived decile in "
            f"{years[1]} than in {years[0]}, {less or 'none'} in a less deprived one"
        )

    @cached_property
    def years(self):
        columns = [c for c in self.changes if re.fullmatch(r"decile_\d{4}", c)]
        return sorted(int(c[-4:]) for c in columns)

    def crossed(self):
        """LSOAs that are newly among the most deprived 30%, and those no longer, by name."""
        known = self.changes[self.changes["change"].notna()]
        was, now = (known[f"decile_{year}"].le(MOST) for year in self.years)
        return tuple(sorted(known.loc[one, "local_name"]) for one in (now & ~was, was & ~now))

    def first(self):
        """LSOAs that come first: as many as are in the most deprived 30%."""
        return self.order[self.order["rank"] <= self.counts(self.place)["top_30"]]

    def held(self, shares, at):
        """Read a curve at a share of all areas, in percent."""
        places = np.linspace(0, 1, len(shares))
        return f"{100 * np.interp(at, places, shares):.1f}%"


class Sentence:
    """A sentence at hand: ``s[1]`` is a part of it, the rest are the tables of its report."""

    def __init__(self, tables, area, match):
        self.tables, self.area, self.match = tables, area, match

    def __getitem__(self, part):
        return self.match[part]

    def __getattr__(self, name):
        return getattr(self.tables, name)
