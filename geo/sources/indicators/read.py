"""Indicator files, own or from Fingertips, read as one tidy table; and what each indicator is."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.errors import FileError, TableError, labelled
from geo.notes import Notes
from geo.sources.indicators.catalogue import (
    checked,
    from_toml,
    shipped_catalogue,
    shipped_catalogues,
)
from geo.sources.indicators.file import IndicatorFile
from geo.sources.tabular import require_file
from geo.vocabulary.known_areas import KnownAreas


def read_indicators(
    path: str | Path,
    *,
    catalogue: pd.DataFrame | str | Path | None = None,
    area_type: str | None = None,
    period: str | None = None,
    lookups: pd.DataFrame | Sequence[pd.DataFrame] = (),
    notes: Notes | None = None,
) -> pd.DataFrame:
    r"""Read indicators of areas from CSV, a spreadsheet or Parquet into one tidy table.

    Three forms are known by their columns: tidy (a row for each area, indicator and period, under
    the names below or common ones such as ``Area Code``, ``LSOA21CD``, ``Numerator``, ``Time
    period``, ``Lower CI``), wide (a column for each indicator, or several named ``<id>_count``,
    ``<id>_denominator``, ``<id>_value``), and exports as downloaded: of Fingertips, Nomis, Explore
    Education Statistics and Stat-Xplore. Columns that are headed by periods become rows of each;
    where no column names the indicator, it is called as the file. In wide tables columns of area
    names, codes of larger areas and map co-ordinates are passed over.

    Parameters
    ----------
    path : str or Path
        The file. What its indicators are comes from ``catalogue``; where that is not given, from
        the same places as in :func:`read_catalogue`, if there is anything.
    catalogue : DataFrame, str or Path, optional
        As from :func:`read_catalogue`, or what that takes; it must cover every indicator. A value
        of an indicator with measure ``count`` is also its ``count``.
    area_type : str, optional
        Which areas the codes are (such as ``lsoa21``), where the file does not tell.
    period : str, optional
        The period, where neither the file nor a ``period`` in the catalogue tells.
    lookups : DataFrame or sequence of them, optional
        From ``read_lookup``: they tell of which year codes are where the file does not, and the
        codes of areas that it names (Stat-Xplore).
    notes : list of str, optional
        Takes what was settled by a rule; told as a ``GeoWarning`` where not given.

    Returns
    -------
    DataFrame
        ``area_code``, ``area_type``, ``indicator_id``, ``period``, ``sex``, ``age`` (text;
        ``"all"`` where the file does not split by sex or age), ``count``, ``denominator``,
        ``value``, ``lower_ci``, ``upper_ci`` (floats, missing as NaN) and ``state``. Then, where
        the file has them, ``area_name``, ``lower_ci_998``, ``upper_ci_998``, ``largest_1`` (the
        largest contribution of a single person to the sum or mean), ``largest_2`` and so on, and
        ``note``. Nothing is computed: where a file has counts alone, ``value`` stays empty.

    Raises
    ------
    FileError
        If the file is missing, empty, damaged or no table of indicators.
    CodeError
        If area codes are missing, of two vintages, or not of their area type.
    TableError
        If a key stands twice, an indicator has two units, a number is infinite or text, or an
        indicator is not in the catalogue that was given; if a count, proportion, rate or ratio
        is negative, a proportion above its multiplier, a count of one above its denominator, a
        value not what count, denominator and multiplier give, or a figure is a code such as -99
        or 9999; if commas are decimal points.

    Notes
    -----
    ``state`` is ``suppressed`` for ``*``, ``c``, ``[c]``, ``<5``, ``≤5``, ``1-4``, ``fewer than
    5``, ``[low]``, ``[u]`` and ``suppressed``; ``missing`` for blanks, ``[x]``, ``[z]``, ``[w]``,
    ``..``, ``:``, ``-``, ``n/a``, and where the denominator is 0; ``zero`` where the value, or
    without one the count, is 0; else ``value``. Other text among numbers is refused, and nothing
    missing or suppressed becomes 0.

    Of Fingertips, rows of inequality breakdowns (``Category Type``) are left out and rows repeated
    under another parent are kept once, with a warning. A blank with a note of suppression is
    suppressed. Area types become ``england``, ``region``, ``msoa21``, ``lsoa21``, ``utla``
    (counties and unitary authorities), ``lad24`` (districts and unitary authorities from April
    2023), and otherwise their own words. The names of MSOAs are left out, being authorities'.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "neet.csv")
    >>> _ = file.write_text("LSOA21CD,Indicator,Year,Numerator,Denominator\n"
    ...     "E01000001,neet,2024,*,50\nE01000002,neet,2024,0,40\n")
    >>> table = read_indicators(file)
    >>> table[["area_code", "area_type", "indicator_id", "count", "denominator", "state"]]
       area_code area_type indicator_id  count  denominator       state
    0  E01000001    lsoa21         neet    NaN         50.0  suppressed
    1  E01000002    lsoa21         neet    0.0         40.0        zero
    """
    file = IndicatorFile.read(path)
    known = None if catalogue is None else _given(catalogue)
    tables = [lookups] if isinstance(lookups, pd.DataFrame) else lookups
    areas = KnownAreas.listed_in(tables)
    return file.table(known, area_type=area_type, period=period, known=areas, notes=notes)


def read_catalogue(source: str | Path) -> pd.DataFrame:
    r"""Read what each indicator is: its name, group, unit, measure, polarity and source.

    Parameters
    ----------
    source : str or Path
        ``"census2021"``, ``"indices"`` or ``"iod2025_underlying"`` for the catalogues that come
        with the toolkit; a TOML file with a table for each indicator; or a file of indicators,
        whose catalogue is the first complete one of: its own columns (``Indicator Name``, ``Unit``,
        ``Polarity`` …), a file ``indicators.toml`` beside it, a catalogue of the toolkit.

    Returns
    -------
    DataFrame
        A row for each indicator: ``indicator_id``, ``name``, ``short_name`` (the name where not
        given), ``group`` (outcome or domain), ``unit``, ``multiplier``, ``measure`` (proportion,
        rate, mean, value, ratio, count), ``polarity`` (high_is_good, low_is_good, no_judgement),
        ``source``, ``licence``, ``confidential`` (True or False); then further ones such as
        ``period`` and ``note``, ``denominator`` (of whom counts are, such as ``residents 0-17``),
        ``absent`` (``zero`` where areas without a row have none, ``nobody`` where they have no
        denominator either), ``weight`` (of values alone),
        ``standardised`` (a score with mean 0, which has no figure of England), and
        ``baseline_period``, ``target`` (in its unit) and ``target_period``, all three or none.

    Raises
    ------
    FileError
        If the file is missing or no TOML.
    TableError
        If a field is missing or has a word that is not allowed, an indicator has two units, or
        an indicator of the file has no entry.

    Examples
    --------
    >>> census = read_catalogue("census2021").set_index("indicator_id")
    >>> census.loc["overcrowded_households", ["group", "unit", "polarity"]].tolist()
    ['Housing', '% of households', 'low_is_good']
    """
    if str(source) in shipped_catalogues():
        return shipped_catalogue(str(source)).copy()
    if not Path(source).suffix:
        raise FileError(
            f"No catalogue is named {source}; give {labelled(shipped_catalogues())}, or the path "
            "of a TOML file or of a file of indicators."
        )
    path = require_file(source)
    if path.suffix.lower() == ".toml":
        return from_toml(path.read_bytes(), str(path))
    return IndicatorFile.read(path).catalogue()


def _given(catalogue: pd.DataFrame | str | Path) -> pd.DataFrame:
    if not isinstance(catalogue, pd.DataFrame):
        return read_catalogue(catalogue)
    if catalogue.index.name == "indicator_id":
        catalogue = catalogue.reset_index()
    if "indicator_id" not in catalogue.columns:
        raise TableError(
            f"No column indicator_id in the catalogue, which has {labelled(catalogue.columns, 6)}; "
            "pass what read_catalogue gives."
        )
    return checked(catalogue, "the catalogue")
