"""The site as it is built: without warnings, without a network, with no link that leads nowhere."""

import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest

import geo
from tests.docs.pages import DOCS, page

NEEDED = ("sphinx", "pydata_sphinx_theme", "myst_parser", "sphinx_click", "sphinx_design")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,  # which asks for style sheets again, and a file may not
}
LONG = {"api", "changelog", "genindex", "py-modindex"}
"""Pages of hundreds of like parts, for which axe takes a minute; looked at by hand."""
ELSEWHERE = {
    "https://semver.org",
    "https://developers.google.com/maps/documentation/utilities/polylinealgorithm",
    "https://host/path",  # of a mirror, in the words of geo fetch
}
"""Where a reader may go on to; nothing is loaded from there."""


class Marks(HTMLParser):
    """Links of a page, and what a link may lead to in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.loaded = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = {name: value for name, value in attrs if value}
        if "id" in given:
            self.ids.add(given["id"])
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag != "a":
            self.loaded += [given[name] for name in ("href", "src") if name in given]


@pytest.fixture(scope="module")
def site(sampled, tmp_path_factory):
    """The site, built once with the report of the sample."""
    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        pytest.skip(f"{', '.join(lacking)} are not installed, so the site cannot be built")
    out = tmp_path_factory.mktemp("site") / "html"
    asked = ["-W", "--keep-going", "--quiet", "-D", f"sample_report={sampled.out}"]
    told = subprocess.run(
        [sys.executable, "-m", "sphinx", *asked, str(DOCS), str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    pages = {path.stem: path for path in sorted(out.glob("*.html"))}
    marks = {path: Marks(path.read_text("utf-8")) for path in pages.values()}
    return SimpleNamespace(pages=pages, marks=marks, sample=sampled.out)


def leads_nowhere(path, link, marks):
    """Tell whether a link to a file of the site is dead, or its anchor."""
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return True
    return bool(parts.fragment and target in marks and parts.fragment not in marks[target].ids)


@pytest.mark.slow
def test_the_site_is_whole(site):
    """Every link, picture and anchor is there; every name, option and figure has its place."""
    dead, outside = [], set()
    for path, found in site.marks.items():
        local = [link for link in found.links if not urlsplit(link).scheme]
        dead += [(path.stem, link) for link in local if leads_nowhere(path, link, site.marks)]
        outside |= {link for link in found.links if urlsplit(link).scheme in ("http", "https")}
        assert not [one for one in found.loaded if urlsplit(one).scheme not in ("", "data")]
    assert (dead, outside) == ([], ELSEWHERE)
    _every_name_has_its_place(site)
    _every_figure_has_its_place(site)


def _every_name_has_its_place(site):
    from made.commands import named as commands
    from made.public_names import named

    api = site.marks[site.pages["api"]].ids
    errors = {name for name, module in named().items() if module == "errors"}
    assert {f"geo.errors.{name}" for name in errors} <= api
    assert {f"geo.{name}" for name in set(named()) - errors} <= api
    options = {
        f"cmdoption-geo-{name}-{option.opts[0].lstrip('-')}"
        for name, command in commands().items()
        for option in command.params
        if option.opts[0].startswith("-") and option.name != "help"
    }
    assert len(options) > 50
    assert options <= site.marks[site.pages["commands"]].ids


def _every_figure_has_its_place(site):
    from made.gallery import DRAWN_BY, PAGES, words_of

    assert set(DRAWN_BY) == {path.stem for path in (site.sample / "figures").glob("*.png")}
    assert set(DRAWN_BY.values()) <= set(geo.__all__)
    gallery = site.pages["gallery"].read_text("utf-8")
    alternative, _ = words_of(site.sample / "figures" / "gap.txt")
    assert alternative.split(".")[0] in gallery
    assert [page for page in PAGES if f'href="sample/{page}"' not in gallery] == []
    files = {path.name for path in site.sample.iterdir() if path.is_file()}
    beside = {"tartan-rug-wards.html", "tartan-rug-lsoas.html", "tartan-rug-wide.csv"}
    assert [name for name in sorted(files - beside) if name not in page("start")] == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_reads_well_from_a_file(site, chromium):
    from axe_playwright_python.sync_playwright import Axe

    found = []

    def told(message):
        if message.type in ("error", "warning"):
            found.append(message.text)

    def failed(error):
        found.append(str(error))

    def asked(request):
        if not request.url.startswith(("file:", "data:")):
            found.append(request.url)

    for width in (1280, 390):
        viewport = {"width": width, "height": 844}
        context = chromium.new_context(offline=True, reduced_motion="reduce", viewport=viewport)
        page = context.new_page()
        page.on("console", told)
        page.on("pageerror", failed)
        page.on("request", asked)
        for name, path in site.pages.items():
            page.goto(path.as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [(width, name, f"{wide} pixels too wide")] * (wide > 0)
            if name not in LONG:
                violations = Axe().run(page, options=RULES).response["violations"]
                found += [(width, name, one["id"]) for one in violations]
        page.goto(site.pages["search"].as_uri() + "?q=wilson")
        page.wait_for_selector("#search-results li a")
        context.close()
    assert found == []


def test_examples_are_small():
    sizes = {path.name: path.stat().st_size for path in (DOCS / "examples").rglob("*.*")}
    assert len(sizes) > 20
    assert {name for name, size in sizes.items() if size > 10_000} == set()
