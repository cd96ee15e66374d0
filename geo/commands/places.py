"""``geo places``: places that are known."""

import click

from geo.commands.options import plain_errors


@click.command()
def places() -> None:
    """List the places that are known, with their groupings."""
    with plain_errors():
        from geo.geography.places import known_places, load_place

        for name in known_places():
            place = load_place(name)
            assert place.units is not None
            groups = ", ".join(
                f"{place.units[level.column].nunique()} {level.plural}" for level in place.levels
            )
            kind = ", synthetic" if place.synthetic else ""
            click.echo(f"{name}: {place.name} ({', '.join(place.authorities)}{kind}), {groups}")
