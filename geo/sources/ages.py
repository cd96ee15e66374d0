"""Residents of LSOAs by single year of age, from the tables that count them so."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.sources.populations import EDITION, laid_out
from geo.sources.tabular import numbers, require_file
from geo.vocabulary.area_types import vintage_column
from geo.vocabulary.column_names import year_of_age


@dataclass(frozen=True, eq=False)
class ResidentsByAge:
    """Residents of LSOAs of one vintage, a column a year of age; the last is that age and over.

    Attributes
    ----------
    table : DataFrame
        ``lsoa<yy>cd`` and columns 0, 1, 2 …
    year : str
        Of the estimates, such as ``"mid-2020"``; empty where the file does not say.
    """

    table: pd.DataFrame
    year: str

    @property
    def last(self) -> int:
        """The oldest age, which stands for itself and over."""
        return int(self.table.columns[-1])

    def between(self, youngest: int, oldest: int | None) -> pd.Series | None:
        """Residents of an age band by LSOA code; None where the columns do not end at its ends."""
        top = self.last
        if youngest > top or (oldest is not None and oldest >= top):
            return None
        ages = range(youngest, (top if oldest is None else oldest) + 1)
        people = self.table.set_index(self.table.columns[0])
        return people[list(ages)].sum(axis=1).astype(float)


def read_residents_by_age(path: str | Path) -> ResidentsByAge | None:
    r"""Read residents by single year of age, all of them from 0 up.

    Parameters
    ----------
    path : str or Path
        CSV, Excel or Parquet with an LSOA code, a total, and columns ``0``, ``1`` … ``90+`` (or
        ``Age 0`` …).

    Returns
    -------
    ResidentsByAge or None
        None where the file has no column for each year of age.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp(), "mid-2022.csv")
    >>> _ = file.write_text("lsoa21cd,Total,0,1,2+\nE01000001,60,10,20,30\n")
    >>> found = read_residents_by_age(file)
    >>> found.between(0, 1).tolist(), found.between(1, None).tolist(), found.year
    ([30.0], [50.0], 'mid-2022')
    """
    path = require_file(path)
    _, raw = laid_out(path)
    columns = {age: header for header in raw.columns if (age := year_of_age(header)) is not None}
    if len(columns) < 2 or sorted(columns) != list(range(len(columns))):
        return None
    vintage, code = vintage_column(raw, where=str(path))
    counts: dict[Any, pd.Series] = {f"{vintage}cd": raw[code].astype("str")}
    for age in sorted(columns):
        counts[age] = numbers(raw[columns[age]], raw[code], where=str(path))
    return ResidentsByAge(pd.DataFrame(counts), raw.attrs[EDITION])
