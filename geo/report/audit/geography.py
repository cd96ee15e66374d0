"""Which areas the tables of a folder are of, and which of them make up which others."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from geo.geography.places import Place
from geo.sources.finished import FinishedTable, area_code_share, read_figures
from geo.vocabulary.area_types import area_type_of, is_code_column, is_lsoa, name_column
from geo.vocabulary.local_names import LOCAL_NAME

WHOLE = "borough"
"""Area type of totals over all areas of a table."""
_TOTAL = re.compile(r"(grand |over)?(all|totals?|sum|borough|authority|all areas|everywhere)")
_FORMS = {"E01": "lsoa21", "W01": "lsoa21", "E02": "msoa21", "W02": "msoa21", "E05": "wd24",
          "W05": "wd24", "E92": "england"}  # fmt: skip


def kind_of_code(code: str) -> str | None:
    """Tell the area type that a code has by its form; None where it is no code."""
    return _FORMS.get(code[:3], code[:3]) if re.fullmatch(r"[A-Z]\d{8}", code) else None


def kind_of_column(header: str, column: pd.Series) -> str | None:
    """Tell of which areas a column holds the codes; None where it holds others, or of several."""
    starts = column[column.ne("")].str[:3].unique()
    if len(starts) != 1 or area_code_share(column) < 0.5:
        return None
    named = area_type_of(header) or ""
    return named if named[-2:].isdigit() else kind_of_code(f"{starts[0]}000000")


@dataclass
class Geography:
    """Areas by code and name, and the larger areas that each lies in.

    Attributes
    ----------
    known : dict
        Name or code of areas, folded, to their codes by area type: a ward and a group may share a
        name.
    levels : dict
        For each area type that others are made of: a row an area (index), a column a level.
    whole : set of str
        Names of the whole, folded.
    """

    known: dict[str, dict[str, str]] = field(default_factory=dict)
    levels: dict[str, pd.DataFrame] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tables: Iterable[FinishedTable], place: Place | None = None) -> "Geography":
        """Learn it from a place, and from tables that list areas with the groups they lie in."""
        found = cls()
        if place is not None:
            codes = [place.code] if place.whole_authority else []
            found.whole |= {fold(name) for name in (place.name, *codes)}
            if place.units is not None:
                key = area_type_of(place.key) or place.key
                units = place.units.set_index(place.key)
                found._add(key, units[place.listed_columns].rename_axis(None))
                found._add_names(key, units.index, units.get(name_column(place.key)))
        for table in tables:
            found._learn(table.cells)
        found._join()
        return found

    def area(self, name: str, header: str, kind: str = "") -> tuple[str, str] | None:
        """Type and code of the area that a cell names; None where it names none.

        ``header`` is that of the cell's column, ``kind`` the area type that its row states.
        """
        folded = fold(name)
        if not folded:
            return None
        if _TOTAL.fullmatch(folded) or folded in self.whole:
            return WHOLE, WHOLE
        headed = area_type_of(header) or fold(header)
        same = self.known.get(folded, {})
        for wanted in (kind, headed):
            if wanted in self._groupings:
                return wanted, same.get(wanted, name)
        return next(iter(same.items()), None) or (kind_of_code(name) or headed, name)

    @cached_property
    def _groupings(self) -> set[str]:
        """Types of the groups that areas are known to lie in."""
        return {level for groups in self.levels.values() for level in groups}

    def _learn(self, cells: pd.DataFrame) -> None:
        """Take the groups from a table that has rows of areas of one type alone."""
        coded = {c: kind for c in cells if (kind := kind_of_column(c, cells[c]))}
        for column, kind in coded.items():
            name = name_column(column) if is_code_column(column) else ""
            self._add_names(kind, cells[column], cells.get(name))
            if is_lsoa(kind):
                self._add_names(kind, cells[column], cells.get(LOCAL_NAME))
        words = [c for c in cells if c not in coded and read_figures(cells[c]) is None]
        if not (keys := list(coded) or words[:1]):
            return
        key = max(keys, key=lambda c: cells[c].nunique())
        own = cells[key].map(lambda cell: bool(cell) and not _TOTAL.fullmatch(fold(cell)))
        told = any(fold(column) == "area_type" for column in cells)  # of several types, by row
        if not coded and (told or cells.loc[own, key].duplicated().any()):
            return
        rows = cells[own].groupby(key)
        size = len(rows)
        others = [c for c in [*coded, *words] if c != key and 1 < cells[c].nunique() < size]
        groups = rows[others].agg(lambda x: x.iloc[0] if x.nunique() == 1 and x.iloc[0] else None)
        groups = groups.dropna(axis=1).rename(columns=lambda c: coded.get(c) or fold(c))
        self._add(coded.get(key) or fold(key), groups.rename_axis(None))

    def _add(self, kind: str, groups: pd.DataFrame) -> None:
        groups = groups.loc[:, ~groups.columns.duplicated()]
        before = self.levels.get(kind, pd.DataFrame(index=groups.index))
        both = before.reindex(before.index.union(groups.index))
        for level in groups.columns.difference(before.columns):
            if level not in (kind, WHOLE):
                both[level] = groups[level]
        self.levels[kind] = both
        self._add_names(kind, groups.index, None)
        for level in groups:
            self._add_names(level, groups[level], None)

    def _add_names(self, kind: str, codes: Iterable[str], names: pd.Series | None) -> None:
        listed = pd.Series(list(codes), dtype=object)
        for code in listed.dropna().unique():
            self.known.setdefault(fold(code), {}).setdefault(kind, code)
        if names is not None:
            pairs = zip(listed, names, strict=True)
            for code, name in dict.fromkeys(pair for pair in pairs if all(pair)):
                self.known.setdefault(fold(name), {}).setdefault(kind, code)

    def _join(self) -> None:
        """Give areas the groups of the areas that they lie in."""
        for kind, groups in self.levels.items():
            for level in [one for one in groups if one in self.levels and one != kind]:
                above = self.levels[level]
                for name in above.columns.difference([*groups.columns, kind]):
                    groups[name] = groups[level].map(above[name])


def fold(cell: object) -> str:
    """Give a name without case, and without blanks around it."""
    return str(cell).strip().lower()
