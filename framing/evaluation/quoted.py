"""The parts of a statement that stand in double quotation marks, and the kind of statement they make it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from framing.annotations import StatementKind
from framing.text import Span

__all__ = ["kind_by_marks", "quoted_pieces"]

_CLOSING = {"“": "”", "„": "“”", '"': '"', "''": "''", "``": "''", "«": "»"}
_OPENING = re.compile(r"“|„|\"|''|``|«")
_PARAGRAPH = re.compile(r"\s*\n\s*")
_MARKS = " \t\r\n.,;:!?…—–-“”„\"'’‘«»`"


def quoted_pieces(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """The passages in double marks (curly, straight, guillemets or two apostrophes), marks included.

    A passage ends at its closing mark, at the end of its paragraph, or where its span ends: news does not close
    a quotation that goes on in the next paragraph.
    """
    return tuple(piece for span in spans for piece in _pieces_in(text, span))


def kind_by_marks(text: str, spans: Sequence[Span]) -> StatementKind:
    """`direct` when all its words are in double marks, `mixed` when some are, else `indirect`."""
    pieces = quoted_pieces(text, spans)
    if not pieces:
        return "indirect"
    outside = [*(span.of(text) for span in spans)]
    for position, span in enumerate(spans):
        for piece in sorted(pieces, reverse=True):
            if span.covers(piece):
                left = outside[position]
                outside[position] = left[: piece.start - span.start] + left[piece.end - span.start :]
    return "mixed" if any(rest.strip(_MARKS) for rest in outside) else "direct"


def _pieces_in(text: str, span: Span) -> list[Span]:
    pieces: list[Span] = []
    at = span.start
    while opening := _OPENING.search(text, at, span.end):
        end = _closing(text, opening, span.end)
        if text[opening.end() : end].strip(_MARKS):
            pieces.append(Span(opening.start(), end))
        at = max(end, opening.end())
    return pieces


def _closing(text: str, opening: re.Match[str], limit: int) -> int:
    marks = _CLOSING[opening.group()]
    candidates = [marks] if len(opening.group()) == 2 else list(marks)
    ends = [at + len(mark) for mark in candidates if (at := text.find(mark, opening.end(), limit)) >= 0]
    paragraph = _PARAGRAPH.search(text, opening.end(), limit)
    if paragraph:
        ends.append(paragraph.start())
    return min(ends, default=limit)
