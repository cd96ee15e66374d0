"""Lists of statistical neighbours are read by code or name, in the forms that they come in."""

import pytest

from geo.errors import TableError
from geo.sources.neighbours import plain_name, read_neighbours

NAMES = {
    plain_name(name): code
    for name, code in {
        "Cheshire East": "E06000049",
        "Cheshire West and Chester": "E06000050",
        "Herefordshire, County of": "E06000019",
        "King's Lynn and West Norfolk": "E07000146",
        "Stockport": "E08000007",
    }.items()
}
OWN = ("E06000050", "E06000019")
FORMS = {
    "wide, of names": "LA number,LA Name,SN1,SNP1,SN2,SNP2\n"
    "908,Stockport,Cheshire East,Close,Cheshire East,Close\n"
    "895,Cheshire East,Cheshire West & Chester,Very close,Herefordshire,Close\n",
    "long, of names with ranks": "Authority,Neighbour,Rank,Distance\n"
    "Cheshire East,Cheshire West and Chester,1,0.01\nStockport,Cheshire East,1,0.02\n"
    "Cheshire East,\"Herefordshire, County of\",2,0.03\n",
    "names alone": "Rank,Authority\n1,Cheshire West and Chester\n2,Herefordshire\n",
    "codes alone, with names beside them": "Rank,Code,Authority,Region\n"
    "1,E06000050,Cheshire West and Chester,North West\n2,E06000019,Herefordshire,West Midlands\n",
    "code and name of one, names of others": "LA code,LA name,First,Second\n"
    "E06000049,Cheshire East,Cheshire West and Chester,Herefordshire\n",
    "codes and names of both": "LA code,LA name,SN code,SN name\n"
    "E06000049,Cheshire East,E06000050,Chester and all\n"
    "E06000049,Cheshire East,E06000019,Herefordshire\n",
    "codes of both": "LA,SN\nE06000049,E06000050\nE06000049,E06000019\nE08000007,E06000049\n",
}  # fmt: skip


def written(tmp_path, text):
    (tmp_path / "neighbours.csv").write_text(text)
    return tmp_path / "neighbours.csv"


@pytest.mark.parametrize("form", FORMS)
def test_neighbours_are_read_in_the_forms_that_they_come_in(tmp_path, form):
    assert read_neighbours(written(tmp_path, FORMS[form]), "E06000049", NAMES) == OWN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Authority,SN1,SN2\nCheshire East,Stockport,Atlantis\n", r"1 of the .* is no .*Atlantis"),
        ("Code\nE06000050\nE0600005\nE12\n", "2 of the neighbours .* are no .*E0600005"),
        ("Authority\nStockport\nAtlantis\n", "Atlantis.*write the code, such as E06000049"),
        ("Authority,SN1\nStockport,Cheshire East\n", "lists no neighbours of E06000049"),
        ("Authority\nAtlantis\n", "no column of codes of authorities or of names"),
    ],
)
def test_neighbours_that_nobody_knows_are_refused_by_name(tmp_path, text, words):
    with pytest.raises(TableError, match=words):
        read_neighbours(written(tmp_path, text), "E06000049", NAMES)


def test_names_of_authorities_are_known_in_the_ways_that_they_are_written():
    assert plain_name("King’s Lynn & West Norfolk") == plain_name("Kings Lynn and West Norfolk")
    assert plain_name("City of Bristol") == plain_name("Bristol, City of") == "bristol"
    assert plain_name("City of London") == "city of london"
