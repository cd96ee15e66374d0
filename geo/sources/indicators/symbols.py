"""Marks that publishers put in place of a figure."""

import re

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from geo.errors import TableError, labelled, without_figures
from geo.vocabulary.measures import STATES

_BOUND = r"(?:\d+(?:\.\d+)?%?|five|ten)"
_SUPPRESSED = re.compile(
    r"[*†‡]+|\[?(c|u|low)\]?|\(c\)|supp(ressed)?\.?|\d{1,2} or \d{1,2}"
    r"|(between )?\d{1,2}\s*(-|–|to|and)\s*<?\d{1,2}"
    rf"|([<>]=?|[≤≥])\s*{_BOUND}\*?|(under|below|up to) {_BOUND}|{_BOUND} or (fewer|less)"
    rf"|(less|fewer|more|greater) than (or equal to )?{_BOUND}"
)
_MISSING = re.compile(r"\[?[xzw]\]?|\.+|…|:|[-–—]+|n/?a|nan|null|none|not (available|applicable)|")
_NUMBER = re.compile(  # 0,125 is no number: its comma parts no thousands
    r"[-+]?(?:£\s?)?(?=\.?\d)(\d+|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?(e[-+]?\d+)?\s?%?",
    re.IGNORECASE | re.ASCII,
)
WITHHELD = r"suppress|disclosure|too small|small (?:number|count)"  # in Fingertips' value notes


def figures(column: pd.Series, codes: pd.Series, where: str) -> tuple[pd.Series, pd.Series]:
    """Read a column as floats, and tell which cells hold a sign of suppression."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        number = column.astype("float64")
        refuse_sign(np.isinf(number), column, codes, where, "infinite")
        return number, pd.Series(False, index=column.index)
    cells = pd.Series(pd.factorize(column)[1]).astype("str")
    words = cells.str.strip().str.lower()
    is_number, is_hidden, is_missing = (
        words.map(lambda word, form=form: bool(form.fullmatch(word))).astype(bool)
        for form in (_NUMBER, _SUPPRESSED, _MISSING)
    )
    at = pd.Series(pd.factorize(column)[0], index=column.index)
    unknown = at.isin(np.flatnonzero(~(is_number | is_hidden | is_missing)))
    refuse_sign(
        unknown, column, codes, where, "no number and no known sign for suppressed or missing"
    )
    values = pd.to_numeric(words.where(is_number).str.replace(r"[,%£\s]", "", regex=True))
    return at.map(values.astype("float64")), at.map(is_hidden).eq(True)


def is_number(cell: str) -> bool:
    """Tell whether text is a figure, or the two dots that stand for one.

    Examples
    --------
    >>> is_number("1,234"), is_number(".."), is_number("April 2024"), is_number("")
    (True, True, False, False)
    """
    return cell == ".." or bool(_NUMBER.fullmatch(cell))


def refuse_sign(
    wrong: pd.Series, column: pd.Series | None, codes: pd.Series, where: str, what: str
) -> None:
    """Raise for cells that are neither a figure nor a known sign."""
    if column is None or not wrong.any():
        return
    pairs = zip(column[wrong], codes[wrong], strict=True)
    named = labelled(
        f"{without_figures(repr(value))} for {without_figures(code)}" for value, code in pairs
    )
    raise TableError(
        f"{wrong.sum()} of {len(column)} rows in {where} have {named} as {column.name}, which is "
        f"{what}; correct the figures (signs that are read: *, c, [c], <5, ≤5, fewer than 5, [x], "
        "[z], .., -)."
    )


def refuse_half_percent(
    column: pd.Series | None, ids: pd.Series, codes: pd.Series, where: str
) -> None:
    """Raise where figures of an indicator are percentages (12%) and others fractions (0.12)."""
    if column is None or is_numeric_dtype(column):
        return
    words = column.astype("str").str.strip()
    percent = words.str.endswith("%").eq(True)
    plain = pd.to_numeric(words, errors="coerce").abs()
    fraction = plain.between(0, 1, inclusive="neither").eq(True)
    mixed = percent.groupby(ids.array).transform("any") & fraction
    refuse_sign(mixed, column, codes, where, "without the % that others of the indicator have")


def stated(column: pd.Series, codes: pd.Series, where: str) -> pd.Series:
    """Rows that the file itself calls suppressed."""
    words = column.astype("str").str.strip().str.lower()
    wrong = words.notna() & ~words.isin(["", *STATES])
    if wrong.any():
        raise TableError(
            f"{wrong.sum()} of {len(column)} rows in {where} have state "
            f"{labelled(map(without_figures, words[wrong]))} (for {labelled(codes[wrong])}); "
            f"allowed are {', '.join(STATES)}, so correct them."
        )
    return words.eq("suppressed").fillna(False)
