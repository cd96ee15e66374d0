"""How many examples a test tries: all of them with the slow tests, some of them in every run."""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROUNDS = int(os.environ.get("GEO_ROUNDS", "150"))
"""How many damaged or differently saved files a slow test tries."""


def share(part: float) -> settings:
    """Settings of a test whose examples are costly: fewer of them, the same in every run."""
    number = max(2, round(settings().max_examples * part))
    return settings(max_examples=number, derandomize=True, suppress_health_check=list(HealthCheck))


def some(examples: Iterable[Any], quick: int = 2) -> list[Any]:
    """Mark all examples but the first few as slow."""
    first, rest = list(examples)[:quick], list(examples)[quick:]
    return [*first, *(pytest.param(one, marks=pytest.mark.slow) for one in rest)]


def attempts(number: int, share: int = 1) -> pytest.MarkDecorator:
    """Give a test its ``number`` of files to try: few in every run, many with the slow tests.

    Where each file takes long, ``share`` says by how much the many are to be divided.
    """
    many = pytest.param(ROUNDS // share, marks=pytest.mark.slow)
    return pytest.mark.parametrize("number", [number, many])
