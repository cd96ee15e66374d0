"""Indicators in tidy form: a row for each area, indicator and period."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.errors import TableError, labelled, without_figures
from geo.sources.indicators.catalogue import facts_in
from geo.sources.indicators.fields import EXTRA, FIGURES, KEYS, indicator_ids, splits
from geo.sources.indicators.symbols import (
    WITHHELD,
    figures,
    refuse_half_percent,
    refuse_sign,
    stated,
)
from geo.vocabulary.measures import CONTRIBUTIONS


def from_tidy(
    raw: pd.DataFrame, fields: Mapping[str, str], areas: pd.DataFrame, where: str
) -> pd.DataFrame:
    """Table under the names of this toolkit, from columns that name area and indicator."""
    ids = indicator_ids(raw, fields)
    if (blank := ids.isna() | (ids == "")).any():
        raise TableError(
            f"{blank.sum()} of {len(raw)} rows in {where} name no indicator "
            f"({labelled(areas.loc[blank, 'area_code'])}); every row needs one, "
            "so complete these or take them out."
        )
    facts_in(raw, fields, where)
    table = areas.assign(indicator_id=ids, **splits(raw, fields))
    refuse_half_percent(raw.get(fields.get("value")), ids, areas["area_code"], where)
    return table.join(measured(raw, fields, areas["area_code"], where))


def measured(
    raw: pd.DataFrame, columns: Mapping[str, str], codes: pd.Series, where: str
) -> pd.DataFrame:
    """Figures and state of each row, from the columns that hold them."""
    out = pd.DataFrame(index=raw.index)
    nothing = pd.Series(False, index=raw.index)
    hidden = dict.fromkeys([*FIGURES, *EXTRA], nothing)
    for figure in [*FIGURES, *(extra for extra in EXTRA if extra in columns)]:
        out[figure] = np.nan
        if figure in columns:
            out[figure], hidden[figure] = figures(raw[columns[figure]], codes, where)
        if figure in ("count", "denominator", *CONTRIBUTIONS):
            refuse_sign(out[figure] < 0, raw.get(columns.get(figure)), codes, where, "negative")
    shown = out["value"].fillna(out["count"].mask(out["denominator"] == 0))
    withheld = hidden["value"] | shown.isna() & (hidden["count"] | hidden["denominator"])
    if "state" in columns:
        withheld |= stated(raw[columns["state"]], codes, where)
    if "note" in columns:
        out["note"] = raw[columns["note"]].astype("str")
        withheld |= shown.isna() & out["note"].str.contains(WITHHELD, case=False, na=False)
    states = np.select(
        [withheld, shown.isna(), shown == 0], ["suppressed", "missing", "zero"], "value"
    )
    return out.assign(state=pd.Series(states, index=raw.index, dtype="str"))


def require_unique_keys(table: pd.DataFrame, where: str, *, public: bool = False) -> None:
    """Raise if an area has two rows of one indicator, period, sex and age."""
    keys = [key for key in KEYS if key in table.columns]
    twice = table.duplicated(keys)
    if twice.any():
        named = table.loc[twice, keys].astype(object).fillna("").astype(str).agg(" ".join, axis=1)
        cells = labelled(named if public else map(without_figures, named))
        raise TableError(
            f"{twice.sum()} of {len(table)} rows in {where} repeat {', '.join(keys)} of an earlier "
            f"row ({cells}); each may stand once, so remove the duplicates."
        )
