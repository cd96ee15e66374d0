"""The page that says how confidential counts are protected, for who answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.views.style.scripts import PageScripts
from geo.views.style.templates import style_sheet, templates

_TEMPLATES = templates(Path(__file__).with_name("assets"))


@dataclass(frozen=True)
class ProtectionPage:
    """What the protection statement says; see ``protection_page``.

    Attributes
    ----------
    place, made : str
        Whose report, and when it was made.
    rule : str
        The rule in words.
    summary : sequence of (str, str)
        What is told in a number, and the number in words.
    levels : sequence of str
        Headings of the levels, the smallest areas first.
    rows : sequence of (str, sequence of str)
        For each confidential indicator, what is hidden at each level.
    attacks, unprotected, terms : sequence of str
        Attacks that were tried, what is not protected against, and what the words mean.
    notices : sequence of str
        What every page of the report says first.
    """

    place: str
    made: str
    rule: str
    summary: Sequence[tuple[str, str]]
    levels: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    attacks: Sequence[str]
    unprotected: Sequence[str]
    terms: Sequence[tuple[str, str]]
    notices: Sequence[str] = ()


def protection_page(page: ProtectionPage) -> str:
    """Render ``protection.html``, a whole HTML page that loads nothing from elsewhere."""
    return _TEMPLATES.get_template("protection.html.j2").render(
        page=page, css=style_sheet(), scripts=PageScripts()
    )
