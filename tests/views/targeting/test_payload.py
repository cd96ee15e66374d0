"""What Python writes into the page of targeting is of its typed dicts; the scripts are told so."""

import pytest

from geo.report.targeting.page import data_of, first_setting
from geo.report.targeting.priorities import Priorities
from geo.views.targeting import page, payload
from geo.views.targeting.payload import TargetingData
from tests.views.declarations import declarations, misfits


def test_declarations_for_the_scripts_are_those_of_the_typed_dicts():
    written = (page._ASSETS / "payload.d.ts").read_text("utf-8")
    assert written == declarations(payload), (
        "write geo/views/targeting/assets/payload.d.ts anew from declarations(payload)"
    )


@pytest.mark.parametrize("index", ["imd", "children_in_need"])
def test_payload_of_the_sample_is_of_its_type(sample_evidence, index):
    found = Priorities.of(sample_evidence, index)
    data = data_of(found, first_setting(found, found.usual_top()))
    assert misfits(data, TargetingData) == []
    hidden = [None in one["position"] for one in data["measures"]]
    assert hidden == [index != "imd"] + [False] * (len(hidden) - 1)
