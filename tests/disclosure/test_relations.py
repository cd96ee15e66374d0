"""Relations are found in the numbers, whatever the labels say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.disclosure.relation_search import find_relations
from geo.disclosure.relations import Relation, declared_relations
from tests.examples import share

AREAS = [f"E0100{number:04d}" for number in range(120)]


def series(counts, indicator="sen", period="2024", sex="all", age="all"):
    return pd.DataFrame(
        {
            "area_code": AREAS[: len(counts)],
            "area_type": "lsoa21",
            "indicator_id": indicator,
            "period": period,
            "sex": sex,
            "age": age,
            "count": counts,
        }
    )


def draws(number, mean=4, seed=0, areas=120):
    draw = np.random.default_rng(seed)
    return [draw.poisson(draw.gamma(1, mean, areas)) for _ in range(number)]


def sides(relations, key=3):
    """Each relation as its two sides, of one part of the series' keys."""
    return {
        tuple(frozenset(s[key] for s, sign in one.signs if sign == side) for side in (1, -1))
        for one in relations
    }


def side(*labels):
    return frozenset(labels)


def test_find_relations_of_categories_that_no_word_explains():
    one, two, three, four = draws(4)
    found = find_relations(
        pd.concat(
            [
                series(one, age="Reception"),
                series(two, age="Year 1"),
                series(three, age="Year 2"),
                series(four, age="Year 3"),
                series(two + three, age="KS1"),
                series(one + two + three + four, age="Primary and under"),
            ]
        )
    )
    assert sides(found) == {
        (side("Year 1", "Year 2"), side("KS1")),
        (side("Reception", "Year 3", "KS1"), side("Primary and under")),
    }


def test_find_relations_of_many_parts_is_exact():
    parts = draws(14)
    rows = [series(part, age=f"age {k}") for k, part in enumerate(parts)]
    [found] = find_relations(pd.concat([*rows, series(sum(parts), age="whole")]))
    assert sides([found]) == {(frozenset(f"age {k}" for k in range(14)), side("whole"))}


def test_find_relations_of_overlapping_totals():
    """Two rolling totals and the years that only one of them holds: no total is made of parts."""
    years = draws(4)
    rows = [
        series(years[0], period="2021"),
        series(years[3], period="2024"),
        series(sum(years[:3]), period="2021-23"),
        series(sum(years[1:]), period="2022-24"),
    ]
    assert sides(find_relations(pd.concat(rows)), 1) in (
        {(side("2021", "2022-24"), side("2024", "2021-23"))},
        {(side("2024", "2021-23"), side("2021", "2022-24"))},
    )


def test_find_relations_across_indicators():
    plan, support, other = draws(3)
    rows = [
        series(plan, "ehcp"),
        series(support, "sen_support"),
        series(plan + support, "sen_any"),
        series(other, "neet"),
        series(other, "not_in_work"),
    ]
    assert sides(find_relations(pd.concat(rows)), 0) == {
        (side("ehcp", "sen_support"), side("sen_any")),
        (side("neet"), side("not_in_work")),
    }


def test_find_relations_leaves_out_what_is_known():
    one, two = draws(2)
    rows = pd.concat([series(one, age="0-4"), series(two, age="5-9"), series(one + two, age="0-9")])
    key = ("sen", "2024", "all")
    known = Relation.total((*key, "0-9"), [(*key, "0-4"), (*key, "5-9")])
    assert len(find_relations(rows)) == 1
    assert find_relations(rows, [known]) == []


def test_find_relations_known_with_a_rest_does_not_stand_for_the_whole():
    one, two = draws(2)
    rows = pd.concat([series(one, age="a"), series(two, age="b"), series(one + two, age="c")])
    key = ("sen", "2024", "all")
    known = Relation.total((*key, "c"), [(*key, "a"), (*key, "b")], rest=True)
    assert len(find_relations(rows, [known])) == 1


@share(1 / 4)
@given(st.integers(0, 10_000), st.sampled_from([40, 120]))
def test_find_relations_finds_nothing_where_nothing_is(seed, areas):
    """Many unrelated series, most of them sparse: chance sums are told from true ones."""
    draw = np.random.default_rng(seed)
    rows = [
        series(draw.poisson(mean, areas), f"indicator {k % 12}", period=f"period {k}")
        for k, mean in enumerate(draw.choice([0.02, 0.1, 0.5, 3, 10], 60))
    ]
    rows = pd.concat(rows)
    events = rows.groupby("period")["count"].sum()
    for relation in find_relations(rows):  # of a few events, which would be hidden themselves
        assert max(events[one[1]] for one in relation.series) < 5


