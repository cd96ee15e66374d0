import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.disclosure.attack import ranges
from geo.disclosure.audit import audit_disclosure
from geo.disclosure.sums import Sums, lattice
from geo.disclosure.suppress import Rule, suppress
from geo.disclosure.table import known_from, to_protect
from geo.errors import CodeError, TableError
from geo.statistics.rates import proportion

LSOAS = [f"E010000{number:02d}" for number in range(30)]


def cells(counts, area_type="lsoa21", **columns):
    """Rows of one area type from a dictionary of counts by area."""
    return pd.DataFrame(
        {"area_code": list(counts), "area_type": area_type, "count": list(counts.values())}
    ).assign(**({"indicator_id": "neet", "period": "2024"} | columns))


def town(*counts, **columns):
    """LSOAs a, b, c … of one town with its total, and the hierarchy."""
    lsoas = LSOAS[: len(counts)]
    table = pd.concat(
        [
            cells(dict(zip(lsoas, counts, strict=True)), **columns),
            cells({"Crewe": sum(counts)}, "town", **columns),
        ],
        ignore_index=True,
    )
    return table, pd.DataFrame({"lsoa21cd": lsoas, "town": "Crewe"})


def with_totals(counts, hierarchy):
    """Every level of a hierarchy summed from counts by LSOA, with denominators of 500 an LSOA."""
    base = hierarchy.assign(
        count=list(counts), denominator=500, borough="borough", lsoa21=hierarchy["lsoa21cd"]
    )
    levels = [
        base.groupby(level, as_index=False)[["count", "denominator"]]
        .sum()
        .rename(columns={level: "area_code"})
        .assign(area_type=level)
        for level in ["lsoa21", *hierarchy.columns[1:], "borough"]
    ]
    table = pd.concat(levels, ignore_index=True)
    return table.assign(
        indicator_id="neet",
        period="2024",
        measure="proportion",
        value=100 * table["count"] / table["denominator"],
    )


def hidden(table):
    return set(table.loc[table["state"] == "suppressed", "area_code"])


