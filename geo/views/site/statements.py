"""The page of sentences to use in a document, each with the table that it is from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from geo.views.style.scripts import PageScripts, bundle
from geo.views.style.templates import style_sheet, templates

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)


@dataclass(frozen=True)
class Statement:
    """A sentence with the rows and columns of the table that it is from.

    Attributes
    ----------
    topic, text : str
        Heading under which it stands, and the sentence.
    table : str
        File of the table, from the report's folder.
    rows : str
        Which of its rows: ``"area_type = borough; area = Sandmere"``.
    columns : str
        Which of its columns: ``"top_30, lsoas"``.
    """

    topic: str
    text: str
    table: str
    rows: str
    columns: str


@dataclass(frozen=True)
class StatementsPage:
    """What ``statements.html`` says; see ``statements_page``.

    Attributes
    ----------
    place, label : str
        Whose report it is, and on which release and geography it stands.
    statements : sequence of Statement
        In order; those of one topic beside each other.
    notices, sources : sequence of str
        What is said first, and where the data are from.
    """

    place: str
    label: str
    statements: Sequence[Statement]
    notices: Sequence[str] = ()
    sources: Sequence[str] = ()


def statements_page(page: StatementsPage) -> str:
    """Render the page: a list of topics, then each sentence with its source and a button."""
    topics = [
        (topic, list(those)) for topic, those in groupby(page.statements, lambda one: one.topic)
    ]
    return _TEMPLATES.get_template("statements.html.j2").render(
        page=page,
        topics=topics,
        css=style_sheet(_ASSETS / "gallery.css", _ASSETS / "statements.css"),
        scripts=PageScripts(bundle(_ASSETS / "gallery.js")),
    )
