"""Shared options of figures: refused where unknown, shown in signatures, named in docstrings."""

import inspect
from dataclasses import fields
from typing import get_type_hints

import pytest

import geo
from geo.views.style.options import (
    FigureOptions,
    FigureSettings,
    IndicatorChartOptions,
    IndicatorMapOptions,
)

FIGURES = (
    "bivariate_map", "change_chart", "choropleth", "concentration_curve", "coverage_curve",
    "decile_bars", "density_map", "funnel_plot", "gap_chart", "group_map", "hex_map",
    "indicator_map", "movers_map", "priority_chart", "spine_chart", "trend_lines",
)  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_figure_refuses_an_unknown_option_and_names_those_allowed(name):
    draw = getattr(geo, name)
    with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected .* 'nonsense'; allowed"):
        draw(None, nonsense=1)
    with pytest.raises(TypeError) as refused:
        draw(None, nonsense=1)
    for allowed in inspect.signature(draw).parameters:
        assert allowed in str(refused.value)


@pytest.mark.parametrize("name", FIGURES)
def test_figure_shows_every_option_in_signature_and_docstring(name):
    draw = getattr(geo, name)
    parameters = inspect.signature(draw).parameters
    assert parameters["width_mm"].default == 160
    assert parameters.keys() >= get_type_hints(FigureOptions).keys()
    assert not any(one.kind is one.VAR_KEYWORD for one in parameters.values())
    assert [one for one in parameters if one not in draw.__doc__] == []


def test_figure_settings_hold_every_option_by_its_type():
    options = get_type_hints(IndicatorMapOptions) | get_type_hints(IndicatorChartOptions)
    assert {field.name for field in fields(FigureSettings)} == options.keys()
    assert get_type_hints(FigureSettings) == options
