"""Each example file is recognised as what the page says, by the readers themselves."""

import re

import pytest

from geo.sources.neighbours import read_neighbours
from geo.sources.postcodes import read_postcodes
from geo.sources.venues import read_travel, read_venues
from tests.docs.pages import DOCS, page

EXAMPLES = DOCS / "examples"
SAID = {
    "data/boundaries.geojson": "LSOA 2021 boundaries",
    "data/census-residents.csv": "residents by LSOA 2021 and indicators",
    "data/groups-of-wards.csv": "grouping of areas",
    "data/indices-2019.csv": "Indices of Deprivation 2019",
    "data/indices-2025.csv": "Indices of Deprivation 2025",
    "data/lsoa-2011-to-2021.csv": "lookup from LSOA 2011 to LSOA 2021",
    "data/lsoa-to-ward.csv": "lookup from LSOA 2021 to ward 2024",
    "data/msoa-names.csv": "names of MSOA 2021",
    "data/residents.csv": "residents by LSOA 2021",
    "indicators/explore-education-statistics/absence.csv": "4 indicators, 6 rows, by England and "
    "upper-tier authority",
    "indicators/fingertips/obesity.csv": "1 indicator, 3 rows, by England and upper-tier authority "
    "and MSOA 2021",
    "indicators/lg-inform/children-in-need.csv": "1 indicator, 4 rows, by authority 2024",
    "indicators/nomis-query/households.csv": "1 indicator, 4 rows, by LSOA 2021",
    "indicators/nomis-service/residents.csv": "1 indicator, 2 rows, by LSOA 2021",
    "indicators/ons-custom-census/lone-parents.csv": "2 indicators, 3 rows, by LSOA 2021",
    "indicators/ons-version-4/households.csv": "1 indicator, 2 rows, by authority 2024 and England",
    "indicators/own-columns/wards.csv": "2 indicators, 6 rows, by ward 2024",
    "indicators/own-rows/early-help.csv": "1 indicator, 5 rows, by LSOA 2021 and England",
    "indicators/own-workbook/places.xlsx": "1 indicator, 3 rows, by ward 2024",
    "indicators/stat-xplore/households.csv": "1 indicator, 4 rows, by LSOA 2021",
}
READ = {
    "options/neighbours.csv": lambda path: len(read_neighbours(path, "E06000049")) == 2,
    "options/postcodes.csv": lambda path: len(read_postcodes(path, "lsoa21")) == 15,
    "options/travel.csv": lambda path: list(read_travel(path)) == ["Library", "School hall"],
    "options/venues-sample.csv": lambda path: read_venues(path)["today"].sum() == 2,
    "options/venues.csv": lambda path: (
        read_venues(path, path.with_name("postcodes.csv"))["kept"].tolist() == [True, False]
    ),
    "options/venues-by-grid.csv": lambda path: (
        read_venues(path)["easting"].tolist() == [370600, 379000]
    ),
}
BESIDE = {"about.csv", "indicators.toml", "referrals.csv", "referrals.toml"}


@pytest.mark.parametrize("name", SAID)
def test_an_example_is_recognised_as_what_the_page_says(name):
    from made.examples import told

    first = told(name)[0]
    assert first == f"{name.rpartition('/')[2]}: {SAID[name]}"


@pytest.mark.parametrize("name", READ)
def test_an_example_for_an_option_is_read_by_its_reader(name):
    assert READ[name](EXAMPLES / name)


def test_every_example_is_shown_and_every_one_shown_is_there():
    files = {
        path.relative_to(EXAMPLES).as_posix()
        for path in EXAMPLES.rglob("*")
        if path.is_file() and path.name not in BESIDE
    }
    assert files == {*SAID, *READ}
    pages = page("data") + page("targeting")
    assert set(re.findall(r'\{\{ (?:example|text)\("(.+?)"\) \}\}', pages)) == files


def test_every_kind_of_table_that_is_recognised_has_an_example():
    from geo.sources.recognise import RECOGNISERS, recognise

    roles = {one.kind: set() for one in RECOGNISERS}
    for path in sorted((EXAMPLES / "data").iterdir()):
        for file in recognise(path, ["collaborative", "sub_locality", "locality"]):
            for kind in roles:
                if kind.lower().partition(" ")[0] in file.kind.lower():
                    roles[kind].add(path.name)
    assert {kind for kind, found in roles.items() if not found} == set()
