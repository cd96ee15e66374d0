"""What a workbook holds and does not show: figures in the colour behind them, and comments."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX
from openpyxl.utils import get_column_letter

from geo.errors import FileError, examples

_WHITE, _BLACK = "FFFFFF", "000000"
_OF_THEME = {0: _WHITE, 1: _BLACK}
_OF_SYSTEM = {64: _BLACK, 65: _WHITE}
_FIGURE = re.compile(r"\s*[-+£<]?\s*\d[\d.,]*\s*%?\s*")
_SECRET = re.compile(
    r"suppress|confiden|disclos|redact|withheld|not (?:to be |for )?(?:publi|shar|releas)", re.I
)


@dataclass(frozen=True)
class Unseen:
    """A figure in the colour of what is behind it.

    Attributes
    ----------
    value : object
        As it would be shown.
    """

    value: Any


def colour_of(colour: Any, default: str) -> str:
    """Name a colour of openpyxl: red, green and blue in hexadecimal, or a word of its own.

    Parameters
    ----------
    colour : Color or None
    default : str
        Where there is none.

    Examples
    --------
    >>> from openpyxl.styles.colors import Color
    >>> colour_of(Color(rgb="FFFFFFFF"), ""), colour_of(Color(theme=0), ""), colour_of(None, "0")
    ('FFFFFF', 'FFFFFF', '0')
    >>> colour_of(Color(indexed=64), ""), colour_of(Color(theme=0, tint=-0.5), "")
    ('000000', 'theme 0 -0.5')
    """
    if colour is None or colour.type == "auto":
        return default
    if colour.type == "rgb":
        return str(colour.rgb)[-6:].upper()
    if colour.type == "indexed":
        at = colour.indexed
        return str(COLOR_INDEX[at])[-6:] if at < len(COLOR_INDEX) else _OF_SYSTEM.get(at, default)
    if not colour.tint and colour.theme in _OF_THEME:
        return _OF_THEME[colour.theme]
    return f"theme {colour.theme} {colour.tint:g}"


def same_colour(font: Any, fill: Any) -> bool:
    """Tell whether a font of openpyxl has the colour of the fill, of which none is white."""
    kind = fill.patternType if fill is not None else None
    if font is None or kind not in (None, "none", "solid"):
        return False
    behind = colour_of(fill.fgColor, _BLACK) if kind == "solid" else _WHITE
    return colour_of(font.color, _BLACK) == behind


def same_colour_in_rule(font: Any, fill: Any) -> bool:
    """Tell the same of a conditional format, whose solid fill is in its ``bgColor``."""
    if font is None or font.color is None:
        return False
    behind = colour_of(fill.bgColor, _WHITE) if fill is not None else _WHITE
    return colour_of(font.color, _BLACK) == behind


def unless_seen(value: Any, *, hidden: bool) -> Any:
    """Mark a figure as unseen where its cell is hidden; words stay."""
    words = value if isinstance(value, str) else ""
    figure = isinstance(value, int | float) or _FIGURE.fullmatch(words)
    return Unseen(value) if hidden and figure and not isinstance(value, bool) else value


def require_seen(
    rows: Sequence[Sequence[Any]],
    comments: dict[tuple[int, int], str],
    columns: Sequence[int],
    where: str,
    first: int,
) -> str:
    """Raise for figures of a table that are not seen; tell of other comments.

    Parameters
    ----------
    rows : list of list
        Cells below the header.
    comments : dict
        Text of each by row and column, counted from 0 in the sheet.
    columns : list of int
        Columns of the table.
    where : str
        For the message.
    first : int
        Row of the sheet, counted from 0, that the first of ``rows`` is.

    Returns
    -------
    str
        A sentence on the comments, whose words may be confidential; empty where there is none.

    Raises
    ------
    FileError
        If a figure has the colour of what is behind it, or a comment says that it is suppressed.
    """
    within = set(columns)
    faint = [
        (first + y, x)
        for y, row in enumerate(rows)
        for x, cell in enumerate(row)
        if x in within and isinstance(cell, Unseen)
    ]
    if faint:
        raise FileError(
            f"{where} has figures in the colour of their background in {_cells(faint)}, where "
            "nobody sees them; write what is meant there (a mark such as c, or 0), or give them a "
            "colour that is seen, and save it again."
        )
    noted = {
        at: words
        for at, words in comments.items()
        if at[1] in within and first <= at[0] < first + len(rows)
    }
    said = [at for at, words in noted.items() if _SECRET.search(words)]
    secret = [at for at in said if _figure(rows, at, first)]
    if secret:
        raise FileError(
            f"{where} has comments on {_cells(secret)} by which these figures are not for "
            "publication; write a mark (such as c) into the cells in their place, or take the "
            "comments out if they are published after all, and save it again."
        )
    if not noted:
        return ""
    return (
        f"{where} has comments on {_cells(noted)}, which are not read; where one says that a "
        "figure is provisional or the like, say so in a column of the table."
    )


def _figure(rows: Sequence[Sequence[Any]], at: tuple[int, int], first: int) -> bool:
    row = rows[at[0] - first]
    cell = row[at[1]] if at[1] < len(row) else ""
    return isinstance(unless_seen(cell, hidden=True), Unseen)


def _cells(places: Iterable[tuple[int, int]]) -> str:
    names = [f"{get_column_letter(x + 1)}{y + 1}" for y, x in sorted(places)]
    return f"{len(names)} {'cell' if len(names) == 1 else 'cells'} ({examples(names)})"
