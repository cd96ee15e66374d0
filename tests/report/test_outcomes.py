"""Indicators of a place at every level, safe to print."""

import re

import numpy as np
import pandas as pd
import pytest

from geo.disclosure import publish as publication
from geo.disclosure.audit import audit_disclosure
from geo.disclosure.publications import Terms
from geo.disclosure.rules import Rule
from geo.errors import GeoError, GeoWarning, TableError
from geo.report.indicators.england import national_fifths
from geo.report.outcomes import _with_deprived, outcomes
from geo.sources.sample import sample
from tests.builders import of_residents, place

LSOAS = pd.DataFrame(
    {
        "lsoa21cd": [f"E0100000{n}" for n in range(1, 5)],
        "lsoa21nm": ["Testshire 001A", "Testshire 001B", "Testshire 002A", "Testshire 003A"],
        "wd24cd": ["E05000001", "E05000001", "E05000002", "E05000003"],
        "wd24nm": ["Alder", "Alder", "Birch", "Cedar"],
        "collaborative": ["East", "East", "East", "West"],
        "locality": ["North", "North", "North", "South"],
    }
)
CATALOGUE = pd.DataFrame(
    {
        "indicator_id": ["absence", "cared_for", "score", "air"],
        "name": ["Absence", "Cared for", "Score", "Air"],
        "short_name": ["Absence", "Cared for", "Score", "Air"],
        "group": "Outcomes",
        "unit": ["% of pupils", "per 1,000", "points", "index"],
        "multiplier": [100.0, 1000.0, 1.0, 1.0],
        "measure": ["proportion", "rate", "mean", "value"],
        "polarity": ["low_is_good", "low_is_good", "high_is_good", "low_is_good"],
        "source": "Council",
        "licence": "OGL",
        "confidential": [False, True, False, False],
    }
)


def rows(indicator, counts=None, denominators=None, values=None, codes=None, **columns):
    """Tidy rows of one indicator, one for each LSOA of Testshire."""
    codes = list(LSOAS["lsoa21cd"]) if codes is None else codes
    nothing = [np.nan] * len(codes)
    table = pd.DataFrame(
        {
            "area_code": codes,
            "area_type": "lsoa21",
            "indicator_id": indicator,
            "period": "2024",
            "sex": "all",
            "age": "all",
            "count": nothing if counts is None else counts,
            "denominator": nothing if denominators is None else denominators,
            "value": nothing if values is None else values,
            "lower_ci": np.nan,
            "upper_ci": np.nan,
            "state": "value",
        }
    )
    return table.assign(**columns).astype({"count": float, "denominator": float, "value": float})


ENGLAND = rows("absence", [10_000], [100_000], codes=["E92000001"], area_type="england")
ABSENCE = rows("absence", [10, 20, 30, 40], [100, 100, 100, 100])


def made(*tables, **options):
    return outcomes(
        pd.concat(tables, ignore_index=True),
        CATALOGUE,
        LSOAS,
        place(),
        **options,
    )


def cell(found, kind, code, column, indicator="absence"):
    table = found.comparisons
    at = (table["area_type"] == kind) & (table["area_code"] == code)
    return table.loc[at & (table["indicator_id"] == indicator), column].item()


def test_outcomes_are_summed_to_every_level_and_compared():
    found = made(ABSENCE, ENGLAND)
    assert cell(found, "collaborative", "East", "value") == pytest.approx(20)  # 60 of 300
    assert cell(found, "wd24", "E05000001", "value") == pytest.approx(15)  # 30 of 200
    assert cell(found, "borough", "borough", "count") == 100
    assert cell(found, "collaborative", "East", "comparison") == "worse"  # than 10%
    assert cell(found, "lsoa21", "E01000001", "comparison") == "similar"
    names = found.comparisons.set_index(["area_type", "area_code"])["area_name"].to_dict()
    assert names["wd24", "E05000003"] == "Cedar"
    assert names["lsoa21", "E01000004"] == "Cedar (003A)"
    assert names["borough", "borough"] == "Testshire"
    assert names["collaborative", "East"] == "East"


