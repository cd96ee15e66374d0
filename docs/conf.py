"""How the documentation site is built: without a network, and so that it opens from a file."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from geo import __version__  # noqa: E402

project = "geo-targeting"
version = release = __version__
language = "en"  # the search page of en_GB stumbles over its own plural
html_title = "geo-targeting"
html_show_copyright = False

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_design",
    "made.pages",
    "made.formulas",
    "made.references",
]
exclude_patterns = ["_build", "made", "examples"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

nitpicky = True
nitpick_ignore_regex = [
    # Types of other libraries, and words of numpydoc, in docstrings: their sites are not asked.
    (r"py:class", r"(?!geo\.[A-Za-z_]+$).*"),
    (r"py:exc", r"(Value|Type)Error"),
    (r"py:.*", r"geo\.(\w+\.)+_?\w+"),  # what is not public has no page
]
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_context = {"default_mode": "light"}
html_copy_source = False
html_show_search_summary = False  # which asks for pages, and files may not
html_sidebars = {"**": ["site-pages"]}
html_theme_options = {
    "navbar_center": [],
    "navbar_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["licence"],
    "footer_end": [],
    "show_prev_next": True,
    "search_bar_text": "Search these pages",
    "pygments_light_style": "a11y-high-contrast-light",
}
templates_path = ["_templates"]