@st.composite
def tables(draw, most=12):
    """Counts of 5 to ``most`` LSOAs with one, two or three groupings, the first one nested."""
    size = draw(st.integers(5, most))
    counts = draw(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14, 30]), min_size=size, max_size=size)
    )
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:size]})
    for number in range(draw(st.integers(1, 3))):
        groups = draw(st.lists(st.integers(0, size // 4), min_size=size, max_size=size))
        hierarchy[f"grouping{number}"] = [f"{number}.{group}" for group in groups]
    hierarchy["locality"] = hierarchy["grouping0"].map(
        {group: f"locality {group in ('0.0', '0.1')}" for group in hierarchy["grouping0"]}
    )
    return with_totals(counts, hierarchy), hierarchy


@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(tables())
def test_suppress_random_hierarchies_leave_the_attacker_nothing(made):
    table, hierarchy = made
    try:
        safe = suppress(table, hierarchy)
    except TableError as refused:
        if "would be hidden" in str(refused):
            return
        raise
    assert audit_disclosure(safe, hierarchy).empty
    small = table["count"].between(1, 4)
    assert safe.loc[small, "count"].isna().all()
    assert (safe.loc[table["count"] == 0, "state"] == "zero").all()


def possible_counts(counts, printed, sums, highest):
    """Every table of whole numbers that agrees with what is printed, by trying them all."""
    unknown = [cell for cell, shown in enumerate(printed) if not shown]
    for guess in itertools.product(range(1, highest + 1), repeat=len(unknown)):
        trial = list(counts)
        for cell, number in zip(unknown, guess, strict=True):
            trial[cell] = number
        if all(sum(trial[part] for part in parts) == trial[total] for parts, total in sums):
            yield trial


def test_ranges_equal_those_of_every_table_that_fits():
    """Rows and columns of a 2 by 3 table: four hidden cells in a loop, and one apart."""
    counts = [3, 8, 5, 6, 2, 9, 16, 17, 9, 10, 14]
    sums = [([0, 1, 2], 6), ([3, 4, 5], 7), ([0, 3], 8), ([1, 4], 9), ([2, 5], 10)]
    printed = [False, False, True, False, False, *[True] * 6]
    fits = np.array(list(possible_counts(counts, printed, sums, 17)))
    assert len(fits) > 3
    entries = [(s, c, 1) for s, (parts, _) in enumerate(sums) for c in parts]
    entries += [(s, total, -1) for s, (_, total) in enumerate(sums)]
    s, c, sign = (np.array(column) for column in zip(*entries, strict=True))
    known = Sums(s, c, sign.astype(float), 5, 11)
    least = np.where(printed, counts, 1)
    greatest = np.where(printed, counts, 2**30)
    found = ranges(known, least, greatest, np.full(11, 99))
    assert found.least.tolist() == fits.min(axis=0).tolist()
    assert found.greatest.tolist() == fits.max(axis=0).tolist()


@settings(max_examples=25, deadline=None, derandomize=True)
@given(tables(most=8))
@pytest.mark.slow
def test_suppress_hides_no_more_than_the_optimum(made):
    table, hierarchy = made
    try:
        safe = suppress(table, hierarchy)
    except TableError:
        return
    posed = to_protect(
        lattice(table, hierarchy),
        known_from(table, Rule(), None),
        np.zeros(len(table), bool),
        Rule(),
    )
    more = int(safe["count"].isna().sum() - posed.hidden.sum())
    free = np.flatnonzero(posed.free)

    def enough(fewer):
        for chosen in itertools.combinations(free, fewer):
            trial = posed.hidden.copy()
            trial[list(chosen)] = True
            if not posed.hiding(trial).attack()[1].any():
                return True
        return False

    best = next((fewer for fewer in range(min(more, 4)) if enough(fewer)), more)
    assert more <= 1.3 * best


@pytest.fixture(scope="module")
def borough():
    """240 LSOAs in 48 wards, 8 collaboratives that cut across wards, 2 localities; both sexes."""
    draw = np.random.default_rng(4)
    number = np.arange(240)
    hierarchy = pd.DataFrame(
        {
            "lsoa21cd": [f"E01{1000 + i:06d}" for i in number],
            "wd24cd": [f"E05{i // 5:06d}" for i in number],
            "collaborative": [f"collaborative {(i + 2) % 240 // 30}" for i in number],
        }
    )
    hierarchy["locality"] = [
        f"locality {int(name[-1]) // 4}" for name in hierarchy["collaborative"]
    ]
    parts = []
    for indicator, mean in (("protection_plans", 2), ("neet", 7)):
        sexes = {sex: draw.poisson(draw.gamma(1, mean, 240)) for sex in ("Male", "Female")}
        sexes["Persons"] = sexes["Male"] + sexes["Female"]
        for sex, counts in sexes.items():
            rows = with_totals(counts, hierarchy.rename(columns={"wd24cd": "wd24"}))
            rows["denominator"] = rows["denominator"] * (2 if sex == "Persons" else 1)
            parts.append(rows.assign(indicator_id=indicator, sex=sex))
    return pd.concat(parts, ignore_index=True), hierarchy


def test_suppress_borough_leaves_the_attacker_nothing(borough):
    table, hierarchy = borough
    safe = suppress(table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    assert 0 < table["count"].between(1, 4).sum() < safe["count"].isna().sum() < len(table)


def test_audit_without_complementary_cells_finds_hidden_counts(borough):
    table, hierarchy = borough
    naive = table.assign(count=table["count"].mask(table["count"].between(1, 4)), value=np.nan)
    naive["state"] = np.where(naive["count"].isna(), "suppressed", "value")
    found = audit_disclosure(naive, hierarchy)
    single = found[found["least"] == found["greatest"]]
    truth = table.set_index(["area_code", "area_type", "indicator_id", "sex"])["count"]
    rows = single[(single["sex"] != "") & single["area_type"].isin(["lsoa21", "wd24"])]
    keys = rows[["area_code", "area_type", "indicator_id", "sex"]].itertuples(index=False)
    assert len(rows) > 50
    assert [truth[tuple(key)] for key in keys] == rows["least"].tolist()


def test_audit_names_the_subtraction():
    table, hierarchy = town(3, 7, 12)
    table["state"] = ["suppressed", "value", "value", "value"]
    table.loc[0, "count"] = np.nan
    found = audit_disclosure(table, hierarchy)
    assert found[["area_code", "least", "greatest"]].to_numpy().tolist() == [[LSOAS[0], 3, 3]]
    assert found["recovered"].item() == "town Crewe less its other parts by lsoa21"


def test_audit_finds_what_one_more_total_gives_away():
    """Hidden 3 and 7 in a town; a school's catchment of the first and third LSOA has 15."""
    table, hierarchy = town(3, 7, 12)
    safe = suppress(table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    hierarchy["catchment"] = ["A", "B", "A"]
    more = pd.concat([safe, cells({"A": 15}, "catchment").assign(state="value")])
    found = audit_disclosure(more, hierarchy)
    assert found["least"].tolist() == [3]


def test_audit_needs_every_sum_together():
    """No single row or column tells, but the row sums less the column sum do: a + b + c - b - c."""
    counts = [3, 6, 9, 20, 8, 8]
    hierarchy = pd.DataFrame(
        {
            "lsoa21cd": LSOAS[:6],
            "ward": ["north", "north", "north", "south", "south", "south"],
            "cluster": ["x", "y", "y", "x", "z", "z"],
        }
    )
    table = with_totals(counts, hierarchy).drop(columns=["value"])
    table["state"] = "value"
    gone = table["area_code"].isin([LSOAS[0], LSOAS[1], LSOAS[2]]) | (table["area_code"] == "x")
    table.loc[gone, ["count", "state"]] = [np.nan, "suppressed"]
    found = audit_disclosure(table, hierarchy)
    assert dict(zip(found["area_code"], found["recovered"], strict=True))[LSOAS[0]] == (
        "several published totals together"
    )
    assert found.set_index("area_code").loc[LSOAS[0], "least"] == 3


@pytest.mark.parametrize(("decimals", "safe"), [(1, False), (0, True)])
def test_audit_percentages_with_too_many_decimals_give_counts_away(decimals, safe):
    """4 of 900 is 0.4% to one decimal: between 3.15 and 4.05. To none it is 0%: up to 4.5."""
    table, hierarchy = town(4, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    printed = suppress(table, hierarchy)
    printed["value"] = (100 * table["count"] / table["denominator"]).round(decimals)
    found = audit_disclosure(printed, hierarchy, decimals=decimals)
    assert found.empty is safe
    if not safe:
        assert found["greatest"].tolist() == [4]
        assert found["recovered"].item() == "its value or limits and its denominator"


def test_audit_limits_give_counts_away():
    table, hierarchy = town(4, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    printed = suppress(table, hierarchy)
    printed["upper_ci"] = proportion(table)["upper_ci"].round(2)
    found = audit_disclosure(printed, hierarchy)
    assert found.loc[0, ["least", "greatest"]].tolist() == [4, 4]


def test_suppress_value_without_count_is_hidden_where_it_tells_the_count():
    table, hierarchy = town(3, 7, 12, denominator=900, measure="proportion")
    table.loc[3, "denominator"] = 2700
    table["value"] = 100 * table["count"] / table["denominator"]
    table["count"] = np.nan
    assert not audit_disclosure(table.assign(state="value"), hierarchy).empty
    safe = suppress(table, hierarchy)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}
    assert audit_disclosure(safe, hierarchy).empty


def test_audit_small_count_that_is_printed_is_listed():
    table, hierarchy = town(3, 7, 12)
    assert audit_disclosure(table, hierarchy)["recovered"].tolist() == ["its count is printed"]


def test_suppress_ones_are_not_known_from_their_sum():
    """Five hidden ones with a total of 5 would each be 1, because zeros are printed."""
    table, hierarchy = town(1, 1, 1, 1, 1, 0, 9)
    safe = suppress(table, hierarchy)
    assert LSOAS[6] in hidden(safe)
    assert LSOAS[5] not in hidden(safe)


def test_suppress_hides_a_small_group_and_protects_it_in_the_borough():
    hierarchy = pd.DataFrame({"lsoa21cd": LSOAS[:4], "town": ["A", "B", "C", "C"]})
    table = with_totals([3, 8, 20, 30], hierarchy)
    assert hidden(suppress(table, hierarchy)) == {"A", LSOAS[0], "borough"}
    kept = suppress(table, hierarchy, keep=["borough"])
    assert hidden(kept) == {"A", "B", LSOAS[0], LSOAS[1]}
    assert audit_disclosure(kept, hierarchy).empty


def sexes(male, female, **columns):
    both = [m + f for m, f in zip(male, female, strict=True)]
    parts = {"Male": male, "Female": female, "Persons": both}
    made = {sex: town(*counts, sex=sex, **columns) for sex, counts in parts.items()}
    return pd.concat([table for table, _ in made.values()], ignore_index=True), made["Male"][1]


def test_suppress_across_sexes():
    """The 2 boys of the first LSOA need a second hidden sex there, and both another LSOA."""
    table, hierarchy = sexes([2, 20, 30], [40, 50, 60])
    safe = suppress(table, hierarchy)
    assert audit_disclosure(safe, hierarchy).empty
    assert safe["count"].isna().sum() == 4
    men_only = table.assign(count=table["count"].mask(table["count"] == 2), state="value")
    men_only.loc[men_only["count"].isna(), "state"] = "suppressed"
    assert audit_disclosure(men_only, hierarchy)["least"].tolist() == [2]


def test_suppress_protects_the_sex_that_is_not_listed():
    """Persons 42 and boys 40 tell 2 girls, though no row is of girls."""
    table, hierarchy = sexes([40, 20, 30], [2, 50, 60])
    table = table[table["sex"] != "Female"].reset_index(drop=True)
    found = audit_disclosure(table, hierarchy)
    assert found[["sex", "least"]].to_numpy().tolist() == [["(the rest)", 2]]
    safe = suppress(table, hierarchy)
    assert safe["count"].isna().any()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_across_overlapping_ages():
    """0–17 less 0–4 is 5–17; all ages less 5 and over is 0–4."""
    ages = {"0-4 yrs": (3, 9), "5+ yrs": (50, 60), "All ages": (53, 69)}
    made = [town(*counts, age=age) for age, counts in ages.items()]
    table, hierarchy = pd.concat([rows for rows, _ in made], ignore_index=True), made[0][1]
    safe = suppress(table, hierarchy)
    assert safe["count"].isna().sum() == 4
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_hidden_numbers_are_gone():
    table, hierarchy = town(3, 7, 1234, denominator=99_999, measure="proportion")
    table.loc[3, "denominator"] = 299_997
    table["value"] = 3.14159
    table["lower_ci"], table["upper_ci"], table["upper_ci_998"] = 2.71828, 4.66920, 5.55555
    table["comparison"], table["quantile"], table["events_per_day"] = "lower", 2, 0.125
    table.attrs["counts"] = table["count"].tolist()
    before = table.copy(deep=True)
    safe = suppress(table, hierarchy)
    row = safe.iloc[0]
    assert row["state"] == "suppressed"
    gone = ["count", "value", "lower_ci", "upper_ci", "upper_ci_998", "comparison", "quantile"]
    assert row[[*gone, "events_per_day"]].isna().all()
    assert row["denominator"] == 99_999
    assert list(safe.attrs) == ["disclosure"]
    assert safe.attrs["disclosure"]["counts_under"] == 5
    assert (safe["rule"] == "counts under 5 are not shown").all()
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == before.attrs


def test_suppress_public_indicators_are_untouched():
    secret, hierarchy = town(3, 7, 12, confidential=True)
    public, _ = town(1, 2, 3, indicator_id="open", confidential=False)
    table = pd.concat([secret, public])
    safe = suppress(table, hierarchy)
    columns = [column for column in table if column != "count"]
    pd.testing.assert_frame_equal(safe.loc[~safe["confidential"], columns], public[columns])
    assert safe.loc[~safe["confidential"], "count"].tolist() == [1, 2, 3, 6]
    assert safe.loc[~safe["confidential"], "rule"].isna().all()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_catalogue_says_what_is_confidential():
    table, hierarchy = town(3, 7, 12)
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "confidential": [False]})
    assert suppress(table, hierarchy, catalogue=catalogue)["count"].tolist() == [3, 7, 12, 22]
    assert hidden(suppress(table, hierarchy))


def test_suppress_table_without_small_counts_passes_whole():
    table, hierarchy = town(8, 7, 12)
    safe = suppress(table, hierarchy)
    assert safe["count"].tolist() == [8, 7, 12, 27]
    assert safe["rule"].notna().all()


def test_suppress_zeros_too():
    table, hierarchy = town(0, 7, 12)
    assert hidden(suppress(table, hierarchy)) == set()
    rule = Rule(hide_zeros=True)
    safe = suppress(table, hierarchy, rule=rule)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}
    assert rule.words == "counts under 5 are not shown; nor are zeros"


def test_suppress_small_denominators():
    """One of 2 children would be known well enough; its denominator must not come back either."""
    table, hierarchy = town(1, 7, 12, measure="proportion")
    table["denominator"] = [2, 40, 50, 92]
    safe = suppress(table, hierarchy)
    assert safe["denominator"].isna().tolist() == [True, True, False, False]
    assert safe["count"].isna().tolist() == [True, True, False, False]
    assert audit_disclosure(safe, hierarchy).empty
    leaky = safe.assign(denominator=[np.nan, 40, 50, 92])
    assert audit_disclosure(leaky, hierarchy)["quantity"].tolist()[0] == "denominator"
    kept = suppress(table, hierarchy, rule=Rule(denominators_under=0))
    assert kept["denominator"].tolist() == [2, 40, 50, 92]


def test_suppress_rates_on_few_events():
    table, hierarchy = town(8, 12, 30, denominator=1000, value=1.5)
    safe = suppress(table.assign(measure="rate"), hierarchy, rule=Rule(rates_under=10))
    assert safe["value"].isna().tolist() == [True, False, False, False]
    assert safe["count"].tolist() == [8, 12, 30, 50]


def test_suppress_rounds_to_fives():
    table, hierarchy = town(3, 8, 12, 33, denominator=100, measure="proportion", value=0.0)
    table["lower_ci"], table["upper_ci"] = 0.0, 0.0
    table.loc[4, "denominator"] = 400
    rule = Rule(round_to=5)
    safe = suppress(table, hierarchy, rule=rule)
    shown = safe[safe["state"] == "value"]
    assert (shown["count"] % 5 == 0).all()
    assert shown["value"].tolist() == pytest.approx(100 * shown["count"] / shown["denominator"])
    assert (shown["lower_ci"] < shown["value"]).all()
    assert audit_disclosure(safe, hierarchy).empty


def test_suppress_rows_hidden_by_the_supplier_stay_hidden_and_safe():
    table, hierarchy = town(3, 7, 12)
    table["state"] = ["suppressed", "value", "value", "value"]
    table["count"] = table["count"].astype(float)
    table.loc[0, "count"] = np.nan
    safe = suppress(table, hierarchy)
    assert hidden(safe) == {LSOAS[0], LSOAS[1]}


def test_suppress_missing_stays_missing():
    table, hierarchy = town(8, 7, 12)
    table = table.astype({"count": float})
    table.loc[[0, 3], "count"] = np.nan
    safe = suppress(table, hierarchy)
    assert safe["state"].tolist() == ["missing", "value", "value", "missing"]


@pytest.mark.parametrize(
    ("change", "problem", "message"),
    [
        (lambda t, h: (t.assign(count=[3, -7, 12, 8]), h), TableError, r"count -7.*from 0 up"),
        (lambda t, h: (t.assign(count=[3.5, 7, 12, 22.5]), h), TableError, "whole numbers of"),
        (
            lambda t, h: (t.assign(count=[3, 7, 12, 23]), h),
            TableError,
            r"town Crewe has 23, but its 3 parts by lsoa21 in the table add up to 22",
        ),
        (lambda t, h: (t, pd.concat([h, h.head(1)])), CodeError, "more than once in the hi"),
        (lambda t, h: (t, h.head(2)), CodeError, r"1 codes of area type lsoa21 \(E01000002\)"),
        (lambda t, h: (t, h[["lsoa21cd"]]), CodeError, "area type town are no level"),
        (lambda t, h: (pd.concat([t, t]), h), TableError, "stand twice for one area"),
        (lambda t, h: (t.drop(columns="count"), h), TableError, "No column count"),
        (lambda t, h: (t.assign(denominator=10), h), TableError, "say in a column measure"),
        (lambda t, h: (t[t["count"] == 3], h), TableError, "all 1 counts above zero would be"),
        (lambda t, h: (t.assign(confidential="no"), h), TableError, "true and false"),
    ],
)
def test_suppress_refuses(change, problem, message):
    with pytest.raises(problem, match=message):
        suppress(*change(*town(3, 7, 12)))


@pytest.mark.parametrize("changes", [{"counts_under": 1}, {"counts_under": 2.5}, {"round_to": 0}])
def test_rule_that_hides_nothing_is_refused(changes):
    with pytest.raises(TableError, match="give a whole number from"):
        Rule(**changes)


def test_audit_of_a_table_under_another_rule_is_refused():
    table, hierarchy = town(3, 7, 12)
    safe = suppress(table, hierarchy, rule=Rule(counts_under=8))
    assert audit_disclosure(safe, hierarchy).empty
    safe.attrs = {}
    with pytest.raises(TableError, match="follow the rule 'counts under 8 are not shown'"):
        audit_disclosure(safe, hierarchy)
    assert audit_disclosure(safe, hierarchy, rule=Rule(counts_under=8)).empty


def test_audit_of_contradictory_counts_is_refused():
    table, hierarchy = town(8, 7, 12)
    with pytest.raises(TableError, match="not the sums of their parts"):
        audit_disclosure(table.assign(count=[8, 7, 12, 26]), hierarchy)


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("sex", ["Male", "Female", "All persons"]),
        ("sex", ["Male", "Female", "T"]),
        ("sex", ["Boys", "Girls", "Everybody here"]),  # no word for the whole: told by its sums
        ("age", ["0-4", "5-17", "all"]),  # not all ages: no part of 18 and over is left to hide in
        ("age", ["0-4", "5-17", "0-17"]),
        ("age", ["Primary", "Secondary", "All pupils"]),
    ],
)
def test_suppress_protects_parts_of_a_whole_whatever_they_are_called(key, labels):
    hierarchy = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": ["Alder", "Birch"]})
    rows = [
        {"area_code": code, "area_type": "lsoa21", "indicator_id": "x", "period": "2024",
         key: label, "count": count}
        for code, counts in (("E01000001", [4, 9, 13]), ("E01000002", [38, 73, 111]))
        for label, count in zip(labels, counts, strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    safe = suppress(table, hierarchy)
    shown = safe[safe["area_code"] == "E01000001"]["count"].notna()
    assert shown.sum() <= 1  # two of the three would give the third
    assert audit_disclosure(safe, hierarchy).empty
    leaky = safe.assign(
        count=table["count"].mask(table["count"] < 5),
        state=safe["state"].mask(table["count"] >= 5, "value"),
    )
    assert audit_disclosure(leaky, hierarchy)["area_code"].tolist() == ["E01000001"]


def test_suppress_leaves_a_rest_to_a_whole_that_its_parts_do_not_fill():
    hierarchy = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002"], "town": ["Alder", "Birch"]})
    rows = [
        {"area_code": code, "area_type": "lsoa21", "indicator_id": "x", "period": "2024",
         "sex": label, "count": count}
        for code, counts in (("E01000001", [4, 9, 40]), ("E01000002", [38, 73, 130]))
        for label, count in zip(["Male", "Female", "Persons"], counts, strict=True)
    ]  # fmt: skip
    safe = suppress(pd.DataFrame(rows), hierarchy)
    assert safe["state"].eq("suppressed").sum() == 1  # 27 others may be of any number


def test_suppress_hides_means_of_few_and_refuses_values_of_nobody_knows_how_many():
    hierarchy = pd.DataFrame({"lsoa21cd": [f"E0100000{n}" for n in range(1, 5)], "town": "Alder"})
    scores = pd.DataFrame(
        {"area_code": [*hierarchy["lsoa21cd"], "Alder"], "area_type": ["lsoa21"] * 4 + ["town"],
         "indicator_id": "score", "period": "2024", "count": float("nan"),
         "denominator": [3.0, 20, 30, 40, 93], "value": [41.0, 45, 47, 50, 47.6],
         "measure": "mean"}
    )  # fmt: skip
    safe = suppress(scores, hierarchy)
    assert safe["state"].iloc[0] == "suppressed"
    assert safe.loc[safe["state"] == "suppressed", ["value", "denominator"]].isna().all(axis=None)
    assert safe["state"].eq("suppressed").sum() == 2  # one more, so that it cannot be subtracted
    with pytest.raises(TableError, match="a confidential value without a count needs to say"):
        suppress(scores.assign(denominator=float("nan")), hierarchy)
