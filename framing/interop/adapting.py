"""What tools without marks of several pieces, or without marks on whole articles, are given instead.

A mark of several pieces becomes one mark a piece: the first has the features, each other says which one it
`continues`. A mark on the whole article stands on its first word, in a layer of its own (ArticleFrame, ArticleSpeaker).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from framing.interop.marks import FEATURES, LINKS, Link, LinkName, Mark, MarkLayer, Markup
from framing.text import Span

__all__ = [
    "CONTINUES",
    "LAYER_NAMES",
    "LINKS_OF",
    "PIECE_FEATURES",
    "SLOTS",
    "anchored",
    "joined",
    "layer_named",
    "split",
]

CONTINUES = "continues"
LAYER_NAMES: Mapping[MarkLayer, str] = {
    **{layer: layer for layer in FEATURES},
    "Frame": "ArticleFrame",
    "Speaker": "ArticleSpeaker",
}
"""What a layer is called in a tool; one that marks whole articles says so."""
PIECE_FEATURES: Mapping[MarkLayer, tuple[str, ...]] = {
    layer: tuple(dict.fromkeys((*(("id",) if layer == "Evidence" else ()), *names, CONTINUES)))
    if layer in ("Statement", "Claim", "Evidence")
    else names
    for layer, names in FEATURES.items()
}
"""The features of every layer in a tool without marks of several pieces."""
LINKS_OF: Mapping[MarkLayer, tuple[LinkName, ...]] = {
    layer: tuple(name for name, (starts, _) in LINKS.items() if layer in starts) for layer in FEATURES
}

SLOTS: Mapping[LinkName, str] = {name: f"{name}Link" for name in LINKS}
"""What a link is called where links are features of the mark that they start from."""

_WORD = re.compile(r"\w+|\S")


def layer_named(name: str) -> MarkLayer | None:
    """The layer that a tool calls so, whatever stands before the last dot."""
    short = name.rpartition(".")[2]
    return next((layer for layer, called in LAYER_NAMES.items() if short in (called, layer)), None)


def anchored(markup: Markup, text: str) -> Markup:
    """The markup with every mark on the article as a whole set on its first word; lost where it has none."""
    word = _WORD.search(text)
    marks = []
    lost = list(markup.lost)
    for mark in markup.marks:
        if mark.spans:
            marks.append(mark)
        elif word:
            marks.append(replace(mark, spans=(Span(*word.span()),)))
        else:
            place = mark.features.get("frame") or mark.features.get("id") or ""
            lost.append((place, "the article has no word that a label of the whole could stand on"))
    return Markup(tuple(marks), markup.links, tuple(lost))


def split(markup: Markup) -> Markup:
    """The same marks in pieces of one span each."""
    marks: list[Mark] = []
    for mark in markup.marks:
        if len(mark.spans) < 2:
            marks.append(mark)
            continue
        name = mark.features.get("id") or mark.key
        marks.append(replace(mark, spans=mark.spans[:1], features={**mark.features, "id": name}))
        for number, span in enumerate(mark.spans[1:], start=2):
            marks.append(Mark(f"{mark.key}.{number}", mark.layer, (span,), {CONTINUES: name}))
    return replace(markup, marks=tuple(marks))


def joined(markup: Markup) -> Markup:
    """The marks with their pieces put together again; a piece of nothing is lost, with its place."""
    whole: dict[str, Mark] = {}
    named: dict[tuple[MarkLayer, str], str] = {}
    for mark in markup.marks:
        if CONTINUES not in mark.features:
            whole[mark.key] = mark
            named.setdefault((mark.layer, mark.features.get("id", "")), mark.key)
    lost = list(markup.lost)
    moved: dict[str, str] = {}
    for mark in markup.marks:
        if (name := mark.features.get(CONTINUES)) is None:
            continue
        first = named.get((mark.layer, name)) if name else None
        if first is None:
            place = ", ".join(f"{span.start}–{span.end}" for span in mark.spans)
            lost.append((f"{mark.layer} at {place}", f"it continues {name!r}, and there is no such {mark.layer}"))
            continue
        moved[mark.key] = first
        whole[first] = replace(whole[first], spans=tuple(sorted((*whole[first].spans, *mark.spans))))
    links = [
        Link(link.name, moved.get(link.start, link.start), moved.get(link.end, link.end)) for link in markup.links
    ]
    kept = tuple(link for link in links if link.start in whole and link.end in whole)
    return Markup(tuple(whole.values()), kept, tuple(lost))
