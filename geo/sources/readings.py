"""What was read of each file, kept for as long as it may be asked for again."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

import pandas as pd

Table = TypeVar("Table", bound=pd.DataFrame)
_KEPT: ContextVar[dict[Hashable, pd.DataFrame] | None] = ContextVar("kept", default=None)


@contextmanager
def each_file_once() -> Iterator[None]:
    """Within the block read every table and layer once, whoever asks for it and how often.

    A Census file, say, is asked for its areas when it is recognised, for residents and for
    indicators. A file that is written anew meanwhile is read anew. One block inside another
    changes nothing.
    """
    if _KEPT.get() is not None:
        yield
        return
    outside = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(outside)


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
