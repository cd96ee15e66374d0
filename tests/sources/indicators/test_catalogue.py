"""What a catalogue may declare of an indicator."""

import re

import pytest

from geo.errors import TableError
from geo.sources.indicators.catalogue import TARGET, from_toml

WHOLE = 'baseline_period = "2022/23"\ntarget = 20.0\ntarget_period = "2026/27"'

DECLARED = """
[{name}]
name = "Children in need"
group = "Safety"
unit = "per 10,000"
multiplier = 10000
measure = "rate"
polarity = "low_is_good"
source = "Council"
licence = "none"
confidential = true
{more}
"""


@pytest.mark.parametrize(
    ("more", "field", "expected"),
    [
        ('part_of = "child_in_need"', "part_of", "child_in_need"),
        ('total_of = ["ehcp", "sen_support"]', "total_of", ["ehcp", "sen_support"]),
        ('total_of = "ehcp; sen_support"', "total_of", ["ehcp", "sen_support"]),
    ],
)
def test_catalogue_reads_what_is_declared_of_other_indicators(more, field, expected):
    content = DECLARED.format(name="cpp", more=more) + DECLARED.format(name="other", more="")
    listed = from_toml(content.encode(), "own.toml")
    assert listed[field].tolist() == [expected, None]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('part_of = ["a", "b"]', r"part_of \['a', 'b'\] for cpp; allowed is the id of one"),
        ("total_of = 3", "total_of 3 for cpp; allowed is a list of ids of indicators"),
        ('part_of = "cpp"', "part_of 'cpp' for cpp; allowed is others than itself"),
    ],
)
def test_catalogue_refuses_what_declares_nothing(more, said):
    with pytest.raises(TableError, match=said):
        from_toml(DECLARED.format(name="cpp", more=more).encode(), "own.toml")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("target = 20", "gives cpp a part of a target; a target needs baseline_period, target, "),
        ('baseline_period = "2022"\ntarget_period = "2026"', "gives cpp a part of a target"),
        (WHOLE.replace("20.0", '"low"'), "target 'low' for cpp; allowed is a number"),
        (WHOLE.replace("20.0", "true"), "target True for cpp; allowed is a number"),
        (WHOLE.replace("20.0", "inf"), "target inf for cpp; allowed is a number"),
        (WHOLE.replace("2022/23", "then"), "baseline_period 'then' for cpp; allowed is one of"),
        (WHOLE.replace("2026/27", "soon"), "target_period 'soon' for cpp; allowed is one of"),
        (WHOLE.replace("2026/27", "2021/22"), "a period that ends after the baseline_period"),
    ],
)
def test_a_target_that_is_none_is_refused(more, said):
    content = DECLARED.format(name="cpp", more=more) + DECLARED.format(name="other", more="")
    with pytest.raises(TableError, match=re.escape(said)):
        from_toml(content.encode(), "own.toml")


def test_targets_are_numbers_and_their_periods_words():
    more = WHOLE.replace("20.0", "20").replace('"2022/23"', "2022").replace('"2026/27"', "2026")
    content = DECLARED.format(name="cpp", more=more) + DECLARED.format(name="other", more="")
    found = from_toml(content.encode(), "own.toml")
    assert found.loc[0, TARGET].tolist() == ["2022", 20.0, "2026"]
    assert found.loc[1, TARGET].isna().all()
