"""A folder that a build wrote, as a Word document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geo.report.credits import SAMPLE_NOTICE
from geo.report.differences import manifest_in
from geo.report.manifest import day_made
from geo.report.printed import AREA_HEADER, area_rows, printed_table
from geo.views.document.word import Block, Heading, Picture, Table, Words, write_document
from geo.views.style.export import words_of
from geo.vocabulary.area_types import vintage_column
from geo.vocabulary.local_names import naming_column

NAME = "report.docx"
_FIRST = 10


def write_word(folder: str | Path, out: str | Path = "", template: str | Path = "") -> Path:
    """Write what a report's folder holds as a Word document to go on with.

    Parameters
    ----------
    folder : str or Path
        A folder that ``geo build`` wrote.
    out : str or Path, optional
        File to write; ``report.docx`` in the folder where not given.
    template : str or Path, optional
        A Word document or template with the styles to use.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    FileError
        If the folder is no report, a template cannot be used, or the file cannot be written.
    """
    folder = Path(folder)
    manifest = manifest_in(folder)
    path = Path(out) if out else folder / NAME
    blocks = list(_blocks(folder, manifest))
    place = manifest["place"]["name"]
    title = f"{place}: where deprivation sits, neighbourhood by neighbourhood"
    made = f"Made {day_made(manifest)} from the Indices of Deprivation {manifest['release']}"
    write_document(path, title, made, blocks, Path(template) if template else None)
    return path


def _blocks(folder: Path, manifest: dict[str, Any]) -> Iterator[Block]:
    """Put a report in order: what was found, tables, figures, sources."""
    synthetic = manifest["place"].get("synthetic")
    status = manifest["membership"]["status"]
    if synthetic:
        yield Words(SAMPLE_NOTICE)
    if status != "as listed":
        yield Words(status)
    yield Heading("What was found")
    for sentence in manifest["headline"]:
        yield Words(sentence, bullet=True)
    yield from _by_area(folder)
    yield from _first(folder)
    yield from _figures(folder)
    yield Heading("Sources and method")
    for sentence in [*manifest["licences"], *manifest["left_out"], *manifest["warnings"]]:
        yield Words(sentence, bullet=True)


def _by_area(folder: Path) -> Iterator[Block]:
    table = printed_table(folder, "deprivation_by_area")
    if table is None:
        return
    yield Heading("Most deprived LSOAs by area")
    yield Table(
        "LSOAs in the most deprived 10%, 20% and 30% in England, by area",
        AREA_HEADER,
        area_rows(table),
    )


def _first(folder: Path) -> Iterator[Block]:
    table = printed_table(folder, "targeting")
    if table is None:
        return
    first = table[table["rank"].le(_FIRST)].sort_values("rank")
    _, code = vintage_column(first)
    name = naming_column(first, code)
    rows = [
        [str(row[name]), row[code], f"{row['rank']:.0f}", str(row["standing"])]
        for row in first.to_dict("records")
    ]
    yield Heading("Neighbourhoods that come first")
    header = ["Neighbourhood", "LSOA", "Place", "How sure"]
    yield Table(f"The first {_FIRST} LSOAs in order of priority", header, rows)


def _figures(folder: Path) -> Iterator[Block]:
    """Each figure under its finding, with caption and alternative text."""
    told = sorted((folder / "figures").glob("*.txt"))
    if told:
        yield Heading("Figures")
    number = 0
    for path in told:
        alt, caption = words_of(path)
        finding, _, rest = caption.partition(". ")
        yield Heading(finding, 2)
        pages = [path.with_suffix(".png"), *sorted(path.parent.glob(f"{path.stem}-[0-9]*.png"))]
        about = rest.partition(". ")[0] or finding  # the picture has the rest at its foot
        for picture in (one for one in pages if one.exists()):
            number += 1
            yield Picture(picture, f"Figure {number}. {about.rstrip('.')}.", alt)
