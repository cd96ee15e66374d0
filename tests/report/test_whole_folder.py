import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from geo.errors import FileError
from geo.report.whole_folder import MANIFEST, files_in, whole_folder


def _write(out, **files):
    with whole_folder(out) as folder:
        for name, text in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        listed = [*files_in(folder), MANIFEST]
        (folder / MANIFEST).write_text(json.dumps({"outputs": listed}), "utf-8")


def test_whole_folder_makes_the_folder_and_leaves_only_what_was_written(tmp_path):
    _write(tmp_path / "new" / "out", index="one", tables__a="two")
    assert files_in(tmp_path / "new" / "out") == ["index", MANIFEST, "tables/a"]


def test_whole_folder_removes_what_an_earlier_run_wrote_and_keeps_what_is_not_ours(tmp_path):
    _write(tmp_path, map="old", index="old")
    (tmp_path / "README.md").write_text("mine", "utf-8")
    _write(tmp_path, index="new")
    assert files_in(tmp_path) == ["README.md", "index", MANIFEST]
    assert (tmp_path / "index").read_text("utf-8") == "new"


@pytest.mark.parametrize("stop", [RuntimeError, KeyboardInterrupt])
def test_whole_folder_stopped_half_way_leaves_the_last_run_whole(tmp_path, stop):
    _write(tmp_path, index="old")
    before = files_in(tmp_path)
    with pytest.raises(stop), whole_folder(tmp_path) as folder:  # noqa: PT012
        (folder / "index").write_text("half", "utf-8")
        raise stop
    assert files_in(tmp_path) == before
    assert (tmp_path / "index").read_text("utf-8") == "old"


def test_whole_folder_stopped_in_a_new_folder_leaves_none(tmp_path):
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out"):
        raise RuntimeError
    assert not (tmp_path / "out").exists()


def test_whole_folder_puts_everything_back_if_one_file_cannot_be_replaced(tmp_path, monkeypatch):
    _write(tmp_path, a="old", b="old", c="old")
    replace = os.replace

    def open_elsewhere(source, target):
        if str(source).endswith(f"new{os.sep}b"):
            raise PermissionError(13, "in use", str(source))
        replace(source, target)

    monkeypatch.setattr(os, "replace", open_elsewhere)
    with pytest.raises(FileError, match="cannot be replaced .*The previous outputs are whole"):
        _write(tmp_path, a="new", b="new", c="new")
    assert [(tmp_path / name).read_text("utf-8") for name in "abc"] == ["old"] * 3
    assert files_in(tmp_path) == ["a", "b", "c", MANIFEST]


