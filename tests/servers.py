"""A local server that behaves as the official ones do, with their habits and their bad days."""

import csv
import io
import json
import math
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pandas as pd

ARCGIS = "/services1.arcgis.com/ESMARspQHYMw9BZ9/arcgis/rest/services"
NOMIS = "/www.nomisweb.co.uk/api/v01/dataset"
HTML = b"<!DOCTYPE html><html><body>Sign in to the Guest Wi-Fi</body></html>"


@dataclass
class Layer:
    """A FeatureServer layer: official field names, a limit a page, and where it puts its flag."""

    rows: pd.DataFrame
    limit: int = 2000
    flag: str = "top"  # or "properties"
    short_pages: bool = False  # half of what was asked for, with the flag set
    hide: int = 0  # rows that are counted but never sent
    uncounted: int = 0  # rows that are sent but not counted
    grid: int = 27700
    spoil: Callable[[dict, dict], object] = lambda _answer, _form: None

    def answer(self, form: dict[str, str]) -> dict:
        rows = self._where(form["where"])
        if form.get("returnCountOnly") == "true":
            return {"count": len(rows) - self.uncounted}
        rows = rows.iloc[: len(rows) - self.hide] if self.hide else rows
        start, asked = int(form.get("resultOffset", 0)), int(form["resultRecordCount"])
        size = min(asked, self.limit)
        size = math.ceil(size / 2) if self.short_pages else size
        page = rows.iloc[start : start + size]
        fields = form["outFields"].split(",")
        if not set(fields) <= set(rows.columns):
            return {"error": {"code": 400, "message": "Cannot perform query.", "details": []}}
        out = {
            "objectIdFieldName": "FID",
            "fields": [{"name": name, "type": "esriFieldTypeString"} for name in fields],
            "features": [{"attributes": one} for one in page[fields].to_dict("records")],
        }
        if form.get("returnGeometry") == "true":
            kind = "Point" if page.geometry.geom_type.eq("Point").all() else "Polygon"
            out["geometryType"] = f"esriGeometry{kind}"
            out["spatialReference"] = {"wkid": self.grid, "latestWkid": self.grid}
            for one, shape in zip(out["features"], page.geometry, strict=True):
                one["geometry"] = _esri(shape)
        if start + len(page) < len(rows):
            if self.flag == "top":
                out["exceededTransferLimit"] = True
            else:
                out["properties"] = {"exceededTransferLimit": True}
        return out

    def about(self) -> dict:
        names = [name for name in self.rows.columns if name != "geometry"]
        fields = [{"name": name, "type": "esriFieldTypeString"} for name in names]
        return {
            "maxRecordCount": self.limit,
            "objectIdField": "FID",
            "fields": [*fields, {"name": "FID", "type": "esriFieldTypeOID"}],
        }

    def _where(self, condition: str) -> pd.DataFrame:
        if condition == "1=1":
            return self.rows
        if found := re.fullmatch(r"(\w+) LIKE '(\w+)%'", condition):
            return self.rows[self.rows[found[1]].str.startswith(found[2])]
        found = re.fullmatch(r"(\w+) IN \((.*)\)", condition)
        return self.rows[self.rows[found[1]].isin(re.findall(r"'(\w+)'", found[2]))]


def _esri(shape) -> dict:
    """Rings as ArcGIS has them: outer ones clockwise, holes the other way round."""
    if shape.geom_type == "Point":
        return {"x": shape.x, "y": shape.y}
    rings = []
    for part in getattr(shape, "geoms", [shape]):
        for ring, clockwise in ((part.exterior, True), *((x, False) for x in part.interiors)):
            points = [list(point) for point in ring.coords]
            rings.append(points if ring.is_ccw != clockwise else points[::-1])
    return {"rings": rings}


Fault = Callable[["_Handler"], bool]


