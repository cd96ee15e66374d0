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
    "#0c203e",
    "#15395c",
    "#134e7e",
    "#1864a1",
    "#2f7ccb",
    "#4994db",
    "#70b3e7",
    "#9ccaec",
    "#c8e0f5",
    "#f2f9fb",
)
NEED = (
    "#3b091c",
    "#5c0c3b",
    "#7f1850",
    "#a3294f",
    "#c94250",
    "#dc614a",
    "#eb8d3d",
    "#f6b461",
    "#fdd6a2",
    "#fdf8dc",
)
QUINTILES = ("#0a0a0a", "#334131", "#6a616f", "#4e9468", "#a6cd72")
"""Fifths of England's areas: told apart from the comparisons that stand beside them in a Rug."""

CATEGORIES = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")


@dataclass(frozen=True)
class ClassStyle:
    """How one class is shown: fill, the words for it, a symbol and a pattern where it has one."""

    fill: str
    label: str
    symbol: str = ""
    pattern: str = ""

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
    "similar": ClassStyle("#a6a6a4", "similar to England", "●"),
    "better": ClassStyle("#a1dfff", "better than England", "▲"),
}

_JUDGED = {
    "much_worse": ("much worse than {}", "▼▼"),
    "worse": ("worse than {}", "▼"),
    "similar": ("similar to {}", "●"),
    "better": ("better than {}", "▲"),
    "much_better": ("much better than {}", "▲▲"),
}
_UNJUDGED = {
    "higher": ("higher than {}, no judgement", "H"),
    "lower": ("lower than {}, no judgement", "L"),
}
_FIFTHS = {
    "fifth_1": ("worst fifth in England", "①"),
    "fifth_2": ("second fifth", "②"),
    "fifth_3": ("middle fifth", "③"),
    "fifth_4": ("fourth fifth", "④"),
    "fifth_5": ("best fifth in England", "⑤"),
}
_WITHOUT_COLOUR = {
    "not_compared": ClassStyle(PAPER, "not compared", "", "border"),
    "suppressed": ClassStyle(SUPPRESSED_FILL, "suppressed, small numbers", "[c]", "diagonal"),
    "missing": ClassStyle(MISSING_FILL, "missing, no data", "[x]", "dots"),
}
"""States without a colour; their symbols are the Government Statistical Service's shorthand."""

HATCHES = {"diagonal": "/////", "dots": "....", "rings": "ooo", "cross": "xxxxx", "border": ""}
"""Patterns of `ClassStyle`, as matplotlib writes them."""
ZERO = ClassStyle(PAPER, "true zero, in any of these classes", "0", "rings")
"""Lies over the fill of a zero's class, so that it is told from a value and keeps its class."""

_BENCHMARK_FILL = "#f3f2f1"

_FILLS = {
    "accessible": {
        **{name: shown.fill for name, shown in COMPARISON_CLASSES.items()},
        "higher": "#7961d9",
        "lower": "#c37ebb",
        **dict(zip(_FIFTHS, QUINTILES, strict=True)),
    },
    "ohid": {
        "worse": "#d4351c",
        "similar": "#ffdd00",
        "better": "#00703c",
        "higher": "#003078",
        "lower": "#5694ca",
        **dict(zip(_FIFTHS, ("#5e25a4", "#7e50b6", "#9e7cc8", "#bea7da", "#ded3ec"), strict=True)),
    },
}
_FIVE_FILLS = {
    "accessible": dict(
        zip(_JUDGED, ("#571700", "#a8480f", "#a6a6a4", "#9ad2f3", "#e6f5fe"), strict=True)
    ),
    "ohid": {"much_worse": "#8a1f10", "much_better": "#003d20"},
}
PALETTES = tuple(_FILLS)
"""Names of the palettes for comparisons; the OHID colours are for those who match Fingertips."""


