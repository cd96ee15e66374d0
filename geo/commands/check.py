"""``geo check``: what each file is, and what matches."""

import sys
from pathlib import Path

import click

from geo.commands.options import DATA, INDICATORS, RELEASES, folders, folders_here, plain_errors


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@INDICATORS
@click.option(
    "--release",
    type=click.Choice([*RELEASES.choices, "all"]),
    help="Release of the Indices to look at as a build of it would, or all that are here.  "
    "[default: the newest that is here]",
)
@click.option(
    "--explain",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Say of one file what it is, or why it is not recognised and which column is lacking.",
)
def check(
    place: str,
    data: tuple[Path, ...],
    indicators: tuple[Path, ...],
    release: str | None,
    explain: Path | None,
) -> None:
    """Tell what each file in the data folders is, how many rows match, and what does not.

    It reads what a build of the place would read.

    Files given with --indicators are each told what is wrong with them, and looked at again with
    the place where its data is here.
    """
    with plain_errors():
        from geo.report.check import check_data, explain_file

        if explain is not None:
            click.echo("\n".join(explain_file(place, explain)))
            return

        looked = folders_here(place, data) if indicators else folders(place, data, False)
        lines, good = check_data(place, looked, indicators, release)
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)
