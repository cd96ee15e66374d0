"""Layers of ONS's Open Geography portal, read whole from its ArcGIS FeatureServer."""

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from geo.errors import FileError, examples
from geo.sources.download.registry import Source, filled
from geo.sources.download.session import printable
from geo.sources.download.web import Web
from geo.vocabulary.area_types import area_type_of, is_code_column

_BATCH = 500  # codes in one query
_BNG = 27700
OnRows = Callable[[int, int], None]


class Portal:
    """The services under one address.

    Parameters
    ----------
    web : Web
        The client to ask with.
    root : str
        Address that ends in ``/rest/services``.
    """

    def __init__(self, web: Web, root: str) -> None:
        self._web, self._root = web, root

    def layer(self, source: Source, **known: str) -> "Layer":
        """Find the service of a source: by its patterns, else by its pinned names.

        Raises
        ------
        FileError
            If none of them is there.
        """
        patterns = [filled(one, **{"year": r"\d\d"} | known) for one in source.services]
        listed = [self._newest(pattern) for pattern in patterns]
        pinned = [p for p in source.pinned if any(re.fullmatch(x, p) for x in patterns)]
        tried = list(dict.fromkeys([name for name in listed if name][:1] + pinned))
        problem: FileError | None = None
        for name in tried:
            try:
                about = self.ask(f"{self._root}/{name}/FeatureServer/0", {"f": "json"})
                return Layer(self, name, about)
            except FileError as refused:
                problem = problem or refused
        reason = str(problem or f"no service fits {examples(patterns)}").rstrip(".")
        raise FileError(
            f"The portal has no such layer under the names that are known ({reason}); its name may "
            "have changed, so correct it in geo/sources/sources.toml, or put the file into the "
            "data folder by hand."
        )

    def _newest(self, pattern: str) -> str | None:
        fitting = [name for name in self._services if re.fullmatch(pattern, name)]
        numbers = [[int(n) for n in re.findall(r"\d+", name)] for name in fitting]
        return max(zip(numbers, fitting, strict=True), default=(None, None))[1]

    @cached_property
    def _services(self) -> tuple[str, ...]:
        """Names of all services; none if the list cannot be had, for pinned names may do."""
        try:
            listed = self.ask(self._root, {"f": "json"})["services"]
            return tuple(one["name"].rpartition("/")[2] for one in listed)
        except (FileError, AttributeError, KeyError, TypeError):
            return ()

    def ask(self, url: str, form: dict[str, Any]) -> dict[str, Any]:
        """Ask by POST; an error arrives as a body, often under the status 200."""
        found = self._web.json(url, form)
        if "error" in found:
            error = found["error"] if isinstance(found["error"], dict) else {}
            details = error.get("details")
            words = [error.get("message"), *(details if isinstance(details, list) else [])]
            said = printable(" ".join(str(word) for word in words if word)) or "without saying why"
            code = printable(str(error.get("code", "?")))
            raise FileError(
                f"The portal answered with an error ({code[:20]}: {said[:200].rstrip('. ')}); try "
                "later."
            )
        return found

    def query_url(self, service: str) -> str:
        """Address of the queries of a service."""
        return f"{self._root}/{service}/FeatureServer/0/query"