def comparison_styles(
    palette: str = "accessible",
    levels: int | str = 3,
    benchmark: str = "England",
    *,
    placed: bool = False,
) -> dict[str, ClassStyle]:
    """Give every class that a comparison can have its style, from worst to best.

    Parameters
    ----------
    palette : {"accessible", "ohid"}
        Colours that every eye tells apart, or those of Fingertips.
    levels : {3, 5, "quintiles"}
        As in ``geo.compare``. Five judged classes have other fills than three.
    benchmark : str
        What the labels compare with.
    placed : bool
        Whether the fifths are among the classes too, of values that are placed and not compared.

    Returns
    -------
    dict
        Class to style: the judged classes, ``higher`` and ``lower``, the fifths, the three without
        a colour (``not_compared``, ``suppressed``, ``missing``) and the ``benchmark`` itself.

    Examples
    --------
    >>> comparison_styles(benchmark="Crewe")["worse"].label
    'worse than Crewe'
    """
    fills = _FILLS[palette] | (_FIVE_FILLS[palette] if levels == 5 else {})
    if levels == "quintiles":
        words = _FIFTHS
    else:
        words = {name: word for name, word in (_JUDGED | _UNJUDGED).items() if name in fills}
        words |= _FIFTHS if placed else {}
    coloured = {
        name: ClassStyle(fills[name], label.format(benchmark), symbol)
        for name, (label, symbol) in words.items()
    }
    itself = ClassStyle(_BENCHMARK_FILL, f"{benchmark} itself, the benchmark")
    return coloured | _WITHOUT_COLOUR | {"benchmark": itself}


@dataclass(frozen=True)
class GroupHue:
    """The colours of one family of groups: light fills to tell them apart, an ink for its name."""

    ink: str
    fills: tuple[str, str, str, str]


GROUP_HUES = (
    GroupHue("#12436d", ("#dbe5ee", "#b3c8da", "#8eacc6", "#6a90b3")),
    GroupHue("#7a2f06", ("#fdeadd", "#f9c8a8", "#efa375", "#dd7a41")),
    GroupHue("#0b4f49", ("#dcf1ef", "#b0ded9", "#7fc8c0", "#4fada3")),
    GroupHue("#6b1243", ("#f3e0e9", "#e0b7ca", "#cb8fab", "#b46b90")),
    GroupHue("#3d3d3d", ("#ececec", "#cfcfcf", "#b0b0b0", "#939393")),
    GroupHue("#44306e", ("#ece6f6", "#d2c5e9", "#b7a3da", "#9a80c9")),
)
"""Muted tints of the Analysis Function's categories, for maps of who is where."""

CHANGE_CLASSES = {
    "down_2": ClassStyle("#721d01", "2 or more deciles more deprived", "▼▼"),
    "down_1": ClassStyle("#c34c12", "1 decile more deprived", "▼"),
    "same": ClassStyle("#deddd9", "same decile", "●"),
    "up_1": ClassStyle("#54a9d9", "1 decile less deprived", "▲"),
    "up_2": ClassStyle("#055e92", "2 or more deciles less deprived", "▲▲"),
}
"""Change of an area's decile between two releases, from most deteriorated to most improved."""
BOUNDARY_CHANGED = ClassStyle(PAPER, "boundary changed, not compared", pattern="cross")

BIVARIATE = (
    ("#300500", "#382b3a", "#014987"),
    ("#c00a28", "#9c6671", "#1196c0"),
    ("#ff8251", "#ecb6b8", "#dde7fe"),
)
"""Two measures at once: rows from the first's most deprived, columns from the second's worst.

Nine steps of lightness in reading order, so that every pair differs in greyscale too; the second
measure is the hue, from red to blue, which colour-blind readers see. Measured in the tests.
"""

MOST_DEPRIVED = {
    10: ClassStyle(DECILES[0], "most deprived 10% in England"),
    20: ClassStyle(DECILES[3], "next 10%"),
    30: ClassStyle(DECILES[5], "next 10%, to 30%"),
    100: ClassStyle(DECILES[8], "the other 70%"),
}
"""Classes where only the most deprived deciles are told apart, by the percentage they end at."""
