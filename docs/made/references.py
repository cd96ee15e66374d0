"""Where the bare names of errors, as docstrings have them, lead to."""

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def _errors(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Lead from the bare name of an error to where it is told."""
    if node.get("reftype") != "exc":
        return None
    full = f"geo.errors.{node['reftarget']}"
    return env.get_domain("py").resolve_xref(
        env, node["refdoc"], app.builder, "exc", full, node, content
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Have errors found by their bare names."""
    app.connect("missing-reference", _errors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
