"""Densities of what may be shown: a table of counts has to pass before it is smoothed."""

import geopandas as gpd
import pandas as pd
import shapely

from geo.disclosure.published import Published
from geo.statistics.density import kernel
from geo.statistics.density.surface import Surface


def density(
    areas: gpd.GeoDataFrame,
    counts: pd.Series | pd.DataFrame | Published | None = None,
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
    counts : Series, DataFrame or Published, optional
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
    if isinstance(counts, pd.DataFrame | Published):
        counts = Published.of(counts, catalogue).table
    return kernel.density(
        areas, counts, bandwidth=bandwidth, cell=cell, boundary=boundary, least=least, unit=unit
    )
