"""What a report's folder prints, read again for documents made from it."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.errors import FileError
from geo.report.differences import RUG
from geo.vocabulary.indicators import SERIES
from geo.vocabulary.spreadsheets import as_written

AREA_HEADER = ["Area", "LSOAs", "Most deprived 10%", "20%", "30%", "Share in the 30%"]
_LAYERS = "areas.gpkg"
_AS_WRITTEN: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
_RUG_TEXTS = [*SERIES, "area", "text", "trend", "comparison", "group", "unit", "period"]


def printed_table(folder: Path, name: str) -> pd.DataFrame | None:
    """Read a table of a report; nothing where the report has none of that name."""
    path = folder / "tables" / f"{name}.csv"
    return pd.read_csv(path, **_AS_WRITTEN, low_memory=False) if path.is_file() else None


def printed_rug(folder: Path) -> pd.DataFrame | None:
    """Read the latest cells of a report's Tartan Rug, in its order; nothing where it has none.

    Each has the ``label`` by which pages call its indicator (its name, with sex and age where
    several share it, where an older report has none) and whether high or low is good
    (``judgeable``).
    """
    path = folder / RUG
    if not path.is_file():
        return None
    table = pd.read_csv(
        path, **_AS_WRITTEN, dtype=dict.fromkeys(_RUG_TEXTS, "str"), low_memory=False
    )
    table = table[table["latest"].astype(bool)]
    texts = {name: table[name].fillna("").map(as_written) for name in _RUG_TEXTS}
    table = table.assign(**texts)
    sharing = table.drop_duplicates(list(SERIES))["indicator"].value_counts()
    several = table["indicator"].map(sharing).gt(1)
    detailed = table["indicator"] + ", " + table["sex"] + ", " + table["age"]
    full = table["indicator"].where(~several, detailed)
    short = table.get("short_name", full).fillna("").astype(str).map(as_written)
    return table.assign(
        label=short.where(short.ne(""), full), judgeable=table["polarity"].ne("no_judgement")
    )


def printed_areas(folder: Path) -> gpd.GeoDataFrame | None:
    """Read the LSOAs of a report's layers; nothing where it has none.

    Raises
    ------
    FileError
        If the layers cannot be read.
    """
    path = folder / _LAYERS
    if not path.is_file():
        return None
    try:
        return gpd.read_file(path, layer="lsoa")
    except Exception as problem:  # what GDAL raises has no common kind
        raise FileError(
            f"{path} cannot be read as layers of a report; build the report again."
        ) from problem


def area_rows(table: pd.DataFrame) -> list[list[str]]:
    """Word counts of most deprived LSOAs, a row an area, for `AREA_HEADER`."""
    return [
        [
            str(row["area"]),
            *(f"{row[name]:,}" for name in ("lsoas", "top_10", "top_20", "top_30")),
            f"{row['top_30'] / row['lsoas']:.1%}",
        ]
        for row in table.to_dict("records")
    ]
