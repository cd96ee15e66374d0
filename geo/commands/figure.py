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


@click.command()
@click.argument("name", required=False)
@click.argument("place", default="cheshire-east")
@DATA
@INDICATORS
@disclosure_rule
@PREVIOUS
@click.option("--release", type=RELEASES, default="2025", show_default=True, help="As in build.")
@click.option("--indicator", default="", help="Which indicator, by its id in the catalogue.")
@click.option("--area", default="", help="Which area, for the spine chart.")
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
    name: str | None,
    place: str,
    data: tuple[Path, ...],
    release: str,
    out: Path,
    size: str | None,
    **asked: Any,
) -> None:
    """Draw one figure as PNG, SVG and PDF, with its data and alternative text.

    Without a NAME, the figures that the data allow are listed.
    """
    refuse_data_with_sample(context)
    with plain_errors():
        from geo.report.gallery import drawn, figure_set
        from geo.views.style.export import save_figure

        notes: list[str] = []
        sample = asked.pop("sample")
        known = figure_set(
            None if sample else place,
            data=folders(place, data, sample),
            release=int(release),
            notes=notes,
            **asked,
        )
        if name is None:
            for one in known.makers:
                click.echo(one)
            return
        figure = drawn(known, name, size)
        for one in notes:
            click.echo(f"Note: {one}", err=True)
        for path in save_figure(figure, out, name):
            click.echo(path)
