"""Labels of periods, sexes and ages that are written differently and mean the same."""

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled
from geo.vocabulary import periods

LABELS = ("period", "sex", "age")
_WHOLE = re.compile(
    r"(?:all|total|both|every|any|either)(?: (?:sex(?:es)?|genders?|persons?|people|ages?"
    r"|age ?(?:groups?|bands?)))?|(?:all )?(?:persons?|people|combined|overall)|everyone|p|t"
)
_SEXES = {
    **dict.fromkeys(("male", "males", "m", "men"), "male"),
    **dict.fromkeys(("female", "females", "f", "women"), "female"),
    **dict.fromkeys(("boy", "boys"), "boys"),
    **dict.fromkeys(("girl", "girls"), "girls"),
}
_YEARS = r"(?: ?-?(?:y|yrs?|years?)(?: ?-?olds?| of age)?)?"
_BETWEEN = re.compile(rf"(\d+){_YEARS} ?(?:-|to|and) ?(\d+){_YEARS}")
_UPWARDS = re.compile(
    rf"(\d+){_YEARS} ?(?:\+|plus|and (?:over|above|older)|or (?:over|older)){_YEARS}"
)
_BELOW = re.compile(rf"(?:<|under|below|less than) ?(\d+){_YEARS}")
_SINGLE = re.compile(rf"(\d+){_YEARS}")


@lru_cache(10_000)
def meaning(label: str, over: str) -> Hashable:
    """Tell what a label of sex or age means, the same for all its spellings.

    Examples
    --------
    >>> meaning("Persons", "sex") == meaning("All", "sex"), meaning("M", "sex")
    (True, 'male')
    >>> meaning("10-11 yrs", "age") == meaning("10 to 11 years", "age")
    True
    >>> meaning("0-4 months", "age"), meaning("Key  Stage 1", "age")
    ('0-4 months', 'key stage 1')
    """
    plain = " ".join(re.sub(r"[‐-―−]", "-", label.lower()).split())
    if _WHOLE.fullmatch(plain):
        return "all"
    if over == "sex":
        return _SEXES.get(plain, plain)
    plain = re.sub(r"^(?:ages?d?|persons aged) ", "", plain)
    if found := _BETWEEN.fullmatch(plain):
        return int(found[1]), int(found[2])
    if found := _UPWARDS.fullmatch(plain):
        return int(found[1]), None
    if found := _BELOW.fullmatch(plain):
        return 0, int(found[1]) - 1
    if found := _SINGLE.fullmatch(plain):
        return int(found[1]), int(found[1])
    return plain


def meanings(labels: Sequence[str], over: str) -> dict[str, Hashable]:
    """Tell what the labels of one indicator mean; periods settle each other's meaning.

    Examples
    --------
    >>> found = meanings(["2023/24", "2023-24", "Wave 3"], "period")
    >>> found["2023/24"] == found["2023-24"], found["Wave 3"]
    (True, 'Wave 3')
    """
    if over != "period":
        return {label: meaning(str(label), over) for label in labels}
    return {label: found or str(label) for label, found in periods.read(labels).items()}


def without_case(labels: pd.Series) -> pd.Series:
    """Give labels that differ only in case and blanks one spelling, that of most rows.

    Examples
    --------
    >>> without_case(pd.Series(["NEET", "neet", "neet ", "absence", "neet"])).tolist()
    ['neet', 'neet', 'neet', 'absence', 'neet']
    """
    number = labels.value_counts()
    means: dict[str, list[str]] = {}
    for label in map(str, number.index):
        means.setdefault(" ".join(label.casefold().split()), []).append(label)
    kept = {other: same[0].strip() for same in means.values() for other in same}
    changed = {other: label for other, label in kept.items() if other != label}
    return labels.replace(changed) if changed else labels


def one_spelling(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Give the labels of each indicator one spelling each, that of most rows.

    Two rows that mean the same may be alike afterwards, which the caller has to refuse.

    Parameters
    ----------
    table : DataFrame
        ``indicator_id``, and ``period``, ``sex`` and ``age`` where it has them.

    Returns
    -------
    dict of Series
        The labels of each of these columns in which a spelling changes.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator_id": "x", "period": ["2023/24", "2023/24", "2023-24"]})
    >>> one_spelling(table)["period"].tolist()
    ['2023/24', '2023/24', '2023/24']
    """
    spelt = {over: _respelt(table, over) for over in LABELS if over in table}
    return {over: labels for over, labels in spelt.items() if not labels.equals(table[over])}


def require_no_other_spelling(
    table: pd.DataFrame, alike: pd.DataFrame, keys: Sequence[str], where: str = ""
) -> None:
    """Raise for rows of an area that are one row twice once their labels are spelt alike.

    Parameters
    ----------
    table, alike : DataFrame
        The rows as given, with ``area_code``, and with labels spelt alike.
    keys : sequence of str
        Columns of which each combination stands once.
    where : str
        The file, for the message.

    Raises
    ------
    TableError
        With the two spellings of the first pair.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["A", "A"], "period": ["2023/24", "2023-24"]})
    >>> try:
    ...     require_no_other_spelling(table, table.assign(period="2023/24"), list(table))
    ... except TableError as problem:
    ...     print(str(problem)[:58])
    1 of 2 rows repeat a row of their area in another spelling
    """
    keys = list(keys)
    twice = alike.duplicated(keys) & ~table.duplicated(keys)
    if not twice.any():
        return
    same = alike[alike.duplicated(keys, keep=False)].sort_values(keys, kind="stable")
    first = table.loc[same.index[:2]]
    labels = [first[key].astype(str).tolist() for key in keys if first[key].nunique() > 1]
    both = "; ".join(" beside ".join(pair) for pair in labels)
    raise TableError(
        f"{twice.sum()} of {len(table)} rows{f' in {where}' if where else ''} repeat a row of "
        f"their area in another spelling ({labelled(table.loc[twice, 'area_code'].unique())}: "
        f"{both}), and mean the same; keep one row of each."
    )


def _respelt(table: pd.DataFrame, over: str) -> pd.Series:
    counted = table.groupby(["indicator_id", over], sort=False, dropna=False).size()
    counted = counted.rename("rows").reset_index()
    counted[over] = counted[over].astype(object)
    kept = counted[over].copy()
    for _, labels in counted.groupby("indicator_id", sort=False):
        if len(labels) > 1:
            means = meanings([str(one) for one in labels[over]], over)
            number: dict[Hashable, int] = {}
            meant = np.array([number.setdefault(means[str(x)], len(number)) for x in labels[over]])
            for _, same in labels.groupby(meant, sort=False):
                kept[same.index] = same.loc[same["rows"].idxmax(), over]
    if kept.equals(counted[over]):
        return table[over]
    pairs = pd.MultiIndex.from_frame(counted[["indicator_id", over]])
    own = pd.MultiIndex.from_frame(table[["indicator_id", over]].astype({over: object}))
    return pd.Series(kept.to_numpy()[pairs.get_indexer(own)], table.index, dtype=table[over].dtype)
