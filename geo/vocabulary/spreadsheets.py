"""Text that is safe to open in a spreadsheet."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # some spreadsheets narrow full-width signs
_NO_FORMULA = re.compile(r"[-+]+|[-+][\d ,.]*\d(?:[eE][-+]?\d+)?%?")


def safe_cells(table: "pd.DataFrame") -> "pd.DataFrame":
    """Copy a table with its text, headers too, made safe from running as spreadsheet formulas.

    Numbers and marks that begin with a sign (``-99``, ``+44 7700 900000``, ``-``) are none.

    Examples
    --------
    >>> import pandas as pd
    >>> safe_cells(pd.DataFrame({"name": ["=1+1", "Crewe"], "change": [-1, 2]})).to_dict("list")
    {'name': ["'=1+1", 'Crewe'], 'change': [-1, 2]}
    """

    def safe(cell: Any) -> Any:
        risky = isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA)
        return f"'{cell}" if risky and not _NO_FORMULA.fullmatch(cell) else cell

    text = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: table[name].map(safe) for name in text}).rename(columns=safe)
