"""How many examples a property test tries, as a share of what the profile of hypothesis says."""

from hypothesis import HealthCheck, settings


def share(part: float) -> settings:
    """Settings of a test whose examples are costly: fewer of them, the same in every run."""
    number = max(2, round(settings().max_examples * part))
    return settings(max_examples=number, derandomize=True, suppress_health_check=list(HealthCheck))
