"""``geo fetch``: official data into the data folder."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from geo.commands.options import DATA_FOLDER, default_folder, plain_errors
from geo.vocabulary.shown import quoted


@click.command()
@click.argument("place", default="cheshire-east")
@DATA_FOLDER
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
    with plain_errors():
        from geo.report.fetch import fetch_place

        minutes = wishes.pop("time_limit")
        with _bars() as on_progress:
            done = fetch_place(
                place,
                out or default_folder(place),
                groups=groups,
                minutes=minutes,
                on_progress=on_progress,
                **wishes,
            )
    for line in (*done.lines, *(f"Note: {note}" for note in done.notes)):
        click.echo(line)
    files = "1 file" if len(done.lines) == 1 else f"{len(done.lines)} files"
    click.echo(f"{files} fetched into {done.folder}; {done.here} were there already.")
    given = f" --data {quoted(out)}" if out else ""
    click.echo(f"Next: geo build {quoted(place)}{given}")


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
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
