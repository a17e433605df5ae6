"""The passage of a text that is most like a quotation that is not in it: a hint for people, never an answer."""

from __future__ import annotations

from collections import Counter

from framing.grounding.words import words_in
from framing.text import Span

__all__ = ["nearest"]

_ANCHORS = 8
_OCCURRENCES = 60
_WINDOWS = 3
_LEAST_SCORE = 55.0
_GOOD_SCORE = 85.0
_LONGEST = 1000


def nearest(quote: str, text: str) -> Span | None:
    """Where in `text` something like `quote` stands, on the borders of words; None where nothing does.

    The rarer words of the quotation vote for the places where it would begin; only the few places with most
    votes are compared letter by letter (rapidfuzz, partial ratio of at least 55 of 100). Give both folded.
    """
    from rapidfuzz.fuzz import partial_ratio_alignment

    quote = quote[:_LONGEST]
    best: tuple[float, Span] | None = None
    for start, end in _windows(quote, text):
        least = best[0] if best else _LEAST_SCORE
        found = partial_ratio_alignment(quote, text[start:end], score_cutoff=least)
        if found and (best is None or found.score > best[0]):
            best = found.score, Span(start + found.dest_start, start + found.dest_end)
        if best and best[0] >= _GOOD_SCORE:
            break
    return _on_words(text, best[1]) if best and best[1] else None


def _windows(quote: str, text: str) -> list[tuple[int, int]]:
    bucket = max(40, len(quote))
    votes: Counter[int] = Counter()
    for word in _anchor_words(quote):
        offset, found = quote.find(word), text.find(word)
        seen: set[int] = set()
        for _ in range(_OCCURRENCES):
            if found < 0:
                break
            seen.add(max(0, found - offset) // bucket)
            found = text.find(word, found + 1)
        votes.update({place: len(word) for place in seen})
    best = sorted(votes, key=lambda place: (-votes[place] - votes[place + 1] / 2, place))[:_WINDOWS]
    return [(max(0, place * bucket - 20), (place + 2) * bucket + len(quote) // 2 + 20) for place in best]


def _anchor_words(quote: str) -> list[str]:
    words = dict.fromkeys(word for word in words_in(quote) if len(word) > 3)
    return sorted(words, key=len, reverse=True)[:_ANCHORS] or words_in(quote)[:_ANCHORS]


def _on_words(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return Span(start, end)
