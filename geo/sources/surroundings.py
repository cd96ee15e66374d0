"""What stands about a table and is not of it: blank rows, headers again, notes, odd blanks."""

import re

import numpy as np
import pandas as pd

from geo.errors import FileError, examples, without_figures
from geo.sources.headers import NO_HEADER
from geo.vocabulary.area_types import area_type_of
from geo.vocabulary.codes import tidy_codes, without_blanks
from geo.vocabulary.column_names import folded, is_identifier

_HEADING = re.compile(r"(?:key|legend|notes?|sources?|footnotes?):?", re.IGNORECASE)
_MARK = re.compile(r"(?:\[?(?:note )?[\w.:*~†‡–-]{1,4}\]?|key|notes?|sources?|footnotes?):?", re.I)
_WIDE = 4  # columns, of which two or three may hold a mark and its meaning below the table
REPAIRED = "repaired"
"""Key of a table's ``attrs`` with a sentence for each repair."""
_CODE = re.compile(r"[A-Z]\d{8}\b")
_CODE_COLUMN = re.compile(r"(?:code|cd)(?:20\d\d)?$")


def without_surroundings(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Leave out blank rows, repeated headers and notes below a table, and tidy its area codes.

    Parameters
    ----------
    table : DataFrame
        As read.
    where : str
        The file, for messages.

    Returns
    -------
    DataFrame
        Numbered from 0; ``attrs["repaired"]`` tells what was done, a sentence each.

    Raises
    ------
    FileError
        If the header has two rows.
    """
    repaired: list[str] = []
    table = _without_headers_again(table, repaired, where)
    table = _without_blank_rows(table, repaired, where)
    table = _without_notes(table, repaired, where)
    _require_one_header_row(table, where)
    changed = {}
    table = _with_codes_of_names(table)
    for name in table.select_dtypes(["object", "str"]).columns:
        if not _CODE_COLUMN.search(folded(name)) and area_type_of(name) is None:
            changed[name] = without_blanks(table[name])
            continue
        tidy = tidy_codes(table[name])
        if number := int((tidy.ne(table[name]) & (tidy.notna() | table[name].notna())).sum()):
            repaired.append(
                f"{number} of {len(table)} codes {name} in {where} had odd blanks, small letters "
                "or a name behind them, and were tidied."
            )
            changed[name] = tidy
    table = table.assign(**changed).reset_index(drop=True)
    table.attrs[REPAIRED] = repaired
    return table


def _with_codes_of_names(table: pd.DataFrame) -> pd.DataFrame:
    """Take the codes of ``E01000001 : Ashfield 001A`` where the column of codes is blank."""
    blank = [name for name in table.columns if area_type_of(name) and table[name].isna().all()]
    names = {f"{str(name)[:-2]}nm": name for name in blank}
    return table.assign(**{names[x]: tidy_codes(table[x]) for x in table.columns if x in names})


def _without_headers_again(table: pd.DataFrame, repaired: list[str], where: str) -> pd.DataFrame:
    """Leave out rows that are the header again, as at the top of each page of a report."""
    words = table.select_dtypes(["object", "str"])
    spelt = {name: {name.lower(), folded(name)} - {""} for name in map(str, table.columns)}
    known = {one for both in spelt.values() for one in both if len(one) > 1}
    own, other = (pd.DataFrame(index=table.index) for _ in range(2))
    for name in words:
        at, cells = pd.factorize(words[name])  # many rows have the same text
        plain = [one.strip().lower() if isinstance(one, str) else "" for one in cells.tolist()]
        if known.isdisjoint(plain):
            continue
        others = known - spelt[name]
        own[name] = np.append([one in spelt[name] for one in plain], False)[at]
        other[name] = np.append([one in others for one in plain], False)[at]
    again = table.index[(own | other).sum(axis=1) > 1]
    if again.empty:
        return table
    filled = table.loc[again].apply(_filled).sum(axis=1)
    again = again[2 * (own | other).loc[again].sum(axis=1) > filled]
    whole = own.loc[again].sum(axis=1) == filled[again]
    if not whole.all():
        rows = examples(np.flatnonzero(table.index.isin(again[~whole])) + 1)
        raise FileError(
            f"{where} has a second header, with other columns, within the table (data row {rows}); "
            "give each table a file of its own."
        )
    if again.empty:
        return table
    repaired.append(
        f"{len(again)} {'rows' if len(again) > 1 else 'row'} of {where} "
        f"{'repeat' if len(again) > 1 else 'repeats'} the header and "
        f"{'are' if len(again) > 1 else 'is'} left out."
    )
    kept = table.drop(index=again)
    texts = [name for name in words if not is_identifier(name)]
    return kept.assign(**{name: _as_numbers(kept[name]) for name in texts})


def _as_numbers(column: pd.Series) -> pd.Series:
    """Give text that is all numbers as numbers, as it would have been read."""
    number = pd.to_numeric(column, errors="coerce")
    return column if (number.isna() & column.notna()).any() else number


def _filled(column: pd.Series) -> pd.Series:
    """Tell which cells hold more than white space."""
    filled = column.notna()
    if column.dtype in ("object", "str"):
        filled &= ~column.astype("str").str.fullmatch(r"[\s\u200b\ufeff]*", na=True)
    return filled


def _without_blank_rows(table: pd.DataFrame, repaired: list[str], where: str) -> pd.DataFrame:
    sparse = table[table.isna().any(axis=1) | _has_text_alone(table)]
    blank = sparse.index
    for _, column in sparse.items():
        if blank.empty:
            break
        blank = blank[~_filled(column[blank])]
    if blank.empty:
        return table
    repaired.append(f"{len(blank)} blank rows of {where} are left out.")
    return table.drop(index=blank)


def _has_text_alone(table: pd.DataFrame) -> bool:
    return table.select_dtypes(exclude=["object", "str"]).shape[1] == 0


def _without_notes(table: pd.DataFrame, repaired: list[str], where: str) -> pd.DataFrame:
    """Leave out what is written below a table: words in one cell, or marks with their meaning."""
    if len(table.columns) < 2 or table.empty:
        return table
    below: dict[int, str] = {}
    for label in reversed(table.index):
        words = [str(cell).strip() for cell in table.loc[label] if pd.notna(cell)]
        words = [word for word in words if word]
        if not _are_notes(words, len(table.columns)):
            break
        below[label] = without_figures(" ".join(words)[:40])
    if not below:
        return table
    repaired.append(
        f"{len(below)} {'rows' if len(below) > 1 else 'row'} below the table of {where} "
        f"{'are notes' if len(below) > 1 else 'is a note'} and left out "
        f"({examples(reversed(below.values()))})."
    )
    return table.drop(index=list(below))


def _are_notes(words: list[str], columns: int) -> bool:
    """Tell the cells of a note, or of a mark and its meaning, from codes, marks and figures.

    Examples
    --------
    >>> [_are_notes([one], 5) for one in ("Source: DfE", "Notes:", "[c] = low", "E01000001", "*")]
    [True, True, True, False, False]
    >>> _are_notes(["c", "suppressed"], 5), _are_notes(["Crewe", "absence"], 5)
    (True, False)
    """
    if not words or any(_CODE.match(word) for word in words):
        return False
    *marks, said = words
    if not marks:
        plain = re.search(r"[A-Za-z]{2}", said) and re.search(r"\s", said)
        return bool(plain or _HEADING.fullmatch(said))
    of_marks = len(words) < columns and columns >= _WIDE and all(map(_MARK.fullmatch, marks))
    return of_marks and bool(re.search(r"[A-Za-z]{3}", said))


def _require_one_header_row(table: pd.DataFrame, where: str) -> None:
    """Raise where years stand over counts and rates, in a header of two rows."""
    nameless = [name for name in table.columns if str(name).startswith(NO_HEADER)]
    if table.empty or not nameless:
        return
    first = table.iloc[0]
    words = [cell for cell in first if isinstance(cell, str) and cell.strip()]
    codes = [name for name in table.columns if area_type_of(name)]
    if (
        codes
        and first[codes].isna().all()
        and len(words) > 1
        and isinstance(first[nameless[0]], str)
    ):
        raise FileError(
            f"{where} has a header of two rows ({examples(words)} in the second); write both into "
            "one row, such as 2023/24 Count, so that each column has its own name."
        )