def test_outcomes_without_england_are_compared_with_the_borough():
    with pytest.warns(GeoWarning, match="No indicator has a figure of England, so areas are comp"):
        found = made(ABSENCE)
    assert found.benchmark == "borough"
    assert cell(found, "collaborative", "West", "benchmark_value") == pytest.approx(25)


def test_confidential_outcomes_of_other_areas_are_left_out_and_told_in_a_note_and_in_rows():
    foreign = rows("cared_for", [5], [100], codes=["E02000001"], area_type="msoa21")
    with pytest.warns(
        GeoWarning, match=r"1 indicator \(Cared for\) left out: .* by MSOA 2021, and none"
    ):
        found = made(ABSENCE, ENGLAND, foreign)
    told = found.comparisons[found.comparisons["indicator_id"] == "cared_for"]
    assert told[["count", "value"]].isna().all(axis=None)
    assert told["rule"].eq("counts under 5 are not shown").all()


def test_outcomes_without_any_figure_of_the_place_are_none():
    with pytest.warns(GeoWarning, match="left out"):
        assert made(rows("absence", [5], [100], codes=["E01000099"])) is None


def test_outcomes_of_wards_reach_the_larger_levels():
    wards = rows(
        "absence", [30, 30, 40], [200, 100, 100],
        codes=["E05000001", "E05000002", "E05000003"], area_type="wd24",
    )  # fmt: skip
    found = made(wards, ENGLAND)
    assert cell(found, "collaborative", "East", "value") == pytest.approx(20)
    assert "lsoa21" not in set(found.comparisons["area_type"])


def test_outcomes_weight_means_by_their_own_denominators():
    score = rows("score", denominators=[10, 30, 60, 50], values=[40.0, 50.0, 60.0, 45.0])
    found = made(ABSENCE, ENGLAND, score, notes=[])
    east = (10 * 40 + 30 * 50 + 60 * 60) / 100
    assert cell(found, "collaborative", "East", "value", "score") == pytest.approx(east)
    assert cell(found, "collaborative", "East", "denominator", "score") == 100


def test_outcomes_weight_other_values_by_residents_and_say_so():
    residents = pd.Series([100, 300, 600, 500], LSOAS["lsoa21cd"])
    air = rows("air", values=[1.0, 2.0, 3.0, 4.0])
    found = made(ABSENCE, ENGLAND, air, england=of_residents(residents), notes=[])
    assert cell(found, "collaborative", "East", "value", "air") == pytest.approx(2.5)
    assert "weighted by residents" in cell(found, "collaborative", "East", "note", "air")
    assert cell(found, "lsoa21", "E01000001", "note", "air") == ""


def test_outcomes_of_values_without_weights_stay_with_their_areas():
    air = rows("air", values=[1.0, 2.0, 3.0, 4.0])
    notes = []
    found = made(ABSENCE, ENGLAND, air, notes=notes)
    assert notes[0].startswith("Air is shown by LSOA 2021 alone: values without counts")
    shown = found.comparisons[found.comparisons["indicator_id"] == "air"]
    assert set(shown["area_type"]) == {"lsoa21"}


def test_outcomes_say_how_many_areas_have_no_figure():
    gap = ABSENCE.assign(
        count=ABSENCE["count"].where(ABSENCE.index > 0),
        state=ABSENCE["state"].where(ABSENCE.index > 0, "missing"),
    )
    found = made(gap, ENGLAND)
    told = "at least 50: 1 of its areas has no figure"
    assert cell(found, "collaborative", "East", "note") == told
    assert cell(found, "collaborative", "East", "value") == pytest.approx(50 / 300 * 100)
    assert cell(found, "collaborative", "East", "at_least") == 1
    assert cell(found, "collaborative", "East", "comparison") == "worse"  # than 10%, whatever else
    assert cell(found, "wd24", "E05000001", "comparison") == "not_compared"  # 20 to 120 of 200


