"""The reference of commands, each as it explains itself."""

import re
from typing import Any

import click

from geo.commands.cli import main


def named() -> dict[str, click.Command]:
    """Give every command by its name, in the order of ``geo --help``."""
    return dict(main.commands)


def listed() -> str:
    """Write the documentation of every command."""
    return "\n".join(
        f"```{{eval-rst}}\n.. click:: {command.callback.__module__}:{command.callback.__name__}\n"
        f"   :prog: geo {name}\n```\n"
        for name, command in named().items()
    )


def as_typed(_app: Any, _context: click.Context, lines: list[str]) -> None:
    """Show defaults as they are typed, not as Python has them."""
    for at, line in enumerate(lines):
        lines[at] = re.sub(r"``(?:PosixPath|WindowsPath)?\(?'([^']*)'\)?``", r"``\1``", line)
