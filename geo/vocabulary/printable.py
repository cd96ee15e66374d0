"""What may be printed of confidential indicators."""

from typing import TYPE_CHECKING

from geo.errors import TableError, examples

if TYPE_CHECKING:
    import pandas as pd


def require_suppressed(table: "pd.DataFrame", catalogue: "pd.DataFrame | None" = None) -> str:
    """Raise if confidential indicators did not pass through ``geo.suppress``; give their rule.

    Parameters
    ----------
    table : DataFrame
        Tidy indicators or comparisons. ``geo.suppress`` writes the column ``rule`` on every
        confidential row. England's own totals are published, and need no rule.
    catalogue : DataFrame, optional
        ``indicator_id`` (column or index) and ``confidential``; a column ``confidential`` of the
        table serves too.

    Returns
    -------
    str
        The rule in words; empty if nothing is confidential.

    Raises
    ------
    TableError
        If an indicator is confidential and a row of it, England's aside, carries no rule.
    """
    names: set[str] = set()
    for listed in (table, catalogue):
        if listed is not None and "confidential" in listed:
            ids = listed["indicator_id"] if "indicator_id" in listed else listed.index.to_series()
            names |= set(ids[listed["confidential"].eq(True)])
    rows = table[table["indicator_id"].isin(names) & table["area_type"].ne("england")]
    rules = rows["rule"] if "rule" in rows else rows["indicator_id"].map({})
    if rules.isna().any():
        bare = sorted(rows.loc[rules.isna(), "indicator_id"].unique())
        raise TableError(
            f"{len(bare)} {'indicators' if bare[1:] else 'indicator'} ({examples(bare)}) "
            f"{'are' if bare[1:] else 'is'} confidential, and the table does not say that small "
            "numbers were suppressed; pass it through geo.suppress (before geo.compare)."
        )
    return "; ".join(dict.fromkeys(rules.astype(str)))
