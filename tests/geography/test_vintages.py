import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodeError, TableError
from geo.geography.vintages import chain, convert
from geo.sources.lookups import read_lookup
from geo.sources.populations import read_population
from tests.builders import LOOKUP_2011, RESIDENTS

COUNTS = pd.DataFrame(
    {"lsoa11cd": ["E01000011", "E01000003", "E01000012", "E01000013"], "children": [8, 5, 2, 3]}
)


def test_convert_shares_a_split_area_equally_without_residents():
    result = convert(COUNTS, LOOKUP_2011, to="lsoa21", counts="children")
    # 8 in two halves; 5 unchanged; 2 + 3 merged
    expected = {"E01000001": 4, "E01000002": 5, "E01000003": 5, "E01000004": 4}
    assert result.set_index("lsoa21cd")["children"].to_dict() == expected
    assert result.attrs["weights"] == "equal shares"


def test_convert_shares_a_split_area_by_residents_where_known():
    result = convert(COUNTS, LOOKUP_2011, to="lsoa21", counts="children", residents=RESIDENTS)
    # 300 of 400 residents live in E01000001
    assert result.set_index("lsoa21cd")["children"]["E01000001"] == 6
    assert result.attrs["weights"] == "residents"


def test_convert_backwards_splits_what_was_merged():
    later = pd.DataFrame({"lsoa21cd": ["E01000002", "E01000001"], "children": [6, 4]})
    result = convert(later, LOOKUP_2011, to="lsoa11", counts="children")
    expected = {"E01000011": 4, "E01000012": 3, "E01000013": 3}
    assert result.set_index("lsoa11cd")["children"].to_dict() == expected


def test_convert_keeps_periods_apart():
    twice = pd.concat([COUNTS.assign(period=2023), COUNTS.assign(period=2024)])
    result = convert(twice, LOOKUP_2011, to="lsoa21", counts="children", by="period")
    assert result.groupby("period")["children"].sum().to_dict() == {2023: 18, 2024: 18}


def test_convert_missing_part_makes_the_target_missing():
    holed = COUNTS.assign(children=[8, 5, 2, np.nan])
    result = convert(holed, LOOKUP_2011, to="lsoa21", counts="children").set_index("lsoa21cd")
    assert np.isnan(result.at["E01000002", "children"])
    assert result.at["E01000003", "children"] == 5


def test_convert_leaves_its_input_alone():
    before = COUNTS.copy(deep=True)
    convert(COUNTS, LOOKUP_2011, to="lsoa21", counts="children")
    pd.testing.assert_frame_equal(COUNTS, before)


@pytest.mark.parametrize("column", ["imd_rank", "imd_decile", "imd_score", "obesity_rate"])
def test_convert_refuses_ranks_deciles_scores_and_rates(column):
    table = COUNTS.rename(columns={"children": column})
    with pytest.raises(TableError, match=f"{column} cannot be converted.*counts and denominators"):
        convert(table, LOOKUP_2011, to="lsoa21", counts=column)


def test_convert_refuses_columns_that_are_not_named():
    with pytest.raises(TableError, match="imd_decile are neither counts nor marked"):
        convert(COUNTS.assign(imd_decile=3), LOOKUP_2011, to="lsoa21", counts="children")


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (COUNTS.assign(children=[-1, 5, 2, 3]), TableError, "negative .*E01000011"),
        (COUNTS.assign(children=["a", 5, 2, 3]), TableError, "no number .*E01000011"),
        (COUNTS.assign(children=[np.inf, 5, 2, 3]), TableError, "negative or no number"),
        (pd.concat([COUNTS, COUNTS]), CodeError, "4 LSOAs stand more than once"),
        (COUNTS.assign(lsoa11cd="E01999999").head(1), CodeError, "1 of 1 .* not in the lookup"),
        (COUNTS.rename(columns={"lsoa11cd": "area"}), CodeError, "No column of LSOA codes"),
        (COUNTS.rename(columns={"children": "adults"}), TableError, "no column children"),
    ],
)
def test_convert_refuses_what_cannot_be_right(table, error, message):
    with pytest.raises(error, match=message):
        convert(table, LOOKUP_2011, to="lsoa21", counts="children")


