"""Imports run one way, public names are what they say, and nothing heavy loads unasked."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

import geo
from tests import CHECKOUT

PACKAGE = Path(geo.__file__).parent
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def _kept(config: Path) -> bool:
    return lint_imports(config_filename=str(config), no_cache=True) == EXIT_STATUS_SUCCESS


def test_imports_keep_the_contracts():
    assert _kept(CHECKOUT / "pyproject.toml")


def test_contracts_notice_an_arrow_that_runs_back_up(tmp_path):
    text = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    upside_down = tmp_path / "pyproject.toml"
    swapped = text.replace('"report",\n  "views | targeting",', '"views | targeting",\n  "report",')
    assert swapped != text
    upside_down.write_text(swapped, "utf-8")
    assert not _kept(upside_down)


def test_import_geo_loads_no_pandas():
    heavy = "{'pandas', 'numpy', 'geopandas', 'matplotlib', 'folium', 'click'}"
    code = f"import sys, geo; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_pandas():
    code = (
        "import sys\nfrom geo.commands.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'numpy', 'rich', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize("name", sorted(geo.__all__))
def test_public_name_loads_and_is_documented(name):
    found = getattr(geo, name)
    assert found.__doc__
    if callable(found) and not isinstance(found, type):
        assert ">>>" in found.__doc__, f"geo.{name} has no runnable example"


def test_no_public_name_is_that_of_a_module():
    """Importing a module ``geo.x`` would put it in the place of the function ``geo.x``."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} | set(ROOMS)
    assert not modules & set(geo.__all__)


def test_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = geo.no_such_name
