import pytest

from geo.errors import FileError
from geo.sources.private_key import private_key


def test_key_of_the_first_folder_that_has_one(tmp_path):
    bare, one, two = (tmp_path / name for name in ("bare", "one", "two"))
    for folder in (bare, one, two):
        folder.mkdir()
    (one / "disclosure.key").write_text("sixteen signs or more\n")
    (two / "disclosure.key").write_text("another one, quite as long\n")
    assert private_key([bare]) is None
    assert private_key([bare, one, two]) == private_key([one]) != private_key([two])
    (two / "disclosure.key").write_text("sixteen signs or more")
    assert private_key([two]) == private_key([one])


def test_key_that_could_be_guessed_or_is_no_file_is_refused(tmp_path):
    (tmp_path / "disclosure.key").write_text("2024\n")
    with pytest.raises(FileError, match="holds 4 signs; put 16 or more"):
        private_key([tmp_path])
    (tmp_path / "disclosure.key").unlink()
    (tmp_path / "disclosure.key").mkdir()
    with pytest.raises(FileError, match="cannot be read; make it a file"):
        private_key([tmp_path])
