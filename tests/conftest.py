"""Shared fixtures. Real data is used where it lies beside the project, and nowhere else."""

import shutil
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _folder(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the folder shared/{name} with real data is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with real open data: cheshire-east/, england/, samples/."""
    return _folder("data")


@pytest.fixture(scope="session")
def conformance() -> Path:
    """Folder with statistical inputs and the answers expected for them."""
    return _folder("conformance")


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed, so pages cannot be looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
