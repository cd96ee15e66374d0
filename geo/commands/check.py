"""``geo check``: what each file is, and what matches."""

import sys
from pathlib import Path

import click

from geo.commands.options import DATA, folders, plain_errors


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@click.option(
    "--explain",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say of one file what it is, or why it is not recognised and which column is lacking.",
)
def check(place: str, data: tuple[Path, ...], explain: Path | None) -> None:
    """Tell what each file in the data folders is, how many rows match, and what does not."""
    with plain_errors():
        from geo.report.check import check_data, explain_file

        if explain is not None:
            click.echo("\n".join(explain_file(place, explain)))
            return

        lines, good = check_data(place, folders(place, data, False))
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)
