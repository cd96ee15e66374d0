"""geo fetch: right data in the end, or one clear sentence and nothing half-written."""

import dataclasses
import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from click.testing import CliRunner

import geo.report.fetch
from geo.__main__ import main
from geo.report.evidence import gather_evidence
from geo.sources import folders, populations
from geo.sources.download import web
from geo.sources.download.obtain import Area
from geo.sources.download.registry import Registry, Source, registry
from geo.sources.download.store import attributions
from geo.vocabulary.releases import RELEASES
from tests import CHECKOUT, servers
from tests.builders import LOOKUP_2011, LOOKUP_WARDS, squares, write_place

HOST = "assets.publishing.service.gov.uk"
ADDRESS = f"https://{HOST}/media/tiny.csv"
TINY = b"LSOA code,score\n" + b"".join(b"E0100000%d,%d\n" % (at, at) for at in range(1, 9))
GROUPS = ("census", "fingertips", "crime", "postcodes")


@pytest.fixture(autouse=True)
def _plain_network(monkeypatch):
    """No proxy, bundle or mirror of the machine that runs the tests."""
    for name in list(os.environ):
        if re.search(r"(?i)_proxy$|ca_bundle|ssl_cert|GEO_FETCH", name):
            monkeypatch.delenv(name)


@pytest.fixture
def official():
    """A server of its own for a test, with one small file."""
    here = servers.Official(assets={"media/tiny.csv": TINY})
    server = servers.serve(here)
    yield here
    server.shutdown()
    server.server_close()


# --- The command, with one small source ----------------------------------------------------------

ENTRY = Source(
    name="tiny",
    title="Tiny scores",
    kind="file",
    file="tiny.csv",
    columns=("LSOA code", "score"),
    attribution=("ons", "os"),
    address=ADDRESS,
    rows=8,
    megabytes=1,
)


def _known(*sources: Source) -> Registry:
    return dataclasses.replace(registry(), sources=sources)


@pytest.fixture
def use(monkeypatch):
    """Let the command know only the given sources, and wait for nothing."""
    monkeypatch.setattr(web, "WAITS", (0.0, 0.0, 0.0, 0.0))

    def used(*sources: Source) -> None:
        monkeypatch.setattr(geo.report.fetch, "registry", lambda: _known(*sources))

    used(ENTRY)
    return used


def _fetch(official, folder, *options, place="cheshire-east"):
    arguments = ["fetch", place, "--out", folder, "--base-url", official.url, *options]
    return CliRunner().invoke(main, [str(one) for one in arguments])


def _left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file() and p.name[0] != ".")


def _fails(result, *words):
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(".")
    for word in words:
        assert word in line


GOOD_IN_THE_END = {
    "busy": [servers.status(503), servers.status(503)],
    "asked to wait": [servers.status(429, Retry_After="0")],
    "truncated": [servers.breaks_off(TINY, 40)],
    "reset": [servers.breaks_off(TINY, 40, reset=lambda: None)],
    "sent on": [servers.redirect(ADDRESS)],
}
REFUSED = {
    "busy": ([servers.status(503)] * 5, "5 tries"),
    "truncated": ([servers.breaks_off(b"x" * 999, 40)] * 5, "broke off"),
    "page": ([servers.page], "a web page instead of data"),
    "other host": ([servers.redirect("http://login.example/")], "login.example"),
    "gone": ([servers.status(404)], "nothing is there any more"),
    "columns": ([servers.body(b"a,b\n1,2\n", "text/csv")], "it has no column LSOA code, score"),
    "rows": ([servers.body(TINY[:60], "text/csv")], "breaks off in its last row"),
    "short": ([servers.body(TINY[:-12], "text/csv")], "7 rows, and 8 are expected for England"),
    "empty": ([servers.body(b"", "text/csv")], "is empty"),
    "too large": ([servers.body(b"x" * 1_100_000, "text/csv")], "more than 1 MB"),
}


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize("faults", GOOD_IN_THE_END.values(), ids=GOOD_IN_THE_END)
def test_fetch_on_a_bad_day_gives_the_right_file(official, tmp_path, faults):
    official.fault("tiny", *faults)
    result = _fetch(official, tmp_path / "data")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "data" / "tiny.csv").read_bytes() == TINY
    assert _left(tmp_path / "data") == ["sources.json", "tiny.csv"]


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize(("faults", "words"), REFUSED.values(), ids=REFUSED)
def test_fetch_of_what_is_wrong_writes_nothing(official, tmp_path, faults, words):
    official.fault("tiny", *faults)
    _fails(_fetch(official, tmp_path / "data"), "Tiny scores could not be fetched: ", words)
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize(("faults", "words"), REFUSED.values(), ids=REFUSED)
def test_refresh_that_fails_leaves_the_file_as_it_was(official, tmp_path, faults, words):
    assert _fetch(official, tmp_path).exit_code == 0
    record = (tmp_path / "sources.json").read_bytes()
    official.fault("tiny", *faults)
    _fails(_fetch(official, tmp_path, "--refresh"), words)
    assert (tmp_path / "tiny.csv").read_bytes() == TINY
    assert (tmp_path / "sources.json").read_bytes() == record
    assert _left(tmp_path) == ["sources.json", "tiny.csv"]


