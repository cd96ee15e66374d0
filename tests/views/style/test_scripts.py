"""Modules of a page in one script: in order, under rules that are checked."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.views.style.scripts import PageScripts, bundle, embedded_json


@pytest.fixture
def entry(tmp_path):
    """Write modules into a folder and give the first."""

    def written(**modules):
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, "utf-8")
        return tmp_path / f"{next(iter(modules))}.js"

    return written


def test_bundle_puts_each_module_once_after_those_that_it_imports(entry):
    page = entry(
        page='import { sum } from "./sum.js";\nimport { ONE } from "./one.js";\n'
        "export const two = () => sum(ONE, ONE);\n",
        sum='import { ONE } from "./one.js";\n'
        "export function sum(a, b) {\n  return a + b * ONE;\n}\n",
        one="export const ONE = 1;\n",
    )
    assert bundle(page, "two") == (
        'const { two } = (() => {\n"use strict";\n'
        "const ONE = 1;\nfunction sum(a, b) {return a + b * ONE;\n}\n"
        "const two = () => sum(ONE, ONE);\nreturn { two };\n})();"
    )


def test_bundle_leaves_comments_and_types_out(entry):
    page = entry(
        page='// Of what.\n\n/**\n * @param {string} a\n */\nexport const x = (a) => a; // so\n'
        'const y = /** @type {any} */ (x("https://a.b"));\n'
    )  # fmt: skip
    assert 'const x = (a) => a;\nconst y = (x("https://a.b"));\n' in bundle(page)


@pytest.mark.parametrize(
    ("modules", "told"),
    [
        ({"a": "export default 1;\n"}, "export default 1"),
        ({"a": 'import { b as c } from "./b.js";\n', "b": ""}, "import { b as c }"),
        ({"a": 'import * as b from "./b.js";\n', "b": ""}, "import * as b"),
        ({"a": "export { b };\n"}, "export { b }"),
        (
            {"a": 'import { b } from "./b.js";\n', "b": 'import { a } from "./a.js";\n'},
            "circle: a.js → b.js → a.js",
        ),
        (
            {"a": 'import { b } from "./b.js";\nconst x = 1;\n', "b": "export class x {}\n"},
            "b.js and a.js both declare x",
        ),
    ],
)
def test_bundle_refuses_what_would_change_meaning(entry, modules, told):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the message is looked for below)
        bundle(entry(**modules))
    assert told in str(caught.value)


@given(st.text())
def test_embedded_json_gives_every_text_back_and_holds_no_markup(text):
    written = str(embedded_json([text]))
    assert json.loads(written) == [text]
    assert not set(written) & set("<>&\u2028\u2029")


def sources(page):
    """What the policy of a page's scripts names, in order."""
    (allowed,) = re.findall("script-src ([^;]+);", page.policy)
    return allowed.split()


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_page_scripts_names_each_script_by_the_hash_of_what_stands_in_the_page(texts):
    page = PageScripts(*texts)
    written = re.findall(r"<script>(.*?)</script>", page.elements, re.DOTALL)
    assert len(written) == len(texts)
    assert sources(page) == ([hash_of(text) for text in written] or ["'none'"])
    assert "\r" not in page.elements  # a parser makes it a line feed, and the hash another
    assert not re.search("<!--|</?script", "".join(written), re.IGNORECASE)


def test_page_scripts_leaves_ordinary_scripts_as_they_are():
    page = PageScripts("if (a < b) c();\n", "d('</p>')")
    assert page.elements == "<script>if (a < b) c();\n</script>\n<script>d('</p>')</script>"


def test_page_scripts_lets_nothing_in_but_pictures_that_were_asked_for():
    assert PageScripts().policy == (
        "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "img-src data: https://a.b;" in PageScripts(images="https://a.b").policy
