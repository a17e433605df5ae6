"""The text of an article in paragraphs and pieces, each piece with everything that is marked over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from framing.reports.items import Item
from framing.reports.segments import Segment, segments
from framing.text import Document, Span

__all__ = ["Paragraph", "Piece", "has_headline", "is_spaced", "paragraphs", "title_of"]

_SPACED = re.compile(r"\S(?:\t|  )[ \t]*\S")


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment as the template needs it: what to say of it is decided here, not there."""

    text: str
    marks: str
    begins: str
    href: int | None
    classes: str
    tag: str
    described: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: Literal["headline", "plain", "spaced"]
    """A spaced one keeps its runs of white space: a table in plain text, say. Any other breaks where the page does."""
    pieces: tuple[Piece, ...]
    evidence: tuple[Item, ...]
    gap: str


def paragraphs(document: Document, items: Sequence[Item]) -> Iterator[Paragraph]:
    """The text in paragraphs; each holds the white space behind it, the first also that before it."""
    text, spans = document.text, document.paragraphs or (Span(0, len(document.text)),)
    by_key = {item.key: item for item in items}
    starts = [0, *(span.start for span in spans[1:]), len(text)]
    cuts = [span.end for span in spans]
    whole = segments(Span(0, len(text)), [item.mark for item in items], cuts=[*starts, *cuts])
    at = 0
    for number, span in enumerate(spans):
        own: list[Segment] = []
        while at < len(whole) and whole[at].span.start < starts[number + 1]:
            own.append(whole[at])
            at += 1
        shown = [piece for piece in own if piece.span.start < span.end or piece.marks]
        begun = [by_key[key] for piece in own for key in piece.begins]
        yield Paragraph(
            kind=_kind(document, number),
            pieces=tuple(_piece(piece, text, by_key) for piece in shown),
            evidence=tuple(item for item in begun if item.layer == "evidence"),
            gap="".join(piece.span.of(text) for piece in own[len(shown) :]),
        )


def _piece(segment: Segment, text: str, by_key: Mapping[int, Item]) -> Piece:
    held = [by_key[key] for key in segment.marks]
    begun = [by_key[key] for key in segment.begins]
    return Piece(
        text=segment.span.of(text),
        marks=" ".join(map(str, segment.marks)),
        begins=" ".join(map(str, segment.begins)),
        href=segment.begins[-1] if segment.begins else None,
        classes=" ".join(_classes(held)),
        tag="·".join(item.voice.tag for item in begun if item.layer == "statement"),
        described=" ".join(f"n{key}" for key in segment.begins),
    )


def _classes(held: Sequence[Item]) -> Iterator[str]:
    """How a piece is drawn where everything is shown; the page's script does the same for what is left on."""
    said = [item for item in held if item.layer == "statement"]
    if said:
        yield f"t{said[-1].voice.colour}"
    if len(said) > 1:
        yield f"o{said[-2].voice.colour}"
    claims = [item for item in held if item.layer == "claim"]
    if claims:
        yield "own" if claims[-1].voice.kind == "outlet" else "claim"
    if any(item.layer == "evidence" for item in held):
        yield "ev"


def _kind(document: Document, number: int) -> Literal["headline", "plain", "spaced"]:
    if number == 0 and has_headline(document):
        return "headline"
    paragraph = document.paragraphs[number].of(document.text) if document.paragraphs else ""
    return "spaced" if is_spaced(paragraph) else "plain"


def is_spaced(paragraph: str) -> bool:
    """Whether there is more than one space, or a tab, between two words of it."""
    return _SPACED.search(paragraph) is not None


def has_headline(document: Document) -> bool:
    """Whether the text begins with its own headline: with the title, or with a short line and no full stop."""
    if not document.paragraphs:
        return False
    first = document.paragraphs[0].of(document.text)
    if document.title:
        return first.split() == document.title.split()
    return len(document.paragraphs) > 2 and len(first) <= 140 and "\n" not in first and first[-1] not in ".,:;…"


def title_of(document: Document) -> str:
    if document.title:
        return document.title
    return document.paragraphs[0].of(document.text) if has_headline(document) else document.id
