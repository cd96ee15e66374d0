"""What Python writes into the page is of its typed dicts, and the scripts are told the same."""

import copy
import json
import re

import pytest

from geo.views.web import payload
from geo.views.web.page import _ASSETS
from geo.views.web.payload import DeferredData, MapData
from tests.views.declarations import declarations, misfits
from tests.views.web.test_map import SURFACES, earlier, with_indicators


@pytest.fixture(scope="module")
def made():
    return with_indicators(changes={2019: earlier()}, surfaces=SURFACES)


def test_declarations_for_the_scripts_are_those_of_the_typed_dicts():
    written = (_ASSETS / "payload.d.ts").read_text("utf-8")
    assert written == declarations(payload), (
        "write geo/views/web/assets/payload.d.ts anew from declarations(payload)"
    )


def test_payload_of_a_map_of_everything_is_of_its_type(made):
    assert misfits(made.data, MapData) == []
    assert misfits(made.deferred, DeferredData) == []


def test_payload_of_the_sample_is_of_its_type(sampled_pages):
    page = (sampled_pages.out / "map.html").read_text("utf-8")
    for name, kind in (("geo-data", MapData), ("geo-later", DeferredData)):
        block = re.search(rf'id="{name}">(.*?)</script>', page, re.DOTALL)
        assert misfits(json.loads(block[1]), kind) == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda d: d.pop("ranked"), "ranked is missing"),
        (lambda d: d.update(extra=1), "extra is unknown"),
        (lambda d: d.update(level="0"), "level: '0'"),
        (lambda d: d.update(canvas=1), "canvas: 1"),
        (lambda d: d["indices"][0].update(ranks=[1]), "indices[0].ranks: [1]"),
        (lambda d: d["levels"][0]["labels"][0].append((1.0,)), "labels[0]"),
    ],
)
def test_payload_of_another_type_is_told(made, spoil, told):
    data = copy.deepcopy(made.data)
    spoil(data)
    (found,) = misfits(data, MapData)
    assert told in found
