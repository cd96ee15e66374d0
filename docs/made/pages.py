"""Fills in the parts of pages that are made: ``{{ gallery() }}``, ``{{ example("a.csv") }}``."""

import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from sphinx.application import Sphinx
from sphinx.util import logging

from made import commands, examples, gallery, public_names, targeted
from made.sample_report import sample_report

_TEMPLATES = Environment(undefined=StrictUndefined, autoescape=False)  # which make Markdown
_LOG = logging.getLogger(__name__)


def _fill(app: Sphinx, _page: str, source: list[str]) -> None:
    parts = {
        "gallery": lambda: gallery.figures(app.sample),
        "lead": gallery.lead,
        "sample_pages": lambda: gallery.pages(app.sample),
        "example": examples.example,
        "text": examples.text,
        "public_names": public_names.listed,
        "commands": commands.listed,
        "target_answer": targeted.answer,
        "target_tables": targeted.tables,
    }
    text = _TEMPLATES.from_string(source[0]).render(parts)
    source[0] = text.replace("\n\n```\n", "\n```\n")  # a blank line ends an example for doctest


def _gather(app: Sphinx) -> None:
    given = app.config.sample_report
    app.sample = Path(given) if given else sample_report(Path(app.outdir).parent / "sample")


def _copy(app: Sphinx, problem: Exception | None) -> None:
    if problem is None and app.builder.format == "html":
        out = Path(app.outdir)
        shutil.copytree(app.sample, out / "sample", dirs_exist_ok=True)
        gallery.thumbnails(app.sample, out / "_static" / "gallery")
        if gallery.browser() is None:
            _LOG.info("Chromium is not installed: the pages in the gallery have no picture.")


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill pages in as they are read, and copy what they lead to when they are written."""
    app.add_config_value("sample_report", "", "env", str)
    app.connect("builder-inited", _gather)
    app.connect("source-read", _fill)
    app.connect("sphinx-click-process-options", commands.as_typed)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
