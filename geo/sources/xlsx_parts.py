"""What openpyxl passes over when it reads a workbook row by row: fonts, rules, comments."""

import io
import posixpath
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.cell import coordinate_to_tuple

from geo.sources.number_formats import hides_numbers
from geo.sources.unseen import same_colour, same_colour_in_rule

_CONDITIONAL = re.compile(rb'<cfRule [^>]*\bdxfId="(\d+)"')
_LATER_RULES = re.compile(rb"<x14:dxf>(.*?)</x14:dxf>", re.DOTALL)
"""Formats of rules that look at other sheets, which Excel keeps elsewhere."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS = "/relationships/comments"


def is_faint(cell: Any) -> bool:
    """Tell whether a cell of openpyxl has the colour of its background."""
    return bool(cell.has_style) and same_colour(cell.font, cell.fill)


def hiding_rules(book: Any) -> set[str]:
    """Give the numbers of conditional formats that do not show a figure, or show a mark for it."""
    styles = book._differential_styles.styles
    return {str(at) for at, style in enumerate(styles) if _hides(style)}


def _hides(style: Any) -> bool:
    marks = style.numFmt and hides_numbers(style.numFmt.formatCode)
    return bool(marks) or same_colour_in_rule(style.font, style.fill)


def rules_hide(cells: bytes, hiding: set[str]) -> bool:
    """Tell whether conditional formats of a sheet hide figures; they are not evaluated.

    Parameters
    ----------
    cells : bytes
        XML of the sheet.
    hiding : set of str
        From ``hiding_rules``.
    """
    later = (_later_style(found) for found in _LATER_RULES.findall(cells))
    rules = {rule.decode() for rule in _CONDITIONAL.findall(cells)}
    return bool(hiding & rules) or any(map(_hides, later))


def _later_style(content: bytes) -> Any:
    tree = ElementTree.fromstring(b'<dxf xmlns="%b">%b</dxf>' % (_MAIN.encode(), content))
    return DifferentialStyle.from_tree(tree)


def comments_of(content: bytes, sheet: str) -> dict[tuple[int, int], str]:
    """Give the comments of a sheet by row and column, counted from 0.

    Parameters
    ----------
    content : bytes
        The workbook.
    sheet : str
        Where its sheet is, such as ``xl/worksheets/sheet1.xml``.
    """
    folder, name = posixpath.split(sheet.lstrip("/"))
    listed = f"{folder}/_rels/{name}.rels"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if listed not in archive.namelist():
            return {}
        links = ElementTree.fromstring(archive.read(listed))
        parts = [one.get("Target", "") for one in links if one.get("Type", "").endswith(_COMMENTS)]
        places = [posixpath.normpath(posixpath.join("/", folder, part))[1:] for part in parts]
        trees = [ElementTree.fromstring(archive.read(part)) for part in places]
    found = {}
    for comment in (one for tree in trees for one in tree.iter(f"{{{_MAIN}}}comment")):
        row, column = coordinate_to_tuple(comment.get("ref", ""))
        found[row - 1, column - 1] = "".join(comment.itertext())
    return found
