"""Files as people have them: each folder of shared/cases gives what its expect.txt says.

The kinds of fault that these cases stand for are tested, with inputs of their own, beside the
modules that read them.
"""

from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.report.check import check_data
from geo.sources.indicators.read import read_indicators
from tests.conftest import SHARED

CASES = SHARED / "cases"
CHECKS = {}


def case(name):
    """Name the folder that a function checks."""

    def known(check):
        CHECKS[name] = check
        return check

    return known


def _folder(name) -> Path:
    if not CASES.is_dir():
        pytest.skip("the folder shared/cases is not beside this checkout")
    return CASES / name


def refused(words, read, *given, **options):
    with pytest.raises(GeoError, match=words):
        read(*given, **options)


def checked(place, folder):
    lines, good = check_data(place, [folder])
    return "\n".join(lines), good


@case("33-period-spellings")
def _(folder, _tmp_path):
    notes = []
    table = read_indicators(folder / "differs/indicators/p.csv", notes=notes)
    assert set(table["period"]) == {"2023/24"}
    assert "2023-24" in notes[0]


@case("37-minus-99")
def _(folder, _tmp_path):
    for name in ("value", "proportion", "rate", "over100"):
        refused("-99", read_indicators, folder / name / "indicators" / "p.csv")
    refused("-99", read_indicators, folder / "v.csv")


@case("42-chgind-x-authorities")
def _(folder, _tmp_path):
    counts = {"gateshead": 126, "northumberland": 197, "east-herts": 84, "stevenage": 52}
    for name, number in counts.items():
        told, good = checked(folder / name, folder / "data")
        assert good, told
        assert f"Release 2019: {number} LSOAs" in told
        assert "counted whole in the one that the Indices name" in told


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_case(name, tmp_path):
    CHECKS[name](_folder(name), tmp_path)
