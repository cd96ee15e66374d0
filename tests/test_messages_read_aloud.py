"""Every message of an error says what to do, and on the command line not in Python alone."""

import ast
import re
from pathlib import Path

import pytest

import geo

PACKAGE = Path(geo.__file__).parent
ON_THE_COMMAND_LINE = (
    "commands", "report", "vocabulary", "geography", "disclosure", "sources"
)  # fmt: skip
REACHED = {"statistics/aggregation.py"}
"""Sums are made of what users wrote."""
ROOMS = (*ON_THE_COMMAND_LINE, "statistics", "targeting", "views")
"""Figures, maps and statistics get sound tables from the commands."""
IN_NOTEBOOKS_ALONE = {
    "geography/hexagons.py",
    "geography/towns.py",
    "geography/vintages.py",
    "disclosure/published.py",
    "disclosure/rules.py",  # says what it was given; commands check their options themselves
    "disclosure/linked_areas.py",
    "disclosure/density.py",
    "assignment.py:_by_geometry",
    "assignment.py:_points_for",
    "area_types.py:asked_for",
    "area_types.py:former_level",
    "read.py:_given",
    "audit.py:_require_rule",
}
ERRORS = {f"{kind}Error" for kind in ("File", "Table", "Code", "Place", "Geo")}
DO = re.compile(
    r"(?:[;:,.(]|\band|\bor|\bso|…) ?(?:so |or |and |then )?(?:add|allowed|ask|build|check|choose"
    r"|close|complete|convert|copy|correct|count|delete|dissolve|download|draw|export|fill|fetch|get"
    r"|give|hide|index|join|keep|leave|let|make|mend|move|name|open|pack|pass|print|publish|put|raise|read"
    r"|remove|rename|run|save|say|set|assign|sign|take|try|turn|unpack|use|wait|write)\b",
    re.IGNORECASE,
)
PYTHON = re.compile(r"\b[a-z_]{3,}=(?!=)|\bgeo\.[a-z]+|\.set_crs|\bread_[a-z]+\(")


def words_of(node):
    """Text of a message; what is filled in is ``…``."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(words_of(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "…"
    if isinstance(node, ast.BinOp):
        return words_of(node.left) + words_of(node.right)
    if isinstance(node, ast.IfExp):
        return words_of(node.body) or words_of(node.orelse)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return words_of(node.func.value)
    return "…"


def messages():
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            name = str(path.relative_to(PACKAGE))
            for function in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(function, ast.FunctionDef):
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
                        words = words_of(node.args[0]) if node.args else ""
                        if len(words) > 20:  # else it is made elsewhere
                            yield name, function.name, words


@pytest.fixture(scope="module")
def every_message():
    return sorted(set(messages()))


def in_notebooks_alone(name, function):
    if name.split("/")[0] not in ON_THE_COMMAND_LINE and name not in REACHED:
        return True
    return name in IN_NOTEBOOKS_ALONE or f"{Path(name).name}:{function}" in IN_NOTEBOOKS_ALONE


def has_another_way(words):
    """Whether what is said before "in Python" names nothing of Python, and says what to do."""
    before = re.split(r"\bin Python\b", words)[0]
    return before != words and not PYTHON.search(before) and bool(DO.search(before))


def test_messages_are_found(every_message):
    assert len(every_message) > 200


def test_a_message_says_what_to_do(every_message):
    silent = [m for m in every_message if not (DO.search(m[2]) or m[2].endswith(("…", "….")))]
    assert not silent


def test_a_message_names_python_beside_another_way_alone(every_message):
    named = [m for m in every_message if PYTHON.search(m[2]) and not in_notebooks_alone(*m[:2])]
    assert named
    assert not [m for m in named if not has_another_way(m[2])]