class Layer:
    """One layer: its name, its fields whatever their case, and its rows."""

    def __init__(self, portal: Portal, service: str, about: dict[str, Any]) -> None:
        self._portal, self.service = portal, service
        fields = _objects(about, "fields", service)
        self._fields = [str(one.get("name")) for one in fields]
        oids = [str(f.get("name")) for f in fields if str(f.get("type")).endswith("OID")]
        self._oid = about.get("objectIdField") or next(iter(oids), None)
        self._page = _number(about, "maxRecordCount", service, missing=1000) or 1000
        self.address = portal.query_url(service)

    def field(self, column: str) -> str:
        """Name of the field that holds a column, whose name may be in another case or form.

        Raises
        ------
        FileError
            If the layer has no such field.
        """
        for name in self._fields:
            kind = area_type_of(name) if is_code_column(column) else None
            if name.lower() == column or (kind is not None and f"{kind}cd" == column):
                return name
        raise FileError(
            f"The layer {self.service} has no field {column.upper()} (fields: "
            f"{examples(self._fields, 8)}); the publisher may have changed it, so correct "
            "geo/sources/sources.toml."
        )

    def columns_like(self, pattern: str) -> list[str]:
        """Fields whose lower-case name fits a pattern."""
        return [name.lower() for name in self._fields if re.fullmatch(pattern, name.lower())]

    def rows(
        self,
        columns: Sequence[str],
        *,
        key: str = "",
        codes: Sequence[str] = (),
        where: str = "1=1",
        geometry: bool = False,
        on_rows: OnRows = lambda _done, _total: None,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        """Read all rows, page by page, and hold their number against the portal's own count.

        Parameters
        ----------
        columns : sequence of str
            Lower-case names, which the table gets; fields are found by them.
        key, codes : str and sequence of str
            Only rows with these codes in this column.
        where : str
            Another condition, in the portal's own words.
        geometry : bool
            Also the shapes, in EPSG:27700 as the portal holds them, so that none is transformed.

        Raises
        ------
        FileError
            If a field is missing, or fewer or more rows arrive than were counted.
        """
        fields = {self.field(column): column for column in columns}
        batches = [codes[i : i + _BATCH] for i in range(0, len(codes), _BATCH)]
        conditions = [
            f"{self.field(key)} IN ({', '.join(repr(str(code)) for code in batch)})"
            for batch in batches
        ] or [where]
        asked = {"outFields": ",".join(fields), "returnGeometry": str(geometry).lower()}
        pages = [
            page for one in conditions for page in self._pages(asked | {"where": one}, on_rows)
        ]
        if not pages:
            raise FileError(
                f"The layer {self.service} has no rows for this place; check the code of the "
                "place, or put the file into the data folder by hand."
            )
        table = pd.concat(pages, ignore_index=True).rename(columns=fields)
        self._require_whole(table, list(columns), geometry)
        return table[[*columns, "geometry"]] if geometry else pd.DataFrame(table[list(columns)])

    def _require_whole(self, table: pd.DataFrame, columns: list[str], geometry: bool) -> None:
        """Refuse what a count of rows cannot tell: a page sent over again, an area not drawn."""
        where = f"The layer {self.service}"
        if lacking := [name for name in columns if name not in table]:
            raise FileError(f"{where} answered without the field {examples(lacking)}; try later.")
        if len(twice := table.loc[table[columns].duplicated(), columns[0]].unique()):
            raise FileError(
                f"{where} gave rows twice (of {examples(twice)}), so that others may be lacking; "
                "try later."
            )
        if geometry:
            bare = table.loc[table["geometry"].isna() | table["geometry"].is_empty, columns[0]]
            if len(bare):
                raise FileError(
                    f"{where} gave no shape for {len(bare):,} of {len(table):,} areas "
                    f"({examples(bare)}); try later."
                )

    def _pages(self, asked: dict[str, Any], on_rows: OnRows) -> Iterator[pd.DataFrame]:
        """Go on while the portal says there is more; a short page is not the last one."""
        url = self.address
        count = {"where": asked["where"], "returnCountOnly": "true", "f": "json"}
        total, got, more = _number(self._portal.ask(url, count), "count", self.service), 0, True
        asked = asked | {"outSR": _BNG, "f": "json", "resultRecordCount": self._page}
        if self._oid:
            asked["orderByFields"] = self._oid
        while got < total or (more and got == total):
            answer = self._portal.ask(url, asked | {"resultOffset": got})
            here = _objects(answer, "features", self.service)
            more = _exceeded(answer)
            if not here:
                break
            drawn = asked["returnGeometry"] == "true"
            yield _drawn(answer, self.service) if drawn else _table(here, self.service)
            got += len(here)
            on_rows(got, total)
        if got != total:
            raise FileError(
                f"The layer {self.service} gave {got:,} of the {total:,} rows that it counts; try "
                "later."
            )


def _exceeded(answer: dict[str, Any]) -> bool:
    inner = answer.get("properties")
    nested = inner.get("exceededTransferLimit") if isinstance(inner, dict) else False
    return bool(answer.get("exceededTransferLimit") or nested)


def _number(answer: dict[str, Any], name: str, service: str, missing: int | None = None) -> int:
    value = answer.get(name, missing)
    if type(value) is int and value >= 0:
        return value
    raise FileError(f"The layer {service} answered without a number as its {name!r}; try later.")


def _objects(answer: dict[str, Any], name: str, service: str) -> list[dict[str, Any]]:
    value = answer.get(name)
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise FileError(f"The layer {service} answered without a list as its {name!r}; try later.")


def _table(features: list[dict[str, Any]], service: str) -> pd.DataFrame:
    return pd.DataFrame(
        _objects({"rows": [f.get("attributes") for f in features]}, "rows", service)
    )


def _drawn(answer: dict[str, Any], service: str) -> gpd.GeoDataFrame:
    """Make a table of a page with shapes; GDAL knows which ring is a hole of which."""
    _objects(answer, "fields", service)
    if not isinstance(answer.get("geometryType"), str):
        raise FileError(f"The layer {service} sent no shapes, which were asked for; try later.")
    grid = answer.get("spatialReference")
    grid = grid if isinstance(grid, dict) else {}
    if _BNG not in (grid.get("wkid"), grid.get("latestWkid")):
        raise FileError(
            f"The layer {service} sent its shapes in {grid.get('wkid', 'an unknown grid')}, not in "
            "EPSG:27700 as asked, so they are not kept; try later, or put the file into the data "
            "folder by hand."
        )
    # GDAL would go for the next page by itself, unasked, where it saw the flag of there being more
    kept = ("fields", "geometryType", "spatialReference", "features")
    page = json.dumps({name: answer[name] for name in kept})
    return pyogrio.read_dataframe(io.BytesIO(page.encode()), on_invalid="ignore")
