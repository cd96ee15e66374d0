"""Where the figures of indicators are from and what may be done with them, as pages tell it."""

import re

import pandas as pd

from geo.views.style.wording import caption_of

NOT_PUBLIC = (
    "Not for publication: ask whoever keeps these figures before you copy them or hand them on."
)
"""In place of a licence that allows nothing."""
_FORBIDS = re.compile(
    r"\bnot (for|to be) (public|publish|shar|release|disclos|circulat)|\bunpublished\b"
    r"|\b(do|must|may|can) ?not (be )?(public|publish|share|release|disclos|circulat)"
    r"|\binternal (use|only)|\bnot public\b|\bofficial.sensitive\b|\brestricted\b",
    re.IGNORECASE,
)


def sources_of(facts: pd.DataFrame) -> tuple[str, ...]:
    """Name the sources of indicators, a line a licence; where none may be published, warn.

    Parameters
    ----------
    facts : DataFrame
        A row an indicator: ``source`` and ``licence``, in words or empty.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> sources_of(pd.DataFrame({"source": ["Census 2021", "DfE", "Own records"],
    ...     "licence": ["OGL v3.0", "OGL v3.0", "Not for publication"]}))
    ('Sources: Census 2021; DfE. Licence: OGL v3.0.', 'Source: Own records. Not for publication: ask
    whoever keeps these figures before you copy them or hand them on.')
    """
    pairs = facts[["source", "licence"]].astype(object).fillna("").astype(str).drop_duplicates()
    lines = [
        caption_of(_named([source for source in those if source]), _allowed(licence))
        for licence, those in pairs.groupby("licence", sort=False)["source"]
    ]
    return tuple(line for line in lines if line)


def forbids(licence: str) -> bool:
    """Tell whether the words of a licence allow no publication.

    Examples
    --------
    >>> forbids("Not for publication"), forbids("Internal use only"), forbids("MIT")
    (True, True, False)
    """
    return _FORBIDS.search(licence) is not None


def _named(sources: list[str]) -> str:
    listed = "; ".join(source.rstrip(".") for source in sources)
    return f"{'Sources' if sources[1:] else 'Source'}: {listed}" if sources else ""


def _allowed(licence: str) -> str:
    if forbids(licence):
        return NOT_PUBLIC
    return licence if not licence or "licence" in licence.lower() else f"Licence: {licence}"
