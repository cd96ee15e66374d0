"""Which figures the data allow, of what, and how they are asked for."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from geo.__main__ import main
from geo.errors import TableError
from geo.report import figures, indicator_figures
from geo.report.choices import counted_words, public_count
from geo.report.drawing import reason
from geo.report.figures import OF_ONE_AREA, OF_ONE_INDICATOR, FigureSet
from geo.report.gallery import SIZES, Gallery, drawn, figure_set
from geo.report.outcomes import Outcomes, outcomes
from geo.report.targeting import figures as targeting_figures
from geo.report.targeting.page import decision, first_setting
from geo.report.targeting.priorities import Priorities
from tests.builders import of_residents


@pytest.fixture(scope="module")
def shown(sample_evidence):
    """Every figure of the sample borough, drawn once."""
    return Gallery(FigureSet(sample_evidence).makers)


@pytest.mark.slow
def test_gallery_draws_every_figure_with_words_and_data(shown):
    assert list(shown.figures) == shown.names
    for name, figure in shown.figures.items():
        assert figure.get_label(), name
        assert len(figure.alt_text) > 40, name
        assert "Synthetic data" in figure.caption, name
        assert len(figure.data), name


def test_gallery_of_the_sample_has_every_figure(shown):
    assert set(shown.names) == {
        "deprivation",
        "collaboratives",
        "equal-area",
        "density",
        "movers",
        "decile-profile",
        "priority",
        "coverage",
        "change",
        "tartan-rug",
        "spine",
        "indicator",
        "deprivation-and-indicator",
        "funnel",
        "trend",
        "concentration",
        "gap",
    }


@pytest.mark.slow
def test_figures_carry_their_notice_in_the_data(shown):
    for name, figure in shown.figures.items():
        assert figure.data["note"].str.startswith("Synthetic data").all(), name


def test_gallery_shows_itself_with_alternative_text(shown):
    text = Gallery({"gap": shown.makers["gap"]})._repr_html_()
    assert text.count("<img") == 1
    assert 'alt="' in text


@pytest.mark.slow
def test_gallery_data_hold_no_hidden_number(shown):
    for name, figure in shown.figures.items():
        data = pd.DataFrame(figure.data)
        if "state" in data:
            hidden = data[data["state"] == "suppressed"]
            numbers = [c for c in ("value", "count", "lower_ci", "upper_ci") if c in data]
            assert hidden[numbers].isna().all(axis=None), name


@pytest.mark.slow
def test_figure_set_draws_the_indicator_and_area_asked_for(sample_evidence):
    known = FigureSet(sample_evidence, indicator="persistent_absence", area="Harnwick North")
    assert "Attendance under 90%" in known["indicator"]().get_label()
    assert known["spine"]().get_label().startswith("Harnwick North")


@pytest.mark.slow
def test_figures_fit_the_size_asked_for_or_say_what_they_need(sample_evidence):
    known = FigureSet(sample_evidence, notes=[])
    for name, size in (("funnel", "half"), ("concentration", "16:9")):
        figure = drawn(known, name, size)
        width, height = figure.get_size_inches() * 25.4
        assert width == pytest.approx(SIZES[size][0], abs=0.1)
        assert height == pytest.approx(SIZES[size][1], abs=0.2)
    with pytest.raises(TableError, match="The figure needs a page 2.. mm tall at a width of 160"):
        drawn(known, "spine", "half")
    with pytest.raises(TableError, match="sheets of A4 whatever is asked; leave the size out"):
        drawn(known, "tartan-rug", "half")


def test_figure_set_refuses_what_it_has_not(sample_evidence):
    with pytest.raises(TableError, match="no indicator 'nonsense' of Sandmere; the data have"):
        FigureSet(sample_evidence, indicator="nonsense")
    with pytest.raises(TableError, match="no figure 'spina' of Sandmere; the data allow depriv"):
        _ = FigureSet(sample_evidence)["spina"]
    message = "no area 'Nowhere' of Sandmere; it has Coldbury .*, South, .*Sandmere, so name one"
    for name in ("spine", "trend", "deprivation"):
        with pytest.raises(TableError, match=message):
            _ = FigureSet(sample_evidence, area="Nowhere")[name]


@pytest.mark.parametrize(
    ("of", "use", "figures"),
    [("indicator", "persistent_absence", OF_ONE_INDICATOR), ("area", "North", OF_ONE_AREA)],
)
def test_an_option_that_a_figure_has_no_use_for_is_refused(
    sample_evidence, shown, of, use, figures
):
    class Named(FigureSet):
        makers = dict.fromkeys(shown.names, lambda: "drawn")

    known = Named(sample_evidence, **{of: use})
    assert {*figures} <= {*shown.names}
    for name in shown.names:
        if name in figures:
            assert drawn(known, name) == "drawn"
        else:
            with pytest.raises(TableError, match=f"{name} is not of one {of}, so --{of} would"):
                drawn(known, name)


def test_a_figure_that_the_indicator_asked_for_does_not_allow_says_so(sample_evidence):
    known = FigureSet(sample_evidence, indicator="attainment_8")
    lacking = set(FigureSet(sample_evidence).makers) - set(known.makers)
    assert "funnel" in lacking
    with pytest.raises(TableError, match="funnel cannot be drawn of attainment_8.*another --indic"):
        drawn(known, "funnel")


def test_an_area_is_known_in_any_case_and_the_place_by_its_name(sample_evidence):
    assert FigureSet(sample_evidence, area="harnwick north").area == "Harnwick North"
    assert FigureSet(sample_evidence, area="Sandmere").area == "borough"


def test_figure_set_says_which_density_cannot_be_shown(sample_evidence):
    known = FigureSet(sample_evidence, indicator="child_protection")
    with pytest.raises(TableError, match="Too few LSOAs and wards have a figure of child_protect"):
        known["density"]()


@pytest.mark.slow
def test_figures_of_targeting_say_what_the_page_says(sample_evidence):
    found = Priorities.of(sample_evidence)
    setting = first_setting(found, found.usual_top())
    said = decision(found, setting)
    known = FigureSet(sample_evidence, notes=[])
    curve, first = known["coverage"](), known["priority"]()
    assert curve.get_label() == said.sentences[1].replace("are from", "are in").rstrip(".")
    assert "children" in curve.data
    assert curve.data["share_of_need"].tolist() == list(said.curve)
    assert first.data["area"].tolist() == [row[1] for row in said.areas[: setting["top"]]]
    assert first.data["at"].is_monotonic_increasing
    assert first.get_label().split(", ")[1] in said.title.replace(" of them", "")


@pytest.mark.slow
def test_the_order_by_an_outcome_is_drawn_with_how_sure_it_is(sample_evidence):
    figure = FigureSet(sample_evidence, indicator="children_in_need", notes=[])["priority"]()
    data = figure.data
    assert (data["low"] <= data["at"]).all()
    assert (data["at"] <= data["high"]).all()
    firm = int((data["chance"] >= 0.8 - 1e-9).sum())
    assert figure.get_label().startswith(f"{firm} of the {len(data)} LSOAs that come first are")
    assert "confidence, by their counts alone. Source: " in figure.caption
    assert "Synthetic data" in figure.caption


@pytest.mark.slow
def test_figure_set_without_boundaries_has_charts_alone(real_data):
    folders = [real_data / "cheshire-east", real_data / "england"]
    known = figure_set("cheshire-east", data=folders, release=2010)
    assert list(known.makers) == ["decile-profile", "change", "tartan-rug"]


def _of(evidence, indicators):
    """The evidence with other indicators."""
    residents = evidence.lsoas.set_index("lsoa21cd")["population"]
    found = outcomes(
        indicators,
        evidence.inputs.catalogue,
        evidence.lsoas,
        evidence.place,
        england=of_residents(residents),
        notes=[],
    )
    return replace(evidence, outcomes=found)


def _rows(evidence, name):
    """Rows of one indicator in its last year."""
    table = evidence.inputs.indicators
    rows = table[table["indicator_id"] == name]
    return rows[rows["period"] == rows["period"].max()]


@pytest.mark.slow
def test_figures_without_england_compare_with_the_place(sample_evidence):
    rows = _rows(sample_evidence, "seen_by_dentist")
    known = FigureSet(_of(sample_evidence, rows[rows["area_type"] != "england"]))
    assert "worse than Sandmere in" in known["indicator"]().get_label()
    assert known["deprivation-and-indicator"]().get_label().endswith("worse than Sandmere")
    assert "compared with Sandmere (" in known["indicator"]().alt_text


def test_figures_where_nothing_is_judged_are_not_offered(sample_evidence):
    rows = _rows(sample_evidence, "seen_by_dentist")
    bare = rows.assign(count=None, value=None, lower_ci=None, upper_ci=None, state="missing")
    of_indicators = {"spine", "indicator", "funnel", "trend", "concentration", "gap"}
    assert not of_indicators & set(FigureSet(_of(sample_evidence, bare)).makers)
    assert {"spine", "indicator"} <= set(FigureSet(_of(sample_evidence, rows)).makers)


def test_figures_of_an_indicator_that_cannot_be_compared(sample_evidence):
    rows = _rows(sample_evidence, "attainment_8")
    evidence = _of(sample_evidence, rows)
    known = FigureSet(evidence, indicator="attainment_8")
    with pytest.raises(TableError, match="cannot be compared by LSOA, and its fifths in Engl"):
        known["indicator"]()
    found = evidence.outcomes
    fifths = pd.Series(range(len(found.comparisons)), found.comparisons.index) % 5 + 1
    ranked = replace(found, comparisons=found.comparisons.assign(quantile=fifths.astype("Int64")))
    known = FigureSet(replace(evidence, outcomes=ranked), indicator="attainment_8")
    assert known["indicator"]().get_label().endswith("are in the worst fifth in England")


def test_public_count_of_a_single_lsoa_is_none():
    rows = pd.DataFrame(
        {"area_code": ["E01019077"], "area_type": "lsoa21", "indicator_id": "neet",
         "period": "2024", "count": [7.0]}
    )  # fmt: skip
    catalogue = pd.DataFrame({"indicator_id": ["neet"], "confidential": False})
    two = pd.concat([rows, rows.assign(area_code="E01019078", count=9.0)])
    for table, expected in ((rows, ""), (two, "neet")):
        found = Outcomes(table, table, catalogue, table, "england", "", pd.Series({"neet": "2024"}))
        assert public_count(found, "") == public_count(found, "neet") == expected


def test_spine_of_a_larger_group_or_the_borough(sample_evidence):
    level = sample_evidence.place.level_columns[-1]
    rows = sample_evidence.outcomes.latest
    borough = rows.loc[rows["area_type"] == "borough", "area_code"].iloc[0]
    for area in (sample_evidence.lsoas[level].iloc[0], borough):
        label = FigureSet(sample_evidence, area=area)["spine"]().get_label()
        assert "is worse than England in" in label


def test_spine_has_the_spread_of_the_wards(sample_evidence):
    data = FigureSet(sample_evidence)["spine"]().data
    wards = sample_evidence.lsoas["wd24cd"].nunique()
    assert wards not in {sample_evidence.lsoas[c].nunique() for c in ("lsoa21cd", "collaborative")}
    assert data["spread_areas"].eq(wards).all()
    latest = sample_evidence.outcomes.latest
    values = latest[latest["area_type"] == "wd24"].groupby("indicator_id")["value"]
    drawn = data.dropna(subset="spread_least").set_index("indicator_id")
    assert drawn["spread_least"].eq(values.min()[drawn.index]).all()
    assert drawn["spread_greatest"].eq(values.max()[drawn.index]).all()


def test_titles_of_what_is_counted_read_as_english(sample_evidence):
    said = {
        "seen_by_dentist": "Half of the children seen by an NHS dentist in the year are in",
        "mmr_two_doses": "Half of the count of “MMR by age 5” is in",
    }
    for name, opening in said.items():
        label = FigureSet(sample_evidence, indicator=name)["concentration"]().get_label()
        assert label.startswith(opening)
    for _, one in sample_evidence.outcomes.catalogue.iterrows():
        words, plain = counted_words(one)
        assert words.startswith("“") != plain


@pytest.mark.slow
def test_figures_name_every_release_and_residents_only_where_counted(cheshire_evidence):
    known = FigureSet(cheshire_evidence)
    change, movers = known["change"]().caption, known["movers"]().caption
    assert "English Indices of Deprivation 2010, 2015, 2019 and 2025, Ministry" in change
    assert "English Indices of Deprivation 2019 and 2025, Ministry" in movers
    assert "Residents:" not in change + movers
    assert "Residents: Census 2021." in known["density"]().caption


def test_membership_is_told_only_where_groups_are_shown(cheshire_evidence):
    known = FigureSet(cheshire_evidence)
    for name in ("funnel", "concentration", "gap"):
        figure = known[name]()
        assert "Draft areas" not in figure.caption, name
        assert "note" not in figure.data, name
    figure = known["change"]()
    assert "Draft areas" in figure.caption
    assert figure.data["note"].str.startswith("Draft areas").all()


@pytest.mark.slow
def test_funnels_find_areas_outside_just_where_the_rug_finds_them_better_or_worse(sample_evidence):
    evidence = sample_evidence
    latest, drawn = evidence.outcomes.latest, 0
    for name in evidence.outcomes.catalogue["indicator_id"]:
        makers = FigureSet(evidence, indicator=name, notes=[]).makers
        if "funnel" not in makers:
            continue
        points = makers["funnel"]().data
        rows = latest[latest["indicator_id"].eq(name) & latest["area_type"].eq("wd24")]
        compared = rows.set_index("area_code")["comparison"].replace("similar", "within")
        found = points.set_index("area_code")["comparison"]
        assert found.to_dict() == compared.loc[found.index].to_dict(), name
        drawn += 1
    assert drawn > 5


def test_reason_leaves_advice_to_callers_out():
    problem = TableError("There is no row in the gaps, so there is nothing to draw; add some.")
    assert reason(problem) == "There is no row in the gaps, so there is nothing to draw."
    assert reason("The areas differ.") == "The areas differ."


def test_figure_command_refuses_a_place_with_the_sample(tmp_path):
    for more in (["cheshire-east"], ["--data", str(tmp_path)], ["--indicators", str(tmp_path)]):
        result = CliRunner().invoke(main, ["figure", "gap", *more, "--sample"])
        assert result.exit_code == 2
        assert "leave PLACE, --data and --indicators out" in result.stderr


@pytest.mark.slow
def test_figure_command_cannot_write_into_a_file(tmp_path):
    out = tmp_path / "file"
    out.write_text("mine", "utf-8")
    result = CliRunner().invoke(main, ["figure", "gap", "--sample", "--out", str(out)])
    assert result.exit_code == 1
    # matplotlib says so, on the lines above, where its fonts take long to be found
    assert result.stderr.splitlines()[-1].startswith("Error: The figure gap cannot be written to")
    assert out.read_text("utf-8") == "mine"


@pytest.mark.slow
def test_figure_command_writes_five_files(tmp_path):
    out = tmp_path / "figures"
    result = CliRunner().invoke(main, ["figure", "gap", "--sample", "--out", str(out)])
    assert result.exit_code == 0, result.output
    endings = ("png", "svg", "pdf", "csv", "txt")
    assert {path.name for path in out.iterdir()} == {f"gap.{ending}" for ending in endings}
    with Image.open(out / "gap.png") as picture:
        assert round(picture.width / picture.info["dpi"][0] * 25.4) == 160


@pytest.mark.slow
def test_figure_command_lists_names_and_refuses_others(tmp_path):
    listed = CliRunner().invoke(main, ["figure", "--sample"])
    assert "equal-area" in listed.stdout.split()
    out = tmp_path / "figures"
    wrong = CliRunner().invoke(main, ["figure", "spina", "--sample", "--out", str(out)])
    assert wrong.exit_code == 1
    assert wrong.stderr.splitlines()[-1].startswith("Error: There is no figure 'spina'")
    assert not out.exists()


DRAWN_BY = ("geo.views.charts.", "geo.views.maps.", "geo.views.rug.", "geo.views.targeting.")


@pytest.mark.slow
def test_every_figure_is_handed_the_notes(sample_evidence, monkeypatch):
    handed, notes = {}, []

    def drawn_as(name):
        def draw(*_, **options):
            handed[name] = options.get("notes")
            return SimpleNamespace(caption="")

        return draw

    for module in (figures, indicator_figures, targeting_figures):
        for name, one in list(vars(module).items()):
            if getattr(one, "__module__", "").startswith(DRAWN_BY):
                monkeypatch.setattr(module, name, drawn_as(name))
    known = FigureSet(replace(sample_evidence, notices=()), notes=notes)
    for name in sorted(set(known.makers) - {"tartan-rug"}):
        known[name]()
    assert len(handed) >= 15
    assert [name for name, given in handed.items() if given is not notes] == []
