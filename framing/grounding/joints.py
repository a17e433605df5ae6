"""Where one quotation is interrupted by the article: `,” she said, “`, or a paragraph that opens it anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from framing.grounding.marks import Mark, all_marks
from framing.text import Span

__all__ = ["disjoint", "joints", "over_seams", "seam_at"]

MAX_CLAUSE = 150
"""Characters of a reporting clause between two pieces of one quotation."""

MAX_JOINTS = 12
"""Interruptions looked for in one quotation."""

_STOPS = ",.!?…—–-"
_SINGLE_CLOSING = re.compile(r"[’'](?=[,.]?\s)")
_SINGLE_OPENING = re.compile(r"(?<=[\s—–-])[‘'](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_NEW_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_FURTHER = re.compile(r"[.!?][\"”’')]*\s+(?!(?:He|She|They|It|I|We)\b)\w")
"""The border to a further sentence that begins with anything but a pronoun, and may bring another speaker."""
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Maj|Adm|Prof|Rev|Hon|St|Jr|Sr|No|U\.S|[ap]\.m|[A-Z])\.$"
)
_STOP = re.compile(r"[,.]?(?:' ')? *")


def joints(text: str) -> list[Span]:
    """The places where a quotation goes on after an interruption, in order, without overlaps.

    A joint reaches from the comma or period before the closing mark over the reporting clause through the
    opening mark (`,” she said, “`); or from the end of a paragraph that leaves its quotation open through the
    mark that repeats the opening.
    """
    found: list[Span] = []
    marks = list(all_marks(text))
    for at, (before, after) in enumerate(pairwise(marks)):
        if not after.opens:
            continue
        span = _continuation(text, before, after) or _interruption(text, before, after)
        if span := span or _interruption_with_title(text, marks[at - 2 : at + 2]):
            found.append(span)
    if "‘" in text or " '" in text:
        found += _single_interruptions(text)
    return disjoint(sorted(found, key=lambda joint: (joint.start, -joint.end)))


def _interruption(text: str, closing: Mark, opening: Mark) -> Span | None:
    """The stretch between two facing marks, if a stop is written at the first and a clause stands between."""
    if closing.opens or opening.start - closing.end > MAX_CLAUSE + 20:
        return None
    clause = text[closing.end : opening.start]
    before = text[closing.start - 1 : closing.start]
    if not (before in _STOPS or clause[:1] in (",", ".")) or not _is_clause(clause):
        return None
    return Span(closing.start - (before in (",", ".")), opening.end)


def _interruption_with_title(text: str, marks: list[Mark]) -> Span | None:
    """An interruption that holds a title in marks of its own: `,” she told “Morning Bell.” “`."""
    if [mark.opens for mark in marks] != [False, True, False, True] or marks[3].start - marks[0].end > MAX_CLAUSE:
        return None
    title = _WORD.findall(text, marks[1].end, marks[2].start)
    after = text[marks[2].end : marks[3].start]
    capitals = len(title) < 7 and all(word[0].isupper() for word in title[:1] + title[-1:])
    if not title or not capitals or any(map(str.isalnum, after)):
        return None
    before = _interruption(text, marks[0], marks[1])
    return Span(before.start, marks[3].end) if before else None


def _continuation(text: str, before: Mark, after: Mark) -> Span | None:
    if not before.opens or not text[after.start - 1 : after.start].isspace():
        return None
    gap = text[before.end : after.start]
    words = gap.rstrip()
    if "\n" not in gap[len(words) :] or _NEW_PARAGRAPH.search(words):
        return None
    return Span(before.end + len(words) - words.endswith((",", ".")), after.end)


def _single_interruptions(text: str) -> Iterator[Span]:
    """The same between single marks: a closing one at a stop, an opening one before a word."""
    for closing in _SINGLE_CLOSING.finditer(text):
        opening = _SINGLE_OPENING.search(text, closing.end(), closing.end() + MAX_CLAUSE + 20)
        if opening and (joint := _interruption(text, Mark(*closing.span(), False), Mark(*opening.span(), True))):
            yield joint


def _is_clause(between: str) -> bool:
    """Whether the words between two quotations read as one report: short, of one speaker, in one paragraph."""
    words = between.strip(" ,.:;—–-\t\r\n\xa0")
    return (
        len(words) <= MAX_CLAUSE
        and sum(map(str.isalpha, words)) > 1
        and not _NEW_PARAGRAPH.search(between.rstrip())
        and all(
            border[0][-1].islower() or _TITLE.search(words, 0, border.start() + 1)
            for border in _FURTHER.finditer(words)
        )
    )


def seam_at(text: str, joint: Span) -> tuple[str, str] | None:
    """The words that stand next to a joint on either side."""
    before = _WORD.findall(text, max(0, joint.start - 60), joint.start)
    after = _WORD.search(text, joint.end, joint.end + 60)
    return (before[-1], after[0]) if before and after else None


def over_seams(quote: str, seams: Collection[tuple[str, str]]) -> list[str]:
    """The readings of `quote` with but a space where the text may part its words; none where it cannot.

    A comma, a period or none may be written where a quotation was interrupted. The words at a joint may meet
    elsewhere too: so first all such places are taken for joints, then each of them alone.
    """
    places = [
        Span(before.end(), after.start())
        for before, after in pairwise(_WORD.finditer(quote))
        if (before[0], after[0]) in seams
    ]
    stops = [place for place in places if _STOP.fullmatch(quote, place.start, place.end)][:MAX_JOINTS]
    choices = [stops, *([stop] for stop in stops if len(stops) > 1)] if places else []
    return [_spaced(quote, choice) for choice in choices]


def _spaced(quote: str, places: Iterable[Span]) -> str:
    pieces, cursor = [], 0
    for place in places:
        pieces.append(quote[cursor : place.start])
        cursor = place.end
    return " ".join([*pieces, quote[cursor:]])


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """Of sorted spans those that do not overlap one before them."""
    kept: list[Span] = []
    for span in spans:
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept
