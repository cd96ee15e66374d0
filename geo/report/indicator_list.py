"""Which public indicators there are, which of them are here, and a template for one's own."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import FileError, GeoError
from geo.sources import folders
from geo.sources.indicators.catalogue import shipped_catalogue
from geo.sources.indicators.file import IndicatorFile
from geo.sources.indicators.public import listed_as, public_indicators
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile

TEMPLATE = ("indicators.csv", "indicators.toml")


@each_file_once()
def indicator_lines(data: Sequence[str | Path], indicators: Sequence[str | Path] = ()) -> list[str]:
    """List the public indicators under their outcomes, and say which are here.

    One is here if a file holds its id, its id at Fingertips or its name.

    Parameters
    ----------
    data : sequence of str or Path
        Data folders.
    indicators : sequence of str or Path
        Files of indicators or folders of them.

    Returns
    -------
    list of str
        Lines; the last one counts.

    Raises
    ------
    FileError
        If a folder or file is missing. A file that cannot be read is told of in its own line.
    """
    listed = public_indicators()
    here, problems = _here(data, indicators)
    of = {_listed(row): row["file"] for row in here}
    lines: list[str] = []
    for group, rows in listed.reset_index().groupby("group", sort=False):
        lines += ["", str(group)]
        for row in rows.to_dict("records"):
            file = of.get(row["indicator_id"])
            told = f"here, in {file}" if file else "not here"
            lines.append(f"  {row['name']}: {told}. {_described(row)}")
    others = [f"  {row['name']}: {row['file']}" for row in here if not _listed(row)]
    if others:
        lines += ["", "Yours besides:", *others]
    known = sum(1 for name in of if name)
    count = f"{known} of {len(listed)} {'is' if known == 1 else 'are'} here."
    closing = "None of them is here: geo fetch --with census --with fingertips fetches many."
    return [*lines, "", *problems, count if known else closing][1:]


def _described(row: dict[str, Any]) -> str:
    """Say where one is published, of what areas and periods, and how it is judged."""
    judged = {"high_is_good": "high is good", "low_is_good": "low is good"}
    there = "" if "Fingertips" in row["source"] else ", also Fingertips"
    ids = f"{there} {row['fingertips']}" if pd.notna(row["fingertips"]) else ""
    check = ", name to be checked" if row["to_be_checked"] else ""
    return (
        f"{row['source']}{ids}{check}; the smallest areas: {row['lowest']}; {row['measure']}, "
        f"{row['unit']}, {judged.get(row['polarity'], 'not judged')}; {row['period']}"
    )


def _here(
    data: Sequence[str | Path], indicators: Sequence[str | Path]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Find id, name and file of the indicators of all files, and what cannot be read."""
    found = [*folders.indicator_files(indicators), *folders.scan(data)]
    here: list[dict[str, Any]] = []
    problems = []
    for file in found:
        if not file.indicators and not file.role.startswith("deprivation"):
            continue
        try:
            facts = _facts(file)
        except GeoError as problem:
            problems.append(str(problem))
            continue
        here += facts[["indicator_id", "name"]].assign(file=file.path.name).to_dict("records")
    return here, problems


def _listed(row: dict[str, Any]) -> str:
    return listed_as(str(row["indicator_id"]), str(row["name"]))


def _facts(file: DataFile) -> pd.DataFrame:
    if file.indicators:
        return IndicatorFile.read(file.path).catalogue()
    return shipped_catalogue("indices")  # which a build makes of the Indices themselves


def write_template(folder: str | Path, lsoas: pd.Series | None = None) -> list[Path]:
    """Write a table of indicators and its catalogue, with every allowed word, to be filled in.

    Parameters
    ----------
    folder : str or Path
        Made if absent.
    lsoas : Series, optional
        Codes that its rows are to be of, named as the column of codes; of fewer codes it has fewer
        rows. Those of Cheshire East where not given.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileError
        If one of them is there already.
    """
    folder = Path(folder)
    targets = [folder / name for name in TEMPLATE]
    if taken := [path for path in targets if path.exists()]:
        raise FileError(f"{taken[0]} is there already; name another folder for the template.")
    folder.mkdir(parents=True, exist_ok=True)
    shipped = files("geo.sources.indicators").joinpath("template")
    for path in targets:
        text = shipped.joinpath(path.name).read_text("utf-8")
        if lsoas is not None and path.suffix == ".csv":
            text = _of_lsoas(text, lsoas)
        path.write_text(text, "utf-8")
    return targets


def _of_lsoas(text: str, lsoas: pd.Series) -> str:
    """Put other LSOAs into the first column of a table, each of its own into one of them."""
    header, *rows = (line.partition(",") for line in text.splitlines())
    own = dict(zip(dict.fromkeys(code for code, _, _ in rows), lsoas, strict=False))
    kept = [f"{own[code]},{rest}" for code, _, rest in rows if code in own]
    return "\n".join([f"{lsoas.name},{header[2]}", *kept, ""])
