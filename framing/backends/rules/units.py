"""Passages of one voice: sentences, cut where a statement begins or ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from framing.annotations import Statement
from framing.text import Document, Span

__all__ = ["voiced_units"]

_EDGE = " \t\r\n\u00a0“”‘\"',;:–—-"
_LEFT_EDGE = _EDGE + "’"


def voiced_units(document: Document, statements: Sequence[Statement]) -> Iterator[Span]:
    """The pieces of every sentence that stand in one voice, in order, without marks and commas at their edges."""
    cuts = sorted({edge for s in statements for span in s.spans for edge in (span.start, span.end)})
    at = 0
    for sentence in document.sentences:
        while at < len(cuts) and cuts[at] <= sentence.start:
            at += 1
        edges = [sentence.start]
        while at < len(cuts) and cuts[at] < sentence.end:
            edges.append(cuts[at])
            at += 1
        for start, end in pairwise([*edges, sentence.end]):
            if unit := _trimmed(document.text, start, end):
                yield unit


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip(_LEFT_EDGE))
    right = start + len(piece.rstrip(_EDGE))
    return Span(left, right) if left < right else None