@dataclass
class Official:
    """What the server holds. A fault is what a request whose path fits meets, once each."""

    layers: dict[str, Layer] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    nomis: dict[str, Callable[[dict], list[dict] | None]] = field(default_factory=dict)
    nomis_limit: int = 25_000
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    hidden_services: bool = False
    allow_ranges: bool = True
    url: str = ""

    def fault(self, part: str, *faults: Fault) -> None:
        self.faults += [(part, fault) for fault in faults]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    official: Official

    def log_message(self, *_arguments) -> None:
        pass

    def do_GET(self) -> None:
        self._handle(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._handle({name: values[-1] for name, values in parse_qs(body).items()})

    def _handle(self, form: dict[str, str] | None) -> None:
        here = self.official
        here.asked.append(f"{self.command} {self.path}")
        if "Authorization" in self.headers:
            here.logins.append(self.headers["Authorization"])
        if "Range" in self.headers:
            here.ranges.append(self.headers["Range"])
        for at, (part, fault) in enumerate(here.faults):
            if part in self.path:
                del here.faults[at]
                if fault(self):
                    return
                break
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith(ARCGIS):
            self.send_json(self._arcgis(parts.path.removeprefix(ARCGIS), form or query))
        elif parts.path.startswith(NOMIS):
            self.send(self._nomis(parts.path.removeprefix(f"{NOMIS}/"), query), "text/csv")
        elif (asset := parts.path.split("/", 2)[-1]) in here.assets:
            self.send_asset(here.assets[asset])
        else:
            self.send(HTML, "text/html", 404)

    def _arcgis(self, path: str, form: dict[str, str]) -> dict:
        layers = self.official.layers
        if not path:
            if self.official.hidden_services:
                return {"error": {"code": 400, "message": "Invalid URL", "details": []}}
            return {"services": [{"name": n, "type": "FeatureServer"} for n in layers]}
        service = path.split("/")[1]
        if service not in layers:
            return {"error": {"code": 400, "message": "Invalid URL", "details": ["Invalid URL"]}}
        layer = layers[service]
        answer = layer.answer(form) if path.endswith("/query") else layer.about()
        layer.spoil(answer, form)
        return answer

    def _nomis(self, name: str, query: dict[str, str]) -> bytes:
        """Cut off at the limit without a word; answer nothing to what is not known."""
        rows = self.official.nomis.get(name.removesuffix(".data.csv"), lambda _: None)(query)
        if rows is None:
            return b""
        start = int(query.get("RecordOffset", 0))
        columns = query["select"].split(",")
        out = io.StringIO()
        table = csv.DictWriter(out, [c.upper() for c in columns], lineterminator="\n")
        table.writeheader()
        for row in rows[start : start + self.official.nomis_limit]:
            full = row | {"record_count": len(rows)}
            table.writerow({name.upper(): full[name] for name in columns})
        return out.getvalue().encode()

    def send_json(self, content: dict) -> None:
        self.send(json.dumps(content).encode(), "application/json;charset=UTF-8")

    def send(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_asset(self, body: bytes) -> None:
        etag = f'"{len(body)}"'
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", etag) == etag
        if not self.official.allow_ranges:
            self.send(body, "application/octet-stream")
        elif asked and same:
            start, stop = int(asked[1]), int(asked[2] or len(body) - 1)
            part = f"bytes {start}-{stop}/{len(body)}"
            self.send(
                body[start : stop + 1],
                "application/octet-stream",
                206,
                Content_Range=part,
                ETag=etag,
            )
        else:
            kind = "application/octet-stream"
            self.send(body, kind, ETag=etag, Accept_Ranges="bytes")


def status(code: int, **headers: str) -> Fault:
    """Answer with a status and no data."""

    def fault(handler: _Handler) -> bool:
        handler.send(b"", "text/plain", code, **headers)
        return True

    return fault


def page(handler: _Handler) -> bool:
    """Answer with a sign-in page under the status 200, as a captive portal does."""
    handler.send(HTML, "text/html; charset=utf-8")
    return True


def page_called_csv(handler: _Handler) -> bool:
    """The same under the name of data."""
    handler.send(b"\n  " + HTML, "text/csv")
    return True


def body(content: bytes, kind: str = "application/json") -> Fault:
    """Answer with other content."""

    def fault(handler: _Handler) -> bool:
        handler.send(content, kind)
        return True

    return fault


def redirect(to: str) -> Fault:
    """Send on to another address."""

    def fault(handler: _Handler) -> bool:
        handler.send(b"", "text/plain", 302, Location=to)
        return True

    return fault


def breaks_off(content: bytes, after: int, *, reset: Callable[[], object] | None = None) -> Fault:
    """Promise all of it and hang up in the middle, politely or, after this call, with a reset."""

    def fault(handler: _Handler) -> bool:
        import socket
        import struct

        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.send_header("ETag", f'"{len(content)}"')
        handler.send_header("Accept-Ranges", "bytes")
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        if reset is not None:
            reset()
            now = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            handler.connection.close()
        handler.close_connection = True
        return True

    return fault


def capped(content: bytes, most: int) -> Fault:
    """Give no more than so many bytes of a part that is asked for, and say so."""

    def fault(handler: _Handler) -> bool:
        start = int(handler.headers["Range"].removeprefix("bytes=").split("-")[0])
        part = content[start : start + most]
        told = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
        etag = f'"{len(content)}"'
        handler.send(part, "text/csv", 206, Content_Range=told, ETag=etag)
        return True

    return fault


def drips(content: bytes, seconds: float) -> Fault:
    """Send a byte at a time, so that no single read ever times out."""

    def fault(handler: _Handler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.close_connection = True
        try:
            for at in range(len(content)):
                handler.wfile.write(content[at : at + 1])
                handler.wfile.flush()
                time.sleep(seconds)
        except OSError:
            pass  # the client has had enough
        return True

    return fault


def stalls(content: bytes, after: int, until: Event) -> Fault:
    """Send a part and then nothing, with the connection open."""

    def fault(handler: _Handler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:after])
        handler.wfile.flush()
        handler.close_connection = True
        return until.wait()

    return fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments) -> None:
        pass  # clients that hang up are part of the tests


def serve(official: Official, context=None) -> _Server:
    """Serve in the background; with an SSL context over https."""
    handler = type("Handler", (_Handler,), {"official": official})
    server = _Server(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    official.url = f"http{'s' if context else ''}://localhost:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


def from_real_data(data: Path) -> Official:
    """Fill the server with real open data, in the forms the publishers give them."""
    official = Official(nomis_limit=10_000)
    england, own = data / "england", data / "cheshire-east"
    shapes = {
        year: gpd.read_file(own / f"LSOA_20{year}_BGC_cheshire_east.geojson").to_crs(27700)
        for year in ("21", "11")
    }
    wards = gpd.read_file(own / "WD_MAY_2025_BGC_cheshire_east.geojson").to_crs(27700)
    points = shapes["21"].set_geometry(shapes["21"].representative_point())
    postcodes = pd.DataFrame(
        {
            "PCDS": [f"CW1 {at:03}" for at in range(len(points))],
            "DOTERM": [None, "202001", *[""] * (len(points) - 2)],
            "LSOA21": points["LSOA21CD"],
            "LAT": 53.1,
            "LONG": -2.4,
        }
    )
    lookups = {
        "LSOA21_WD24_LAD24_EW_LU": "LSOA21_WD24_LAD24_EW_LU.csv",
        "LSOA11_LSOA21_LAD22_EW_LU_v5": "LSOA11_LSOA21_LAD22_EW_LU.csv",
        "LSOA01_LSOA11_LAD11_EW_LU_0123456789abcdef": "LSOA01_LSOA11_EW_LU.csv",
    }
    official.layers = {
        name: Layer(pd.read_csv(england / file), limit=1000) for name, file in lookups.items()
    } | {
        "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5": Layer(shapes["21"]),
        "LSOA_Dec_2011_Boundaries_Generalised_Clipped_BGC_EW_V3": Layer(
            shapes["11"].rename(columns={"LSOA11CD": "lsoa11cd"})
        ),
        "Wards_December_2024_Boundaries_UK_BGC": Layer(
            wards.rename(columns={"WD25CD": "WD24CD", "WD25NM": "WD24NM"}), flag="properties"
        ),
        "LSOA_PopCentroids_EW_2021_V4": Layer(points),
        "ONSPD_Online_latest_Postcode_Centroids": Layer(postcodes),
        "OA_LSOA_MSOA_EW_DEC_2021_LU_v3": Layer(_output_areas(shapes["21"], own)),
        "LAD24_CSP24_PFA24_EW_LU": Layer(
            pd.DataFrame({"LAD24CD": ["E06000049"], "PFA24NM": ["Cheshire"]})
        ),
    }
    official.layers["LSOA01_LSOA11_LAD11_EW_LU_0123456789abcdef"].limit = 2000
    official.assets = _assets(data)
    census = pd.read_parquet(england / "census2021_indicators_lsoa21.parquet")
    residents = census[census["indicator_id"].eq("disability")].set_index("area_code")
    codes = shapes["21"]["LSOA21CD"].tolist()
    official.nomis = {
        "NM_2014_1": lambda query: _by_age(residents["denominator"].loc[codes], query),
        "NM_2031_1": lambda _: _categories(
            census,
            codes,
            "c2021_dep_6_name",
            {
                "Household is deprived in two dimensions": ("households_deprived_2plus", 1),
                "Household is deprived in three dimensions": ("households_deprived_3plus", 1),
            },
        ),
        "NM_2072_1": lambda _: _categories(
            census,
            codes,
            "c2021_tenure_9_name",
            {"Social rented": ("social_rented", 1), "Private rented": ("private_rented", 1)},
        ),
    }
    return official


def _by_age(totals: pd.Series, query: dict[str, str]) -> list[dict] | None:
    """Spread residents evenly over the ages 0 to 90+, the rest over the youngest."""
    if query["geography"] != "E06000049TYPE151" or query["c_age"] != "200,101...191":
        return None
    rows = []
    for code, total in totals.items():
        each, rest = divmod(int(total), 91)
        ages = [total, *(each + (at < rest) for at in range(91))]
        for age, value in zip([200, *range(101, 192)], ages, strict=True):
            rows.append(
                {"date_name": 2024, "geography_code": code, "c_age": age, "obs_value": int(value)}
            )
    return rows


def _categories(census, codes, column, wanted) -> list[dict]:
    """Households by category; those deprived in two dimensions are the rest of two or more."""
    chosen = census[census["indicator_id"].isin([name for name, _ in wanted.values()])]
    counts = chosen.pivot(index="area_code", columns="indicator_id", values="count")
    totals = chosen.groupby("area_code")["denominator"].first()
    if "households_deprived_2plus" in counts:
        counts["households_deprived_2plus"] -= counts["households_deprived_3plus"]
    own = pd.concat([counts.loc[codes], counts.sum().to_frame("E92000001").T])
    sums = pd.concat([totals.loc[codes], pd.Series({"E92000001": totals.sum()})])
    return [
        {"geography_code": code, column: label, "obs_value": int(value)}
        for code in own.index
        for label, value in [
            ("Total: All households", sums[code]),
            *((label, own.loc[code, name]) for label, (name, _) in wanted.items()),
        ]
    ]


def _assets(data: Path) -> dict[str, bytes]:
    england = data / "england"
    media = {
        "691ded56d140bbbaa59a2a7d/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_"
        "Denominators.csv": "IoD2025_ranks_scores_deciles.csv",
        "5dc407b440f0b6379a7acc8d/File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_"
        "Denominators_3.csv": "IoD2019_ranks_deciles.csv",
        "5a7ffd55ed915d74e33f7ca4/File_7_ID_2015_All_ranks__deciles_and_scores_for_the_Indices_of_"
        "Deprivation__and_population_denominators.csv": "IoD2015_imd.csv",
        "5a78b02440f0b62b22cbbfe9/1871702.csv": "ID2010_1871702_columns.csv",
    }
    underlying = pd.read_csv(england / "IoD2025_underlying_indicators.csv", nrows=20)
    authorities = pd.read_csv(england / "IoD2025_lad_summaries.csv")
    mark = b"\xef\xbb\xbf"  # a byte-order mark, as in files made with Excel
    return {
        **{f"media/{name}": mark + (england / file).read_bytes() for name, file in media.items()},
        "media/691dec012c6b98ecdbc500d4/File_8_IoD2025_Underlying_Indicators.xlsx": _workbook(
            underlying.rename(columns={"lsoa21_code": "LSOA code (2021)"})
        ),
        "media/6917412ebc34c86ce4e6e7fc/File_10_-_IoD2025_Local_Authority_District_Summaries__"
        "lower-tier__v2.xlsx": _workbook(
            authorities.rename(columns={"ltla24_code": "Local Authority District code (2024)"})
        ),
        "api/all_data/csv/by_profile_id": _fingertips(),
        "api/indicator_metadata/csv/by_profile_id": (
            b"Indicator ID,Indicator,Unit,Value type,Polarity\n"
            b"93000,Invented,%,Proportion,RAG - Low is good   \n"
        ),
        "msoanames/MSOA-Names-Latest2.csv": mark + _msoa_names(data, "21", 6_856),
        "msoanames/MSOA-Names-Latest.csv": _msoa_names(data, "11", 6_791),
        "data/archive/latest.zip": _crimes(["E01018386", "E01018386", "E01018387"]),
    }


def _msoa_names(data: Path, year: str, count: int) -> bytes:
    """Invented names under the House of Commons Library's headers, Cheshire East's MSOAs first."""
    own = gpd.read_file(data / "cheshire-east" / "MSOA_2021_BGC_cheshire_east.geojson")
    others = count - len(own)
    kind = f"msoa{year}"
    names = [*own["MSOA21NM"], *(f"Elsewhere {at}" for at in range(others))]
    codes = [*own["MSOA21CD"], *(f"E03{at:06}" for at in range(others))]
    table = pd.DataFrame({f"{kind}cd": codes, f"{kind}nm": names, f"{kind}nmw": names})
    table[f"{kind}hclnm"] = [f"Town, Quarter {at}" for at in range(count)]
    table = table.assign(**{f"{kind}hclnmw": ""})
    last = (
        {"localauthorityname": "x", "type": "Present in 2011"} if year == "21" else {"Laname": "x"}
    )
    return table.assign(**last).to_csv(index=False).encode()


def _output_areas(lsoas: pd.DataFrame, own: Path) -> pd.DataFrame:
    """Two output areas of each LSOA, with the MSOA after which it is called."""
    msoas = gpd.read_file(own / "MSOA_2021_BGC_cheshire_east.geojson")
    names = lsoas[["LSOA21CD", "LSOA21NM"]].assign(MSOA21NM=lsoas["LSOA21NM"].str[:-1])
    links = names.merge(msoas[["MSOA21CD", "MSOA21NM"]], on="MSOA21NM", validate="many_to_one")
    areas = pd.concat([links, links], ignore_index=True)
    return areas.assign(OA21CD=[f"E00{at:06}" for at in range(len(areas))])


def _workbook(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    table.to_excel(out, sheet_name="Data", index=False)
    return out.getvalue()


def _fingertips() -> bytes:
    head = (
        "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
        "Category Type,Category,Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,"
        "Lower CI 99.8 limit,Upper CI 99.8 limit,Count,Denominator,Value note,Recent Trend,"
        "Compared to Cheshire East UA value or percentiles,Compared to percentiles,"
        "Time period Sortable,New data,Compared to goal,Time period range"
    )
    row = (
        "93000,Invented,E06000049,Cheshire East,E02003811,Cheshire East,MSOAs,Persons,All ages,,,"
        "2023/24,12.5,10,15,9,16,25,200,,,Similar,Not compared,20230000,,,1y"
    )
    whole = row.replace("E02003811,Cheshire East,MSOAs", "E92000001,England,England")
    return f"{head}\n{row}\n{whole}\n".encode()


def _crimes(codes: list[str]) -> bytes:
    """Fourteen months of two forces, the same crimes in each; the rest of the archive is noise."""
    head = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
        "Crime type,Last outcome category,Context"
    )
    months = [f"2025-{month:02}" for month in range(7, 13)]
    months += [f"2026-{month:02}" for month in range(1, 9)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("noise.bin", bytes(range(256)) * 4000, zipfile.ZIP_STORED)
        for month in months:
            rows = [
                f"{'' if at == 0 else 'x'},{month},,,,,,{code},,"
                f"{'Anti-social behaviour' if at == 0 else 'Burglary'},,"
                for at, code in enumerate(codes)
            ]
            for force in ("cheshire", "merseyside"):
                text = "\n".join([head, *rows]) + "\n"
                archive.writestr(f"{month}/{month}-{force}-street.csv", text)
                archive.writestr(f"{month}/{month}-{force}-outcomes.csv", head)
    return out.getvalue()
