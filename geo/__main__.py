"""The ``geo`` command: parse, call, exit code.

Exit code 0: good; 1: a problem in the data, told in plain words; 2: wrong usage.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from click.core import ParameterSource

from geo import __version__
from geo.errors import GeoError

_RELEASES = click.Choice(["2025", "2019", "2015", "2010"])
_DATA = click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder with boundary, lookup and Indices files; the one named first wins. "
    "[default: boundaries/PLACE]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="geo")
def main() -> None:
    """Show where deprivation sits, neighbourhood by neighbourhood, and where to help early."""


@main.command()
@click.argument("place", default="cheshire-east")
@_DATA
@click.option(
    "--release",
    type=_RELEASES,
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
@click.option("--sample", is_flag=True, help="Use the built-in synthetic borough; no data needed.")
@click.pass_context
def build(
    context: click.Context,
    place: str,
    data: tuple[Path, ...],
    release: str,
    out: Path,
    sample: bool,
) -> None:
    """Build the map, figures, tables and the page that leads to them.

    PLACE is a known place (see geo places) or a folder of your own with a place.toml.
    """
    given = context.get_parameter_source("place") is not ParameterSource.DEFAULT
    if sample and (given or data):
        raise click.UsageError("--sample draws a borough of its own; leave PLACE and --data out.")
    with _plain_errors():
        from geo.report import build_report

        with _progress() as on_step:
            report = build_report(
                place,
                data=_folders(place, data, sample),
                release=int(release),
                out=out,
                sample=sample,
                on_step=on_step,
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


@main.command()
@click.argument("place", default="cheshire-east")
@_DATA
def check(place: str, data: tuple[Path, ...]) -> None:
    """Tell what each file in the data folders is, how many rows match, and what does not."""
    with _plain_errors():
        from geo.gather import check_data

        lines, good = check_data(place, _folders(place, data, False))
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)


@main.command()
def places() -> None:
    """List the places that are known, with their groupings."""
    with _plain_errors():
        from geo.geography.places import known_places, load_place

        for name in known_places():
            place = load_place(name)
            assert place.units is not None
            groups = ", ".join(
                f"{place.units[level.column].nunique()} {level.plural}" for level in place.levels
            )
            kind = ", synthetic" if place.synthetic else ""
            click.echo(f"{name}: {place.name} ({place.code}{kind}), {groups}")


@main.command()
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="CSV file to write.")
@click.option("--place", default="cheshire-east", show_default=True, help="Place or folder.")
@_DATA
@click.option(
    "--outside",
    type=click.Choice(["error", "keep"]),
    default="error",
    show_default=True,
    help="What to do with rows of other authorities.",
)
def assign(table: Path, out: Path, place: str, data: tuple[Path, ...], outside: str) -> None:
    """Add ward, collaborative, sub-locality and locality to a table with an LSOA code column."""
    with _plain_errors():
        from geo.gather import assign_file

        for line in assign_file(table, out, place, _folders(place, data, False), outside=outside):
            click.echo(line)


def _folders(place: str, data: tuple[Path, ...], sample: bool) -> list[Path]:
    if data or sample:
        return list(data)
    folder = Path("boundaries", Path(place).name)
    if not folder.is_dir():
        raise GeoError(
            f"There is no data: the folder {folder} does not exist. Name your data folders with "
            "--data, put the files there, or try geo build --sample."
        )
    return [folder]


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except GeoError as problem:
        click.echo(f"Error: {problem}", err=True)
        sys.exit(1)


@contextmanager
def _progress() -> Iterator:
    """Show the step at hand on a terminal; show nothing where output goes to a file."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("Starting") as status:
        yield lambda words: status.update(words)


if __name__ == "__main__":
    main()
