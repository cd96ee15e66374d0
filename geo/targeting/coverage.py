"""What serving the areas that come first would reach, and what it would leave out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.statistics.inequality import Concentration, concentration
from geo.statistics.table_checks import group_keys, numbers, refuse, require
from geo.targeting.needs import area_codes, complete, require_top
from geo.vocabulary.area_types import area_type, area_type_of


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much need is reached as more and more areas are served, the first in order first.

    Attributes
    ----------
    curve : DataFrame
        For each unit (``area_type``) and number of areas served: ``areas``, ``of``,
        ``share_of_areas``, ``need``, ``share_of_need``, ``people``, ``leakage`` (share of the
        people served who are not in need) and ``last`` (the area that was added).
    chosen : DataFrame
        What serving ``top`` of the smallest areas does in each group: ``need``, ``reached``,
        ``left_out``, ``share_left_out``; the first column names the group. One row for all
        without groups.
    concentration_index : float
        −1 to 1: below 0 need lies with the people who come first, above with the last; NaN of
        no need, or where people are not known.
    fewest : Concentration
        The least number of small areas that hold half of all need, wherever they stand in order.
    top : int
        How many areas are served.
    what : str
        Words for those in need: ``"children in need"``.
    """

    curve: pd.DataFrame
    chosen: pd.DataFrame
    concentration_index: float
    fewest: Concentration
    top: int
    what: str

    @property
    def share(self) -> float:
        """Share of all need that is reached, 0 to 1."""
        need = self.chosen["need"].sum()
        return float(self.chosen["reached"].sum() / need) if need else float("nan")

    def sentences(self) -> list[str]:
        """Say it in words, as a strategy would."""
        if np.isnan(self.share):
            return [f"There are no {self.what}."]
        words = area_type(self.curve["area_type"].iloc[0])
        served = self.curve.iloc[self.top - 1]
        first = (
            f"the {words.singular} that comes first"
            if self.top == 1
            else f"the {words.counted(self.top)} that come first"
        )
        most = "most" if self.share < 0.5 else "half" if self.share == 0.5 else "less than half"
        said = [
            f"{self.share:.1%} of all {self.what} are from {first} "
            f"({served['share_of_areas']:.1%} of {served['of']:,}).",
            f"Of all who are served there, {served['leakage']:.1%} are not {self.what}.",
            f"{1 - self.share:.1%} of all {self.what}, {most}, live elsewhere and would be left "
            "out.",
            f"Half of all {self.what} are from the {words.counted(self.fewest.areas)} with most of "
            f"them ({self.fewest.share_of_areas:.1%} of {self.fewest.of:,}).",
        ]
        return [said[0], *said[2:]] if np.isnan(served["leakage"]) else said


