"""``geo target``: which areas come first, and what serving them reaches."""

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


@click.command()
@click.argument("place", default="cheshire-east")
@DATA
@INDICATORS
@disclosure_rule
@PREVIOUS
@click.option("--release", type=RELEASES, default="2025", show_default=True, help="As in build.")
@click.option(
    "--index",
    default="imd",
    show_default=True,
    help="What gives the order: an index or domain (imd, idaci …), or an indicator.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    help="How many LSOAs can be served.  [default: those in the most deprived 30% of England]",
)
@click.option(
    "--need", default="", help="Indicator of whom to reach.  [default: children, or residents]"
)
@click.option(
    "--by", default="", help="Level that shares a budget.  [default: the first of the place]"
)
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    help="Pounds to split between its groups by need.",
)
@click.option(
    "--floor",
    type=click.FloatRange(0),
    default=0,
    help="The least for each group, in pounds.",
)
@click.option("--cap", type=click.FloatRange(0), help="The most for each group, in pounds.")
@click.option(
    "--venues",
    type=click.Path(path_type=Path),
    help="Table of candidate sites for outreach, with grid references, degrees or postcodes.",
)
@click.option("-k", "--sites", "k", type=click.IntRange(1), help="How many of them to choose.")
@click.option(
    "--within",
    type=click.FloatRange(0),
    help="Metres within which most are to live.  [default: the shortest way on average]",
)
@click.option("--each", default="", help="Level whose groups get one of the sites at least.")
@click.option(
    "--travel",
    type=click.Path(path_type=Path),
    help="Table of ways from LSOAs (rows) to sites (columns): minutes, for straight lines.",
)
@click.option(
    "--postcodes",
    type=click.Path(path_type=Path),
    help="Directory of postcodes, as geo fetch --with postcodes gets it.",
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
    """Write which LSOAs come first, and what share of people that reaches.

    A page and tables, made of public Indices, residents, and what may be printed of indicators.
    Beside a report, give it the same rule of disclosure control as that.
    """
    refuse_data_with_sample(context)
    if asked["budget"] is None and (asked["floor"] or asked["cap"] is not None):
        raise click.UsageError("--floor and --cap are limits to shares of --budget; give that too.")
    names = ("k", "within", "postcodes", "each", "travel")
    of_venues = {name: one for name in names if (one := asked.pop(name)) not in (None, "")}
    if (asked["venues"] is None) != ("k" not in of_venues):
        raise click.UsageError("--venues and -k belong together: sites, and how many of them.")
    if asked["venues"] is None and of_venues:
        raise click.UsageError(f"--{next(iter(of_venues))} is about --venues; give these too.")
    with plain_errors():
        from geo.disclosure.publications import Terms
        from geo.report.targeting.sites import Venues
        from geo.report.targeting.target import PAGE, Asked, write_target

        if of_venues:
            asked["venues"] = Venues(asked["venues"], **of_venues)

        named = None if sample else place
        given = folders(place, data, sample)
        files = asked.pop("indicators")
        terms = Terms.asked(asked.pop("rule"), asked.pop("previous"))
        for line in write_target(
            *(named, given, out),
            release=int(release),
            indicators=files,
            terms=terms,
            asked=Asked(**asked),
        ):
            click.echo(line)
        click.echo(f"Open {out / PAGE}")
