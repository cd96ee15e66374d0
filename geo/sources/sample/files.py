"""The synthetic borough as files, in the forms in which ONS and MHCLG publish theirs."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyogrio.errors import DataSourceError

from geo.errors import FileError
from geo.sources.sample.borough import Sample, sample
from geo.sources.sample.tables import CODE, NAME
from geo.sources.tabular import write_csv
from geo.vocabulary.releases import INDICES, RELEASES

_OFFICIAL = dict(
    zip(
        INDICES,
        (
            "Index of Multiple Deprivation (IMD)",
            "Income",
            "Employment",
            "Education, Skills and Training",
            "Health Deprivation and Disability",
            "Crime",
            "Barriers to Housing and Services",
            "Living Environment",
            "Income Deprivation Affecting Children Index (IDACI)",
            "Income Deprivation Affecting Older People (IDAOPI)",
            "Children and Young People Sub-domain",
            "Adult Skills Sub-domain",
            "Geographical Barriers Sub-domain",
            "Wider Barriers Sub-domain",
            "Indoors Sub-domain",
            "Outdoors Sub-domain",
        ),
        strict=True,
    )
)
_AUTHORITY_YEAR = {2025: 2024, 2019: 2019}
_PEOPLE = {
    2025: ("Total population: mid 2022", "Dependent Children aged 0-15: mid 2022"),
    2019: (
        "Total population: mid 2015 (excluding prisoners)",
        "Dependent Children aged 0-15: mid 2015 (excluding prisoners)",
    ),
}
_ADULTS = {
    2025: {
        "Older population aged 60 and over: mid 2022": 0.31,
        "Working age population 18-66 (for use with Employment Deprivation Domain): mid 2022": 0.77,
    },
    2019: {
        "Population aged 16-59: mid 2015 (excluding prisoners)": 0.7,
        "Older population aged 60 and over: mid 2015 (excluding prisoners)": 0.3,
        "Working age population 18-59/64: for use with Employment Deprivation Domain "
        "(excluding prisoners)": 0.73,
    },
}
"""Columns of adults, with the share of residents aged 16 and over that the sample puts there."""

_PLACE = f"""\
name = "{NAME}"
code = "{CODE}"
wards = "wards.csv"
synthetic = true

[[levels]]
column = "collaborative"
singular = "collaborative"
plural = "collaboratives"
within = "sub_locality"

[[levels]]
column = "sub_locality"
singular = "sub-locality"
plural = "sub-localities"
within = "locality"

[[levels]]
column = "locality"
singular = "locality"
plural = "localities"
"""


def write_sample(folder: str | Path, borough: Sample | None = None) -> list[Path]:
    """Write the synthetic borough as files in the official forms, to see or to read back.

    Parameters
    ----------
    folder : str or Path
        Where to write; made if absent. Files of the same names are replaced.
    borough : Sample, optional
        What to write; ``sample()`` where not given.

    Returns
    -------
    list of Path
        LSOAs of 2021 (GeoPackage, EPSG:27700), LSOAs of 2011 and wards (GeoJSON, longitude and
        latitude), two ONS lookups, File 7 of the Indices of 2025 and of 2019, the place
        definition in the folder ``place``, and the indicators with their catalogue in the folder
        ``indicators``.

    Raises
    ------
    FileError
        If the folder cannot be made or written to.

    Examples
    --------
    >>> import tempfile
    >>> for path in write_sample(tempfile.mkdtemp()):
    ...     print(path.name)
    LSOA_2021_sample.gpkg
    LSOA_2011_sample.geojson
    WD_2024_sample.geojson
    LSOA21_WD24_LAD24_lookup.csv
    LSOA11_LSOA21_lookup.csv
    IoD2025_File_7_sample.csv
    IoD2019_File_7_sample.csv
    wards.csv
    indicators.csv
    place.toml
    indicators.toml
    """
    borough = borough or sample()
    folder = Path(folder)
    shapes = {
        "LSOA_2021_sample.gpkg": borough.areas,
        "LSOA_2011_sample.geojson": borough.areas_2011,
        "WD_2024_sample.geojson": borough.wards,
    }
    tables = {
        "LSOA21_WD24_LAD24_lookup.csv": borough.lookup_wards.rename(columns=str.upper),
        "LSOA11_LSOA21_lookup.csv": borough.lookup_2011.rename(columns=str.upper),
        "IoD2025_File_7_sample.csv": _file_7(borough.deprivation, 2025),
        "IoD2019_File_7_sample.csv": _file_7(borough.deprivation_2019, 2019),
        "place/wards.csv": borough.groups,
        "indicators/indicators.csv": _whole_numbers(borough.indicators),
    }
    texts = {
        "place/place.toml": _PLACE,
        "indicators/indicators.toml": _catalogue_toml(borough.indicator_catalogue),
    }
    try:
        for name in texts:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name, areas in shapes.items():
            _write_areas(areas, folder / name)
        for name, table in tables.items():
            write_csv(table, folder / name)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8", newline="\n")
    except (OSError, DataSourceError) as problem:
        raise FileError(
            f"The sample cannot be written to {folder} ({problem}); choose a folder that you may "
            "write to."
        ) from problem
    return [folder / name for name in [*shapes, *tables, *texts]]


def _write_areas(areas: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer with ONS's upper-case names; GeoJSON in degrees, to about a millimetre."""
    upper = areas.rename(columns={c: c.upper() for c in areas if c != "geometry"})
    if path.suffix == ".geojson":
        upper.to_crs(4326).to_file(path, driver="GeoJSON", COORDINATE_PRECISION=8)
    else:
        upper.to_file(path, driver="GPKG", layer=path.stem)


def _whole_numbers(indicators: pd.DataFrame) -> pd.DataFrame:
    """Show counts without a decimal point, although some are missing."""
    return indicators.astype({"count": "Int64", "denominator": "Int64"})


def _catalogue_toml(catalogue: pd.DataFrame) -> str:
    """Write a catalogue as TOML: a table per indicator, under its id."""
    parts = ["# Indicators of the synthetic borough: what each one is.\n"]
    for facts in catalogue.to_dict("records"):
        parts.append(f"[{facts.pop('indicator_id')}]")
        # a TOML string, whole number or truth value is written as in JSON
        known = {key: value for key, value in facts.items() if pd.notna(value)}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in known.items()]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _file_7(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Lay a deprivation table out under the official headers of File 7."""
    vintage = RELEASES[year].vintage
    authority = f"Local Authority District {{}} ({_AUTHORITY_YEAR[year]})"
    official = {
        f"LSOA code (20{vintage[-2:]})": table[f"{vintage}cd"],
        f"LSOA name (20{vintage[-2:]})": table[f"{vintage}nm"],
        authority.format("code"): CODE,
        authority.format("name"): NAME,
    }
    for index, words in _OFFICIAL.items():
        rate = " (rate)" if index in {"income", "employment", "idaci", "idaopi"} else ""
        most = "(where 1 is most deprived"
        official[f"{words} Score{rate}"] = table[f"{index}_score"]
        official[f"{words} Rank {most})"] = table[f"{index}_rank"]
        decile = f"{words} Decile {most} 10% of LSOAs)"
        if (year, index) == (2025, "children_young_people"):
            decile = decile.removesuffix("As)")  # published cut short
        official[decile] = table[f"{index}_decile"]
    adults = table["population"] - table["children"]
    official |= dict(zip(_PEOPLE[year], (table["population"], table["children"]), strict=True))
    official |= {
        header: (adults * share).round().astype(int) for header, share in _ADULTS[year].items()
    }
    return pd.DataFrame(official)
