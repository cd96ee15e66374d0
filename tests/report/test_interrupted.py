"""Builds that are killed, have no room or meet each other leave a whole report and nothing else."""

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from geo.report.whole_folder import files_in

pytestmark = pytest.mark.slow
KILLS = 2
PARTS = ("--only", "map,rug,tables")
"""Figures are written as these are, and take half the time."""


def _build(out, *options, **kept):
    words = [sys.executable, "-m", "geo", "build", "--sample", "--out", out, *options]
    return subprocess.Popen(
        list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kept
    )


def _sums(folder):
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files_in(folder)
    }


def _left(around, out):
    return sorted(path.name for path in around.iterdir() if path != out)


def test_build_killed_at_random_leaves_the_last_report_whole_and_the_next_removes_the_rest(
    tmp_path,
):
    around = tmp_path / "around"
    out = around / "out"
    start = time.monotonic()
    with _build(out, *PARTS) as process:
        process.communicate()
    assert process.returncode == 0
    takes = time.monotonic() - start
    before = _sums(out)
    draw = random.Random(13)
    left = []
    for _ in range(KILLS):
        with _build(out, *PARTS) as process:
            time.sleep(draw.uniform(0.05, 0.95) * takes)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        if process.returncode == 0:  # it was faster than the kill
            before = _sums(out)
        assert _sums(out) == before
        left.append(_left(around, out))
    assert any(left), "no kill fell into the building itself; the test sees nothing"
    assert all(name.startswith(".building-out") for names in left for name in names)
    with _build(out, *PARTS) as process:
        said, wrong = process.communicate()
    assert process.returncode == 0, wrong
    assert f"({len(before)} files written)" in said
    assert _left(around, out) == []
    assert set(_sums(out)) == set(before)


@pytest.mark.parametrize("share", [0.05])
def test_build_that_fills_a_disk_says_so_in_a_sentence_and_leaves_nothing(sampled, tmp_path, share):
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum((sampled.out / name).stat().st_size for name in files_in(sampled.out))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={int(share * size)}", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root may mount the small disk that is to fill up")
    try:
        with _build(disk / "out") as process:
            said, wrong = process.communicate()
        assert (process.returncode, said) == (1, "")
        [error] = [line for line in wrong.splitlines() if not line.startswith("Note: ")]
        assert error.startswith(f"Error: Nothing can be written to {disk / 'out'} (No space left")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_builds_at_once_into_one_folder_leave_the_report_of_one_of_them(tmp_path):
    around = tmp_path / "around"
    out = around / "out"
    processes = {year: _build(out, "--release", year) for year in (2025, 2019)}
    for process in processes.values():
        _, wrong = process.communicate()
        if process.returncode:
            assert wrong.splitlines()[-1].startswith("Error: Another build is writing to")
    assert any(process.returncode == 0 for process in processes.values())
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert files_in(out) == sorted(manifest["outputs"])
    code = {2025: "lsoa21cd", 2019: "lsoa11cd"}[manifest["release"]]
    assert pd.read_csv(out / "tables/lsoas.csv", nrows=1).columns[0] == code
    assert processes[manifest["release"]].returncode == 0
    assert _left(around, out) == []
