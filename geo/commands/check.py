"""``geo check``: what each file is, and what matches."""

import sys
from pathlib import Path

import click

from geo.commands.options import DATA, INDICATORS, folders, folders_here, plain_errors


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@INDICATORS
@click.option(
    "--explain",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say of one file what it is, or why it is not recognised and which column is lacking.",
)
def check(
    place: str, data: tuple[Path, ...], indicators: tuple[Path, ...], explain: Path | None
) -> None:
    """Tell what each file in the data folders is, how many rows match, and what does not.

    Files given with --indicators are each told what is wrong with them, and looked at again with
    the place where its data is here.
    """
    with plain_errors():
        from geo.report.check import check_data, explain_file

        if explain is not None:
            click.echo("\n".join(explain_file(place, explain)))
            return

        looked = folders_here(place, data) if indicators else folders(place, data, False)
        lines, good = check_data(place, looked, indicators)
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)
