"""Scripts of the pages: ES modules in `assets/*.js`, written into a page as one script.

`PageScripts` writes scripts into a page and names them, by their hashes, in its content security
policy, so that no other script runs.

A page is one file, so its modules are put one after another in a function of their own, each after
those that it imports, without their import and export words, indents and comments. That needs no
bundler as long as the modules keep to four rules, which `bundle` checks: imports are static, named,
unrenamed and of a path; exports stand before what they name; no two modules give a name twice; no
imports run in a circle. Comments stand on lines of their own or end a line, ``//`` with a space on
both sides, which no string in them has.
"""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

_IMPORT = re.compile(r'^import \{\s*(\w+(?:,\s*\w+)*),?\s*\} from "(\.{1,2}/[^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const )", re.M)
_DECLARED = re.compile(r"^(?:export )?(?:async function|function|class|const|let) (\w+)", re.M)
_LEFT_OVER = re.compile(r"^(import|export)\b.*", re.M)
_COMMENT = re.compile(
    r"^ *(?://.*\n|/\*\*[\s\S]*?\*/ *\n?)|/\*\* @\w+ .*?\*/ ?|(?<=\S) // .*$", re.M
)
_INDENT = re.compile(r"^[ \n]+", re.M)
_NEEDLESS_BREAK = re.compile(r"(?<=[(\[{,])\n")
_MARKUP_IN_STRING = re.compile(r"<(?=!--|/?script)", re.I)


@cache
def bundle(entry: Path, *names: str) -> Markup:
    """Put a module and all that it imports into one script, which leaves only `names` behind.

    Parameters
    ----------
    entry : Path
        The module to start from.
    *names : str
        Which of its exports the page calls; none for a module that acts by itself.

    Returns
    -------
    Markup
        The script, for a page in which inline scripts may run.

    Raises
    ------
    ValueError
        If a module breaks one of the rules above.
    """
    modules = _in_order(entry.resolve(), ())
    _require_distinct({path: _DECLARED.findall(text) for path, text in modules.items()})
    parts = [_IMPORT.sub("", text) for text in modules.values()]
    script: str = minified("".join(_EXPORT.sub("", part) for part in parts))
    script = _NEEDLESS_BREAK.sub("", script)
    if left := _LEFT_OVER.search(script):
        raise ValueError(
            f"{entry.name} or a module that it imports has {left[0]!r}; allowed are "
            'import { name } from "./path.js" and export before a function, class or const.'
        )
    given = ", ".join(names)
    head = f"const {{ {given} }} = " if names else ""
    return Markup(f'{head}(() => {{\n"use strict";\n{script}return {{ {given} }};\n}})();')


class PageScripts:
    r"""The scripts of a page, and the content security policy under which they alone run.

    Parameters
    ----------
    *texts : str
        The scripts in order; none for a page without.
    images : str
        From which host pictures may be loaded; none by default.

    Attributes
    ----------
    policy : Markup
        What the page's ``<meta http-equiv="Content-Security-Policy">`` holds, before all scripts.
    elements : Markup
        The ``<script>`` elements, for the end of the body. Blocks of JSON need no hash.

    Examples
    --------
    >>> page = PageScripts("alert('</script>')")
    >>> print(page.elements)
    <script>alert('\x3c/script>')</script>
    >>> "script-src 'sha256-" in page.policy
    True
    """

    def __init__(self, *texts: str, images: str = "") -> None:
        written = [_as_read(text) for text in texts]
        hashes = " ".join(map(_hash_source, written)) or "'none'"
        self.policy = Markup(
            f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
            f"img-src {f'data: {images}'.strip()}; base-uri 'none'; form-action 'none'"
        )
        self.elements = Markup("\n".join(f"<script>{text}</script>" for text in written))


def _as_read(text: str) -> str:
    """Write a script so that an HTML parser, which makes all line breaks one, gives it back."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _MARKUP_IN_STRING.sub(r"\\x3c", lines)


def _hash_source(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def minified(text: str) -> Markup:
    """Leave indents, blank lines and comments on lines of their own out of a script or style."""
    return Markup(_INDENT.sub("", _COMMENT.sub("", text)))


def _in_order(path: Path, importers: tuple[Path, ...]) -> dict[Path, str]:
    """Read a module after those that it imports."""
    if path in importers:
        names = " → ".join(one.name for one in (*importers, path))
        raise ValueError(f"Imports run in a circle: {names}.")
    text = path.read_text(encoding="utf-8")
    found: dict[Path, str] = {}
    for _, imported in _IMPORT.findall(text):
        found |= _in_order((path.parent / imported).resolve(), (*importers, path))
    return found | {path: text}


def _require_distinct(declared: dict[Path, list[str]]) -> None:
    """Refuse a name that two modules give: in one script they would be one."""
    given: dict[str, Path] = {}
    for path, names in declared.items():
        for name in names:
            if given.setdefault(name, path) != path:
                raise ValueError(
                    f"{given[name].name} and {path.name} both declare {name}; a page's modules "
                    "share one scope, so rename one."
                )


def embedded_json(data: Any) -> Markup:
    r"""Write data as JSON that no HTML parser can take for markup.

    Examples
    --------
    >>> str(embedded_json({"name": "</script>"}))
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)
