"""Words that figures share: lists, levels, captions, the source of deprivation."""

from collections.abc import Sequence

SOURCE = (
    "Source: English Indices of Deprivation, Ministry of Housing, Communities and Local "
    "Government; boundaries, Office for National Statistics. Contains public sector information "
    "licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and "
    "database right."
)


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    Examples
    --------
    >>> listed(["Crewe", "Alsager", "Poynton"])
    'Crewe, Alsager and Poynton'
    """
    names = [str(name) for name in names]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def counted_indicators(number: int, kind: str = "") -> str:
    """Count indicators, of a kind where one is said.

    Examples
    --------
    >>> counted_indicators(1), counted_indicators(7, "judged")
    ('1 indicator', '7 judged indicators')
    """
    words = [str(number), kind, "indicator" if number == 1 else "indicators"]
    return " ".join(word for word in words if word)


def caption_of(*parts: str) -> str:
    """Join the sentences at the foot of a chart, each with its full stop."""
    kept = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in kept)