def test_outcomes_hide_small_counts_of_confidential_indicators_alone():
    cared = rows("cared_for", [3, 7, 20, 30], [100, 100, 100, 100])
    found = made(ABSENCE.assign(count=[1.0, 2, 3, 4]), ENGLAND, cared, notes=[])
    table = found.comparisons
    public, secret = (table[table["indicator_id"] == i] for i in ("absence", "cared_for"))
    assert (public["state"] != "suppressed").all()
    hidden = secret[secret["state"] == "suppressed"]
    assert "E01000001" in set(hidden["area_code"])
    assert hidden[["count", "value", "lower_ci", "upper_ci"]].isna().all(axis=None)
    assert found.rule == "counts under 5 are not shown"


def test_outcomes_withhold_lsoas_that_would_cost_the_groups_their_figures():
    cared = rows("cared_for", [2, 2, 1, 30], [100, 100, 100, 100])
    notes = []
    found = made(ABSENCE, ENGLAND, cared, notes=notes)
    told = " ".join(notes)
    assert re.search(r"Not shown for areas this small.*\(LSOA 2021\): Cared for", told)
    assert cell(found, "collaborative", "East", "count", "cared_for") == 5
    table = found.comparisons.query("indicator_id == 'cared_for'")
    small = table[table["area_type"] == "lsoa21"]
    assert set(small["state"]) == {"suppressed"}
    assert small[["count", "denominator", "value"]].isna().all(axis=None)
    assert small["note"].str.startswith("Not shown for areas this small").all()


def test_outcomes_follow_the_rule_given():
    cared = rows("cared_for", [3, 70, 80, 90], [100, 100, 100, 100])
    found = made(ABSENCE, ENGLAND, cared, terms=Terms(Rule(counts_under=3)), notes=[])
    assert (found.comparisons["state"] == "value").all()
    assert found.rule == "counts under 3 are not shown"


def split_by_sex(male, female, whole="Persons"):
    total = [m + f for m, f in zip(male, female, strict=True)]
    heads = [100] * 4
    parts = (("Male", male), ("Female", female), (whole, total))
    return [rows("cared_for", counts, heads, sex=sex) for sex, counts in parts]


def test_outcomes_split_by_sex_are_printed_safely_beside_the_gap():
    lsoas = LSOAS.assign(imd_decile=[1, 2, 8, 9])
    parts = split_by_sex([3, 8, 20, 30], [7, 9, 12, 25])
    table = pd.concat([ABSENCE, ENGLAND, *parts], ignore_index=True)
    found = outcomes(table, CATALOGUE, lsoas, place(), notes=[])
    public = found.comparisons.query("indicator_id == 'absence' and area_type == 'deprived'")
    assert public["count"].tolist() == [30, 70]
    secret = found.comparisons.query("indicator_id == 'cared_for' and area_type != 'england'")
    whole = secret["note"].str.startswith("Not shown for areas this small")
    assert audit_disclosure(secret[~whole], found.hierarchy, catalogue=CATALOGUE).empty


@pytest.mark.parametrize(
    ("periods", "message"),
    [
        (("2022", "2022-23"), "its period 2022-23 holds 2022: one less the other"),
        (("2024", "2024 H1"), "its period 2024 holds 2024 H1"),
        (("2024", "Wave 3"), "its period 'Wave 3' cannot be read"),
    ],
)
def test_outcomes_refuse_confidential_periods_that_hold_each_other(periods, message):
    years = [rows("cared_for", [20, 30, 40, 50], [100] * 4, period=p) for p in periods]
    with pytest.raises(TableError, match=f"Cared for is confidential, and {message}"):
        made(ABSENCE, ENGLAND, *years)
    public = [year.assign(indicator_id="absence") for year in years]
    made(*public, ENGLAND, notes=[])  # England's period is another, which is told


@pytest.mark.parametrize(
    ("indicator", "message"),
    [
        ("cared_for", "2024/25 and 2024-25 are the same"),
        ("absence", "another spelling .*: 2024-25 beside 2024/25"),
    ],
)
def test_outcomes_refuse_one_period_in_two_spellings(indicator, message):
    years = [
        rows(indicator, [20, 30, 40, 50], [100] * 4, period=one) for one in ("2024/25", "2024-25")
    ]
    with pytest.raises(TableError, match=message):
        made(ENGLAND, *years)


