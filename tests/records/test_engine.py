"""The engine leaves nothing behind, not even after a kill, and lets nobody else read."""

import builtins
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.records.engine import opened, private_folder


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_all_is_removed_also_after_an_error(tmp_path):
    run = opened()
    connection, folder = run.__enter__()
    connection.execute("CREATE TABLE t AS SELECT * FROM range(1000)")
    connection.execute("CHECKPOINT")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert any(folder.iterdir())
    run.__exit__(RuntimeError, RuntimeError(), None)
    assert not folder.exists()
    assert list(folder.parent.iterdir()) == []
    assert list(tmp_path.iterdir()) == [folder.parent]


def test_what_a_killed_run_left_is_removed_at_the_next_start_and_no_other_run_s(tmp_path):
    code = (
        "import tempfile, sys, time\nfrom geo.records.engine import private_folder\n"
        f"tempfile.tempdir = {str(tmp_path)!r}\n"
        "with private_folder() as folder:\n"
        "    (folder / 'records').write_text('x')\n"
        "    print(folder, flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        left = Path(run.stdout.readline().strip())
        with private_folder():
            assert (left / "records").exists()
        os.kill(run.pid, signal.SIGKILL)
        run.wait()
    assert (left / "records").exists()
    with private_folder() as own:
        assert not left.exists()
        assert own.exists()


def test_a_folder_that_others_can_read_is_refused():
    with private_folder() as folder:
        home = folder.parent
    home.chmod(0o755)
    with pytest.raises(GeoError, match="not a folder of yours alone"), private_folder():
        pass
    assert list(home.iterdir()) == []


def test_memory_that_is_no_size_is_refused():
    with pytest.raises(GeoError, match="give a memory such as 700MB"), opened("much"):
        pass


def test_without_duckdb_it_is_said_how_to_install_it(monkeypatch):
    real = builtins.__import__

    def without(name, *given, **named):
        if name == "duckdb":
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(GeoError, match=r"pip install 'geo-targeting\[records\]'"), opened():
        pass


def test_no_extension_is_fetched():
    with opened() as (connection, _):
        asked = ("autoinstall_known_extensions", "autoload_known_extensions", "lock_configuration")
        for name in asked:
            [(value,)] = connection.execute(f"SELECT current_setting('{name}')").fetchall()
            assert value == (name == "lock_configuration")
