"""The measure by which pages are judged to be readable finds what is not."""

import pytest

from tests.reading import reading

pytestmark = pytest.mark.browser

PAGE = """<!DOCTYPE html><style>
  body { margin: 0; font: 16px/1.3 Arial } p { margin: 0; position: absolute; left: 0 }
  .pale { color: #777; background: #eee } .signed::before { content: "x"; color: #999 }
  .haloed { background: #000; color: #000; -webkit-text-stroke: 3px #fff; pointer-events: none }
  .card { background: #fff } .glass { background: rgb(255 255 255 / 60%) }
</style><body>""" + "".join(
    f'<p class="{kind}" style="top: {top}px">{text}</p>'
    for top, kind, text in [
        (0, "", "alone"), (20, "", "below it"), (60, "pale", "hard to see"),
        (90, "signed", "plain"), (120, "haloed", "on a map"), (150, "", "under"),
        (152, "", "over"), (180, "", "hidden"), (182, "card", "on a card"),
        (220, "", "shines through"), (222, "glass", "glass"), (2000, "", "far under"),
        (2002, "", "far over"), (2050, "", "far hidden"), (2052, "card", "far card"),
    ]
)  # fmt: skip


def test_reading_tells_what_is_pale_and_what_overlaps(chromium):
    page = chromium.new_page(viewport={"width": 400, "height": 600})
    page.set_content(PAGE)
    seen = reading(page)
    assert len(seen["texts"]) == 15
    assert [one.split(":")[0] for one in seen["pale"]] == ["hard to see", "x"]
    assert seen["overlapping"] == ["under / over", "shines through / glass", "far under / far over"]
    page.close()
