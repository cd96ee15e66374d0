"""Surfaces are checked against sums done the slow way, and against an attacker who knows them all.

The attacker knows the method, the grid and every value before it is banded: more than any reader.
"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo.statistics.density.grid as ground_module
import geo.statistics.density.kernel as module
from geo.errors import CodeError, TableError
from geo.geography.assignment import assign
from geo.statistics.density.kernel import density
from geo.statistics.density.surface import round_bounds
from tests import builders

BOX = shapely.box(0, 0, 8000, 8000)
SETTINGS = {"bandwidth": 2000.0, "cell": 200.0}
SIDE = 1000.0  # of a square in which addresses are counted: half the bandwidth


def blocks(side=1000.0, columns=8):
    """Square areas that fill the box, row by row from the south-west."""
    steps = side * np.arange(columns)
    shapes = [shapely.box(x, y, x + side, y + side) for y in steps for x in steps]
    codes = [f"E01{at:06}" for at in range(len(shapes))]
    return gpd.GeoDataFrame({"lsoa21cd": codes}, geometry=shapes, crs=27700)


def counts_of(areas, values):
    return pd.Series(np.broadcast_to(values, len(areas)), index=areas["lsoa21cd"])


def children(seed=1, count=150):
    """Addresses around a town in the middle of the box, all different."""
    random = np.random.default_rng(seed)
    places = np.clip(random.normal(4000, 1300, (count, 2)), 1, 7999)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*places.T), crs=27700)


def tidy(areas, counts, states, **more):
    rows = {
        "area_code": areas["lsoa21cd"],
        "area_type": "lsoa21",
        "indicator_id": "plans",
        "count": counts,
        "state": states,
    }
    return pd.DataFrame(rows | more)


def on_the_surface(surface):
    return np.nansum(surface.values) * (surface.cell / 1000) ** 2


def middles(surface):
    rows, columns = surface.values.shape
    x = surface.x0 + (np.arange(columns) + 0.5) * surface.cell
    y = surface.y0 + (np.arange(rows) + 0.5) * surface.cell
    return np.meshgrid(x, y)


def test_density_conserves_the_total_within_a_ragged_boundary():
    boundary = shapely.Polygon([(100, 0), (7900, 900), (6000, 7900), (3000, 4000), (0, 8000)])
    areas = blocks()[blocks().intersects(boundary.buffer(-1))]
    counts = counts_of(areas, np.arange(len(areas)) * 10 + 100)
    for edge in (None, boundary):
        surface = density(areas, counts, boundary=edge, **SETTINGS)
        assert surface.total == counts.sum()
        assert on_the_surface(surface) == pytest.approx(counts.sum())


def test_density_equals_the_sum_over_all_pairs_of_cells():
    areas = blocks()
    surface = density(areas, counts_of(areas, np.arange(64) * 7 + 20), **SETTINGS)
    x, y = (side.ravel() for side in middles(surface))
    inside = shapely.contains_xy(BOX, x, y)
    x, y = x[inside], y[inside]
    squared = ((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2) / 2000**2
    kernel = np.where(squared < 1, (1 - squared) ** 2, 0)
    mass = (y // 1000 * 8 + x // 1000) * 7 + 20  # of a block of 25 cells
    slow = kernel @ (mass / 25 / kernel.sum(axis=0)) / 0.04
    np.testing.assert_allclose(surface.values.ravel()[inside], slow, rtol=1e-6)


def test_density_peaks_as_the_quartic_kernel_does():
    """A hundred children in one spot: 100 × 3/(π × 2² km²), and nobody beyond two kilometres."""
    spot = shapely.box(4000, 4000, 4100, 4100)
    areas = gpd.GeoDataFrame(
        {"lsoa21cd": ["A", "B"]}, geometry=[spot, shapely.difference(BOX, spot)], crs=27700
    )
    surface = density(areas, pd.Series({"A": 100, "B": 0}), bandwidth=2000, cell=100, least=10)
    assert np.nanmax(surface.values) == pytest.approx(100 * 3 / (np.pi * 4), rel=0.01)
    assert surface.shown.area == pytest.approx(np.pi * 2000**2, rel=0.05)


def test_density_of_an_even_population_is_even():
    areas = blocks()
    surface = density(areas, counts_of(areas, 50), **SETTINGS)
    x, y = middles(surface)
    inner = (np.abs(x - 4000) < 1500) & (np.abs(y - 4000) < 1500)
    np.testing.assert_allclose(surface.values[inner], 50, rtol=0.05)


def test_density_does_not_depend_on_the_coordinates_or_order_given():
    areas = blocks()
    counts = counts_of(areas, np.arange(64) + 20)
    first = density(areas, counts, **SETTINGS)
    shuffled = areas.sample(frac=1, random_state=3)
    np.testing.assert_allclose(density(shuffled, counts, **SETTINGS).values, first.values)
    degrees = density(areas.to_crs(4326), counts, **SETTINGS)
    assert degrees.total == first.total


def test_density_leaves_its_input_alone():
    areas, counts = blocks(), counts_of(blocks(), 20)
    before = areas.copy(), counts.copy()
    density(areas, counts, **SETTINGS)
    assert areas.equals(before[0])
    assert counts.equals(before[1])


def test_density_counts_areas_smaller_than_a_cell():
    tiny = shapely.box(4020, 4020, 4060, 4060)
    areas = gpd.GeoDataFrame(
        {"lsoa21cd": ["A", "B"]}, geometry=[tiny, shapely.difference(BOX, tiny)], crs=27700
    )
    surface = density(areas, pd.Series({"A": 500, "B": 1000}), **SETTINGS)
    assert surface.total == 1500
    assert on_the_surface(surface) == pytest.approx(1500)


def test_density_is_clipped_where_fewer_than_least_are_within_the_bandwidth():
    areas = blocks()
    surface = density(areas, counts_of(areas, [0] * 63 + [40]), **SETTINGS, least=10)
    x, y = middles(surface)
    far = np.hypot(np.maximum(7000 - x, 0), np.maximum(7000 - y, 0)) >= 2000
    assert np.isnan(surface.values[far]).all()
    near = shapely.contains_xy(shapely.box(7000, 7000, 8000, 8000), x, y)
    assert not np.isnan(surface.values[near]).any()
    assert (surface.reach[~np.isnan(surface.values)] >= 10).all()
    everything = shapely.union(surface.shown, surface.window)
    assert everything.area == pytest.approx(BOX.area)


@pytest.mark.parametrize("least", [5, 10, 50])
def test_density_is_drawn_where_least_live_within_the_bandwidth_and_nowhere_else(least):
    areas = blocks()
    counts = counts_of(areas, [0] * 20 + [40] + [0] * 40 + [100, 7, 3])
    surface = density(areas, counts, **SETTINGS, least=least)
    x, y = middles(surface)
    enough = (surface.reach >= least) & shapely.contains_xy(BOX, x, y)
    assert 0 < enough.sum() < enough.size
    assert np.array_equal(~np.isnan(surface.values), enough)
    drawn = shapely.union_all(surface.bands().geometry)
    for ground in (surface.shown, drawn):  # an outline runs between the middles of cells
        assert np.array_equal(shapely.intersects_xy(ground.buffer(1e-6), x, y), enough)


# Bands


def test_bands_split_the_ground_that_is_shown():
    surface = density(children(), boundary=BOX, **SETTINGS)
    for classes in range(2, 7):
        bands = surface.bands(classes)
        assert len(bands) <= classes
        assert bands.crs == 27700
        assert bands.is_valid.all()
        assert bands.area.sum() == pytest.approx(surface.shown.area)
        assert shapely.union_all(bands.geometry).area == pytest.approx(surface.shown.area)
        assert (bands["upper"][:-1].to_numpy() == bands["lower"][1:].to_numpy()).all()


def test_bands_hold_the_cells_whose_density_lies_between_their_bounds():
    surface = density(children(), boundary=BOX, **SETTINGS)
    x, y = middles(surface)
    known = ~np.isnan(surface.values)
    found = np.zeros(known.shape)
    for band in surface.bands().itertuples():
        inside = shapely.contains_xy(band.geometry, x, y) & known
        found += inside
        spot = (surface.bandwidth / 4 / surface.cell) ** 2
        off = inside & ~((surface.values > band.lower) & (surface.values <= band.upper))
        assert off.sum() <= spot
    assert (found[known] == 1).mean() > 0.98  # the rest lies on a line


@pytest.mark.parametrize(
    ("highest", "classes", "bounds"),
    [
        (83, 5, [0, 5, 10, 20, 50, 100]),
        (100, 2, [0, 50, 100]),
        (101, 3, [0, 50, 100, 200]),
        (0.03, 3, [0, 0.01, 0.02, 0.05]),
    ],
)
def test_bounds_are_round_and_hide_the_peak(highest, classes, bounds):
    assert round_bounds(highest, classes) == bounds


@pytest.mark.parametrize("classes", [1, 7, 2.5])
def test_bands_refuse_more_classes_than_hide_a_peak(classes):
    surface = density(children(), boundary=BOX, **SETTINGS)
    with pytest.raises(TableError, match=f"classes is {classes}; a surface is shown in 2 to 6"):
        surface.bands(classes)


# The attacker


def squares_worked_back(surface):
    """Solve the surface for the children in each square, as somebody who knows the method can."""
    x, y = middles(surface)
    inside = shapely.contains_xy(BOX, x, y)
    owner = (y // SIDE * 8 + x // SIDE)[inside].astype(int)
    ground = ground_module.squares_of(children(), BOX, SIDE, surface.cell)
    shown = ~np.isnan(surface.values)
    columns = []
    for square in range(64):
        alone = np.zeros(64)
        alone[ground.owner[np.flatnonzero(owner == square)[0]]] = 1.0
        model = replace(ground, count=alone)
        columns.append(module._smoothed(model, surface.bandwidth, surface.cell)[0][shown])
    solved = np.linalg.lstsq(np.column_stack(columns), surface.values[shown], rcond=1e-9)[0]
    return solved.round(3)


def true_squares(points):
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    return np.bincount((y // SIDE * 8 + x // SIDE).astype(int), minlength=64)


def test_attacker_finds_small_counts_of_squares_where_nothing_is_pooled(monkeypatch):
    """The attack works: without pools the surface gives back every square it was made of."""
    monkeypatch.setattr(module, "pooled", lambda ground, _: ground)
    points = children()
    solved = squares_worked_back(density(points, boundary=BOX, **SETTINGS, least=5))
    true = true_squares(points)
    found = np.isclose(solved, true, atol=0.05) & (true > 0) & (true < 5)
    assert found.sum() >= 5


def test_attacker_works_back_to_pools_of_at_least_ten_and_no_further():
    points = children()
    solved = squares_worked_back(density(points, boundary=BOX, **SETTINGS))
    true = true_squares(points)
    lone = (true > 0) & (true < 3)
    assert lone.sum() >= 5
    ground = ground_module.squares_of(points, BOX, SIDE, 200.0)
    pools = ground_module.pools_of(ground.x, ground.y, ground.cover, 10)
    sums = np.bincount(pools, ground.count)
    assert sums[sums > 0].min() >= 10
    squares = (ground.y * 8 + ground.x).astype(int)
    for pool in np.flatnonzero(sums):
        held = solved[squares[pools == pool]]
        assert np.ptp(held) < 0.3 * held.max() + 0.3  # all alike: which square is not to be told


@pytest.mark.parametrize("seed", range(5))
def test_surface_is_the_same_wherever_in_their_squares_the_children_live(seed):
    """So no peak, contour or difference can point to a place inside a square."""
    points = children(seed)
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    random = np.random.default_rng(seed)
    moved = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(
            x // SIDE * SIDE + random.uniform(1, SIDE - 1, len(x)),
            y // SIDE * SIDE + random.uniform(1, SIDE - 1, len(y)),
        ),
        crs=27700,
    )
    one, other = (density(at, boundary=BOX, **SETTINGS) for at in (points, moved))
    assert np.array_equal(one.values, other.values, equal_nan=True)
    assert one.bands().equals(other.bands())


def test_two_surfaces_do_not_tell_which_child_of_a_square_is_missing():
    points = children()
    busiest = true_squares(points).argmax()
    x, y = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    rows = np.flatnonzero(y // SIDE * 8 + x // SIDE == busiest)
    before = density(points, boundary=BOX, **SETTINGS)
    after = [density(points.drop(index=row), boundary=BOX, **SETTINGS) for row in rows[:4]]
    for one in after[1:]:
        assert np.array_equal(one.values, after[0].values, equal_nan=True)
    changed = np.abs(np.nan_to_num(after[0].values) - np.nan_to_num(before.values)) > 1e-6
    assert changed.sum() * before.cell**2 > 4 * SIDE**2  # spread over more than a few squares


def test_household_with_many_children_does_not_stand_alone():
    """Thirty children at one address in the country count as one address, and get no peak."""
    home = gpd.GeoDataFrame(geometry=[shapely.Point(700, 700)] * 30, crs=27700)
    both = pd.concat([children(), home], ignore_index=True)
    surface = density(both, boundary=BOX, **SETTINGS)
    assert surface.total == 180
    x, y = middles(surface)
    assert np.isnan(surface.values[np.hypot(x - 700, y - 700) < 500]).all()
    peak = np.nanargmax(surface.values)
    assert np.hypot(x.ravel()[peak] - 4000, y.ravel()[peak] - 4000) < 1500
    with pytest.raises(TableError, match="Nowhere are there 10 different addresses"):
        density(home, boundary=BOX, **SETTINGS)


@pytest.mark.parametrize("seed", range(20))
def test_pools_hold_nobody_or_at_least_the_number_asked(seed):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 12, (2, 80)).astype(float)
    cover = random.poisson(random.uniform(0.2, 4), 80).astype(float)
    least = int(random.integers(5, 15))
    sums = np.bincount(ground_module.pools_of(x, y, cover, least), cover)
    if cover.sum() >= least:
        assert ((sums == 0) | (sums >= least)).all()
        assert (sums > 0).sum() >= min(2, cover.sum() // (4 * least))


def test_pools_leave_counts_alone_that_are_large_enough():
    cover = np.array([10.0, 12, 0, 40, 11])
    pools = ground_module.pools_of(np.arange(5.0), np.zeros(5), cover, 10)
    assert sorted(np.bincount(pools, cover)) == [0, 10, 11, 12, 40]


def test_density_of_a_series_pools_small_counts():
    """Three and 47 stand as one pool of 50, and the surface can't tell how they are shared."""
    areas = builders.squares(["E01000001", "E01000002", "E01000003", "E01000004"], size=4000)
    surfaces = [
        density(areas, counts_of(areas, [few, 50 - few, 300, 300]), **SETTINGS) for few in (1, 3, 9)
    ]
    for other in surfaces[1:]:
        assert np.array_equal(surfaces[0].values, other.values, equal_nan=True)
    shared = density(areas, counts_of(areas, [10, 40, 300, 300]), **SETTINGS)
    assert not np.array_equal(surfaces[0].values, shared.values, equal_nan=True)


