"""Options that several commands take, where data lies, and how problems and progress are told."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from geo.errors import GeoError, ran_out_of_memory

RELEASES = click.Choice(["2025", "2019", "2015", "2010"])
DATA = click.option(
    "--data",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder with boundary, lookup and Indices files; the one named first wins. "
    "[default: boundaries/PLACE]",
)
SAMPLE = click.option(
    "--sample", is_flag=True, help="Use the built-in synthetic borough; no data needed."
)
INDICATORS = click.option(
    "--indicators",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File of outcome indicators, or a folder of them.  [default: DATA/indicators]",
)
PREVIOUS = click.option(
    "--previous",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder of an earlier build that was published: confidential counts are hidden so that "
    "the two together give none away.",
)


class _Dominance(click.ParamType[tuple[int, float]]):
    """The n and k of a dominance rule: 2,85."""

    name = "N,K"

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> tuple[int, float]:
        """Read two numbers; whether they are allowed, the rule knows."""
        try:
            n, k = value.split(",")
            return int(n), float(k)
        except ValueError:
            self.fail(
                f"{value!r} is no two numbers with a comma between them, such as 2,85",
                param,
                context,
            )


_RULE = {
    "--hide-under": (
        click.IntRange(2),
        5,
        "Counts of confidential indicators from 1 to one less are hidden.",
    ),
    "--hide-near": (
        click.IntRange(0),
        0,
        "Of confidential proportions, counts that leave fewer than this many of their denominator "
        "are hidden; 0 for none.",
    ),
    "--dominance": (
        _Dominance(),
        None,
        "Confidential sums and means are hidden of which the N largest contributions of people "
        "(columns largest_1, largest_2 ...) make more than K per cent.",
    ),
    "--p-percent": (
        click.FloatRange(0, 100),
        0,
        "Confidential sums and means are hidden whose largest contribution the second largest "
        "contributor could tell to within this many per cent; without it and --dominance, 10 where "
        "contributions are known.",
    ),
    "--round-to": (
        click.IntRange(1),
        1,
        "Confidential counts are rounded to multiples of this.",
    ),
}


def disclosure_rule(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a rule of disclosure control, as one parameter ``rule``."""

    @wraps(command)
    def with_rule(
        *given: Any,
        hide_under: int,
        hide_near: int,
        dominance: tuple[int, float] | None,
        p_percent: float,
        round_to: int,
        **asked: Any,
    ) -> None:
        from geo.disclosure.rules import Rule

        try:
            rule = Rule(
                counts_under=hide_under,
                near_denominator=hide_near,
                round_to=round_to,
                dominance=dominance,
                p_percent=p_percent,
            )
        except GeoError as problem:
            raise click.UsageError(str(problem)) from problem
        command(*given, rule=rule, **asked)

    made: Callable[..., Any] = with_rule
    for name, (kind, default, words) in reversed(_RULE.items()):
        made = click.option(name, type=kind, default=default, show_default=True, help=words)(made)
    return made


DATA_FOLDER = click.option(
    "--out",
    "--data",
    "out",
    type=click.Path(path_type=Path),
    help="Data folder. [default: boundaries/PLACE]",
)


def refuse_data_with_sample(context: click.Context, place_given: bool | None = None) -> None:
    """Refuse what ``--sample`` would not look at; the command tells where it knows the place."""
    given = place_given
    if given is None:
        given = context.get_parameter_source("place") is not ParameterSource.DEFAULT
    if context.params["sample"] and (
        given or context.params["data"] or context.params.get("indicators")
    ):
        raise click.UsageError(
            "--sample draws a borough of its own; leave PLACE, --data and --indicators out."
        )


def folders(place: str, data: tuple[Path, ...], sample: bool) -> list[Path]:
    """Give the data folders asked for; the usual one of the place where none is."""
    if data or sample:
        return list(data)
    folder = default_folder(place)
    if not folder.is_dir():
        from geo.geography.places import load_place

        load_place(place)  # raises where there is no such place, for which nothing can be fetched
        raise GeoError(
            f"There is no data: the folder {folder} does not exist. Run geo fetch {place} to fetch "
            "official data into it, name your data folders with --data, or try geo build --sample."
        )
    return [folder]


def folders_here(place: str, data: tuple[Path, ...]) -> list[Path]:
    """Give the data folders asked for; the usual one of the place where none is, if it is there."""
    return list(data) or [folder for folder in (default_folder(place),) if folder.is_dir()]


def default_folder(place: str) -> Path:
    """Where a place's data lies where nothing else is said."""
    return Path("boundaries", Path(place).name)


_NO_MEMORY = (
    "The memory of this computer does not suffice, so nothing was written. Close other programs, "
    "ask for less at once (a smaller place, fewer data folders, parts of a report with --only), or "
    "use a computer with more memory."
)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Tell a problem in the data, and what was settled before it, with exit code 1.

    Memory that ran out is told likewise, whichever library found it out.
    """
    try:
        yield
    except Exception as problem:
        if ran_out_of_memory(problem):
            click.echo(f"Error: {_NO_MEMORY}", err=True)
            sys.exit(1)
        if not isinstance(problem, GeoError):
            raise
        for words in getattr(problem, "__notes__", ()):
            click.echo(f"Note: {words}", err=True)
        click.echo(f"Error: {problem}", err=True)
        sys.exit(1)
