"""The folder of a place of one's own, to be filled in: its definition, its wards, an example."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from geo.errors import FileError, PlaceError, examples, refusal_told
from geo.geography.places import load_place, slug
from geo.report.indicator_list import write_template
from geo.sources import folders
from geo.sources.lookups import read_lookup
from geo.vocabulary.area_types import code_columns, is_lsoa, is_of, plural
from geo.vocabulary.shown import quoted

_DEFINITION = """\
# {name}: a place of your own. geo build {folder} --data DATA builds its report.
name = "{name}"
{codes}
{part}
# region = "E12000002"  # lets the Tartan Rug compare with the region; codes are in ONS lookups

"""
_ONE = """\
# The list of wards, each with its group. Without this line and the levels below every ward is a
# group of its own.
wards = "wards.csv"

# A level is a column of the list. Its words are those of the pages: "by {level}".
[[levels]]
column = "{column}"
singular = "{level}"
plural = "{plural}"
# within = "partnership"  # the level that holds it, where there is one with an entry of its own:

# [[levels]]
# column = "partnership"
# singular = "partnership"
# plural = "partnerships"
"""
_SEVERAL = """\
# Its authorities are its groups, which needs no list of wards: it can be built as it is. For
# smaller groups give the wards of one {level} the same name in wards.csv, in the column {column}
# (at first each ward is one by itself; the authority beside it, {lad}nm, is there to read, and what
# is changed in it changes nothing), and take the # from these lines:
# wards = "wards.csv"

# [[levels]]
# column = "{column}"
# singular = "{level}"
# plural = "{plural}"
# within = "authority"  # leave this out where a {level} may lie in several authorities

