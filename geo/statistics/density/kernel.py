"""Density surfaces: how many children live per square kilometre, without showing where any lives.

Everything a surface shows is worked out from pooled counts: sums over at least ``least`` children
(or addresses), each spread evenly over the ground it was counted on. Bands alone would not
protect: an exact contour is an equation, and enough of them can be solved for what lies beneath.
What lies beneath is therefore made harmless first, and nothing finer enters.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import fft

from geo.errors import CodeError, TableError, examples
from geo.statistics.density.grid import Ground, polygon_ground, pooled, squares_of
from geo.statistics.density.surface import Surface
from geo.vocabulary.area_types import code_columns, require_unique

LEAST_BANDWIDTH = 500.0
FEWEST = 5


def density(
    areas: gpd.GeoDataFrame,
    counts: pd.Series | pd.DataFrame | None = None,
    *,
    bandwidth: float = 1500.0,
    cell: float = 100.0,
    boundary: shapely.Geometry | None = None,
    least: int = 10,
    unit: str = "children",
) -> Surface:
    """Smooth counts, or the addresses of children, into a density per square kilometre.

    Method, parameters and errors are those of ``geo.density``, which refuses a table that has not
    passed disclosure control; here it is taken to have.
    """
    _require_settings(bandwidth, cell, least)
    areas = _in_metres(areas)
    if areas.geom_type.eq("Point").all():
        if counts is not None or boundary is None:
            raise TableError(
                "Points are children, one a row, and need the boundary of their place and no "
                "counts; give counts with the polygons that they were counted in."
            )
        ground, rule = pooled(squares_of(areas, boundary, bandwidth / 2, cell), least), ""
        near = "different addresses"
    else:
        known, state, rule = _known_counts(areas, counts)
        ground = polygon_ground(areas, known, state, boundary, cell)
        ground = ground if isinstance(counts, pd.DataFrame) else pooled(ground, least)
        near = unit
    values, reach = _smoothed(ground, bandwidth, cell)
    values[reach < least] = np.nan
    if np.isnan(values).all():
        raise TableError(
            f"Nowhere are there {least} {near} within {bandwidth:,.0f} m; take a wider bandwidth, "
            "a longer period or a larger place."
        )
    words = (
        f"Smoothed within {bandwidth:,.0f} m; not shown where fewer than {least} {near} are within "
        f"{bandwidth:,.0f} m"
    )
    return Surface(
        values=values,
        reach=reach,
        x0=ground.x0,
        y0=ground.y0,
        cell=cell,
        bandwidth=bandwidth,
        unit=unit,
        least=least,
        total=float(ground.count.sum()),
        words=f"{words}; {rule}." if rule else f"{words}.",
        window=ground.window,
        hidden=ground.hidden,
        missing=ground.missing,
    )


def _require_settings(bandwidth: float, cell: float, least: int) -> None:
    if not bandwidth >= LEAST_BANDWIDTH:
        raise TableError(
            f"bandwidth is {bandwidth:g} m; allowed are {LEAST_BANDWIDTH:g} m and more, because a "
            "narrower one would show single streets."
        )
    if not bandwidth / 50 <= cell <= bandwidth / 4:
        raise TableError(
            f"cell is {cell:g} m; with a bandwidth of {bandwidth:g} m a cell may measure "
            f"{bandwidth / 50:g} to {bandwidth / 4:g} m, so choose one between."
        )
    if not least >= FEWEST:
        raise TableError(
            f"least is {least}; allowed are {FEWEST} and more, so that no peak stands for a "
            "family or two."
        )


def _in_metres(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if areas.crs is None:
        raise TableError(
            "The areas or points have no coordinate reference system; set it with "
            "areas.set_crs(27700) (British National Grid)."
        )
    if bare := int((areas.geometry.isna() | areas.geometry.is_empty).sum()):
        raise TableError(
            f"{bare} of {len(areas)} areas or points have no geometry; complete or remove them."
        )
    areas = areas if areas.crs == 27700 else areas.to_crs(27700)
    kinds = set(areas.geom_type)
    if not len(areas) or not (kinds == {"Point"} or kinds <= {"Polygon", "MultiPolygon"}):
        raise TableError(
            f"A density needs polygons, or points alone; the table has {len(areas)} rows "
            f"({examples(sorted(kinds))}), so give one or the other."
        )
    return areas


def _known_counts(
    areas: gpd.GeoDataFrame, counts: pd.Series | pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, str]:
    """Match counts with areas: count (NaN where unknown), state and rule."""
    column = next(iter(code_columns(areas.columns).values()), None)
    rule = ""
    if isinstance(counts, pd.DataFrame):
        if absent := [c for c in ("area_code", "count", "state") if c not in counts]:
            raise TableError(
                f"No column {examples(absent)} in the table of counts, which has "
                f"{examples(counts.columns, 6)}; give tidy indicators."
            )
        rows = counts[counts["area_code"].isin(areas[column] if column else [])]
        if rows["area_code"].duplicated().any():
            raise TableError(
                f"{int(rows['area_code'].duplicated().sum())} of {len(rows)} rows of counts are "
                "for an area that has one already; choose one indicator, period, sex and age."
            )
        if "rule" in rows:
            rule = "; ".join(dict.fromkeys(rows["rule"].dropna().astype(str)))
        rows = rows.set_index("area_code")
        series = rows["count"].mask(rows["state"].isin(["suppressed", "missing"]))
        state = rows["state"].reindex(areas[column]).to_numpy() if len(rows) else None
    elif isinstance(counts, pd.Series):
        series, state = counts, None
    else:
        raise TableError(
            "Polygons need counts: give a Series on their codes, or a tidy table of one indicator."
        )
    if column is not None and series.index.isin(areas[column]).all():
        require_unique(areas[column], where="the areas")
        require_unique(series.index.to_series(name=column), where="the counts")
        series = series.reindex(areas[column])
    elif not series.index.equals(areas.index):
        raise CodeError(
            f"The counts are on {examples(series.index)}, which are neither the codes nor the "
            "index of the areas; set their index to the codes of the areas."
        )
    known = series.to_numpy(dtype=float)
    if (known < 0).any():
        raise TableError(
            f"{int((known < 0).sum())} of {len(known)} counts are negative; correct them, or leave "
            "these rows out."
        )
    if np.isnan(known).all():
        raise CodeError(
            "None of the areas has a count that is shown; a density needs some, so "
            "choose another indicator."
        )
    return known, np.full(len(known), "") if state is None else state, rule


def _smoothed(ground: Ground, bandwidth: float, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Smooth counts (per km², NaN off the ground), and sum what is within the bandwidth."""
    reach = int(bandwidth / cell)
    steps = np.arange(-reach, reach + 1) * cell
    squared = (steps[:, None] ** 2 + steps**2) / bandwidth**2
    kernel = np.where(squared < 1, (1 - squared) ** 2, 0.0)
    kernel /= kernel.sum()
    disc = (squared <= 1).astype(float)
    known = ground.grid(np.ones(len(ground.count))) > 0
    inside = _convolved(known.astype(float), kernel)
    even = np.divide(ground.grid(ground.count), inside, out=np.zeros(known.shape), where=known)
    values = _convolved(even, kernel) * (1e6 / cell**2)
    near = _convolved(ground.grid(ground.cover), disc)
    return np.where(known, values.round(9), np.nan), near.round(6)


def _convolved(grid: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolve by Fourier transforms, as `scipy.signal`, which takes long to import, does.

    Gives the part of the shape of the grid about whose middle the kernel lies.
    """
    sizes = [a + b - 1 for a, b in zip(grid.shape, kernel.shape, strict=True)]
    shape = [fft.next_fast_len(size, real=True) for size in sizes]
    whole = fft.irfftn(fft.rfftn(grid, shape) * fft.rfftn(kernel, shape), shape)
    start = [(size - 1) // 2 for size in kernel.shape]
    part = [slice(a, a + size) for a, size in zip(start, grid.shape, strict=True)]
    return whole[tuple(part)]
