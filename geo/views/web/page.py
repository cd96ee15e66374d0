"""The page of a map: a folium map whose HTML document, style and script are ours.

Of folium and branca only what is public is used. `folium.Map.render` writes its own part of each of
the figure's three rooms under the map's name, then the layers that were added to it; what stands
under that name is then replaced by ours.
"""

import base64
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure
from markupsafe import Markup
from xstatic.pkg import leaflet

from geo.views.style import palette
from geo.views.style.scripts import PageScripts, bundle, embedded_json, minified
from geo.views.style.templates import templates
from geo.views.web.payload import DeferredData, MapData

_ASSETS = Path(__file__).with_name("assets")
_TEMPLATES = templates(_ASSETS)
_TEMPLATES.globals |= {"colours": palette, "embedded_json": embedded_json}
_TILES = "https://tile.openstreetmap.org"


@dataclass(frozen=True)
class PageText:
    """What stands in the page beside the map.

    Parameters
    ----------
    title, subtitle : str
        Heading and the line below it.
    sources, notices : sequence of str
        Attribution, and what every reader must see.
    rule : str
        Rule of disclosure control that the numbers follow.
    """

    title: str
    subtitle: str = ""
    sources: Sequence[str] = ()
    notices: Sequence[str] = ()
    rule: str = ""


class WebMap(folium.Map):
    """A folium map that is a whole page: panel, legend, table, and Leaflet written into it.

    Folium layers can be added to it. Those that load from outside (tiles, plugins) stay blank,
    because the page's content security policy lets nothing in; so do scripts in the page's head or
    HTML, because the policy lets only the page's and its layers' own scripts run.

    Parameters
    ----------
    data : MapData
        What the script needs for the first view.
    deferred : DeferredData
        What it reads on demand.
    text : PageText
        What stands beside the map.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 (folium's own declaration)
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, data: MapData, deferred: DeferredData, text: PageText) -> None:
        super().__init__(location=(0, 0), tiles=None)
        self.data, self.deferred, self.text = data, deferred, text
        _Document(text.title, _TILES if data["basemap"] else "").add_child(self)

    def get_name(self) -> str:
        """Name the map in the page: folium's names are random, ours gives the same bytes again."""
        return "map_geo"

    def render(self, **kwargs: Any) -> str:
        """Write the page's parts, then the layers that were added to the map."""
        super().render(**kwargs)  # type: ignore[no-untyped-call]  # folium has no types here
        document, macros = self.get_root(), _TEMPLATES.get_template("map.html.j2").module
        for room in ("header", "html", "script"):
            part = getattr(macros, room)(self, _inline_assets())
            getattr(document, room).add_child(_Verbatim(part), name=self.get_name())
        return ""


class _Document(Figure):
    """The HTML document around the map: language, title, security policy."""

    def __init__(self, title: str, tiles: str) -> None:
        super().__init__(height="680px", title=title)
        self.tiles = tiles
        self.header.add_child(_Verbatim(""), name="meta_http")  # the policy must come first

    def render(self, **kwargs: Any) -> str:
        """Render the map into header, html and script, and our document from them."""
        super().render(**kwargs)
        own = _inline_assets()["leaflet_js"], self.script.render(**kwargs)
        return _TEMPLATES.get_template("document.html.j2").render(
            this=self, kwargs=kwargs, scripts=PageScripts(*own, images=self.tiles)
        )

    def _repr_html_(self, **kwargs: Any) -> str:
        page = html.escape(self.render(**kwargs))
        return (
            f'<iframe title="{html.escape(self.title or "Map")}" srcdoc="{page}" width="100%" '
            f'height="{self.height}" style="border: 0"></iframe>'
        )


class _Verbatim(Element):
    """Text of the page, in which nothing is taken for a template."""

    def __init__(self, text: str) -> None:
        super().__init__("{{ this.text }}")
        self.text = text


@cache
def _inline_assets() -> dict[str, Markup]:
    """Style sheets and scripts to write into the page."""
    folder = Path(leaflet.BASE_DIR)

    def image(name: str) -> str:
        encoded = base64.b64encode((folder / "images" / name).read_bytes()).decode()
        return f"data:image/png;base64,{encoded}"

    css = (folder / "leaflet.css").read_text(encoding="utf-8")
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    pins = {
        "iconUrl": image("marker-icon.png"),
        "iconRetinaUrl": image("marker-icon-2x.png"),
        "shadowUrl": image("marker-shadow.png"),
    }
    return {
        "leaflet_css": Markup(
            re.sub(r"url\(images/([\w-]+\.png)\)", lambda found: f"url({image(found[1])})", css)
        ),
        "leaflet_js": Markup(re.sub(r"//# sourceMappingURL=.*", "", script)),
        "pins": Markup(json.dumps(pins)),
        "css": minified((_ASSETS / "map.css").read_text(encoding="utf-8")),
        "js": bundle(_ASSETS / "page.js", "geoMap"),
    }