def test_outcomes_keep_small_areas_in_the_latest_period_alone():
    """LSOAs, wards and the most deprived 30% would cost the larger areas their numbers."""
    lsoas = LSOAS.assign(imd_decile=[1, 2, 8, 9])
    tables = [ABSENCE.assign(period=month) for month in ("Feb 2024", "Dec 2023", "Apr 2024")]
    tables += [rows("cared_for", [20, 30, 40, 50], [100] * 4, period="2022/23")]  # has its own last
    table = pd.concat([*tables, ENGLAND.assign(period="Apr 2024")], ignore_index=True)
    found = outcomes(table, CATALOGUE, lsoas, place(), notes=[])
    has = found.comparisons.groupby(["indicator_id", "area_type"])["period"].agg(set)
    for kind in ("lsoa21", "wd24", "deprived"):
        assert has["absence", kind] == {"Apr 2024"}, kind
        assert has["cared_for", kind] == {"2022/23"}, kind
    for kind in ("collaborative", "locality", "borough"):
        assert has["absence", kind] == {"Dec 2023", "Feb 2024", "Apr 2024"}, kind
    assert found.last.to_dict() == {"absence": "Apr 2024", "cared_for": "2022/23"}
    assert found.latest.groupby("indicator_id")["period"].agg(set).to_dict() == {
        "absence": {"Apr 2024"}, "cared_for": {"2022/23"},
    }  # fmt: skip


@pytest.mark.parametrize(("times", "words"), [(10, "10"), (0.01, "0.01")])
def test_outcomes_refuse_values_that_contradict_their_counts(times, words):
    """Per 1,000, or as shares of one, where the catalogue has 100."""
    wrong = ABSENCE.assign(value=np.array([10.0, 20, 30, 40]) * times)
    with pytest.raises(TableError, match=f"values of Absence are {words} times what its counts"):
        made(wrong, ENGLAND)


def test_outcomes_refuse_confidential_values_without_counts():
    bare = rows("cared_for", denominators=[100] * 4, values=[30.0, 40, 50, 60])
    with pytest.raises(TableError, match="Cared for is confidential and has values without counts"):
        made(ABSENCE, ENGLAND, bare)


def test_outcomes_of_confidential_means_alone_are_shown():
    score = rows("score", denominators=[10, 30, 60, 50], values=[40.0, 50.0, 60.0, 45.0])
    english = rows("score", denominators=[1e5], values=[50.0], codes=["E92000001"],
                   area_type="england")  # fmt: skip
    catalogue = CATALOGUE.assign(confidential=True)
    table = pd.concat([score, english], ignore_index=True)
    found = outcomes(table, catalogue, LSOAS, place())
    assert cell(found, "collaborative", "East", "state", "score") == "value"


def test_outcomes_show_the_last_period_in_time_not_in_letters():
    months = [ABSENCE.assign(period="Dec 2023"), ABSENCE.assign(period="Apr 2024", count=50.0)]
    english = [ENGLAND.assign(period=p) for p in ("Dec 2023", "Apr 2024")]
    found = made(*months, *english, notes=[])
    assert set(found.latest["period"]) == {"Apr 2024"}


def test_outcomes_tell_which_figures_are_left_aside():
    wards = rows("absence", [25, 25, 35], [200, 100, 100], period="2020",
                 codes=["E05000001", "E05000002", "E05000003"], area_type="wd24")  # fmt: skip
    with pytest.warns(
        GeoWarning, match="by ward 2024 of Absence are left out, because those by LS"
    ):
        found = made(ABSENCE, ENGLAND, wards)
    assert set(found.comparisons["period"]) == {"2024"}


def test_outcomes_take_wards_where_hardly_any_lsoa_is_known():
    wards = rows("absence", [30, 30, 40], [200, 100, 100],
                 codes=["E05000001", "E05000002", "E05000003"], area_type="wd24")  # fmt: skip
    with pytest.warns(GeoWarning, match="by LSOA 2021 of Absence are left out"):
        found = made(wards, ABSENCE.iloc[:1], ENGLAND)
    assert cell(found, "collaborative", "East", "value") == pytest.approx(20)


