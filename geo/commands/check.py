"""``geo check``: what each file is, and what matches."""

import sys
from pathlib import Path

import click

from geo.commands.options import DATA, INDICATORS, default_folder, folders, plain_errors


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

        lines, good = check_data(place, _folders(place, data, indicators), indicators)
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)


def _folders(place: str, data: tuple[Path, ...], indicators: tuple[Path, ...]) -> list[Path]:
    """Give the data folders; of a place without any, files of indicators are checked alone."""
    if indicators and not data and not default_folder(place).is_dir():
        return []
    return folders(place, data, False)
