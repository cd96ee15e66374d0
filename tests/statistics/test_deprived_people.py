"""People behind the Indices that are rates: from what is published, and saying which."""

import pandas as pd
import pytest

from geo.statistics.deprived_people import deprived_people

CODES = pd.Index(["E01000001", "E01000002", "E01000003"])


def of(*figures):
    return pd.Series(figures, CODES, dtype=float)


def test_population_goes_before_everything_else():
    found = deprived_people(
        CODES,
        score=of(0.1, 0.25, 0),
        population=of(1000, 2000, 500),
        published=of(95, 505, 0),
        residents=of(1, 1, 1),
    )
    assert found.count.tolist() == pytest.approx([100, 500, 0])
    assert found.denominator.tolist() == [1000, 2000, 500]
    assert "population, as published" in found.basis


def test_numbers_and_scores_estimate_residents_so_that_the_authority_keeps_its_people():
    # a tenth more people than at the Census: 110 of 1,100 and 330 of 1,100
    found = deprived_people(
        CODES[:2],
        score=of(0.1, 0.3, 0)[:2],
        published=of(110, 330, 0)[:2],
        residents=of(1000, 1000, 1000),
        authority=pd.Series("E06000049", CODES),
        residents_words="residents of the Census",
    )
    assert found.count.tolist() == [110, 330]
    assert found.denominator.tolist() == pytest.approx([1100, 1100])
    assert "estimated from number, score and residents of the Census" in found.basis


def test_residents_stay_within_what_number_and_score_allow():
    # a new estate: 600 people at a score of 0.3 cannot be of 1,000 residents
    found = deprived_people(
        CODES[:2],
        score=of(0.3, 0.3, 0)[:2],
        published=of(600, 300, 0)[:2],
        residents=of(1000, 1000, 0),
    )
    assert 596 / 0.3005 <= found.denominator.iloc[0] <= 604 / 0.2995
    assert 296 / 0.3005 <= found.denominator.iloc[1] <= 304 / 0.2995


def test_a_blank_number_is_score_times_residents_where_there_is_a_score():
    found = deprived_people(
        CODES, score=of(0.1, 0.01, 0.2), published=of(100, None, 200), residents=of(1e3, 1e3, 1e3)
    )
    assert found.count.tolist() == pytest.approx([100, 10, 200])


def test_a_blank_number_stays_missing_without_a_score():
    found = deprived_people(CODES, published=of(100, None, 200), residents=of(900, 100, 900))
    assert found.count.isna().tolist() == [False, True, False]
    assert found.denominator.tolist() == [900, 100, 900]


@pytest.mark.parametrize("known", [{}, {"score": of(0.1, 0.2, 0.3)}, {"published": of(5, 5, 5)}])
def test_nothing_is_given_where_nobody_says_of_how_many(known):
    assert deprived_people(CODES, **known) is None


def test_scores_alone_take_residents():
    found = deprived_people(
        CODES, score=of(0.1, 0.2, 0.5), residents=of(10, 10, 10), residents_words="children"
    )
    assert found.count.tolist() == [1, 2, 5]
    assert found.basis == "score × children"
