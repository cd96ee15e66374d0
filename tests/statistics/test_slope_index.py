"""Slope and relative index of inequality: expected answers, lines, transformations."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from geo.errors import TableError
from geo.statistics.slope_index import slope_index


@pytest.fixture
def fifths():
    """On the line 70 + 10b, b being the mid-point of each fifth."""
    return pd.DataFrame({"quantile": range(1, 6), "population": 20}).assign(
        value=[71.0, 73, 75, 77, 79], standard_error=0.5
    )


def test_slope_index_agrees_with_expected_answers(conformance):
    """Points exactly; simulated limits to two significant figures of the interval's width."""
    table = pd.read_csv(conformance / "sii_input.csv").rename(columns={"se": "standard_error"})
    expected = pd.read_csv(conformance / "sii_950.csv").set_index("area")
    found = slope_index(table, by="area").set_index("area").loc[expected.index]
    for index in ("sii", "rii"):
        np.testing.assert_allclose(found[index], expected[index], rtol=1e-9)
        low, high = expected[f"{index}_lower95_0cl"], expected[f"{index}_upper95_0cl"]
        assert ((found[f"{index}_lower_ci"] - low).abs() < 0.01 * (high - low)).all()
        assert ((found[f"{index}_upper_ci"] - high).abs() < 0.01 * (high - low)).all()


def test_slope_index_of_a_line_is_the_line(fifths):
    found = slope_index(fifths, repetitions=100).iloc[0]
    assert found["sii"] == pytest.approx(10)
    assert found["rii"] == pytest.approx(80 / 70)


def test_slope_index_is_seeded_and_each_group_stands_alone(fifths):
    both = pd.concat([fifths.assign(area="A"), fifths.assign(area="B", value=50)])
    found = slope_index(both.sample(frac=1, random_state=1), by="area", repetitions=500)
    alone = slope_index(fifths.assign(area="A"), by="area", repetitions=500)
    pd.testing.assert_frame_equal(found.head(1), alone)
    other = slope_index(fifths, repetitions=500, seed=1)
    assert other["sii_lower_ci"].item() != alone["sii_lower_ci"].item()
    assert found.attrs["repetitions"] == 500


def test_slope_index_limits_widen_with_confidence(fifths):
    found = slope_index(fifths, confidence=(0.95, 0.998), repetitions=5000).iloc[0]
    order = ["sii_lower_ci_998", "sii_lower_ci", "sii", "sii_upper_ci", "sii_upper_ci_998"]
    assert found[order].is_monotonic_increasing


def test_slope_index_is_missing_where_it_cannot_be_fitted(fifths):
    single = fifths.head(1).assign(area="A")
    unknown = fifths.assign(area="B", value=[71.0, None, 75, 77, 79])
    empty = fifths.assign(area="C", population=[0, 0, 0, 0, 9])
    found = slope_index(pd.concat([single, unknown, empty]), by="area", repetitions=10)
    assert len(found) == 3
    assert found[["sii", "rii", "sii_lower_ci"]].isna().all(axis=None)
    assert len(slope_index(fifths.head(0).assign(area="A"), by="area")) == 0


def test_slope_index_refuses_a_quantile_that_stands_twice(fifths):
    with pytest.raises(TableError, match=r"quantile 1 .*once in a group"):
        slope_index(pd.concat([fifths, fifths.head(1)]))
    with pytest.raises(TableError, match=r"standard_error -… \(row 0"):
        slope_index(fifths.assign(standard_error=-0.5))


def test_slope_index_refuses_no_repetitions_and_a_taken_name(fifths):
    with pytest.raises(TableError, match="repetitions is 0"):
        slope_index(fifths, repetitions=0)
    with pytest.raises(TableError, match="told by value"):
        slope_index(fifths, by="value")


def test_slope_index_refuses_minus_infinity(fifths):
    with pytest.raises(TableError, match=r"value -inf.*finite"):
        slope_index(fifths.assign(value=[-np.inf, 73, 75, 77, 79]))


def test_slope_index_takes_one_repetition_the_fewest_allowed():
    fifths = pd.DataFrame(
        {"quantile": [1, 2], "population": 50, "value": [70.0, 80.0], "standard_error": 0.5}
    )
    assert slope_index(fifths, repetitions=1)["sii"].tolist() == pytest.approx([20])


Z = 1.959963984540054
MIDDLES = np.arange(0.1, 1, 0.2)


