"""What ``geo target`` says and writes of the sample borough, with the example of venues."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from geo.report.targeting.sites import Venues
from geo.report.targeting.target import Asked, write_target
from made.examples import FOLDER

VENUES = FOLDER / "options" / "venues-sample.csv"
COMMAND = (
    f"geo target --sample --top 30 --budget 100000 --floor 5000 --venues {VENUES.name} -k 3 "
    "--within 5000"
)
TABLES = {
    "targeting": "a row an LSOA, in the order in which they come first",
    "coverage": "what serving the first 1, 2, 3 … areas reaches",
    "left_out": "of each group, who is reached and who is left out",
    "allocation": "with `--budget`: the share of each group",
    "sites": "with `--venues`: the sites chosen, who comes to each and from how far",
    "catchments": "with `--venues`: of each LSOA the nearest site, and how much nearer it is than "
    "today's",
}
"""Each table, and what it tells."""
_SHOWN = 3
_PLACES = 3


@cache
def _made() -> tuple[str, dict[str, pd.DataFrame]]:
    """Give what the command answers, and the tables."""
    asked = Asked(top=30, budget=100_000, floor=5_000, venues=Venues(VENUES, k=3, within=5_000))
    with TemporaryDirectory() as folder:
        lines = write_target(None, [], Path(folder), asked=asked)
        tables = {one.stem: pd.read_csv(one) for one in sorted(Path(folder).glob("*.csv"))}
    return "\n".join(lines), tables


def answer() -> str:
    """Show the command and its answer."""
    return f"```{{code-block}} console\n\n$ {COMMAND}\n{_made()[0]}\n```\n"


def tables() -> str:
    """Show the first rows of each table, without the notice that each row carries."""
    found = _made()[1]
    assert set(found) == set(TABLES), "a table that is written is not told, or the other way"
    parts = []
    for name, words in TABLES.items():
        table = found[name].drop(columns="note").dropna(axis=1, how="all").head(_SHOWN)
        numbers = table.select_dtypes("float").columns
        table[numbers] = table[numbers].round(_PLACES)
        text = table.to_csv(index=False).strip()
        parts.append(
            f"`{name}.csv`\n: {words}.\n\n"
            f"  ```text\n" + "\n".join(f"  {line}" for line in text.splitlines()) + "\n  ```\n"
        )
    return "\n".join(parts)
