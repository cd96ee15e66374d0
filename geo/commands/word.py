"""``geo word``: a report as a Word document."""

from pathlib import Path

import click

from geo.commands.options import plain_errors

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PATH, default="outputs")
@click.option("--out", type=_PATH, help="File to write.  [default: FOLDER/report.docx]")
@click.option(
    "--template", type=_PATH, help="Word document or template (.docx, .dotx) with your styles."
)
def word(folder: Path, out: Path | None, template: Path | None) -> None:
    """Write a report that geo build made as a Word document, to go on with.

    Headings, tables, and every figure with its caption and alternative text.
    """
    with plain_errors():
        from geo.report.word import write_word

        click.echo(f"Open {write_word(folder, out or '', template or '')}.")