def test_outcomes_stop_when_the_attacker_finds_something(monkeypatch):
    def primary_only(table, *_, **options):
        small = table["count"].between(1, 4)
        blank = table[["count", "value", "lower_ci", "upper_ci"]].mask(small)
        state = table["state"].mask(small, "suppressed")
        return table.assign(**blank, state=state, rule=options["rule"].words)

    monkeypatch.setattr(publication, "suppress", primary_only)
    cared = rows("cared_for", [3, 7, 20, 30], [100, 100, 100, 100])
    with pytest.raises(GeoError, match="hidden figures could be worked out .*; nothing is written"):
        made(ABSENCE, ENGLAND, cared)


@pytest.fixture(scope="module")
def borough(sample_evidence):
    return sample_evidence.outcomes


def _confidential(found):
    secret = found.catalogue.query("confidential")["indicator_id"]
    table = found.comparisons
    return table[table["indicator_id"].isin(secret) & table["area_type"].ne("england")]


def test_sample_borough_gives_the_attacker_nothing(borough):
    table = _confidential(borough)
    wholly = table["note"].eq("Not shown for areas this small, so that the figures of larger ones "
                              "can be shown")  # fmt: skip
    found = audit_disclosure(table[~wholly], borough.hierarchy, catalogue=borough.catalogue)
    assert found.empty
    assert (table["state"] == "suppressed").sum() > 1000


def test_sample_borough_gives_the_attacker_something_with_one_more_total(borough):
    table = _confidential(borough).query("indicator_id == 'child_protection'")
    table = table[table["period"] == table["period"].max()]
    drawn = sample().indicators.query("indicator_id == 'child_protection'")
    drawn = drawn[drawn["period"] == drawn["period"].max()].set_index("area_code")["count"]
    wards = borough.hierarchy.assign(count=borough.hierarchy["lsoa21cd"].map(drawn))
    wards = wards.groupby("wd24cd")["count"].sum()
    hidden = table.query("area_type == 'wd24' and state == 'suppressed'")
    hidden = hidden[hidden["area_code"].map(wards) >= 5]  # hidden to protect others

    def found(told):
        one = table.index == told
        leaky = table.assign(
            count=table["count"].mask(one, table["area_code"].map(wards)),
            state=table["state"].mask(one, "value"),
        )
        return audit_disclosure(leaky, borough.hierarchy, catalogue=borough.catalogue)

    assert audit_disclosure(table, borough.hierarchy, catalogue=borough.catalogue).empty
    assert any(len(found(told)) for told in hidden.index)


def test_sample_borough_shows_groups_wherever_it_can(borough):
    table = borough.latest
    groups = table[table["area_type"] == "collaborative"]
    assert (groups["state"] == "suppressed").mean() < 0.1
    assert set(borough.trends["trend"]) >= {"increasing", "decreasing", "no_change"}


@pytest.mark.slow
def test_outcomes_fifths_are_those_of_all_england(real_data, cheshire_evidence):
    found = cheshire_evidence.outcomes
    raw = pd.read_csv(real_data / "england/IoD2025_underlying_indicators.csv")
    for name, sign in (("connectivity_score", 1), ("acute_morbidity_indicator", -1)):
        values = raw.set_index("lsoa21_code")[name].dropna()
        rank = (sign * values).rank(method="min")  # 1 is the worst
        expected = np.ceil(5 * rank / len(values)).astype(int)
        rows = found.comparisons[
            found.comparisons["indicator_id"].eq(name)
            & found.comparisons["area_type"].eq("lsoa21")
            & found.comparisons["value"].notna()
        ].set_index("area_code")["quantile"]
        assert len(rows) == 244
        assert (rows.astype(int) == expected.reindex(rows.index)).mean() > 0.999
    census = found.latest.query("area_type == 'england' and indicator_id == 'disability'")
    assert census["value"].item() == pytest.approx(17.30, abs=0.005)


