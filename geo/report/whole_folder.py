"""Write a folder of outputs whole or not at all."""

import contextlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from geo.errors import FileError

MANIFEST = "manifest.json"
_STAGE = ".building-"
_ABANDONED_SECONDS = 3600


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write into; what is in it at the end takes the place of the last run's.

    Files go to ``out`` only when the block ends without an error, and all or none of them: if one
    cannot be replaced, those already replaced are put back. Files that an earlier run wrote, as
    its manifest lists them, and this one did not are removed; files of anyone else stay.

    Parameters
    ----------
    out : Path
        Folder of the outputs; made if absent.

    Yields
    ------
    Path
        An empty folder, within ``out`` so that it is on the same disk.

    Raises
    ------
    FileError
        If ``out`` cannot be written to, or one of its files is open in another program.
    """
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=out))
    except OSError as problem:
        raise FileError(
            f"Nothing can be written to {out} ({problem.strerror}); choose another folder with "
            "--out."
        ) from problem
    try:
        new = stage / "new"
        new.mkdir()
        yield new
        _replace(out, new, stage / "old")
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if made and not any(out.iterdir()):
            out.rmdir()


def _sweep(out: Path) -> None:
    """Remove what a run that was killed left behind, once it is too old to be running still."""
    for left in out.glob(f"{_STAGE}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def files_in(folder: Path) -> list[str]:
    """Every file below a folder, as relative paths with forward slashes, in order."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _replace(out: Path, new: Path, old: Path) -> None:
    fresh = files_in(new)
    stale = [name for name in _written_before(out) if name not in fresh and (out / name).is_file()]
    moved: list[str] = []
    placed: list[str] = []
    try:
        for name in [*fresh, *stale]:
            if (out / name).exists():
                (old / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(out / name, old / name)
                moved.append(name)
            if name in stale:
                continue
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(new / name, out / name)
            placed.append(name)
    except BaseException as problem:
        for name in placed:
            (out / name).unlink()
        for name in moved:
            os.replace(old / name, out / name)
        if isinstance(problem, OSError):
            raise FileError(
                f"{problem.filename} in {out} cannot be replaced ({problem.strerror}); close it if "
                "it is open in another program, and run again. The previous outputs are whole."
            ) from problem
        raise


def _written_before(out: Path) -> list[str]:
    try:
        listed = json.loads((out / MANIFEST).read_text("utf-8"))["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    inside = [name for name in listed if isinstance(name, str)]
    return [
        name for name in inside if not Path(name).is_absolute() and ".." not in Path(name).parts
    ]
