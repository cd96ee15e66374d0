"""Which numbers are too small to print."""

from dataclasses import dataclass

from geo.errors import TableError


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

    Raises
    ------
    TableError
        If a number is not whole, or the rule would hide nothing.

    References
    ----------
    ONS, Policy on protecting confidentiality in tables of birth and death statistics. NHS
    England, Disclosure control methodology for Hospital Episode Statistics and the Emergency Care
    Data Set (counts of 1 to 7 hidden, others rounded to the nearest 5).

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

    def __post_init__(self) -> None:
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
        """The rule for readers."""
        parts = [f"counts under {self.counts_under} are not shown"]
        if self.hide_zeros:
            parts.append("nor are zeros")
        if self.denominators_under not in (None, self.counts_under):
            parts.append(f"nor are denominators under {self.denominators_under}")
        if self.near_denominator:
            parts.append(f"nor are counts with fewer than {self.near_denominator} people left over")
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
