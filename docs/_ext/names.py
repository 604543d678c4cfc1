"""Links between names: a reference is found by the name that a user would import, wherever the class is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes

import vcxg124m as vcx
from vcxg124m import planning, recording, virtual

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PUBLIC = (vcx, recording, planning, virtual)


def _public_name(target: str) -> str | None:
    """Return where the documentation has what ``target`` names, if a public module exports it."""
    name, *member = target.removeprefix("vcxg124m.").split(".")[-2:]
    for module in PUBLIC:
        for parts in ([*member[-1:]], [name, *member]):
            if parts and parts[0] in module.__all__:
                return ".".join([module.__name__, *parts])
    return None


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """Find ``Frame``, ``frame.Frame`` and ``vcxg124m.frame.Frame`` where ``vcxg124m.Frame`` is documented."""
    if node.get("refdomain") != "py":
        return None
    name = _public_name(node["reftarget"])
    if name is None or name == node["reftarget"]:
        return None
    python = env.domains.python_domain
    if not python.find_obj(env, None, None, name, None, 0):
        return None
    return python.resolve_xref(env, node["refdoc"], cast("Any", app.builder), "obj", name, node, content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen for references that the Python domain does not find."""
    app.connect("missing-reference", _resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
