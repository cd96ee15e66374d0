"""What is put on a slide fits it, whatever it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.views.document.fitting import (
    ANY,
    OURS,
    PAD,
    SlideTable,
    fitted_tables,
    fitting_size,
    lines_height,
)
from geo.views.style.text import text_size

texts = st.text("abcdef ghij", min_size=1, max_size=90)


@given(st.lists(texts, min_size=1, max_size=14), st.lists(texts, max_size=6))
def test_tables_keep_within_their_room_or_have_a_row_each(first, second):
    tables = [
        SlideTable("Caption", ["Name", "LSOA"], [[name, "E01018400"] for name in names])
        for names in (first, second)
        if names
    ]
    fitted = fitted_tables(tables, 150, 60)
    assert sum(one.height for one in fitted) <= 60 or all(len(f.table.rows) == 1 for f in fitted)
    for one, whole in zip(fitted, tables, strict=True):
        shown = one.table.rows
        assert shown == whole.rows[: len(shown)]
        cut = f"(first {len(shown)} of {len(whole.rows)})" in one.table.caption
        assert cut == (len(shown) < len(whole.rows))
        assert sum(one.widths) == pytest.approx(150)
        assert len(one.heights) == 1 + len(shown)


def test_rows_that_the_caller_left_out_are_counted_once():
    table = SlideTable("Caption", ["Name", "n"], [["x", "1"]] * 40, whole=50)
    (fitted,) = fitted_tables([table], 100, 60)
    assert fitted.table.caption == f"Caption (first {len(fitted.table.rows)} of 50)"
    assert len(fitted.table.rows) < 40


def test_type_is_smaller_where_there_is_more_to_say():
    box = 100.0, 20.0
    sizes = [fitting_size(["word " * count], box, (28, 10)) for count in (1, 25, 40)]
    assert sizes[0] == 28
    assert sizes[0] > sizes[1] > sizes[2] > 10
    assert lines_height(["word " * 40], 100, sizes[2]) <= 20


def test_a_face_a_quarter_wider_still_fits_what_a_template_is_given():
    table = SlideTable("Caption", ["Name", "LSOA"], [["Crewe Central (036F)", "E01018400"]] * 3)
    (ours,), (any_,) = (fitted_tables([table], 120, 200, wide=wide) for wide in (OURS, ANY))
    code = text_size("E01018400", any_.points)[0]
    assert any_.widths[1] - 2 * PAD > 1.25 * code
    assert any_.widths[1] > ours.widths[1]
    assert lines_height(["word " * 60], 100, 12, wide=ANY) > lines_height(["word " * 60], 100, 12)
