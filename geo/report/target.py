"""Tables of whom to serve first, made of the public Indices and residents of a place alone."""

from collections.abc import Sequence
from pathlib import Path

from geo.errors import TableError, refusal_told
from geo.report.evidence import Evidence, gather_evidence
from geo.targeting.coverage import coverage
from geo.targeting.priority import priority
from geo.vocabulary.local_names import LOCAL_NAME
from geo.vocabulary.releases import INDICES, RELEASES
from geo.vocabulary.spreadsheets import safe_cells

_MOST_DEPRIVED = 3
"""The last decile that counts as most deprived, where no number of areas is given."""


def write_target(
    place: str | Path | None,
    data: Sequence[str | Path],
    out: Path,
    *,
    release: int = 2025,
    index: str = "imd",
    top: int | None = None,
) -> list[str]:
    """Write ``targeting.csv`` and ``coverage.csv``, and say in sentences what they tell.

    Parameters
    ----------
    place : str, Path or None
        As in ``build_report``; None draws the sample.
    data : sequence of str or Path
        Data folders.
    out : Path
        Folder to write to.
    release : int
        Release of the Indices.
    index : str
        Index or domain whose ranks give the order: ``"imd"``, ``"idaci"`` …
    top : int, optional
        How many LSOAs are served; those in the most deprived 30% of England where not given.

    Raises
    ------
    GeoError
        If something in the data is wrong, or no LSOA is in the most deprived 30%.
    """
    return told(gather_evidence(place, data, RELEASES[release]), out, index, top)


def told(evidence: Evidence, out: Path, index: str, top: int | None) -> list[str]:
    """Write the tables of what is known of a place. No count of an indicator is read."""
    lsoas, levels = evidence.lsoas, evidence.place.level_columns
    rank = f"{index}_rank"
    if index not in INDICES or rank not in lsoas:
        known = ", ".join(name for name in INDICES if f"{name}_rank" in lsoas)
        raise TableError(f"There are no ranks of {index} here; choose one of {known}.")
    if top is None:
        top = int((lsoas[f"{index}_decile"] <= _MOST_DEPRIVED).sum())
        if not top:
            raise TableError("No LSOA is in the most deprived 30% of England; give --top.")
    order = priority(lsoas, needs=rank, top=top, by=levels[0] if levels else None)
    # An order by published ranks is certain: what would say how sure it is, is left out.
    order = order[[c for c in order if c not in ("index", "probability", "rank_low", "rank_high")]]
    extra = [c for c in (*levels, rank, f"{index}_decile", "population", "children") if c in lsoas]
    table = order.join(lsoas[[c for c in extra if c not in order]])
    names = [name for name in (f"{evidence.release.vintage}nm", LOCAL_NAME) if name in lsoas]
    for at, name in enumerate(names, 1):
        table.insert(at, name, lsoas[name])
    lines = [f"{evidence.label}: {top} of {len(lsoas)} LSOAs come first by {INDICES[index]}."]
    if levels:
        served = table[table["standing"] == "firmly in"][levels[0]].value_counts()
        lines += [f"{name} holds {count} of the {top}." for name, count in served.items()]
    tables = {"targeting": table}
    people = next((c for c in ("children", "population") if c in lsoas), None)
    if people is not None and lsoas[people].notna().all():
        found = coverage(lsoas, need=people, people=people, order=rank, top=top, by=levels)
        who = "children" if people == "children" else "residents"
        curve = found.curve.drop(columns=["leakage", "people"])
        named = {"need": who, "share_of_need": f"share_of_{who}"}
        tables["coverage"] = curve.rename(columns=named)
        lines.append(f"{found.share:.1%} of all {who} live in these {top} LSOAs.")
    with refusal_told(out):
        out.mkdir(parents=True, exist_ok=True)
        for name, one in tables.items():
            if evidence.notices:
                one = one.assign(note=" ".join(evidence.notices))
            safe_cells(one).to_csv(out / f"{name}.csv", index=False, lineterminator="\n")
    return [*lines, *(f"Note: {notice}" for notice in evidence.notices)]
