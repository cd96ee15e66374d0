"""Areas that the lookups at hand list: they tell of which year codes are, and whose names are."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo.notes import Notes, note
from geo.vocabulary.area_types import (
    area_type,
    code_columns,
    is_code_column,
    is_of,
    kind_and_year,
    kind_of,
    name_column,
    vintage_column,
)
from geo.vocabulary.codes import tidy_codes

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class KnownAreas:
    """Codes and names by dated area type, such as ``lsoa11`` and ``lsoa21``.

    Attributes
    ----------
    codes : mapping of str to set of str
    names : mapping of str to mapping of str to str
        Code of each name; names that two areas have are left out.
    alone : mapping of tuple of str to set of str
        Codes of the first year that the second does not have, as a lookup between the two tells.
    """

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alone: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def listed_in(cls, tables: Iterable["pd.DataFrame"]) -> "KnownAreas":
        """Gather the areas of tables such as ``read_lookup`` gives.

        Examples
        --------
        >>> import pandas as pd
        >>> lookup = pd.DataFrame({"lsoa21cd": ["E01000001"], "lsoa21nm": ["Mill 001A"]})
        >>> KnownAreas.listed_in([lookup]).names
        {'lsoa21': {'Mill 001A': 'E01000001'}}
        """
        codes: dict[str, set[str]] = {}
        pairs: dict[str, dict[tuple[str, str], None]] = {}
        alone: dict[tuple[str, str], frozenset[str]] = {}
        for table in tables:
            alone |= _alone(table)
            for column in filter(is_code_column, table.columns):
                kind, name = kind_of(column), name_column(column)
                if not kind_and_year(kind)[1]:
                    continue
                codes.setdefault(kind, set()).update(table[column].dropna().tolist())
                if name in table.columns:
                    both = table.loc[table[column].notna() & table[name].notna(), [name, column]]
                    each = zip(both[name].tolist(), both[column].tolist(), strict=True)
                    pairs.setdefault(kind, {}).update(dict.fromkeys(each))
        return cls(
            {kind: frozenset(each) for kind, each in codes.items()},
            {kind: _of_one_area(each) for kind, each in pairs.items()},
            alone,
        )

    def dated(self, kind: str, codes: Iterable[str]) -> str:
        """Tell the year of codes of a kind of areas, as ``lsoa11``; empty where it is not sure.

        An area keeps its code as long as its boundary, so that codes which two years have in
        common are the newer one's as well. Of years of which only one is listed the codes are
        only if all of them are, or if all that are listed are among them.

        Examples
        --------
        >>> known = KnownAreas({"lsoa11": frozenset("AB"), "lsoa21": frozenset("AC")})
        >>> known.dated("lsoa", "AB"), known.dated("lsoa", "A"), known.dated("lsoa", "BC")
        ('lsoa11', 'lsoa21', '')
        """
        return next(reversed(_fitting(kind, set(codes), self.codes)), "")

    def of_other_years(self, kind: str, codes: Iterable[str]) -> dict[str, list[str]]:
        """List codes that a kind of areas cannot all have, by the year that alone has them.

        Examples
        --------
        >>> known = KnownAreas(alone={("lsoa11", "lsoa21"): frozenset("B"),
        ...     ("lsoa21", "lsoa11"): frozenset("C")})
        >>> known.of_other_years("lsoa21", "AB"), known.of_other_years("lsoa", "AB")
        ({'lsoa11': ['B']}, {})
        >>> known.of_other_years("lsoa", "ABC")
        {'lsoa11': ['B'], 'lsoa21': ['C']}
        """
        wanted = list(dict.fromkeys(codes))
        found = {
            years: [code for code in wanted if code in alone] for years, alone in self.alone.items()
        }
        if kind_and_year(kind)[1]:
            return {one: each for (one, other), each in found.items() if other == kind and each}
        return {
            one: each
            for (one, other), each in found.items()
            if is_of(kind, one) and each and found[other, one]
        }

    def named(self, kind: str, names: Iterable[str]) -> tuple[str, Mapping[str, str]]:
        """Tell of which year the names of a kind of areas are, and the code of each.

        Returns
        -------
        tuple of str and mapping
            Empty where it is not sure, as where two years give one name to different areas.
        """
        wanted = set(names)
        fitting = _fitting(kind, wanted, self.names)
        codes = [{one: self.names[each].get(one) for one in wanted} for each in fitting]
        if not fitting or any(one != codes[-1] for one in codes):
            return "", {}
        return fitting[-1], self.names[fitting[-1]]


def _alone(table: "pd.DataFrame") -> dict[tuple[str, str], frozenset[str]]:
    """Compare the codes of two years that a lookup links."""
    columns = [column for column in filter(is_code_column, table.columns) if kind_of(column)]
    kinds = {kind_of(column): set(table[column].dropna().tolist()) for column in columns}
    return {
        (one, other): frozenset(kinds[one] - kinds[other])
        for one, other in itertools.permutations(kinds, 2)
        if kind_and_year(one)[0] == kind_and_year(other)[0]
    }


def _of_one_area(pairs: Collection[tuple[str, str]]) -> dict[str, str]:
    listed = Counter(name for name, _ in pairs)
    return {name: code for name, code in pairs if listed[name] == 1}


def _fitting(kind: str, wanted: set[str], listed: Mapping[str, Iterable[str]]) -> list[str]:
    """List the years of which all are that are listed at all, the newest last."""
    years = {one: set(listed[one]) for one in sorted(listed, key=kind_and_year) if is_of(kind, one)}
    known = wanted & set().union(*years.values())
    fitting = [one for one, there in years.items() if known and known <= there]
    if len(years) == 1:
        fitting = [one for one in fitting if wanted <= years[one] or years[one] <= wanted]
    return fitting


def lsoa_column(
    table: "pd.DataFrame",
    tables: Iterable["pd.DataFrame"],
    *,
    where: str = "the table",
    notes: Notes | None = None,
) -> tuple[str, str]:
    """Find the one LSOA code column of a table; the codes tell the vintage where its name does not.

    Parameters
    ----------
    table : DataFrame
    tables : iterable of DataFrame
        Lookups that list the LSOAs of each vintage.
    where : str
        For messages.
    notes : list of str, optional
        Takes which vintage the codes are taken for.

    Returns
    -------
    tuple of str and str
        Vintage and column name.

    Raises
    ------
    CodeError
        If there is none or several, or the lookups do not tell the vintage.
    """
    found = [pair for pair in code_columns(table.columns).items() if is_of("lsoa", pair[0])]
    if [kind for kind, _ in found] != ["lsoa"]:
        return vintage_column(table, where=where)
    column = found[0][1]
    codes = tidy_codes(table[column]).dropna().unique()
    vintage = KnownAreas.listed_in(tables).dated("lsoa", filter(None, codes))
    if not vintage:
        return vintage_column(table, where=where)
    note(
        notes,
        f"{column} in {where} does not say of which year its codes are; they are taken for "
        f"{area_type(vintage).dated} codes, as the lookups list them.",
    )
    return vintage, column
