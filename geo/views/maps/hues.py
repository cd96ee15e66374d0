"""Hues of groups on a map: apart where the groups are beside each other."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geo.views.style.palette import GROUP_HUES, GroupHue


def hues_apart(groups: Mapping[str, Any]) -> dict[str, GroupHue]:
    """Give each group a hue, in their order; where hues run out, one that none beside it has.

    Parameters
    ----------
    groups : mapping
        Shape of each group by its name.

    Returns
    -------
    dict
        Of the hues that are free, each group has the one that is used least so far.

    Examples
    --------
    >>> rows = {f"{at}": shapely.box(at % 6, at // 6, at % 6 + 1, at // 6 + 1) for at in range(12)}
    >>> hues = list(hues_apart(rows).values())
    >>> len(set(hues[:6])), any(below == above for below, above in zip(hues, hues[6:]))
    (6, False)
    """
    shapes = np.array(list(groups.values()), dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    taken: list[int] = []
    for at in range(len(shapes)):
        near = {taken[i] for i in other[one == at] if i < at}
        free = [hue for hue in range(len(GROUP_HUES)) if hue not in near]
        taken.append(min(free or range(len(GROUP_HUES)), key=taken.count))
    return {name: GROUP_HUES[hue] for name, hue in zip(groups, taken, strict=True)}
