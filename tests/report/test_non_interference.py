"""What is shown follows from what is published, and from nothing that is hidden.

Disclosure control judges one table. It judges everything, if every view is made of that table
alone: colours, order, arrows, ranks, limits, sentences, notes. So two places whose hidden counts
differ, and whose published table is the same, have the same report, byte for byte. One number is
made of hidden counts on purpose, and stands still here: the share of the hidden cells that are
small, to ten percent (``geo.disclosure.protection`` argues it).
"""

import datetime

import pandas as pd
import pyogrio
import pytest

import geo.disclosure.protection as of_cells
import geo.report.manifest as of_build
import geo.report.outcomes as steps
from geo.report.build import build_report
from geo.report.whole_folder import files_in
from geo.sources.sample import write_sample

pytestmark = pytest.mark.slow
KEYS = ["area_code", "indicator_id", "period"]


@pytest.fixture(scope="module", autouse=True)
def at_one_time():
    """The hour of a build is in its manifest and layers; here it stands still."""
    hour = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T12:00:00.000Z"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_build, "now", lambda: hour)
        patch.setattr(of_cells, "_coarse_share", lambda _: 40)
        yield
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A report, what was published in it and noted, and the data that it was made of."""
    data, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("out")
    write_sample(data)
    seen = {}
    real = steps.publishable

    def recorded(*given, notes=None, **options):
        mine = []
        seen["table"] = real(*given, notes=mine, **options)
        seen["notes"] = mine
        notes += mine
        return seen["table"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "publishable", recorded)
        build_report("sample", data=[data], out=out)
    return data, out, seen


def differing(data, table):
    """Write other counts wherever a confidential one is not printed; how many those are."""
    path = data / "indicators" / "indicators.csv"
    rows = pd.read_csv(path)
    secret = rows["indicator_id"].isin(table.loc[table["rule"].notna(), "indicator_id"])
    shown = table.loc[table["count"].notna() | table["state"].eq("missing"), KEYS]
    printed = pd.MultiIndex.from_frame(rows[KEYS]).isin(pd.MultiIndex.from_frame(shown))
    change = secret & ~printed & rows["count"].notna() & rows["area_type"].eq("lsoa21")
    other = (7 * rows["count"] + 3) % 11 + 1
    rows.loc[change, "count"] = other.clip(upper=rows["denominator"])
    rows.to_csv(path, index=False)
    return int(change.sum())


def report_of(first, tmp_path, change=lambda table: table, only=()):
    """The same published table, but ``change``, on other hidden counts: the folder."""
    data, _, seen = first

    def published(*_, notes=None, **__):
        notes += seen["notes"]
        return change(seen["table"].copy())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "publishable", published)
        build_report("sample", data=[data], out=tmp_path / "out", only=only)
    return tmp_path / "out"


def unlike(one, other):
    assert files_in(one) == files_in(other)
    return [n for n in files_in(one) if (one / n).read_bytes() != (other / n).read_bytes()]


def test_report_follows_from_what_is_published(first, tmp_path):
    data, out, seen = first
    assert differing(data, seen["table"]) > 5_000
    assert unlike(out, report_of(first, tmp_path)) == []


def test_a_hidden_count_that_is_printed_makes_a_difference(first, tmp_path):
    _, out, _ = first

    def leaking(table):
        hidden = table["state"].eq("suppressed") & table["area_type"].eq("collaborative")
        at = hidden.idxmax()
        table.loc[at, ["count", "value", "state"]] = [4, 1.5, "value"]
        return table

    rug = "tartan-rug.csv"
    leaked = report_of(first, tmp_path, leaking, only=["rug"])
    assert (leaked / rug).read_bytes() != (out / rug).read_bytes()