# Tidy tables


def test_density_of_a_suppressed_table_shows_unknown_ground_as_unknown():
    areas = blocks(4000, 2)
    table = tidy(
        areas, [40, np.nan, np.nan, 60], ["value", "suppressed", "missing", "value"],
        rule="counts under 5 are not shown",
    )  # fmt: skip
    surface = density(areas, table, **SETTINGS, unit="children on plans")
    shapes = areas.geometry
    assert shapely.equals(surface.hidden, shapes[1])
    assert shapely.equals(surface.missing, shapes[2])
    assert surface.window.area == pytest.approx(2 * 4000**2)
    x, y = middles(surface)
    assert np.isnan(surface.values[shapely.contains_xy(shapes[1], x, y)]).all()
    assert on_the_surface(surface) == pytest.approx(100, rel=0.01)  # clipped in two corners
    assert surface.words == (
        "Smoothed within 2,000 m; not shown where fewer than 10 children on plans are within "
        "2,000 m; counts under 5 are not shown."
    )


def test_density_of_a_table_uses_no_number_that_is_hidden():
    """A count that stands in a suppressed row by mistake changes nothing."""
    areas = blocks(4000, 2)
    states = ["value", "suppressed", "value", "value"]
    one, other = (
        density(areas, tidy(areas, [40, hidden, 30, 60], states), **SETTINGS) for hidden in (1, 4)
    )
    assert np.array_equal(one.values, other.values, equal_nan=True)
    assert one.total == 130


