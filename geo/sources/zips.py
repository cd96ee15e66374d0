"""Zip files, looked into safely: what is in them, and the one table of those that hold one."""

import lzma
import zipfile
import zlib
from collections.abc import Collection, Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import cast

from geo.errors import FileError, TableError, examples

UNZIPPED_LIMIT = 2_000_000_000
_CHUNK = 1_000_000


def is_zip(path: Path) -> bool:
    """Tell whether a file is called a zip."""
    return path.suffix.lower() == ".zip"


def names_in(path: Path, suffixes: Collection[str]) -> list[str]:
    """List the members of a zip with one of these endings, but for what computers add.

    Raises
    ------
    FileError
        If the zip is damaged or not safe to unpack.
    """
    return [
        name
        for name in safe_members(path)
        if PurePosixPath(name).suffix.lower() in suffixes
        and not name.startswith("__MACOSX")
        and not is_aside(PurePosixPath(name.replace("\\", "/")).name)
    ]


def is_aside(name: str) -> bool:
    """Tell a file that is hidden, or that Excel keeps beside a workbook that is open (~$name)."""
    return name.startswith((".", "~$"))


def the_table_in(path: Path, suffixes: Collection[str]) -> Path:
    """Give the one table in a zip, to be opened as any other file.

    Raises
    ------
    TableError
        If there is none, or several.
    """
    names = names_in(path, suffixes)
    if len(names) == 1:
        return cast("Path", zipfile.Path(path, names[0]))  # has of a path what readers ask for
    if names:
        raise TableError(
            f"{path} has {len(names)} tables in it ({examples(names)}); unpack it and give one."
        )
    inside = examples(safe_members(path)) or "nothing"
    raise TableError(f"{path} has no table in it, but {inside}; unpack it and give what is meant.")


def safe_members(path: Path) -> list[str]:
    """List the files in a zip, or raise if it is damaged or not safe to unpack."""
    now = path.stat()
    return list(_checked_members(path, (now.st_dev, now.st_ino, now.st_mtime_ns, now.st_size)))


@lru_cache(maxsize=8)
def _checked_members(path: Path, same_file: tuple[int, ...]) -> tuple[str, ...]:  # noqa: ARG001
    """Unpack a zip once, keeping nothing, as long as it is the same file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _require_inside(path, members)
            _require_true_sizes(path, archive, members)
    except (NotImplementedError, RuntimeError) as problem:
        raise FileError(
            f"{path} is packed in a way that is not read ({problem}); pack it again without a "
            "password, as an ordinary zip file."
        ) from problem
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError) as problem:
        raise FileError(
            f"{path} is not a whole zip file; it may be cut short, so download it again."
        ) from problem
    return tuple(member.filename for member in members)


def _require_inside(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            raise FileError(
                f"{path} is not read because it would unpack outside its own folder "
                f"({member.filename}); get the file from its publisher again."
            )


def _require_true_sizes(
    path: Path, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]
) -> None:
    """Count what the members unpack to, whatever sizes they declare."""
    total = 0
    for member in members:
        unbound = copy(member)
        unbound.file_size = UNZIPPED_LIMIT + _CHUNK  # zipfile reads no further than this
        size = 0
        with archive.open(unbound) as file:
            while part := file.read(_CHUNK):
                size += len(part)
                if total + size > UNZIPPED_LIMIT:
                    raise FileError(
                        f"{path} would unpack to more than {UNZIPPED_LIMIT / 1e9:.0f} GB, which is "
                        "the limit; give a smaller file, or unpack it yourself if you trust it."
                    )
        if size != member.file_size:
            raise FileError(
                f"{path} is not read because {member.filename} in it unpacks to {size:,} bytes and "
                f"is said to have {member.file_size:,}; get the file from its publisher again."
            )
        total += size
