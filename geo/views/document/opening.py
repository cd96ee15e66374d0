"""Office documents as files: templates read or refused in one sentence, documents written."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.errors import FileError, not_written

_KINDS = {
    "Word document": ("wordprocessingml.document.main", "wordprocessingml.template.main"),
    "presentation": ("presentationml.presentation.main", "presentationml.template.main"),
}


def not_installed(what: str, library: str) -> FileError:
    """Say that a library of the extra ``documents`` is lacking."""
    return FileError(
        f"{what} need {library}, which is not installed; run pip install geo-targeting[documents]."
    )


def opened_template(path: Path, what: str, opening: Callable[[Any], Any], endings: str) -> Any:
    """Open a document or template with the library that knows it, which opens documents alone.

    Parameters
    ----------
    path : Path
    what : {"Word document", "presentation"}
    opening : callable
        Opens a file object that holds a document.
    endings : str
        Which files do, in words.

    Raises
    ------
    FileError
        If it is none.
    """
    try:
        return opening(io.BytesIO(_as_document(path.read_bytes(), *_KINDS[what])))
    except Exception as problem:  # the libraries raise what zipfile, lxml and they themselves raise
        program = "Word" if what == "Word document" else "PowerPoint"
        raise FileError(
            f"{path} cannot be read as a {what}; give a {endings} that {program} opens."
        ) from problem


def written(document: Any, path: Path) -> None:
    """Write a document that its library has made, whole or not at all.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    held = io.BytesIO()
    document.save(held)
    try:
        path.write_bytes(held.getvalue())
    except OSError as problem:
        raise not_written(path, problem) from problem


def _as_document(content: bytes, document: str, template: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            held = old.read(part)
            if part.filename == "[Content_Types].xml":
                held = held.replace(f"{template}+xml".encode(), f"{document}+xml".encode())
            new.writestr(part, held)
    return out.getvalue()
