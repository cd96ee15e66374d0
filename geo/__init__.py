"""geo-targeting: where deprivation and poor outcomes sit, and where early help is needed.

Public names load on first use, so that ``import geo`` is quick and loads no pandas.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "GeoError": "geo.errors",
    "GeoWarning": "geo.errors",
    "read_boundaries": "geo.sources.boundaries",
    "read_deprivation": "geo.sources.deprivation",
    "read_lookup": "geo.sources.lookups",
    "read_population": "geo.sources.populations",
    "read_indicators": "geo.sources.indicators",
    "read_catalogue": "geo.sources.indicators",
    "sample": "geo.sources.sample",
    "load_place": "geo.geography.places",
    "convert": "geo.geography.vintages",
    "assign": "geo.geography.membership",
    "hexagons": "geo.geography.hexagons",
    "aggregate": "geo.statistics.aggregation",
    "proportion": "geo.statistics.rates",
    "rate": "geo.statistics.rates",
    "mean": "geo.statistics.rates",
    "directly_standardised_rate": "geo.statistics.rates",
    "standardised_ratio": "geo.statistics.rates",
    "quantiles": "geo.statistics.comparison",
    "compare": "geo.statistics.comparison",
    "trend": "geo.statistics.trends",
    "slope_index": "geo.statistics.inequality",
    "concentration": "geo.statistics.inequality",
    "gap": "geo.statistics.inequality",
    "control_limits": "geo.statistics.control_limits",
    "suppress": "geo.statistics.disclosure",
    "audit_disclosure": "geo.statistics.disclosure",
    "Rule": "geo.statistics.disclosure",
    "density": "geo.statistics.density",
    "decile_profile": "geo.statistics.area_measures",
    "area_deprivation": "geo.statistics.area_measures",
    "tartan_rug": "geo.views.rug",
    "web_map": "geo.views.webmap",
    "choropleth": "geo.views.figures",
    "group_map": "geo.views.figures",
    "indicator_map": "geo.views.indicator_map",
    "movers_map": "geo.views.movers_map",
    "bivariate_map": "geo.views.bivariate_map",
    "save_figure": "geo.views.export",
    "density_map": "geo.views.density_map",
    "hex_map": "geo.views.hex_map",
    "decile_bars": "geo.views.profile_chart",
    "change_chart": "geo.views.change_chart",
    "spine_chart": "geo.views.spine_chart",
    "trend_lines": "geo.views.trend_chart",
    "concentration_curve": "geo.views.concentration_chart",
    "gap_chart": "geo.views.gap_chart",
    "funnel_plot": "geo.views.funnel_plot",
    "build_report": "geo.report",
    "gallery": "geo.galleries",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'geo' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