def test_fetch_with_a_wrong_checksum_writes_nothing(official, use, tmp_path):
    use(dataclasses.replace(ENTRY, sha256="0" * 64))
    _fails(_fetch(official, tmp_path / "data"), "its checksum is", "000000000000… is expected")
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("use")
def test_fetch_past_the_time_limit_writes_nothing(official, tmp_path):
    said = _fetch(official, tmp_path / "data", "--time-limit", 1e-9)
    _fails(said, "too slow for the time limit of 1e-09 minutes")
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize("name", ["sources.json", "tiny.csv"])
@pytest.mark.parametrize("option", ["--all-england", "--refresh"])
def test_fetch_that_cannot_be_noted_leaves_what_was_there(
    official, tmp_path, monkeypatch, name, option
):
    """Whichever of the two files is refused, the data and what is noted of them agree."""
    folder, replaced = tmp_path / "data", os.replace
    if option == "--refresh":
        assert _fetch(official, folder).exit_code == 0
    before = {p.name: p.read_bytes() for p in folder.glob("*.*")}
    official.assets["media/tiny.csv"] = TINY.replace(b",8\n", b",9\n")

    def full(one, other):
        if Path(other) == folder / name:
            raise OSError(errno.ENOSPC, "No space left on device")
        replaced(one, other)

    monkeypatch.setattr(os, "replace", full)
    _fails(_fetch(official, folder, option), "No space left on device); free some space")
    monkeypatch.setattr(os, "replace", replaced)
    assert {p.name: p.read_bytes() for p in folder.glob("*.*")} == before
    assert "1 file fetched" in _fetch(official, folder, option).output


