"""The Tartan Rug as a workbook: coloured sheets, and ONS's accessible tables of what is in them."""

import datetime
import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import TableError
from geo.views.rug.layout import ARROWS, RugLayout
from geo.views.rug.long_table import write_long_table
from geo.views.style.palette import INK, RULE, ClassStyle
from geo.vocabulary.spreadsheets import safe_cells, safe_text

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # gptables 2.0 leaves its theme file open
    import gptables  # type: ignore[import-untyped]

_PATTERNS = {"diagonal": (14, "#a3a6a9"), "dots": (17, "#8f9498")}
_LONGEST_NAME, _COVER_WIDTH, _LONG = 31, 150, 50
_A4, _A3, _AREAS_ON_A4 = 9, 8, 14
_DEFINITIONS = {
    "name": "Indicator",
    "group": "Group",
    "unit": "Unit",
    "period": "Period",
    "polarity": "Judgement",
    "measure": "Measure",
    "basis": "Counts are",
    "source": "Source",
    "licence": "Licence",
}
_METHODS = {
    "proportion": "Proportion with Wilson 95% interval",
    "rate": "Rate with Byar or exact Poisson 95% interval",
    "mean": "Mean with Student's t 95% interval where known",
}


def write_workbook(rugs: Sequence[RugLayout], path: Path) -> None:
    """Write rugs as sheets of one workbook, the first of them open, with data and definitions.

    Parameters
    ----------
    rugs : sequence of RugLayout
        Such as the rug by collaborative, by ward and by LSOA.
    path : Path
        Where to write; the file is replaced when it is whole.
    """
    first = rugs[0]
    names = [f"Rug by {rug.words.singular}"[:_LONGEST_NAME] for rug in rugs]
    if len(set(names)) < len(names):
        raise TableError("Two rugs in one workbook have the same areas; give each its own file.")
    notes = _notes(rugs)
    tables = {"Key": _key(rugs, notes), "Definitions": _definitions(rugs)}
    for number, rug in enumerate(rugs, 1):
        tables[f"Data {number}"] = _data(rug, f"data_{number}")
    memory = io.BytesIO()
    book = _tables(memory, tables, _cover(rugs, names), notes)
    today = datetime.datetime.combine(datetime.date.today(), datetime.time())  # the hour is noise
    book.set_properties({"title": first.title, "comments": first.subtitle, "created": today})
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
    for name, rug in zip(names, rugs, strict=True):
        _RugSheet(book, name, rug).write()
    book.get_worksheet_by_name(names[0]).activate()
    book.close()
    path.write_bytes(memory.getvalue())


