"""``geo build``: everything into one folder."""

import re
from collections.abc import Sequence
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
    "--postcodes",
    type=click.Path(path_type=Path),
    help="Directory of postcodes, as geo fetch --with postcodes gets it: the map finds them.",
)
@click.option(
    "--only",
    default="",
    metavar="PARTS",
    callback=_parts,
    help="Parts to build, with commas between them: map, rug, figures, tables.  [default: all]",
)
@click.option("--verbose", is_flag=True, help="Say of each unclear case how it was settled.")
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
    verbose = asked.pop("verbose")
    with plain_errors():
        from geo.report.build import build_report
        from geo.report.indicators.benchmarks import Against
        from geo.report.parts import parts_asked
        from geo.report.progress import on_terminal

        against = Against(benchmarks, neighbours)
        with on_terminal(parts_asked(asked["only"])) as on_step:
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
    for line in report.left_out:
        click.echo(f"Note: {line}")
    for line in report.warnings if verbose else _in_short(len(report.warnings)):
        click.echo(f"Note: {line}")
    if report.unused:
        click.echo(f"Not used: {', '.join(report.unused)}.")
    if report.since:
        click.echo(report.since)
    for line in _for_whom(report.outputs):
        click.echo(line)
    click.echo(f"Open {report.out / 'index.html'} ({len(report.outputs)} files written).")


def _in_short(number: int) -> list[str]:
    """Say how many cases were settled by a rule, and where that can be read."""
    if not number:
        return []
    cases = "1 unclear case was" if number == 1 else f"{number} unclear cases were"
    return [
        f"{cases} settled by a rule; the foot of index.html and manifest.json say how, and "
        "--verbose here."
    ]


def _for_whom(outputs: Sequence[str]) -> list[str]:
    """Say what was made, for each of the three kinds of readers a line."""
    pages = [name for name in outputs if re.fullmatch(r"[^/]+/[^/]+\.html", name)]
    figures = [name for name in outputs if re.fullmatch(r"figures/.*\.txt", name)]
    leads = [name for name in ("map.html", "tartan-rug.html", "targeting.html") if name in outputs]
    leads += _counted(pages, "page")
    writers = _counted(figures, "figure")
    writers += [name for name in ("statements.html", "tartan-rug.xlsx") if name in outputs]
    known = ("tartan-rug.csv", "areas.gpkg", "manifest.json")
    analysts = ["tables/"] if any(name.startswith("tables/") for name in outputs) else []
    analysts += [name for name in known if name in outputs]
    lines = {"leads": leads, "writers": writers, "analysts": analysts}
    return [f"For {who}: {', '.join(made)}." for who, made in lines.items() if made]


def _counted(files: Sequence[str], what: str) -> list[str]:
    """Say how many there are, and in which folder; nothing where there is none."""
    plural = "" if len(files) == 1 else "s"
    return [f"{len(files)} {what}{plural} in {files[0].partition('/')[0]}/"] if files else []
