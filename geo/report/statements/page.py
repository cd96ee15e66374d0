"""Sentences to use in a document: gathered from the tables of a report, and written."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from geo.errors import GeoError
from geo.report.changed import changes_of
from geo.report.evidence import Evidence
from geo.report.outcomes import Outcomes
from geo.report.rug_tables import all_periods
from geo.report.statements.on_areas import (
    CHANGES,
    COVERAGE,
    on_carried,
    on_change,
    on_concentration,
    on_deprivation,
    on_earlier,
    profile_of,
)
from geo.report.statements.on_indicators import (
    CONTEXT,
    TARGETS,
    on_context,
    on_indicators,
    on_targets,
    targets_of,
)
from geo.statistics.deprivation import decile_profile
from geo.views.rug.rug import TartanRug
from geo.views.site.statements import Statement, StatementsPage, statements_page
from geo.vocabulary.area_types import name_column, vintage_column
from geo.vocabulary.local_names import LOCAL_NAME
from geo.vocabulary.spreadsheets import safe_cells

PAGE = "statements.html"
TABLE = "tables/statements.csv"


def history_tables(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Count earlier releases by area, and set deciles beside those of the last one before.

    Returns
    -------
    dict of str to DataFrame
        By file, from the report's folder.
    """
    place = evidence.place
    tables = {
        profile_of(year): decile_profile(lsoas, by=place.level_columns, borough=place.name)
        for year, lsoas in sorted(evidence.earlier.items(), reverse=True)
        if year < evidence.release.year
    }
    try:
        found = changes_of(evidence)
    except GeoError:
        return tables  # the start page says why
    if found is None:
        return tables
    moves, (before, after) = found
    _, code = vintage_column(evidence.lsoas)
    names = [c for c in (code, name_column(code), LOCAL_NAME) if c in evidence.lsoas]
    renamed = moves.drop(columns=code).rename(
        columns={
            "decile_before": f"decile_{before}",
            "decile_after": f"decile_{after}",
            "decile_carried": f"decile_{before}_carried",
        }
    )
    tables[CHANGES] = evidence.lsoas[[*names, *place.level_columns]].join(renamed)
    return tables


def write_statements(
    evidence: Evidence, tables: Mapping[str, pd.DataFrame], rug: TartanRug | None, folder: Path
) -> None:
    """Write ``statements.html`` and its table, and that of targets where any is set.

    Parameters
    ----------
    evidence : Evidence
    tables : mapping of str to DataFrame
        Tables of the report by file, as they are written to its folder.
    rug : TartanRug, optional
        That of the smallest groups, where it is written.
    folder : Path
        Of the report, in which ``tables/`` is.
    """
    targets = pd.DataFrame()
    if rug is not None and evidence.outcomes is not None:
        targets = _targets(rug, evidence.outcomes)
    notice = " ".join(evidence.notices)
    made = _statements(evidence, tables, rug, targets)
    table = pd.DataFrame([asdict(one) for one in made]).rename(columns={"text": "statement"})
    written = {TABLE: table.assign(note=notice) if notice else table}
    if len(targets):
        written[TARGETS] = targets.assign(note=notice) if notice else targets
    for name, one in written.items():
        safe_cells(one).to_csv(folder / name, index=False, lineterminator="\n")
    page = StatementsPage(
        place=evidence.place.name,
        label=evidence.label,
        statements=made,
        notices=evidence.notices,
        sources=evidence.sources,
    )
    (folder / PAGE).write_text(statements_page(page), "utf-8")


def _targets(rug: TartanRug, found: Outcomes) -> pd.DataFrame:
    if "target" not in found.catalogue or found.catalogue["target"].isna().all():
        return pd.DataFrame()
    return targets_of(all_periods([rug], found), found.catalogue)


def _statements(
    evidence: Evidence,
    tables: Mapping[str, pd.DataFrame],
    rug: TartanRug | None,
    targets: pd.DataFrame,
) -> list[Statement]:
    """Gather every sentence, topic by topic."""
    place, year = evidence.place, evidence.release.year
    level = place.area_type(place.level_columns[0])
    made = [*on_deprivation(evidence.profile, place, year)]
    made += on_context(tables[CONTEXT], place.name) if CONTEXT in tables else []
    made += on_targets(targets, place.name)
    made += on_concentration(tables[COVERAGE]) if COVERAGE in tables else []
    earlier = {y: tables[profile_of(y)] for y in evidence.earlier if profile_of(y) in tables}
    made += on_earlier(earlier, (year, evidence.profile))
    if CHANGES in tables:
        before = next(y for y in earlier if f"decile_{y}" in tables[CHANGES])
        made += on_carried(tables[CHANGES], (before, year))
        made += on_change(tables[CHANGES], place, (before, year))
    if rug is not None:
        made += on_indicators(rug.data, place.name, level)
    return made
