"""What has passed disclosure control, as an object of its own type that views are given."""

from dataclasses import dataclass
from typing import Union

import pandas as pd

from geo.vocabulary.printable import require_suppressed


@dataclass(frozen=True)
class Published:
    """Indicators or comparisons that have passed disclosure control, and may be shown.

    Made by :meth:`of` alone, which refuses what has not passed.

    Attributes
    ----------
    table : DataFrame
        Tidy indicators or comparisons.
    catalogue : DataFrame or None
        What is known of the indicators.
    rule : str
        The rule of disclosure control that the confidential rows follow, in words; empty where
        nothing is confidential.

    Examples
    --------
    >>> table = pd.DataFrame({"area_code": ["a", "b"], "area_type": "town", "indicator_id": "neet",
    ...     "count": [7, 12], "confidential": True})
    >>> Published.of(table.assign(rule="counts under 5 are not shown")).rule
    'counts under 5 are not shown'
    >>> Published.of(table)
    Traceback (most recent call last):
    ...
    geo.errors.TableError: 1 indicator (neet) is confidential, and the table does not say that
    small numbers were suppressed; pass it through geo.suppress (before geo.compare).
    """

    table: pd.DataFrame
    catalogue: pd.DataFrame | None
    rule: str

    @classmethod
    def of(cls, table: pd.DataFrame, catalogue: pd.DataFrame | None = None) -> "Published":
        """Take a table that has passed disclosure control.

        Parameters
        ----------
        table : DataFrame
            ``geo.suppress`` writes the column ``rule`` on every confidential row. England's own
            totals are published, and need no rule.
        catalogue : DataFrame, optional
            ``indicator_id`` (column or index) and ``confidential``; a column ``confidential`` of
            the table serves too.

        Raises
        ------
        TableError
            If an indicator is confidential and a row of it, England's aside, carries no rule.
        """
        return cls(table, catalogue, require_suppressed(table, catalogue))

    @classmethod
    def opened(
        cls, table: Union[pd.DataFrame, "Published"], catalogue: pd.DataFrame | None
    ) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """Table and catalogue to choose rows from; those that are shown have to pass :meth:`of`."""
        if isinstance(table, Published):
            return table.table, table.catalogue if catalogue is None else catalogue
        return table, catalogue

    def showing(self, rows: pd.DataFrame) -> "Published":
        """Go on with some of the rows, or with columns that were worked out from them."""
        return Published.of(rows, self.catalogue)
