"""``geo figure``: one figure, or the list of them."""

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
from geo.vocabulary.shown import quoted

_USUAL = "cheshire-east"


@click.command()
@click.argument("place", required=False)
@click.argument("name", required=False)
@DATA
@INDICATORS
@disclosure_rule
@PREVIOUS
@click.option("--release", type=RELEASES, default="2025", show_default=True, help="As in build.")
@click.option(
    "--indicator",
    default="",
    help="Which indicator, by its id in the catalogue, in figures of one.",
)
@click.option("--area", default="", help="Which group, or the place, in the figure spine.")
@click.option(
    "--size",
    type=click.Choice(["half", "full", "16:9"]),
    help="Fit it on half or all of a sheet of A4 (160 mm wide), or on a slide (250 mm wide).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("outputs/figures"),
    show_default=True,
    help="Folder to write to.",
)
@SAMPLE
@click.pass_context
def figure(
    context: click.Context,
    /,
    place: str | None,
    name: str | None,
    data: tuple[Path, ...],
    release: str,
    out: Path,
    size: str | None,
    **asked: Any,
) -> None:
    """Draw one figure as PNG, SVG and PDF, with its data and alternative text.

    Without a NAME, the figures that the data allow are listed. Without a PLACE it is of
    cheshire-east.
    """
    sample = asked.pop("sample")
    of, name = _place_and_name([word for word in (place, name) if word], sample)
    refuse_data_with_sample(context, place_given=bool(sample and of))
    with plain_errors():
        from geo.report.gallery import drawn, figure_set
        from geo.views.style.export import save_figure

        notes: list[str] = []
        known = figure_set(
            None if sample else of,
            data=folders(of, data, sample),
            release=int(release),
            notes=notes,
            **asked,
        )
        if name is None:
            for one in known.makers:
                click.echo(one)
            given = ["--sample"] if sample else [of, *(f"--data {quoted(one)}" for one in data)]
            given += [f"--indicators {quoted(one)}" for one in asked["indicators"]]
            click.echo(f"Draw one: geo figure {' '.join(given)} NAME", err=True)
            return
        figure = drawn(known, name, size)
        for one in notes:
            click.echo(f"Note: {one}", err=True)
        for path in save_figure(figure, out, name):
            click.echo(path)


def _place_and_name(words: list[str], sample: bool) -> tuple[str, str | None]:
    """Tell place and figure apart: the place first, as all commands have it, or only one of them.

    The order of earlier versions, figure first, is understood too.
    """
    from geo.geography.places import known_places, slug

    def is_place(word: str) -> bool:
        own = "/" in word or (Path(word) / "place.toml").is_file()
        return own or slug(word) in known_places()

    if len(words) == 2:
        of, name = words if is_place(words[0]) or not is_place(words[1]) else words[::-1]
        return of, name
    if words and is_place(words[0]):
        return words[0], None
    return "" if sample else _USUAL, next(iter(words), None)
