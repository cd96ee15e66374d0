"""Every view of indicators takes what has passed disclosure control, and nothing else."""

import json

import pandas as pd
import pytest

import geo
from geo.disclosure.published import Published
from geo.errors import TableError
from geo.statistics.funnel_limits import control_limits
from geo.statistics.inequality import gap
from tests.views.test_decimals import CATALOGUE, LSOAS, areas, table

RULE = "counts under 5 are not shown"
SECRET = CATALOGUE.assign(confidential=True)


def _gaps(rows, catalogue):
    if isinstance(rows, Published):
        return rows.showing(_gaps(rows.table, rows.catalogue))
    small = rows[rows["area_code"].isin(LSOAS)]
    gaps = gap(small.assign(poor=small["area_code"] == LSOAS[0]), by="poor", catalogue=catalogue)
    return gaps.assign(rule=small["rule"].iloc[0]) if "rule" in small else gaps


def _funnel(rows, catalogue):
    known = rows.table if isinstance(rows, Published) else rows
    limits = control_limits(known[known["area_type"] == "lsoa21"], catalogue=CATALOGUE)
    return geo.funnel_plot(rows, limits, "plans", areas="lsoa21", catalogue=catalogue)


VIEWS = {
    "rug": lambda t, c: geo.tartan_rug(t, areas="town", catalogue=c),
    "trend": lambda t, c: geo.trend_lines(t, "plans", areas="town", catalogue=c),
    "spine": lambda t, c: geo.spine_chart(t, "Crewe", areas="town", catalogue=c),
    "funnel": _funnel,
    "gap": lambda t, c: geo.gap_chart(_gaps(t, c), catalogue=c),
    "map": lambda t, c: geo.indicator_map(areas(), t, "plans", catalogue=c, insets=False),
    "bivariate": lambda t, c: geo.bivariate_map(areas(), t, "plans", catalogue=c, insets=False),
    "web map": lambda t, c: geo.web_map(
        areas(), title="x", levels=["town"], indicators=t, catalogue=c
    ),
}


def shown(made):
    """What a view prints: the table behind it, or the indicators in the page."""
    found = made.deferred if hasattr(made, "deferred") else made.data.to_csv()
    return json.dumps(found, sort_keys=True)


@pytest.mark.parametrize("view", VIEWS)
def test_view_of_a_table_and_of_the_published_table_are_one(view):
    plain = table().assign(rule=RULE)
    expected = shown(VIEWS[view](plain, SECRET))
    assert shown(VIEWS[view](Published.of(plain, SECRET), None)) == expected


@pytest.mark.parametrize("view", VIEWS)
def test_view_refuses_confidential_rows_that_have_not_passed_in_one_sentence(view):
    with pytest.raises(TableError) as problem:
        VIEWS[view](table(), SECRET)
    assert str(problem.value) == (
        "1 indicator (plans) is confidential, and the table does not say that small numbers were "
        "suppressed; pass it through geo.suppress (before geo.compare)."
    )


@pytest.mark.parametrize("view", sorted(set(VIEWS) - {"gap"}))
def test_view_refuses_a_table_of_which_a_row_that_it_leaves_out_has_not_passed(view):
    plain = table().assign(rule=RULE)
    earlier = plain["period"].eq("2023") & plain["area_code"].eq(LSOAS[1])
    with pytest.raises(TableError, match=r"\(plans\) is confidential"):
        VIEWS[view](plain.assign(rule=plain["rule"].mask(earlier)), SECRET)


@pytest.mark.parametrize("view", ["trend", "funnel", "map", "bivariate"])
def test_view_of_one_indicator_does_not_ask_whether_others_have_passed(view):
    others = pd.concat([table(), table().assign(indicator_id="secret")], ignore_index=True)
    known = pd.concat([CATALOGUE, SECRET.assign(indicator_id="secret")], ignore_index=True)
    if view == "funnel":
        rows = others[others["indicator_id"] == "plans"]
        limits = control_limits(rows[rows["area_type"] == "lsoa21"], catalogue=CATALOGUE)
        made = geo.funnel_plot(others, limits, "plans", areas="lsoa21", catalogue=known)
    else:
        made = VIEWS[view](others, known)
    assert shown(made) == shown(VIEWS[view](table(), CATALOGUE))
