"""Shared fixtures. Real data is used where it lies beside the project, and nowhere else."""

import gc
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

gc.set_threshold(20_000, 20, 20)  # as the command has it, which spares a twentieth of a build

os.environ["GEO_PROCESSES"] = "1"  # the tests themselves run on every processor

settings.register_profile("thorough", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile("quick")  # --hypothesis-profile says otherwise

_WHOLE = {"sampled", "built", "cheshire", "cheshire_evidence", "gathered", "laid_out"}
_ONCE = {"sampled", "sampled_pages", "sample_evidence", "cheshire_evidence"}
_ONCE_A_MODULE = {"built", "everything", "first", "gathered", "planted"}
_LONG_EXAMPLES = {
    "geo.report.build.build_report",
    "geo.report.differences.differences",
    "geo.report.gallery.gallery",
}
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items):
    """Mark as slow what gathers or builds all of a real place, or all of the sample.

    Tests that share what takes long go to one process, so that it is made once; quick ones of
    one file go together too, because telling a process of each test takes longer than many do.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.name in _LONG_EXAMPLES or _WHOLE & fixtures:
            item.add_marker(pytest.mark.slow)
        if shared := sorted(_ONCE & fixtures):
            item.add_marker(pytest.mark.xdist_group(shared[0].removeprefix("cheshire_")))
        elif _ONCE_A_MODULE & fixtures or not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


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
    """Folder with statistical inputs and the answers expected for them (see its README)."""
    return Path(__file__).parent / "conformance"


def _sample_in(out: Path, *only: str) -> SimpleNamespace:
    from geo.report.build import build_report

    steps = []
    report = build_report(sample=True, out=out, only=only, on_step=steps.append)
    return SimpleNamespace(**vars(report), steps=steps)


@pytest.fixture(scope="session")
def sampled(tmp_path_factory):
    """The report of the synthetic borough, built once."""
    return _sample_in(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def sampled_pages(tmp_path_factory):
    """Pages and tables of the same report, without its figures, which take half the time."""
    return _sample_in(tmp_path_factory.mktemp("pages"), "map", "rug", "tables")


@pytest.fixture(scope="session")
def sample_evidence():
    """What is known of the synthetic borough."""
    from geo.report.gallery import figure_set

    return figure_set(None).evidence


@pytest.fixture(scope="session")
def cheshire_evidence(real_data):
    """What is known of Cheshire East."""
    from geo.report.gallery import figure_set

    folders = [real_data / "cheshire-east", real_data / "england"]
    return figure_set("cheshire-east", data=folders).evidence


@pytest.fixture(scope="session")
def laid_out(cheshire_evidence):
    """The Rugs of Cheshire East, by name."""
    from geo.report.rugs import rugs

    return rugs(cheshire_evidence)


@pytest.fixture(scope="session")
def chromium():
    """Chromium as the system has it (Chrome serves too), without a window."""
    path = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
    if path is None:
        pytest.skip("Chromium is not installed, so pages cannot be looked at")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, tmp_path):
    """Write a page and open it offline; in the end nothing was requested and nothing complained."""
    complaints, contexts = [], []
    path = tmp_path / "page.html"

    def opened(write, **options):
        write(path)
        context = chromium.new_context(offline=True, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    own = (path.as_uri(), "data:")
    assert [complaint for complaint in complaints if not complaint.startswith(own)] == []
