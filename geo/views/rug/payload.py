"""What Python writes into the page of a Tartan Rug and its scripts read, field by field.

`assets/payload.d.ts` says the same to the scripts; a test writes it from these and compares.
"""

from typing import Literal, TypedDict

CellWords = list[str]
"""Interval, count, trend, place ("34th|0": the rank, and which words take it) and number of the
note of a cell, empty ones at the end left out; all the areas of the first indicator stand first."""


class IndicatorFacts(TypedDict):
    """An indicator in words: `of` what its counts are made; `high` values good (1), bad (-1), 0."""

    name: str
    group: str
    unit: str
    period: str
    who: str
    benchmark: str
    of: str
    high: Literal[-1, 0, 1]


class AreaFacts(TypedDict):
    """An area; one of reference stands beside the others and is not counted among them."""

    name: str
    group: str
    reference: bool


class BenchmarkFacts(TypedDict):
    """A benchmark beside the first, what its value is in each indicator, or in each cell.

    The classes are a letter a cell, "a" for the first of `order`; `title` is the finding by it.
    """

    name: str
    title: str
    classes: str
    values: list[str]


class RugData(TypedDict):
    """What the script needs beside the table: classes from worst to best, facts, words of cells."""

    across: bool
    benchmark: str
    quintiles: bool
    labels: dict[str, str]
    order: list[str]
    summed: list[str]
    bad: list[str]
    columns_on_a4: int
    indicators: list[IndicatorFacts]
    areas: list[AreaFacts]
    cells: list[CellWords]
    notes: list[str]
    among: list[str]
    others: list[BenchmarkFacts]
