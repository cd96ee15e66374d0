"""What serving the first areas reaches: against a count person by person."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import CodeError, TableError
from geo.sources.deprivation import read_deprivation
from geo.targeting.coverage import concentration_index, coverage


@pytest.fixture
def lsoas():
    """Half of 100 in need in the first two of eight."""
    return pd.DataFrame(
        {
            "lsoa21cd": [f"E0100000{i}" for i in range(8)],
            "town": ["Crewe", "Sandbach"] * 4,
            "imd_rank": [1, 2, 3, 4, 5, 6, 7, 8],
            "imd_score": [80.0, 70, 60, 50, 40, 30, 20, 10],
            "children": 200,
            "in_need": [30, 20, 10, 10, 10, 10, 5, 5],
        }
    )


GIVEN = {"need": "in_need", "people": "children", "what": "children in need"}


def test_shares_and_sentences_are_those_of_the_table(lsoas):
    found = coverage(lsoas, order="imd_rank", top=3, by="town", **GIVEN)
    assert found.share == pytest.approx(0.6)
    assert found.sentences() == [
        "60.0% of all children in need are from the 3 LSOAs that come first (37.5% of 8).",
        "Of all who are served there, 90.0% are not children in need.",
        "40.0% of all children in need, less than half, live elsewhere and would be left out.",
        "Half of all children in need are from the 2 LSOAs with most of them (25.0% of 8).",
    ]
    assert found.chosen.set_index("town")["left_out"].to_dict() == {"Crewe": 15, "Sandbach": 25}
    units = found.curve.groupby("area_type", sort=False)["of"].first().to_dict()
    assert units == {"lsoa21": 8, "town": 2}
    assert found.curve["last"].tolist()[-2:] == ["Crewe", "Sandbach"]
    assert found.curve["share_of_need"].tolist()[-2:] == [0.55, 1]


def test_scores_ranks_and_order_of_rows_say_the_same(lsoas):
    by_rank = coverage(lsoas, order="imd_rank", top=3, by="town", **GIVEN)
    by_score = coverage(lsoas[::-1], order="imd_score", top=3, by="town", **GIVEN)
    pd.testing.assert_frame_equal(by_rank.curve, by_score.curve)
    pd.testing.assert_frame_equal(by_rank.chosen, by_score.chosen)


def test_the_curve_is_a_sum_area_by_area():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"area_code": [f"A{i}" for i in range(60)], "town": np.arange(60) % 7})
    table = table.assign(people=rng.integers(0, 90, 60), score=rng.permutation(60))
    table["need"] = rng.binomial(table["people"], 0.3)
    found = coverage(table, need="need", people="people", order="score", top=9, by="town")
    left = table.sort_values("score", ascending=False)
    small = found.curve[found.curve["area_type"] == "area_code"]
    for row in small.itertuples():
        assert row.need == left["need"].iloc[: row.areas].sum()
        assert row.leakage == pytest.approx(1 - row.need / max(row.people, 1))
    out = left.iloc[9:].groupby("town")["need"].sum().reindex(found.chosen["town"], fill_value=0)
    assert found.chosen["left_out"].tolist() == out.tolist()


def test_concentration_index_is_that_of_people_one_by_one():
    rng = np.random.default_rng(4)
    people, first = rng.integers(1, 30, 40), rng.integers(0, 15, 40)
    need = rng.binomial(people, 0.4)
    at = np.repeat(first, people)
    ill = np.concatenate([[1.0] * n + [0.0] * (p - n) for n, p in zip(need, people, strict=True)])
    size = len(at)
    below = np.array([(at < own).sum() + ((at == own).sum() - 1) / 2 for own in at])
    expected = 2 * np.cov(ill, (below + 0.5) / size, bias=True)[0, 1] / ill.mean()
    assert concentration_index(need * 1.0, people * 1.0, first * 1.0) == pytest.approx(expected)


def test_no_need_has_no_share(lsoas):
    found = coverage(lsoas.assign(in_need=0), order="imd_rank", top=3, **GIVEN)
    assert np.isnan(found.share)
    assert np.isnan(found.concentration_index)
    assert found.sentences() == ["There are no children in need."]


def test_bad_input_is_refused(lsoas):
    given = {"order": "imd_rank", "top": 3} | GIVEN
    hidden = lsoas.assign(in_need=lsoas["in_need"].astype(float).where(lsoas["imd_rank"] > 1))
    for table, more, message in (
        (hidden, {}, "leave out what is not shown"),
        (lsoas.assign(in_need=-1), {}, "from 0 up"),
        (lsoas.assign(in_need=201), {}, "no more are in need"),
        (lsoas, {"top": 9}, "from 1 to 8"),
        (lsoas, {"order": "idaci_rank"}, "No column idaci_rank"),
        (lsoas, {"by": "ward"}, "No column ward"),
    ):
        with pytest.raises(TableError, match=message):
            coverage(table, **given | more)
    with pytest.raises(CodeError, match="more than once"):
        coverage(pd.concat([lsoas, lsoas]), **given)


def test_published_share_of_people_in_the_first_fifth(real_data):
    """18 areas of IoD2015 hold 8.6 to 8.7% of residents (8.5% of those of 2013)."""
    england = real_data / "england"
    lsoas = read_deprivation(england / "IoD2015_imd.csv")
    file = england / "population_mid2020_lsoa11_single_year.parquet"
    people = pd.read_parquet(file, columns=["lsoa11_name", "lsoa11_code", "total_population"])
    people = people[people["lsoa11_name"].str.startswith("Cheshire East")]
    place = lsoas.merge(people, left_on="lsoa11cd", right_on="lsoa11_code")
    top = int((place["imd_decile"] <= 2).sum())
    found = coverage(
        place, need="total_population", people="total_population", order="imd_rank", top=top
    )
    assert (len(place), top) == (234, 18)
    assert 0.0855 < found.share < 0.0875