@pytest.fixture
def full_disk():
    """Let no file of this process grow past a few bytes, as on a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("use")
def test_fetch_to_a_full_disk_writes_nothing(official, tmp_path, full_disk):
    full_disk(50)
    result = _fetch(official, tmp_path / "data")
    full_disk(1_000_000)
    _fails(result, "Nothing more can be written to", "free some space")
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("use")
def test_fetch_beside_a_file_of_that_name_leaves_it(official, tmp_path):
    (tmp_path / "tiny.csv").write_text("mine", "utf-8")
    result = _fetch(official, tmp_path, "--refresh")
    assert "Note: tiny.csv is your own file; it is kept in place of: Tiny scores." in result.output
    assert (tmp_path / "tiny.csv").read_text("utf-8") == "mine"
    assert official.asked == []


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize(
    ("folder", "in_the_way", "words"),
    [
        ("data", "data", "data is a file; choose a folder with --out"),
        ("data", "data/.fetching", ".fetching is a file, where geo fetch makes a folder; delete"),
        ("data/more", "data", "choose another folder with --out"),
    ],
)
def test_fetch_where_a_file_is_in_the_way_says_so(official, tmp_path, folder, in_the_way, words):
    path = tmp_path / in_the_way
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", "utf-8")
    result = _fetch(official, tmp_path / folder)
    _fails(result, words)
    assert "free some space" not in result.stderr
    assert path.read_text("utf-8") == "mine"


@pytest.mark.usefixtures("use")
def test_fetch_where_a_folder_has_the_name_of_a_file_says_so(official, tmp_path):
    (tmp_path / "tiny.csv").mkdir()
    _fails(_fetch(official, tmp_path), "tiny.csv is a folder, and Tiny scores is kept as a file")
    assert official.asked == []


@pytest.mark.usefixtures("use")
def test_next_command_can_be_pasted_where_the_folder_has_spaces(official, tmp_path):
    result = _fetch(official, tmp_path / "my data")
    assert result.output.splitlines()[-1].endswith(f'--data "{tmp_path / "my data"}"')


def test_fetch_leaves_out_what_an_own_file_stands_for(official, use, tmp_path):
    LOOKUP_2011.to_csv(tmp_path / "my lookup.csv", index=False)
    use(ENTRY, dataclasses.replace(ENTRY, name="b", file="b.csv", role="lookup lsoa11 lsoa21"))
    result = _fetch(official, tmp_path)
    assert "Note: my lookup.csv is your own file" in result.output
    assert _left(tmp_path) == ["my lookup.csv", "sources.json", "tiny.csv"]


@pytest.mark.usefixtures("use")
def test_second_fetch_asks_nothing_and_refresh_asks_again(official, tmp_path):
    assert "1 file fetched" in _fetch(official, tmp_path).output
    assert "0 files fetched" in _fetch(official, tmp_path).output
    assert len(official.asked) == 1
    official.assets["media/tiny.csv"] = TINY.replace(b",8\n", b",9\n")
    assert "1 file fetched" in _fetch(official, tmp_path, "--refresh").output
    assert b",9\n" in (tmp_path / "tiny.csv").read_bytes()


@pytest.mark.usefixtures("use")
def test_fetch_leaves_a_file_that_was_changed_and_says_so(official, tmp_path):
    assert _fetch(official, tmp_path).exit_code == 0
    (tmp_path / "tiny.csv").write_text("mended by hand", "utf-8")
    assert "tiny.csv was changed since it was fetched" in _fetch(official, tmp_path).output
    assert (tmp_path / "tiny.csv").read_text("utf-8") == "mended by hand"
    assert _fetch(official, tmp_path, "--refresh").exit_code == 0
    assert (tmp_path / "tiny.csv").read_bytes() == TINY


@pytest.mark.usefixtures("use")
def test_offline_never_connects(official, tmp_path):
    _fails(_fetch(official, tmp_path / "data", "--offline"), "1 of 1 files", "Tiny scores")
    assert not (tmp_path / "data").exists()
    assert official.asked == []
    assert _fetch(official, tmp_path / "data").exit_code == 0
    assert _fetch(official, tmp_path / "data", "--offline").exit_code == 0
    assert len(official.asked) == 1


@pytest.mark.usefixtures("use")
def test_offline_refuses_a_file_that_is_not_as_it_was_fetched(official, tmp_path):
    assert _fetch(official, tmp_path).exit_code == 0
    (tmp_path / "tiny.csv").write_bytes(b"x")
    _fails(_fetch(official, tmp_path, "--offline"), "tiny.csv in ", "is not as it was fetched")
    assert (tmp_path / "tiny.csv").read_bytes() == b"x"


@pytest.mark.usefixtures("use")
def test_offline_and_refresh_contradict_each_other(official, tmp_path):
    _fails(_fetch(official, tmp_path, "--offline", "--refresh"), "give one of them")


def test_fetch_of_several_goes_on_after_one_fails(official, use, tmp_path):
    lost = [dataclasses.replace(ENTRY, name=n, file=f"{n}.csv", title=f"Lost {n}") for n in "abc"]
    lost = [dataclasses.replace(s, address=f"https://{HOST}/media/no.csv") for s in lost]
    use(*lost, ENTRY)
    result = _fetch(official, tmp_path)
    _fails(result, "could not be fetched: ", "Nor could 2 more", "run again to fetch the rest")
    assert _left(tmp_path) == ["sources.json", "tiny.csv"]


@pytest.mark.usefixtures("use")
def test_fetch_with_a_damaged_record_says_so(official, tmp_path):
    (tmp_path / "sources.json").write_text('{"files": ', "utf-8")
    _fails(_fetch(official, tmp_path), "sources.json is damaged")


GOOD_ENTRY = {
    "fetched": "2026-01-01T00:00:00+00:00",
    "rows": 8,
    "attribution": ["ONS"],
    "sha256": "0" * 64,
}


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize(
    "wrong",
    [
        {"fetched": None},
        {"fetched": "2026-01-01"},
        {"fetched": "yesterday"},
        {"rows": "8"},
        {"attribution": None},
        {"attribution": [1]},
        {"sha256": 0},
        *({"without": name} for name in GOOD_ENTRY),
    ],
    ids=str,
)
def test_record_that_was_edited_wrongly_is_told(official, tmp_path, wrong):
    def listed(entry):
        record = json.dumps({"files": {"tiny.csv": entry}})
        (tmp_path / "sources.json").write_text(record, "utf-8")
        return CliRunner().invoke(main, ["sources", "--data", str(tmp_path)])

    (tmp_path / "tiny.csv").write_bytes(TINY)
    assert listed(GOOD_ENTRY).exit_code == 0
    entry = GOOD_ENTRY | wrong
    entry.pop(entry.pop("without", ""), None)
    _fails(listed(entry), "sources.json is damaged")
    _fails(_fetch(official, tmp_path), "sources.json is damaged")


@pytest.mark.usefixtures("use")
def test_password_of_a_mirror_is_written_nowhere(official, tmp_path):
    login = official.url.replace("//", "//bob:sekret@")
    result = _fetch(official, tmp_path, "--base-url", login)
    assert result.exit_code == 0
    assert "sekret" not in result.output + (tmp_path / "sources.json").read_text("utf-8")


@pytest.mark.usefixtures("use")
@pytest.mark.parametrize("address", ["https://", "http://[::1", "http://local host:1"])
def test_mirror_that_is_no_address_is_told_at_once(official, tmp_path, address):
    _fails(_fetch(official, tmp_path / "data", "--base-url", address), f"is '{address}'; give")
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("use")
def test_record_says_where_from_when_and_how_many(official, tmp_path):
    assert _fetch(official, tmp_path).exit_code == 0
    entry = json.loads((tmp_path / "sources.json").read_text("utf-8"))["files"]["tiny.csv"]
    assert entry["from"] == f"{official.url}/{HOST}/media/tiny.csv"
    assert (entry["rows"], entry["bytes"]) == (8, len(TINY))
    assert entry["licence"] == "Open Government Licence v3.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\+00:00", entry["fetched"])
    year = entry["fetched"][:4]
    assert attributions(tmp_path) == [
        registry().credits["ons"],
        f"Contains OS data © Crown copyright and database right {year}",
    ]


@pytest.mark.usefixtures("use")
def test_attributions_of_files_not_used_or_gone_are_left_out(official, tmp_path):
    assert _fetch(official, tmp_path).exit_code == 0
    assert attributions(tmp_path, ["tiny.csv"]) == attributions(tmp_path) != []
    assert attributions(tmp_path, ["another.csv"]) == []
    (tmp_path / "tiny.csv").unlink()
    assert attributions(tmp_path) == []


@pytest.mark.usefixtures("use")
def test_mirror_may_be_named_in_the_environment(official, tmp_path, monkeypatch):
    monkeypatch.setenv("GEO_FETCH_BASE_URL", official.url)
    assert CliRunner().invoke(main, ["fetch", "--out", str(tmp_path)]).exit_code == 0
    assert len(official.asked) == 1


_PROCESS = """
import sys, geo.report.fetch
from geo.sources.download.registry import from_toml
known = from_toml(open(sys.argv[1]).read())
geo.report.fetch.registry = lambda: known
from geo.__main__ import main
main(sys.argv[2:])
"""


def _start(official, tmp_path, *options):
    """Start the command as a process of its own, with one small source."""
    toml = tmp_path / "one.toml"
    toml.write_text(
        f'hosts = ["{HOST}"]\nservices = ""\nnomis = ""\nlicence = "OGL"\n[detail]\n'
        '[attribution]\nons = "ONS"\n[source.tiny]\ntitle = "Tiny scores"\nkind = "file"\n'
        f'file = "tiny.csv"\naddress = "{ADDRESS}"\ncolumns = ["LSOA code"]\n'
        'attribution = ["ons"]\n',
        "utf-8",
    )
    arguments = ["fetch", "--out", str(tmp_path / "data"), "--base-url", official.url, *options]
    return subprocess.Popen(
        [sys.executable, "-c", _PROCESS, str(toml), *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_listen_to_interrupts if os.name == "posix" else None,
    )


def _listen_to_interrupts():
    """Whoever runs the tests in the background may have had them ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _wait_until_asked(official, process):
    while not official.asked:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.mark.slow
