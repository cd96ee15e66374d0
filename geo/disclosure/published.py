"""What has passed disclosure control, as an object of its own type that views are given."""

from dataclasses import dataclass, field
from typing import Union

import numpy as np
import pandas as pd

from geo.errors import TableError, examples
from geo.vocabulary.indicators import SERIES, with_decimals
from geo.vocabulary.periods import in_latest

_VALUES = ("value", "value_deprived", "value_rest")


@dataclass(frozen=True, eq=False)
class Published:
    """A table that has passed disclosure control, and may be shown.

    Nothing else can be made: confidential rows that have not passed are refused.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators or comparisons, gaps, or areas with indicators joined to them.
        ``geo.suppress`` writes the column ``rule`` on every confidential row; England's own totals
        are published, and need none.
    catalogue : DataFrame, optional
        What is known of the indicators, by a column or an index ``indicator_id``. Confidential is
        what its column ``confidential``, or that of the table, says so of.

    Attributes
    ----------
    table : DataFrame
        What was given; where it has values of indicators, with the ``decimals`` of each, chosen
        before a view leaves rows out.
    rule : str
        The rule of disclosure control that the confidential rows follow, in words; empty where
        nothing is confidential.

    Raises
    ------
    TableError
        If an indicator is confidential and a row of it, England's aside, carries no rule.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["a", "b"], "area_type": "town", "indicator_id": "neet",
    ...     "count": [7, 12], "confidential": True})
    >>> Published(table.assign(rule="counts under 5 are not shown")).rule
    'counts under 5 are not shown'
    >>> Published(table)
    Traceback (most recent call last):
    ...
    geo.errors.TableError: 1 indicator (neet) is confidential, and the table does not say that
    small numbers were suppressed; pass it through geo.suppress (before geo.compare).
    """

    table: pd.DataFrame
    catalogue: pd.DataFrame | None = None
    rule: str = field(init=False)

    def __post_init__(self) -> None:
        """Find the rule, and refuse what has none; choose decimals."""
        object.__setattr__(self, "rule", _rule(self.table, self.catalogue))
        values = [name for name in _VALUES if name in self.table]
        if values and "indicator_id" in self.table:
            object.__setattr__(self, "table", with_decimals(self.table, self.catalogue, values))

    @classmethod
    def of(
        cls,
        table: Union[pd.DataFrame, "Published"],
        catalogue: pd.DataFrame | None = None,
        *,
        indicator: str | None = None,
    ) -> "Published":
        """Take what a view is given, be it a plain table or published already.

        Parameters
        ----------
        table, catalogue
            As of the class; another catalogue than that of a published table takes its place.
        indicator : str, optional
            Keep the rows of one indicator, where the table has any; the others need not have
            passed, since they are not shown.
        """
        if isinstance(table, Published):
            table, catalogue = table.table, table.catalogue if catalogue is None else catalogue
        if indicator is not None and "indicator_id" in table:
            own = table["indicator_id"] == indicator
            table = table[own] if own.any() else table
        return cls(table, catalogue)

    def showing(self, rows: pd.DataFrame) -> "Published":
        """Go on with some of the rows, or with columns that were worked out from them."""
        return Published(rows, self.catalogue)

    def in_latest(
        self, among: np.ndarray | pd.Series | None = None, *, others: bool = False
    ) -> pd.Series:
        """Tell which rows are of the latest period of their series.

        Parameters
        ----------
        among : array or Series of bool, optional
            Rows whose latest period counts, such as those of the areas that a view is about.
        others : bool
            Whether a series that none of those rows is of goes by its own latest period; else
            it has none.

        Examples
        --------
        >>> table = pd.DataFrame({"indicator_id": ["a", "a", "b"], "area_type": ["lsoa", "town",
        ...     "town"], "period": ["2023", "2024", "2024"]})
        >>> made, small = Published(table), table["area_type"] == "lsoa"
        >>> made.in_latest(small).tolist(), made.in_latest(small, others=True).tolist()
        ([True, False, False], [True, False, True])
        """
        keys = [key for key in SERIES if key in self.table]
        if among is None:
            return in_latest(self.table, keys)
        own = np.asarray(among, dtype=bool)
        if others:
            series = self.table.groupby(keys, dropna=False, sort=False).ngroup()
            own = own | ~series.isin(series[own]).to_numpy()
        return in_latest(self.table, keys, own)


def _rule(table: pd.DataFrame, catalogue: pd.DataFrame | None) -> str:
    """Give the rule of the confidential rows in words; refuse rows that need one and have none."""
    rows = table[_confidential(table, catalogue)]
    rules = rows["rule"] if "rule" in rows else pd.Series(None, rows.index, dtype="str")
    if rules.isna().any():
        bare = rows[rules.isna()]
        if "indicator_id" in rows:
            names = sorted(bare["indicator_id"].unique())
            what = f"{len(names)} {'indicators' if names[1:] else 'indicator'} ({examples(names)})"
            several = len(names) > 1
        else:
            what, several = f"{len(bare)} of {len(table)} areas", len(bare) > 1
        raise TableError(
            f"{what} {'are' if several else 'is'} confidential, and the table does not say that "
            "small numbers were suppressed; pass it through geo.suppress (before geo.compare)."
        )
    return "; ".join(dict.fromkeys(rules.astype(str)))


def _confidential(table: pd.DataFrame, catalogue: pd.DataFrame | None) -> pd.Series:
    """Tell which rows are confidential: all of an indicator of which one row says so."""
    own = pd.Series(False, table.index)
    if "confidential" in table:
        own = table["confidential"].eq(True).fillna(False).astype(bool)
    if "indicator_id" not in table:
        return own
    names = set(table.loc[own, "indicator_id"])
    if catalogue is not None and "confidential" in catalogue:
        ids = (
            catalogue["indicator_id"]
            if "indicator_id" in catalogue
            else catalogue.index.to_series()
        )
        names |= set(ids[catalogue["confidential"].eq(True).fillna(False)])
    hidden = table["indicator_id"].isin(names)
    return hidden & table["area_type"].ne("england") if "area_type" in table else hidden
