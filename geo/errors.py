"""The problems this toolkit tells its users about, and how it words them.

Every message says what was found, where, what is allowed and what to do next, in one plain
sentence, because the command line prints it as it is.
"""

import contextlib
import errno
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


_CELL = re.compile(r"ipykernel_|^<ipython-input|^<string>")
"""Files of which a notebook's cells are made."""


class GeoError(Exception):
    """A problem in the input that the user can mend.

    A notebook shows its sentence first, and then where it was raised, in two lines; all of the
    traceback stays with it, for ``traceback.print_exc`` and debuggers.
    """

    def _render_traceback_(self) -> list[str]:
        """Give the lines that IPython and Jupyter show in place of a traceback."""
        notes = [f"Note: {words}" for words in getattr(self, "__notes__", ())]
        package = str(Path(__file__).parent)
        frames = traceback.extract_tb(self.__traceback__)
        own = [frame for frame in frames if not frame.filename.startswith(package)]
        inside = [frame for frame in frames if frame.filename.startswith(package)]
        lines = []
        if own:
            name = "the cell" if _CELL.search(own[-1].filename) else own[-1].filename
            lines.append(f"At line {own[-1].lineno} of {name}: {own[-1].line}")
        if inside:
            path = Path(inside[-1].filename).relative_to(Path(package).parent).as_posix()
            lines.append(f"Raised in {path}, line {inside[-1].lineno}.")
        return [f"{type(self).__name__}: {self}", "", *notes, *lines]


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


_NO_MEMORY = re.compile(r"bad_alloc|[Oo]ut of memory|[Cc]annot allocate memory")


def ran_out_of_memory(problem: BaseException | None) -> bool:
    """Tell whether a problem, or what it comes of, is that no memory was left.

    Libraries in C and C++ say so in errors of their own, which readers take for a damaged file.

    Examples
    --------
    >>> ran_out_of_memory(MemoryError()), ran_out_of_memory(RuntimeError("std::bad_alloc"))
    (True, True)
    >>> ran_out_of_memory(ValueError("no number"))
    False
    """
    while problem is not None:
        if isinstance(problem, MemoryError) or _NO_MEMORY.search(str(problem)):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def require_memory(problem: BaseException) -> None:
    """Raise ``MemoryError`` where no memory was left, before a file is called damaged."""
    if ran_out_of_memory(problem):
        raise MemoryError(str(problem)) from problem


_FIGURE = re.compile(
    r"(?P<told>[A-Z]\d{8}"  # an area code
    r"|(?<!\d)(?:19|20)\d\d(?:[/-](?:\d\d){1,2})?(?!\d)"  # a year
    r"|(?<![\d.,])\d{1,3}(?: ?[-–] ?\d{1,3}|\+)(?![\d.,])"  # an age band
    r"|(?<=[A-Za-z])\d\d?(?!\d))"  # lsoa21
    r"|\d(?:[\d.,]*\d)?"
)
_PLAIN = re.compile(r"\s*[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?%?\s*", re.IGNORECASE)


def without_figures(value: object) -> str:
    """Word a cell of the input so that no count stands in a message, which may be confidential.

    Messages go to screens, logs and mails, which disclosure control does not see. Area codes,
    years and age bands are told, because they name the cell.

    Examples
    --------
    >>> without_figures("about 3 in 2023/24"), without_figures(9999.0), without_figures("E01018386")
    ('about … in 2023/24', '…', 'E01018386')
    """
    return _FIGURE.sub(lambda found: found["told"] or "…", str(value))


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


def as_label(value: object) -> str:
    """Word what should be the name of an area, a period, a sex; a bare number is not told.

    Where a column is not what it is called, such a number may be a count.

    Examples
    --------
    >>> as_label("Wave 3"), as_label("2024"), as_label("71")
    ('Wave 3', '2024', '…')
    """
    words = str(value)
    return without_figures(words) if _PLAIN.fullmatch(words) else words


def labelled(values: Iterable[object], limit: int = 3) -> str:
    """Name the first few labels, as :func:`examples`, each :func:`as_label`.

    Examples
    --------
    >>> labelled(["E01018386", "7111317"])
    'E01018386, …'
    """
    return examples(map(as_label, values), limit)


def not_written(path: Path, problem: OSError) -> FileError:
    """Put into words that a file cannot be written."""
    return FileError(
        f"{path} cannot be written ({problem.strerror or problem}); close it if it is open in "
        "another program, or choose another name."
    )


@contextlib.contextmanager
def refusal_told(folder: Path, what: str = "Nothing") -> Iterator[None]:
    """Put a refusal of the operating system to write into a folder into words."""
    try:
        yield
    except OSError as problem:
        space = "free some space or " if problem.errno in _FULL else ""
        raise FileError(
            f"{what} can be written to {folder} ({problem.strerror or problem}); {space}choose "
            "another folder with --out."
        ) from problem
