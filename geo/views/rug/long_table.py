"""Tables of thousands of rows, on a sheet as gptables lays it out.

gptables formats and measures every cell by itself; here columns are formatted, and only texts of
different shape measured.
"""

import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
from xlsxwriter.utility import cell_autofit_width  # type: ignore[import-untyped]

if TYPE_CHECKING:
    import gptables  # type: ignore[import-untyped]

_POINTS = 11
_BOLD, _CAPITALS = 1.1, 0.15
_MARK = re.compile(r"\[[\w\s]+\]")


def write_long_table(book: "gptables.GPWorkbook", sheet: Any, page: "gptables.GPTable") -> None:
    """Write what ``sheet.write_gptable(page, True)`` writes, in a fifth of its time.

    Parameters
    ----------
    book : GPWorkbook
        Its theme gives the formats.
    sheet : GPWorksheet
        An empty sheet of the book.
    page : GPTable
        Without index columns, subtitles, units, notes and additional formatting, and with no
        empty cell. Addresses in its cells stay text.
    """
    theme, table = book.theme, page.table
    said = [("title", page.title), *((at, getattr(page, at)) for at in theme.description_order)]
    for row, (element, text) in enumerate((what, text) for what, text in said if text):
        sheet.write(row, 0, text, book.add_format(getattr(theme, f"{element}_format")))
    top, left = page.data_range[:2]
    looks = [theme.data_format | _aligned(table[name], at) for at, name in enumerate(table)]
    heads = [theme.column_heading_format | {"align": look["align"]} for look in looks]
    for at, (name, head, look) in enumerate(zip(table, heads, looks, strict=True), left):
        sheet.write(top, at, name, book.add_format(head))
        sheet.write_column(top + 1, at, table[name].tolist(), book.add_format(look))
        sheet.set_column_pixels(at, at, max(_widest([name], head), _widest(table[name], look)))
    columns = [
        {"header": name, "header_format": book.add_format(head)}
        for name, head in zip(table, heads, strict=True)
    ]
    options = {"header_row": True, "autofilter": False, "style": None}
    sheet.add_table(*page.data_range, options | {"columns": columns, "name": page.table_name})


def _aligned(column: pd.Series, at: int) -> dict[str, str]:
    """Numbers stand to the right, marks such as [c] among them; the first column never."""
    cells = column.unique()
    texts = [cell for cell in cells if isinstance(cell, str)]
    of_numbers = len(texts) < len(cells) and all(map(_MARK.fullmatch, texts))
    return {"align": "right" if of_numbers and at else "left"}


def _widest(cells: Any, look: dict[str, Any]) -> int:
    """Pixels of the widest cell, by gptables' rule; all digits are of one width."""
    texts = pd.Series(cells).drop_duplicates().astype(str).str.replace("[0-9]", "0", regex=True)
    return max(_pixels(text, look) for text in texts.unique())


def _pixels(text: str, look: dict[str, Any]) -> int:
    line = max(text.split("\n"), key=len)
    capitals = sum(map(str.isupper, line)) / max(len(line), 1)
    scale = look["font_size"] / _POINTS * (_BOLD if look.get("bold") else 1.0)
    return math.ceil(cell_autofit_width(line) * (scale * (1.0 + _CAPITALS * capitals)))
