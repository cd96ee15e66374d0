"""``geo build``: everything into one folder."""

from pathlib import Path
from typing import Any

import click

from geo.commands.options import (
    DATA,
    INDICATORS,
    PREVIOUS,
    RELEASES,
    SAMPLE,
    disclosure_rule,
    folders,
    plain_errors,
    refuse_data_with_sample,
    step_shown,
)
from geo.errors import GeoError


def _parts(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    """Take the names of parts apart, and refuse wrong ones."""
    from geo.report.parts import parts_asked

    names = [name.strip() for name in value.split(",") if name.strip()]
    try:
        parts_asked(names)
    except GeoError as problem:
        raise click.BadParameter(str(problem)) from problem
    return names


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@click.option(
    "--release",
    type=RELEASES,
    default="2025",
    show_default=True,
    help="Release of the English Indices of Deprivation.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outputs"),
    show_default=True,
    help="Folder to write to; an earlier report there is replaced whole.",
)
@INDICATORS
@disclosure_rule
@PREVIOUS
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    type=click.Choice(["england", "region", "borough", "neighbours", "like"]),
    help="Compare with these too in the Tartan Rug, whose page lets readers switch; like: all of "
    "England's LSOAs as deprived. May be given several times.",
)
@click.option(
    "--neighbours",
    type=click.Path(path_type=Path),
    help="File with the codes or names of the authority's statistical neighbours.",
)
@click.option(
    "--basemap",
    type=click.Choice(["osm"]),
    help="Offer an online map (OpenStreetMap) below the interactive one; off at first.",
)
@click.option(
    "--only",
    default="",
    metavar="PARTS",
    callback=_parts,
    help="Parts to build, with commas between them: map, rug, figures, tables.  [default: all]",
)
@SAMPLE
@click.pass_context
def build(
    context: click.Context,
    /,
    place: str,
    data: tuple[Path, ...],
    release: str,
    sample: bool,
    benchmarks: tuple[str, ...],
    neighbours: Path | None,
    **asked: Any,
) -> None:
    """Build the map, figures, tables and the page that leads to them.

    PLACE is a known place (see geo places) or a folder of your own with a place.toml.
    """
    refuse_data_with_sample(context)
    with plain_errors():
        from geo.report.build import build_report
        from geo.report.indicators.benchmarks import Against

        against = Against(benchmarks, neighbours)
        with step_shown() as on_step:
            report = build_report(
                place,
                data=folders(place, data, sample),
                release=int(release),
                sample=sample,
                against=against,
                on_step=on_step,
                **asked,
            )
    for line in report.headline:
        click.echo(line)
    if report.place.synthetic:
        click.echo("Synthetic data: these figures are invented.")
    elif report.place.membership:
        click.echo(report.place.membership)
    for line in (*report.left_out, *report.warnings):
        click.echo(f"Note: {line}")
    if report.unused:
        click.echo(f"Not used: {', '.join(report.unused)}.")
    click.echo(f"Open {report.out / 'index.html'} ({len(report.outputs)} files written).")
