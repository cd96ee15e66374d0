"""Catalogues: what each indicator is: its name, unit, measure, polarity and licence."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from pandas.api.types import is_bool

from geo.errors import FileError, TableError, labelled, without_figures
from geo.sources.indicators.fields import indicator_ids
from geo.vocabulary.measures import ABSENT, MEASURES, POLARITIES
from geo.vocabulary.periods import ALLOWED, parse

NEEDED = ["name", "group", "unit", "multiplier", "measure", "polarity"]
NEEDED += ["source", "licence", "confidential"]
TARGET = ["baseline_period", "target", "target_period"]
"""What a measure is to reach and by when, and from when on that is reckoned: all three or none."""
_MOST_DECIMALS = 4
CATALOGUE = ["indicator_id", "name", "short_name", *NEEDED[1:]]


def shipped_catalogues() -> tuple[str, ...]:
    """Names of the catalogues that come with the toolkit."""
    folder = files("geo.sources.indicators").joinpath("catalogues")
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


@cache
def shipped_catalogue(name: str) -> pd.DataFrame:
    """Read a catalogue that comes with the toolkit."""
    file = files("geo.sources.indicators").joinpath(f"catalogues/{name}.toml")
    return from_toml(file.read_bytes(), f"the catalogue {name}")


def from_toml(content: bytes, where: str) -> pd.DataFrame:
    """Read a catalogue from TOML: a table for each indicator, headed by its id."""
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise FileError(f"{where} is not valid TOML: {problem}; correct it there.") from problem
    if not tables or (loose := [key for key in tables if not isinstance(tables[key], dict)]):
        found = f"the loose keys {labelled(loose)}" if tables else "nothing"
        raise TableError(
            f"{where} has {found}; give a table for each indicator, headed by its id in brackets."
        )
    rows = [{"indicator_id": name} | entry for name, entry in tables.items()]
    return checked(pd.DataFrame(rows), where)


def checked(entries: pd.DataFrame, where: str) -> pd.DataFrame:
    """Check every entry; complete short names and order the columns."""
    twice = entries.loc[entries["indicator_id"].duplicated(), "indicator_id"]
    if len(twice):
        raise TableError(f"{where} has more than one entry for {labelled(twice)}; keep one.")
    for field in NEEDED:
        column = entries.get(field, pd.Series(None, index=entries.index, dtype=object))
        blank = column.isna() | column.astype(str).str.strip().eq("")
        if blank.any():
            raise TableError(
                f"{blank.sum()} of {len(entries)} indicators in {where} have no {field} "
                f"({labelled(entries.loc[blank, 'indicator_id'])}); every indicator needs "
                f"{', '.join(NEEDED)}, so add what is lacking."
            )
    out = entries.assign(
        measure=_words(entries, "measure", MEASURES, where),
        polarity=_words(entries, "polarity", POLARITIES, where),
        confidential=_booleans(entries, where),
        multiplier=pd.to_numeric(entries["multiplier"], errors="coerce"),
    )
    wrong = ~(out["multiplier"] > 0) | np.isinf(out["multiplier"])
    _refuse_entries(entries, wrong, "multiplier", "a number above 0, such as 100", where)
    if "decimals" in out.columns:
        out["decimals"] = _decimals(entries, where)
    if "absent" in out.columns:
        given = out["absent"].notna() & out["absent"].astype(str).ne("")
        wrong = given & ~out["absent"].isin(ABSENT)
        _refuse_entries(entries, wrong, "absent", " or ".join(f'"{one}"' for one in ABSENT), where)
    if set(TARGET) & set(out.columns):
        out[TARGET] = _targets(entries, where)
    for field in {"part_of", "total_of"} & set(out.columns):
        out[field] = _other_indicators(entries, field, where)
    if "short_name" not in out.columns:
        out["short_name"] = out["name"]
    out["short_name"] = out["short_name"].fillna(out["name"])
    return out[[*CATALOGUE, *(c for c in out.columns if c not in CATALOGUE)]]


def _words(entries: pd.DataFrame, field: str, allowed: Sequence[str], where: str) -> pd.Series:
    """Words of a vocabulary; Fingertips' ``RAG - High is good`` is ``high_is_good``."""
    words = entries[field].astype("str").str.lower().str.replace(r"[^a-z]+", "_", regex=True)
    words = words.str.removeprefix("rag_").str.strip("_")
    _refuse_entries(entries, ~words.isin(allowed), field, f"one of {', '.join(allowed)}", where)
    return words


def _booleans(entries: pd.DataFrame, where: str) -> pd.Series:
    known = {"true": True, "yes": True, "false": False, "no": False}
    found = entries["confidential"].map(lambda cell: known.get(str(cell).strip().lower()))
    _refuse_entries(entries, found.isna(), "confidential", "true or false", where)
    return found.astype(bool)


