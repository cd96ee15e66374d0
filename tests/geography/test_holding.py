"""Levels that do not nest: groups are put under larger ones only where these hold them whole."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geo
from geo.errors import TableError
from geo.geography.membership import holding
from geo.report.evidence import gather_evidence
from geo.report.figures import FigureSet
from geo.report.rugs import rugs
from geo.views.maps.deprivation import group_alt_text
from geo.vocabulary.area_types import AreaType
from geo.vocabulary.releases import RELEASES
from tests.builders import write_place_of_levels_that_do_not_nest
from tests.examples import share

HUB = AreaType("hub", "family hub", "family hubs")


def crossing(**columns):
    """Four squares; hub A lies in both constituencies, hub B in one, the south has no LSOA of A."""
    shapes = [shapely.box(x, 300_000, x + 9000, 309_000) for x in range(370_000, 406_000, 9000)]
    table = {"hub": list("AABB"), "constituency": ["Mid", "North", "South", "South"],
             "locality": "All", "imd_decile": [1, 2, 9, 3]}  # fmt: skip
    return gpd.GeoDataFrame(table | columns, geometry=shapes, crs=27700)


def test_holding_keeps_levels_that_hold_each_area_whole():
    assert holding(crossing(), "hub", ["constituency", "locality"]) == ["locality"]
    assert holding(crossing(), "constituency", ["hub", "locality"]) == ["hub", "locality"]


def test_group_map_lists_groups_beside_a_level_that_does_not_hold_them():
    figure = geo.group_map(crossing(), HUB, within="constituency")
    assert figure.alt_text == (
        "Map of the 2 family hubs. LSOAs in the most deprived 30% in England, of those with a "
        "decile: A 2 of 2, B 1 of 2. Constituencies: Mid 1 of 1, North 1 of 1, South 1 of 2."
    )
    assert figure.get_label().startswith("All 2 LSOAs of A are")


def test_group_map_puts_groups_under_a_level_that_holds_them():
    figure = geo.group_map(crossing(), HUB, within="locality")
    assert figure.alt_text.endswith(": All 3 of 4 (A 2 of 2, B 1 of 2).")


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("XYZ")), min_size=1, max_size=5))
def test_group_alt_text_counts_each_group_once_however_levels_cross(pairs):
    areas = pd.DataFrame(pairs, columns=["hub", "town"]).assign(imd_decile=1)
    text = group_alt_text(areas, "hub", within="town")
    for hub, number in areas["hub"].value_counts().items():
        assert text.count(f"{hub} {number} of {number}") == 1
    for town, number in areas["town"].value_counts().items():
        assert text.count(f"{town} {number} of {number}") == 1


def columns_of_groups(number):
    """Names that repeat, sort oddly or are numbers; some areas in no group, some columns coded."""
    names = [["A"], ["A", "B"], ["Hub 1", "Hub 2", "Hub 10"], [1, 2, 3], ["A", None]]
    column = st.sampled_from(names).flatmap(
        lambda pool: st.lists(st.sampled_from(pool), min_size=number, max_size=number)
    )
    return st.tuples(column, st.booleans()).map(
        lambda drawn: pd.Series(drawn[0], dtype="category" if drawn[1] else None)
    )


@st.composite
def places_of_three_levels(draw):
    number = draw(st.integers(1, 6))
    deciles = st.lists(st.sampled_from([1, 3, 10, None]), min_size=number, max_size=number)
    columns = {level: draw(columns_of_groups(number)) for level in ("hub", "town", "seat")}
    shapes = [shapely.box(x, 300_000, x + 9000, 309_000) for x in range(0, 9000 * number, 9000)]
    return gpd.GeoDataFrame(columns | {"imd_decile": draw(deciles)}, geometry=shapes, crs=27700)


@given(places_of_three_levels(), st.permutations(["hub", "town", "seat"]))
@share(1 / 4)
def test_group_map_draws_any_levels_that_nest_or_cross(areas, levels):
    level, within, _ = levels
    if areas[level].isna().any():
        with pytest.raises(TableError, match=f"every area to draw needs its {level}"):
            geo.group_map(areas, level, within=within)
        return
    figure = geo.group_map(areas, level, within=within)
    for name, members in areas.groupby(level, observed=True):
        known = members["imd_decile"].dropna().astype(float)
        assert f"{name} {known.le(3).sum()} of {len(known)}" in figure.alt_text


def test_holding_needs_a_group_for_each_area():
    assert holding(crossing(locality=["All", None, "All", "All"]), "hub", ["locality"]) == []
    assert holding(crossing(locality=["All", "All", None, None]), "hub", ["locality"]) == []


@pytest.fixture(scope="module")
def crossed(tmp_path_factory):
    """The sample with three levels of which none holds another, and two of its indicators."""
    folder = tmp_path_factory.mktemp("crossed")
    place = write_place_of_levels_that_do_not_nest(folder)
    file = folder / "indicators" / "indicators.csv"
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    kept = rows["indicator_id"].isin(["persistent_absence", "overweight_reception"])
    rows[kept].to_csv(file, index=False)
    return place, folder


@pytest.mark.slow
def test_figures_and_rugs_of_levels_that_do_not_nest(crossed):
    place, folder = crossed
    found = gather_evidence(place, [folder], RELEASES[2025])
    assert holding(found.lsoas, "hub", ["constituency", "locality"]) == []
    figures = FigureSet(found)
    groups = figures["family-hubs"]()
    assert groups.alt_text.startswith(f"Map of the 5 family hubs of {found.place.name}.")
    assert groups.alt_text.count("Hub 1 ") == 1
    made = rugs(found)["tartan-rug"]
    assert set(made.cells.areas["group"]) == {"For reference", ""}
    assert made.remarks[0].startswith("Cells of family hubs: ")


@pytest.mark.slow
def test_build_report_of_levels_that_do_not_nest(crossed, tmp_path):
    place, folder = crossed
    written = geo.build_report(place, data=[folder], out=tmp_path / "out")
    assert written is not None
    profile = pd.read_csv(tmp_path / "out" / "tables" / "deprivation_by_area.csv")
    totals = profile.groupby("area_type")["lsoas"].sum()
    assert totals[["hub", "constituency", "locality", "borough"]].nunique() == 1