def test_density_takes_the_rows_of_its_areas_from_a_table_with_others():
    areas = blocks(4000, 2)
    table = tidy(areas, [40, 30, 30, 60], "value")
    england = table.iloc[:1].assign(area_code="E92000001", area_type="england", count=9_000_000)
    surface = density(areas, pd.concat([table, england]), **SETTINGS)
    assert surface.total == 160


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"counts": None}, TableError, "Polygons need counts"),
        ({"counts": counts_of(blocks(), -1)}, TableError, "64 of 64 counts are negative"),
        ({"counts": pd.Series({"E99": 5})}, CodeError, "on E99, which are neither the codes"),
        ({"counts": counts_of(blocks(), np.nan)}, CodeError, "None of the areas has a count"),
        ({"counts": counts_of(blocks(), 0)}, TableError, "Nowhere are there 10 children within"),
        (
            {"counts": pd.concat([tidy(blocks(), 50, "value")] * 2)},
            TableError,
            "64 of 128 rows of counts .* choose one indicator, period, sex and age",
        ),
        ({"counts": pd.DataFrame({"area_code": [1]})}, TableError, "No column count, state"),
        ({"bandwidth": 300}, TableError, "bandwidth is 300 m; allowed are 500 m and more"),
        ({"bandwidth": np.nan}, TableError, "bandwidth is nan m"),
        ({"cell": 1}, TableError, "cell is 1 m; with a bandwidth of 2000 m .* 40 to 500 m"),
        ({"least": 2}, TableError, "least is 2; allowed are 5 and more"),
        ({"boundary": shapely.box(0, 0, 900, 900)}, TableError, "63 of 64 areas with counts lie"),
        ({"areas": blocks().set_crs(None, allow_override=True)}, TableError, r"set_crs\(27700\)"),
        ({"areas": blocks().iloc[:0]}, TableError, "has 0 rows"),
        ({"areas": blocks().assign(geometry=None)}, TableError, "64 of 64 areas or points have no"),
        ({"areas": blocks().set_geometry(blocks().boundary)}, TableError, r"64 rows \(LineString"),
        (
            {"areas": pd.concat([blocks(), blocks()])},
            CodeError,
            "stand more than once in the areas",
        ),
        ({"areas": children(), "boundary": BOX}, TableError, "Points are children, one a row"),
    ],
)
def test_density_refuses_what_it_cannot_smooth(given, error, message):
    full = {"areas": blocks(), "counts": counts_of(blocks(), 20), **SETTINGS} | given
    with pytest.raises(error, match=message):
        density(**full)


