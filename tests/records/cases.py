"""Random records, and a specification over them, for the tests of this folder."""

import datetime as dt

import hypothesis.strategies as st
import pandas as pd

LSOAS = ["E01000001", "E01000002", "E01000003"]
START, END = dt.date(2021, 12, 1), dt.date(2024, 3, 31)
TABLE = (
    "[tables.{name}]\nfiles = '{name}.{suffix}'\nperson = 'Child ID'\ndate = 'Start'\n"
    "sex = 'Sex'\nborn = 'DOB'\narea = {{ lsoa21 = 'LSOA' }}\nrepeated = '{repeated}'\n"
)
FACTS = "name = 'It'\ngroup = 'Outcomes'\npolarity = 'no_judgement'\n"


@st.composite
def records(draw, most=40):
    """A table of records, with blanks in every column and few people, so that they recur."""
    days = st.dates(START, END)
    row = st.tuples(
        st.sampled_from(["a", "b", "c", "d", None]),
        st.one_of(days, days, days, st.none()),
        st.sampled_from([*LSOAS, None, "E99"]),
        st.sampled_from(["F", "Male", "f", None]),
        st.one_of(st.dates(dt.date(2004, 2, 27), dt.date(2022, 6, 1)), st.none()),
        st.sampled_from(["Open", "Closed", None]),
        st.one_of(st.integers(-3, 9), st.none()),
    )
    rows = draw(st.lists(row, max_size=most))
    rows.append(("a", START, LSOAS[0], "F", None, "Open", 1))  # a column of no codes is refused
    names = ["Child ID", "Start", "LSOA", "Sex", "DOB", "Status", "Amount"]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    return table.assign(Amount=table["Amount"].astype("Int64"))


def written(folder, table, name="plans", suffix="csv"):
    """Write records as text or Parquet."""
    if suffix == "csv":
        table.to_csv(folder / f"{name}.csv", index=False)
    else:
        typed = table.assign(Start=pd.to_datetime(table["Start"]), DOB=pd.to_datetime(table["DOB"]))
        typed.to_parquet(folder / f"{name}.parquet")


def specification(folder, indicators, *, top="", tables=("plans",), suffix="csv", repeated="tell"):
    """Write a specification, in which any number of records may be unmatched."""
    parts = [TABLE.format(name=one, suffix=suffix, repeated=repeated) for one in tables]
    parts += [f"[indicators.{name}]\n{FACTS}{rest}\n" for name, rest in indicators.items()]
    path = folder / "it.toml"
    path.write_text("\n".join(["max_unmatched = 100", top, *parts]), "utf-8")
    return path


def period_of(day, kind):
    """Name a period as the tables have it, in plain Python."""
    year = day.year
    if kind == "financial year":
        year -= day.month < 4
    if kind == "school year":
        year -= day.month < 9
    if kind in ("financial year", "school year"):
        return f"{year}/{(year + 1) % 100:02d}"
    if kind == "quarter":
        return f"{year} Q{(day.month + 2) // 3}"
    return day.strftime("%b %Y") if kind == "month" else str(year)


def age_at(born, day):
    """Completed years of age, in plain Python; None where there are none."""
    if born is None or pd.isna(born):
        return None
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return age if age >= 0 else None


def plain(table, kind, bands):
    """Records that can be counted, with period, sex and age band, in plain pandas."""
    rows = table[table["Start"].notna()].copy()
    rows["period"] = [period_of(day, kind) for day in rows["Start"]]
    rows["sex"] = rows["Sex"].map({"F": "Female", "f": "Female", "Male": "Male"})
    ages = [age_at(b, d) for b, d in zip(rows["DOB"], rows["Start"], strict=True)]
    rows["band"] = pd.Series(
        [
            next((n for n, (lo, hi) in bands.items() if a is not None and lo <= a <= hi), None)
            for a in ages
        ],
        rows.index,
        dtype=object,
    )
    known = [0 if a is not None else 1 for a in ages]
    rows["order_sex"] = rows["sex"].map({"Female": 1, "Male": 2}).fillna(3)
    at = {name: number for number, name in enumerate(bands)}
    rows["order_band"] = rows["band"].map(at).fillna(len(bands) + pd.Series(known, rows.index))
    return rows


def with_all(rows, values):
    """Sums by area, period, sex and band, and of all of these, as a dictionary without zeros."""
    out = {}
    for (_, row), value in zip(rows.iterrows(), values, strict=True):
        if row["LSOA"] not in LSOAS or pd.isna(value):
            continue
        for sex in {"all", row["sex"]}:
            for band in {"all", row["band"]}:
                if pd.isna(sex) or pd.isna(band):
                    continue
                key = (row["LSOA"], row["period"], sex, band)
                out[key] = out.get(key, 0) + float(value)
    return out


def as_counts(indicators, column="count"):
    """Counts of a table of indicators as a dictionary, without zeros."""
    keys = zip(*(indicators[k] for k in ("area_code", "period", "sex", "age")), strict=True)
    return dict(zip(keys, indicators[column], strict=True))
