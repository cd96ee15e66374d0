"""The attacker that checks what is about to be published."""

import numpy as np
import pandas as pd

from geo.disclosure.attack import slack
from geo.disclosure.optimise import Secrets
from geo.disclosure.printed_numbers import value_columns
from geo.disclosure.requirements import require_separate_periods
from geo.disclosure.rules import Rule
from geo.disclosure.sums import Lattice, lattice
from geo.disclosure.suppress import KEYS, RECOVERED, confidential_rows
from geo.disclosure.table import Known, as_printed, denominators_as_printed, known_from
from geo.errors import TableError


def audit_disclosure(
    published: pd.DataFrame,
    hierarchy: pd.DataFrame,
    *,
    rule: Rule | None = None,
    decimals: int | None = None,
    catalogue: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Attack a table as printed, and list the hidden counts that come too close.

    Parameters
    ----------
    published : DataFrame
        Everything that is printed, as for :func:`suppress`; rows of state ``suppressed`` are
        hidden, whatever else of them the table still holds is used.
    hierarchy : DataFrame
        As for :func:`suppress`; groupings that the table does not print do no harm.
    rule : Rule, optional
        The rule the table follows; where not given, the one in ``attrs["disclosure"]``, else
        ``Rule()``, if the column ``rule`` does not say otherwise.
    decimals : int, optional
        How many decimals values and limits are printed with; as many as they have where not
        given.
    catalogue : DataFrame, optional
        As for :func:`suppress`.

    Returns
    -------
    DataFrame
        A row for every hidden (or small and printed) number that is not safe: its area,
        indicator, period, sex and age, ``quantity`` (count, denominator, or a value on too few
        events), ``least`` and ``greatest`` possible count or denominator (of a value: events),
        ``needed`` (how wide the range should be; of a value: how many events) and ``recovered``
        (how it was worked out). No rows where the table is safe.

    Raises
    ------
    CodeError, TableError
        As :func:`suppress`; also if no counts fit what is printed, or the column ``rule`` names
        another rule.

    References
    ----------
    Fischetti M, Salazar JJ (2001), see :func:`geo.statistics.attack.ranges`.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003"], "town": "Crewe"})
    >>> table = pd.DataFrame({"area_code": [*lsoas["lsoa21cd"], "Crewe"],
    ...     "area_type": ["lsoa21"] * 3 + ["town"], "indicator_id": "neet", "period": "2024",
    ...     "count": [None, 7, 12, 22], "state": ["suppressed", "value", "value", "value"]})
    >>> audit_disclosure(table, lsoas)[["area_code", "least", "greatest", "recovered"]]
       area_code  least  greatest                                recovered
    0  E01000001    3.0       3.0  town Crewe less its other parts by lsoa21
    """
    rule = _rule_of(published, rule)
    table = published[confidential_rows(published, catalogue)]
    require_separate_periods(table)
    known = known_from(table, rule, catalogue, decimals, printed=True)
    ties = lattice(table, hierarchy)
    valued = table[value_columns(table)].notna().any(axis=1).to_numpy(dtype=bool)
    gone = _blank_denominators(table, known, valued)
    d = denominators_as_printed(ties, known.denominator, gone, rule)
    return pd.concat(
        [
            _recovered(ties, d, "denominator"),
            _recovered(ties, as_printed(ties, known, gone, rule), "count"),
            _on_few_events(table, known, valued, rule),
        ],
        ignore_index=True,
    )


def _blank_denominators(table: pd.DataFrame, known: Known, valued: np.ndarray) -> np.ndarray:
    """Rows that tell no denominator, of indicators that have some, and hide why.

    Their count is suppressed, or they print a value and no count.
    """
    counted = ~np.isnan(known.denominator)
    series = table["indicator_id"]
    told_elsewhere = series.isin(series[counted].unique()).to_numpy()
    return told_elsewhere & ~counted & (known.hidden | (valued & np.isnan(known.count)))


def _on_few_events(
    table: pd.DataFrame, known: Known, valued: np.ndarray, rule: Rule
) -> pd.DataFrame:
    """List the values and limits that are printed on fewer events than the rule asks for."""
    few = valued & (known.high > 0) & (known.high < rule.rates_under)
    out = table[few].reindex(columns=list(KEYS))
    for key in ("sex", "age"):
        out[key] = out[key].astype(object).fillna("")
    return out.assign(
        quantity="value",
        least=known.low[few],
        greatest=known.high[few],
        needed=float(rule.rates_under),
        recovered="its value or limits are printed",
    )[RECOVERED]


def _rule_of(published: pd.DataFrame, rule: Rule | None) -> Rule:
    """Find the rule a table says it follows."""
    if rule is None and "disclosure" in published.attrs:
        rule = Rule(**published.attrs["disclosure"])
    rule = rule or Rule()
    if "rule" in published:
        other = published["rule"].dropna()
        if len(other := other[other != rule.words]):
            raise TableError(
                f"{len(other)} rows follow the rule {other.iloc[0]!r}, but the audit is for "
                f"{rule.words!r}; pass the rule of the table."
            )
    return rule


def _recovered(ties: Lattice, secrets: Secrets, quantity: str) -> pd.DataFrame:
    """List the exposed cells with their ranges, and say how each was found."""
    found, exposed = secrets.attack()
    printed = ~np.isnan(secrets.count)
    exposed |= printed & (found.least >= secrets.small[0]) & (found.greatest <= secrets.small[1])
    sums, cells = secrets.sums, np.flatnonzero(exposed)
    out = ties.cells.iloc[cells].drop(columns="row").reset_index(drop=True)
    words = np.full(len(secrets.hidden), "several published totals together", dtype=object)
    alone = np.flatnonzero(
        exposed[sums.cell] & (slack(sums, secrets.kept) < secrets.enough[sums.cell])
    )
    total = np.zeros(sums.sums, dtype=int)
    total[sums.sum[sums.sign < 0]] = sums.cell[sums.sign < 0]
    for entry in alone:
        at, how = sums.cell[entry], ties.parts[sums.sum[entry]]
        whole = ties.cells.iloc[total[sums.sum[entry]]]
        words[at] = f"{whole['area_type']} {whole['area_code']} less its other parts {how}"
        if sums.sign[entry] < 0:
            words[at] = f"its parts {how} together"
    own = secrets.kept.width < secrets.enough
    words[own] = "its value or limits and its denominator"
    words[(own | exposed) & printed] = f"its {quantity} is printed"
    out["quantity"] = quantity
    out["least"], out["greatest"] = found.least[cells], found.greatest[cells]
    out["needed"] = secrets.enough[cells]
    out["recovered"] = words[cells]
    return out[RECOVERED]