def test_with_deprived_parts_deciles_one_to_three_from_the_rest():
    lsoas = pd.DataFrame({"lsoa21cd": [f"E0100000{n}" for n in range(10)],
                          "imd_decile": range(1, 11)})  # fmt: skip
    found = _with_deprived(lsoas[["lsoa21cd"]], lsoas)
    assert found["deprived"].tolist() == ["most deprived 30%"] * 3 + ["the rest"] * 7


@pytest.mark.parametrize("deciles", [[1, 2, 3, 3], [4, 5, 9, 10], [1, 2, None, 9]])
def test_with_deprived_adds_no_group_that_holds_all_or_is_not_known(deciles):
    lsoas = LSOAS.assign(imd_decile=deciles)
    assert list(_with_deprived(LSOAS[["lsoa21cd"]], lsoas)) == ["lsoa21cd"]


def test_fifths_are_of_public_indicators_only():
    codes = [f"E0100000{n}" for n in range(1, 6)]
    ranked = [
        rows(name, [1, 2, 3, 4, 5], [100] * 5, codes=codes) for name in ("absence", "cared_for")
    ]
    national = pd.concat(ranked, ignore_index=True)
    compared = national[national["area_code"].isin(codes[:2])]
    found = national_fifths(compared, national, CATALOGUE, [])
    of = compared["indicator_id"]
    assert found[of == "absence"].tolist() == [5, 4]  # low is good: the lowest are the best
    assert found[of == "cared_for"].isna().all()


@pytest.mark.parametrize("confidential", [False, True])
def test_outcomes_hand_on_no_contribution_of_a_single_person(confidential):
    england = rows("score", None, [900], [40.0], codes=["E92000001"], area_type="england")
    scores = rows("score", None, [40, 60, 80, 70], [41.0, 45, 50, 52])
    tables = [one.assign(largest_1=90.0, largest_2=85.0) for one in (england, scores)]
    catalogue = CATALOGUE.assign(confidential=confidential)
    found = outcomes(pd.concat(tables), catalogue, LSOAS, place(), notes=[])
    assert len(found.comparisons) > 4
    assert not [name for name in found.comparisons if "largest" in name]
    assert not found.comparisons.isin([90.0, 85.0]).any(axis=None)


DOMINATED = rows("score", None, [10, 8, 9, 12], [40.0, 30, 30, 30]).assign(
    largest_1=[390.0, 40, 45, 50], largest_2=[2.0, 38, 40, 50]
)
"""One person makes nearly all of the first LSOA."""
SECRET = CATALOGUE.assign(confidential=True)


def judged(table=DOMINATED, rule=None, previous=(), lsoas=LSOAS):
    terms = Terms(rule or Rule(p_percent=10), previous=tuple(previous))
    return outcomes(table, SECRET, lsoas, place(), terms=terms, notes=[])


def test_outcomes_hide_means_that_one_person_dominates_at_every_level():
    found = judged()
    hidden = found.comparisons[found.comparisons["state"] == "suppressed"]
    assert "E01000001" in set(hidden["area_code"])
    assert len(hidden) >= 2
    assert hidden[["value", "lower_ci", "upper_ci"]].isna().all(axis=None)
    assert found.rule.endswith("too closely (p% rule)")


def test_outcomes_judge_contributions_that_are_known_where_no_rule_is_asked_for():
    told = []
    plain = outcomes(DOMINATED, SECRET, LSOAS, place(), terms=Terms(Rule()), notes=told)
    assert plain.comparisons["state"].tolist() == judged().comparisons["state"].tolist()
    assert plain.rule == judged().rule
    assert plain.printed.dominance
    words = "Score: one person may make nearly all of a sum, so sums and means are hidden by"
    assert [one for one in told if one.startswith(words)]


