"""XML as rows, as it is read: each element of a name is one, with what stands in and around it.

A returns file such as the Children in Need census nests plans in needs in children. A row of a plan
has what stands in the plan, and what stands before its end in the elements around it; of elements
that recur side by side (two plans, two needs) only the one that it lies in counts. Nothing of the
tree is kept, so that a file may be larger than the memory.
"""

import csv
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO
from xml.parsers import expat

from geo.errors import FileError, TableError
from geo.records.wording import near

_CHUNK = 1 << 20


@dataclass
class _Element:
    """An open element: its name, its text, and what the elements in it said, by their names."""

    name: str
    text: list[str] = field(default_factory=list)
    inside: dict[str, dict[str, str]] = field(default_factory=dict)

    def said(self) -> dict[str, str]:
        """Give what stands in it, by the name of the innermost element."""
        return {name: text for part in self.inside.values() for name, text in part.items()}


class _Reader:
    """Takes what expat tells, and hands over each element as it ends."""

    def __init__(self, ended: Callable[[list[_Element]], bool]) -> None:
        self._open: list[_Element] = []
        self._ended = ended

    def start(self, name: str, _: Any) -> None:
        name = name.rpartition(":")[2]
        if self._open:
            self._open[-1].inside.pop(name, None)  # of those that recur the last counts
        self._open.append(_Element(name))

    def text(self, words: str) -> None:
        self._open[-1].text.append(words)

    def end(self, _: str) -> None:
        keep = self._ended(self._open)
        done = self._open.pop()
        if self._open and keep:
            text = "".join(done.text).strip()
            said = done.said() if done.inside else {done.name: text} if text else {}
            self._open[-1].inside[done.name] = said
            self._open[-1].text.clear()


def rows_of(
    path: Path, element: str, columns: Sequence[str], out: TextIO, known: Collection[str] = ()
) -> None:
    """Write the rows of an XML file as CSV.

    Parameters
    ----------
    path : Path
    element : str
        Name of the element of which each is a row.
    columns : sequence of str
        Names of the elements that stand in a row or around it.
    out : file of text
    known : collection of str
        Names of elements that may be absent from a whole file.

    Raises
    ------
    FileError
        If the file is cut short, no XML, or defines entities; if it has no such element.
    TableError
        If it has no element of the name of a column.
    """
    writer, seen, rows = csv.writer(out, lineterminator="\n"), set[str](), 0
    writer.writerow(columns)

    def ended(opened: list[_Element]) -> bool:
        nonlocal rows
        one = opened[-1]
        if not one.inside:
            seen.add(one.name)
        if one.name != element:
            return True
        rows += 1
        said: dict[str, str] = {}
        for around in opened:
            said |= around.said()
        writer.writerow([said.get(name, "") for name in columns])
        return False

    _parse(path, ended)
    if not rows:
        raise FileError(
            f"{path} has no element {element} ({near(element, sorted(seen))}); give the element "
            "of which each is a record."
        )
    for name in columns:
        if name not in seen and name not in known:
            raise TableError(
                f"There is no {name} in {path} ({near(name, sorted(seen))}); correct the name in "
                "the specification."
            )


def elements_of(path: Path) -> dict[str, set[str]]:
    """Names of the elements that hold others, each with the names of those without any in it.

    Raises
    ------
    FileError
        As ``rows_of``.
    """
    found: dict[str, set[str]] = {}

    def ended(opened: list[_Element]) -> bool:
        if len(opened) > 1 and opened[-1].name not in found and not opened[-1].inside:
            found.setdefault(opened[-2].name, set()).add(opened[-1].name)
        return True

    _parse(path, ended)
    return found


def _parse(path: Path, ended: Callable[[list[_Element]], bool]) -> None:
    def refused(*_: Any) -> None:
        raise FileError(
            f"{path} defines words of its own (a DOCTYPE), which no return does, so it is not "
            "read; export it again."
        )

    reader, parser = _Reader(ended), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refused
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                parser.Parse(part)
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise FileError(
            f"{path} is cut short or no XML (line {problem.lineno}); export it again."
        ) from None
