"""The ``geo`` command: parse, call, exit code.

Exit code 0: good; 1: a problem in the data, told in plain words; 2: wrong usage.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

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
_INDICATORS = click.option(
    "--indicators",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File of outcome indicators, or a folder of them.  [default: DATA/indicators]",
)
_HIDE = click.option(
    "--hide-under",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="Counts of confidential indicators from 1 to one less are hidden.",
)
_OUT = click.option(
    "--out",
    "--data",
    "out",
    type=click.Path(path_type=Path),
    help="Data folder. [default: boundaries/PLACE]",
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
@_INDICATORS
@_HIDE
@click.option(
    "--basemap",
    type=click.Choice(["osm"]),
    help="Offer an online map (OpenStreetMap) below the interactive one; off at first.",
)
@click.option("--sample", is_flag=True, help="Use the built-in synthetic borough; no data needed.")
@click.pass_context
def build(
    context: click.Context,
    place: str,
    data: tuple[Path, ...],
    indicators: tuple[Path, ...],
    hide_under: int,
    release: str,
    out: Path,
    basemap: Literal["osm"] | None,
    sample: bool,
) -> None:
    """Build the map, figures, tables and the page that leads to them.

    PLACE is a known place (see geo places) or a folder of your own with a place.toml.
    """
    _refuse_data_with_sample(context)
    with _plain_errors():
        from geo.report import build_report
        from geo.statistics.rules import Rule

        with _progress() as on_step:
            report = build_report(
                place,
                data=_folders(place, data, sample),
                indicators=indicators,
                release=int(release),
                rule=Rule(counts_under=hide_under),
                out=out,
                basemap=basemap,
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
@click.argument("name", required=False)
@click.argument("place", default="cheshire-east")
@_DATA
@_INDICATORS
@_HIDE
@click.option("--release", type=_RELEASES, default="2025", show_default=True, help="As in build.")
@click.option("--indicator", default="", help="Which indicator, by its id in the catalogue.")
@click.option("--area", default="", help="Which area, for the spine chart.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outputs/figures"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--sample", is_flag=True, help="Use the built-in synthetic borough; no data needed.")
@click.pass_context
def figure(
    context: click.Context,
    name: str | None,
    place: str,
    data: tuple[Path, ...],
    indicators: tuple[Path, ...],
    hide_under: int,
    release: str,
    indicator: str,
    area: str,
    out: Path,
    sample: bool,
) -> None:
    """Draw one figure as PNG, SVG and PDF, with its data and alternative text.

    Without a NAME, the figures that the data allow are listed.
    """
    _refuse_data_with_sample(context)
    with _plain_errors():
        from geo.galleries import figure_set
        from geo.statistics.rules import Rule
        from geo.views.export import save_figure

        known = figure_set(
            None if sample else place,
            data=_folders(place, data, sample),
            indicators=indicators,
            release=int(release),
            rule=Rule(counts_under=hide_under),
            indicator=indicator,
            area=area,
        )
        if name is None:
            for one in known.makers:
                click.echo(one)
            return
        for path in save_figure(known[name](), out, name):
            click.echo(path)


@main.command()
@click.argument("place", default="cheshire-east")
@_DATA
def check(place: str, data: tuple[Path, ...]) -> None:
    """Tell what each file in the data folders is, how many rows match, and what does not."""
    with _plain_errors():
        from geo.check import check_data

        lines, good = check_data(place, _folders(place, data, False))
    for line in lines:
        click.echo(line)
    if not good:
        sys.exit(1)


@main.command()
@click.argument("place", default="cheshire-east")
@_OUT
@click.option(
    "--with",
    "groups",
    multiple=True,
    type=click.Choice(["census", "fingertips", "crime", "postcodes"]),
    help="Fetch this too; may be given several times.",
)
@click.option(
    "--detail",
    type=click.Choice(["full", "generalised", "super"]),
    default="generalised",
    show_default=True,
    help="How finely boundaries are drawn (super: most simplified).",
)
@click.option("--all-england", is_flag=True, help="Boundaries of all England, not of PLACE alone.")
@click.option("--refresh", is_flag=True, help="Fetch again what is there already.")
@click.option("--offline", is_flag=True, help="Connect to nothing; tell what is missing.")
@click.option(
    "--base-url",
    envvar="GEO_FETCH_BASE_URL",
    show_envvar=True,
    default="",
    metavar="URL",
    help="A mirror: https://host/path is asked for as URL/host/path.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="Give up after this long.",
)
def fetch(place: str, out: Path | None, groups: tuple[str, ...], **wishes: Any) -> None:
    """Fetch official data for PLACE into its data folder, checked; a second run fetches nothing.

    Proxies (HTTPS_PROXY) and certificates (REQUESTS_CA_BUNDLE) are taken from the environment.
    """
    with _plain_errors():
        from geo.fetch import fetch_place

        minutes = wishes.pop("time_limit")
        with _bars() as on_progress:
            done = fetch_place(
                place,
                out or _default_folder(place),
                groups=groups,
                minutes=minutes,
                on_progress=on_progress,
                **wishes,
            )
    for line in (*done.lines, *(f"Note: {note}" for note in done.notes)):
        click.echo(line)
    files = "1 file" if len(done.lines) == 1 else f"{len(done.lines)} files"
    click.echo(f"{files} fetched into {done.folder}; {done.here} were there already.")
    given = f" --data {_quoted(out)}" if out else ""
    click.echo(f"Next: geo build {_quoted(place)}{given}")


def _quoted(word: str | Path) -> str:
    """Write an argument so that it can be pasted, also where a folder's name has spaces."""
    return f'"{word}"' if " " in str(word) else str(word)


@main.command()
@click.argument("place", default="cheshire-east")
@_OUT
def sources(place: str, out: Path | None) -> None:
    """List the official sources: what is here, how old it is, and who is to be named."""
    with _plain_errors():
        from geo.fetch import source_lines

        for line in source_lines(place, out or _default_folder(place)):
            click.echo(line)


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


def _refuse_data_with_sample(context: click.Context) -> None:
    given = context.get_parameter_source("place") is not ParameterSource.DEFAULT
    if context.params["sample"] and (
        given or context.params["data"] or context.params["indicators"]
    ):
        raise click.UsageError(
            "--sample draws a borough of its own; leave PLACE, --data and --indicators out."
        )


def _folders(place: str, data: tuple[Path, ...], sample: bool) -> list[Path]:
    if data or sample:
        return list(data)
    folder = _default_folder(place)
    if not folder.is_dir():
        raise GeoError(
            f"There is no data: the folder {folder} does not exist. Run geo fetch {place} to fetch "
            "official data into it, name your data folders with --data, or try geo build --sample."
        )
    return [folder]


def _default_folder(place: str) -> Path:
    return Path("boundaries", Path(place).name)


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


@contextmanager
def _bars() -> Iterator:
    """Show a bar for each file on a terminal; show nothing where output goes to a file."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(compact=True))
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

        def on_progress(title: str, done: int, total: int) -> None:
            if title not in tasks:
                tasks[title] = progress.add_task(title, total=None)
            progress.update(tasks[title], completed=done, total=total or None)

        yield on_progress


if __name__ == "__main__":
    main()
