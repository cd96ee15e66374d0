"""Fetch official data for a place, and tell what is known, here and how old.

A module of its own because it composes: the place is geography's, the files are sources'.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from geo.errors import FileError, GeoError, examples, refusal_told
from geo.geography.membership import membership
from geo.geography.places import Place, load_place
from geo.notes import Notes
from geo.report.regrouped import regrouped
from geo.sources import folders, lookups
from geo.sources.download.obtain import Area, Desk, written
from geo.sources.download.registry import Source, registry
from geo.sources.download.session import CONNECTIONS, printable
from geo.sources.download.store import Store, attributions, opened, recorded, sha256
from geo.sources.download.web import Web
from geo.sources.recognise import DataFile
from geo.vocabulary.area_types import column_of, is_ward, kind_and_year, kind_of

_FOR_ALL = ("file", "lookup")  # kinds that can be fetched before the place's LSOAs are known
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Fetched:
    """What a fetch did: a line a file, how many were there already, and what was left alone."""

    folder: Path
    lines: tuple[str, ...]
    here: int
    notes: tuple[str, ...]


def fetch_place(
    place: str | Path,
    folder: Path,
    *,
    groups: Sequence[str] = (),
    detail: str = "generalised",
    all_england: bool = False,
    refresh: bool = False,
    offline: bool = False,
    base_url: str = "",
    minutes: float = 30,
    on_progress: OnProgress = lambda _title, _done, _total: None,
) -> Fetched:
    """Fetch what a place needs into its data folder; what is there already is left as it is.

    Parameters
    ----------
    place : str or Path
        As for ``load_place``.
    folder : Path
        Data folder; made if absent.
    groups : sequence of str
        What is fetched on request: fingertips, census, crime, postcodes.
    detail : {"full", "generalised", "super"}
        How finely boundaries are drawn.
    all_england : bool
        Boundaries of all England rather than of the place.
    refresh : bool
        Fetch again what is there.
    offline : bool
        Connect to nothing; raise if something is missing.
    base_url : str
        A mirror to ask instead of the official hosts.
    minutes : float
        Time limit for everything.
    on_progress : callable
        Called with a title, what is done and what there is in all (0 where not known).

    Returns
    -------
    Fetched

    Raises
    ------
    GeoError
        If something cannot be had; every file that is in the folder then is whole, and a second
        run fetches the rest.
    """
    known = load_place(place)
    if known.synthetic:
        raise GeoError(f"{known.name} is invented, so nothing is fetched; try geo build --sample.")
    ward_year = kind_and_year(known.key)[1][2:] if is_ward(known.key) else ""
    area = Area(known.authorities, ward_year, detail, all_england)
    wanted = registry().chosen(tuple(groups))
    if offline:
        if refresh:
            raise GeoError("--refresh fetches again and --offline does not; give one of them.")
        return _without_network(folder, known, wanted, area)
    seconds = minutes * 60
    with (
        opened(folder, registry(), wait=seconds) as store,
        Web(registry().hosts, base_url, seconds=seconds) as web,
    ):
        plan, changed, notes = _plan(folder, store.files, known, wanted, area, refresh)
        notes += [
            f"{source.file} was changed since it was fetched, and is left as it is; "
            "--refresh fetches it again."
            for source in changed
        ]
        run = _Run(web, store, on_progress)
        first = [source for source in plan if source.kind in _FOR_ALL]
        rest = [source for source in plan if source not in first]
        lines = run.through(first, area)
        if rest and not any(one.kind == "lookup" for one in run.failed):
            lines += run.through(rest, _with_codes(area, folder, known))
        run.require_all()
    return Fetched(folder, tuple(lines), len(wanted) - len(plan) - len(notes), tuple(notes))


class _Run:
    """Sources fetched side by side; each is checked and moved to its place as it arrives."""

    def __init__(self, web: Web, store: Store, on_progress: OnProgress) -> None:
        self._web, self._store, self._on_progress = web, store, on_progress
        self.failed: dict[Source, str] = {}

    def through(self, sources: Sequence[Source], area: Area) -> list[str]:
        """Fetch these sources; failures are kept in ``failed``, so that the others go on."""
        desk, lines = Desk(self._web, registry(), area), []
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            try:
                jobs = {
                    pool.submit(
                        desk.obtain,
                        source,
                        self._store.staged(source),
                        partial(self._on_progress, source.title),
                    ): source
                    for source in sources
                }
                for job in as_completed(jobs):
                    try:
                        lines.append(self._kept(jobs[job], area, job))
                    except GeoError as problem:
                        self.failed[jobs[job]] = printable(str(problem))
            except BaseException:
                self._web.stop()
                pool.shutdown(cancel_futures=True)
                raise
        return lines

    def _kept(self, source: Source, area: Area, job: Any) -> str:
        with refusal_told(self._store.folder, "Nothing more"):
            got = job.result()
            rows = written(source, area, got, self._store.staged(source))
            about = {"from": got.address, "edition": got.edition, "rows": rows}
            self._store.keep(source, about | _settings(source, area))
        counted = "" if rows is None else f", {_counted(rows)}"
        named = f" ({got.edition})" if got.edition else ""
        return f"{source.file}: {source.title}{named}{counted}"

    def require_all(self) -> None:
        """Raise, with the first reason, if anything could not be had."""
        if not self.failed:
            return
        source, reason = next(iter(self.failed.items()))
        others = [one.title for one in self.failed if one is not source]
        more = f" Nor could {len(others)} more ({examples(others)})." if others else ""
        if lost := self._web.nothing_reached:
            raise _no_network(self._store.folder, lost)
        files = self._store.files
        kept = f" What is in {self._store.folder} is whole; run again to fetch the rest."
        raise FileError(
            f"{source.title} could not be fetched: {reason}{more}"
            f"{kept if files else ' Nothing was written.'}"
        )


def _no_network(folder: Path, lost: str) -> FileError:
    """Say that nothing can be fetched, and how files come into the folder by hand."""
    return FileError(
        f"Nothing could be fetched, for want of a network: {lost}. Check the network, HTTPS_PROXY "
        "and --base-url. Or place files by hand: run geo fetch with --out where there is a network "
        f"and copy that folder to {folder}, or put your own there under any name, which geo check "
        "recognises by their columns; geo sources lists what is wanted."
    )


def _counted(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def _settings(source: Source, area: Area) -> dict[str, str]:
    """Tell what a file depends on besides its source; another wish means another file."""
    drawn = source.kind in ("boundaries", "points")
    place = source.kind not in _FOR_ALL or "{code}" in source.address
    wards = "{year}" in "".join(source.columns)
    return {
        "extent": area.extent if place and not (drawn and area.all_england) else "England",
        **({"detail": area.detail} if source.kind == "boundaries" else {}),
        **({"wards": area.year} if wards and source.kind == "lookup" else {}),
    }


def _plan(
    folder: Path,
    fetched: dict[str, Any],
    place: Place,
    wanted: Sequence[Source],
    area: Area,
    refresh: bool = False,
) -> tuple[list[Source], list[Source], list[str]]:
    """Tell what to fetch, what was changed by hand, and what of the user's own stands in."""
    own = _own_files(folder, place, fetched) if folder.is_dir() else []
    plan: list[Source] = []
    changed: list[Source] = []
    notes = []
    for source in wanted:
        path, entry = folder / source.file, fetched.get(source.file)
        stand_in = next((one for one in own if _fits(one, source)), None)
        if path.is_dir():
            raise FileError(
                f"{path} is a folder, and {source.title} is kept as a file of that name; rename "
                "it, or choose another folder with --out."
            )
        if stand_in is not None or (entry is None and path.is_file()):
            name = path.name if stand_in is None else stand_in.path.name
            notes.append(f"{name} is your own file; it is kept in place of: {source.title}.")
        elif refresh or entry is None or not path.is_file():
            plan.append(source)
        elif sha256(path) != entry["sha256"]:
            changed.append(source)
        elif any(entry.get(name) != wish for name, wish in _settings(source, area).items()):
            plan.append(source)
    return plan, changed, notes


