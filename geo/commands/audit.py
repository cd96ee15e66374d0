"""``geo audit``: what finished tables give away."""

import sys
from pathlib import Path

import click

from geo.commands.options import plain_errors


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--place", help="Known place or folder that says what groups areas lie in.")
@click.option(
    "--rule",
    "under",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="Counts from 1 to one less are too small.",
)
def audit(folder: Path, place: str | None, under: int) -> None:
    """Tell which hidden counts can be worked out from the finished tables in DIR.

    CSV files, Excel workbooks and GeoPackages are read, whoever made them. Exit code 1 where
    something is found.
    """
    with plain_errors():
        from geo.disclosure.rules import Rule
        from geo.report.audit.folder import audit_folder

        done = audit_folder(folder, place=place, rule=Rule(counts_under=under))
    for line in done.notes:
        click.echo(f"Note: {line}", err=True)
    for line in done.lines:
        click.echo(line)
    tables = f"{len(done.tables)} {'table' if len(done.tables) == 1 else 'tables'}"
    found = f"{len(done.found)} of {done.hidden} hidden counts"
    click.echo(f"{found} can be worked out from {tables} of areas.")
    if len(done.found):
        sys.exit(1)
