"""Series: which rows belong together."""

import pandas as pd

from geo.statistics.series import numbered


def test_numbered_lists_combinations_in_order_whatever_the_order_of_rows():
    rows = pd.DataFrame({"sex": ["m", "f", "m", "f"], "age": ["5", "0", "0", "0"]})
    number, listed = numbered(rows, ["sex", "age"])
    assert listed.values.tolist() == [["f", "0"], ["m", "0"], ["m", "5"]]
    assert number.tolist() == [2, 0, 1, 0]
