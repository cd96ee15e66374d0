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
from scipy import signal

from geo.errors import CodeError, TableError, examples
from geo.statistics.density.grid import Ground, polygon_ground, pooled, squares_of
from geo.statistics.density.surface import Surface
from geo.vocabulary.area_types import code_columns, require_unique
from geo.vocabulary.printable import require_suppressed

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
    catalogue: pd.DataFrame | None = None,
) -> Surface:
    """Smooth counts, or the addresses of children, into a density per square kilometre.

    Parameters
    ----------
    areas : GeoDataFrame
        Polygons with their ``counts``, or points, each a child, without; in any projected or
        geographic coordinate reference system.
    counts : Series or DataFrame, optional
        A Series on the index or the area codes of ``areas``; or a tidy table of one indicator and
        period (``area_code``, ``count``, ``state``, ``rule``), of which the rows for ``areas``
        are used. Areas that are suppressed or missing there, or not in it, are unknown ground:
        no count is put there, and the map shows them as unknown.
    bandwidth : float
        Radius in metres at which the kernel ends; at least 500. A radius of 1,500 m smooths as
        much as a Gaussian kernel with a standard deviation of 530 m.
    cell : float
        Side of a grid cell in metres, from a fiftieth to a quarter of the bandwidth.
    boundary : Polygon or MultiPolygon, optional
        Ground to stay within, in EPSG:27700; the areas joined, where not given. Points need it.
    least : int
        How many must live within the bandwidth of a place for its density to be shown, and how
        many a pooled count holds; at least 5. The default of 10 is that of sdcSpatial.
    unit : str
        What is counted, such as ``"children on plans"``.
    catalogue : DataFrame, optional
        Tells which indicators are confidential; their table is refused unless it has been
        through ``geo.suppress``.

    Returns
    -------
    Surface

    Raises
    ------
    TableError
        If counts are negative or for more than one indicator, period, sex or age; if a
        confidential table has not been suppressed; if bandwidth, cell or least are out of range;
        if points lie outside the boundary; or if there are too few to show anything.
    CodeError
        If areas stand twice, or none has a count.

    Notes
    -----
    *Method.* The quartic kernel K(d) = 3/(πh²)·(1 − d²/h²)² for d < h ends at the bandwidth h,
    so that a value depends on nobody further away. At the boundary every child's kernel is
    divided by the part of it that lies on known ground (Jones 1993; "diggle" in spatstat): the
    sum over the surface is the number of children. A count by area is spread evenly over its
    polygon, which puts no bull's eye on the one point that would stand for the area; in large
    rural areas that thins villages out.

    *Addresses.* Children's points are counted in squares with sides of half the bandwidth,
    and squares are pooled, by cutting the longer side at the median (Mondrian, LeFevre et al.
    2006), down to pools of at least ``least`` different addresses: siblings, or a children's
    home, are one address. Each pool is spread evenly over its squares. Where in its square a
    child lives changes nothing, so no deconvolution of the surface can find a place in it.

    *Counts by area* given as a Series are pooled likewise, which matters only to counts under
    ``least``. A tidy table holds what is published already and needs no pooling: what is made of
    published numbers alone can disclose nothing more. That is the safe way for confidential
    counts, and it leaves suppressed areas unknown.

    *Limits.* Whoever knows the method can work back to the pools. Do not publish a surface of a
    Series of confidential counts beside the same counts by area: subtracting would leave the
    small ones; nor two surfaces that differ by a few children: as pools may be cut elsewhere,
    their difference may be the count of a few squares, though never a place inside one, and a
    square in the country may hold a single farm. Banding keeps readers from reading off numbers;
    it is no defence against arithmetic. Squares where nobody lives may come to light.

    References
    ----------
    Silverman, Density Estimation for Statistics and Data Analysis (1986), equation 4.5. Jones,
    Simple boundary correction for kernel density estimation, Statistics and Computing 3 (1993).
    de Jonge and de Wolf, Spatial smoothing and statistical disclosure control, Privacy in
    Statistical Databases (2016), and their R package sdcSpatial (cells of fewer than 10 are
    sensitive). LeFevre, DeWitt and Ramakrishnan, Mondrian multidimensional k-anonymity, ICDE
    (2006).

    Examples
    --------
    >>> square = gpd.GeoDataFrame(
    ...     {"lsoa21cd": ["E01000001"]}, geometry=[shapely.box(0, 0, 10_000, 10_000)], crs=27700)
    >>> surface = density(square, pd.Series({"E01000001": 400}))
    >>> float(surface.values[50, 50]), surface.bands()[["lower", "upper"]].values.tolist()
    (4.0, [[2.0, 5.0]])
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
        known, state, rule = _known_counts(areas, counts, catalogue)
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
            f"{bandwidth / 50:g} to {bandwidth / 4:g} m."
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
            f"({examples(sorted(kinds))})."
        )
    return areas


def _known_counts(
    areas: gpd.GeoDataFrame, counts: pd.Series | pd.DataFrame | None, catalogue: pd.DataFrame | None
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
        require_suppressed(counts, catalogue)
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
        raise TableError(f"{int((known < 0).sum())} of {len(known)} counts are negative.")
    if np.isnan(known).all():
        raise CodeError("None of the areas has a count that is shown; a density needs some.")
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
    inside = signal.fftconvolve(known.astype(float), kernel, mode="same")
    even = np.divide(ground.grid(ground.count), inside, out=np.zeros(known.shape), where=known)
    values = signal.fftconvolve(even, kernel, mode="same") * (1e6 / cell**2)
    near = signal.fftconvolve(ground.grid(ground.cover), disc, mode="same")
    return np.where(known, values.round(9), np.nan), near.round(6)
