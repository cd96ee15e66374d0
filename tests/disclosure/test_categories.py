import numpy as np
import pandas as pd
import pytest

from geo.disclosure.categories import REST, composition


def made_of(over, counts, **rounding):
    """Composition of the categories of one area with these counts."""
    table = pd.DataFrame([counts])
    return composition(list(counts), table, over, **rounding)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["0-4", "5-9", "0-9"], {"0-9": ["0-4", "5-9"]}),
        (["0–4", "0 to 9"], {"0 to 9": ["0–4", "5-9"]}),
        (["5", "5-6"], {"5-6": ["5", "6-6"]}),
        (["5 years", "6 years", "5-6"], {"5-6": ["5 years", "6 years"]}),
        (["under 18", "18+", "All ages"], {"All ages": ["under 18", "18+"]}),
        (["<18", "0-4"], {"<18": ["0-4", "5-17"]}),
        (["65 and over", "over 85+"], {"65 and over": ["65-84", "over 85+"]}),
        (["0-9", "5-14"], {"0-9": ["0-4", "5-9"], "5-14": ["5-9", "10-14"]}),
        (["16-17", "all"], {"all": ["16-17", REST]}),
        (["16-17", "Not known", "all"], {"all": ["16-17", "Not known"]}),
        (["16-17", "Not known"], {}),
    ],
)
def test_composition_of_ages(labels, expected):
    assert composition(labels, pd.DataFrame(columns=labels, dtype=float), "age") == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["Male", "Female", "Persons"], {"Persons": ["Male", "Female"]}),
        (["m", "p"], {"p": ["m", REST]}),
        (["Girls", " TOTAL "], {" TOTAL ": ["Girls", REST]}),
        (["Male", "Female"], {}),
        (["Male", "Female", "Other", "Persons"], {"Persons": ["Male", "Female", "Other"]}),
        (["Male", "Other", "Both sexes"], {"Both sexes": ["Male", "Other"]}),
        (["Persons", "Everyone"], {}),
    ],
)
def test_composition_of_sexes(labels, expected):
    assert composition(labels, pd.DataFrame(columns=labels, dtype=float), "sex") == expected


def test_composition_that_counts_alone_tell():
    assert made_of("age", {"Juniors": 4, "Seniors": 5, "Pupils": 9}) == {
        "Pupils": ["Juniors", "Seniors"]
    }
    assert made_of("age", {"Juniors": 4, "Seniors": 5, "Pupils": 10}) == {}
    assert (
        made_of("age", {"Juniors": 0, "Seniors": 9, "Pupils": 9}) == {}
    )  # one part alone proves nothing


@pytest.mark.parametrize(("whole", "rest"), [(9, False), (10, True), (8, True)])
def test_composition_has_a_rest_where_counts_contradict(whole, rest):
    parts = ["Male", "Female", *([REST] if rest else [])]
    assert made_of("sex", {"Male": 4, "Female": 5, "Persons": whole}) == {"Persons": parts}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"T": 3, "Key stage": 4, "Others": 1}, {}),
        ({"All": 9, "SEN": 6, "EHCP or SEN": 8}, {}),
        ({"T": 6, "Key stage": 4, "Others": 1}, {"T": ["Key stage", "Others", REST]}),
        ({"Persons": 3, "Male": 4, "Female": 1}, {"Persons": ["Male", "Female", REST]}),
    ],
)
def test_composition_of_words_that_counts_belie(counts, expected):
    """Parts that are more than the whole are not its parts; of sexes that is an error."""
    assert made_of("sex", counts) == expected


def test_composition_of_unknown_counts_has_no_rest():
    assert made_of("sex", {"Male": np.nan, "Female": 5, "Persons": 30}) == {
        "Persons": ["Male", "Female"]
    }


@pytest.mark.parametrize(("whole", "rest"), [(20, False), (25, False), (30, False), (35, True)])
def test_composition_of_rounded_counts_may_differ_by_their_rounding(whole, rest):
    """Each of three counts is up to 2.5 from the true one: 10 and 15 make 17.5 to 32.5."""
    parts = ["Male", "Female", *([REST] if rest else [])]
    assert made_of("sex", {"Male": 10, "Female": 15, "Persons": whole}, round_to=5) == {
        "Persons": parts
    }