def _tables(
    memory: io.BytesIO,
    tables: dict[str, gptables.GPTable],
    cover: gptables.Cover,
    notes: pd.DataFrame,
) -> Any:
    """Let gptables lay out its sheets; the workbook stays open for more."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = gptables.GPWorkbook(memory, options)
    book.add_worksheet("Cover").write_cover(cover)
    sheets = {"Contents": book.make_table_of_contents(tables), "Notes": _notes_sheet(notes)}
    for label, table in (sheets | tables).items():
        sheet = book.add_worksheet(label)
        if len(table.table) > _LONG:
            write_long_table(book, sheet, table)
            continue
        with warnings.catch_warnings():
            # gptables 2.0 sorts in place, which pandas 3.1 speaks against
            warnings.filterwarnings("ignore", category=DeprecationWarning, module="gptables")
            sheet.write_gptable(table, True, notes["Note number"].tolist())
    return book


def _accepted(table: pd.DataFrame) -> pd.DataFrame:
    """Make cells safe for gptables: rows numbered anew, as it demands, and no bare symbols.

    It takes names in other scripts for symbols, which are therefore marked as names.
    """
    cells = safe_cells(table.reset_index(drop=True))
    return cells.apply(lambda column: column.map({x: _named(x) for x in column.unique()}.get))


def _named(cell: Any) -> Any:
    bare = isinstance(cell, str) and not re.search("[a-zA-Z0-9]", cell)
    return f"{cell} (name)".strip() if bare else cell


def _cover(rugs: Sequence[RugLayout], names: Sequence[str]) -> gptables.Cover:
    first = rugs[0]
    sheets = [f"The coloured table is on the sheet “{name}”." for name in names]
    about = [*first.notices, *(line for rug in rugs for line in rug.remarks), *first.sources]
    return gptables.Cover(
        title=safe_text(first.title),
        intro=[safe_text(line) for line in (f"{first.subtitle}.", *sheets)],
        about=[safe_text(line) for line in dict.fromkeys(about)],
        width=_COVER_WIDTH,
    )


def _notes(rugs: Sequence[RugLayout]) -> pd.DataFrame:
    """List what a reader must know of the numbers, and the symbols in the tables of data."""
    lines = [
        "[c] stands for a number that is not shown, because it is small or would reveal one.",
        "[z] stands where a number does not apply or is not shared.",
        *(line for rug in rugs for line in (*rug.notices, *rug.remarks)),
    ]
    notes = pd.DataFrame({"Note text": list(dict.fromkeys(lines))})
    notes.insert(0, "Note number", [f"note_{at}" for at in range(len(notes))])
    return safe_cells(notes)


def _notes_sheet(notes: pd.DataFrame) -> gptables.GPTable:
    return gptables.GPTable(
        table=notes.assign(**{"Note number": range(1, len(notes) + 1)}),
        table_name="notes_table",
        title="Notes",
        instructions="This worksheet contains one table.",
        index_columns={},
    )


def _key(rugs: Sequence[RugLayout], notes: pd.DataFrame) -> gptables.GPTable:
    """List the classes, with how many cells of each rug have them; refer to the notes."""
    marks = "".join(f"$${name}$$" for name in notes["Note number"])
    styles = {name: style for name, style in rugs[0].styles.items() if name != "benchmark"}
    table = pd.DataFrame(
        {"Meaning": [f"{style.symbol} {style.label}".strip() for style in styles.values()]}
    )
    for rug in rugs:
        counts = rug.cells.counts("shown")
        table[f"Cells by {rug.words.singular}"] = [counts.get(name, 0) for name in styles]
    return gptables.GPTable(
        table=_accepted(table),
        table_name="key",
        title=f"Key to symbols, and number of cells {marks}",
        instructions="One row is one class of cells; areas of reference are not counted.",
        source=safe_text(" ".join(rugs[0].sources) or "not stated"),
        index_columns={},
    )


def _definitions(rugs: Sequence[RugLayout]) -> gptables.GPTable:
    facts = pd.concat([rug.cells.indicators for rug in rugs], ignore_index=True)
    table = facts[list(_DEFINITIONS)].rename(columns=_DEFINITIONS).drop_duplicates()
    table["Judgement"] = table["Judgement"].str.replace("_", " ")
    table["Measure"] = table["Measure"].map(lambda kind: _METHODS.get(kind, kind))
    table = table.rename(columns={"Measure": "Method"}).replace("", "not stated")
    return gptables.GPTable(
        table=_accepted(table),
        table_name="definitions",
        title="Definitions of the indicators",
        instructions="One row is one indicator, whatever the sexes and ages it is shown by.",
        source=safe_text(" ".join(rugs[0].sources) or "not stated"),
        index_columns={},
    )


def _data(rug: RugLayout, name: str) -> gptables.GPTable:
    said_elsewhere = ["source", "licence", "disclosure_rule", "benchmark", "symbol"]
    table = rug.data.drop(columns=said_elsewhere).astype(object)
    empty = table.isna() | (table == "")
    hidden = (table["state"] == "suppressed").to_numpy()[:, None]
    table = table.mask(empty & hidden, "[c]").mask(empty & ~hidden, "[z]")
    return gptables.GPTable(
        table=_accepted(table),
        table_name=name,
        title=safe_text(f"Every cell by {rug.words.singular}: {rug.title}"),
        instructions=safe_text(f"One row is one cell. Compared with {rug.benchmark}."),
        source=safe_text(" ".join(rug.sources) or "not stated"),
        index_columns={},
    )


class _RugSheet:
    """One coloured sheet: words, key, header and rows, from the top down."""

    def __init__(self, book: Any, name: str, rug: RugLayout) -> None:
        self.book, self.rug = book, rug
        self.sheet = book.add_worksheet(name, gridlines="hide_all")
        self.base = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
        self.formats: dict[tuple[str, int, str, str], Any] = {}

    def write(self) -> None:
        areas, facts = self.rug.cells.areas, self.rug.cells.indicators
        top = self._words()
        self._key(top)
        head = self._format(bold=True, text_wrap=True, bottom=2, valign="bottom")
        quiet = self._format(font_color="#505a5f")
        for column, text in enumerate(["Indicator", "Unit", "Period"]):
            self._put(top + 2, column, text, head)
        before = areas["group"].shift()
        for at, name in enumerate(areas["name"], 3):
            if areas["group"].iat[at - 3] != before.iat[at - 3]:
                self._put(top + 1, at, areas["group"].iat[at - 3], quiet)
            self._put(top + 2, at, name, head)
        self.sheet.set_row(top + 2, 42)
        self.sheet.freeze_panes(top + 3, 3)
        self.sheet.repeat_rows(top + 1, top + 2)
        self.sheet.set_column(0, 0, 34)
        self.sheet.set_column(1, 1, 24)
        self.sheet.set_column(2, 2, 15)
        self.sheet.set_column(3, 2 + max(len(areas), len(self.rug.styles)), 13)
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4 if len(areas) <= _AREAS_ON_A4 else _A3)
        self.sheet.fit_to_pages(1, 0)
        bottom = self._rows(top + 3, facts)
        for at, line in enumerate([*self.rug.remarks, *self.rug.sources], bottom + 1):
            self._put(at, 0, line, self._format())

    def _words(self) -> int:
        """Title, notices and subtitle, in as few rows as stay in view above the table."""
        self._put(0, 0, self.rug.title, self._format(bold=True, font_size=15))
        self._put(1, 0, f"{self.rug.subtitle}.", self._format(font_color="#505a5f"))
        if not self.rug.notices:
            return 2
        self._put(2, 0, " ".join(self.rug.notices), self._format(bold=True))
        return 3

    def _key(self, row: int) -> None:
        """Key across the sheet, since what stands above the table stays in view."""
        counts = self.rug.cells.counts("shown")
        self._put(
            row, 0, f"Key, and number of cells ({self.rug.words.plural})", self._format(bold=True)
        )
        shown = [pair for pair in self.rug.styles.items() if pair[0] != "benchmark"]
        for at, (name, style) in enumerate(shown, 3):
            words = f"{style.symbol} {style.label}: {counts.get(name, 0):,}".strip()
            look = self._look(style) | {"text_wrap": True, "align": "left", "font_size": 9}
            self._put(row, at, words, self._format(**look))
        if (self.rug.cells.cells["trend"] != "").any():
            words = f"{' '.join(ARROWS.values())} trend over five points: up, down, no change"
            look = self._format(text_wrap=True, font_size=9, border=1, border_color=RULE)
            self._put(row, 3 + len(shown), words, look)
        self.sheet.set_row(row, 38)

    def _rows(self, top: int, facts: pd.DataFrame) -> int:
        cells, styles = self.rug.cells, self.rug.styles
        shown, text, value, trend = map(cells.grid, ("shown", "text", "value", "trend"))
        group = None
        plain = self._format(text_wrap=True)
        for row, fact in enumerate(facts.to_dict("records")):
            if fact["group"] != group:
                group = fact["group"]
                self._put(top, 0, group, self._format(bold=True, font_size=11, bottom=1))
                top += 1
            for column, name in enumerate(("label", "unit", "period")):
                self._put(top, column, str(fact[name]), plain)
            for at, name in enumerate(shown[row], 3):
                arrow = ARROWS.get(trend[row, at - 3], "")
                look = self._of(name, styles[name], fact["decimals"], arrow, text[row, at - 3][:1])
                if pd.isna(value[row, at - 3]):
                    self.sheet.write_string(top, at, text[row, at - 3], look)
                else:
                    self.sheet.write_number(top, at, float(value[row, at - 3]), look)
            top += 1
        return top

    def _put(self, row: int, column: int, text: str, look: Any) -> None:
        self.sheet.write_string(row, column, safe_text(text), look)

    def _format(self, **look: Any) -> Any:
        return self.book.add_format(self.base | look)

    def _of(self, name: str, style: ClassStyle, decimals: int, arrow: str, first: str) -> Any:
        """Format of a class: fill, pattern, border; symbol, sign and arrow are part of the number.

        The first character of the text tells whether a sum is a least one or a number has a sign.
        """
        first = first if first in "≥+−" else ""
        if (key := (name, decimals, arrow, first)) not in self.formats:
            mark = "" if style.symbol.startswith("[") or not style.symbol else f'"{style.symbol} "'
            mark += '"≥"' if first == "≥" else ""
            digits = "#,##0" + ("." + "0" * decimals if decimals else "")
            after = f'" {arrow}"' if arrow else ""
            above = "+" if first == "+" else ""
            number = f"{mark}{above}{digits}{after};{mark}-{digits}{after};{mark}0{after}"
            look = self._format(**self._look(style), num_format=number)
            self.formats[key] = look
        return self.formats[key]

    def _look(self, style: ClassStyle) -> dict[str, Any]:
        """Fill, pattern, border and ink of a class; Excel draws patterns in the foreground."""
        pattern, ink = _PATTERNS.get(style.pattern, (1, style.fill))
        framed = style.pattern == "border"
        return {
            "font_color": style.text,
            "align": "right",
            "border": 2 if framed else 1,
            "border_color": INK if framed else RULE,
            "pattern": pattern,
            "bg_color": style.fill,
            "fg_color": ink,
        }
