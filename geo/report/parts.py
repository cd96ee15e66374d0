"""The parts of a report, of which a build may be asked for some only."""

from collections.abc import Iterable

from geo.errors import FileError, examples
from geo.views.style.wording import listed

PARTS = {
    "map": "the interactive map",
    "rug": "the Tartan Rug",
    "figures": "the figures",
    "tables": "the tables and layers",
}


def parts_asked(only: Iterable[str]) -> frozenset[str]:
    """Give the parts that are asked for; all where none is named.

    Raises
    ------
    FileError
        If a name is that of no part.

    Examples
    --------
    >>> sorted(parts_asked(["rug", "map"]))
    ['map', 'rug']
    """
    asked = list(only)
    if unknown := [name for name in asked if name not in PARTS]:
        raise FileError(
            f"A report has no part {examples(unknown)}; its parts are {examples(PARTS, 9)}, so "
            "name one or several of these."
        )
    return frozenset(asked or PARTS)


def told_of_parts(parts: frozenset[str]) -> tuple[str, ...]:
    """Say which parts alone a report has, in one sentence; nothing where it has all.

    Examples
    --------
    >>> told_of_parts(frozenset(["rug", "map"]))
    ('This is a part of a report: the interactive map and the Tartan Rug alone, as was asked for.',)
    """
    if len(parts) == len(PARTS):
        return ()
    named = listed([words for name, words in PARTS.items() if name in parts])
    return (f"This is a part of a report: {named} alone, as was asked for.",)
