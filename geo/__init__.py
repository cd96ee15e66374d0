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
    "read_indicators": "geo.sources.indicators.read",
    "read_catalogue": "geo.sources.indicators.read",
    "sample": "geo.sources.sample",
    "load_place": "geo.geography.places",
    "convert": "geo.geography.vintages",
    "assign": "geo.geography.membership",
    "hexagons": "geo.geography.hexagons",
    "aggregate": "geo.statistics.aggregation",
    "proportion": "geo.statistics.rates",
    "rate": "geo.statistics.rates",
    "mean": "geo.statistics.rates",
    "directly_standardised_rate": "geo.statistics.standardisation",
    "standardised_ratio": "geo.statistics.standardisation",
    "quantiles": "geo.statistics.comparison",
    "compare": "geo.statistics.comparison",
    "trend": "geo.statistics.trends",
    "slope_index": "geo.statistics.inequality",
    "concentration": "geo.statistics.inequality",
    "gap": "geo.statistics.inequality",
    "control_limits": "geo.statistics.funnel_limits",
    "suppress": "geo.disclosure.suppress",
    "audit_disclosure": "geo.disclosure.audit",
    "Rule": "geo.disclosure.rules",
    "density": "geo.statistics.density.kernel",
    "decile_profile": "geo.statistics.deprivation",
    "area_deprivation": "geo.statistics.deprivation",
    "tartan_rug": "geo.views.rug.rug",
    "web_map": "geo.views.web.map",
    "choropleth": "geo.views.maps.deprivation",
    "group_map": "geo.views.maps.deprivation",
    "indicator_map": "geo.views.maps.indicator",
    "movers_map": "geo.views.maps.movers",
    "bivariate_map": "geo.views.maps.bivariate",
    "save_figure": "geo.views.style.export",
    "density_map": "geo.views.maps.density",
    "hex_map": "geo.views.maps.hexagons",
    "decile_bars": "geo.views.charts.deciles",
    "change_chart": "geo.views.charts.change",
    "spine_chart": "geo.views.charts.spine",
    "trend_lines": "geo.views.charts.trend",
    "concentration_curve": "geo.views.charts.concentration",
    "gap_chart": "geo.views.charts.gap",
    "funnel_plot": "geo.views.charts.funnel",
    "build_report": "geo.report.build",
    "gallery": "geo.report.gallery",
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