# What the authorities are called; the level listed first leads on the pages.
[[levels]]
column = "authority"
singular = "authority"
plural = "authorities"
"""

_PART = (
    "# part = true  # where it is a part on purpose: take the other wards out of wards.csv, and\n"
    "# a ward that is forgotten is no longer told"
)


def write_place(
    folder: str | Path,
    authority: str | Sequence[str],
    data: Sequence[str | Path],
    *,
    level: str = "locality",
    name: str = "",
) -> list[str]:
    """Write ``place.toml``, ``wards.csv`` with the authority's wards, and an example of indicators.

    The place can be built at once: each ward is in a group of its own name at first, or, where
    there are several authorities, these are the groups.

    Parameters
    ----------
    folder : str or Path
        Made if absent; none of the files may be there.
    authority : str or sequence of str
        Name or nine-character code; of several authorities a list, or one text with commas.
    data : sequence of str or Path
        Data folders, one of them with an ONS lookup from LSOAs to wards and authorities.
    level : str
        What the groups of wards are called, one of them, in small letters.
    name : str
        What the place is called; the authority where not given, of several the folder.

    Returns
    -------
    list of str
        What was written and what to do next, a sentence each.

    Raises
    ------
    FileError
        If one of the files is there already.
    PlaceError
        If no lookup at hand has the authority, or several are called so.
    """
    out = Path(folder)
    definition, wards = out / "place.toml", out / "wards.csv"
    if taken := [path for path in (definition, wards) if path.exists()]:
        raise FileError(f"{taken[0]} is there already; name another folder for the place.")
    asked = [authority] if isinstance(authority, str) else list(authority)
    known, table, lsoas = _wards_of(asked, data)
    level = level.strip().lower()
    column = slug(level).replace("-", "_")
    called = name or (next(iter(known.values())) if len(known) == 1 else _titled(out))
    names = table.iloc[:, 1]
    table[column] = names
    if len(known) > 1:
        longer = names + " (" + table.iloc[:, 2] + ")"
        table[column] = names.mask(names.duplicated(keep=False), longer)
    words = {"name": called, "folder": folder, "level": level, "column": column}
    words["lad"] = str(table.columns[2])[:-2] if len(known) > 1 else ""
    text = (_DEFINITION + (_ONE if len(known) == 1 else _SEVERAL)).format(
        **words, plural=plural(level), codes=_codes(known), part=_PART
    )
    with TemporaryDirectory() as draft:
        (Path(draft) / wards.name).write_text(table.to_csv(index=False), "utf-8")
        (Path(draft) / definition.name).write_text(text, "utf-8")
        load_place(draft)  # refuses words that cannot be a level
        with refusal_told(out):
            template = write_template(out / "indicators-example", lsoas)
            for path in (definition, wards):
                path.write_bytes((Path(draft) / path.name).read_bytes())
    several = len(known) > 1
    groups = "; its authorities are its groups at first" if several else ""
    then = ", and take the # from its lines in place.toml" if several else ""
    given = " ".join([quoted(folder), *(f"--data {quoted(one)}" for one in data)])
    return [
        f"{definition}: {called} ({examples(known, 12)}) and what its groups are called{groups}.",
        f"{wards}: its {len(table)} wards, each by itself; give those of one {level} the same name "
        f"in the column {column}{then}.",
        f"{template[0].parent}: how figures of your own are laid out "
        f"({examples(x.name for x in template)}), with invented numbers; name the folder of yours "
        "with --indicators.",
        f"Next: geo check {given}",
        f"Then: geo build {given}",
    ]


def _titled(folder: Path) -> str:
    """Name a place after its folder: ``greater-manchester`` is Greater Manchester."""
    words = slug(folder.resolve().name).split("-")
    small = {"and", "of", "the", "upon", "on"}
    return " ".join(word if word in small else word.capitalize() for word in words)


def _codes(known: dict[str, str]) -> str:
    """Write the codes of the authorities, each with its name beside it."""
    if len(known) == 1:
        return f'code = "{next(iter(known))}"  # of the authority, as the ONS has it'
    lines = [f'    "{code}",  # {name}' for code, name in known.items()]
    return "\n".join(["codes = [", *lines, "]"])


def _wards_of(
    authorities: Sequence[str], data: Sequence[str | Path]
) -> tuple[dict[str, str], pd.DataFrame, pd.Series]:
    """Find name by code, wards, and LSOAs of authorities in the lookups at hand."""
    known: dict[str, str] = {}
    for file in folders.scan(data):
        if not file.role.startswith("lookup "):
            continue
        lookup = read_lookup(file.path)
        kinds = code_columns(lookup.columns)
        ward = next((kind for kind in kinds if is_of("wd", kind)), None)
        lad = next((kind for kind in kinds if is_of("lad", kind)), None)
        if ward is None or lad is None or f"{lad}nm" not in lookup or f"{ward}nm" not in lookup:
            continue
        pairs = lookup.drop_duplicates(f"{lad}cd").set_index(f"{lad}cd")[f"{lad}nm"].to_dict()
        known |= pairs
        asked = [one for text in authorities for one in _each(text, pairs)]
        found = [[code for code, name in pairs.items() if _is(one, code, name)] for one in asked]
        if all(len(codes) == 1 for codes in found):
            own = {code: pairs[code] for (code,) in found}
            rows = lookup[lookup[f"{lad}cd"].isin(own)]
            lsoas = rows[next(f"{kind}cd" for kind in kinds if is_lsoa(kind))]
            wards = rows.drop_duplicates(f"{ward}cd")[[f"{ward}cd", f"{ward}nm", f"{lad}nm"]]
            wards = wards.sort_values([f"{lad}nm", f"{ward}nm"], ignore_index=True)
            return own, wards if len(own) > 1 else wards.drop(columns=f"{lad}nm"), lsoas
    every = [one for text in authorities for one in _each(text, known)]
    wrong = [one for one in every if sum(_is(one, *pair) for pair in known.items()) != 1]
    raise PlaceError(_unknown((wrong or every)[0], known))


def _each(text: str, known: dict[str, str]) -> list[str]:
    """Take a list with commas apart, unless it is a name with one, such as Bristol, City of."""
    if any(_is(text, *pair) for pair in known.items()):
        return [text]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return parts if any(_is(part, *pair) for part in parts for pair in known.items()) else [text]


def _is(asked: str, code: str, name: str) -> bool:
    return asked.strip().casefold() in (code.casefold(), name.casefold())


def _unknown(authority: str, known: dict[str, str]) -> str:
    if not known:
        return (
            "No lookup from LSOAs to wards and authorities is in the data folders; put the ONS's "
            "there (LSOA21_WD24_LAD24…; geo fetch gets it for a place that is known), and name its "
            "folder with --data."
        )
    names = {name.casefold(): name for name in known.values()}
    like = get_close_matches(authority.strip().casefold(), names, 3) or sorted(names)
    return (
        f"There is no authority {authority!r} in the lookups at hand; give its name or code as the "
        f"ONS has it, such as {examples([names[one] for one in like])}."
    )
