"""Place definitions: one authority, several or a part, and how its wards (or LSOAs) are grouped.

A place is a folder with ``place.toml`` and, beside it, a CSV that says for each ward (or each
LSOA) which group of each level it belongs to. Without the CSV every ward is a group of its own, or
every authority where there are several.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import GeoError, PlaceError, examples
from geo.geography.definition import codes_of, require_words
from geo.vocabulary.area_types import (
    CODED,
    AreaType,
    area_type,
    code_columns,
    is_lsoa,
    is_ward,
    kind_and_year,
    plural,
    require_unique,
)
from geo.vocabulary.codes import tidy_codes
from geo.vocabulary.column_names import matching
from geo.vocabulary.releases import INDICES
from geo.vocabulary.shown import in_lines

CONFIRMED = "council"
"""The ``basis`` of a row that comes from the partnership's own list."""

AUTHORITY = "authority"
"""Level of a place of several authorities whose groups are these, by name."""

_ABOUT = ("basis", "confidence", "alternative")
_RESERVED = {
    *_ABOUT,
    "method",
    "overlap_share",
    "release",
    "population",
    "children",
    "geometry",
    "lsoas",
    "area",
    "area_type",
    "borough",
    "weight",
    "name",
}
_MADE = re.compile(rf"({'|'.join(CODED)}|decile_|top_)\d|({'|'.join(INDICES)})_")


@dataclass(frozen=True)
class Level:
    """One way of grouping the place, such as the collaboratives.

    ``within`` names the level that holds it, where each of its groups lies in just one of that.
    """

    column: str
    singular: str
    plural: str
    within: str = ""


@dataclass(frozen=True)
class Place:
    """An authority, several or a part, and its groupings; see ``load_place``.

    Attributes
    ----------
    name, code : str
        Name of the place, and nine-character code of its authority; no code where it is several.
    levels : tuple of Level
        The groupings, the one that leads first. Of several authorities, `AUTHORITY` is one.
    units : DataFrame or None
        A row a ward or LSOA: its code (``key``), its name, a column a level, and ``basis``,
        ``confidence``, ``alternative`` where given. None: each ward is a group.
    synthetic : bool
        True for the invented sample borough.
    region : str
        Code of the region that the authority lies in; empty where it is not said.
    codes : tuple of str
        Codes of the authorities, where there are several.
    part : bool
        True where some wards or LSOAs of its authorities are left out of it on purpose.
    kind : str
        What the whole of it is called, such as ``"city region"``.
    """

    name: str
    code: str
    levels: tuple[Level, ...]
    units: pd.DataFrame | None = field(default=None, repr=False)
    synthetic: bool = False
    region: str = ""
    codes: tuple[str, ...] = ()
    part: bool = False
    kind: str = "borough"

    def _repr_html_(self) -> str:
        title = f"{self.name} ({', '.join(self.authorities)}), {self.kind}"
        units = pd.DataFrame() if self.units is None else self.units
        lines = []
        for one in self.levels:
            groups = units[one.column].unique() if one.column in units else ()
            lines.append(f"{len(groups) or ''} {one.plural}: {examples(groups, 12)}".strip(": "))
        lines += [f"made of {len(units)} units, listed by {self.key}"] if len(units) else []
        return in_lines(title, [*lines, *([self.membership] if self.membership else [])])

    @property
    def authorities(self) -> tuple[str, ...]:
        """Codes of its authorities, be it one."""
        return self.codes or (self.code,)

    @property
    def whole_authority(self) -> bool:
        """Tell whether it is one authority, so that figures of this are its own."""
        return not (self.codes or self.part)

    @property
    def listed_levels(self) -> tuple[Level, ...]:
        """The levels that the list of its wards has a column for."""
        return tuple(one for one in self.levels if not (self.codes and one.column == AUTHORITY))

    @property
    def slug(self) -> str:
        """The name as a file or folder name."""
        return slug(self.name)

    @property
    def key(self) -> str:
        """Code column of the units, such as ``wd24cd``; ``wd`` where none are listed."""
        return "wd" if self.units is None else str(self.units.columns[0])

    @property
    def level_columns(self) -> list[str]:
        """Column of each level."""
        return [level.column for level in self.levels]

    @property
    def listed_columns(self) -> list[str]:
        """Column of each level that the list of its wards has."""
        return [level.column for level in self.listed_levels]

    def area_type(self, name: str) -> AreaType:
        """Words for a type of area: those of the place and its levels, else the common ones."""
        own = {one.column: AreaType(one.column, one.singular, one.plural) for one in self.levels}
        own["borough"] = AreaType("borough", self.kind, plural(self.kind))
        return own.get(name) or area_type(name)

    @property
    def membership(self) -> str:
        """What outputs must say of where the groups come from; empty where there is no doubt."""
        if self.units is None or "basis" not in self.units:
            return ""
        open_rows = self.units[self.units["basis"].ne(CONFIRMED)]
        if self.synthetic or open_rows.empty:
            return ""
        unsure = int(
            open_rows.get("confidence", pd.Series(dtype=str)).isin(["low", "medium"]).sum()
        )
        every, drafted = len(self.units), len(open_rows)
        some = "" if drafted == every else f" ({drafted} of {every} are placed by a draft)"
        return (
            f"Draft areas: the council has not published which wards form each "
            f"{self.levels[0].singular}{some}; {unsure} of {every} wards are uncertain."
        )