def test_two_processes_at_once_fetch_once(official, tmp_path):
    official.fault("tiny", servers.drips(TINY, 0.02))
    running = [_start(official, tmp_path) for _ in range(2)]
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sorted(out.splitlines()[-2].split()[0] for out in outputs) == ["0", "1"]
    assert (tmp_path / "data" / "tiny.csv").read_bytes() == TINY
    assert len(official.asked) == 1


@pytest.mark.slow
def test_process_that_waited_for_one_that_failed_goes_on(official, tmp_path):
    official.fault("tiny", servers.drips(b"a,b\n1,2\n" * 20, 0.02))
    first = _start(official, tmp_path)
    _wait_until_asked(official, first)
    second = _start(official, tmp_path)
    said = [process.communicate()[1] for process in (first, second)]
    assert [first.returncode, second.returncode] == [1, 0], said
    assert _left(tmp_path / "data") == ["sources.json", "tiny.csv"]


def test_interrupt_leaves_no_half_file(official, tmp_path):
    ended = threading.Event()
    official.fault("tiny", servers.stalls(TINY, 40, ended))
    process = _start(official, tmp_path)
    _wait_until_asked(official, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    ended.set()
    assert process.returncode == 1
    assert "Traceback" not in said
    assert not (tmp_path / "data").exists()


# --- A place, from lookups to boundaries ---------------------------------------------------------


@pytest.fixture
def testshire(official, use, tmp_path):
    """Three wards, four LSOAs and their neighbour on the portal; the place as a user's folder."""
    wanted = ("wards_lookup", "lookup_2011", "lsoa21", "wards")
    use(*(dataclasses.replace(s, rows=0) for s in registry().sources if s.name in wanted))
    names = {name: name.upper() for name in [*LOOKUP_WARDS, *LOOKUP_2011]}
    wards = LOOKUP_WARDS.rename(columns=names).assign(LSOA21NM="x", LAD24NM="y")
    links = LOOKUP_2011.assign(lsoa11nm="x", lsoa21nm="x", lad22cd="E06000001", lad22nm="y")
    shapes = squares(LOOKUP_WARDS["lsoa21cd"].tolist(), "LSOA21CD").assign(LSOA21NM="x")
    outlines = squares(["E05000001", "E05000002", "E05000003", "E05000009"], "WD24CD")
    start = "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW"
    official.layers = {
        "LSOA21_WD24_LAD24_EW_LU": servers.Layer(wards),
        "LSOA21_WD25_LAD25_EW_LU_v2": servers.Layer(wards),
        "LSOA11_LSOA21_LAD22_EW_LU_v5": servers.Layer(links.rename(columns=str.upper)),
        f"{start}_BGC_V5": servers.Layer(shapes),
        f"{start}_BFC_V10": servers.Layer(shapes),
        "Wards_May_2024_Boundaries_UK_BGC": servers.Layer(outlines.assign(WD24NM="x")),
    }
    return write_place(tmp_path / "testshire")


def test_place_gets_its_own_areas_only(official, testshire, tmp_path):
    result = _fetch(official, tmp_path / "data", place=testshire)
    assert result.exit_code == 0, result.output
    areas = pyogrio.read_dataframe(tmp_path / "data" / "lsoa21_boundaries.gpkg")
    assert areas["lsoa21cd"].tolist() == ["E01000001", "E01000002", "E01000003", "E01000004"]
    assert len(pyogrio.read_dataframe(tmp_path / "data" / "ward_boundaries.gpkg")) == 3
    assert "from" not in result.output.splitlines()[-1]


def test_all_england_gets_all_areas_and_another_detail_is_fetched_anew(
    official, testshire, tmp_path
):
    folder = tmp_path / "data"
    assert _fetch(official, folder, place=testshire).exit_code == 0
    result = _fetch(official, folder, "--all-england", place=testshire)
    assert "2 files fetched" in result.output, result.output
    assert len(pyogrio.read_dataframe(folder / "lsoa21_boundaries.gpkg")) == 5
    official.layers["Wards_May_2024_Boundaries_UK_BFC"] = official.layers.pop(
        "Wards_May_2024_Boundaries_UK_BGC"
    )
    result = _fetch(official, folder, "--detail", "full", place=testshire)
    assert "EW_BFC_V10" in result.output, result.output


def test_offline_asks_for_the_boundaries_that_are_wished_for(official, testshire, tmp_path):
    folder = tmp_path / "data"
    assert _fetch(official, folder, place=testshire).exit_code == 0
    assert _fetch(official, folder, "--offline", place=testshire).exit_code == 0
    for wish in (["--detail", "full"], ["--all-england"]):
        result = _fetch(official, folder, "--offline", *wish, place=testshire)
        _fails(result, "2 of 4 files are not in", "another --detail or extent (LSOA boundaries")


def test_answer_of_an_unknown_form_does_not_stop_the_other_sources(official, testshire, tmp_path):
    def spoil(answer, _form):
        if "features" in answer:
            answer["features"] = None

    official.layers["Wards_May_2024_Boundaries_UK_BGC"].spoil = spoil
    result = _fetch(official, tmp_path / "data", place=testshire)
    _fails(result, "Ward boundaries could not be fetched: ")
    assert "lsoa21_boundaries.gpkg" in _left(tmp_path / "data")


def test_answer_that_nobody_foresaw_does_not_stop_the_other_sources(
    official, testshire, use, tmp_path
):
    (crime,) = (one for one in registry().sources if one.kind == "crime")
    use(*geo.report.fetch.registry().sources, crime)
    forces = pd.DataFrame({"LAD24CD": ["E06000001"], "PFA24NM": [None]})
    official.layers["LAD24_CSP24_PFA24_EW_LU"] = servers.Layer(forces)
    result = _fetch(official, tmp_path / "data", "--with", "crime", place=testshire)
    _fails(result, "Crimes and anti-social", "the answer is not of the form that is known")
    assert len(_left(tmp_path / "data")) == 5


def test_place_of_an_unknown_authority_is_told(official, testshire, tmp_path):
    definition = testshire / "place.toml"
    definition.write_text(definition.read_text("utf-8").replace("E06000001", "E06000099"), "utf-8")
    (testshire / "wards.csv").write_text(
        "wd24cd,collaborative,locality\nE05000077,East,North\n", "utf-8"
    )
    result = _fetch(official, tmp_path / "data", place=testshire)
    assert result.exit_code == 1
    assert "E05000077" in result.stderr or "E06000099" in result.stderr


def test_layer_that_lacks_an_area_of_the_place_is_refused(official, testshire, tmp_path):
    name = "Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5"
    layer = official.layers[name]
    layer.rows = layer.rows.iloc[1:]
    result = _fetch(official, tmp_path / "data", place=testshire)
    _fails(result, "lacks 1 of 4 areas of the place (E01000001)")
    assert "lsoa21_boundaries.gpkg" not in _left(tmp_path / "data")


def test_boundaries_on_a_full_disk_are_not_kept(official, testshire, tmp_path, full_disk):
    full_disk(20_000)
    result = _fetch(official, tmp_path / "data", place=testshire)
    full_disk(10_000_000)
    _fails(result, "Nothing more can be written to")
    assert not [name for name in _left(tmp_path / "data") if name.endswith(".gpkg")]


@pytest.mark.usefixtures("use")
def test_sample_place_is_not_fetched(official, tmp_path):
    _fails(_fetch(official, tmp_path, place="sample"), "is invented", "geo build --sample")


# --- Everything, from the real data behind a server ----------------------------------------------


@pytest.fixture(scope="module")
def everything(real_data, tmp_path_factory):
    """Fetch all there is for Cheshire East once."""
    here = servers.from_real_data(real_data)
    server = servers.serve(here)
    folder = tmp_path_factory.mktemp("fetched") / "cheshire-east"
    result = _fetch(here, folder, *(word for one in GROUPS for word in ("--with", one)))
    yield here, folder, result
    server.shutdown()
    server.server_close()


def test_fetch_from_nothing_gives_every_file(everything):
    _, folder, result = everything
    assert result.exit_code == 0, result.output
    assert (
        f"{len(registry().sources)} files fetched into {folder}; 0 were there already"
        in result.output
    )
    assert _left(folder) == sorted(
        ["sources.json", *(Path(s.file).name for s in registry().sources)]
    )


def test_fetched_files_are_recognised_each_in_a_role_of_its_own(everything):
    _, folder, _ = everything
    roles = [file.role for file in folders.scan([folder]) if file.role]
    assert len(roles) == len(set(roles)) == 14
    assert all(any(r.startswith(s.role) for r in roles) for s in registry().sources if s.role)


def test_second_fetch_of_everything_asks_nothing(everything):
    here, folder, _ = everything
    before = len(here.asked)
    result = _fetch(here, folder, *(word for one in GROUPS for word in ("--with", one)))
    assert (
        f"0 files fetched into {folder}; {len(registry().sources)} were there already"
        in result.output
    )
    assert len(here.asked) == before


def test_fetched_population_counts_children(everything, real_data):
    _, folder, _ = everything
    census = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    census = census[census["indicator_id"].eq("disability")].set_index("area_code")
    table = populations.read_population(folder / "population_lsoa21.csv").set_index("lsoa21cd")
    assert table["population"].equals(
        census["denominator"].loc[table.index].rename("population").astype("int64")
    )
    assert table["children"].between(1, table["population"]).all()


@pytest.mark.parametrize(
    "indicator",
    ["households_deprived_2plus", "households_deprived_3plus", "social_rented", "private_rented"],
)
def test_fetched_census_equals_the_published_figures(everything, real_data, indicator):
    _, folder, _ = everything
    census = pd.read_parquet(real_data / "england" / "census2021_indicators_lsoa21.parquet")
    census = census[census["indicator_id"].eq(indicator)].set_index("area_code")
    files = sorted((folder / "indicators").glob("census*.csv"))
    table = pd.concat([pd.read_csv(file) for file in files])
    table = table[table["indicator_id"].eq(indicator)].set_index("area_code")
    england = table.loc["E92000001"]
    assert england["count"] == census["count"].sum()
    assert england["area_type"] == "england"
    local = table.drop(index="E92000001")
    assert len(local) == 244
    assert local["count"].eq(census["count"].loc[local.index]).all()


def test_fetched_names_keep_their_own_licence(everything):
    _, folder, _ = everything
    entry = json.loads((folder / "sources.json").read_text("utf-8"))["files"]["msoa21_names.csv"]
    assert entry["licence"] == "Open Parliament Licence v3.0"
    assert "House of Commons Library" in entry["attribution"][0]
    named = attributions(folder, {"msoa21_names.csv"})
    assert "Open Parliament Licence v3.0" in named[0]


def test_fetched_postcodes_say_which_were_terminated(everything):
    _, folder, _ = everything
    path = folder / "more" / "postcodes.csv"
    table = pd.read_csv(path)
    assert list(table.columns) == ["pcds", "doterm", "lsoa21cd", "lat", "long"]
    assert table["doterm"].isna().sum() == 243
    assert len(table) > 243


def test_sources_lists_files_ages_and_names(everything):
    _, folder, _ = everything
    result = CliRunner().invoke(main, ["sources", "--data", str(folder)])
    assert result.exit_code == 0, result.output
    assert "IoD2025_File_7.csv: Indices of Deprivation 2025, File 7. 33,755 rows" in result.stdout
    assert "fetched today" in result.stdout
    assert "Contains Royal Mail data ©" in result.stdout
    assert "House of Commons Library. 6,856 rows" in result.stdout
    (line,) = (one for one in result.stdout.splitlines() if one.startswith("  msoa21_names.csv"))
    assert line.endswith("Open Parliament Licence v3.0.")


def test_sources_of_an_empty_folder_lists_what_can_be_had(tmp_path):
    result = CliRunner().invoke(main, ["sources", "--data", str(tmp_path)])
    assert result.stdout.count("Not here") == len(registry().sources)
    assert "Not here; on request: --with census." in result.stdout


@pytest.mark.slow
def test_build_from_fetched_files_gives_the_same_tables(everything, real_data, tmp_path):
    """The reference folders lack mid-year estimates, so those are lent to them."""
    _, folder, _ = everything
    plain, lent = tmp_path / "plain", tmp_path / "lent"
    plain.mkdir()
    lent.mkdir()
    for file in folder.iterdir():  # without what was fetched on request, and other names of areas
        if file.is_file() and not file.name.startswith("msoa"):
            (plain / file.name).write_bytes(file.read_bytes())
    (lent / "residents.csv").write_bytes((folder / "population_lsoa21.csv").read_bytes())
    reference = [lent, real_data / "cheshire-east", real_data / "england"]
    building = []
    for name, data in (("fetched", [plain]), ("reference", reference)):
        options = [word for one in data for word in ("--data", str(one))]
        arguments = ["build", "cheshire-east", "--only", "tables", *options]
        command = [sys.executable, "-m", "geo", *arguments, "--out", str(tmp_path / name)]
        building.append(subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL))
    assert [process.wait() for process in building] == [0, 0]
    for table in ("lsoas.csv", "deprivation_by_area.csv"):
        one, other = (tmp_path / x / "tables" / table for x in ("fetched", "reference"))
        assert one.read_bytes() == other.read_bytes(), table


