"""What was published: cells as printed, under which hierarchy and rule, kept in a ledger."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.disclosure.feasible_counts import value_columns
from geo.disclosure.rules import Rule
from geo.disclosure.table import KEYS, confidential_rows
from geo.errors import FileError, GeoError
from geo.statistics.series import fact, indicator_facts, multipliers
from geo.vocabulary.area_types import vintage_column

LEDGER = "ledger.json"
WITHHELD = "Not shown for areas this small, so that the figures of larger ones can be shown"
_FORM = 1
"""Of the ledger's form; another is refused."""


@dataclass(frozen=True)
class Publication:
    """What one publication tells of confidential counts, and nothing else.

    Parameters
    ----------
    name : str
        What readers call it: the name of its folder.
    rule : Rule
        Which numbers it hides.
    hierarchy : DataFrame
        A row an LSOA: its code and the groups it lies in.
    cells : DataFrame
        A row for every area, indicator, period, sex and age that it shows, printed or hidden.
    dominance : bool
        Whether it hides sums and means for who contributes most to them too. By which parameters
        is not told, so that the rule is without them.

    Notes
    -----
    A ledger may be handed on with the outputs, because each of its columns is in them already:

    - ``area_code`` … ``age`` name the cells, and the hierarchy is that of ``tables/lsoas.csv``;
    - ``state`` is what readers are shown in place of a number, and ``withheld`` says of which
      cells zeros are not shown either, as their note does; which cells were hidden first and which
      for the sake of others is in neither;
    - ``count``, ``denominator``, values and limits are those that were printed, and missing where
      none was: they are taken after suppression, so that a hidden number cannot be among them;
    - ``measure`` and ``multiplier`` are of the indicator, and the rule is in words on each output.

    Relations between series are not in it, because they are found with hidden counts. Ledgers of
    earlier publications are not handed on, because those may have had other readers.
    """

    name: str
    rule: Rule
    hierarchy: pd.DataFrame
    cells: pd.DataFrame
    dominance: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        shown: pd.DataFrame,
        hierarchy: pd.DataFrame,
        catalogue: pd.DataFrame | None,
        rule: Rule,
    ) -> "Publication":
        """Take down what has passed suppression.

        Parameters
        ----------
        name : str
            What readers call the publication.
        shown : DataFrame
            As from ``publishable`` or ``suppress``.
        hierarchy, catalogue : DataFrame
            As for those.
        rule : Rule
            The rule that was applied.
        """
        rows = shown[confidential_rows(shown, catalogue)]
        facts = indicator_facts(rows, catalogue)
        measure = fact(facts, "measure", rows["indicator_id"])
        usual = np.where(measure == "", "proportion", measure)
        numbers = ["count", "denominator", *value_columns(rows)]
        note = rows["note"] if "note" in rows else pd.Series("", rows.index)
        cells = rows.reindex(columns=[*KEYS, "state", *numbers]).reset_index(drop=True)
        cells[list(KEYS)] = cells[list(KEYS)].astype(object).fillna("")
        hidden = cells["state"].eq("suppressed") & cells["count"].isna()
        told = [column for column in numbers if column != "denominator"]
        cells[told] = cells[told].mask(hidden)
        return cls(
            name,
            replace(rule, dominance=None, p_percent=0),
            hierarchy.reset_index(drop=True),
            cells.assign(
                withheld=note.eq(WITHHELD).to_numpy(bool),
                measure=measure,
                multiplier=multipliers(facts, rows["indicator_id"], usual),
            ),
            dominance=bool(rule.contributions),
        )

    @property
    def vintage(self) -> str:
        """Which LSOAs it stands on, such as ``lsoa21``."""
        return vintage_column(self.hierarchy)[0]

    def write(self, folder: Path) -> None:
        """Write the ledger into the folder of the outputs."""
        ledger = {
            "form": _FORM,
            "rule": {
                name: told
                for name, told in asdict(self.rule).items()
                if name not in ("dominance", "p_percent")
            },
            "dominance": self.dominance,
            "hierarchy": _columns(self.hierarchy),
            "cells": _columns(self.cells),
        }
        (folder / LEDGER).write_text(json.dumps(ledger, ensure_ascii=False) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Publication":
        """Read the ledger in the folder of an earlier build.

        Raises
        ------
        FileError
            If there is none, or it cannot be read.

        Examples
        --------
        >>> Publication.read(Path("nowhere"))
        Traceback (most recent call last):
        ...
        geo.errors.FileError: There is no ledger.json in nowhere, which says what was published
        there; name the folder of an earlier build that showed confidential indicators.
        """
        path = folder / LEDGER
        try:
            ledger = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as problem:
            raise FileError(
                f"There is no {LEDGER} in {folder}, which says what was published there; name the "
                "folder of an earlier build that showed confidential indicators."
            ) from problem
        except (OSError, ValueError) as problem:
            raise FileError(_damaged(path)) from problem
        if not isinstance(ledger, dict) or ledger.get("form") != _FORM:
            raise FileError(_damaged(path))
        try:
            found = cls(
                folder.resolve().name,
                Rule(**ledger["rule"]),
                pd.DataFrame(ledger["hierarchy"]),
                pd.DataFrame(ledger["cells"]),
                dominance=bool(ledger.get("dominance", False)),
            )
            _require_whole(found)
        except (KeyError, TypeError, ValueError, GeoError) as problem:
            raise FileError(_damaged(path)) from problem
        return found


@dataclass(frozen=True)
class Terms:
    """On what terms confidential counts are published.

    Parameters
    ----------
    rule : Rule
        Which numbers are too small.
    previous : tuple of Publication
        What was published before: nothing that it hides is opened.
    lookups : tuple of DataFrame
        Between the LSOAs of all publications.
    key : bytes, optional
        As for :func:`geo.disclosure.suppress.suppress`.
    """

    rule: Rule = field(default_factory=Rule)
    previous: tuple[Publication, ...] = ()
    lookups: tuple[pd.DataFrame, ...] = ()
    key: bytes | None = None

    @classmethod
    def asked(cls, rule: Rule | None, previous: Iterable[str | Path] = ()) -> "Terms":
        """Read what was published before from the folders named; counts under 5 without a rule."""
        before = (Publication.read(folder) for folder in dict.fromkeys(map(Path, previous)))
        return cls(rule or Rule(), tuple(before))

    def published(
        self, shown: pd.DataFrame, hierarchy: pd.DataFrame, catalogue: pd.DataFrame
    ) -> Publication:
        """Take down what is published on these terms now."""
        return Publication.of("", shown, hierarchy, catalogue, self.rule)


def _damaged(path: Path) -> str:
    return (
        f"{path} is no whole ledger of this version; take it from the folder that was published, "
        "unchanged."
    )


def _require_whole(found: Publication) -> None:
    """Raise ``KeyError`` or ``GeoError`` where columns are absent, and read numbers as numbers."""
    cells = found.cells
    numbers = ["count", "denominator", "multiplier", *value_columns(cells)]
    cells[numbers] = cells[numbers].astype(float)
    cells["withheld"] = cells["withheld"].astype(bool)
    _ = found.vintage, cells[[*KEYS, "state", "measure"]]


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns as lists; what is missing as None."""
    plain = table.astype(object).where(table.notna(), None)
    return {str(column): plain[column].tolist() for column in plain}
