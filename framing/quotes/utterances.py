"""The quoted words of an analysis: one utterance for each statement that quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from framing.annotations import Analysis, Speaker, Statement
from framing.grounding.forms import Form, fold
from framing.grounding.marks import marks_between
from framing.quotes.words import Word, words_of
from framing.text import Document, Span, merge_spans
from framing.voices import nest

__all__ = ["Utterance", "quoted_pieces", "utterances"]


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """What a statement quotes, word for word. `chain`: its speaker, then those in whose reports it stands."""

    document: Document
    number: int
    """Which of the documents it is in."""
    statement: Statement
    chain: tuple[Speaker | None, ...]
    words: tuple[Word, ...]

    @property
    def speaker(self) -> Speaker | None:
        return self.chain[0]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """Where the words `start:end` stand: one span for each uninterrupted piece."""
        words = self.words[start:end]
        starts = [at for at, word in enumerate(words) if not at or words[at - 1].piece != word.piece]
        borders = pairwise([*starts, len(words)])
        return tuple(Span(words[at].span.start, words[to - 1].span.end) for at, to in borders)


def utterances(document: Document, analysis: Analysis, number: int) -> Iterator[Utterance]:
    """An utterance for each statement with quoted words of its own.

    Words that stand in a statement inside another one belong to the inner one alone.
    """
    statements = nest(analysis.statements)
    by_id = {statement.id: statement for statement in statements}
    speakers = {speaker.id: speaker for speaker in analysis.speakers}
    folded = fold(document.text)
    for statement in statements:
        inner = [span for other in statements if other.within == statement.id for span in other.spans]
        pieces = _without(quoted_pieces(document, statement), inner)
        if words := tuple(_words(document, folded, pieces)):
            chain = tuple(speakers.get(each.speaker or "") for each in _outwards(statement, by_id))
            yield Utterance(document, number, statement, chain, words)


def _outwards(statement: Statement, by_id: dict[str, Statement]) -> Iterator[Statement]:
    seen: set[str] = set()
    current: Statement | None = statement
    while current is not None and current.id not in seen:
        seen.add(current.id)
        yield current
        current = by_id.get(current.within or "")


def _words(document: Document, folded: Form, pieces: Sequence[Span]) -> Iterator[Word]:
    """The words of all pieces, with the sentence and the piece that each stands in."""
    ends = [sentence.end for sentence in document.sentences]
    unit, sentence = -1, 0
    for number, piece in enumerate(pieces):
        before: Word | None = None
        for word in words_of(folded, *folded.place(piece)):
            opens = before is None or _is_boundary(document.text, before.span, word.span)
            while sentence < len(ends) and ends[sentence] <= word.span.start:
                sentence, opens = sentence + 1, True
            unit += opens
            gap = word.gap or ("break" if before is None and number else None)
            before = replace(word, unit=unit, piece=number, gap=gap)
            yield before


_STOP = re.compile(r"[.!?][^\w\s]*\s+[^\w\s]*")
_LONGEST_ABBREVIATION = 4


def _is_boundary(text: str, before: Span, after: Span) -> bool:
    """Whether a sentence ends between two words; splitters take a quotation in single marks for one sentence."""
    if not _STOP.fullmatch(text, before.end, after.start) or not text[after.start].isupper():
        return False
    return text[before.start].islower() or len(before) > _LONGEST_ABBREVIATION


def _without(pieces: Sequence[Span], inner: Sequence[Span]) -> tuple[Span, ...]:
    left = list(pieces)
    for hole in merge_spans(inner):
        cut: list[Span] = []
        for piece in left:
            if piece.overlaps(hole):
                cut += [Span(piece.start, max(piece.start, hole.start)), Span(min(piece.end, hole.end), piece.end)]
            else:
                cut.append(piece)
        left = cut
    return tuple(piece for piece in left if piece)


# --- What stands in quotation marks -----------------------------------------------------------------

_SINGLE_OPENING = re.compile(r"(?<![^\W_])[‘'‚`](?=[^\s’'])")
_SINGLE_CLOSING = re.compile(r"(?<=\S)[’'](?![^\W_])")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")


def quoted_pieces(document: Document, statement: Statement) -> tuple[Span, ...]:
    """The parts of a statement that are quoted.

    That is all of a direct or a block one, and of a mixed one what stands in quotation marks.
    """
    spans = tuple(sorted(statement.spans))
    if statement.kind in ("direct", "block"):
        return spans
    if statement.kind == "indirect":
        return ()
    double = [piece for span in spans for piece in _double(document.text, span)]
    return tuple(double or [piece for span in spans for piece in _single(document.text, span)])


def _double(text: str, span: Span) -> Iterator[Span]:
    start: int | None = None
    for mark in marks_between(text, span.start, span.end):
        if start is None:
            start = mark.end
        elif not mark.opens:
            yield Span(start, mark.start)
            start = None
        elif _PARAGRAPH.search(text, start, mark.start):
            yield Span(start, mark.start)
            start = mark.end
    if start is not None and start < span.end:
        yield Span(start, span.end)


def _single(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    while opening := _SINGLE_OPENING.search(text, at, span.end):
        following = _SINGLE_OPENING.search(text, opening.end(), span.end)
        limit = following.start() if following else span.end
        closings = [match.start() for match in _SINGLE_CLOSING.finditer(text, opening.end(), limit)]
        end = next(
            (place for place in closings if text[place - 1] not in "sS"), closings[-1] if closings else None
        )
        if end is None:
            at = opening.end()
            continue
        yield Span(opening.end(), end)
        at = end + 1
