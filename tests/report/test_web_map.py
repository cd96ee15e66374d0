"""What a report's map is made of."""

import pandas as pd

from geo.report.web_map import with_figures_of


def test_a_map_has_no_indicator_that_leaves_it_blank():
    """One that is of the borough alone is not on the map; one that is withheld says so there."""
    kinds = ["lsoa21", "lsoa21", "borough"]
    states = {
        "shown": ["value", "missing", "value"],
        "withheld": ["suppressed", "missing", "value"],
        "of the borough": ["missing", "missing", "value"],
        "of no area": ["missing", "missing", "missing"],
    }
    latest = pd.concat(
        pd.DataFrame({"area_type": kinds, "state": own}).assign(
            indicator_id=name, period="2025", sex="all", age="all"
        )
        for name, own in states.items()
    )
    kept = with_figures_of(latest, "lsoa21")
    assert list(kept["indicator_id"].unique()) == ["shown", "withheld"]
    assert len(kept) == 6
