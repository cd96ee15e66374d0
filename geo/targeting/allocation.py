"""Split a budget, or whole posts, between areas by need."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil, floor

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.statistics.table_checks import confidence_levels, refuse
from geo.targeting.draws import need_draws, stream
from geo.targeting.needs import FORMULAS, Need, area_codes, complete


@dataclass(frozen=True)
class Limits:
    """What every area's share has to keep to; each a number for all, or a column.

    Attributes
    ----------
    floor : float or str
        The least an area gets, in the unit of the budget.
    cap : float or str, optional
        The most an area gets.
    change : float, optional
        How far a share may move from last year's: 0.1 for 10% up or down.
    """

    floor: float | str = 0
    cap: float | str | None = None
    change: float | None = None


@dataclass(frozen=True)
class CountedNeed:
    """A need that is a count of cases, so that chance has a part in it.

    Attributes
    ----------
    count, denominator : str
        Columns of the cases, and of the people (above 0) among whom they are.
    measure : {"proportion", "rate"}
        Whether each of these is a case or not, or cases are events.
    draws, seed : int
        How many times needs are drawn, and where chance starts.
    confidence : float
        Of the intervals of the shares.
    """

    count: str
    denominator: str
    measure: str = "proportion"
    draws: int = 400
    seed: int = 0
    confidence: float = 0.95


def allocate(
    areas: pd.DataFrame,
    *,
    budget: float,
    need: str | CountedNeed,
    unit: float = 0.01,
    limits: Limits = Limits(),
    population: str | None = None,
    last: str | None = None,
) -> pd.DataFrame:
    """Split a budget between areas in proportion to need, to the penny, within limits.

    Every area gets its need times one amount, or where that is outside its limits the limit. What
    rounding leaves over goes, a unit each, to those to whom most was rounded away (largest
    remainder; equal remainders in the order of the areas). So an area's share never falls as its
    need rises, all else equal; sums are exact, in fractions, until they are rounded.

    Parameters
    ----------
    areas : DataFrame
        One row an area: a column of codes, ``need`` (0 or more), and ``population``, ``last`` and
        columns of ``limits`` where named. Needs that disclosure control hid are missing, and
        refused, because a share would give them away.
    budget : float
        What is to be split, a whole number of units.
    need : str or CountedNeed
        Column of the need; as a `CountedNeed` the shares get intervals.
    unit : float
        The smallest amount: 0.01 for pennies, 1 for whole posts, 0.5 for half posts.
    limits : Limits
        Floor, cap and change from last year.
    population, last : str, optional
        Columns of people, and of last year's shares in the unit of the budget.

    Returns
    -------
    DataFrame
        The code, ``need``, ``allocated``, ``share`` (0 to 1), ``per_need`` (``allocated`` over
        need), ``held`` (floor, cap or change where a limit holds), and side by side ``equal``,
        ``by_population`` and ``today`` where known; of a `CountedNeed` also ``low`` and ``high``,
        between which the share lies as needs are drawn from what their counts leave open (areas
        drawn towards the rate of all, as in ``geo.priority``).

    Raises
    ------
    TableError
        If a need is missing or negative, the budget is no whole number of units, or limits cannot
        be met together: the message says which.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Largest remainder (Hamilton): Balinski ML, Young HP (2001). Fair representation: meeting the
    ideal of one man, one vote, 2nd edition. Brookings.

    Examples
    --------
    >>> areas = pd.DataFrame({"area_code": ["Crewe", "Nantwich", "Poynton"], "need": [5, 3, 1]})
    >>> allocate(areas, budget=10, need="need", unit=1, limits=Limits(floor=2))[
    ...     ["area_code", "allocated", "held"]]
      area_code  allocated   held
    0     Crewe        5.0
    1  Nantwich        3.0
    2   Poynton        2.0  floor
    """
    codes = area_codes(areas)
    step = _fraction(unit, "unit")
    units = _fraction(budget, "budget") / step
    if units.denominator != 1:
        raise TableError(
            f"The budget is {budget} and the unit {unit}; give a budget of whole units."
        )
    wanted = complete(areas, need.count if isinstance(need, CountedNeed) else need)
    low, high, why = _bounds(areas, codes, limits, step, last)
    _refuse_unmet(wanted, low, high, int(units), float(step))
    given = _split(int(units), [Fraction(x) for x in wanted], low, high)
    table = pd.DataFrame({codes.name: codes, "need": wanted}, areas.index)
    table["allocated"] = _amounts(given, step)
    table["share"] = table["allocated"] / float(budget) if budget else np.nan
    table["per_need"] = table["allocated"] / table["need"].where(table["need"] > 0)
    table["held"] = _held(given, low, high, why)
    if isinstance(need, CountedNeed):
        drawn = [_split(int(units), one, low, high) for one in _drawn_needs(areas, need)]
        ends = (1 - need.confidence) / 2, (1 + need.confidence) / 2
        interval = np.quantile(drawn, ends, axis=0, method="inverted_cdf")
        table["low"], table["high"] = (_amounts(end.tolist(), step) for end in interval)
    free = [0] * len(areas), [int(units)] * len(areas)
    table["equal"] = _amounts(_split(int(units), [Fraction(1)] * len(areas), *free), step)
    if population is not None:
        people = complete(areas, population)
        if not people.sum():
            raise TableError(f"Nobody is in {population}; give people, or leave it out.")
        shares = _split(int(units), [Fraction(x) for x in people], *free)
        table["by_population"] = _amounts(shares, step)
    if last is not None:
        table["today"] = areas[last]
    return table


def _drawn_needs(areas: pd.DataFrame, need: CountedNeed) -> Iterator[list[Fraction]]:
    """Draw what the needs of all areas may be, given their counts."""
    confidence_levels(need.confidence)
    if need.draws < 1 or need.measure not in FORMULAS:
        raise TableError(
            f"There are {need.draws} draws and the measure is {need.measure!r}; give at least one "
            f"draw, and {' or '.join(FORMULAS)}."
        )
    count, people = complete(areas, need.count), complete(areas, need.denominator)
    few = (people == 0) | ((count > people) & (need.measure == "proportion"))
    refuse(areas, few, need.denominator, "it is above 0, and no less than cases of a proportion")
    known = Need(
        need.count, count / people, np.zeros(len(areas), bool), count, people, need.measure
    )
    rates = need_draws(known, np.zeros(len(areas), int), None, stream(need.seed, 0))
    for rate in islice(rates, need.draws):
        yield [Fraction(one) for one in (rate * people).tolist()]


def _fraction(amount: float, name: str) -> Fraction:
    """Read an amount as it is written: 0.1 is a tenth."""
    try:
        read = Fraction(str(amount))
    except ValueError:
        read = Fraction(-1)
    if read < 0 or (name == "unit" and not read):
        raise TableError(f"The {name} is {amount}; give a number above 0.")
    return read


def _bounds(
    areas: pd.DataFrame, codes: pd.Series, limits: Limits, step: Fraction, last: str | None
) -> tuple[list[int], list[int | None], tuple[list[str], list[str]]]:
    """Least and most whole units of each area, and the limit that each comes from."""
    size = len(areas)

    def each(limit: float | str) -> list[Fraction]:
        values = (
            complete(areas, limit).tolist()
            if isinstance(limit, str)
            else [float(_fraction(limit, "limit"))] * size
        )
        return [Fraction(str(value)) / step for value in values]

    low = [ceil(value) for value in each(limits.floor)]
    high: list[int | None] = [
        None if limits.cap is None else floor(cap) for cap in each(limits.cap or 0)
    ]
    below, above = ["floor"] * size, ["cap"] * size
    if limits.change is not None:
        if last is None:
            raise TableError("A limit to change needs last year's shares; name their column.")
        part = _fraction(limits.change, "limit to change")
        for i, before in enumerate(each(last)):
            if (least := ceil(before * (1 - part))) > low[i]:
                low[i], below[i] = least, "change"
            most = floor(before * (1 + part))
            cap = high[i]
            if cap is None or most < cap:
                high[i], above[i] = most, "change"
    crossed = [i for i in range(size) if (top := high[i]) is not None and low[i] > top]
    if crossed:
        i = crossed[0]
        raise TableError(
            f"In {len(crossed)} areas ({examples(codes.iloc[crossed])}) the limits cannot be met "
            f"together: the least ({below[i]}) is above the most ({above[i]}); lower the one or "
            "raise the other."
        )
    return low, high, (below, above)


def _refuse_unmet(
    need: np.ndarray, low: list[int], high: list[int | None], units: int, step: float
) -> None:
    """Refuse limits that leave the budget too small, or something of it unspent."""
    if sum(low) > units:
        raise TableError(
            f"The least that all areas are to get adds up to {sum(low) * step:,.2f}, above the "
            f"budget of {units * step:,.2f}; lower floors, allow more change, or give more."
        )
    most = [
        least if not n else units if cap is None else cap
        for n, least, cap in zip(need, low, high, strict=True)
    ]
    if sum(most) < units:
        raise TableError(
            f"The most that areas with any need can get adds up to {sum(most) * step:,.2f}, below "
            f"the budget of {units * step:,.2f}; raise caps, allow more change, or give less."
        )


def _split(
    units: int, need: list[Fraction], low: list[int], high: list[int] | list[int | None]
) -> list[int]:
    """Whole units by need between bounds that can be met, by the largest remainder."""
    exact = _quotas(units, need, low, high)
    given = [floor(quota) for quota in exact]
    left = units - sum(given)
    by_remainder = sorted(range(len(exact)), key=lambda i: given[i] - exact[i])
    for i in by_remainder[:left]:
        given[i] += 1
    return given


def _quotas(
    units: int, need: list[Fraction], low: list[int], high: list[int] | list[int | None]
) -> list[Fraction]:
    """Need times the one amount, held within bounds, with which the sum is that of the units.

    The sum rises with the amount, in straight pieces that meet where an area leaves its floor or
    reaches its cap.
    """
    # (amount at which it happens, change of the slope, change of the constant)
    turns: list[tuple[Fraction, Fraction, Fraction]] = []
    for n, least, most in zip(need, low, high, strict=True):
        if n:
            turns.append((least / n, n, Fraction(-least)))
            if most is not None:
                turns.append((most / n, -n, Fraction(most)))
    turns.sort(key=lambda turn: turn[0])
    slope, constant, amount = Fraction(0), Fraction(sum(low)), Fraction(0)
    for at, steeper, more in turns:
        if slope * at + constant >= units:
            break
        slope, constant, amount = slope + steeper, constant + more, at
    if slope:
        amount = (units - constant) / slope
    return [
        max(Fraction(least), amount * n if most is None else min(amount * n, Fraction(most)))
        for n, least, most in zip(need, low, high, strict=True)
    ]


def _amounts(given: list[int], step: Fraction) -> list[float]:
    return [float(int(units) * step) for units in given]


def _held(
    given: list[int],
    low: list[int],
    high: list[int | None],
    why: tuple[list[str], list[str]],
) -> list[str]:
    """Name the limit that an area's share is held by."""
    below, above = why
    return [
        above[i] if units == high[i] else below[i] if units == low[i] and units else ""
        for i, units in enumerate(given)
    ]
