"""What Python writes into the page of a rug is of its typed dicts, and the scripts are told so."""

import json
import re

import pandas as pd
import pytest

from geo.views.rug import payload
from geo.views.rug.page import _ASSETS, rug_page
from geo.views.rug.payload import RugData
from tests.views.declarations import declarations, misfits
from tests.views.rug.test_rug import HOSTILE, catalogue, comparisons, rug_of


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_declarations_for_the_scripts_are_those_of_the_typed_dicts():
    written = (_ASSETS / "payload.d.ts").read_text("utf-8")
    assert written == declarations(payload), (
        "write geo/views/rug/assets/payload.d.ts anew from declarations(payload)"
    )


@pytest.mark.parametrize("levels", [3, 5, "quintiles"])
def test_payload_of_a_rug_of_everything_is_of_its_type(levels):
    fifths = pd.array([1, 5, 3, 5, pd.NA, pd.NA, 2, 4, 1] + [pd.NA] * 3)
    table = comparisons(quantile=fifths, sex="Persons", age="0-4 yrs", note=HOSTILE)
    groups = {"Upwell": "East", "Penny": "East", "Ambridge": "West"}
    for options in ({}, {"groups": groups}, {"catalogue": catalogue(unit="", group="")}):
        assert misfits(data_of(rug_page(rug_of(table, levels=levels, **options))), RugData) == []


def test_payload_of_the_sample_is_of_its_type(sampled_pages):
    pages = sorted(sampled_pages.out.glob("tartan-rug*.html"))
    assert len(pages) == 3
    for page in pages:
        assert misfits(data_of(page.read_text("utf-8")), RugData) == []
