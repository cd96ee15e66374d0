"""What a catalogue may declare of an indicator."""

import pytest

from geo.errors import TableError
from geo.sources.indicators.catalogue import from_toml

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