def _decimals(entries: pd.DataFrame, where: str) -> pd.Series:
    """How many decimals each indicator is printed with; blank where it is not said."""
    given = entries["decimals"].replace("", None)
    number = pd.to_numeric(given, errors="coerce")
    wrong = given.notna() & ~number.isin(range(_MOST_DECIMALS + 1))
    allowed = f"a whole number from 0 to {_MOST_DECIMALS}, or nothing"
    _refuse_entries(entries, wrong, "decimals", allowed, where)
    return number.astype("Int64")


def _targets(entries: pd.DataFrame, where: str) -> pd.DataFrame:
    """Targets of those indicators that have one, with the periods from which and by which."""
    given = entries[["indicator_id"]].join(entries.reindex(columns=TARGET).replace("", None))
    has = given[TARGET].notna()
    if (half := has.any(axis=1) & ~has.all(axis=1)).any():
        raise TableError(
            f"{where} gives {labelled(given.loc[half, 'indicator_id'])} a part of a target; a "
            f"target needs {', '.join(TARGET)}, so add what is lacking."
        )
    some = has.all(axis=1)
    number = pd.to_numeric(given["target"].where(~given["target"].map(is_bool)), errors="coerce")
    _refuse_entries(given, some & ~np.isfinite(number.astype(float)), "target", "a number", where)
    periods = {}
    for field in ("baseline_period", "target_period"):
        words = given[field].astype("str").str.removesuffix(".0")
        periods[field] = words.where(some)
        no_period = some & words.map(_last_day).isna()
        _refuse_entries(given, no_period, field, f"one of {ALLOWED}", where)
    ends = [words.map(_last_day) for words in periods.values()]
    allowed = "a period that ends after the baseline_period"
    _refuse_entries(given, some & ~(ends[0] < ends[1]), "target_period", allowed, where)
    return pd.DataFrame(periods).assign(target=number.astype(float))[TARGET]


def _last_day(period: object) -> float:
    """Give the last day of a period as a number; missing where it is none."""
    read = parse(period)
    return np.nan if read is None else read.end.toordinal()


def _other_indicators(entries: pd.DataFrame, field: str, where: str) -> pd.Series:
    """Ids that an indicator is declared to be part of (one), or the total of (a list)."""
    one = field == "part_of"

    def read(cell: object) -> str | list[str] | bool | None:
        if cell is None or cell == "" or (isinstance(cell, float) and np.isnan(cell)):
            return None
        listed = cell.split(";") if isinstance(cell, str) and not one else cell
        names = listed if isinstance(listed, list) else [listed]
        texts = [name.strip() for name in names if isinstance(name, str)]
        if len(texts) < len(names) or (one and len(texts) != 1):
            return False
        return texts[0] if one else texts

    found = entries[field].map(read).astype(object)
    allowed = "the id of one indicator" if one else "a list of ids of indicators"
    _refuse_entries(entries, found.map(lambda cell: cell is False), field, allowed, where)
    own = [
        name in (cell if isinstance(cell, list) else [cell])
        for name, cell in zip(entries["indicator_id"], found, strict=True)
    ]
    _refuse_entries(entries, pd.Series(own, entries.index), field, "others than itself", where)
    return found.where(found.notna(), None)


def _refuse_entries(
    entries: pd.DataFrame, wrong: pd.Series, field: str, allowed: str, where: str
) -> None:
    if wrong.any():
        pairs = entries.loc[wrong, [field, "indicator_id"]].itertuples(index=False)
        own = where.endswith(".toml")  # which holds no counts, as columns of a table may
        named = labelled(
            f"{value!r} for {name}" if own else without_figures(f"{value!r} for {name}")
            for value, name in pairs
        )
        raise TableError(f"{where} has {field} {named}; allowed is {allowed}.")


def covering(entries: pd.DataFrame, ids: Sequence[str], where: str) -> pd.DataFrame:
    """Pick the entries of these indicators, in their order; raise if one has none."""
    if absent := [name for name in ids if name not in set(entries["indicator_id"])]:
        raise TableError(
            f"{where} has no entry for {len(absent)} of {len(ids)} indicators "
            f"({labelled(absent)}); add a table for each, headed by its id."
        )
    return entries.set_index("indicator_id").loc[list(ids)].reset_index()


def facts_in(raw: pd.DataFrame, fields: Mapping[str, str], where: str) -> pd.DataFrame:
    """Catalogue columns of an indicator file, one row an indicator; two units are refused."""
    known = [field for field in CATALOGUE[1:] if field in fields]
    columns = raw[[fields[field] for field in known]].set_axis(known, axis=1)
    rows = columns.assign(indicator_id=indicator_ids(raw, fields)).drop_duplicates()
    if "name" not in known:
        rows.insert(0, "name", rows["indicator_id"])
    groups = rows.groupby("indicator_id", sort=False)
    several = groups[known].nunique().gt(1).stack()
    for name, field in several[several].index[:1]:
        words = rows.loc[rows["indicator_id"] == name, field].dropna().unique()
        raise TableError(
            f"{without_figures(name)} has more than one {field} in {where} ({labelled(words)}); "
            "give it one, or make two indicators of it."
        )
    return groups.first().reset_index()
