"""The place with the council's own list, where there is one."""

from pathlib import Path

from geo.geography.places import Place, with_grouping
from geo.sources.folders import read_grouping


def regrouped(place: Place, listed: Path | None) -> Place:
    """Replace the grouping of a place by that of a file, read as every other table is."""
    return place if listed is None else with_grouping(place, read_grouping(listed), str(listed))
