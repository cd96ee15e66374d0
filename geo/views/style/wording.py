"""Words that figures share: lists, levels, captions, the source of deprivation."""

from collections.abc import Sequence

from geo.vocabulary.area_types import area_type

SOURCE = (
    "Source: English Indices of Deprivation, Ministry of Housing, Communities and Local "
    "Government; boundaries, Office for National Statistics. Contains public sector information "
    "licensed under the Open Government Licence v3.0. Contains OS data © Crown copyright and "
    "database right."
)


def listed(names: Sequence[str], last: str = "and") -> str:
    """Join names as in a sentence.

    Examples
    --------
    >>> listed(["Crewe", "Alsager", "Poynton"]), listed(["Crewe", "Alsager"], "or")
    ('Crewe, Alsager and Poynton', 'Crewe or Alsager')
    """
    names = [str(name) for name in names]
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def few(names: Sequence[str], most: int = 3) -> str:
    """Name the first of several and count the others.

    Examples
    --------
    >>> few(["Crewe", "Alsager", "Poynton"]), few(["Crewe", "Alsager", "Poynton", "Bollington"])
    ('Crewe, Alsager and Poynton', 'Crewe, Alsager, Poynton and 1 more')
    """
    names = list(names)
    others = [f"{len(names) - most} more"] if len(names) > most else []
    return listed([*names[:most], *others])


def are(number: int) -> str:
    """Give the verb of so many of something, of none too.

    Examples
    --------
    >>> f"{1} {are(1)}", f"none {are(0)}", f"{2} {are(2)}"
    ('1 is', 'none is', '2 are')
    """
    return "is" if number < 2 else "are"


def counted_indicators(number: int, kind: str = "") -> str:
    """Count indicators, of a kind where one is said.

    Examples
    --------
    >>> counted_indicators(1), counted_indicators(7, "judged")
    ('1 indicator', '7 judged indicators')
    """
    words = [str(number), kind, "indicator" if number == 1 else "indicators"]
    return " ".join(word for word in words if word)


def moved(more: int, less: int, compared: int, releases: tuple[str, str]) -> str:
    """Say how many LSOAs are in a more and in a less deprived decile than in an earlier release.

    Examples
    --------
    >>> moved(2, 0, 7, ("2019", "2025"))
    '2 of 7 LSOAs are in a more deprived decile in 2025 than in 2019, none in a less deprived one'
    """
    before, after = releases
    if not compared:
        return f"No LSOA can be compared between {before} and {after}"
    return (
        f"{more or 'None'} of {area_type('lsoa').counted(compared)} {are(more)} in a more deprived "
        f"decile in {after} than in {before}, {less or 'none'} in a less deprived one"
    )


def caption_of(*parts: str) -> str:
    """Join the sentences at the foot of a chart, each with its full stop."""
    kept = [part.strip() for part in parts if part and part.strip()]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in kept)
