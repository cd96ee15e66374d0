"""A file of indicators, read once: its table, and what its indicators are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from geo.errors import CodeError, TableError, labelled
from geo.notes import Notes, note
from geo.sources.indicators import statxplore
from geo.sources.indicators.areas import areas_of, with_codes_of_names
from geo.sources.indicators.catalogue import (
    NEEDED,
    checked,
    covering,
    facts_in,
    from_toml,
    shipped_catalogue,
    shipped_catalogues,
)
from geo.sources.indicators.exports import (
    NO_INDICATORS,
    has_periods,
    is_crimes,
    is_export,
    laid_out,
)
from geo.sources.indicators.fields import (
    COLUMNS,
    EXTRA,
    FIELD_OF,
    KEYS,
    age_of_date,
    fields_of,
    indicator_ids,
)
from geo.sources.indicators.fingertips import (
    entries_beside,
    newest_areas,
    without_breakdowns,
    without_repeats,
)
from geo.sources.indicators.plausible import require_plausible
from geo.sources.indicators.tidy import from_tidy, require_unique_keys
from geo.sources.indicators.wide import from_wide, wide_parts
from geo.sources.surroundings import REPAIRED
from geo.sources.tabular import read_headers, read_rows, read_table, require_file
from geo.sources.workbooks import Sheet
from geo.vocabulary.area_types import code_columns
from geo.vocabulary.column_names import folded
from geo.vocabulary.known_areas import KnownAreas
from geo.vocabulary.periods import parse
from geo.vocabulary.spellings import one_spelling, require_no_other_spelling, without_case

_FINGERTIPS = {"Indicator ID", "Area Code", "Area Type", "Category Type", "Value note"}


@dataclass(frozen=True)
class IndicatorFile:
    """The cells of a file, and the form in which they hold indicators.

    Attributes
    ----------
    path : Path
    raw : DataFrame
        Under the headers of the file, without blank rows.
    form : {"tidy", "wide", "fingertips"}
    """

    path: Path
    raw: pd.DataFrame
    form: str

    @classmethod
    def read(cls, path: str | Path) -> "IndicatorFile":
        """Read a file whole, once.

        Raises
        ------
        GeoError
            If it is missing, damaged or no table of indicators.
        """
        path = require_file(path)
        headers = read_headers(path, _has_form)
        if is_crimes(headers):
            raise TableError(f"{path} {NO_INDICATORS}")
        if statxplore.is_export(headers):
            raw = statxplore.laid_out(read_rows(path, statxplore.is_export), path)
        else:
            raw = laid_out(read_table(path, _has_form, sheets_are=_periods), path)
        form = form_of(list(raw.columns))
        if form is None:
            known = {FIELD_OF.get(folded(header)) for header in raw.columns}
            if "area_code" in known or code_columns(raw.columns):
                raise TableError(
                    f"{path} names indicators but has no column count or value (columns: "
                    f"{labelled(raw.columns, 6)}); add one, or give each indicator its own column."
                )
            raise CodeError(
                f"No column of area codes in {path}, which has the columns "
                f"{labelled(raw.columns, 6)}; name one area_code, or by its areas, such as "
                "lsoa21cd."
            )
        return cls(path, raw, form)

    @cached_property
    def _fields(self) -> dict[str, str]:
        only = KEYS if self.form == "wide" else None
        return fields_of(self.raw.columns, str(self.path), only)

    def table(
        self,
        catalogue: pd.DataFrame | None = None,
        *,
        area_type: str | None = None,
        period: str | None = None,
        known: KnownAreas = KnownAreas(),  # noqa: B008
        notes: Notes | None = None,
    ) -> pd.DataFrame:
        """Give the tidy table; parameters and errors are those of ``read_indicators``.

        ``known`` are the areas that its ``lookups`` list.
        """
        raw, fields, where = self.raw, self._fields, str(self.path)
        for words in raw.attrs[REPAIRED]:
            note(notes, words)
        fingertips, wide = self.form == "fingertips", self.form == "wide"
        if fingertips:
            raw = without_breakdowns(raw, self.path, notes)
        raw = with_codes_of_names(raw, fields, known, where, notes)
        areas = areas_of(
            raw, fields, where, area_type, lenient=fingertips, known=known, notes=notes
        )
        table = (from_wide if wide else from_tidy)(raw, fields, areas, where)
        ids = {"indicator_id": without_case(table["indicator_id"])}
        table = _spelt_alike(table, ids, where, notes)
        ids = table["indicator_id"].unique()
        if catalogue is None:
            entries = self._catalogue_of(raw, ids)
        else:
            entries = covering(catalogue, ids, "The catalogue")
        table = _with_period(_counted(table, entries), entries, period, where)
        table = _with_ages_of_dates(table, where, notes)
        table = _spelt_alike(table, one_spelling(table), where, notes)
        if fingertips:
            table = newest_areas(table, raw[fields["area_type"]], self.path, notes)
            table = without_repeats(table, self.path, notes)
        require_unique_keys(table, where, public=fingertips)
        require_plausible(table, entries, where, weighted=fingertips)
        kept = [c for c in ("area_name", *EXTRA, "note") if c in table.columns]
        return table[[*COLUMNS, *kept]]

    def catalogue(self) -> pd.DataFrame:
        """Give what its indicators are, as ``read_catalogue`` does."""
        if self.form == "wide":
            ids = pd.Index(wide_parts(self.raw.columns))
        else:
            ids = pd.Index(indicator_ids(self.raw, self._fields).unique())
        found = self._catalogue_of(self.raw, ids)
        if found is None:
            lacking = [field for field in NEEDED if field not in self._fields]
            raise TableError(
                f"{self.path} does not tell what its indicators are (no columns "
                f"{labelled(lacking, 9)}); put a file indicators.toml beside it with an entry for "
                "each indicator."
            )
        ids = without_case(ids.to_series()).unique()
        return covering(found, ids, f"The catalogue of {self.path}")

    def _catalogue_of(self, raw: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame | None:
        """First complete one: the file's columns, TOML or Fingertips beside it, the toolkit's."""
        if set(NEEDED) - {"name"} <= set(self._fields):
            return checked(facts_in(raw, self._fields, str(self.path)), str(self.path))
        beside = self.path.parent / "indicators.toml"
        if beside.exists():
            return from_toml(beside.read_bytes(), str(beside))
        if self.form == "fingertips" and (told := entries_beside(self.path, raw)) is not None:
            return checked(told, f"What Fingertips says of {self.path}")
        shipped = map(shipped_catalogue, shipped_catalogues())
        return next((one for one in shipped if set(ids) <= set(one["indicator_id"])), None)


def _periods(sheets: Sequence[Sheet]) -> str:
    """Name the column for the titles of sheets: each is a period, and no column tells it."""
    told = any(FIELD_OF.get(folded(header)) == "period" for header in sheets[0].headers)
    return "" if told or not all(parse(one.title) for one in sheets) else "period"


def _has_form(headers: Sequence[str]) -> bool:
    return form_of(headers) is not None


def form_of(headers: Sequence[str]) -> str | None:
    """Tell which form of indicator table has these headers: fingertips, tidy, wide or None.

    Any table with area codes and another column could be wide, so that a folder of mixed files
    is told apart only by the first two.
    """
    if set(headers) >= _FINGERTIPS:
        return "fingertips"
    if is_export(headers) or statxplore.is_export(headers):
        return "tidy"
    known = {FIELD_OF.get(folded(header)) for header in headers}
    if "area_code" not in known and not code_columns(headers):
        return None
    if "indicator_id" in known or "indicatorname" in map(folded, headers):
        return "tidy" if known & {"value", "count"} or has_periods(headers) else None
    return "wide" if len(headers) > 1 else None


def is_indicators(headers: Sequence[str]) -> bool:
    """Tell whether a table with these headers surely holds indicators, whatever its file is called.

    A wide table does only where a catalogue of the toolkit knows all its columns.
    """
    form = form_of(headers)
    if form != "wide":
        return form is not None
    if is_crimes(headers):
        return False
    ids = set(wide_parts(headers))
    known = [set(shipped_catalogue(name)["indicator_id"]) for name in shipped_catalogues()]
    return bool(ids) and any(ids <= one for one in known)


def _counted(table: pd.DataFrame, entries: pd.DataFrame | None) -> pd.DataFrame:
    """Take the values of indicators that count something as counts, so that they can be summed."""
    if entries is None:
        return table
    counts = entries.loc[entries["measure"] == "count", "indicator_id"]
    rows = table["indicator_id"].isin(counts) & table["count"].isna()
    return table.assign(count=table["count"].where(~rows, table["value"]))


def _with_period(
    table: pd.DataFrame, entries: pd.DataFrame | None, period: str | None, where: str
) -> pd.DataFrame:
    if table["period"].isna().all():
        known = pd.Series(dtype="str")
        if entries is not None and "period" in entries.columns:
            known = entries.set_index("indicator_id")["period"]
        found = table["indicator_id"].map(known).astype("str") if period is None else str(period)
        table = table.assign(period=pd.Series(found, index=table.index, dtype="str"))
    if (blank := table["period"].isna()).any():
        raise TableError(
            f"{blank.sum()} of {len(table)} rows in {where} have no period "
            f"({labelled(table.loc[blank, 'area_code'])}); add a column period or an entry "
            "period to the catalogue, or in Python pass period= if all figures are of one."
        )
    _require_dates(table, where)
    return table


def _require_dates(table: pd.DataFrame, where: str) -> None:
    """Raise for dates shown as numbers, and for dates of which the month stands first."""
    for form, what, do in (
        (r"[345]\d{4}(\.0)?", "a number", "show the column as dates in the spreadsheet"),
        (r"\d\d?[/.](1[3-9]|2\d|3[01])[/.](19|20)\d\d", "a date with the month first",
         "write dates as 2024-04-13, those of the same column too"),
    ):  # fmt: skip
        found = [one for one in table["period"].unique() if re.fullmatch(form, str(one))]
        if found:
            wrong = table["period"].isin(found)
            raise TableError(
                f"{wrong.sum()} of {len(table)} rows in {where} have {what} as period "
                f"({labelled(table.loc[wrong, 'area_code'])}); {do}, and save it again."
            )


def _with_ages_of_dates(table: pd.DataFrame, where: str, notes: Notes | None) -> pd.DataFrame:
    """Give back the ages of which a spreadsheet made dates, and note it."""
    ages = {label: age for label in table["age"].unique() if (age := age_of_date(str(label)))}
    if ages:
        rows = table["age"].isin(ages)
        note(
            notes,
            f"{rows.sum()} of {len(table)} figures in {where} have the age {labelled(ages)}, as "
            f"spreadsheets write {labelled(ages.values())} when they take it for a date, and are "
            "read so.",
        )
    return table.assign(age=table["age"].replace(ages)) if ages else table


def _spelt_alike(
    table: pd.DataFrame, changed: Mapping[str, pd.Series], where: str, notes: Notes | None
) -> pd.DataFrame:
    """Give labels that mean the same the spelling of most rows, and note it."""
    changed = {over: spelt for over, spelt in changed.items() if not spelt.equals(table[over])}
    if not changed:
        return table
    alike = table.assign(**changed)
    require_no_other_spelling(table, alike, KEYS, where)
    for over, spelt in changed.items():
        pairs = pd.DataFrame({"other": table[over], "kept": spelt}).drop_duplicates()
        pairs = pairs[pairs["other"] != pairs["kept"]]
        note(
            notes,
            f"{(table[over] != spelt).sum()} of {len(table)} figures in {where} have the {over} "
            f"{labelled(pairs['other'])}, which is read as {labelled(pairs['kept'].unique())}, as "
            f"most rows {'' if over == 'indicator_id' else 'of the indicator '}have it.",
        )
    return alike
