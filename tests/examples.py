"""How many examples a test tries: all of them with the slow tests, some of them in every run."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings


def share(part: float) -> settings:
    """Settings of a test whose examples are costly: fewer of them, the same in every run."""
    number = max(2, round(settings().max_examples * part))
    return settings(max_examples=number, derandomize=True, suppress_health_check=list(HealthCheck))


def some(examples: Iterable[Any], quick: int = 2) -> list[Any]:
    """Mark all examples but the first few as slow."""
    first, rest = list(examples)[:quick], list(examples)[quick:]
    return [*first, *(pytest.param(one, marks=pytest.mark.slow) for one in rest)]
