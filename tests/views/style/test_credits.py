"""Sources and licences in words; what may not be published is a warning, not a licence."""

import pandas as pd
import pytest

from geo.views.charts.trend import trend_lines
from geo.views.style.credits import NOT_PUBLIC, forbids, sources_of
from tests.views.charts.data import catalogue, comparisons


def told(*pairs):
    return sources_of(pd.DataFrame(pairs, columns=["source", "licence"]))


def test_each_licence_is_told_once_with_its_sources():
    pairs = [("A", "MIT"), ("B", "OGL licence v3.0"), ("C", "MIT"), ("A", "MIT")]
    assert told(*pairs) == ("Sources: A; C. Licence: MIT.", "Source: B. OGL licence v3.0.")
    assert told(("A.", None), ("", "MIT"), ("", "")) == ("Source: A.", "Licence: MIT.")


@pytest.mark.parametrize(
    "words",
    ["Not for publication", "not to be shared outside the council", "Do not publish",
     "INTERNAL USE ONLY", "Official-Sensitive", "Unpublished", "May not be shared"],
)  # fmt: skip
def test_what_forbids_publication_is_a_warning(words):
    assert told(("Own records", words)) == (f"Source: Own records. {NOT_PUBLIC}",)


@pytest.mark.parametrize("words", ["Open Government Licence v3.0", "MIT", "", "CC BY-NC 4.0",
                                   "Published by the council; free to use"])  # fmt: skip
def test_what_allows_it_is_none(words):
    assert not forbids(words)


def test_a_figure_of_it_warns_and_does_not_call_it_a_licence():
    table = comparisons(periods=("2023/24", "2024/25"))
    listed = catalogue(licence="Not for publication")
    caption = trend_lines(table, "low", areas="town", catalogue=listed).caption
    assert f"Source: Test source. {NOT_PUBLIC}" in caption
    assert "Licence: Not" not in caption
