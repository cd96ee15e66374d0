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
from geo.vocabulary.area_types import code_columns, is_of, plural

_DEFINITION = """\
# {name}: a place of your own. geo build {folder} --data DATA builds its report.
name = "{name}"
code = "{code}"  # of the authority, as the ONS has it
# region = "E12000002"  # lets the Tartan Rug compare with the region; codes are in ONS lookups

# The list of wards, each with its group. Without this line and the levels below every ward is a
# group of its own.
wards = "wards.csv"

# A level is a column of the list. Its words are those of the pages: "by {level}".
[[levels]]
column = "{column}"
singular = "{level}"
plural = "{plural}"
# within = "locality"  # the level that holds it, where there is one with an entry of its own:

# [[levels]]
# column = "locality"
# singular = "locality"
# plural = "localities"
"""


def write_place(
    folder: str | Path, authority: str, data: Sequence[str | Path], *, level: str = "neighbourhood"
) -> list[str]:
    """Write ``place.toml``, ``wards.csv`` with the authority's wards, and an example of indicators.

    Each ward is in a group of its own name at first, so that the place can be built at once.

    Parameters
    ----------
    folder : str or Path
        Made if absent; none of the files may be there.
    authority : str
        Name or nine-character code.
    data : sequence of str or Path
        Data folders, one of them with an ONS lookup from LSOAs to wards and authorities.
    level : str
        What the groups of wards are called, one of them, in small letters.

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
    code, name, table = _wards_of(authority, data)
    level = level.strip().lower()
    column = slug(level).replace("-", "_")
    table[column] = table.iloc[:, 1]
    words = {"name": name, "code": code, "folder": folder, "level": level}
    with TemporaryDirectory() as draft:
        (Path(draft) / wards.name).write_text(table.to_csv(index=False), "utf-8")
        (Path(draft) / definition.name).write_text(
            _DEFINITION.format(**words, column=column, plural=plural(level)), "utf-8"
        )
        load_place(draft)  # refuses words that cannot be a level
        with refusal_told(out):
            template = write_template(out / "indicators-example")
            for path in (definition, wards):
                path.write_bytes((Path(draft) / path.name).read_bytes())
    given = " ".join(f"--data {one}" for one in data)
    return [
        f"{definition}: {name} ({code}) and what its groups are called.",
        f"{wards}: its {len(table)} wards; give those of one {level} the same name in the column "
        f"{column}.",
        f"{template[0].parent}: how figures of your own are laid out "
        f"({examples(x.name for x in template)}).",
        f"Next: geo build {folder} {given}".rstrip(),
    ]


def _wards_of(authority: str, data: Sequence[str | Path]) -> tuple[str, str, pd.DataFrame]:
    """Find code, name and wards of an authority in the lookups at hand."""
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
        asked = authority.strip().casefold()
        found = [x for x, name in pairs.items() if asked in (x.casefold(), name.casefold())]
        if len(found) == 1:
            rows = lookup[lookup[f"{lad}cd"].eq(found[0])].drop_duplicates(f"{ward}cd")
            wards = rows[[f"{ward}cd", f"{ward}nm"]].sort_values(f"{ward}nm", ignore_index=True)
            return found[0], pairs[found[0]], wards
        known |= pairs
    raise PlaceError(_unknown(authority, known))


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