def test_outcomes_say_that_no_rule_judges_where_other_means_lack_contributions():
    other = DOMINATED.drop(columns=["largest_1", "largest_2"]).assign(indicator_id="wage")
    two = SECRET[SECRET["indicator_id"] == "score"].assign(indicator_id="wage", short_name="Wage")
    told = []
    found = outcomes(
        pd.concat([DOMINATED, other]), pd.concat([SECRET, two]), LSOAS, place(),
        terms=Terms(Rule()), notes=told,
    )  # fmt: skip
    assert found.comparisons["state"].eq("value").all()
    words = "Score: one person may make nearly all of a sum, and no rule judges that"
    assert [one for one in told if one.startswith(words)]


def test_outcomes_refuse_confidential_means_without_contributions_under_dominance():
    with pytest.raises(TableError, match="score has no column largest_1, largest_2: give what"):
        judged(DOMINATED.drop(columns=["largest_1", "largest_2"]))


@pytest.mark.slow
def test_outcomes_beside_a_publication_of_the_same_means():
    first = judged().printed
    assert judged(previous=[first]).printed.cells.equals(first.cells)
    moved = LSOAS.assign(collaborative=["East", "East", "West", "West"])
    for changed, words in (
        ({"rule": Rule(p_percent=1)}, "were hidden in .* and would be printed now"),
        ({"lsoas": moved}, "score were published in .* for other groups"),
    ):
        with pytest.raises(TableError, match=words):
            judged(previous=[first], **changed)
    later = DOMINATED.assign(period="2025")
    assert len(judged(later, previous=[first], lsoas=moved).comparisons)


def test_outcomes_take_wards_of_no_told_year_by_their_codes():
    """Fingertips does not tell of which year its wards are; a ward keeps its code."""
    told = []
    codes = LSOAS["wd24cd"].unique()
    wards = pd.DataFrame({"area_code": [*codes, "E05999999"], "area_type": "wd"}).assign(
        indicator_id="absence", period="2024", sex="all", age="all", count=30.0,
        denominator=100.0, value=np.nan, lower_ci=np.nan, upper_ci=np.nan, state="value",
    )  # fmt: skip
    found = made(wards, ENGLAND, notes=told)
    assert set(found.latest["area_type"]) >= {"wd24", "collaborative"}
    assert any(f"{len(codes)} of {len(codes)} wards have their code" in words for words in told)


def counted_only(name, **columns):
    """Numbers of all of England's LSOAs, the first four of Testshire's, and no denominators."""
    codes = [f"E01{at:06}" for at in range(1, 33_756)]
    counts = np.arange(33_755) % 97 + 1.0
    return rows(name, codes=codes, **dict.fromkeys(columns or {"values": 0}, counts))


def test_fifths_are_of_rates_not_of_counts():
    codes = [f"E0100000{n}" for n in range(1, 6)]
    national = rows("absence", values=[1, 2, 3, 4, 5], codes=codes)
    found = national_fifths(national, national, CATALOGUE.assign(measure="count"), [])
    assert found.isna().all()
    assert national_fifths(national, national, CATALOGUE, []).notna().all()


@pytest.mark.slow
@pytest.mark.parametrize("form", [("values",), ("counts",), ("values", "counts")])
def test_a_count_is_in_no_fifth_of_england_and_a_rate_is(form):
    """A count is high where many live: it is shown as a circle, never coloured as worst."""
    table = counted_only("absence", **dict.fromkeys(form))
    catalogue = CATALOGUE.assign(measure="count", unit="pupils")
    residents = of_residents(pd.Series(1500.0, table["area_code"]))
    found = outcomes(table, catalogue, LSOAS, place(), england=residents, notes=[])
    if found is not None:
        shown = found.comparisons[found.comparisons["indicator_id"].eq("absence")]
        fifths = [column for column in ("quantile", "fifth") if column in shown]
        assert shown[fifths].isna().all(axis=None)
        assert shown["comparison"].isin(["not_compared", ""]).all()
    rate = table.assign(denominator=1500.0, count=table["value"].fillna(table["count"]))
    rate = rate.assign(value=np.nan)
    found = outcomes(rate, CATALOGUE, LSOAS, place(), england=residents, notes=[])
    assert found.comparisons.query("area_type == 'lsoa21'")["quantile"].notna().all()
