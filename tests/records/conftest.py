import pytest


@pytest.fixture(autouse=True)
def _duckdb():
    pytest.importorskip("duckdb", reason="not installed: pip install 'geo-targeting[records]'")