def _own_files(folder: Path, place: Place, fetched: dict[str, Any]) -> list[DataFile]:
    """List what the user put there, as recognised; nothing is opened if there is nothing."""
    aside = {*fetched, "sources.json"}
    names = [one.name for one in folder.iterdir() if not one.name.startswith(".")]
    if set(names) <= {*aside, "more", "indicators"}:
        return []
    files = folders.scan([folder], place.listed_columns)
    return [file for file in files if file.path.name not in aside]


def _fits(file: DataFile, source: Source) -> bool:
    return bool(source.role) and file.role.startswith(source.role)


def _with_codes(area: Area, folder: Path, place: Place) -> Area:
    """List the place's LSOAs and wards, by the lookups that are in the folder now."""
    files = folders.scan([folder], place.listed_columns)
    place = regrouped(place, next((f.path for f in folders.choose(files, "grouping")), None))
    roles = sorted({file.role for file in files if file.role.startswith("lookup")})
    links = [lookups.read_lookup(f.path) for role in roles for f in folders.choose(files, role)]
    told_by_build: Notes = []  # how split LSOAs are settled
    codes = {
        vintage: membership(place, vintage, links, notes=told_by_build)[f"{vintage}cd"].tolist()
        for vintage in ("lsoa21", "lsoa11")
    }
    to_wards = next(t for t in links if "lsoa21cd" in t and column_of("wd", t))
    ward = str(column_of("wd", to_wards))
    wards = set(to_wards.loc[to_wards["lsoa21cd"].isin(codes["lsoa21"]), ward])
    if place.units is not None and place.key == ward:
        wards |= set(place.units[ward])
    codes[kind_of(ward)] = sorted(wards)
    return replace(area, year=kind_and_year(ward)[1][2:], codes=codes)