def test_convert_tells_codes_that_a_lookup_on_the_way_lacks_from_unknown_ones():
    older = pd.DataFrame({"lsoa01cd": ["E01000011"], "lsoa11cd": ["E01000011"]})
    with pytest.raises(CodeError) as told:
        convert(COUNTS, [older, LOOKUP_2011], to="lsoa01", counts="children")
    lost = COUNTS["lsoa11cd"].nunique() - 1
    assert str(told.value).startswith(
        f"{lost} of {lost + 1} LSOAs of 2011 are in no lookup to LSOAs of 2001 (E010000"
    )
    assert "give the ONS's whole lookup between them" in str(told.value)


def test_chain_says_which_lookup_is_missing():
    with pytest.raises(CodeError, match="No lookup links lsoa01 to lsoa11"):
        chain(LOOKUP_2011, "lsoa01", "lsoa21")


def test_chain_refuses_an_unknown_vintage():
    with pytest.raises(CodeError, match="'lsoa31' is no LSOA vintage; allowed are lsoa01"):
        chain(LOOKUP_2011, "lsoa11", "lsoa31")


@st.composite
def _lookups_and_counts(draw):
    """Any many-to-many lookup between a few old and new areas, and counts on the old."""
    old = [f"E0100{i:04}" for i in range(draw(st.integers(1, 6)))]
    new = [f"E0101{i:04}" for i in range(draw(st.integers(1, 6)))]
    links = {code: draw(st.sets(st.sampled_from(new), min_size=1)) for code in old}
    rows = [(source, target) for source, targets in links.items() for target in sorted(targets)]
    lookup = pd.DataFrame(rows, columns=["lsoa11cd", "lsoa21cd"])
    counts = draw(st.lists(st.integers(0, 10_000), min_size=len(old), max_size=len(old)))
    people = draw(st.lists(st.integers(0, 3000), min_size=len(new), max_size=len(new)))
    table = pd.DataFrame({"lsoa11cd": old, "events": counts})
    return lookup, table, pd.DataFrame({"lsoa21cd": new, "population": people})


@given(_lookups_and_counts(), st.booleans())
def test_convert_conserves_counts(case, weighted):
    lookup, table, people = case
    residents = people if weighted else ()
    result = convert(table, lookup, to="lsoa21", counts="events", residents=residents)
    assert result["events"].sum() == pytest.approx(table["events"].sum(), rel=1e-12)
    assert (result["events"] >= 0).all()


@given(_lookups_and_counts(), st.randoms())
def test_convert_does_not_mind_the_order_of_rows(case, random):
    lookup, table, people = case
    order = list(range(len(table)))
    random.shuffle(order)
    one = convert(table, lookup, to="lsoa21", counts="events", residents=people)
    other = convert(table.iloc[order], lookup, to="lsoa21", counts="events", residents=people)
    pd.testing.assert_frame_equal(one, other)


def test_convert_conserves_the_population_of_england(real_data):
    england = real_data / "england"
    lookup = read_lookup(england / "LSOA11_LSOA21_LAD22_EW_LU.csv")
    people = read_population(england / "population_mid2020_lsoa11_single_year.parquet")
    now = read_population(england / "census2021_indicators_lsoa21.parquet")
    counts = ["population", "children"]
    result = convert(people, lookup, to="lsoa21", counts=counts, residents=now)
    assert len(result) == 33_755
    assert result[counts].sum().to_list() == pytest.approx(people[counts].sum().to_list())


def test_chain_from_2001_to_2021_covers_every_area(real_data):
    england = real_data / "england"
    lookups = [
        read_lookup(england / "LSOA01_LSOA11_EW_LU.csv"),
        read_lookup(england / "LSOA11_LSOA21_LAD22_EW_LU.csv"),
    ]
    links = chain(lookups, "lsoa01", "lsoa21")
    assert links["lsoa01cd"].nunique() == 32_482
    assert np.allclose(links.groupby("lsoa01cd")["weight"].sum(), 1)