@pytest.mark.slow
def test_what_is_fetched_of_fingertips_reaches_the_outputs(everything):
    """Neither a catalogue nor a lookup is asked of the user."""
    _, folder, _ = everything
    found = gather_evidence("cheshire-east", [folder], RELEASES[2025]).outcomes
    rows = found.comparisons[found.comparisons["indicator_id"] == "93000"]
    values = rows.set_index(["area_type", "area_code"])["value"]
    assert values["msoa21", "E02003811"] == 12.5
    assert values["england", "E92000001"] == 12.5
    fact = found.catalogue.set_index("indicator_id").loc["93000"]
    assert (fact["measure"], fact["polarity"]) == ("proportion", "low_is_good")
    groups = rows[rows["area_type"].eq("collaborative")]
    assert len(groups) == 8
    assert groups["note"].str.contains("of its MSOAs ha").all()
    names = rows.loc[rows["area_type"].eq("msoa21"), "area_name"]
    assert names.str.fullmatch(r".+ \(\d{3}\)").all()  # as the fetched names call them


# --- Several authorities -------------------------------------------------------------------------


@pytest.fixture
def both(tmp_path):
    folder = tmp_path / "both"
    folder.mkdir()
    codes = 'name = "Both"\ncodes = ["E06000001", "E06000002"]\n'
    (folder / "place.toml").write_text(codes, "utf-8")
    return folder


