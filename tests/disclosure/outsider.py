"""An attacker of its own kind: integer programmes over what is printed, sharing no code with geo.

Unknown are the counts of every LSOA in every series; every printed count of whatever area is a sum
of them. What the outsider knows of the meaning of the series is given in ``facts``.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

KEYS = ["indicator_id", "period", "sex", "age"]


def smallest(aim, rules):
    """The least of an aim in whole numbers (presolved, one was called impossible that is not)."""
    whole = {"integrality": np.ones(len(aim)), "bounds": Bounds(0, 10_000)}
    answer = milp(aim, constraints=rules, **whole)
    if answer.x is None:
        answer = milp(aim, constraints=rules, **whole, options={"presolve": False})
    return answer


def recovered(printed, hierarchy, facts=()):
    """Hidden cells whose count the outsider works out exactly.

    ``facts`` are pairs of a dictionary of coefficients by series (tuples of ``KEYS``) and "=" or
    "<=": their sum is (at most) zero in every LSOA. A hidden cell is known not to be zero, but
    where its note says that zeros are withheld too; a zero that is found is none of the rule's.
    """
    rows = printed.reset_index(drop=True)
    for key in KEYS:
        rows[key] = rows[key].fillna("") if key in rows else ""
    keys = rows[KEYS].drop_duplicates().itertuples(index=False, name=None)
    series = {one: at for at, one in enumerate(keys)}
    lsoas = hierarchy["lsoa21cd"].tolist()
    n = len(series) * len(lsoas)

    def inside(row):
        if row.area_type == "lsoa21":
            return [lsoas.index(row.area_code)]
        if row.area_type == "borough":
            return list(range(len(lsoas)))
        column = row.area_type if row.area_type in hierarchy else f"{row.area_type}cd"
        return np.flatnonzero(hierarchy[column].to_numpy() == row.area_code).tolist()

    def line(row):
        at = series[tuple(getattr(row, k) for k in KEYS)] * len(lsoas)
        return [at + i for i in inside(row)]

    rows["least"] = (rows["note"].isna() if "note" in rows else pd.Series(True, rows.index)) * 1
    cells = [(row, line(row)) for row in rows.itertuples()]
    lines = [(dict.fromkeys(at, 1), row.count if row.count == row.count else row.least,
              row.count if row.count == row.count else np.inf) for row, at in cells]  # fmt: skip
    for weights, sign in facts:
        known = {one: w for one, w in weights.items() if one in series}
        if len(known) == len(weights):
            lines += [({series[one] * len(lsoas) + i: w for one, w in known.items()},
                       0 if sign == "=" else -np.inf, 0) for i in range(len(lsoas))]  # fmt: skip
    matrix = vstack(
        [coo_array((list(w.values()), ([0] * len(w), list(w))), shape=(1, n)) for w, _, _ in lines]
    ).tocsr()
    rules = LinearConstraint(matrix, [low for _, low, _ in lines], [high for _, _, high in lines])

    def extreme(at, sign):
        aim = np.zeros(n)
        aim[at] = sign
        answer = smallest(aim, rules)
        assert answer.x is not None, "the outsider finds that what is printed is impossible"
        return round(sign * answer.fun)

    return [
        (row.area_code, tuple(getattr(row, k) for k in KEYS), low)
        for row, at in cells
        if row.count != row.count and 0 < (low := extreme(at, 1)) == extreme(at, -1)
    ]


class Cell(NamedTuple):
    """A hidden cell: what it sums, under which count its rule hides it, and what it is called."""

    line: list
    under: int
    name: tuple


class Outsider:
    """Somebody who has several publications at hand, and no part of geo.

    Unknown is the count of every series in every atom: a piece of an area that no publication cuts,
    in a span of time that none cuts. ``spans`` gives the atoms of time of the periods that are none
    themselves.
    """

    def __init__(self, atoms, spans):
        self.atoms, self.spans = list(atoms), spans
        self.series, self.known, self.cells = {}, [], []

    def reads(self, printed, members, under, base):
        """Take down a publication: ``members`` gives the atoms of each (area type, code)."""
        for row in printed.to_dict("records"):
            name = (row["area_type"], row["area_code"], row["period"], row["sex"])
            line = [
                len(self.atoms)
                * self._number((row["indicator_id"], period, row["sex"], row["age"]))
                + self.atoms.index(atom)
                for period in self.spans.get(row["period"], [row["period"]])
                for atom in members[row["area_type"], row["area_code"]]
            ]
            count = row["count"]
            if count != count:
                withheld = isinstance(row.get("note"), str)
                self.known.append((line, 0 if withheld else 1, np.inf))
                self.cells.append(Cell(line, under, name))
            elif base == 1 or count == 0:
                self.known.append((line, count, count))
            else:
                self.known.append((line, max(count - base // 2, under), count + (base - 1) // 2))

    def _number(self, series):
        return self.series.setdefault(series, len(self.series))

    def works_out(self, cells):
        """Those of some cells that can be one number only."""
        n = len(self.series) * len(self.atoms)
        entries = [(k, at) for k, (line, _, _) in enumerate(self.known) for at in line]
        places = tuple(zip(*entries, strict=True))
        matrix = coo_array((np.ones(len(entries)), places), shape=(len(self.known), n)).tocsr()
        _, low, high = zip(*self.known, strict=True)
        rules = LinearConstraint(matrix, low, high)
        cells = [cell for cell in cells if max(cell.line) < n]  # others are of unseen series
        seen = [set() for _ in cells]
        for cell, values in zip(cells, seen, strict=True):
            for sign in (1, -1):
                if len(values) > 1:  # another cell's answers have shown that already
                    break
                aim = np.zeros(n)
                aim[cell.line] = sign
                answer = smallest(aim, rules)
                assert answer.x is not None, "the outsider finds that what is printed is impossible"
                for other, found in zip(cells, seen, strict=True):
                    found.add(round(answer.x[other.line].sum()))
        return [
            (cell, min(found)) for cell, found in zip(cells, seen, strict=True) if len(found) < 2
        ]
