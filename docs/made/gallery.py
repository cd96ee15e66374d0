"""The gallery: pages and figures of the sample report, each with the line that makes it."""

import shutil
import subprocess
from html import escape
from pathlib import Path

from PIL import Image

DRAWN_BY = {
    "deprivation": "choropleth",
    "collaboratives": "group_map",
    "equal-area": "hex_map",
    "density": "density_map",
    "movers": "movers_map",
    "decile-profile": "decile_bars",
    "priority": "priority_chart",
    "coverage": "coverage_curve",
    "change": "change_chart",
    "tartan-rug": "tartan_rug",
    "spine": "spine_chart",
    "indicator": "indicator_map",
    "deprivation-and-indicator": "bivariate_map",
    "funnel": "funnel_plot",
    "trend": "trend_lines",
    "concentration": "concentration_curve",
    "gap": "gap_chart",
}
"""Which public function draws each figure of the sample."""

PAGES = {
    "index.html": (
        "Start page",
        "The borough in one page: what stands out, where to go next, every figure with the words "
        "that belong to it.",
        "geo build --sample",
        "Start page of the sample report, with the headline sentences above a small map.",
    ),
    "map.html": (
        "Interactive map",
        "Each neighbourhood by decile or indicator; search, cards and pictures to save. One file, "
        "without a network.",
        "geo build --sample --only map",
        "Interactive map of the sample borough, its neighbourhoods coloured by decile, with a "
        "legend and a panel of choices.",
    ),
    "tartan-rug.html": (
        "Tartan Rug",
        "Areas by indicators, coloured against England; with pages by ward and LSOA, a workbook "
        "and CSV.",
        "geo build --sample --only rug",
        "Page of the Tartan Rug: a row an indicator and a column an area, cells coloured as "
        "better, similar or worse than England.",
    ),
    "statements.html": (
        "Sentences to use",
        "About a hundred sentences for a strategy, each with the table, rows and columns it is "
        "from, to copy.",
        "geo build --sample --only tables",
        "Page of sentences, each with where its numbers are from and a button that copies it.",
    ),
    "targeting.html": (
        "Targeting",
        "Whom to serve first, how sure that is, what it reaches and whom it leaves out.",
        "geo target --sample",
        "Page of targeting: sliders, and the list of neighbourhoods that come first with how sure "
        "that is.",
    ),
    "collaboratives/sandmere-east.html": (
        "A page for each group",
        "Two sides of A4 to print and hand round: map, needs and strengths, who comes first.",
        "geo build --sample --only rug",
        "Page of the collaborative Sandmere East: its map, and sentences on its needs and "
        "strengths.",
    ),
    "protection.html": (
        "Protection statement",
        "For the information governance officer: what is hidden, which attacks were tried, what is "
        "not protected against.",
        "geo build --sample",
        "Protection statement of the sample report: the rule, and a table of cells hidden by "
        "indicator and level.",
    ),
}
"""Pages of the report: title, what it is, the command that makes it, words for its picture."""
_WIDTH = 720
_SIZE = (1200, 900)
_BROWSERS = ("chromium", "google-chrome", "chrome")


def browser() -> str | None:
    """Where Chromium is, which photographs pages; None where it is not installed."""
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def figures(report: Path) -> str:
    """Lay out every figure of a report: picture, caption and how it is made."""
    return "\n".join(
        [
            '<div class="gallery figures">',
            *(_figure(report, name) for name in DRAWN_BY),
            "</div>",
        ]
    )


def _figure(report: Path, name: str) -> str:
    alternative, caption = words_of(report / "figures" / f"{name}.txt")
    function = DRAWN_BY[name]
    return _card(
        f"sample/figures/{name}.png",
        picture=f"{name}.png",
        alternative=alternative,
        title=name.replace("-", " ").capitalize(),
        words=caption,
        made=f"geo figure --sample {name}",
        more=f'<p>In Python: <a href="api.html#geo.{function}"><code>geo.{function}</code></a></p>',
    )


def pages(report: Path) -> str:
    """Lay out the pages of a report, as far as they are there."""
    cards = [
        _card(f"sample/{page}", picture=_named(page) if browser() else "", alternative=shown,
              title=title, words=words, made=made)
        for page, (title, words, made, shown) in PAGES.items()
        if (report / page).exists()
    ]  # fmt: skip
    return "\n".join(['<div class="gallery">', *cards, "</div>"])


def _card(
    link: str, *, picture: str, alternative: str, title: str, words: str, made: str, more: str = ""
) -> str:
    image = f'<a class="picture" href="{link}">{_image(picture, alternative)}</a>'
    return (
        f"<figure>{image if picture else ''}<figcaption>"
        f'<strong><a href="{link}">{title}</a></strong>'
        f"<p>{escape(words)}</p><p><code>{escape(made)}</code></p>{more}</figcaption></figure>"
    )


def _image(picture: str, alternative: str) -> str:
    return f'<img src="_static/gallery/{picture}" alt="{escape(alternative)}" loading="lazy">'


def lead() -> str:
    """Show the interactive map, for the first page."""
    if browser() is None:
        return ""
    alternative = PAGES["map.html"][3]
    image = _image(_named("map.html"), alternative)
    return f'<a class="lead-picture" href="sample/map.html">{image}</a>'


def words_of(file: Path) -> tuple[str, str]:
    """Give alternative text and caption, as a build writes them beside each figure."""
    alternative, caption = file.read_text("utf-8").split("\n\nCaption\n")
    return alternative.removeprefix("Alternative text\n"), caption.strip()


def thumbnails(report: Path, out: Path) -> None:
    """Write a small picture of each figure, and of each page where there is a browser."""
    out.mkdir(parents=True, exist_ok=True)
    for name in DRAWN_BY:
        _shrink(report / "figures" / f"{name}.png", out / f"{name}.png")
    if (found := browser()) is None:
        return
    for page in PAGES:
        if (report / page).exists():
            _photograph(found, report / page, out / _named(page))


def _named(page: str) -> str:
    return "page-" + page.replace("/", "-").removesuffix(".html") + ".png"


def _shrink(large: Path, small: Path) -> None:
    with Image.open(large) as image:
        height = round(image.height * _WIDTH / image.width)
        size = (_WIDTH, height)
        image.convert("RGB").resize(size, Image.Resampling.BOX, reducing_gap=2).save(small)


def _photograph(chromium: str, page: Path, picture: Path) -> None:
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--hide-scrollbars",
            "--virtual-time-budget=4000",
            f"--window-size={_SIZE[0]},{_SIZE[1]}",
            f"--screenshot={picture}",
            page.resolve().as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    _shrink(picture, picture)
