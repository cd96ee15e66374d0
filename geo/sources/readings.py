"""What was read of each file, kept for as long as it may be asked for again."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

import pandas as pd

Table = TypeVar("Table", bound=pd.DataFrame)
_TOLD: ContextVar[list[str] | None] = ContextVar("told", default=None)
_KEPT: ContextVar[dict[Hashable, pd.DataFrame] | None] = ContextVar("kept", default=None)


@contextmanager
def each_file_once() -> Iterator[list[str]]:
    """Within the block read every table and layer once, whoever asks for it and how often.

    A Census file, say, is asked for its areas when it is recognised, for residents and for
    indicators. A file that is written anew meanwhile is read anew. One block inside another
    changes nothing.

    Yields
    ------
    list of str
        What was repaired in the files that were read, a sentence each.
    """
    if (told := _TOLD.get()) is not None:
        yield told
        return
    told = []
    outside, silent = _KEPT.set({}), _TOLD.set(told)
    try:
        yield told
    finally:
        _KEPT.reset(outside)
        _TOLD.reset(silent)


def tell(repairs: Iterable[str]) -> None:
    """Add to what ``each_file_once`` yields; outside of it the table alone says it."""
    if (told := _TOLD.get()) is not None:
        told += [words for words in repairs if words not in told]


def once(path: Path, *part: Hashable, read: Callable[[], Table]) -> Table:
    """Read a part of a file, or give what was read of it before within ``each_file_once``.

    Parameters
    ----------
    path : Path
    *part
        Which part, such as a sheet or a layer.
    read : callable
        Reads it.

    Returns
    -------
    DataFrame
        The caller's own, to change at will.
    """
    kept = _KEPT.get()
    if kept is None:
        return read()
    seen = path.stat()
    key = (path.resolve(), seen.st_mtime_ns, seen.st_size, *part)
    if key not in kept:
        kept[key] = read()
    return kept[key].copy(deep=False)
