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
        risky = isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA)
        plain = signed_numbers and risky and _NO_FORMULA.fullmatch(cell)
        return f"'{cell}" if risky and not plain else cell

    text = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: table[name].map(safe) for name in text}).rename(columns=safe)
