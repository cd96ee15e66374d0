"""``geo slides``: a report as slides."""

from pathlib import Path

import click

from geo.commands.options import plain_errors

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("folder", type=_PATH, default="outputs")
@click.option("--out", type=_PATH, help="File to write.  [default: FOLDER/slides.pptx]")
@click.option(
    "--template",
    type=_PATH,
    help="Presentation or template (.pptx, .potx) with your layouts and colours.",
)
def slides(folder: Path, out: Path | None, template: Path | None) -> None:
    """Write a report that geo build made as slides, one for each of the smallest groups.

    Findings as titles, maps with alternative text, tables, and notes with the source of each
    number.
    """
    with plain_errors():
        from geo.report.slides import write_report_slides

        click.echo(f"Open {write_report_slides(folder, out or '', template or '')}.")
