"""The ``geo`` command and what it offers.

Exit code 0: good; 1: a problem in the data, told in plain words; 2: wrong usage. What is heavy is
imported when a command runs, so that ``geo --help`` answers at once.
"""

import gc

import click

from geo import __version__
from geo.commands.assign import assign
from geo.commands.audit import audit
from geo.commands.build import build
from geo.commands.check import check
from geo.commands.diff import diff
from geo.commands.fetch import fetch
from geo.commands.figure import figure
from geo.commands.indicators import indicators
from geo.commands.init import init
from geo.commands.places import places
from geo.commands.records import records
from geo.commands.slides import slides
from geo.commands.sources import sources
from geo.commands.target import target
from geo.commands.word import word


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="geo")
def main() -> None:
    """Show where deprivation sits, neighbourhood by neighbourhood, and where to help early."""
    gc.set_threshold(20_000, 20, 20)  # else a twentieth of a build goes into looking for cycles


_COMMANDS = (
    build,
    figure,
    target,
    diff,
    word,
    slides,
    check,
    audit,
    fetch,
    sources,
    indicators,
    places,
    init,
    assign,
    records,
)
for command in _COMMANDS:
    main.add_command(command)
