"""Lists of statistical neighbours: of an authority, those most like it."""

import re
from pathlib import Path

from geo.errors import FileError, TableError, examples
from geo.sources.tabular import read_cells, require_file

_AUTHORITY = re.compile(r"E(?:0[6-9]|10)\d{6}")


def _is_authority(cell: object) -> bool:
    return bool(_AUTHORITY.fullmatch(str(cell).strip()))


def read_neighbours(path: str | Path, code: str) -> tuple[str, ...]:
    """Read the neighbours of an authority from a list such as CIPFA's.

    Parameters
    ----------
    path : str or Path
        A table with a column of codes of neighbours, or one of authorities and then others of
        their neighbours.
    code : str
        The authority.

    Returns
    -------
    tuple of str
        Codes of its neighbours, in their order, without its own.

    Raises
    ------
    FileError
        If there is no such file.
    TableError
        If it has no codes of authorities, or none of neighbours of this one.
    """
    if not Path(path).is_file():
        raise FileError(f"There is no file {path} of neighbours; check the name.")
    cells = read_cells(require_file(path), lambda headers: bool(headers))
    coded = [column for column in cells if cells[column].map(_is_authority).any()]
    if not coded:
        raise TableError(
            f"{path} has no column of codes of authorities (its columns: {examples(cells, 6)}); "
            "give their codes, such as E06000049."
        )
    first, *others = coded
    rows = cells[cells[first].eq(code)] if others else cells
    listed = rows[others or coded].to_numpy().ravel()
    found = [str(one).strip() for one in listed if _is_authority(one)]
    own = tuple(dict.fromkeys(one for one in found if one != code))
    if not own:
        raise TableError(
            f"{path} lists no neighbours of {code}; add rows with its code and theirs, or give a "
            "list of theirs alone."
        )
    return own
