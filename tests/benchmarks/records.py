"""Synthetic records for the benchmarks, and the same counted by hand.

``python -m tests.benchmarks.records ROWS FOLDER geo|hand``, under ``/usr/bin/time -v``, tells time
and memory of 10⁶, 10⁷ or 10⁸ records; the records are made in FOLDER where they are not there.
"""

import sys
import time
from pathlib import Path

import geo

LSOAS, PEOPLE_EACH, SEED = 33_755, 5, 0.5
SPECIFICATION = """
period = "year"
sex = true
ages = ["0-4", "5-10", "11-17"]
[tables.visits]
files = "{file}"
person = "person"
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


def specification(path, indicators):
    """Write a specification of records beside them."""
    facts = "name = 'It'\ngroup = 'Outcomes'\npolarity = 'no_judgement'\n"
    parts = [f"[indicators.{name}]\n{facts}{rest}\n" for name, rest in indicators.items()]
    spec = path.with_name("visits.toml")
    spec.write_text(SPECIFICATION.format(file=path.name) + "\n".join(parts), "utf-8")
    return spec


def by_hand(path, sql=BY_HAND):
    """Run hand-written SQL with the settings that the engine has."""
    import duckdb

    config = {"memory_limit": "700MB", "preserve_insertion_order": False, "temp_directory": ""}
    with duckdb.connect(config=config) as connection:
        return connection.execute(sql.format(path=path)).df()


def main(rows, folder, what):
    """Count three indicators, and tell how long it took."""
    path = made(int(rows), folder)
    start = time.perf_counter()
    if what == "geo":
        found = geo.indicators_from_records(specification(path, THREE), notes=[]).indicators
    else:
        found = by_hand(path)
    sys.stdout.write(f"{what}: {time.perf_counter() - start:.2f} s, {len(found):,} rows\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
