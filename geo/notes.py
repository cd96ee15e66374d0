"""What was settled by a stated rule: a list of notes handed down, told in report and manifest."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from geo.errors import GeoError, GeoWarning

Notes = list[str]
"""Sentences, in the order in which things were settled."""


def note(notes: Notes | None, words: str) -> None:
    """Add to the notes handed down; where there are none, warn whoever called the package.

    Parameters
    ----------
    notes : list of str or None
        The list that the caller reads afterwards, also after an error.
    words : str
        One sentence: how many, which, and by what rule.

    Warns
    -----
    GeoWarning
        If ``notes`` is None; it points at the first line outside this package.

    Examples
    --------
    >>> notes = []
    >>> note(notes, "2 of 8 rows repeat another in full; each is kept once.")
    >>> notes
    ['2 of 8 rows repeat another in full; each is kept once.']
    """
    if notes is not None:
        notes.append(words)
        return
    warnings.warn(words, GeoWarning, stacklevel=_levels_to_the_caller())


def deprecated(words: str) -> None:
    """Warn whoever called the package of what will no longer work after the next release.

    Warns
    -----
    FutureWarning
        It points at the first line outside this package.
    """
    warnings.warn(words, FutureWarning, stacklevel=_levels_to_the_caller())


def _levels_to_the_caller() -> int:
    """Count the frames from the caller of this function to the first outside this package."""
    depth, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == "geo":
        depth, frame = depth + 1, frame.f_back
    return depth


@contextmanager
def kept_on_error(notes: Notes) -> Iterator[None]:
    """Let a problem that ends the block carry the notes made so far, as ``__notes__``.

    Examples
    --------
    >>> notes = []
    >>> try:
    ...     with kept_on_error(notes):
    ...         note(notes, "2 of 8 rows repeat another in full; each is kept once.")
    ...         raise GeoError("There is no file of groups.")
    ... except GeoError as problem:
    ...     print(problem.__notes__)
    ['2 of 8 rows repeat another in full; each is kept once.']
    """
    try:
        yield
    except GeoError as problem:
        for words in notes:
            problem.add_note(words)
        raise
