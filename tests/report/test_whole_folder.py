import json
import os

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


def test_whole_folder_sweeps_up_after_a_run_that_was_killed_long_ago(tmp_path):
    old, new = tmp_path / ".building-old", tmp_path / ".building-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    _write(tmp_path, index="one")
    assert not old.exists()
    assert new.exists()  # it may be another run at work
