import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.constraints import AdditivityConstraints

# Cells 0 and 1 add up to 2, cell 3 to 4, cells 2 and 4 to 5.
MADE = AdditivityConstraints.of(
    [
        (np.array([0, 1, 3]), np.array([2, 2, 4])),
        (np.array([2, 4]), np.array([5, 5])),
    ],
    6,
)


def test_constraints_of_parts_and_totals():
    expected = [[1, 1, -1, 0, 0, 0], [0, 0, 0, 1, -1, 0], [0, 0, 1, 0, 1, -1]]
    assert MADE.matrix.toarray().tolist() == expected
    assert MADE.total.tolist() == [2, 4, 5]


def test_constraints_sum_amounts():
    amounts = np.array([3, 4, 7, 5, 6, 13.0])
    assert MADE.residuals(amounts).tolist() == [0, -1, 0]
    assert MADE.per_constraint(amounts).tolist() == [14, 11, 26]
    assert MADE.per_cell(np.array([1, 10, 100.0])).tolist() == [1, 1, 101, 10, 110, 100]


def test_constraints_within_cells_are_renumbered():
    some = MADE.within(np.array([3, 4]))
    assert some.matrix.toarray().tolist() == [[1, -1], [0, 1]]


def test_constraints_only_some_keep_their_numbers():
    some = MADE.only(np.array([True, False, True]))
    assert some.matrix.toarray().tolist() == [[1, 1, -1, 0, 0, 0], [0] * 6, [0, 0, 1, 0, 1, -1]]


def test_constraints_touching_cells():
    assert MADE.touching(np.array([3])).tolist() == [1]
    assert MADE.touching(np.array([2, 4])).tolist() == [0, 1, 2]


def test_constraints_block_of_open_cells():
    """Cell 2 is printed: its parts and its total have no open cell between them any more."""
    open_ = np.array([True, True, False, True, True, True])
    blocks = MADE.open_blocks(open_, np.array([0, 1, 2]))
    assert [block.tolist() for block in blocks] == [[0, 1]]
    blocks = MADE.open_blocks(open_, np.array([0, 5]))
    assert [block.tolist() for block in blocks] == [[0, 1], [3, 4, 5]]


def test_constraints_close_a_cycle_where_two_of_them_share_two_cells():
    square = AdditivityConstraints.of(
        [(np.array([0, 1, 2, 3]), np.array([4, 4, 5, 5])),
         (np.array([0, 2, 1, 3]), np.array([6, 6, 7, 7]))], 9
    )  # fmt: skip
    block = square.cyclic_blocks(np.array([True] * 4 + [False] * 5))
    assert (block >= 0).tolist() == [True] * 4 + [False] * 5
    assert (square.cyclic_blocks(np.array([True] * 3 + [False] * 6)) < 0).all()
    assert (MADE.cyclic_blocks(np.ones(6, dtype=bool)) < 0).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 6), st.sampled_from([1.0, -1.0])), max_size=20
    )
)
def test_alike_are_cells_that_stand_in_the_same_constraints_with_the_same_signs(entries):
    entries = list(
        {(number, cell): (number, cell, sign) for number, cell, sign in entries}.values()
    )
    number, cell, sign = np.array(entries, dtype=float).reshape(-1, 3).T
    found = AdditivityConstraints(number.astype(int), cell.astype(int), sign, 5, 7).alike
    columns = [{(n, s) for n, c, s in entries if c == one} for one in range(7)]
    for one in range(7):
        for other in range(7):
            assert (found[one] == found[other]) == (columns[one] == columns[other])