def coverage(
    areas: pd.DataFrame,
    *,
    need: str,
    order: str,
    top: int,
    people: str | None = "population",
    by: str | Sequence[str] = (),
    what: str = "people in need",
) -> Coverage:
    """Measure what share of need is reached if the areas that come first are served.

    Parameters
    ----------
    areas : DataFrame
        One row a small area: a column of codes, ``need`` (those in need, a count), ``people`` (all
        who would be served), ``order``, and the groups in ``by``. Counts that disclosure control
        hid are missing, and refused: a share of what is not known would give them away.
    need, people : str
        Columns of counts, 0 or more; no more are in need than there are people. Without
        ``people`` (None) all who would be served are in need, or it is not known who are not.
    order : str
        Column that says who comes first: a rank or decile (1 = first; its name ends so), or a
        score (highest first). Groups follow by its mean over people. Ties stay as they stand.
    top : int
        How many of the small areas are served.
    by : str or sequence of str
        Columns with wards, collaboratives, localities: each a unit of its own; the last is the
        one whose left-out need is told.
    what : str
        Words for those in need.

    Returns
    -------
    Coverage
        The curve over areas served for each unit, and the choice.

    Raises
    ------
    TableError
        If a column is absent, a number is missing or impossible, or ``top`` is out of range.
    CodeError
        If a code is missing or stands twice.

    References
    ----------
    Concentration index: Kakwani N, Wagstaff A, van Doorslaer E (1997). Socioeconomic inequalities
    in health: measurement, computation, and statistical inference. Journal of Econometrics 77:
    87–103.

    Examples
    --------
    >>> lsoas = pd.DataFrame({"lsoa21cd": ["E01000001", "E01000002", "E01000003", "E01000004"],
    ...     "town": ["Crewe", "Crewe", "Sandbach", "Sandbach"], "imd_rank": [1, 4, 2, 3],
    ...     "children": [100, 100, 100, 100], "in_need": [30, 10, 8, 2]})
    >>> found = coverage(lsoas, need="in_need", people="children", order="imd_rank", top=1,
    ...                  by="town", what="children in need")
    >>> found.sentences()[0]
    '60.0% of all children in need are from the LSOA that comes first (25.0% of 4).'
    >>> found.chosen
           town  need  reached  left_out  share_left_out
    0     Crewe  40.0     30.0      10.0            0.25
    1  Sandbach  10.0      0.0      10.0            1.00
    """
    codes, groups = area_codes(areas), group_keys(areas, by) if len(by) else []
    require(areas, [need, order])
    require_top(top, areas)
    table = pd.DataFrame({"need": complete(areas, need)})
    table["people"] = table["need"] if people is None else complete(areas, people)
    more = (table["need"] > table["people"]).to_numpy()
    refuse(areas, more, need, "no more are in need than people live there")
    first = numbers(areas, order, lowest=-np.inf)
    refuse(areas, np.isnan(first), order, "every area needs one")
    table["first"] = first if order.endswith(("_rank", "_decile", "rank")) else -first
    units = [(str(area_type_of(str(codes.name)) or codes.name), codes)]
    units += [(group, areas[group]) for group in groups]
    curve = pd.concat([_curve(table, kind, names) for kind, names in units], ignore_index=True)
    if people is None:
        curve[["people", "leakage"]] = np.nan
    served = np.argsort(table["first"].to_numpy(), kind="stable")[:top]
    reached = np.zeros(len(table))
    reached[served] = table["need"].iloc[served]
    name = groups[-1] if groups else "area"
    chosen = _left_out(table["need"], reached, areas[name] if groups else None, name)
    index = np.nan
    if people is not None:
        index = concentration_index(*(table[c].to_numpy() for c in ("need", "people", "first")))
    fewest = concentration(table["need"].set_axis(codes.to_numpy()))
    return Coverage(curve, chosen, index, fewest, int(top), what)


def _curve(table: pd.DataFrame, kind: str, names: pd.Series) -> pd.DataFrame:
    """Serve one area after the other; a larger area stands where its people do on average."""
    weighed = table.assign(weight=table["first"] * table["people"], small=1)
    sums = weighed.groupby(names.to_numpy(), sort=False).sum()
    # Without people the mean of its small areas says where it stands.
    sums["at"] = (sums["weight"] / sums["people"].where(sums["people"] > 0)).fillna(
        sums["first"] / sums["small"]
    )
    sums = sums.sort_values("at", kind="stable")
    served, size = sums[["need", "people"]].cumsum(), len(sums)
    need, everybody = served["need"].to_numpy(), served["people"].to_numpy()
    total = need[-1] if size else 0.0
    return pd.DataFrame(
        {
            "area_type": kind,
            "areas": np.arange(1, size + 1),
            "of": size,
            "share_of_areas": np.arange(1, size + 1) / size,
            "need": need,
            "share_of_need": need / total if total else np.nan,
            "people": everybody,
            "leakage": 1 - np.divide(need, everybody, out=np.ones(size), where=everybody > 0),
            "last": sums.index,
        }
    )


def _left_out(
    need: pd.Series, reached: np.ndarray, groups: pd.Series | None, name: str
) -> pd.DataFrame:
    """Need of each group, and what of it is reached and left out."""
    keys = np.full(len(need), "all") if groups is None else groups.to_numpy()
    table = pd.DataFrame({"need": need.to_numpy(), "reached": reached}).groupby(keys).sum()
    table["left_out"] = table["need"] - table["reached"]
    table["share_left_out"] = table["left_out"] / table["need"].where(table["need"] > 0)
    return table.rename_axis(name).reset_index()


def concentration_index(need: np.ndarray, people: np.ndarray, first: np.ndarray) -> float:
    """Concentration index of need over people in order of ``first``; ties stand together.

    Examples
    --------
    >>> concentration_index(np.array([10.0, 0.0]), np.array([50.0, 50.0]), np.array([1.0, 2.0]))
    -0.5
    """
    _, tied = np.unique(first, return_inverse=True)
    sizes, cases = np.bincount(tied, people), np.bincount(tied, need)
    if not cases.sum():
        return float("nan")
    middle = (sizes.cumsum() - sizes / 2) / sizes.sum()
    return float(2 * (cases * middle).sum() / cases.sum() - 1)
