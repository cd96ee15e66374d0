"""``geo target``: which areas come first, and what serving them reaches."""

from pathlib import Path
from typing import Any

import click

from geo.commands.options import (
    DATA,
    RELEASES,
    SAMPLE,
    folders,
    plain_errors,
    refuse_data_with_sample,
)


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@click.option("--release", type=RELEASES, default="2025", show_default=True, help="As in build.")
@click.option("--index", default="imd", show_default=True, help="Index or domain: imd, idaci …")
@click.option(
    "--top",
    type=click.IntRange(1),
    help="How many LSOAs can be served.  [default: those in the most deprived 30% of England]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outputs/targeting"),
    show_default=True,
    help="Folder to write to.",
)
@SAMPLE
@click.pass_context
def target(
    context: click.Context,
    /,
    place: str,
    data: tuple[Path, ...],
    release: str,
    out: Path,
    sample: bool,
    **asked: Any,
) -> None:
    """Write which LSOAs come first by deprivation, and what share of people that reaches.

    It reads public Indices and residents alone; outcomes are ranked in notebooks (geo.priority).
    """
    refuse_data_with_sample(context)
    with plain_errors():
        from geo.report.target import write_target

        named = None if sample else place
        given = folders(place, data, sample)
        for line in write_target(named, given, out, release=int(release), **asked):
            click.echo(line)
