"""Small drawings for web pages: as fine as a given size allows, with the same words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import shapely

from geo.views.style.paths import rings_path

MOST_BYTES = 60_000
_TOLERANCES = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.7, 2.2, 3.0, 4.0, 5.0)
"""In points; the eye sees about a quarter of one."""
_PATH = re.compile(r"<path\b[^>]*/>")
_D = re.compile(r'\bd="([^"]*)"')
_CLIP = re.compile(r'clip-path="url\(#([^)]+)\)"')
_CLIP_BOX = re.compile(
    r'<clipPath id="([^"]+)">\s*<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"'
)
_STYLE = re.compile(r' style="([^"]*)"')
_MARGIN = 4
_LONG = 200
_PLAIN = 4
_WHOLE = 0.6
_DOT = 1
_MANY = 5000
"""Characters of a path whose curves are many, such as the dots of a hatching: lines will do."""
_NEEDLESS = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<!DOCTYPE.*?>", re.DOTALL)
_HALO = re.compile(
    r'<path d="([^"]*)" style="fill: #ffffff; stroke: #ffffff; stroke-width: ([\d.]+)[^"]*"/>\s*'
    r'<path d="\1" style="fill: #ffffff"/>'
)
_NAME = re.compile(
    r'(<text style="(?:(?:(?!fill:)[^"])*|'
    r'font-weight: 700;[^"]*text-anchor: middle; fill: #0b0c0c))"'
)
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^"]*"')
_FONTS = re.compile(r"font-family: [^;\"]+; ")
_PLACE = re.compile(r'((?: [xy]="|translate\(|translate\([-\d.]+ )-?\d+\.\d)\d+')
_LONE = re.compile(r"<g>(<(?:text|path)\b[^>]*(?:/>|>[^<]*</text>))</g>")
_GROUP_ID = re.compile(r'(<g) id="[^"]*"')


def small_drawing(drawing: str, most: int = MOST_BYTES) -> str:
    """Write a drawing by matplotlib in at most so many bytes, or as few as its words need.

    Corners closer to a line than a tolerance are left out, first of an eighth of a point, then of
    more until the drawing is small enough; what lies outside its frame is left out.

    Parameters
    ----------
    drawing : str
        SVG as matplotlib writes it, or with its title and description.
    most : int
        Bytes in UTF-8.
    """
    spare = _NEEDLESS.sub("", drawing)
    spare = _classed(_GROUP_ID.sub(r"\1", _with_halos(spare)))
    frames = {
        name: _Frame.of(shapely.box(*(x, y, x + width, y + height)))
        for name, *box in _CLIP_BOX.findall(drawing)
        for x, y, width, height in [tuple(map(float, box))]
    }
    paths = [_Path(found[0], frames) for found in _PATH.finditer(spare)]
    _cut_at_forks(paths)
    between = _PATH.split(spare)
    for tolerance in _TOLERANCES:
        coarse = _coarse([arc for path in paths for arcs in path.arcs for arc in arcs], tolerance)
        written = [path.written(tolerance, coarse) for path in paths]
        small = "".join(part for pair in zip(between, [*written, ""], strict=True) for part in pair)
        small = _said_once(small)
        if len(small.encode()) <= most:
            break
    return small


def _said_once(drawing: str) -> str:
    """Write a long path that is drawn twice, such as a light line below a dark one, once."""
    places = Counter(_D.findall(drawing))
    twice = [place for place, number in places.items() if number > 1 and len(place) > _LONG]
    for number, place in enumerate(twice):
        drawing = drawing.replace(f'<path d="{place}"', f'<use href="#p{number}"')
    known = "".join(f'<path id="p{number}" d="{place}"/>' for number, place in enumerate(twice))
    return drawing.replace("</defs>", f"{known}</defs>", 1)


@dataclass(frozen=True)
class _Frame:
    """What is seen of a part of the drawing, and the bounds at which lines are cut."""

    box: shapely.Polygon
    around: tuple[float, float, float, float]

    @classmethod
    def of(cls, box: shapely.Polygon) -> "_Frame":
        return cls(box, box.buffer(_MARGIN).bounds)


class _Path:
    """A path of the drawing: its element, its frame, and its lines cut into arcs."""

    def __init__(self, element: str, frames: dict[str, _Frame]) -> None:
        given, clip = _D.search(element), _CLIP.search(element)
        self.element, self.given = element, given[1] if given else ""
        self.clip = clip[1] if clip else ""
        self.frame = frames.get(self.clip)
        self.curved = bool(re.search("[CQ]", self.given))
        is_kept = self.curved and len(self.given) < _MANY
        self.lines = [] if is_kept else list(_lines(self.given))
        self.arcs: list[list[np.ndarray]] = []

    def written(self, tolerance: float, coarse: Iterator[np.ndarray]) -> str:
        """Write the element with lines that keep within a tolerance of what they were.

        ``coarse`` gives the path's own arcs next, as coarse as the tolerance allows.
        """
        if not self.lines:
            return self.element
        written = []
        for arcs, (corners, is_closed) in zip(self.arcs, self.lines, strict=True):
            own = list(islice(coarse, len(arcs)))
            is_plain = self.frame is None or len(corners) <= _PLAIN  # a frame, a scale bar
            if self.curved and np.ptp(corners, axis=0).max() < _DOT:
                (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
                written.append(f"M{left:.4g} {(low + high) / 2:.4g}h{right - left:.1g}")
                continue
            first, *rest = arcs if is_plain else own
            line = np.vstack([first, *(arc[1:] for arc in rest)])
            for part in _within(line, is_closed, self.frame):
                decimals = 1 if is_plain or tolerance < _WHOLE else 0
                text = rings_path([part[:-1] if is_closed else part], decimals)
                written.append(text if is_closed else text.removesuffix("z"))
        return self.element.replace(f'd="{self.given}"', f'd="{"".join(written)}"', 1)


def _cut_at_forks(paths: list[_Path]) -> None:
    """Cut lines where they part from one another, so that what they share stays shared."""
    beside: dict[tuple[str, int, int], set[tuple[int, int]]] = defaultdict(set)
    keys = []
    for path in paths:
        for corners, is_closed in path.lines:
            places = list(map(tuple, np.rint(1000 * corners).astype(int).tolist()))
            keys.append(places)
            for one, other in pairwise(places):
                beside[path.clip, *one].add(other)
                beside[path.clip, *other].add(one)
            if not is_closed:
                for end in (places[0], places[-1]):
                    beside[path.clip, *end].add((-1, -1))
                    beside[path.clip, *end].add((-2, -2))
    at = iter(keys)
    for path in paths:
        path.arcs = [
            _arcs(corners, [len(beside[path.clip, *place]) > 2 for place in places], is_closed)
            for corners, is_closed in path.lines
            for places in [next(at)]
        ]


def _arcs(corners: np.ndarray, forks: list[bool], is_closed: bool) -> list[np.ndarray]:
    """Cut a line at its forks; a ring begins at one, or else at its first place from the left."""
    if is_closed:
        start = forks.index(True) if any(forks) else int(np.lexsort(corners[:-1].T)[0])
        order = [*range(start, len(corners) - 1), *range(start + 1)]
        corners, forks = corners[order], [forks[k] for k in order]
    cuts = [0, *(k for k in range(1, len(corners) - 1) if forks[k]), len(corners) - 1]
    return [corners[a : b + 1] for a, b in pairwise(cuts)]


def _coarse(arcs: list[np.ndarray], tolerance: float) -> Iterator[np.ndarray]:
    """Leave out corners (Douglas and Peucker), the same whichever way an arc runs."""
    turned = [tuple(arc[0]) > tuple(arc[-1]) for arc in arcs]
    ways = [arc[::-1] if turn else arc for arc, turn in zip(arcs, turned, strict=True)]
    of = np.repeat(np.arange(len(arcs)), [len(arc) for arc in arcs])
    lines = shapely.linestrings(np.vstack(ways), indices=of) if arcs else np.array([])
    found = shapely.simplify(lines, tolerance, preserve_topology=False)
    ends = shapely.get_num_coordinates(found).cumsum()
    kept = np.split(shapely.get_coordinates(found), ends[:-1])
    return (arc[::-1] if turn else arc for arc, turn in zip(kept, turned, strict=True))


def _with_halos(drawing: str) -> str:
    """Give names, bold or in no colour of their own, a halo by a style, not by outlines."""
    halo = _HALO.search(drawing)
    if not halo:
        return drawing
    style = f"paint-order: stroke; stroke: #ffffff; stroke-width: {halo[2]}px"
    return _NAME.sub(rf'\1; {style}"', _HALO.sub("", drawing))


def _classed(drawing: str) -> str:
    """Name each style once in the style sheet, leave out room between elements."""
    styles = {
        text: f"s{number}" for number, text in enumerate(dict.fromkeys(_STYLE.findall(drawing)))
    }
    drawing = _STYLE.sub(lambda found: f' class="{styles[found[1]]}"', drawing)
    fonts = Counter(_FONTS.findall(drawing)).most_common(1)
    common = f"text{{{fonts[0][0]}}}" if fonts else ""
    own = {name: text.replace(fonts[0][0], "") if fonts else text for text, name in styles.items()}
    rules = common + "".join(f".{name}{{{text}}}" for name, text in own.items())
    drawing = drawing.replace("</style>", f"{rules}</style>", 1)
    drawing = _PLACE.sub(r"\1", _UNTURNED.sub("", re.sub(r">\s+<", "><", drawing)))
    return _LONE.sub(r"\1", drawing)


def _within(corners: np.ndarray, is_closed: bool, frame: _Frame | None) -> list[np.ndarray]:
    """Cut a line or ring a little outside its frame; rings run round as they did."""
    if frame is None:
        return [corners]
    if is_closed and len(corners) < 4:
        return []
    if not is_closed:
        return [corners] if shapely.LineString(corners).intersects(frame.box) else []
    left, low, right, high = frame.around
    if (corners > (left, low)).all() and (corners < (right, high)).all():
        return [corners]
    ring = shapely.LinearRing(corners)
    cut = shapely.clip_by_rect(shapely.Polygon(ring), *frame.around)
    rings = shapely.get_exterior_ring(shapely.get_parts(cut))
    turned = [one if one.is_ccw == ring.is_ccw else one.reverse() for one in rings if one]
    return [shapely.get_coordinates(one) for one in turned]


def _lines(path: str) -> Iterator[tuple[np.ndarray, bool]]:
    """Give the corners of each line of a path, the first again at the end where it is closed.

    A curve is the line to its end.
    """
    for part in path.split("M")[1:]:
        is_closed = "z" in part
        ends = [step.split()[-2:] for step in re.split("[LQCz]", part) if step.strip()]
        corners = np.array(ends, dtype=float)
        if len(corners) > 1:
            closing = is_closed and (corners[0] != corners[-1]).any()
            yield np.vstack([corners, corners[:1]]) if closing else corners, is_closed
