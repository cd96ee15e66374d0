"""``geo assign``: groups added to a user's own table."""

from pathlib import Path

import click

from geo.commands.options import DATA, folders, plain_errors


@click.command()
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV file to write.")
@click.option("--place", default="cheshire-east", show_default=True, help="Place or folder.")
@DATA
@click.option(
    "--outside",
    type=click.Choice(["error", "keep"]),
    default="error",
    show_default=True,
    help="What to do with rows of other authorities.",
)
def assign(table: Path, out: Path, place: str, data: tuple[Path, ...], outside: str) -> None:
    """Add ward, collaborative, sub-locality and locality to a table with an LSOA code column."""
    with plain_errors():
        from geo.report.assign import assign_file

        for line in assign_file(table, out, place, folders(place, data, False), outside=outside):
            click.echo(line)
