"""The list of public indicators that comes with the toolkit: where each is to be had."""

import tomllib
from functools import cache
from importlib.resources import files

import pandas as pd

from geo.vocabulary.column_names import folded

COLUMNS = ["name", "group", "measure", "unit", "multiplier", "polarity"]
COLUMNS += ["lowest", "source", "period", "fingertips", "to_be_checked"]


@cache
def public_indicators() -> pd.DataFrame:
    """List public indicators on children, young people and deprivation.

    It says where to look and what to expect; it is no catalogue of files, since what somebody
    counts under the same name may be confidential.

    Returns
    -------
    DataFrame
        By ``indicator_id``: ``name``, ``group`` (an outcome), ``measure``, ``unit``,
        ``multiplier``, ``polarity``, ``lowest`` (the smallest areas published), ``source``,
        ``period``, ``fingertips`` (the id there; missing where none was seen in public material),
        ``to_be_checked`` (whether the id is still to be looked up).
    """
    content = files("geo.sources.indicators").joinpath("public_indicators.toml").read_text("utf-8")
    table = pd.DataFrame.from_dict(tomllib.loads(content), orient="index").reindex(columns=COLUMNS)
    return table.rename_axis("indicator_id").assign(
        fingertips=table["fingertips"].astype("Int64"),
        to_be_checked=table["to_be_checked"].eq(True),
    )


def listed_as(indicator_id: str, name: str) -> str:
    """Id in the list of an indicator, by its id, its id at Fingertips or its name; else empty.

    Examples
    --------
    >>> listed_as("90631", "School readiness"), listed_as("mine", "Mine")
    ('gld', '')
    """
    listed = public_indicators()
    if indicator_id in listed.index:
        return indicator_id
    same = listed["fingertips"].astype("str").eq(indicator_id)
    same |= listed["name"].map(folded).eq(folded(name))
    return str(listed.index[same][0]) if same.any() else ""
