"""A data folder that remembers where its files are from: ``sources.json`` beside them."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.errors import FileError, refusal_told
from geo.sources.download.registry import Registry, Source

RECORD = "sources.json"
_STAGE, _LOCK = ".fetching", ".fetching.lock"


def recorded(folder: str | Path) -> dict[str, dict[str, Any]]:
    """Read what ``sources.json`` says of each file; empty where nothing was fetched.

    Raises
    ------
    FileError
        If it is damaged.
    """
    path = Path(folder, RECORD)
    if not path.is_file():
        return {}
    try:
        files = json.loads(path.read_text("utf-8"))["files"]
        return {str(name): _understood(entry) for name, entry in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise FileError(
            f"{path} is damaged, so it is not known where the files beside it are from; delete it "
            "and the files, and fetch again."
        ) from problem


def _understood(entry: dict[str, Any]) -> dict[str, Any]:
    """Raise unless an entry has what is read of it later; it may have been edited by hand."""
    rows, lines = entry["rows"], entry["attribution"]
    good = (
        datetime.fromisoformat(entry["fetched"]).tzinfo is not None
        and (rows is None or type(rows) is int)
        and isinstance(lines, list)
        and all(isinstance(line, str) for line in lines)
        and isinstance(entry["sha256"], str)
    )
    if not good:
        raise ValueError(entry)
    return dict(entry)


def attributions(folder: str | Path, used: Collection[str] | None = None) -> list[str]:
    """Give the lines that publishers want to see for the files fetched into a folder, once each.

    Parameters
    ----------
    folder : str or Path
        A data folder; one into which nothing was fetched has none.
    used : collection of str, optional
        Only for these files, named as within the folder (``"indicators/crime.csv"``).

    Returns
    -------
    list of str
        Publishers first, then the notices of rights.

    Raises
    ------
    FileError
        If ``sources.json`` is damaged.

    Examples
    --------
    >>> import tempfile
    >>> attributions(tempfile.mkdtemp())
    []
    """
    lines = [
        line
        for name, entry in recorded(folder).items()
        if Path(folder, name).is_file() and (used is None or name in used)
        for line in entry.get("attribution", [])
    ]
    return sorted(dict.fromkeys(lines), key=lambda line: line.startswith("Contains"))


@contextlib.contextmanager
def opened(folder: Path, registry: Registry, wait: float) -> Iterator["Store"]:
    """Hold a data folder for fetching: one process at a time, and no half file at the end.

    Raises
    ------
    FileError
        If nothing can be written there, or another process holds it for longer than ``wait``
        seconds.
    """
    from filelock import FileLock, Timeout

    made = not folder.exists()
    stage = folder / _STAGE
    if folder.exists() and not folder.is_dir():
        raise FileError(f"{folder} is a file; choose a folder with --out.")
    if stage.exists() and not stage.is_dir():
        raise FileError(f"{stage} is a file, where geo fetch makes a folder; delete or rename it.")
    with refusal_told(folder, "Nothing more"):
        lock = FileLock(folder / _LOCK, timeout=wait)
        while not lock.is_locked:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                raise FileError(
                    f"Another geo fetch is still writing to {folder}; let it end, then run again."
                ) from None
            except FileNotFoundError:
                if folder.exists():
                    raise
                # else the one that was waited for failed, and took away the folder it had made
    try:
        with refusal_told(folder, "Nothing more"):
            shutil.rmtree(stage, ignore_errors=True)  # what a killed run left
            stage.mkdir()
        yield Store(folder, stage, registry)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if empty := made and [one.name for one in folder.iterdir()] in ([], [_LOCK]):
            shutil.rmtree(folder, ignore_errors=True)  # while held, lest it be another's by then
        lock.release()
        if empty and os.name == "nt":  # which removes no file that is open
            shutil.rmtree(folder, ignore_errors=True)


class Store:
    """A folder that is held for fetching; see ``opened``."""

    def __init__(self, folder: Path, stage: Path, registry: Registry) -> None:
        self.folder, self._stage, self._registry = folder, stage, registry
        self.files = recorded(folder)

    def staged(self, source: Source) -> Path:
        """Where to write a file before it is checked; on the same disk as its place."""
        path = self._stage / source.file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def keep(self, source: Source, entry: dict[str, Any]) -> dict[str, Any]:
        """Move a checked file to its place and note where it is from.

        The note comes first: a file without one would be taken for the user's own.
        """
        staged, path = self.staged(source), self.folder / source.file
        now = datetime.now(UTC)
        full = {
            "source": source.name,
            "title": source.title,
            **entry,
            "fetched": now.isoformat(timespec="seconds"),
            "licence": source.licence or self._registry.licence,
            "attribution": [
                self._registry.credits[one].format(year=now.year) for one in source.attribution
            ],
            "bytes": staged.stat().st_size,
            "sha256": sha256(staged),
        }
        if source.sha256 and full["sha256"] != source.sha256:
            raise FileError(
                f"its checksum is {full['sha256'][:12]}…, and {source.sha256[:12]}… is expected; "
                "it was damaged on the way, or the publisher put another file at the "
                "address; try later, or correct geo/sources/sources.toml."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        earlier = self.files
        self._record(earlier | {source.file: full})
        try:
            os.replace(staged, path)
        except OSError:
            self._record(earlier)
            raise
        return full

    def _record(self, files: dict[str, dict[str, Any]]) -> None:
        path, beside = self.folder / RECORD, self._stage / RECORD
        if files:
            text = json.dumps({"files": dict(sorted(files.items()))}, indent=2, ensure_ascii=False)
            beside.write_text(text + "\n", "utf-8")
            os.replace(beside, path)
        else:
            path.unlink(missing_ok=True)
        self.files = files


def sha256(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
