"""The classes of every classification scheme of the map, as its legends show them."""

from geo.views.style import palette
from geo.views.web.payload import LegendClass, Schemes

WITHOUT_COLOUR = ("not_compared", "suppressed", "missing")
CLASSIFICATIONS = {
    "england": ("worse", "higher", "similar", "better", "lower", *WITHOUT_COLOUR),
    "fifths": (*(f"fifth_{n}" for n in range(1, 6)), *WITHOUT_COLOUR),
}
"""The two ways to class an indicator: classes from worst to best, then those without a colour."""
LEVELS: dict[str, int | str] = {"england": 3, "fifths": "quintiles"}
"""What each is called in ``geo.compare``."""
_HIGHEST_FIRST = {"fifth_1": "highest fifth in England", "fifth_5": "lowest fifth in England"}


def schemes(benchmark: str) -> Schemes:
    """Give the classes of each scheme, and how to word fifths that nobody judges."""
    england, fifths = (_compared(scheme, benchmark) for scheme in CLASSIFICATIONS)
    missing = palette.comparison_styles()["missing"]
    deciles = {f"decile_{n}": one for n, one in palette.DECILE_CLASSES.items()}
    changes = palette.CHANGE_CLASSES | {"not_compared": palette.BOUNDARY_CHANGED}
    return {
        "england": england,
        "fifths": fifths,
        "fifths_unjudged": [_highest_first(one) for one in fifths],
        "deciles": [legend_class(n, one) for n, one in (deciles | {"missing": missing}).items()],
        "change": [legend_class(n, one) for n, one in (changes | {"missing": missing}).items()],
    }


def _compared(scheme: str, benchmark: str) -> list[LegendClass]:
    styles = palette.comparison_styles(levels=LEVELS[scheme], benchmark=benchmark)
    return [legend_class(name, styles[name]) for name in CLASSIFICATIONS[scheme]]


def _highest_first(one: LegendClass) -> LegendClass:
    return {**one, "label": _HIGHEST_FIRST.get(one["key"], one["label"])}


def legend_class(key: str, shown: palette.ClassStyle) -> LegendClass:
    """Give one class as the page needs it; a symbol in brackets is for tables of numbers."""
    return {
        "key": key,
        "fill": shown.fill,
        "text": shown.text,
        "label": shown.label,
        "symbol": "" if shown.symbol.startswith("[") else shown.symbol,
        "pattern": shown.pattern,
    }
