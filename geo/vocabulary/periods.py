"""Periods that counts are of, and their order."""

import re

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def period_key(period: object) -> tuple[int, int, tuple[int, ...], str]:
    """Give what periods are sorted by: the last year named, month or quarter, all numbers.

    Examples
    --------
    >>> sorted(["Apr 2024", "Dec 2023", "2022/23-2024/25", "10", "9"], key=period_key)
    ['9', '10', 'Dec 2023', '2022/23-2024/25', 'Apr 2024']
    """
    text = str(period)
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)]
    months = [_MONTHS.index(name) + 1 for name in re.findall("|".join(_MONTHS), text.lower())]
    quarters = [3 * int(number) for number in re.findall(r"q([1-4])", text.lower())]
    numbers = tuple(int(number) for number in re.findall(r"\d+", text))
    return max(years, default=0), ([*quarters, *months] or [0])[-1], numbers, text
