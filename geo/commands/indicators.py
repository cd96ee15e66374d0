"""``geo indicators``: public indicators, which are here, and a template for one's own."""

from pathlib import Path

import click

from geo.commands.options import DATA, INDICATORS, folders_here, plain_errors


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@INDICATORS
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write a table of indicators and its catalogue, with every allowed word, to fill in.",
)
def indicators(
    place: str, data: tuple[Path, ...], indicators: tuple[Path, ...], template: Path | None
) -> None:
    """List public indicators on children and deprivation: where they are, and which are here."""
    with plain_errors():
        from geo.report.indicator_list import indicator_lines, write_template

        if template is not None:
            for path in write_template(template):
                click.echo(path)
            return
        for line in indicator_lines(folders_here(place, data), indicators):
            click.echo(line)
