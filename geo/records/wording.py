"""What a specification may hold, and how it is told that it holds something else."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from geo.errors import TableError, examples


def near(word: str, known: Collection[str]) -> str:
    """Say which known word was probably meant, or which there are.

    Examples
    --------
    >>> near("perod", ["period", "sex"]), near("x", ["period", "sex"])
    ('did you mean period?', 'allowed are period, sex')
    """
    folded = {one.casefold(): one for one in known}
    like = difflib.get_close_matches(word.casefold(), folded, 1)
    return f"did you mean {folded[like[0]]}?" if like else f"allowed are {examples(known, 12)}"


def require_keys(entry: Mapping[str, Any], allowed: Collection[str], where: str) -> None:
    """Raise if a table of the specification has a key that is not known."""
    for key in entry:
        if key not in allowed:
            raise TableError(
                f"{where} has the key {key}, which is not known ({near(key, allowed)}); correct "
                "or remove it."
            )


def one_of(word: object, allowed: Collection[str], what: str, where: str) -> str:
    """Give a word that must be one of those allowed."""
    if isinstance(word, str) and word in allowed:
        return word
    raise TableError(
        f"{where} has {what} {word!r} ({near(str(word), allowed)}); give one of "
        f"{examples(allowed, 9)}."
    )


def text(entry: Mapping[str, Any], key: str, where: str) -> str | None:
    """Give a text of the specification; None where it is not there."""
    found = entry.get(key)
    if found is None or (isinstance(found, str) and found.strip()):
        return found
    raise TableError(f"{where} has {key} that is no text; write it in quotation marks.")


def whole(entry: Mapping[str, Any], key: str, least: int, where: str) -> int | None:
    """Give a whole number of the specification; None where it is not there."""
    found = entry.get(key)
    if found is None or (isinstance(found, int) and not isinstance(found, bool) and found >= least):
        return found
    raise TableError(f"{where} has {key} = {found!r}; give a whole number from {least} up.")
