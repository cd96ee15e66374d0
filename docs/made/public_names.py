"""Public names, read from the stub that says where each lives."""

import re
from pathlib import Path

_NAME = re.compile(r"from \.([\w.]+) import (\w+) as (\w+)")


def named() -> dict[str, str]:
    """Give every public name with its module, in the order of the stub."""
    stub = Path(__file__).parents[2] / "geo" / "__init__.pyi"
    return {name: module for module, _, name in _NAME.findall(stub.read_text("utf-8"))}


def listed(*rooms: str) -> str:
    """Write the documentation of the names that live in these rooms."""
    blocks = []
    for name, module in named().items():
        if module.startswith(rooms):
            kind = "autoclass" if name[0].isupper() else "autofunction"
            blocks.append(f"```{{eval-rst}}\n.. {kind}:: geo.{name}\n```\n")
    return "\n".join(blocks)
