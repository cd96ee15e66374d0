"""Words that figures share: lists, levels, captions, the source of deprivation."""

from collections.abc import Sequence

SOURCE = (
    "Source: English Indices of Deprivation, Ministry of Housing, Communities and Local "
    "Government; boundaries, Office for National Statistics. Contains public sector information "
    "licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and "
    "database right."
)


def level_word(level: str, number: int = 2) -> str:
    """Word for areas of a type: ward, LSOA, sub-locality, in the plural for more than one.

    Examples
    --------
    >>> level_word("wd24nm"), level_word("locality"), level_word("lsoa21", 1)
    ('wards', 'localities', 'LSOA')
    """
    kind = level.removesuffix("nm").removesuffix("cd").rstrip("0123456789")
    known = {"wd": "ward", "lsoa": "LSOA", "msoa": "MSOA", "lad": "authority"}
    word = known.get(kind, level.replace("_", "-" if level.startswith("sub_") else " "))
    if number == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def listed(names: Sequence[str]) -> str:
    """Join names as in a sentence.

    Examples
    --------
    >>> listed(["Crewe", "Alsager", "Poynton"])
    'Crewe, Alsager and Poynton'
    """
    names = [str(name) for name in names]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def caption_of(*parts: str) -> str:
    """Join the sentences at the foot of a chart, each with its full stop."""
    kept = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in kept)
