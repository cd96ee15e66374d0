"""The publisher's own key, which settles what cannot be settled by the counts."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from geo.errors import FileError

KEY_FILE = "disclosure.key"
SHORTEST = 16


def private_key(folders: Iterable[str | Path]) -> bytes | None:
    """Read the key in the first of the data folders that has one.

    Parameters
    ----------
    folders : iterable of str or Path
        Data folders.

    Returns
    -------
    bytes or None
        32 of them, made of what the file ``disclosure.key`` holds; None where no folder has one.

    Raises
    ------
    FileError
        If it cannot be read, or is so short that others could guess it.

    Examples
    --------
    >>> private_key([]) is None
    True
    """
    for path in (Path(folder, KEY_FILE) for folder in folders):
        if not path.exists():
            continue
        try:
            secret = path.read_bytes().strip()
        except OSError as problem:
            raise FileError(
                f"{path} cannot be read; make it a file of {SHORTEST} signs or more that only the "
                "publisher knows, or take it away."
            ) from problem
        if len(secret) < SHORTEST:
            raise FileError(
                f"{path} holds {len(secret)} signs; put {SHORTEST} or more into it that nobody can "
                "guess, or take it away."
            )
        return hashlib.sha256(secret).digest()
    return None
