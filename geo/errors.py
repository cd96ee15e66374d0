"""The problems this toolkit tells its users about, and how it words them.

Every message says what was found, where, what is allowed and what to do next, in one plain
sentence, because the command line prints it as it is.
"""

from collections.abc import Iterable


class GeoError(Exception):
    """A problem in the input that the user can mend."""


class FileError(GeoError):
    """A file is missing, unreadable, or not of the kind that was expected."""


class TableError(GeoError):
    """A table breaks its schema: a column is missing or a value is not allowed."""


class CodeError(GeoError):
    """Area codes are duplicated, unknown, unmatched or of the wrong vintage."""


class PlaceError(GeoError):
    """A place definition contradicts itself or the lookups."""


class GeoWarning(UserWarning):
    """Something was settled by a stated rule; says how many rows and which."""


def examples(values: Iterable[object], limit: int = 3) -> str:
    """Name the first few of ``values`` and count the rest, for use in a message.

    Examples
    --------
    >>> examples(["E01018386", "E01018387"])
    'E01018386, E01018387'
    >>> examples(range(10))
    '0, 1, 2 and 7 more'
    """
    items = [str(value) for value in values]
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else f"{shown} and {len(items) - limit} more"
