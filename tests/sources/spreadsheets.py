"""Small spreadsheets of other kinds than Excel's, written byte by byte."""

import struct
import zipfile
from xml.sax.saxutils import escape

_SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


def write_ods(path, sheets, *, hidden=(), blank_below=1_000_000, comment=""):
    """Write sheets as LibreOffice does, blank rows and columns to the end of each and all."""
    note = f"<office:annotation><text:p>{comment}</text:p></office:annotation>" if comment else ""
    tables = []
    for title, rows in sheets.items():
        lines = "".join(
            f"<table:table-row>{''.join(_ods_cell(cell, note) for cell in row)}"
            f'<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            for row in rows
        )
        style = ' table:style-name="off"' if title in hidden else ""
        tables.append(
            f'<table:table table:name="{title}"{style}>{lines}<table:table-row '
            f'table:number-rows-repeated="{blank_below}"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row></table:table>'
        )
    content = (
        f'<?xml version="1.0"?><office:document-content{_SPACES}><office:automatic-styles>'
        '<style:style style:name="off"><style:table-properties table:display="false"/>'
        "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
        f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


def _ods_cell(value, note):
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str) and value.endswith("%"):
        number = float(value[:-1]) / 100
        kind = f'office:value-type="percentage" office:value="{number}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return (
        f"<table:table-cell {kind}>{note}<text:p>{escape(str(value))}</text:p></table:table-cell>"
    )


def write_xls(path, sheets, *, hidden=(), number_format="General", colour=0x7FFF):
    """Write sheets as Excel 5 did: labels, numbers in a format, and numbers in the format 0.0%."""
    formats = [_record(0x041E, struct.pack("<HB", at, len(words)) + words)
               for at, words in enumerate([number_format.encode(), b"0.0%"])]  # fmt: skip
    styles = [_record(0x00E0, struct.pack("<HHHHHHHH", 0, at, 0, 0, 0, 0, 0, 0)) for at in (0, 1)]
    bodies = [_xls_sheet(rows) for rows in sheets.values()]
    begin = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0))
    code = _record(0x0042, struct.pack("<H", 1252))
    font = _record(
        0x0031, struct.pack("<HHHHHBBBB", 200, 0, colour, 400, 0, 0, 0, 0, 0) + b"\x05Arial"
    )
    end = _record(0x000A, b"")
    names = [title.encode("cp1252") for title in sheets]
    listed = sum(4 + 7 + len(name) for name in names)
    above = begin + code + font * 5 + b"".join(formats) + b"".join(styles)
    offset = len(above) + listed + len(end)
    entries = b""
    for title, name, body in zip(sheets, names, bodies, strict=True):
        state = int(title in hidden)
        entries += _record(0x0085, struct.pack("<IBBB", offset, state, 0, len(name)) + name)
        offset += len(body)
    path.write_bytes(above + entries + end + b"".join(bodies))


def _record(kind, content):
    return struct.pack("<HH", kind, len(content)) + content


def _xls_sheet(rows):
    out = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str) and not value.endswith("%"):
                words = value.encode("cp1252")
                out += _record(0x0204, struct.pack("<HHHH", y, x, 0, len(words)) + words)
                continue
            percent = isinstance(value, str)
            number = float(value[:-1]) / 100 if percent else float(value)
            out += _record(0x0203, struct.pack("<HHHd", y, x, int(percent), number))
    return out + _record(0x000A, b"")
