"""Synthetic records for the benchmarks, and the same counted by hand.

``python -m tests.benchmarks.records ROWS FOLDER geo|hand``, under ``/usr/bin/time -v``, tells time
and memory of 10⁶, 10⁷ or 10⁸ records to the same file of indicators; the records are made in FOLDER
where they are not there. Time of processors is told too, to which other work on the machine adds
little.
"""

import sys
import time
from pathlib import Path

from geo.report.records import Asked, write_records

LSOAS, PEOPLE_EACH, SEED = 33_755, 5, 0.5
SPECIFICATION = """
period = "year"
sex = true
ages = ["0-4", "5-10", "11-17"]
[tables.visits]
files = "{file}"
date = "day"
sex = "sex"
born = "born"
area = {{ lsoa21 = "lsoa" }}
repeated = "unchecked"
"""
THREE = {
    "visits": "",
    "urgent": "where = { status = '1' }",
    "cost": "count = 'sum'\ncolumn = 'amount'\nwhere = { status = { not = '2' } }",
}
BY_HAND = """
SELECT lsoa, year(day) AS period, sex,
  CASE WHEN date_sub('year', born, day) BETWEEN 0 AND 4 THEN 0
       WHEN date_sub('year', born, day) BETWEEN 5 AND 10 THEN 1
       WHEN date_sub('year', born, day) BETWEEN 11 AND 17 THEN 2 END AS band,
  count(*) AS visits, count(*) FILTER (WHERE status = '1') AS urgent,
  sum(amount) FILTER (WHERE status <> '2') AS cost
FROM read_parquet('{path}') GROUP BY ALL
"""


def made(rows, folder):
    """Make a Parquet file of records, the same each time."""
    import duckdb

    path = Path(folder, f"visits-{rows}.parquet")
    if not path.exists():
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(f"SELECT setseed({SEED})")
            connection.execute(
                f"""COPY (SELECT (random() * {rows // PEOPLE_EACH})::INTEGER AS person,
                DATE '2019-01-01' + (random() * 1825)::INTEGER AS day,
                'E01' || lpad((random() * {LSOAS - 1})::INTEGER::VARCHAR, 6, '0') AS lsoa,
                CASE WHEN random() < 0.5 THEN 'M' ELSE 'F' END AS sex,
                DATE '2001-06-01' + (random() * 6400)::INTEGER AS born,
                (random() * 5)::INTEGER::VARCHAR AS status,
                (random() * 100)::INTEGER AS amount
                FROM range({rows})) TO '{path}'"""
            )
    return path


TIDY_BY_HAND = f"""
WITH groups AS ({BY_HAND}), figures AS (
  SELECT lsoa, period, CASE WHEN grouping(sex) = 1 THEN 'all' WHEN sex = 'F' THEN 'Female'
    ELSE 'Male' END AS sex, CASE WHEN grouping(band) = 1 THEN 'all' WHEN band = 0 THEN '0-4'
    WHEN band = 1 THEN '5-10' WHEN band = 2 THEN '11-17' END AS age,
    sum(visits)::DOUBLE AS visits, sum(urgent)::DOUBLE AS urgent, sum(cost)::DOUBLE AS cost
  FROM groups GROUP BY GROUPING SETS ((lsoa, period), (lsoa, period, sex), (lsoa, period, band),
    (lsoa, period, sex, band))),
tidy AS (
  SELECT 0 AS number, 'visits' AS indicator_id, lsoa, period, sex, age, visits AS n FROM figures
  UNION ALL SELECT 1, 'urgent', lsoa, period, sex, age, urgent FROM figures WHERE urgent <> 0
  UNION ALL SELECT 2, 'cost', lsoa, period, sex, age, cost FROM figures WHERE cost IS NOT NULL)
SELECT lsoa AS area_code, 'lsoa21' AS area_type, indicator_id, period::VARCHAR AS period, sex, age,
  n AS count, NULL::DOUBLE AS denominator, n AS value, NULL::DOUBLE AS lower_ci,
  NULL::DOUBLE AS upper_ci, CASE WHEN n = 0 THEN 'zero' ELSE 'value' END AS state
FROM tidy WHERE age IS NOT NULL ORDER BY number, lsoa, tidy.period, sex, age
"""


def specification(path, indicators):
    """Write a specification of records beside them."""
    facts = "name = 'It'\ngroup = 'Outcomes'\npolarity = 'no_judgement'\n"
    parts = [f"[indicators.{name}]\n{facts}{rest}\n" for name, rest in indicators.items()]
    spec = path.with_name("visits.toml")
    spec.write_text(SPECIFICATION.format(file=path.name) + "\n".join(parts), "utf-8")
    return spec


def by_hand(sql, folder):
    """Run hand-written SQL with the settings of the engine, but memory that it does without."""
    import duckdb

    spilled = str(Path(folder, "spilled"))
    config = {"memory_limit": "2GB", "preserve_insertion_order": False, "temp_directory": spilled}
    with duckdb.connect(config=config) as connection:
        connection.execute(sql)


def write(path, what):
    """Write the three indicators as CSV, as the toolkit or hand-written SQL does."""
    out = path.with_name(f"{what}.csv")
    if what == "geo":
        write_records(specification(path, THREE), out, Asked())
    else:
        sql = TIDY_BY_HAND.format(path=path)
        by_hand(f"COPY ({sql}) TO '{out}' (FORMAT csv, HEADER)", path.parent)
    return out


def main(rows, folder, what):
    """Count three indicators, and tell how long it took."""
    path = made(int(rows), folder)
    start, work = time.perf_counter(), time.process_time()
    out = write(path, what)
    taken = f"{time.perf_counter() - start:.2f} s, {time.process_time() - work:.2f} s of processors"
    sys.stdout.write(f"{what}: {taken}, {out.stat().st_size / 1e6:,.0f} MB\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
