"""Where venues are: by grid reference, degrees or postcode."""

import pytest

from geo.errors import FileError, TableError
from geo.sources.venues import read_venues

DIRECTORY = "pcds,lat,long\nCW1 2AB,52.6580078,1.7160740\nSK10 1AA,53.2600,-2.1200\n"
"""The first is where the Ordnance Survey works its example out: TG 51409 13177."""


@pytest.fixture
def file(tmp_path):
    def written(text, name="venues.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return written


def test_degrees_and_postcodes_are_the_same_place(file):
    grid = read_venues(file("site,easting,northing,kept\nLibrary,651409.8,313177.5,yes\n"))
    assert grid["kept"].tolist() == [True]
    degrees = read_venues(file("Venue,Latitude,Longitude\nLibrary,52.6580078,1.7160740\n"))
    coded = read_venues(file("name,postcode\nLibrary,cw12ab\n"), file(DIRECTORY, "postcodes.csv"))
    for table in (degrees, coded):
        assert table["site"].tolist() == ["Library"]
        assert table["easting"].item() == pytest.approx(grid["easting"].item(), abs=5)
        assert table["northing"].item() == pytest.approx(grid["northing"].item(), abs=5)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("site,ward\nLibrary,North\n", FileError, "says not where its sites are; add easting"),
        ("place,easting,northing\nLibrary,1,2\n", FileError, "site"),
        ("site,postcode\nLibrary,CW1 2AB\n", FileError, "no directory says where these are"),
        ("site,lat,long\nLibrary,-2.4,53.1\n", TableError, "as places in Britain do"),
        ("site,easting,northing,kept\nL,1,2,maybe\n", TableError, "maybe; allowed are yes and no"),
    ],
)
def test_what_says_not_where_is_refused(file, text, error, message):
    with pytest.raises(error, match=message):
        read_venues(file(text))


def test_postcodes_of_no_known_place_do_not_matter_to_venues_elsewhere(file):
    directory = file(f"{DIRECTORY}CW9 9ZZ,99.999999,0\n", "postcodes.csv")
    found = read_venues(file("site,postcode\nLibrary,SK10 1AA\n"), directory)
    assert found["northing"].between(350_000, 400_000).all()
    with pytest.raises(TableError, match="1 rows have no latitude"):
        read_venues(file("site,postcode\nLibrary,CW9 9ZZ\n"), directory)


def test_unknown_postcodes_are_named(file):
    venues = file("site,postcode\nLibrary,ZZ1 1ZZ\n")
    with pytest.raises(TableError, match="1 postcodes .ZZ1 1ZZ. are not in postcodes.csv"):
        read_venues(venues, file(DIRECTORY, "postcodes.csv"))
