"""Styles of cells in OpenDocument spreadsheets, as far as they hide a figure."""

from dataclasses import dataclass
from xml.etree import ElementTree

_IN = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_STYLE = _IN % "style"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_WHITE, _BLACK = "#ffffff", "#000000"


@dataclass(frozen=True)
class _Own:
    parent: str
    colour: str | None
    background: str | None
    rules: tuple[str, ...]


class Styles:
    """The styles of cells by name; those that the file does not explain hide nothing."""

    def __init__(self) -> None:
        self._known: dict[str, _Own] = {}

    def add(self, style: ElementTree.Element) -> None:
        """Take in an element ``style:style``."""
        text = style.find(f"{_STYLE}text-properties")
        cell = style.find(f"{_STYLE}table-cell-properties")
        self._known[style.get(f"{_STYLE}name", "")] = _Own(
            style.get(f"{_STYLE}parent-style-name", ""),
            None if text is None else text.get(f"{_FO}color"),
            None if cell is None else cell.get(f"{_FO}background-color"),
            tuple(rule.get(f"{_STYLE}apply-style-name", "") for rule in style.iter(f"{_STYLE}map")),
        )

    def faint(self, name: str) -> bool:
        """Tell whether text in this style has the colour of what is behind it."""
        colour, background = self._of(name, "colour", _BLACK), self._of(name, "background", _WHITE)
        return colour == (_WHITE if background == "transparent" else background)

    def rules_hide(self, name: str) -> bool:
        """Tell whether a conditional format of this style may hide what it holds."""
        style = self._known.get(name)
        return style is not None and any(map(self.faint, style.rules))

    def _of(self, name: str, what: str, default: str) -> str:
        seen: set[str] = set()
        while (style := self._known.get(name)) is not None and name not in seen:
            seen.add(name)
            if (own := getattr(style, what)) is not None:
                return str(own).lower()
            name = style.parent
        return default
