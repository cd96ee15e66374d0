"""``geo sources``: the official sources, and what is here of them."""

from pathlib import Path

import click

from geo.commands.options import DATA_FOLDER, default_folder, plain_errors


@click.command()
@click.argument("place", default="cheshire-east")
@DATA_FOLDER
def sources(place: str, out: Path | None) -> None:
    """List the official sources: what is here, how old it is, and who is to be named."""
    with plain_errors():
        from geo.report.fetch import source_lines

        for line in source_lines(place, out or default_folder(place)):
            click.echo(line)