def on_a_line(transform, spread=0.1):
    """Fifths that lie on the line -1 - 0.5 b on the scale of logarithms or logits."""
    back = {"log": np.exp, "logit": special.expit}[transform]
    line = -1 - 0.5 * MIDDLES
    ends = {
        "value": 0,
        "lower_ci": -1.959963984540054 * spread,
        "upper_ci": 1.959963984540054 * spread,
    }
    return pd.DataFrame({"quantile": range(1, 6), "population": 20}
                        | {name: back(line + away) for name, away in ends.items()})  # fmt: skip


@pytest.mark.parametrize("transform", ["log", "logit"])
def test_slope_index_after_a_transformation_is_of_the_ends_of_the_line(transform):
    back = {"log": np.exp, "logit": special.expit}[transform]
    found = slope_index(on_a_line(transform), transform=transform, repetitions=100).iloc[0]
    assert found["sii"] == pytest.approx(back(-1.5) - back(-1), rel=1e-12)
    assert found["rii"] == pytest.approx(back(-1.5) / back(-1), rel=1e-12)


def test_slope_index_after_logarithms_has_the_interval_of_a_log_normal_ratio():
    """The slope of five equal fifths has the variance spread² / Σ (b - mean)² = 0.1² / 0.4."""
    found = slope_index(on_a_line("log"), transform="log").iloc[0]
    half = Z * 0.1 / np.sqrt(0.4)
    assert np.log(found["rii_lower_ci"]) == pytest.approx(-0.5 - half, abs=0.01 * half)
    assert np.log(found["rii_upper_ci"]) == pytest.approx(-0.5 + half, abs=0.01 * half)


def test_slope_index_takes_limits_in_place_of_standard_errors(fifths):
    limits = fifths.assign(lower_ci=fifths["value"] - Z / 2, upper_ci=fifths["value"] + Z / 2)
    found = slope_index(limits.drop(columns="standard_error"), repetitions=100)
    pd.testing.assert_frame_equal(found, slope_index(fifths, repetitions=100))


@pytest.mark.parametrize("transform", ["none", "log"])
def test_slope_index_with_a_negative_multiplier_turns_about(fifths, transform):
    table = fifths.assign(lower_ci=fifths["value"] - 1, upper_ci=fifths["value"] + 1)
    options = {"transform": transform, "repetitions": 2000}
    once = slope_index(table, **options).iloc[0]
    turned = slope_index(table, multiplier=-100, **options).iloc[0]
    assert turned["sii"] == pytest.approx(-100 * once["sii"])
    assert turned["sii_lower_ci"] == pytest.approx(-100 * once["sii_upper_ci"])
    assert turned["sii_upper_ci"] == pytest.approx(-100 * once["sii_lower_ci"])
    assert turned["rii"] == pytest.approx(1 / once["rii"])
    assert turned["rii_lower_ci"] == pytest.approx(1 / once["rii_upper_ci"], rel=1e-5)
    assert slope_index(table, multiplier=100, **options)["rii"].item() == once["rii"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"transform": "root"}, "transform is 'root'; allowed are none, log, logit"),
        ({"multiplier": 0}, "multiplier is 0; give a number other than 0, such as"),
        ({"multiplier": "100"}, "multiplier is 100; give a number other than 0"),
        ({"transform": "log"}, "No column lower_ci, upper_ci in the table; it needs lower_ci and"),
    ],
)
def test_slope_index_refuses_wrong_options(fifths, options, message):
    with pytest.raises(TableError, match=message):
        slope_index(fifths, **options)


@pytest.mark.parametrize(
    ("transform", "value"), [("log", 0), ("logit", 0), ("logit", 1), ("logit", 71)]
)
def test_slope_index_refuses_values_that_have_no_logarithm_or_logit(transform, value):
    table = on_a_line(transform)
    table.loc[2, "value"] = value
    with pytest.raises(TableError, match=f"value .*{transform}"):
        slope_index(table, transform=transform)
    crossed = on_a_line("log").assign(lower_ci=1)
    with pytest.raises(TableError, match="may not be above upper_ci"):
        slope_index(crossed, transform="log")


def test_slope_index_leaves_its_input_alone_and_does_not_mind_the_order(fifths):
    before = fifths.copy(deep=True)
    found = slope_index(fifths, repetitions=10)
    pd.testing.assert_frame_equal(fifths, before)
    pd.testing.assert_frame_equal(slope_index(fifths.iloc[::-1], repetitions=10), found)
