"""Lists of statistical neighbours: of an authority, those most like it."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from geo.errors import FileError, TableError, examples
from geo.sources.tabular import read_cells, require_file

_AUTHORITY = re.compile(r"E(?:0[6-9]|10)\d{6}")
_STYLE = re.compile(r",? (?:city|county) of$|^(?:city|county) of (?!london)")
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def plain_name(name: object) -> str:
    """Give the name of an authority without what lists of neighbours write in several ways.

    Examples
    --------
    >>> plain_name("Cheshire West & Chester"), plain_name("Bristol, City of")
    ('cheshire west and chester', 'bristol')
    """
    words = re.sub(r"['’]", "", str(name).lower().replace("&", " and "))
    words = re.sub(r"[^a-z0-9, ]+", " ", words)
    return re.sub(r"[, ]+", " ", _STYLE.sub("", " ".join(words.split()))).strip()


def read_neighbours(
    path: str | Path, code: str, names: Mapping[str, str] = _NO_NAMES
) -> tuple[str, ...]:
    """Read the neighbours of an authority from a list such as CIPFA's.

    Parameters
    ----------
    path : str or Path
        A table with a column of codes or names of neighbours, or one of authorities and then
        others of their neighbours; ranks and distances may stand beside them.
    code : str
        The authority.
    names : mapping
        Code of each authority that is known, by ``plain_name`` of its name.

    Returns
    -------
    tuple of str
        Codes of its neighbours, in their order, without its own.

    Raises
    ------
    FileError
        If there is no such file.
    TableError
        If it has no codes or names of authorities, or none of neighbours of this one, or names
        one that is not known.
    """
    if not Path(path).is_file():
        raise FileError(f"There is no file {path} of neighbours; check the name.")
    cells = read_cells(require_file(path), lambda headers: bool(headers))
    coded = _without_twins(cells.map(lambda cell: _code_of(cell, names)))
    if coded.empty:
        raise TableError(
            f"{path} has no column of codes of authorities or of names that are known here (its "
            f"columns: {examples(cells, 6)}); give their codes, such as E06000049."
        )
    first, *others = coded
    if others:
        listed = coded.loc[coded[first].eq(code), others]
    else:  # a list of neighbours alone, from the first of them on
        listed = coded.loc[coded[first].ne("").idxmax() :]
    alike = {_numbered(column) for column in listed}
    columns = [column for column in cells if column in listed or _numbered(column) in alike - {""}]
    written = cells.loc[listed.index, columns].astype(str).map(str.strip)
    unknown = listed.reindex(columns=columns, fill_value="").eq("")
    _require_known(written.to_numpy()[unknown.to_numpy()], path)
    own = tuple(dict.fromkeys(one for one in listed.to_numpy().ravel() if one not in ("", code)))
    if not own:
        raise TableError(
            f"{path} lists no neighbours of {code}; add rows with its code and theirs, or give a "
            "list of theirs alone."
        )
    return own


def _numbered(header: str) -> str:
    """Give the header of one of several columns of neighbours (SN1, SN2) without its number."""
    return re.sub(r"\d+", "", str(header)).strip() if re.search(r"\d", str(header)) else ""


def _code_of(cell: object, names: Mapping[str, str]) -> str:
    """Code of the authority that a cell names by code or name; empty where it names none."""
    text = str(cell).strip()
    return text if _AUTHORITY.fullmatch(text) else names.get(plain_name(text), "")


def _without_twins(coded: pd.DataFrame) -> pd.DataFrame:
    """Keep the columns of authorities, but names beside the codes of the same ones."""
    kept: list[str] = []
    for column in (name for name in coded if coded[name].ne("").any()):
        own = coded[column]
        both = [coded[one][own.ne("") & coded[one].ne("")] for one in kept]
        if not any(len(one) and one.eq(own[one.index]).all() for one in both):
            kept.append(column)
    return coded[kept]


def _require_known(written: Iterable[str], path: str | Path) -> None:
    """Raise if a cell among neighbours is neither blank nor an authority."""
    unknown = list(dict.fromkeys(text for text in written if text and text != "nan"))
    if unknown:
        raise TableError(
            f"{len(unknown)} of the neighbours in {path} {'are' if unknown[1:] else 'is'} no "
            f"authority by a code or name that is known here ({examples(unknown)}); write the "
            "code, such as E06000049, or the name as the ONS has it."
        )
