"""Number formats of spreadsheets, as far as they change what a reader takes a cell for.

A format has up to four sections, parted by semicolons: for numbers above, below and at zero, and
for text; or each of the first two for the numbers that its condition names, ``[<5]"*";0``.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*\]")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_DASHES = {"-", "–", "—"}


@dataclass(frozen=True)
class Section:
    """One section of a number format.

    Attributes
    ----------
    codes : str
        What formats the value, small letters; without what is written as it stands.
    mark : str
        What is written as it stands.
    condition : tuple of str and float, or None
    """

    codes: str = "general"
    mark: str = ""
    condition: tuple[str, float] | None = None

    @property
    def percent(self) -> bool:
        """Whether it shows a number times a hundred."""
        return "%" in self.codes

    @property
    def shows_number(self) -> bool:
        """Whether the figure stands in what it shows."""
        return bool(re.search(r"[0#?@]|general", self.codes))

    @property
    def scale(self) -> int:
        """What it divides a number by: a thousand for each comma behind the digits."""
        found = re.search(r"[0#?](,+)(?![0#?,])", self.codes)
        return 1000 ** len(found[1]) if found else 1

    @property
    def width(self) -> int:
        """Least number of digits, where it has nothing but noughts; else 1."""
        return len(self.codes) if re.fullmatch(r"0+", self.codes) else 1

    def holds(self, value: float) -> bool:
        """Tell whether its condition is met."""
        if self.condition is None:
            return False
        sign, limit = self.condition
        return _COMPARE[sign](value, limit)


def section_for(value: float, number_format: str) -> Section:
    r"""Choose the section that a number is shown by.

    Examples
    --------
    >>> section_for(3, '[<5]"*";0').mark, section_for(3, ";;;").shows_number
    ('*', False)
    >>> [section_for(15, one).percent for one in ("0.0%", '0"%"', r"0\%")]
    [True, False, False]
    """
    sections = _sections(number_format)
    numeric = sections[: 3 if len(sections) > 3 or "@" not in sections[-1].codes else -1]
    if any(one.condition for one in numeric[:2]):
        others = [*(one for one in numeric if not one.condition), Section()]
        return next((one for one in numeric[:2] if one.holds(value)), others[0])
    at = 0 if value > 0 else 1 if value < 0 else 2
    return numeric[at] if at < len(numeric) else next(iter(numeric), Section())


def section_for_text(number_format: str) -> Section:
    """Choose the section that text is shown by.

    Examples
    --------
    >>> section_for_text(";;;").shows_number, section_for_text("0.0").shows_number
    (False, True)
    """
    sections = _sections(number_format)
    return sections[3] if len(sections) > 3 else Section()


def mark_of(value: float, section: Section) -> str | None:
    """Give what stands in a cell in place of its number; None where the number stands there.

    A dash that only 0 is shown as, as accountants write it, is 0.

    Examples
    --------
    >>> shown = '0;-0;"-"'
    >>> mark_of(0, section_for(0, shown)) is None, mark_of(3, section_for(3, '[<5]"-";0'))
    (True, '-')
    """
    if section.shows_number or (value == 0 and not section.condition and section.mark in _DASHES):
        return None
    return section.mark


def hides_numbers(number_format: str) -> bool:
    """Tell whether a format shows some number as a mark or as nothing.

    Examples
    --------
    >>> hides_numbers('[<5]"*";0'), hides_numbers("#,##0;-#,##0;-"), hides_numbers("0.0%;@")
    (True, False, False)
    """
    return any(
        mark_of(sign, section) is not None
        for section in _sections(number_format)[:3]
        for sign in (() if "@" in section.codes else (0,) if section.mark in _DASHES else (1,))
    )


def parts_of_date(number_format: str) -> set[str]:
    """Name the parts of a date that a format shows, by their letters.

    Examples
    --------
    >>> sorted(parts_of_date("[$-809]mmm-yy;@"))
    ['m', 'y']
    """
    return set(_sections(number_format)[0].codes) & set("ymdhs")


@lru_cache(1000)
def _sections(number_format: str) -> tuple[Section, ...]:
    parts: list[list[str]] = [[]]
    for token in _TOKEN.findall(number_format or "General"):
        if token == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return tuple(map(_section, parts))


def _section(tokens: list[str]) -> Section:
    plain = [token for token in tokens if len(token) == 1]
    found = next(filter(None, map(_CONDITION.fullmatch, tokens)), None)
    condition = (found[1], float(found[2])) if found else None
    return Section("".join(plain).lower(), "".join(map(_written, tokens)).strip(), condition)


def _written(token: str) -> str:
    """Give what a token writes: text in quotes, behind a backslash, or filling the cell."""
    if token.startswith('"'):
        return token.strip('"')
    if token.startswith("["):
        return token[2:].partition("-")[0].rstrip("]") if token.startswith("[$") else ""
    return "" if token.startswith("_") and len(token) > 1 else token[-1]
