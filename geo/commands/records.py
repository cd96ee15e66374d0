"""``geo records``: indicators counted from records of people."""

from pathlib import Path
from typing import Any

import click

from geo.commands.options import DATA, folders_here, plain_errors


@click.command()
@click.argument("specification", type=click.Path(path_type=Path), metavar="SPEC.toml")
@click.option("--out", type=click.Path(path_type=Path), help="CSV file of indicators to write.")
@click.option("--place", help="Place or folder: records outside it are told and left out.")
@DATA
@click.option(
    "--postcodes",
    type=click.Path(path_type=Path),
    help="Directory of postcodes.  [default: DATA/more/postcodes.csv]",
)
@click.option(
    "--engine",
    "name",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What counts: DuckDB on this machine, or Spark, which must be installed.",
)
@click.option("--master", help="Of Spark: local[2], spark://HOST:7077.  [default: Spark's own]")
@click.option("--memory", default="700MB", show_default=True, help="Most that DuckDB takes.")
@click.option(
    "--dry-run", "only", flag_value="try", help="Count the first records alone; write nothing."
)
@click.option("--explain", "only", flag_value="explain", help="Print the SQL; count nothing.")
@click.option(
    "--init",
    "only",
    flag_value="init",
    help="Write SPEC.toml, for the extracts of children's services beside it.",
)
def records(
    specification: Path,
    out: Path | None,
    place: str | None,
    data: tuple[Path, ...],
    postcodes: Path | None,
    only: str | None,
    **counted_by: Any,
) -> None:
    """Count indicators of LSOAs from records of people, as a specification in TOML says."""
    if out is None and only is None:
        raise click.UsageError("Give --out FILE.csv, or --init, --dry-run or --explain.")
    with plain_errors():
        from geo.records.engine import Engine
        from geo.report.records import (
            Asked,
            explain_records,
            start_records,
            try_records,
            write_records,
        )

        here = folders_here(place, data) if place else list(data)
        asked = Asked(place, here, postcodes, Engine(**counted_by))
        if only == "init":
            lines = start_records(specification)
        elif only == "explain":
            lines = explain_records(specification)
        elif only == "try" or out is None:
            lines = try_records(specification, asked)
        else:
            lines = write_records(specification, out, asked)
        for line in lines:
            click.echo(line)
