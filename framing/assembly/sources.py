"""Where a statement names its speaker: the mention, or the pronoun, beside the words that report it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from framing.annotations import Speaker
from framing.text import Document, Span, covering

__all__ = ["Sources"]

_PRONOUN = re.compile(
    r"[hHsSſtTiIıİwWbB](?<!\w.)(?i:(?<=h)(?:e|is|er)|(?<=s)he|(?<=t)(?:hey|heir)|(?<=i)(?:ts?)?|(?<=w)(?:ho|e)|(?<=b)oth)\b"
)
"""He, she, they, it, who, I, we, his, her, their, its, both, in capitals or small: its letters first, a quick look."""
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


class Sources:
    """Finds where statements name their speakers, and notes the pronouns that stand for these as mentions."""

    def __init__(self, document: Document, speakers: Sequence[Speaker]) -> None:
        self.text, self.sentences = document.text, document.sentences
        self.starts = [sentence.start for sentence in self.sentences]
        self._known = {speaker.id: speaker for speaker in speakers}
        self._found: dict[str, set[Span]] = {}

    def of(self, speaker_id: str | None, spans: Sequence[Span], cue: Span | None) -> Span | None:
        """Where the statement at `spans` with this cue names its speaker; None where it does not.

        It is looked for in the sentences of the statement, outside of it: the mention of its speaker or the pronoun
        that is nearest to the cue, or else the noun phrase that is the subject of the cue, which goes first where
        nothing else tells of the speaker.
        """
        speaker = self._known.get(speaker_id or "")
        if speaker is None:
            return None
        window = self._sentences_around(spans, cue)
        if not speaker.mentions and (subject := _subject(self.text, spans, cue, window)):
            return self._noted(speaker, subject)
        anchors = (cue,) if cue else spans
        beside = [m for m in speaker.mentions if window.covers(m) and not _inside(m, spans)]
        beside.extend(_pronouns(self.text, spans, anchors, window))
        nearest = min(beside, key=lambda span: _distance(span, anchors)) if len(beside) > 1 else None
        source = nearest or (beside[0] if beside else _subject(self.text, spans, cue, window))
        return self._noted(speaker, source) if source else None

    def _noted(self, speaker: Speaker, source: Span) -> Span:
        if source not in speaker.mentions and not any(m.overlaps(source) for m in speaker.mentions):
            self._found.setdefault(speaker.id, set()).add(source)
        return source

    def speakers(self) -> tuple[Speaker, ...]:
        """The speakers, with what stands for them among their mentions."""
        return tuple(_mentioned(speaker, self._found.get(speaker.id)) for speaker in self._known.values())

    def _sentences_around(self, spans: Sequence[Span], cue: Span | None) -> Span:
        """From the start of the first to the end of the last sentence that the statement or its cue stands in."""
        whole = covering((*spans, cue) if cue else spans)
        first = max(0, bisect_right(self.starts, whole.start) - 1)
        last = max(first, bisect_left(self.starts, whole.end) - 1)
        return Span(min(self.starts[first], whole.start), max(self.sentences[last].end, whole.end))


def _mentioned(speaker: Speaker, more: set[Span] | None) -> Speaker:
    if not more:
        return speaker
    return speaker.model_copy(update={"mentions": tuple(sorted({*speaker.mentions, *more}))})


def _subject(text: str, spans: Sequence[Span], cue: Span | None, window: Span) -> Span | None:
    """The noun phrase before the cue (“the poll found”), or after one that may precede it (“said the group”)."""
    if cue is None:
        return None
    start = max([window.start, *(span.end for span in spans if span.end <= cue.start)])
    end = min([window.end, *(span.start for span in spans if span.start >= cue.end)])
    if match := _BEFORE_CUE.search(text[start : cue.start]):
        return Span(*match.span(1)).shifted(start)
    if _INVERTED.match(cue.of(text)) and (match := _AFTER_CUE.match(text[cue.end : end])):
        return Span(*match.span(1)).shifted(cue.end)
    return None


def _pronouns(text: str, spans: Sequence[Span], anchors: Sequence[Span], window: Span) -> Iterator[Span]:
    """The pronouns of the window that stand close to an anchor, outside of `spans`."""
    around = covering(anchors)
    first = around.start - _PRONOUN_REACH - _LONGEST_PRONOUN
    last = around.end + _PRONOUN_REACH + _LONGEST_PRONOUN + 1
    for start, end in _outside(spans, window):
        until = min(end + _LONGEST_PRONOUN + 1, window.end, last)
        for match in _PRONOUN.finditer(text, max(start, first), until):
            span = Span(*match.span())
            if span.start < end and _distance(span, anchors) <= _PRONOUN_REACH and not _inside(span, spans):
                yield span


def _outside(spans: Sequence[Span], window: Span) -> Iterator[tuple[int, int]]:
    """What of the window is no part of a statement."""
    start = window.start
    for part in spans:
        if start < part.start:
            yield start, part.start
        start = max(start, part.end)
    if start < window.end:
        yield start, window.end


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    # A plain loop: every mention of its speaker is held against every statement.
    for part in spans:  # noqa: SIM110
        if part.start < span.end and span.start < part.end:
            return True
    return False


def _distance(span: Span, anchors: Sequence[Span]) -> int:
    return min(max(anchor.start - span.end, span.start - anchor.end, 0) for anchor in anchors)
