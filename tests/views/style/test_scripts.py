"""Modules of a page in one script: in order, under rules that are checked."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.views.style.scripts import bundle, embedded_json


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
