"""Street crime: the files of some police forces, taken out of an archive of 1.7 GB by parts."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from geo.errors import FileError
from geo.sources.download.web import Web

MONTHS = 12
_BUFFER = 1_000_000
_MEMBER = re.compile(r"(?:.*/)?(\d{4}-\d{2})-(.+)-street\.csv")
_OWN_NAMES = {"metropolitan-police": "metropolitan", "london-city-of": "city-of-london"}
_ASB = "Anti-social behaviour"
_CATALOGUE = {
    "group": "Crime",
    "unit": "incidents",
    "multiplier": 1,
    "measure": "count",
    "polarity": "low_is_good",
    "source": "data.police.uk",
    "licence": "Open Government Licence v3.0",
    "confidential": False,
}


def force_slug(name: str) -> str:
    """Put the name of a police force area into the form of the archive.

    Examples
    --------
    >>> force_slug("Devon & Cornwall"), force_slug("Metropolitan Police")
    ('devon-and-cornwall', 'metropolitan')
    """
    plain = re.sub(r"[^a-z]+", "-", name.lower().replace("&", "and")).strip("-")
    return _OWN_NAMES.get(plain, plain)


def counts(
    web: Web,
    url: str,
    forces: Sequence[str],
    codes: Mapping[str, Collection[str]],
    on_files: Callable[[int, int], None] = lambda _done, _total: None,
) -> pd.DataFrame:
    """Count crimes and anti-social behaviour of the last twelve months by LSOA.

    Parameters
    ----------
    web : Web
        The client to ask with.
    url : str
        Address of the archive.
    forces : sequence of str
        Names of the police force areas, such as ``["Cheshire"]``.
    codes : mapping
        Codes of the place's LSOAs by vintage (``"lsoa11"``, ``"lsoa21"``).

    Returns
    -------
    DataFrame
        Tidy indicators with what each of them is; an LSOA where nothing was reported has 0.

    Raises
    ------
    FileError
        If the archive is damaged or lacks a month of a force.
    """
    slugs = [force_slug(force) for force in forces]
    kept: dict[str, list[pd.Series]] = {"LSOA code": [], "Crime type": []}
    try:
        with zipfile.ZipFile(io.BufferedReader(_Remote(web, url), _BUFFER)) as archive:
            members = {
                (found[1], found[2]): name
                for name in archive.namelist()
                if (found := _MEMBER.fullmatch(name))
            }
            months = sorted({month for month, _ in members})[-MONTHS:]
            wanted = [(month, slug) for slug in slugs for month in months]
            for slug in slugs:
                _require_months(months, slug, members)
            for done, one in enumerate(wanted, 1):
                with archive.open(members[one]) as file:
                    rows = pd.read_csv(file, usecols=list(kept))
                for column in kept:
                    kept[column].append(rows[column])
                on_files(done, len(wanted))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as problem:
        raise FileError(
            f"The archive of data.police.uk cannot be read ({problem}); try later."
        ) from problem
    rows = pd.DataFrame({column: pd.concat(parts) for column, parts in kept.items()})
    return _tidy(rows, codes, f"{months[0]} to {months[-1]}")


def _require_months(months: list[str], slug: str, members: Mapping[tuple[str, str], str]) -> None:
    lacking = MONTHS - sum((month, slug) in members for month in months)
    if lacking:
        raise FileError(
            f"The archive of data.police.uk has no file of {slug} for {lacking} of the last "
            f"{MONTHS} months, so that a year cannot be counted; leave --with crime out for now."
        )


def _tidy(rows: pd.DataFrame, codes: Mapping[str, Collection[str]], period: str) -> pd.DataFrame:
    seen = set(rows["LSOA code"].dropna())
    older = set(codes["lsoa11"]) - set(codes["lsoa21"])
    newer = set(codes["lsoa21"]) - set(codes["lsoa11"])
    vintage = "lsoa11" if len(seen & older) > len(seen & newer) else "lsoa21"
    asb = rows["Crime type"].eq(_ASB)
    tables = [
        rows.loc[chosen, "LSOA code"]
        .value_counts()
        .reindex(list(codes[vintage]), fill_value=0)
        .rename_axis("area_code")
        .reset_index(name="count")
        .assign(area_type=vintage, indicator_id=name, period=period, name=words, **_CATALOGUE)
        for name, words, chosen in (
            ("crimes_recorded", "Street-level crimes recorded", ~asb),
            ("anti_social_behaviour", "Anti-social behaviour incidents", asb),
        )
    ]
    return pd.concat(tables, ignore_index=True)


class _Remote(io.RawIOBase):
    """A file on a server that is read in parts."""

    def __init__(self, web: Web, url: str) -> None:
        super().__init__()
        self._web, self._url, self._at = web, url, 0
        self._size = web.size(url)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        stop = min(self._at + len(buffer), self._size)
        if stop <= self._at:
            return 0
        found = self._web.part(self._url, self._at, stop)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
