"""Example files: what they hold, and what the toolkit itself says of each."""

from functools import cache
from pathlib import Path

from geo.report.check import check_indicators, explain_file
from geo.sources.folders import scan
from geo.sources.readings import each_file_once
from geo.sources.recognise import DataFile

FOLDER = Path(__file__).parents[1] / "examples"
PLACE = "cheshire-east"
_MOST_LINES = 12
_WIDEST = 180


def told(name: str) -> list[str]:
    """Say what ``geo check`` says of an example.

    Parameters
    ----------
    name : str
        Path below ``docs/examples``; those in ``indicators/`` are read as indicators, beside the
        lookups in ``data/``.
    """
    path = FOLDER / name
    if not name.startswith("indicators/"):
        return explain_file(PLACE, path)
    with each_file_once():
        lines, _ = check_indicators([path], _lookups())
    return [line.replace(f"{path}", path.name) for line in lines]


@cache
def _lookups() -> tuple[DataFile, ...]:
    return tuple(file for file in scan([FOLDER / "data"]) if file.role.startswith("lookup"))


def command(name: str) -> str:
    """Give the command whose answer is ``told``."""
    asked = "--data data --indicators" if name.startswith("indicators/") else "--explain"
    return f"geo check {asked} {Path(name).name}"


def text(name: str) -> str:
    """Show the first lines of an example; of a workbook nothing."""
    path = FOLDER / name
    if path.suffix not in (".csv", ".toml", ".geojson"):
        return ""
    lines = path.read_text("utf-8").splitlines()
    more = [] if len(lines) <= _MOST_LINES else [f"… {len(lines) - _MOST_LINES} more lines"]
    cut = [line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…" for line in lines[:_MOST_LINES]]
    language = "toml" if path.suffix == ".toml" else "text"
    body = "\n".join([*cut, *more])
    return f"```{{code-block}} {language}\n:caption: {path.name}\n\n{body}\n```\n"


def example(name: str) -> str:
    """Show an example, and below what the toolkit says of it."""
    answer = "\n".join(told(name))
    return f"{text(name)}\n```{{code-block}} console\n\n$ {command(name)}\n{answer}\n```\n"