def test_whole_folder_says_where_it_cannot_write(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with (
        pytest.raises(FileError, match="Nothing can be written to .*choose another folder"),
        whole_folder(tmp_path / "file" / "out"),
    ):
        pass


def test_whole_folder_does_not_remove_outside_itself(tmp_path):
    (tmp_path / "precious").write_text("keep", "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / MANIFEST).write_text(json.dumps({"outputs": ["../precious"]}), "utf-8")
    _write(out, index="new")
    assert (tmp_path / "precious").exists()


@pytest.fixture
def around(tmp_path):
    """A folder of outputs with an earlier report, and one around it in which nothing else is."""
    out = tmp_path / "around" / "out"
    _write(out, a="old", b="old", c="old")
    return out


def test_whole_folder_builds_beside_the_outputs_under_the_number_of_the_process(around):
    with whole_folder(around) as folder:
        beside = [path.name for path in around.parent.iterdir() if path != around]
        assert sorted(beside) == sorted([f".building-out-{os.getpid()}", ".building-out.lock"])
        assert folder.parent.parent == around.parent
        assert files_in(around) == ["a", "b", "c", MANIFEST]
    assert list(around.parent.iterdir()) == [around]


def test_whole_folder_builds_within_where_the_folder_around_is_not_to_be_written(
    around, monkeypatch
):
    home = tempfile.TemporaryFile

    def refused(dir):  # noqa: A002
        if dir == around.parent:
            raise PermissionError(13, "Permission denied")
        return home(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    _write(around, a="new")
    assert files_in(around) == ["a", MANIFEST]
    assert list(around.parent.iterdir()) == [around]


DIES = """
import json, os, signal, sys
from pathlib import Path
from geo.report.whole_folder import MANIFEST, whole_folder
out, moves = Path(sys.argv[1]), int(sys.argv[2])
replace, made = os.replace, 0
def dies(source, target):
    global made
    if made == moves:
        os.kill(os.getpid(), signal.SIGKILL)
    made += 1
    replace(source, target)
with whole_folder(out) as folder:
    for name in "bcd":
        (folder / name).write_text("new")
    (folder / MANIFEST).write_text(json.dumps({"outputs": ["b", "c", "d", MANIFEST]}))
    os.replace = dies
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moves", range(8))
def test_whole_folder_killed_while_it_replaces_is_put_back_by_the_next_run(around, moves):
    """Of 8 moves (3 files and a manifest in, 3 and a manifest out) only some have been made."""
    killed = subprocess.run([sys.executable, "-c", DIES, around, str(moves)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not list(around.rglob(".building*"))
    with pytest.raises(RuntimeError), whole_folder(around):  # the next run, which fails
        raise RuntimeError
    assert {name: (around / name).read_text("utf-8") for name in "abc"} == dict.fromkeys(
        "abc", "old"
    )
    assert files_in(around) == ["a", "b", "c", MANIFEST]
    assert list(around.parent.iterdir()) == [around]


def test_whole_folder_removes_what_dead_runs_left_and_nothing_else(around):
    dead = [
        around.parent / ".building-out-1",  # a number that another process may have by now
        around.parent / f".building-out-{os.getpid()}",
        around / ".building-k3_9xa0b",  # as earlier versions named it
    ]
    other = [around.parent / ".building-out-2-17", around.parent / ".building-other-17"]
    for folder in (*dead, *other):
        (folder / "new").mkdir(parents=True)
        (folder / "new" / "half.csv").write_text("half", "utf-8")
    _write(around, a="new")
    assert not any(folder.exists() for folder in dead)
    assert all(folder.exists() for folder in other)
    assert files_in(around) == ["a", MANIFEST]


@pytest.mark.parametrize("journal", ["", "[", '["../precious", "/etc/precious"]'])
def test_whole_folder_takes_no_harm_from_a_broken_journal(around, journal):
    (around.parent / "precious").write_text("keep", "utf-8")
    left = around.parent / ".building-out-1"
    left.mkdir()
    (left / "added.json").write_text(journal, "utf-8")
    _write(around, a="new")
    assert (around.parent / "precious").exists()
    assert not left.exists()


HOLDS = """
import sys
from pathlib import Path
from geo.report.whole_folder import whole_folder
with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "a").write_text("first")
    print("holds", flush=True)
    sys.stdin.read()
"""


def test_whole_folder_that_another_process_writes_to_is_refused_in_a_sentence(around):
    arguments = [sys.executable, "-c", HOLDS, around]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout.readline() == "holds\n"
        with pytest.raises(FileError, match="Another build is writing to .*wait until it has"):
            _write(around, a="second")
        assert len(list(around.parent.glob(".building-out-*"))) == 1  # that of the live one
        first.stdin.close()
        first.wait()
    assert (around / "a").read_text("utf-8") == "first"
    assert list(around.parent.iterdir()) == [around]


RACES = """
import json, sys
from pathlib import Path
from geo.errors import FileError
from geo.report.whole_folder import MANIFEST, whole_folder
out, me = Path(sys.argv[1]), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    try:
        with whole_folder(out) as folder:
            for at in range(20):
                (folder / str(at)).write_text(me)
            names = [*map(str, range(20)), MANIFEST]
            (folder / MANIFEST).write_text(json.dumps({"outputs": names}))
    except FileError as problem:
        print(problem)
"""


def test_whole_folder_of_two_processes_at_once_is_that_of_one_of_them(tmp_path):
    out = tmp_path / "around" / "out"
    both = [
        subprocess.Popen([sys.executable, "-c", RACES, out, me], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for me in ("one", "two")
    ]  # fmt: skip
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        said, wrong = process.communicate()
        assert wrong == ""
        assert all("Another build is writing" in line for line in said.splitlines())
        assert process.returncode == 0
    assert len({(out / str(at)).read_text("utf-8") for at in range(20)}) == 1
    assert list(out.parent.iterdir()) == [out]


class WrappedError(Exception):
    """What a library makes of an error of the system."""


@pytest.mark.parametrize("wrapped", [None, WrappedError, FileError])
def test_whole_folder_on_a_full_disk_says_so_and_leaves_the_last_run_whole(around, wrapped):
    def write(folder):
        (folder / "a").write_text("half", "utf-8")
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as problem:
            if wrapped is None:
                raise
            raise wrapped("The figure cannot be written to .building-out-17") from problem

    with (
        pytest.raises(FileError, match="No space left.*free some space"),
        whole_folder(around) as f,
    ):
        write(f)
    assert files_in(around) == ["a", "b", "c", MANIFEST]
    assert (around / "a").read_text("utf-8") == "old"
    assert list(around.parent.iterdir()) == [around]


def test_whole_folder_tells_a_full_disk_from_what_a_library_says_of_it(around, monkeypatch):
    nothing = SimpleNamespace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nothing)
    with pytest.raises(FileError, match="No space left"), whole_folder(around):
        raise WrappedError("unable to open database file")


def test_whole_folder_leaves_other_errors_as_they_are(around):
    with pytest.raises(FileNotFoundError), whole_folder(around):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "font.ttf")


def test_whole_folder_with_no_space_to_write_down_what_is_added(around, monkeypatch):
    write = Path.write_text

    def full(path, *arguments, **options):
        if path.name == "added.json":
            write(path, "[")
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(FileError, match="Nothing can be written .*free some space"):
        _write(around, a="new")
    assert (around / "a").read_text("utf-8") == "old"
    assert list(around.parent.iterdir()) == [around]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount the small disk that is to fill up")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_whole_folder_that_fills_a_disk_leaves_the_last_run_whole(small_disk):
    out = small_disk / "out"
    _write(out, a="old", b="old")
    for size in (40_000, 70_000, 1_000_000):
        with pytest.raises(FileError, match="No space left on device.*free some space"):
            _write(out, a="x" * 30_000, b="y" * size)
        assert files_in(small_disk) == ["out/a", "out/b", f"out/{MANIFEST}"]
        assert (out / "a").read_text("utf-8") == "old"


READ_ONLY = """
import os, sys
from pathlib import Path
from geo.errors import FileError
from geo.report.whole_folder import whole_folder
import filelock, random  # while it may read the libraries
os.setuid(65534)
try:
    with whole_folder(Path(sys.argv[1])):
        print("entered")
except FileError as problem:
    print(problem)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("new", [False, True])
def test_whole_folder_that_may_not_be_written_to_is_refused_in_a_sentence(new):
    with tempfile.TemporaryDirectory() as name:
        around = Path(name)
        around.chmod(0o755)
        out = around / "out"
        if not new:
            out.mkdir(mode=0o755)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, out], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        assert done.stdout == (
            f"Nothing can be written to {out.resolve()} (Permission denied); choose another "
            "folder with --out.\n"
        )
        assert list(around.iterdir()) == ([] if new else [out])