def test_density_refuses_points_outside_and_says_no_place():
    stray = pd.concat(
        [children(), gpd.GeoDataFrame(geometry=[shapely.Point(9123, 4567)], crs=27700)]
    )
    with pytest.raises(TableError, match="1 of 151 points lie outside") as raised:
        density(stray, boundary=BOX, **SETTINGS)
    assert "9123" not in str(raised.value)
    with pytest.raises(TableError, match="need the boundary of their place"):
        density(children(), **SETTINGS)


def test_density_says_when_children_live_too_far_apart_to_show_any():
    corners = [(at, other) for at in (50, 7950) for other in (50, 7950)]
    places = [shapely.Point(x + 5 * k, y) for x, y in corners for k in range(3)]
    sparse = gpd.GeoDataFrame(geometry=places, crs=27700)
    with pytest.raises(TableError, match="Nowhere are there 10 different addresses within 500 m"):
        density(sparse, boundary=BOX, bandwidth=500, cell=100)


def test_surface_holds_no_point_and_no_count_by_area():
    surface = density(children(), boundary=BOX, **SETTINGS)
    sizes = {name: getattr(surface, name) for name in surface.__dataclass_fields__}
    kept = {name for name, value in sizes.items() if isinstance(value, np.ndarray)}
    assert kept == {"values", "reach"}


def test_density_of_cheshire_east_is_the_census_population(real_data):
    areas = gpd.read_file(real_data / "cheshire-east" / "LSOA_2021_BGC_cheshire_east.geojson")
    areas = areas.to_crs(27700).rename(columns=str.lower)
    census = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    rows = census[census["indicator_id"] == "disability"]
    people = rows.set_index("area_code")["denominator"].reindex(areas["lsoa21cd"])
    surface = density(areas, people, unit="residents")
    assert surface.total == people.sum()
    assert on_the_surface(surface) == pytest.approx(people.sum(), rel=1e-6)
    bands = surface.bands()
    crewe = shapely.Point(370_500, 355_500)
    assert bands.loc[bands.contains(crewe), "lower"].item() >= 2000
    assert bands["upper"].iloc[-1] in (5000, 10_000)


def test_builders_place_and_membership_serve_density_tables():
    """A suppressed table joins its areas by code, whatever other columns it carries."""
    codes = ["E01000001", "E01000002", "E01000003", "E01000004"]
    areas = assign(builders.squares(codes), builders.place(), lookups=builders.LOOKUP_WARDS)
    surface = density(areas, tidy(areas, [20, 30, 40, 50], "value", period="2024"))
    assert surface.total == 140
