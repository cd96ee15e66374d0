"""``geo target``: which areas come first, and what serving them reaches."""

from pathlib import Path

import click

from geo.commands.options import DATA, RELEASES, folders, plain_errors


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
@click.option("--sample", is_flag=True, help="Use the built-in synthetic borough; no data needed.")
def target(
    place: str,
    data: tuple[Path, ...],
    release: str,
    index: str,
    top: int | None,
    out: Path,
    sample: bool,
) -> None:
    """Write which LSOAs come first by deprivation, and what share of people that reaches.

    It reads public Indices and residents alone; outcomes are ranked in notebooks (geo.priority).
    """
    with plain_errors():
        from geo.report.target import write_target

        asked = None if sample else place
        given = folders(place, data, sample)
        for line in write_target(asked, given, out, release=int(release), index=index, top=top):
            click.echo(line)
