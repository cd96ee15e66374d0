"""Which numbers are too small to print, or tell too much of one person."""

from dataclasses import dataclass
from typing import Any

from geo.errors import TableError
from geo.vocabulary.measures import CONTRIBUTIONS


@dataclass(frozen=True)
class Rule:
    """Which numbers are too small to print.

    Parameters
    ----------
    counts_under : int
        Counts from 1 to one less are hidden; 5 as in much local practice, 3 as ONS for deaths,
        8 as NHS England for hospital statistics.
    hide_zeros : bool
        Whether zeros are hidden too.
    denominators_under : int, optional
        Denominators from 1 to one less are hidden with their counts, because a count out of 2 is
        known well enough; as ``counts_under`` where not given, 0 for never.
    rates_under : int
        Values and limits on fewer events are left out, though the count is printed; 0 for never.
        ONS makes no crude rate of fewer than 3 deaths.
    round_to : int
        Printed counts are rounded to multiples of this, and values made of the rounded counts; 5
        as DfE and NHS England do, 1 for no rounding.
    near_denominator : int
        Counts of which fewer than this many people are left of the denominator are hidden too:
        where nearly everybody has a condition, of the others each is known not to. For proportions
        of sensitive conditions; 0 for never.
    dominance : (int, float), optional
        The (n, k) dominance rule: sums and means are hidden of which the n largest contributions
        make more than k % of the total.
    p_percent : float
        The p% rule: sums and means are hidden whose largest contribution the second largest
        contributor could tell to within p %, because what all others contribute is less than that;
        0 for never.

    Raises
    ------
    TableError
        If a number is not whole or not allowed, or the rule would hide nothing.

    References
    ----------
    ONS, Policy on protecting confidentiality in tables of birth and death statistics. NHS
    England, Disclosure control methodology for Hospital Episode Statistics and the Emergency Care
    Data Set (counts of 1 to 7 hidden, others rounded to the nearest 5). Hundepool A et al.,
    Handbook on Statistical Disclosure Control, section 4.2: dominance and p% rule, whose parameters
    are to be kept confidential.

    Examples
    --------
    >>> Rule().words
    'counts under 5 are not shown'
    >>> Rule(counts_under=8, round_to=5).words
    'counts under 8 are not shown; counts are rounded to the nearest 5'
    """

    counts_under: int = 5
    hide_zeros: bool = False
    denominators_under: int | None = None
    rates_under: int = 0
    round_to: int = 1
    near_denominator: int = 0
    dominance: tuple[int, float] | None = None
    p_percent: float = 0

    def __post_init__(self) -> None:
        """Refuse numbers that are not allowed."""
        self._refuse_small_numbers()
        if self.dominance is not None:
            object.__setattr__(self, "dominance", _dominance(self.dominance))
        if not _between(self.p_percent, 0, 100):
            raise TableError(
                f"The rule has p_percent={self.p_percent!r}; give a number from 0 (for never) to "
                "100."
            )

    def _refuse_small_numbers(self) -> None:
        lowest = {
            "counts_under": 2,
            "denominators_under": 0,
            "rates_under": 0,
            "near_denominator": 0,
            "round_to": 1,
        }
        for name, low in lowest.items():
            number = getattr(self, name)
            if number is None and name == "denominators_under":
                continue
            if not isinstance(number, int) or isinstance(number, bool) or number < low:
                hides = " (a rule with less hides nothing)" if name == "counts_under" else ""
                raise TableError(
                    f"The rule has {name}={number!r}; give a whole number from {low} up{hides}."
                )

    @property
    def words(self) -> str:
        """The rule for readers.

        How many contributors dominate, and how close is too close, is not told: who knows it could
        narrow the largest contribution to what is printed.
        """
        parts = [f"counts under {self.counts_under} are not shown"]
        if self.hide_zeros:
            parts.append("nor are zeros")
        if self.denominators_under not in (None, self.counts_under):
            parts.append(f"nor are denominators under {self.denominators_under}")
        if self.near_denominator:
            parts.append(f"nor are counts with fewer than {self.near_denominator} people left over")
        if self.dominance:
            parts.append("nor are sums and means that few people dominate ((n, k) dominance rule)")
        if self.p_percent:
            parts.append(
                "nor are sums and means from which a contributor could tell another's contribution "
                "too closely (p% rule)"
            )
        if self.rates_under:
            parts.append(f"values on fewer than {self.rates_under} events are not shown")
        if self.round_to > 1:
            parts.append(f"counts are rounded to the nearest {self.round_to}")
        return "; ".join(parts)

    @property
    def smallest(self) -> int:
        """Least count that is hidden."""
        return 0 if self.hide_zeros else 1

    @property
    def width(self) -> int:
        """How wide the feasibility interval of a hidden count has to stay."""
        return max(self.counts_under - 1 - self.smallest, self.near_denominator - 1)

    @property
    def small_denominators(self) -> int:
        """Denominators under this are hidden."""
        return self.counts_under if self.denominators_under is None else self.denominators_under

    @property
    def contributions(self) -> tuple[str, ...]:
        """Columns of the largest contributions that the rules for sums and means ask for."""
        most = self.dominance[0] if self.dominance else 0
        return CONTRIBUTIONS[: max(most, 2 if self.p_percent else 0)]

    @property
    def largest_protection(self) -> float:
        """Most that the protection level of a total can be, as a share of it.

        It is reached where one person contributes everything.
        """
        below = 100 / self.dominance[1] - 1 if self.dominance else 0.0
        return max(below, self.p_percent / 100)


def _dominance(given: Any) -> tuple[int, float]:
    """Read n and k of a dominance rule; a list where they come from a file."""
    pair = tuple(given) if isinstance(given, list | tuple) else ()
    most = len(CONTRIBUTIONS)
    n, k = pair if len(pair) == 2 else (0, 0)
    if not isinstance(n, int) or not _between(n, 1, most) or not _between(k, 1, 99.999):
        raise TableError(
            f"The rule has dominance={given!r}; give how many contributions, a whole number from 1 "
            f"to {most}, and their share in per cent, from 1 to under 100, such as --dominance "
            "1,75 (in Python (1, 75))."
        )
    return n, float(k)


def _between(number: Any, least: float, most: float) -> bool:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return is_number and least <= number <= most
