"""What stands in ``place.toml`` besides the levels: words, and the codes of authorities."""

import re
from pathlib import Path
from typing import Any

from geo.errors import PlaceError


def require_words(entries: dict[str, Any], definition: Path) -> None:
    """Raise if the name is lacking, or what is optional is not as it must be."""
    if not isinstance(entries.get("name"), str):
        raise PlaceError(f'{definition} lacks name = "…"; add it.')
    if not re.fullmatch(r"(E12\d{6})?", str(entries.get("region", ""))):
        raise PlaceError(
            f"{definition} has region {entries['region']!r}; write the code of a region of "
            "England, such as E12000002."
        )
    if not isinstance(entries.get("part", False), bool):
        raise PlaceError(f"{definition} has part {entries['part']!r}; write part = true, or none.")
    kind = entries.get("kind", "area")
    if not (isinstance(kind, str) and re.fullmatch(r"[a-z][a-z -]*", kind)):
        raise PlaceError(
            f"{definition} has kind {kind!r}; write what the whole place is called, in small "
            "letters, such as city region."
        )


def codes_of(entries: dict[str, Any], definition: Path) -> tuple[str, ...]:
    """Give the codes of the authorities, from ``code`` or ``codes``; raise if they are none."""
    if "code" in entries and "codes" in entries:
        raise PlaceError(f"{definition} has both code and codes; write one of them.")
    if "codes" not in entries and not isinstance(entries.get("code"), str):
        raise PlaceError(f'{definition} lacks code = "…", or codes = ["…", "…"]; add it.')
    given = entries.get("codes", [entries.get("code")])
    listed = given if isinstance(given, list) and given else [given]
    for code in listed:
        if not re.fullmatch(r"E\d{8}", str(code)):
            raise PlaceError(
                f"{definition} has {'codes' if 'codes' in entries else 'code'} {code!r}; write the "
                "code of an English authority, such as E06000049, or of several a list of them."
            )
    if len(set(listed)) < len(listed):
        twice = [code for code in listed if listed.count(code) > 1]
        raise PlaceError(f"{definition} names {twice[0]} twice in codes; write each once.")
    return tuple(listed)
