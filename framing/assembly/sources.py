"""Where a statement names its speaker: the mention, or the pronoun, beside the words that report it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from framing.annotations import Speaker, Statement
from framing.text import Document, Span, covering

__all__ = ["with_sources"]

_PRONOUN = re.compile(r"\b(?:he|she|they|it|who|I|we|his|her|their|its|both)\b", re.IGNORECASE)
_STARTS = (
    r"(?:[A-Z\d][\w’'&.%-]*|the|an?|his|her|their|its|our|my|this|these|those|some|many|most|both|all|several|other"
    r"|another|one|two|three|nearly|almost|more|half)"
)
"""How the noun phrase of a source begins: with a determiner, a number, or a capital."""
_WORDS = r"[^\s,;:.“”\"()—–]+"
_BEFORE_CUE = re.compile(
    rf"(?:^|[,;:—–“”\".(]\s*|\b(?:that|and|but|as|because|while|when|what|which)\s+)"
    rf"({_STARTS}(?:\s+{_WORDS}){{0,7}}?)"
    r"(?:,[^,]{1,80},)?\s+(?:(?:has|have|had|is|are|was|were|will|would|also|then|later|now|once|\w+ly)\s+)*$"
)
_AFTER_CUE = re.compile(
    rf"\s+({_STARTS}(?:\s+{_WORDS}){{0,7}}?)"
    r"(?=[,.;:)“”\"—–]|\s+(?:who|which|that|in|on|at|after|when|during)\b|\s*$)"
)
_INVERTED = re.compile(r"(?:said|says|asked|asks|wrote|writes|according to|told)\b", re.IGNORECASE)
_LONGEST_PRONOUN = len("their")
_PRONOUN_REACH = 40
"""A pronoun names the source only where it stands this close, in characters, to the cue or to the report."""


def with_sources(
    document: Document, speakers: Sequence[Speaker], statements: Sequence[Statement]
) -> tuple[tuple[Speaker, ...], tuple[Statement, ...]]:
    """The statements with their `source`, and the speakers with the pronouns that stand for them as mentions.

    The source is looked for in the sentences of the statement, outside of it: the mention of its speaker or the
    pronoun that is nearest to the cue, or else the noun phrase that is the subject of the cue, which goes first
    where nothing else tells of the speaker. Where there is none it stays None.
    """
    known = {speaker.id: speaker for speaker in speakers}
    found: dict[str, set[Span]] = {speaker.id: set(speaker.mentions) for speaker in speakers}
    told: list[Statement] = []
    for statement in statements:
        speaker = known.get(statement.speaker or "")
        source = _source(document, statement, speaker) if speaker and statement.source is None else None
        if source is not None and speaker is not None:
            statement = statement.model_copy(update={"source": source})
            if not any(mention.overlaps(source) for mention in speaker.mentions):
                found[speaker.id].add(source)
        told.append(statement)
    return tuple(_mentioned(speaker, found[speaker.id]) for speaker in speakers), tuple(told)


def _mentioned(speaker: Speaker, mentions: set[Span]) -> Speaker:
    if len(mentions) == len(speaker.mentions):
        return speaker
    return speaker.model_copy(update={"mentions": tuple(sorted(mentions))})


def _source(document: Document, statement: Statement, speaker: Speaker) -> Span | None:
    window = _sentences_around(document, statement)
    beside = [m for m in speaker.mentions if window.covers(m) and not _inside(m, statement)]
    anchors = (statement.cue_span,) if statement.cue_span else statement.spans
    if not speaker.mentions and (subject := _subject(document, statement, window)):
        return subject
    beside.extend(_pronouns(document, statement, anchors, window))
    found = min(beside, key=lambda span: _distance(span, anchors), default=None)
    return found or _subject(document, statement, window)


def _subject(document: Document, statement: Statement, window: Span) -> Span | None:
    """The noun phrase before the cue (“the poll found”), or after one that may precede it (“said the group”)."""
    cue = statement.cue_span
    if cue is None:
        return None
    start = max([window.start, *(span.end for span in statement.spans if span.end <= cue.start)])
    end = min([window.end, *(span.start for span in statement.spans if span.start >= cue.end)])
    if match := _BEFORE_CUE.search(document.text[start : cue.start]):
        return Span(*match.span(1)).shifted(start)
    if _INVERTED.match(cue.of(document.text)) and (match := _AFTER_CUE.match(document.text[cue.end : end])):
        return Span(*match.span(1)).shifted(cue.end)
    return None


def _sentences_around(document: Document, statement: Statement) -> Span:
    """From the start of the first to the end of the last sentence that the statement or its cue stands in."""
    whole = covering((*statement.spans, *((statement.cue_span,) if statement.cue_span else ())))
    sentences = document.sentences
    first = max(0, bisect_right(sentences, whole.start, key=_start) - 1)
    last = first
    while last + 1 < len(sentences) and sentences[last + 1].start < whole.end:
        last += 1
    return Span(min(sentences[first].start, whole.start), max(sentences[last].end, whole.end))


_start = attrgetter("start")


def _pronouns(document: Document, statement: Statement, anchors: Sequence[Span], window: Span) -> Iterator[Span]:
    for start, end in _outside(statement, window):
        for match in _PRONOUN.finditer(document.text, start, min(end + _LONGEST_PRONOUN + 1, window.end)):
            span = Span(*match.span())
            if span.start < end and _distance(span, anchors) <= _PRONOUN_REACH and not _inside(span, statement):
                yield span


def _outside(statement: Statement, window: Span) -> Iterator[tuple[int, int]]:
    """What of the window is no part of the statement."""
    start = window.start
    for part in statement.spans:
        if start < part.start:
            yield start, part.start
        start = max(start, part.end)
    if start < window.end:
        yield start, window.end


def _inside(span: Span, statement: Statement) -> bool:
    return any(part.overlaps(span) for part in statement.spans)


def _distance(span: Span, anchors: Sequence[Span]) -> int:
    return min(max(anchor.start - span.end, span.start - anchor.end, 0) for anchor in anchors)
