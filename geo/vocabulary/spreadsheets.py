"""Text that is safe to open in a spreadsheet."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # some spreadsheets narrow full-width signs
_NO_FORMULA = re.compile(r"[-+]+|[-+][\d ,.]*\d(?:[eE][-+]?\d+)?%?")


def safe_cells(table: "pd.DataFrame", *, signed_numbers: bool = False) -> "pd.DataFrame":
    """Copy a table with its text, headers too, made safe from running as spreadsheet formulas.

    Parameters
    ----------
    table : DataFrame
    signed_numbers : bool
        Whether text that is a number or mark with a sign (``-99``, ``+44 7700 900000``, ``-``)
        stays as it is, since it is no formula: for a user's own cells.

    Examples
    --------
    >>> import pandas as pd
    >>> safe_cells(pd.DataFrame({"name": ["=1+1", "Crewe"], "change": [-1, 2]})).to_dict("list")
    {'name': ["'=1+1", 'Crewe'], 'change': [-1, 2]}
    """

    def safe(cell: Any) -> Any:
        return _guarded(cell, signed_numbers) if isinstance(cell, str) else cell

    def safe_column(column: "pd.Series") -> "pd.Series":
        text = column.dtype == "str"  # of which many cells are alike, and hardly any are changed
        unchanged = text and all(safe(cell) is cell for cell in column.unique())
        return column if unchanged else column.map(safe)

    columns = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: safe_column(table[name]) for name in columns}).rename(columns=safe)


def safe_text(text: str) -> str:
    """Make one text safe from running as a spreadsheet formula.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("Crewe")
    ("'=1+1", 'Crewe')
    """
    return _guarded(text, signed_numbers=False)


def as_written(text: str) -> str:
    """Give back a text that was made safe.

    Examples
    --------
    >>> as_written("'+0.43"), as_written("Crewe"), as_written("'Tis")
    ('+0.43', 'Crewe', "'Tis")
    """
    return text[1:] if text[:1] == "'" and text[1:].startswith(_STARTS_A_FORMULA) else text


def _guarded(text: str, signed_numbers: bool) -> str:
    risky = text.startswith(_STARTS_A_FORMULA)
    plain = signed_numbers and risky and _NO_FORMULA.fullmatch(text)
    return f"'{text}" if risky and not plain else text
