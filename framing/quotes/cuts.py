"""Qualifiers cut off: one wording ends where the other goes on to say *but*, *unless*, *if*, *not* …"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from framing.quotes.models import Cut
from framing.quotes.utterances import Utterance
from framing.quotes.words import NEGATIONS, listed

__all__ = ["Place", "cuts"]

_LIMITING = listed("unless except if although though until provided providing assuming without")
_AFTER = _LIMITING | listed("but not only however yet")
"""What limits or takes back the words before it when the rest of their sentence begins so."""
_AFTER_A_STOP = listed("but except not only however yet")
"""The same for a sentence of its own, which *if* and *although* begin without looking back."""
_BEFORE = _LIMITING | listed("while")
"""What a sentence begins with when its first clause limits the next."""
_JOINING = listed("and or so even but")
_REACH = 60
_STOP = re.compile(r"[^\w\s]?[.!?]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Place(NamedTuple):
    """The words `start:end` of an utterance."""

    utterance: Utterance
    start: int
    end: int


def cuts(a: Place, b: Place) -> Iterator[Cut]:
    """Every qualifier that one of two places quotes next to the shared words, and the other does not."""
    sides: tuple[tuple[Literal["a", "b"], Place, Place], ...] = (("a", a, b), ("b", b, a))
    for side, short, long in sides:
        if _ends(short) and (found := _marker_after(long)):
            marker, start, end = found
            if not _says_after(short, marker):
                yield _cut(side, "after", marker, long, start, end)
        if _begins(short) and (found := _marker_before(long)):
            marker, start, end = found
            if not _says_before(short, marker):
                yield _cut(side, "before", marker, long, start, end)


def _cut(
    side: Literal["a", "b"], where: Literal["before", "after"], marker: str, long: Place, start: int, end: int
) -> Cut:
    spans = long.utterance.spans(start, end)
    text = long.utterance.document.excerpt(spans)
    return Cut(left_out_by=side, where=where, marker=marker, text=text, spans=spans)


def _begins(place: Place) -> bool:
    """Whether the quotation, or a sentence of it, begins with this place."""
    words = place.utterance.words
    return place.start == 0 or words[place.start - 1].unit != words[place.start].unit


def _ends(place: Place) -> bool:
    words = place.utterance.words
    return place.end == len(words) or words[place.end].unit != words[place.end - 1].unit


def _marker_after(place: Place) -> tuple[str, int, int] | None:
    """The qualifier that follows: its first word, and where it stands."""
    words, start = place.utterance.words, place.end
    if start == len(words):
        return None
    end = start
    while end < len(words) and words[end].unit == words[start].unit:
        end += 1
    first = start + (words[start].key in _JOINING - _AFTER and start + 1 < end)
    marker = words[first].key
    known = _AFTER_A_STOP if _is_new_sentence(place) else _AFTER
    return (marker, start, end) if marker in known else None


def _is_new_sentence(place: Place) -> bool:
    text, words = place.utterance.document.text, place.utterance.words
    following = text[words[place.end].span.start]
    return bool(_STOP.match(text, words[place.end - 1].span.end)) or following.isupper()


def _marker_before(place: Place) -> tuple[str, int, int] | None:
    """The condition that the sentence begins with, or the negation right before the place."""
    words, end = place.utterance.words, place.start
    start = end
    while start and words[start - 1].unit == words[place.start].unit:
        start -= 1
    if start == end:
        return None
    if words[end - 1].key in NEGATIONS:
        return words[end - 1].key, end - 1, end
    first = start + (words[start].key in _JOINING and start + 1 < end)
    return (words[first].key, start, end) if words[first].key in _BEFORE else None


def _says_after(place: Place, marker: str) -> bool:
    """Whether the article goes on with the qualifier itself, quoted or in the outlet's own words."""
    words, text = place.utterance.words, place.utterance.document.text
    if place.end < len(words) and marker in {word.key for word in words[place.end : place.end + 2]}:
        return True
    at = words[place.end - 1].span.end
    return marker in [word.lower() for word in _WORD.findall(text[at : at + _REACH])][:2]


def _says_before(place: Place, marker: str) -> bool:
    words, text = place.utterance.words, place.utterance.document.text
    at = words[place.start].span.start
    told = [word.lower() for word in _WORD.findall(text[max(0, at - _REACH) : at])][-3:]
    if marker in NEGATIONS:
        return any(word in NEGATIONS or word.endswith(("n't", "n’t")) for word in told)
    return marker in told
