"""What a rug says to those who lead: the worst first, and what changed since the period before."""

import numpy as np
import pandas as pd

from tests.views.rug.test_rug import catalogue, comparisons, page_of, rug_of


def over_time(**before):
    """Two periods of the three towns; Upwell was better, Penny worse in `low` the year before."""
    now = comparisons()
    past = now.assign(period="2023/24")
    of = past["indicator_id"].eq("low")
    for town, was in ({"Upwell": "better", "Penny": "worse"} | before).items():
        past.loc[of & past["area_code"].eq(town), "comparison"] = was
    return pd.concat([past, now], ignore_index=True)


def said(rug):
    return {one.area: (one.worst, one.changed) for one in rug.leads}


def test_leads_begin_with_the_area_that_is_worst_and_name_its_figures():
    rug = rug_of()
    assert [one.area for one in rug.leads] == ["Upwell", "Ambridge", "Penny"]
    words = said(rug)
    assert words["Upwell"] == (
        "worse than England in 1 of 2 judged indicators: low (20.0%; England 10.0%).",
        "",
    )
    assert words["Ambridge"][0] == "not worse than England in any of 1 judged indicator."


def test_leads_tell_what_has_become_worse_and_what_is_no_longer():
    words = said(rug_of(over_time()))
    assert words["Upwell"][1] == "Worse now, and not before: low (since 2023/24)."
    assert words["Penny"][1] == "No longer worse: low (since 2023/24)."
    assert words["Ambridge"][1] == "Nothing has changed class since the period before."


def test_leads_say_nothing_of_change_from_or_to_a_hidden_figure():
    table = over_time(Upwell="not_compared")
    hidden = table["period"].eq("2023/24") & table["area_code"].eq("Upwell")
    table.loc[hidden, "state"] = "suppressed"
    table.loc[hidden, ["value", "count"]] = np.nan
    assert "low" not in said(rug_of(table))["Upwell"][1]


def test_leads_name_the_three_that_are_worst_by_how_far_they_are():
    rows = pd.concat([comparisons()[lambda t: t["indicator_id"].eq("low")]] * 4, ignore_index=True)
    rows["indicator_id"] = np.repeat(["a", "b", "c", "d"], 4)
    own = rows["area_code"].ne("E92000001")
    factor = rows["indicator_id"].map({"a": 2, "b": 5, "c": 3, "d": 4})
    rows.loc[own, "value"], rows.loc[own, "comparison"] = 10.0 * factor, "worse"
    rows = rows.assign(lower_ci=rows["value"] - 1, upper_ci=rows["value"] + 1, state="value")
    names = {key: list("abcd") for key in ("indicator_id", "name", "short_name")}
    rug = rug_of(rows, catalogue=catalogue().iloc[[0] * 4].assign(**names))
    assert said(rug)["Penny"][0] == (
        "worse than England in 4 of 4 judged indicators, most in b (50.0%; England 10.0%), "
        "d (40.0%; England 10.0%) and c (30.0%; England 10.0%)."
    )


def test_leads_leave_out_what_is_neither_good_nor_bad():
    rug = rug_of(catalogue=catalogue(polarity="no_judgement"))
    assert {one.area for one in rug.leads} == set()


def test_leads_stand_at_the_head_of_the_page_and_say_where_change_is_not_known(tmp_path):
    page = page_of(rug_of(), tmp_path)
    assert page.index("Worst against England, and what changed") < page.index('id="key"')
    assert "No indicator has an earlier period here" in page
    assert "No indicator has an earlier" not in page_of(rug_of(over_time()), tmp_path)


def test_rugs_of_many_areas_have_no_leads():
    towns = [comparisons().assign(area_code=lambda t, n=n: t["area_code"].where(
        t["area_type"].eq("england"), t["area_code"] + str(n))) for n in range(8)]  # fmt: skip
    assert rug_of(pd.concat(towns).drop_duplicates(["area_code", "indicator_id"])).leads == ()
