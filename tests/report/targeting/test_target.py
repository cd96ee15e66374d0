"""Whom to serve first: tables, sentences and page of a place."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from geo.commands.cli import main
from geo.disclosure.publications import Terms
from geo.disclosure.rules import Rule
from geo.errors import FileError, TableError
from geo.report.audit.folder import audit_folder
from geo.report.evidence import gather_evidence
from geo.report.targeting.sites import Venues
from geo.report.targeting.target import Asked, targeting_of
from geo.targeting.allocation import allocate
from geo.vocabulary.releases import RELEASES


def _written(evidence, out, **asked):
    made = targeting_of(evidence, Asked(**asked))
    out.mkdir(exist_ok=True)
    made.write(out, out, "A notice.")
    return made, {path.stem: pd.read_csv(path) for path in out.glob("*.csv")}


def test_tables_of_the_sample(sample_evidence, tmp_path):
    lsoas = sample_evidence.lsoas
    made, tables = _written(sample_evidence, tmp_path)
    top = int((lsoas["imd_decile"] <= 3).sum())
    table = tables["targeting"]
    assert len(table) == len(lsoas)
    assert (table["standing"] == "firmly in").sum() == top
    assert table["imd_rank"].is_monotonic_increasing
    assert (table["note"] == "A notice.").all()
    assert list(table)[:3] == ["lsoa21cd", "lsoa21nm", "local_name"]
    first = lsoas.set_index("lsoa21cd").loc[table["lsoa21cd"].iat[0]]
    called = f"{first['wd24nm']} ({first['lsoa21nm'].split()[-1]})"
    assert table.loc[0, ["lsoa21nm", "local_name"]].tolist() == [first["lsoa21nm"], called]
    assert made.finding.startswith(
        f"By Index of Multiple Deprivation, {top} of {len(lsoas)} LSOAs come first: "
    )
    curve, left = tables["coverage"], tables["left_out"]
    levels = sample_evidence.place.level_columns
    assert set(curve["area_type"]) == {"lsoa21", *levels}
    share = lsoas.loc[lsoas["imd_decile"] <= 3, "children"].sum() / lsoas["children"].sum()
    own = curve[curve["area_type"] == "lsoa21"]
    assert own["share_of_need"].iloc[top - 1] == pytest.approx(share)
    assert left["reached"].sum() / left["children"].sum() == pytest.approx(share)
    assert left.columns[0] == levels[0]
    assert "allocation" not in tables
    page = (tmp_path / "targeting.html").read_text("utf-8")
    assert f"<li>{made.lines[2]}</li>" in page
    assert 'href="targeting.csv"' in page


def test_a_budget_is_split_by_the_need_that_is_named(sample_evidence, tmp_path):
    limits = {"budget": 100_000.0, "floor": 9_000, "cap": 15_000}
    _, tables = _written(
        sample_evidence, tmp_path, need="persistent_absence", by="locality", budget=5000.5
    )
    rows = sample_evidence.outcomes.latest
    rows = rows[rows["indicator_id"].eq("persistent_absence") & rows["area_type"].eq("locality")]
    split = tables["allocation"].set_index("locality")
    need = rows.set_index("area_code")["count"].reindex(split.index)
    assert split["persistent_absence"].tolist() == need.tolist()
    assert split["allocated"].sum() == pytest.approx(5000.5)
    assert split["allocated"].tolist() == pytest.approx(
        (5000.5 * need / need.sum()).tolist(), abs=0.01
    )
    assert {"equal", "by_population", "per_need"} <= set(split)
    assert split["allocated"].between(split["low"], split["high"]).all()
    assert ((split["high"] - split["low"]) < 0.2 * split["allocated"]).all()
    _, tables = _written(sample_evidence, tmp_path, **limits)
    assert "low" not in tables["allocation"]  # children are counted, not drawn
    given = tables["allocation"]["allocated"]
    assert given.between(9_000, 15_000).all()
    assert given.sum() == pytest.approx(100_000)


def test_what_is_hidden_of_some_lsoas_may_share_a_budget_where_it_is_shown_of_all_groups(
    sample_evidence, tmp_path
):
    made, tables = _written(sample_evidence, tmp_path, need="children_in_need", budget=1000.0)
    rows = sample_evidence.outcomes.latest
    rows = rows[rows["indicator_id"].eq("children_in_need")]
    rows = rows[rows["area_type"].eq("collaborative")].sort_values("area_code")
    assert tables["allocation"]["children_in_need"].tolist() == rows["count"].tolist()
    assert list(tables["left_out"])[1] == "children"
    assert made.lines[-1].startswith("Not every LSOA has a count of children in need that is shown")
    assert made.lines[-1] in (tmp_path / "targeting.html").read_text("utf-8")


def test_venues_are_chosen_for_the_people_who_are_reached(sample_evidence, tmp_path):
    point = sample_evidence.areas.geometry.representative_point()
    at = [0, 60, 120, 180]
    venues = pd.DataFrame(
        {"site": list("ABCD"), "easting": point.x.iloc[at], "northing": point.y.iloc[at]}
    ).assign(today=["yes", "", "", ""])
    venues.to_csv(tmp_path / "venues.csv", index=False)
    asked = Venues(tmp_path / "venues.csv", 2, 4000.0)
    made, tables = _written(sample_evidence, tmp_path / "out", venues=asked)
    here, there = point.get_coordinates().to_numpy(), venues.iloc[:, 1:3].to_numpy(float)
    way = np.linalg.norm(here[:, None] - there, axis=2)
    people = sample_evidence.lsoas["children"].to_numpy()
    shares = {
        pair: people[(way[:, list(pair)] <= 4000).any(axis=1)].sum() / people.sum()
        for pair in combinations(range(4), 2)
    }
    best = max(shares, key=shares.get)
    assert tables["sites"]["site"].tolist() == [venues["site"].iloc[i] for i in best]
    assert f"{max(shares.values()):.1%} of all children live within 4,000 metres" in made.lines[-2]
    assert "From today's sites it is" in made.lines[-1]
    assert set(tables["catchments"]["site"]) == set(tables["sites"]["site"])


@pytest.fixture
def venues(sample_evidence, tmp_path):
    """A venue in the middle of every fourth LSOA, and one out at sea."""
    point = sample_evidence.areas.geometry.representative_point()[::4]
    table = pd.DataFrame({"easting": point.x, "northing": point.y})
    table.loc[-1] = table.max() + 15_000
    table.insert(0, "site", [f"V{at}" for at in range(len(table))])
    table.to_csv(tmp_path / "venues.csv", index=False)
    return table


def test_each_group_gets_a_site_of_those_that_lie_in_it(sample_evidence, venues, tmp_path):
    groups = sample_evidence.lsoas["collaborative"]
    places = dict(zip(venues["site"], groups.reindex(venues.index), strict=True))
    asked = Venues(tmp_path / "venues.csv", groups.nunique(), 500.0)
    found = {
        each: targeting_of(sample_evidence, Asked(venues=replace(asked, each=each)))
        for each in ("", "collaborative")
    }
    held = {each: set(one.tables["sites"]["site"].map(places)) for each, one in found.items()}
    assert held["collaborative"] == set(groups)
    assert held[""] < set(groups)
    assert "with one or more in each collaborative." in " ".join(found["collaborative"].lines)
    with pytest.raises(TableError, match="no level town of Sandmere; its levels are collaborat"):
        targeting_of(sample_evidence, Asked(venues=replace(asked, each="town")))


def test_a_table_of_travel_takes_the_place_of_straight_lines(sample_evidence, tmp_path):
    code = "lsoa21cd"
    pd.DataFrame({"site": ["Far", "Near"]}).to_csv(tmp_path / "venues.csv", index=False)
    travel = pd.DataFrame({code: sample_evidence.lsoas[code], "Near": 9, " Far ": 35})
    travel.to_csv(tmp_path / "travel.csv", index=False)
    asked = Venues(tmp_path / "venues.csv", 1, travel=tmp_path / "travel.csv")
    without = replace(sample_evidence, areas=None)
    made = targeting_of(without, Asked(venues=asked))
    assert made.tables["sites"]["site"].tolist() == ["Near"]
    assert "it is 9 on average, as the table of travel counts it." in made.lines[-1]
    assert 'id="sites-map"' not in made.page
    with pytest.raises(TableError, match="not known in which collaborative the venues lie"):
        targeting_of(without, Asked(venues=replace(asked, each="collaborative")))
    travel.drop(columns=code).to_csv(tmp_path / "travel.csv", index=False)
    with pytest.raises(FileError, match="a table of travel that has the codes of areas"):
        targeting_of(without, Asked(venues=asked))
    with pytest.raises(FileError, match="says not where its sites are"):
        targeting_of(sample_evidence, Asked(venues=replace(asked, travel=None)))


def test_an_order_by_a_confidential_outcome_says_how_sure_it_is(sample_evidence, tmp_path):
    rows = sample_evidence.outcomes.latest
    rows = rows[rows["indicator_id"].eq("children_in_need") & rows["area_type"].eq("lsoa21")]
    hidden = rows.loc[rows["count"].isna(), "area_code"]
    made, tables = _written(sample_evidence, tmp_path, index="children_in_need", top=20)
    table = tables["targeting"].set_index("lsoa21cd")
    assert set(table.index[table["standing"] == "not shown"]) == set(hidden)
    told = ["index", "rank", "rank_in_group", "probability", "rank_low", "rank_high"]
    assert table.loc[hidden, told].isna().all(axis=None)
    assert table["probability"].sum() == pytest.approx(20)
    assert any("no rank and come last" in line for line in made.lines)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"index": "wealth"}, "no ranks of wealth here, nor an indicator of LSOAs; choose one of"),
        ({"index": "self_harm"}, "No count of self_harm is shown of any LSOA"),
        ({"need": "cared_for_far_from_home"}, "not shown of every collaborative, so a budget"),
        ({"need": "nope"}, "no indicator nope of Sandmere; counts .* children.*one of these"),
        ({"by": "town"}, "no level town of .*; its levels are collaborative.*name one of these"),
        ({"top": 241}, "from 1 to 240"),
        ({"budget": 100.0, "floor": 90}, "above the budget"),
        ({"budget": 0.001}, "a budget of whole units"),
    ],
)
def test_what_cannot_be_told_is_refused(sample_evidence, asked, message):
    with pytest.raises(TableError, match=message):
        targeting_of(sample_evidence, Asked(**asked))


def test_what_is_told_follows_from_what_is_printed(sample_evidence):
    """Other counts in hidden cells change nothing: no rank, no probability, no share."""
    found = sample_evidence.outcomes
    table = found.comparisons.copy()
    hidden = table["state"].eq("suppressed")
    columns = ["count", "value", "lower_ci", "upper_ci"]
    assert table.loc[hidden, columns].isna().all(axis=None)
    asked = Asked(index="children_in_need", need="persistent_absence", budget=1000.0)
    first = targeting_of(sample_evidence, asked)
    other = table.assign(count=table["count"].where(~hidden, np.arange(len(table)) % 7))
    changed = replace(sample_evidence, outcomes=replace(found, comparisons=other))
    second = targeting_of(changed, asked)
    assert first.page == second.page
    for name, one in first.tables.items():
        pd.testing.assert_frame_equal(one, second.tables[name])


@pytest.mark.slow
def test_the_audit_reads_the_tables_and_finds_what_they_give_away(sample_evidence, tmp_path):
    asked = {"index": "children_in_need", "need": "children_in_need", "budget": 1000.0}
    _, tables = _written(sample_evidence, tmp_path, **asked)
    rows = sample_evidence.outcomes.latest
    rows = rows[rows["indicator_id"].eq("children_in_need")]
    columns = ["area_code", "area_type", "indicator_id", "period", "count", "state"]
    rows[columns].to_csv(tmp_path / "printed.csv", index=False)
    audit = audit_folder(tmp_path, place="sample")
    assert audit.hidden > 50
    assert {"allocation", "targeting", "printed"} <= {Path(name).stem for name in audit.tables}
    assert audit.lines == []
    hidden = rows.loc[rows["state"].eq("suppressed") & rows["area_type"].eq("lsoa21"), "area_code"]
    known = rows.set_index("area_code")["count"].astype("str").replace("nan", "c")
    known[hidden.iat[0]] = "3"
    leaking = tables["targeting"]
    leaking["children_in_need"] = leaking["lsoa21cd"].map(known)
    leaking.to_csv(tmp_path / "targeting.csv", index=False)
    lines = audit_folder(tmp_path, place="sample").lines
    assert any(f"{hidden.iat[0]}: it is printed in targeting.csv" in line for line in lines)


def test_a_share_of_a_group_that_leaves_one_hidden_count_is_found(tmp_path):
    codes = [f"E0100000{n}" for n in range(1, 5)]
    pd.DataFrame(
        {"lsoa21cd": codes, "collaborative": ["North"] * 2 + ["South"] * 2,
         "children_in_need": ["c", 12, 9, 8]}
    ).to_csv(tmp_path / "lsoas.csv", index=False)  # fmt: skip
    allocate(
        pd.DataFrame({"area_code": ["North", "South"], "need": [15, 17]}), budget=100, need="need"
    ).rename(columns={"area_code": "collaborative", "need": "children_in_need"}).to_csv(
        tmp_path / "allocation.csv", index=False
    )
    (line,) = audit_folder(tmp_path).lines
    assert codes[0] in line


def test_target_command_refuses_a_place_with_the_sample(tmp_path):
    for more in (["cheshire-east"], ["--data", str(tmp_path)]):
        result = CliRunner().invoke(main, ["target", *more, "--sample"])
        assert result.exit_code == 2
        assert "leave PLACE, --data and --indicators out" in result.stderr


def test_target_command_refuses_limits_without_a_budget():
    result = CliRunner().invoke(main, ["target", "--sample", "--floor", "3"])
    assert result.exit_code == 2
    assert "limits to shares of --budget" in result.stderr
    result = CliRunner().invoke(main, ["target", "--sample", "-k", "3"])
    assert result.exit_code == 2
    assert "--venues and -k belong together" in result.stderr
    result = CliRunner().invoke(main, ["target", "--sample", "--each", "locality"])
    assert result.exit_code == 2
    assert "--each is about --venues" in result.stderr


def test_the_command_hands_on_its_rule_and_what_was_published(monkeypatch, tmp_path):
    seen = {}
    monkeypatch.setattr(
        "geo.report.targeting.target.write_target", lambda *_, **asked: seen.update(asked) or []
    )
    asked = ["target", "--sample", "--out", str(tmp_path), "--hide-under", "12", "--round-to", "5"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0
    assert (seen["terms"].rule.counts_under, seen["terms"].rule.round_to) == (12, 5)
    assert result.output.endswith(f"Open {tmp_path / 'targeting.html'}\n")


@pytest.mark.slow
def test_targeting_by_a_rule_tells_no_rate_that_it_hides(tmp_path):
    terms = Terms.asked(Rule(counts_under=12))
    evidence = gather_evidence(None, (), RELEASES[2025], terms=terms)
    _, tables = _written(evidence, tmp_path, index="early_help_plans", top=30)
    latest = evidence.outcomes.latest
    rows = latest[latest["indicator_id"].eq("early_help_plans") & latest["area_type"].eq("lsoa21")]
    hidden = set(rows.loc[rows["state"].eq("suppressed"), "area_code"])
    told = tables["targeting"].set_index("lsoa21cd")["index"].dropna()
    assert len(hidden) > 10
    assert not hidden & set(told.index)
    assert "Confidential counts: counts under 12 are not shown" in (
        tmp_path / "targeting.html"
    ).read_text("utf-8")
