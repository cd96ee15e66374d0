"""Which figures the data allow, of what, and how they are asked for."""

import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image

from geo.__main__ import main
from geo.errors import TableError
from geo.galleries import Gallery, figure_set, gallery


@pytest.fixture(scope="module")
def shown():
    """Every figure of the sample borough, drawn once."""
    return gallery()


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


def test_gallery_shows_itself_with_alternative_text(shown):
    text = Gallery({"gap": shown.makers["gap"]})._repr_html_()
    assert text.count("<img") == 1
    assert 'alt="' in text


def test_gallery_data_hold_no_hidden_number(shown):
    for name, figure in shown.figures.items():
        data = pd.DataFrame(figure.data)
        if "state" in data:
            hidden = data[data["state"] == "suppressed"]
            numbers = [c for c in ("value", "count", "lower_ci", "upper_ci") if c in data]
            assert hidden[numbers].isna().all(axis=None), name


def test_figure_set_draws_the_indicator_and_area_asked_for():
    known = figure_set(None, indicator="persistent_absence", area="Harnwick North")
    assert "Attendance under 90%" in known["indicator"]().get_label()
    assert known["spine"]().get_label().startswith("Harnwick North")


def test_figure_set_refuses_what_it_has_not():
    with pytest.raises(TableError, match="no indicator 'nonsense' of Sandmere; the data have"):
        figure_set(None, indicator="nonsense")
    with pytest.raises(TableError, match="no figure 'spina' of Sandmere; the data allow depriv"):
        _ = figure_set(None)["spina"]
    with pytest.raises(TableError, match="Nowhere"):
        figure_set(None, area="Nowhere")["spine"]()


def test_figure_set_says_which_density_cannot_be_shown():
    known = figure_set(None, indicator="child_protection")
    with pytest.raises(TableError, match="Too few LSOAs and wards have a figure of child_protect"):
        known["density"]()


def test_figure_set_without_boundaries_has_charts_alone(real_data):
    folders = [real_data / "cheshire-east", real_data / "england"]
    known = figure_set("cheshire-east", data=folders, release=2010)
    assert list(known.makers) == ["decile-profile", "change"]


def test_figure_command_writes_five_files(tmp_path):
    out = tmp_path / "figures"
    result = CliRunner().invoke(main, ["figure", "gap", "--sample", "--out", str(out)])
    assert result.exit_code == 0, result.output
    endings = ("png", "svg", "pdf", "csv", "txt")
    assert {path.name for path in out.iterdir()} == {f"gap.{ending}" for ending in endings}
    with Image.open(out / "gap.png") as picture:
        assert round(picture.width / picture.info["dpi"][0] * 25.4) == 160


def test_figure_command_lists_names_and_refuses_others(tmp_path):
    listed = CliRunner().invoke(main, ["figure", "--sample"])
    assert "equal-area" in listed.stdout.split()
    out = tmp_path / "figures"
    wrong = CliRunner().invoke(main, ["figure", "spina", "--sample", "--out", str(out)])
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("Error: There is no figure 'spina'")
    assert not out.exists()