def slug(name: str) -> str:
    """Lower case, with runs of other characters turned into one hyphen.

    Examples
    --------
    >>> slug("Sandbach, Middlewich and Alsager")
    'sandbach-middlewich-and-alsager'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def known_places() -> list[str]:
    """Slugs of the places that come with the toolkit."""
    inside = files("geo.geography").joinpath("places")
    return sorted(p.name for p in inside.iterdir() if p.joinpath("place.toml").is_file())


def load_place(place: str | Path) -> Place:
    """Load a place by its name, or from a folder of your own with a ``place.toml``.

    Parameters
    ----------
    place : str or Path
        Name of a place that comes with the toolkit (``"cheshire-east"``) or a folder.

    Returns
    -------
    Place

    Raises
    ------
    PlaceError
        If there is no such place, the definition lacks something, a ward stands twice, or a
        group is in two groups of a level that is said to hold it.

    Examples
    --------
    >>> import geo
    >>> place = geo.load_place("cheshire-east")
    >>> place.name, [level.plural for level in place.levels]
    ('Cheshire East', ['collaboratives', 'sub-localities', 'localities'])
    >>> place.units["collaborative"].nunique()
    8
    """
    folder = Path(place)
    if not (folder / "place.toml").is_file():
        if slug(str(place)) not in known_places():
            raise PlaceError(
                f"There is no place {str(place)!r}; known are {examples(known_places(), 9)}, or "
                "give a folder of your own that holds a place.toml."
            )
        folder = Path(str(files("geo.geography").joinpath("places", slug(str(place)))))
    definition = folder / "place.toml"
    try:
        entries = tomllib.loads(definition.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise PlaceError(f"{definition} is not valid TOML ({problem}); correct it.") from problem
    return _from_entries(entries, folder, definition)


def with_grouping(place: Place, rows: pd.DataFrame, where: str) -> Place:
    """Replace the grouping of a place by another, such as the council's own list.

    Parameters
    ----------
    place : Place
    rows : DataFrame
        Cells of the list as text: a row a ward or LSOA, and a column a level, however spelt.
    where : str
        The file, for messages.

    Raises
    ------
    PlaceError
        If a level is lacking, a ward stands twice or has no group, or a group lies in two of the
        level that is said to hold it.
    """
    return replace(place, units=_units(rows, place.listed_levels, where))


def _from_entries(entries: dict[str, Any], folder: Path, definition: Path) -> Place:
    require_words(entries, definition)
    codes = codes_of(entries, definition)
    several, part = len(codes) > 1, bool(entries.get("part", False))
    levels = _levels(entries, definition)
    if several and all(one.column != AUTHORITY for one in levels):
        levels = (*levels, Level(AUTHORITY, "authority", "authorities"))
    _require_sound_levels(levels, definition)
    listed = tuple(one for one in levels if not (several and one.column == AUTHORITY))
    units = None
    if "wards" in entries:
        if not listed:
            raise PlaceError(f"{definition} names {entries['wards']} but no [[levels]]; add them.")
        units = _read_units(folder / str(entries["wards"]), listed)
    elif listed:
        raise PlaceError(f'{definition} has [[levels]] but no wards file; add wards = "wards.csv".')
    elif part:
        raise PlaceError(
            f"{definition} says part = true and lists no wards, so that nobody knows which part; "
            'add wards = "wards.csv" with the wards or LSOAs of the place.'
        )
    return Place(
        name=entries["name"],
        code="" if several else codes[0],
        levels=levels or (Level("ward", "ward", "wards"),),
        units=units,
        synthetic=bool(entries.get("synthetic", False)),
        region=str(entries.get("region", "")),
        codes=codes if several else (),
        part=part,
        kind=str(entries.get("kind", "area" if several or part else "borough")),
    )


def _levels(entries: dict[str, Any], definition: Path) -> tuple[Level, ...]:
    listed = entries.get("levels", [])
    if not isinstance(listed, list):
        listed = [listed]
    try:
        return tuple(Level(**one) for one in listed)
    except (TypeError, ValueError):
        raise PlaceError(
            f"Each [[levels]] in {definition} needs column, singular and plural, may have within, "
            f"and nothing else; it has {examples(listed)}."
        ) from None


def _require_sound_levels(levels: tuple[Level, ...], definition: Path) -> None:
    columns = [level.column for level in levels]
    for level in levels:
        reserved = level.column in _RESERVED or _MADE.match(level.column)
        if reserved or not re.fullmatch(r"[a-z][a-z0-9_]*", level.column):
            raise PlaceError(
                f"A level in {definition} has the column {level.column!r}, which cannot be used "
                "for a grouping; name it in small letters, such as locality, and not as a "
                "column that outputs have already."
            )
        if level.within and level.within not in columns:
            raise PlaceError(
                f"The level {level.column} in {definition} is within {level.within!r}, which is "
                f"no level of this place; allowed are {examples(columns, 9)}."
            )
    if len(set(columns)) < len(columns):
        raise PlaceError(f"Two levels in {definition} have the same column; rename one.")


def _read_units(path: Path, levels: tuple[Level, ...]) -> pd.DataFrame:
    try:
        raw = pd.read_csv(path, dtype=str, encoding="utf-8-sig", skipinitialspace=True)
    except FileNotFoundError:
        raise PlaceError(f"There is no file {path}, which the place names; add it.") from None
    except UnicodeDecodeError:
        raise PlaceError(
            f'{path} is not text in UTF-8; save it again as "CSV UTF-8 (comma delimited)".'
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as problem:
        raise PlaceError(f"{path} cannot be read as CSV ({problem}); correct it.") from problem
    return _units(raw.dropna(how="all"), levels, str(path))


def _units(raw: pd.DataFrame, levels: tuple[Level, ...], where: str) -> pd.DataFrame:
    codes = code_columns(raw.columns)
    keys = [k for k in codes if (is_ward(k) or is_lsoa(k)) and kind_and_year(k)[1]]
    if len(keys) != 1:
        raise PlaceError(
            f"{where} must have one column of ward or LSOA codes, such as wd24cd or lsoa21cd; it "
            f"has {examples(raw.columns, 9)}."
        )
    kind, columns = keys[0], [level.column for level in levels]
    known = matching([*columns, f"{kind}nm", *_ABOUT], raw.columns)
    if missing := [column for column in columns if column not in known]:
        raise PlaceError(
            f"{where} lacks the column {examples(missing)}; add it, as there is one for each level "
            f"({examples(columns, 9)})."
        )
    names = {codes[kind]: f"{kind}cd"} | {header: name for name, header in known.items()}
    units = raw.rename(columns=names)
    kept = [f"{kind}cd", *(c for c in (f"{kind}nm", *columns, *_ABOUT) if c in known)]
    units = units[kept].apply(lambda column: column.str.strip().replace("", None))
    return _checked(units.assign(**{kept[0]: tidy_codes(units[kept[0]])}), levels, where)


def _checked(units: pd.DataFrame, levels: tuple[Level, ...], where: str) -> pd.DataFrame:
    code, columns = str(units.columns[0]), [level.column for level in levels]
    clash = units.drop_duplicates([code, columns[0]]).loc[lambda t: t[code].duplicated(), code]
    if len(clash):
        groups = units.loc[units[code].eq(clash.iat[0]), columns[0]]
        raise PlaceError(
            f"{clash.iat[0]} is in two groups in {where} ({examples(groups)}); each ward or LSOA "
            "belongs to one, so remove the wrong row."
        )
    try:
        require_unique(units[code], where=where)
    except GeoError as problem:
        raise PlaceError(str(problem)) from None
    blank = units[units[columns].isna().any(axis=1)]
    if len(blank):
        raise PlaceError(
            f"{len(blank)} rows of {where} leave a group empty ({examples(blank[code])}); fill in "
            f"{examples(columns, 9)} for each."
        )
    require_nested(units, [level for level in levels if level.within in units], where)
    return units


def require_nested(units: pd.DataFrame, levels: Iterable[Level], where: str) -> None:
    """Raise if a group lies in two of the level that is said to hold it."""
    for level in levels:
        pairs = units[[level.column, level.within]].drop_duplicates()
        if (twice := pairs.iloc[:, 0].duplicated()).any():
            name = pairs.loc[twice, level.column].iat[0]
            held = pairs.loc[pairs[level.column].eq(name), level.within]
            raise PlaceError(
                f"The {level.singular} {name} lies in {examples(held)} in {where}; each may lie in "
                f"one {level.within}, so correct the rows of its wards."
            )
