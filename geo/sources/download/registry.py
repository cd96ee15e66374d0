"""The one readable list of official sources, ``sources.toml``, as values."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Source:
    """One file that can be fetched; the fields are those of ``sources.toml``.

    Attributes
    ----------
    kind : str
        How it is had: file, lookup (of all England), links (of the place), boundaries, points,
        population, census, crime, postcodes.
    role : str
        What a data folder knows it as, or how that begins; empty for what no build reads itself.
    group : str
        The word after ``--with`` that asks for it; empty for what is always fetched.
    licence : str
        Where it is another than that of the registry.
    rows : int
        Rows for all of England (0: not known beforehand); exactly, unless ``at_least``.
    """

    name: str
    title: str
    kind: str
    file: str
    columns: tuple[str, ...]
    attribution: tuple[str, ...]
    role: str = ""
    group: str = ""
    licence: str = ""
    address: str = ""
    services: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    rows: int = 0
    at_least: bool = False
    sha256: str = ""
    megabytes: int = 200
    table: str = ""
    query: Mapping[str, str] = field(default_factory=dict, hash=False)
    total: str = ""
    indicators: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Registry:
    """All sources, the hosts that may be asked, and the words that publishers want to see."""

    sources: tuple[Source, ...]
    hosts: tuple[str, ...]
    services: str
    nomis: str
    licence: str
    details: Mapping[str, str]
    credits: Mapping[str, str]

    @property
    def groups(self) -> tuple[str, ...]:
        """What is fetched on request only."""
        return tuple(dict.fromkeys(one.group for one in self.sources if one.group))

    def chosen(self, groups: tuple[str, ...] = ()) -> tuple[Source, ...]:
        """Choose the sources that are always fetched, and those of the groups asked for."""
        return tuple(one for one in self.sources if not one.group or one.group in groups)


@cache
def registry() -> Registry:
    """Read ``sources.toml``.

    Examples
    --------
    >>> [one.title for one in registry().sources if one.name == "iod2025"]
    ['Indices of Deprivation 2025, File 7']
    """
    return from_toml(files("geo.sources").joinpath("sources.toml").read_text("utf-8"))


def from_toml(text: str) -> Registry:
    """Make a registry from the text of a file such as ``sources.toml``."""
    entries = tomllib.loads(text)
    sources = tuple(_source({"name": name} | one) for name, one in entries["source"].items())
    return Registry(
        sources=sources,
        hosts=tuple(entries["hosts"]),
        services=entries["services"],
        nomis=entries["nomis"],
        licence=entries["licence"],
        details=entries["detail"],
        credits=entries["attribution"],
    )


def _source(entry: dict[str, Any]) -> Source:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()}
    return Source(**fields)


def filled(text: str, **known: str) -> str:
    r"""Put what is known into the places held for it, such as ``{year}``; leave other braces.

    Examples
    --------
    >>> filled(r"WD_MAY_20{year}_UK_{detail}(_V\d+)?", year="25", detail="BGC")
    'WD_MAY_2025_UK_BGC(_V\\d+)?'
    """
    return re.sub(r"\{([a-z]+)\}", lambda found: known.get(found[1], found[0]), text)
