"""Indicators by sex and age, from file to Rug."""

import openpyxl
import pandas as pd
import pytest

from geo.report.build import build_report
from geo.report.evidence import gather_evidence
from geo.report.figures import FigureSet
from geo.report.indicators.categories import with_persons
from geo.sources.sample import sample, write_sample
from geo.vocabulary.releases import RELEASES

KEYS = ["area_code", "area_type", "indicator_id", "period", "age"]


def entry(name, measure="proportion"):
    return (
        f'[{name}]\nname = "{name.title()}"\ngroup = "g"\nunit = "%"\nmultiplier = 100\n'
        f'measure = "{measure}"\npolarity = "low_is_good"\nsource = "s"\nlicence = "l"\n'
        "confidential = false\n"
    )


def rows(sexes=("Boys", "Girls"), counts=(3, 5), states=("value", "value")):
    table = pd.DataFrame({"sex": sexes, "count": counts, "denominator": 50.0, "state": states})
    return table.assign(
        area_code="E01000001",
        area_type="lsoa21",
        indicator_id="x",
        period="2024",
        age="all",
        value=None,
        lower_ci=None,
        upper_ci=None,
    )


def catalogue(measure="proportion"):
    return pd.DataFrame({"indicator_id": ["x"], "short_name": ["Absence"], "measure": [measure]})


@pytest.mark.parametrize("sexes", [("Boys", "Girls"), ("Male", "Female"), ("F", "M")])
def test_all_persons_are_the_sum_of_both_sexes(sexes):
    notes = []
    table = with_persons(rows(sexes), catalogue(), notes)
    total = table[table["sex"] == "Persons"].iloc[0]
    assert (total["count"], total["denominator"], total["state"]) == (8, 100, "value")
    assert "All persons of Absence" in notes[0]


@pytest.mark.parametrize(
    "table",
    [
        rows(("Persons", "Girls")),
        rows(("Boys", "Girls"), counts=(None, None)),
        rows().head(1),
        pd.concat([rows(), rows(("All", "All")).head(1)]),
        rows().assign(largest_1=[2, 3]),
    ],
)
def test_all_persons_are_not_made_up(table):
    assert len(with_persons(table, catalogue(), [])) == len(table)


def test_means_are_not_summed():
    assert len(with_persons(rows(), catalogue("mean"), [])) == 2


@pytest.mark.parametrize("state", ["suppressed", "missing"])
def test_what_is_hidden_or_missing_of_one_sex_is_so_of_all_persons(state):
    table = with_persons(rows(counts=(3, None), states=("value", state)), catalogue(), [])
    total = table[table["sex"] == "Persons"].iloc[0]
    assert total["state"] == state
    assert pd.isna(total["count"])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A build of two indicators, the first by sex, the second by age."""
    data = tmp_path_factory.mktemp("data")
    for path in write_sample(data):
        if "lookup" not in path.name and "File_7" not in path.name:
            path.unlink()
    inside = data / "indicators"
    inside.mkdir(exist_ok=True)
    (inside / "indicators.toml").write_text(entry("alpha") + entry("beta") + entry("gamma"))
    codes = sample().areas["lsoa21cd"].tolist()
    parts = [("alpha", "Boys", "all"), ("alpha", "Girls", "all"), ("beta", "all", "0-4")]
    parts += [("beta", "all", "5-9"), ("gamma", "all", "all")]
    table = pd.DataFrame(
        [
            (code, kind, *part, 5 + at % 7 if kind == "lsoa21" else 1000, 50 * size)
            for part in parts
            for kind, size, known in (("lsoa21", 1, codes), ("england", 200, ["E92000001"]))
            for at, code in enumerate(known)
        ],
        columns=["area_code", "area_type", "indicator_id", "sex", "age", "count", "denominator"],
    )
    table.assign(period="2024").to_csv(inside / "mine.csv", index=False)
    out = tmp_path_factory.mktemp("out") / "report"
    return build_report("sample", data=[data], out=out, release=2025), out, data


def test_categories_are_rows_of_the_rug_all_persons_first(built):
    _, out, _ = built
    table = pd.read_csv(out / "tartan-rug.csv")
    england = table[table["area_type"] == "england"].drop_duplicates(["indicator_id", "sex", "age"])
    assert england[["indicator_id", "sex", "age"]].to_numpy().tolist() == [
        ["alpha", "Persons", "all"],
        ["alpha", "Boys", "all"],
        ["alpha", "Girls", "all"],
        ["beta", "all", "0-4"],
        ["beta", "all", "5-9"],
        ["gamma", "all", "all"],
    ]
    page = (out / "tartan-rug.html").read_text("utf-8")
    assert all(label in page for label in ("Alpha, Persons", "Alpha, Boys", "Beta, 5-9"))


def test_definitions_of_the_workbook_have_each_indicator_once(built):
    _, out, _ = built
    sheet = openpyxl.load_workbook(out / "tartan-rug.xlsx")["Definitions"]
    names = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert [names.count(name) for name in ("Alpha", "Beta", "Gamma")] == [1, 1, 1]


def test_figures_of_one_indicator_show_all_persons(built):
    report, out, _ = built
    assert "figures/funnel.png" in report.outputs
    funnel = pd.read_csv(out / "figures" / "funnel.csv")
    assert set(funnel["sex"]) <= {"Persons", "all"}
    spine = pd.read_csv(out / "figures" / "spine.csv")
    assert {"Persons", "Boys", "Girls"} <= set(spine["sex"])


def test_figures_of_one_indicator_are_not_of_another_where_it_has_no_series_of_all(built):
    evidence = gather_evidence("sample", [built[2]], RELEASES[2025])
    figures = FigureSet(evidence, indicator="beta").makers
    assert not {"funnel", "trend", "concentration", "indicator"} & set(figures)
    assert "spine" in figures
