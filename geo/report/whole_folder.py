"""Write a folder of outputs whole or not at all."""

import contextlib
import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.errors import FileError, GeoError, refusal_told

MANIFEST = "manifest.json"
_BUILDING = ".building-"
_JOURNAL = "added.json"
_SECONDS = 1
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_LEAST_FREE = 2**20


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into; what is in it at the end takes the place of the last run's.

    Files go to ``out`` only when the block ends without an error, and all or none of them: if one
    cannot be replaced, those already replaced are put back, and if the process dies meanwhile, the
    next run puts them back. Files that an earlier run wrote, as its manifest lists them, and this
    one did not are removed; files of anyone else stay. One process at a time writes to ``out``.

    Parameters
    ----------
    out : Path
        Folder of the outputs; made if absent.

    Yields
    ------
    Path
        An empty folder on the same disk: beside ``out``, so that what a killed run leaves is not
        passed on with it, or within ``out`` where the folder around it is not to be written to.

    Raises
    ------
    FileError
        If ``out`` cannot be written to, the disk is full, another process writes there, or a file
        is open in another program.
    """
    out = out.resolve()
    made = not out.exists()
    with refusal_told(out):
        out.mkdir(parents=True, exist_ok=True)
        _require_writable(out)
        home = _home(out)
    try:
        with _held(out, home):
            with refusal_told(out):
                stage = _stage(out, home)
            try:
                with _full_disk_told(out, stage):
                    yield stage / "new"
                _replace(out, stage)
            finally:
                if not (stage / _JOURNAL).exists():
                    shutil.rmtree(stage, ignore_errors=True)
    finally:
        if made:
            with contextlib.suppress(OSError):  # it is not empty
                out.rmdir()


def _require_writable(folder: Path) -> None:
    """Raise OSError where no file can be made: permissions do not tell of all disks."""
    with tempfile.TemporaryFile(dir=folder):
        pass


def _home(out: Path) -> Path:
    """Give the folder to build in: the one around ``out``, where it is ours and on its disk."""
    try:
        _require_writable(out.parent)
    except OSError:
        return out
    return out.parent if out.parent.stat().st_dev == out.stat().st_dev else out


def _stage(out: Path, home: Path) -> Path:
    """Make an empty folder to build in, once all is in order that runs which died left behind."""
    out.mkdir(exist_ok=True)  # another process may have taken away what it had made
    for left in _left_behind(out):
        _put_back(out, left)
        shutil.rmtree(left, ignore_errors=True)
    stage = home / f"{_BUILDING}{out.name}-{os.getpid()}"
    stage.mkdir(mode=0o700)
    (stage / "new").mkdir()
    return stage


@contextlib.contextmanager
def _full_disk_told(out: Path, stage: Path) -> Iterator[None]:
    """Tell a disk that is full or fails from other errors, however a library wrapped it."""
    try:
        yield
    except Exception as problem:
        cause: BaseException | None = problem
        while cause and not (isinstance(cause, OSError) and cause.errno in _DISK):
            cause = cause.__cause__ or cause.__context__
        full = not isinstance(problem, GeoError) and shutil.disk_usage(stage).free < _LEAST_FREE
        if cause is None and not full:
            raise
        with refusal_told(out):
            raise cause or OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from problem


@contextlib.contextmanager
def _held(out: Path, home: Path) -> Iterator[None]:
    """Hold a folder against other processes; the system lets go of it when this one dies."""
    from filelock import FileLock, Timeout

    path = home / f"{_BUILDING}{out.name}.lock"
    lock = FileLock(path, timeout=_SECONDS)
    with refusal_told(out):
        try:
            lock.acquire()
        except Timeout:
            raise FileError(
                f"Another build is writing to {out}; wait until it has ended, or choose another "
                "folder with --out."
            ) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no file that is open
            path.unlink()
        lock.release()
        if os.name == "nt":
            with contextlib.suppress(OSError):  # another process may hold it by now
                path.unlink()


def _left_behind(out: Path) -> list[Path]:
    """List what runs that died left: while ``out`` is held, nobody builds in it any more."""
    own = rf"{re.escape(_BUILDING + out.name)}-\d+"
    beside = [path for path in out.parent.iterdir() if re.fullmatch(own, path.name)]
    within = rf"{own}|{re.escape(_BUILDING)}[a-z0-9_]{{8}}"  # the latter by earlier versions
    return beside + [path for path in out.iterdir() if re.fullmatch(within, path.name)]


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, as relative paths with forward slashes, in order."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _replace(out: Path, stage: Path) -> None:
    """Move the new files in and the old ones out; what is added is written down before."""
    new, old, journal = stage / "new", stage / "old", stage / _JOURNAL
    fresh = files_in(new)
    stale = [name for name in _written_before(out) if name not in fresh and (out / name).is_file()]
    try:
        added = [name for name in fresh if not (out / name).exists()]
        journal.write_text(json.dumps(added), "utf-8")
        for name in [*fresh, *stale]:
            if (out / name).exists():
                (old / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(out / name, old / name)
            if name in fresh:
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(new / name, out / name)
    except BaseException as problem:
        _put_back(out, stage)
        if not isinstance(problem, OSError):
            raise
        if problem.errno in _DISK:
            with refusal_told(out):
                raise
        raise FileError(
            f"{problem.filename} in {out} cannot be replaced ({problem.strerror}); close it if it "
            "is open in another program, and run again. The previous outputs are whole."
        ) from problem
    journal.unlink()


def _put_back(out: Path, stage: Path) -> None:
    """Undo a replacement that was not ended, as the journal tells; may be done again."""
    journal = stage / _JOURNAL
    try:
        added = _inside(json.loads(journal.read_text("utf-8")))
    except (OSError, ValueError):  # none was begun, or it was ended
        added = []
    else:
        for name in files_in(stage / "old"):
            os.replace(stage / "old" / name, out / name)
    for name in added:
        (out / name).unlink(missing_ok=True)
    journal.unlink(missing_ok=True)


def _written_before(out: Path) -> list[str]:
    try:
        return _inside(json.loads((out / MANIFEST).read_text("utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _inside(names: Iterable[object]) -> list[str]:
    """Keep the names of files that lie in the folder itself."""
    words = [name for name in names if isinstance(name, str)]
    return [name for name in words if not Path(name).is_absolute() and ".." not in Path(name).parts]
