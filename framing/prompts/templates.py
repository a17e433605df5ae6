"""Jinja, as prompts use it: in a sandbox, strict about names, with everything known before it is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from framing._resources import resource_dir

__all__ = ["environment", "included", "undeclared"]


def environment(folder: Path) -> ImmutableSandboxedEnvironment:
    """Where templates are rendered: includes come from the file's own folder, then from the shipped prompts."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([folder, resource_dir("prompts")], encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def undeclared(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The variables that a template expects from outside, each with the line of its first use."""
    names = meta.find_undeclared_variables(tree)
    for name in sorted(names):
        lines = [node.lineno for node in tree.find_all(nodes.Name) if node.name == name]
        yield name, min(lines, default=1)


def included(env: ImmutableSandboxedEnvironment, tree: nodes.Template) -> Iterator[tuple[str, str, int]]:
    """The files that a template includes or imports, at any depth: name, text, and the line that leads there."""
    pending = list(_references(tree))
    seen: set[str] = set()
    while pending:
        name, line = pending.pop()
        if name in seen or env.loader is None:
            continue
        seen.add(name)
        text = env.loader.get_source(env, name)[0]
        yield name, text, line
        pending += [(inner, line) for inner, _ in _references(env.parse(text, name))]


def _references(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    for kind in (nodes.Include, nodes.Import, nodes.FromImport):
        for node in tree.find_all(kind):
            name = getattr(node, "template", None)
            if not (isinstance(name, nodes.Const) and isinstance(name.value, str)):
                raise TemplateSyntaxError("an include names its file in quotes", node.lineno)
            yield name.value, node.lineno
