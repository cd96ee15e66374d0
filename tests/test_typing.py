"""What a type checker and an editor know of the public names."""

import subprocess
import sys

import pytest

import geo
from tests import CHECKOUT

WRONG = {
    "an argument that does not exist": ('geo.mean(None, nonsense="x")', "call-arg"),
    "a name that does not exist": ("geo.no_such_name", "attr-defined"),
    "a rule of the wrong kind": ('geo.Rule(counts_under="five")', "arg-type"),
}


def _checked(tmp_path, code: str) -> str:
    script = tmp_path / "calls.py"
    script.write_text(f"import geo\n{code}\n", "utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(CHECKOUT / "pyproject.toml")]
    return subprocess.run([*command, str(script)], capture_output=True, text=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("what", WRONG)
def test_type_checker_knows_the_public_names(what, tmp_path):
    code, problem = WRONG[what]
    assert f"[{problem}]" in _checked(tmp_path, code)


@pytest.mark.slow
def test_type_checker_takes_a_right_call(tmp_path):
    assert "Success" in _checked(tmp_path, "geo.Rule(counts_under=10)\ngeo.load_place('sample')")


def test_tab_shows_every_public_name():
    assert set(geo.__all__) <= set(dir(geo))
    assert "choropleth" in dir(geo)
