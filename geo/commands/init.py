"""``geo init``: the folder of a place of one's own, to be filled in."""

from pathlib import Path

import click

from geo.commands.options import DATA, folders_here, plain_errors


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--authority",
    required=True,
    multiple=True,
    help="Name or code of the authority; of several once for each, or with commas between.",
)
@click.option(
    "--name", default="", help="What the place is called. [default: the authority, or the folder]"
)
@click.option(
    "--level",
    default="locality",
    show_default=True,
    help="What its groups of wards are called, one of them.",
)
@DATA
def init(
    folder: Path, authority: tuple[str, ...], name: str, level: str, data: tuple[Path, ...]
) -> None:
    """Write the folder of a place of your own: its definition, its wards, an example of figures.

    Its wards come from the ONS lookup in the data folders; put those of one group under one name.
    """
    with plain_errors():
        from geo.report.new_place import write_place

        looked = folders_here(str(folder), data)
        for line in write_place(folder, authority, looked, level=level, name=name):
            click.echo(line)
