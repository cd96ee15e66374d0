"""Colours, symbols and class labels: one specification for rug, maps, figures and pages.

Colours run from most deprived (or worst) to least and darken with need, so that their order
survives colour blindness and greyscale; text on any of them is chosen for contrast.
"""

from dataclasses import dataclass

INK, SECONDARY, RULE, LINK, FOCUS, PAPER = (
    "#0b0c0c",
    "#505a5f",
    "#b1b4b6",
    "#1d70b8",
    "#ffdd00",
    "#ffffff",
)
SUPPRESSED_FILL, MISSING_FILL = "#d3d5d7", "#ffffff"

DECILES = (
    "#0a2342",
    "#10395d",
    "#134e80",
    "#1864a7",
    "#287cc7",
    "#4896db",
    "#70afe7",
    "#9bc8f0",
    "#c6e0f7",
    "#f2f7fc",
)
NEED = (
    "#3b0a1e",
    "#5c0c3c",
    "#7f1650",
    "#a32955",
    "#c44250",
    "#df6346",
    "#ef8947",
    "#f6b069",
    "#fbd4a0",
    "#fdf6dc",
)
QUINTILES = ("#0a2342", "#14548a", "#3789d3", "#90c2ee", "#f2f7fc")
CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")


@dataclass(frozen=True)
class ClassStyle:
    """How one class is shown: fill, the words for it, and a symbol where it has one."""

    fill: str
    label: str
    symbol: str = ""

    @property
    def text(self) -> str:
        """Colour of text on the fill, ink or white, whichever contrasts more."""
        return max((INK, PAPER), key=lambda colour: contrast(colour, self.fill))


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB hex colour, 0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, "contrast ratio").

    Examples
    --------
    >>> contrast("#ffffff", "#000000")
    21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return round((high + 0.05) / (low + 0.05), 6)


def _decile_label(decile: int) -> str:
    return {1: "1 – most deprived 10%", 10: "10 – least deprived 10%"}.get(decile, str(decile))


DECILE_CLASSES = {d: ClassStyle(DECILES[d - 1], _decile_label(d)) for d in range(1, 11)}
COMPARISON_CLASSES = {
    "worse": ClassStyle("#8c2d04", "worse than England", "▼"),
    "similar": ClassStyle("#e3b778", "similar to England", "●"),
    "better": ClassStyle("#d7ecf7", "better than England", "▲"),
}