@share(1 / 2)
@given(st.data())
def test_find_relations_gives_back_what_was_planted(data):
    """Random partitions of random parts, with random labels, in random order."""
    number = data.draw(st.integers(4, 9))
    parts = draws(number, mean=data.draw(st.sampled_from([1, 4, 20])), seed=number)
    columns = {f"p{k}": part for k, part in enumerate(parts)}
    for total in range(data.draw(st.integers(1, 4))):
        names = data.draw(st.lists(st.integers(0, number - 1), min_size=2, max_size=6, unique=True))
        columns[f"total {total}"] = sum(parts[k] for k in names)
    distinct = {tuple(column): name for name, column in columns.items()}
    columns = {name: np.array(column) for column, name in distinct.items()}
    labels = data.draw(st.permutations(sorted(columns)))
    rows = pd.concat([series(columns[name], age=name) for name in labels])
    found = find_relations(rows)
    matrix = np.column_stack(list(columns.values()))
    for relation in found:
        assert not sum(sign * columns[one[3]] for one, sign in relation.signs).any()
    small = all(abs(int(sign)) == 1 for one in found for _, sign in one.signs)
    assert small
    assert len(found) == len(columns) - np.linalg.matrix_rank(matrix)


@pytest.mark.parametrize("missing", [True, False])
def test_find_relations_area_without_a_count(missing):
    one, two = draws(2)
    rows = pd.concat([series(one, age="a"), series(two, age="b"), series(one + two, age="c")])
    rows = rows.reset_index(drop=True)
    rows["count"] = rows["count"].astype(float)
    if missing:
        rows.loc[5, "count"] = np.nan
    else:  # an LSOA without a row has nobody to count
        gone = rows["area_code"].eq(AREAS[5]) & rows["age"].eq("a")
        rows.loc[rows["area_code"].eq(AREAS[5]) & rows["age"].eq("c"), "count"] = float(two[5])
        rows = rows[~gone]
    assert len(find_relations(rows)) == 1


def test_declared_relations_total_in_every_period_that_all_have():
    rows = pd.concat(
        [series([1], name, period) for name in ("a", "b", "c") for period in ("2023", "2024")]
        + [series([1], "c", "2025")]
    )
    facts = pd.DataFrame({"indicator_id": ["a", "b", "c"], "total_of": [None, None, ["a", "b"]]})
    found = declared_relations(rows, facts)
    assert [one.signs[-1][0][1] for one in found] == ["2023", "2024"]
    assert not any(one.rest for one in found)


def test_relation_over_tells_what_differs():
    one = ("sen", "2024", "all", "a")
    assert Relation.total(one, [("sen", "2024", "all", "b")]).over == "age"
    assert Relation.total(one, [("sen", "2024", "m", "b")]).over == "category"
    assert Relation.total(one, [("ehcp", "2024", "m", "b")]).over == "indicator"


def test_find_relations_of_many_differences():
    """Two rolling totals of three years, and four years that only one of them holds."""
    a, b, c, d, e, f, g = draws(7)
    early, late = a + b + c + d, d + e + f + g
    columns = {"a": a, "b": b, "c": c, "e": e, "f": f, "g": g, "early": early, "late": late}
    rows = [series(own, age=label) for label, own in columns.items()]
    one, other = {"a", "b", "c", "late"}, {"e", "f", "g", "early"}
    found = sides(find_relations(pd.concat(rows)))
    assert found in ({(frozenset(one), frozenset(other))}, {(frozenset(other), frozenset(one))})


def test_find_relations_leaves_out_what_adds_up_by_chance_in_a_few_large_areas():
    """Two halves of a place have 30 and 25 of both; their parts are other ones."""
    parts = {"one": [10, 20, 5, 20], "other": [21, 9, 19, 6]}
    halves = {"one": [30, 25], "other": [30, 25]}
    levels = {"lsoa21": parts, "half": halves}
    rows = pd.concat(
        pd.DataFrame({"area_code": [f"{level} {k}" for k in range(len(counts))],
                      "area_type": level, "indicator_id": name, "period": "2024", "count": counts})
        for level, series in levels.items() for name, counts in series.items()
    )  # fmt: skip
    assert len(find_relations(rows[rows["area_type"] == "half"])) == 1
    assert find_relations(rows) == []


@pytest.mark.parametrize("parts", [4, 6])
def test_find_relations_of_many_indicators_where_there_are_areas_enough(parts):
    draw = np.random.default_rng(parts)
    counts = draw.poisson(4, (parts, 40))
    series = dict(zip("abcdef", counts, strict=False)) | {"whole": counts.sum(axis=0)}
    rows = pd.concat(
        pd.DataFrame({"area_code": range(40), "area_type": "lsoa21", "indicator_id": name,
                      "period": "2024", "count": own})
        for name, own in series.items()
    )  # fmt: skip
    [relation] = find_relations(rows)
    assert {key[0] for key in relation.series} == set(series)
