"""Area codes as people have them: with odd blanks, in small letters, with the name behind."""

import pandas as pd

from geo.errors import CodeError, TableError, examples

_ODD = "\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
_BLANKS = f" \t\r\n{_ODD}"
_CODE = r"([A-Za-z]\d{8})(?:\s+:\s.*)?"


def without_blanks(column: pd.Series) -> pd.Series:
    r"""Strip blanks of every kind from the ends of text; what is blank becomes missing.

    Examples
    --------
    >>> without_blanks(pd.Series([" Mill ", "Old Town"])).tolist()
    ['Mill', 'Old Town']
    """
    at, each = pd.factorize(column)  # many rows have the same text
    cells = each.tolist()
    plain = [cell.strip(_BLANKS) if isinstance(cell, str) else cell for cell in cells]
    if plain == cells:
        return column
    found = pd.Series([cell or None if isinstance(cell, str) else cell for cell in plain])
    out = pd.Series(at, index=column.index, name=column.name).map(found.astype(object))
    return out.astype(column.dtype)


def tidy_codes(codes: pd.Series) -> pd.Series:
    r"""Give codes as their publisher writes them; what is no code stays as it is, blank is missing.

    Parameters
    ----------
    codes : Series
        Text, which may have blanks at its ends, small letters, or `` : name`` behind the code.

    Returns
    -------
    Series
        On the same index.

    Examples
    --------
    >>> tidy_codes(pd.Series([" e01000001\u00a0", "E01000002 : Ashfield 001A", "Total"])).tolist()
    ['E01000001', 'E01000002', 'Total']
    """
    if not pd.api.types.is_string_dtype(codes) and codes.dtype != object:
        return codes
    at, distinct = pd.factorize(codes)  # many rows have the same code
    each = pd.Series(distinct)
    if each.dtype == "str" and each.str.fullmatch(r"[A-Z]\d{8}").all():
        return codes
    text = each.map(lambda cell: cell.strip(_BLANKS) if isinstance(cell, str) else cell)
    words = text.map(lambda cell: isinstance(cell, str)).astype(bool)
    found = text.where(words).astype("str").str.extract(f"^{_CODE}$", expand=False).str.upper()
    tidy = found.where(found.notna(), text.mask(text.eq("")))
    if tidy.equals(each):
        return codes
    where = pd.Series(at, index=codes.index, name=codes.name)
    return where.map(tidy).astype(codes.dtype)


def among(codes: pd.Series, known: pd.Series) -> pd.Series:
    """Tell which codes are among those known: ``isin``, which takes 60 times as long of text.

    pandas makes a Python object of each of the known, one by one; England has 33,755 LSOAs.

    Examples
    --------
    >>> among(pd.Series(["E01000001", "E01000009"]), pd.Series(["E01000001"])).tolist()
    [True, False]
    """
    return codes.astype(object).isin(known.to_numpy(dtype=object))


def plain_codes(series: pd.Series) -> pd.Series:
    """Index a series by codes as Python objects, which is looked up several times as fast as text.

    Examples
    --------
    >>> plain_codes(pd.Series([1], pd.Index(["E01000001"], dtype="str"))).index.dtype
    dtype('O')
    """
    return series.set_axis(series.index.astype(object))


def require_codes(codes: pd.Series, *, where: str) -> None:
    """Raise where a column of codes has a blank or something else, such as a row of totals.

    Raises
    ------
    CodeError
        If a code is missing.
    TableError
        If one has not the form of a code.
    """
    if (blank := int(codes.isna().sum())) > 0:
        raise CodeError(
            f"{blank} of {len(codes)} rows in {where} have no {codes.name}; complete them, or "
            "download the file again, which may be cut short."
        )
    wrong = ~codes.astype("str").str.fullmatch(r"[A-Z]\d{8}")
    if wrong.any():
        raise TableError(
            f"{int(wrong.sum())} of {len(codes)} rows in {where} have the {codes.name} "
            f"{examples(codes[wrong].unique())}; allowed are a letter and eight digits, so correct "
            "them, take rows of totals out, or download the file again."
        )
