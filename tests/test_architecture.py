"""The rooms stand side by side: none imports another, and nothing heavy loads before it is used."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import geo

PACKAGE = Path(geo.__file__).parent
ROOMS = ("sources", "geography", "statistics", "views")
COMMON = {"geo.errors", "geo.tables"}


def _imports(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return {name for name in found if name.split(".")[0] == "geo"}


def _strangers(room: str, source: str) -> set[str]:
    """Imports of the package that are neither common ground nor of the same room."""
    allowed = (*COMMON, f"geo.{room}")
    return {
        name
        for name in _imports(source)
        if name != "geo" and not any(name == a or name.startswith(f"{a}.") for a in allowed)
    }


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_no_other_room(room):
    files = list((PACKAGE / room).rglob("*.py"))
    assert files
    assert {f.name: s for f in files if (s := _strangers(room, f.read_text("utf-8")))} == {}


def test_check_finds_an_import_across_rooms():
    assert _strangers("views", "from geo.sources.lookups import read_lookup")
    assert not _strangers("views", "from geo.views import palette\nfrom geo.errors import GeoError")


def test_common_ground_imports_no_room():
    for name in ("errors", "tables"):
        assert _imports((PACKAGE / f"{name}.py").read_text("utf-8")) <= COMMON | {
            "geo.errors.GeoError",
            "geo.errors.CodeError",
            "geo.errors.TableError",
            "geo.errors.examples",
        }


def test_import_geo_loads_no_pandas():
    heavy = "{'pandas', 'numpy', 'geopandas', 'matplotlib', 'folium', 'click', 'pandera'}"
    code = f"import sys, geo; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_loads_no_pandas():
    code = (
        "import sys\nfrom geo.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'numpy', 'rich', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize("name", sorted(geo._HOME))
def test_public_name_loads_and_is_documented(name):
    found = getattr(geo, name)
    assert found.__doc__
    if callable(found) and not isinstance(found, type):
        assert ">>>" in found.__doc__, f"geo.{name} has no runnable example"


def test_no_public_name_is_that_of_a_module():
    """Importing a module ``geo.x`` would put it in the place of the function ``geo.x``."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} | set(ROOMS)
    assert not modules & set(geo._HOME)


def test_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = geo.no_such_name