def _without_network(folder: Path, place: Place, wanted: Sequence[Source], area: Area) -> Fetched:
    missing, changed, notes = _plan(folder, recorded(folder), place, wanted, area)
    if missing:
        there = any((folder / one.file).is_file() for one in missing)
        other = ", or there with another --detail or extent" if there else ""
        raise FileError(
            f"{len(missing)} of {len(wanted)} files are not in {folder}{other} "
            f"({examples(one.title for one in missing)}), and --offline fetches nothing; run "
            " without it where there is a network."
        )
    if changed:
        raise FileError(
            f"{examples(one.file for one in changed)} in {folder} is not as it was fetched, so it "
            "may be damaged; run without --offline to keep it, or with --refresh to fetch it again."
        )
    return Fetched(folder, (), len(wanted) - len(notes), tuple(notes))


def source_lines(place: str | Path, folder: Path) -> Iterator[str]:
    """Tell of every source whether it is in the folder, how old it is, and who is to be named.

    Raises
    ------
    GeoError
        If there is no such place, or ``sources.json`` is damaged.
    """
    known, here, today = load_place(place), recorded(folder), datetime.now(UTC)
    yield f"Official sources for {known.name}, in {folder}:"
    for source in registry().sources:
        entry = here.get(source.file)
        if entry is not None and (folder / source.file).is_file():
            days = (today - datetime.fromisoformat(entry["fetched"])).days
            age = "today" if days == 0 else f"{days} {'day' if days == 1 else 'days'} ago"
            rows = "" if entry["rows"] is None else f"{_counted(entry['rows'])}, "
            state = f"{rows}fetched {age} ({entry['fetched'][:10]})"
        elif (folder / source.file).is_file():
            state = "your own file"
        else:
            state = f"not here; on request: --with {source.group}" if source.group else "not here"
        licence = f" {source.licence}." if source.licence else ""
        yield f"  {source.file}: {source.title}. {state[0].upper()}{state[1:]}.{licence}"
    yield f"Where no other licence is named, they are under the {registry().licence}."
    if lines := attributions(folder):
        yield "To be named on whatever is made of what is here:"
        yield from (f"  {line}" for line in lines)