@pytest.mark.usefixtures("testshire")
def test_a_place_of_several_authorities_gets_the_areas_of_all(official, both, tmp_path):
    result = _fetch(official, tmp_path / "data", place=both)
    assert result.exit_code == 0, result.output
    areas = pyogrio.read_dataframe(tmp_path / "data" / "lsoa21_boundaries.gpkg")
    assert areas["lsoa21cd"].tolist() == LOOKUP_WARDS["lsoa21cd"].tolist()
    assert len(pyogrio.read_dataframe(tmp_path / "data" / "ward_boundaries.gpkg")) == 4
    files = json.loads((tmp_path / "data/sources.json").read_text("utf-8"))["files"]
    assert files["lsoa21_boundaries.gpkg"]["extent"] == "E06000001,E06000002"
    before = len(official.asked)
    assert _fetch(official, tmp_path / "data", place=both).exit_code == 0
    assert len(official.asked) == before


def test_files_of_single_authorities_are_joined_and_what_all_have_stands_once(
    official, use, both, tmp_path
):
    head, england = "LSOA code,score\n", "E92000001,5\n"
    official.assets = {
        "media/E06000001.csv": (head + england + "E01000001,1\nE01000002,02\n").encode(),
        "media/E06000002.csv": (head + england + "E01000009,3\n").encode(),
    }
    address = ADDRESS.replace("tiny.csv", "{code}.csv")
    use(dataclasses.replace(ENTRY, address=address, rows=4))
    result = _fetch(official, tmp_path / "data", place=both)
    assert result.exit_code == 0, result.output
    rows = (tmp_path / "data/tiny.csv").read_text("utf-8").splitlines()[1:]
    assert rows == [england.strip(), "E01000001,1", "E01000002,02", "E01000009,3"]
    assert _left(tmp_path / "data") == ["sources.json", "tiny.csv"]


def test_nomis_is_asked_for_the_lsoas_of_all_authorities():
    area = Area(("E06000001", "E06000002"))
    assert area.lsoas == "E06000001TYPE151,E06000002TYPE151"
