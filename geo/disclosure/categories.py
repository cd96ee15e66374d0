"""Categories of sex and age in words: which of them is made of which others."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

OVERALL = re.compile(
    r"(all|total|both|every|any|either)\b.*|(p|t|persons?|people|everyone|overall|combined)"
)
SEXES = {"male", "males", "m", "boys", "female", "females", "f", "girls"}
REST = "(the rest)"
OLDEST = 999


def composition(
    labels: Sequence[str], counts: pd.DataFrame, over: str, round_to: int = 1
) -> dict[str, list[str]]:
    """Say what each category that is made of others is made of.

    Parameters
    ----------
    labels : sequence of str
        Categories that stand side by side, such as ``Male``, ``Female``, ``Persons``.
    counts : DataFrame
        A column a category, a row for each area and period: what words do not tell, counts may.
    over : {"sex", "age"}
        What they are categories of.
    round_to : int
        To multiples of which the counts are rounded, so that parts need not add up.

    Returns
    -------
    dict
        The parts of each category that has some. A part may be none of ``labels``: a band between
        others, or ``REST`` where the parts that are known do not make the whole.

    Examples
    --------
    >>> counts = pd.DataFrame({"0-4": [3], "0-17": [9], "all": [20]})
    >>> composition(["0-4", "0-17", "all"], counts, "age")
    {'0-17': ['0-4', '5-17'], 'all': ['0-4', '5-17', '(the rest)']}
    """
    whole = [label for label in labels if OVERALL.fullmatch(_plain(label))]
    parts = [label for label in labels if label not in whole and label != REST]
    if not whole and len(parts) > 2:
        whole = [one for one in parts if _adds_up(counts, one, [p for p in parts if p != one])][:1]
        parts = [label for label in parts if label not in whole]
    out, tiles, base = _age_bands(parts) if over == "age" else ({}, parts, parts)
    alone = len(base) == 1 and (over == "age" or _plain(base[0]) in SEXES)
    for label in whole:
        over_whole = _beyond(counts, label, tiles, round_to)
        if (over_whole > 0).any() and not all(is_told(part, over) for part in tiles):
            continue  # the word does not mean here what it says, or its parts overlap
        rest = REST in labels or alone or bool(over_whole.any())
        made_of = [*base, REST] if rest else base
        if len(made_of) > 1:
            out[label] = made_of
    return out


def is_told(label: str, over: str) -> bool:
    """Whether a label itself says what it holds: an overall word, a sex, or a band of ages.

    Examples
    --------
    >>> is_told("Persons", "sex"), is_told("0-4 yrs", "age"), is_told("Key Stage 1", "age")
    (True, True, False)
    """
    plain = _plain(label)
    if not plain or label == REST or OVERALL.fullmatch(plain):
        return True
    return plain in SEXES if over == "sex" else _span(label) is not None


def _known(counts: pd.DataFrame, whole: str, parts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Look up the counts of a label and of its parts, in the lines in which all have some."""
    lines = counts.reindex(columns=[whole, *parts]).to_numpy(dtype=float)
    lines = lines[~np.isnan(lines).any(axis=1)]
    return lines[:, 0], lines[:, 1:]


def _adds_up(counts: pd.DataFrame, whole: str, parts: list[str]) -> bool:
    total, each = _known(counts, whole, parts)
    same = np.abs(each.sum(axis=1) - total) < 1e-6
    return bool(same.all() and ((each > 0).sum(axis=1) > 1).any())


def _beyond(counts: pd.DataFrame, whole: str, parts: list[str], round_to: int) -> np.ndarray:
    """By how much the parts are more than the whole, line by line, that rounding does not tell."""
    rounding = 0 if round_to == 1 else (len(parts) + 1) * round_to / 2
    total, each = _known(counts, whole, parts)
    more = each.sum(axis=1) - total
    return np.where(np.abs(more) > rounding + 1e-6, more, 0)


def _plain(label: str) -> str:
    return str(label).strip().lower()


def _age_bands(labels: Sequence[str]) -> tuple[dict[str, list[str]], list[str], list[str]]:
    """Cut overlapping age bands at all their ends.

    Returns
    -------
    dict, list, list
        What each band that is made of others is made of; bands and other labels that stand side
        by side for all of them; and the finest pieces of all of them.
    """
    spans = {label: span for label in labels if (span := _span(label)) is not None}
    others = [label for label in labels if label not in spans]
    named = {span: label for label, span in spans.items()}
    steps = list(pairwise(sorted({end for span in spans.values() for end in span})))

    def inside(span: tuple[int, int]) -> list[str]:
        return [
            named.get(step, f"{step[0]}-{step[1] - 1}" if step[1] < OLDEST else f"{step[0]}+")
            for step in steps
            if span[0] <= step[0] and step[1] <= span[1]
        ]

    out = {
        label: inside(span)
        for label, span in spans.items()
        if len(inside(span)) > 1 or named[span] != label
    }
    tiles: list[str] = []
    reached = -1
    for (low, high), label in sorted(named.items(), key=lambda item: (item[0][0], -item[0][1])):
        if low >= reached:
            tiles, reached = [*tiles, label], high
    covered = dict.fromkeys(piece for span in spans.values() for piece in inside(span))
    return out, [*tiles, *others], [*covered, *others]


def _span(label: str) -> tuple[int, int] | None:
    """First age and age after the last of a band; None where the label tells none.

    Examples
    --------
    >>> _span("0-4 yrs"), _span("65+"), _span("<18 yrs"), _span("All ages"), _span("1+2")
    ((0, 5), (65, 999), (0, 18), None, None)
    """
    text = _plain(label)
    if found := re.match(r"^(\d+)\s*(?:-|–|to)\s*(\d+)", text):
        return int(found[1]), int(found[2]) + 1
    if found := re.match(r"^(?:(\d+)\s*(?:\+|and over)|(?:over|aged)\s+(\d+)\+)(?!\s*\d)", text):
        return int(found[1] or found[2]), OLDEST
    if found := re.match(r"^(?:<|under)\s*(\d+)", text):
        return 0, int(found[1])
    if found := re.match(r"^(\d+)\s*(?:y.*)?$", text):
        return int(found[1]), int(found[1]) + 1
    return None
