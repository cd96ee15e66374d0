"""``geo diff``: what differs between two reports."""

from pathlib import Path

import click

from geo.commands.options import plain_errors

_FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("old", type=_FOLDER)
@click.argument("new", type=_FOLDER)
@click.option("--out", type=click.Path(path_type=Path), help="CSV to write, a row a difference.")
def diff(old: Path, new: Path, out: Path | None) -> None:
    """Tell what differs between two folders that geo build wrote, and what it comes of.

    Areas that joined or left the most deprived 30%, moved to another group, appeared or are gone;
    cells of the Tartan Rug of another class, period or value; each by data, membership or method.
    """
    with plain_errors():
        from geo.report.differences import differences
        from geo.sources.tabular import write_csv

        found = differences(old, new)
        if out is not None:
            write_csv(found.table, out)
    for line in found.lines:
        click.echo(line)
    if out is not None:
        click.echo(f"{out}: {len(found.table):,} differences.")
