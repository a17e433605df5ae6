"""Long articles in pieces that a model can hold: cut on paragraph borders, with what came before as context."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from framing.text import Document, Span

__all__ = ["Chunk", "split"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of an article to annotate (`own`) and the passage before it that is shown to explain it."""

    own: Span
    context: Span

    @property
    def window(self) -> Span:
        """Everything the model is shown of the article."""
        return Span(min(self.context.start, self.own.start), self.own.end)


def split(document: Document, *, max_chars: int, context_chars: int = 1_200) -> tuple[Chunk, ...]:
    """Chunks whose `own` spans, in order, cover every character of the article, each at most `max_chars` long.

    Borders lie between paragraphs, in a paragraph that is too long between sentences, in a sentence that
    is too long anywhere. `context_chars` bounds the context (whole paragraphs, at least a sentence's worth).
    """
    whole = Span(0, len(document.text))
    if len(whole) <= max_chars:
        return (Chunk(whole, Span(0, 0)),)
    owns = list(_pack(_pieces(document, max_chars), max_chars))
    return tuple(Chunk(own, _context(document, own.start, context_chars)) for own in owns)


def _pieces(document: Document, max_chars: int) -> Iterator[Span]:
    """Contiguous pieces of at most `max_chars`, as coarse as they may be."""
    for paragraph in _contiguous([p.start for p in document.paragraphs], len(document.text)):
        if len(paragraph) <= max_chars:
            yield paragraph
            continue
        starts = [s.start for s in document.sentences if s.start in paragraph and s.start > paragraph.start]
        for sentence in _contiguous(starts, paragraph.end, first=paragraph.start):
            for at in range(sentence.start, sentence.end, max_chars):
                yield Span(at, min(at + max_chars, sentence.end))


def _contiguous(starts: list[int], end: int, *, first: int = 0) -> Iterator[Span]:
    cuts = [first, *(s for s in starts if s > first), end]
    for start, stop in pairwise(cuts):
        yield Span(start, stop)


def _pack(pieces: Iterator[Span], max_chars: int) -> Iterator[Span]:
    current: Span | None = None
    for piece in pieces:
        if current is not None and piece.end - current.start > max_chars:
            yield current
            current = None
        current = piece if current is None else Span(current.start, piece.end)
    if current is not None:
        yield current


def _context(document: Document, start: int, limit: int) -> Span:
    """Whole paragraphs that end before `start` and fit into `limit`; the last `limit` characters if none does."""
    if start == 0:
        return Span(0, 0)
    fitting = [p.start for p in document.paragraphs if p.end <= start and start - p.start <= limit]
    return Span(min(fitting) if fitting else max(0, start - limit), start)
