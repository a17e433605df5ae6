"""Where one quotation is interrupted by the article: `,” she said, “`, or a paragraph that opens it anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from framing.grounding.marks import Mark, all_marks
from framing.text import Span

__all__ = ["disjoint", "is_clause", "joints", "may_run_over", "seam_at"]

MAX_CLAUSE = 150
"""Characters of a reporting clause between two pieces of one quotation."""

_STOPS = ",.!?…—–-"
_SINGLE_CLOSING = re.compile(r"[’'](?=[,.]?\s)")
_SINGLE_OPENING = re.compile(r"(?<=[\s—–-])[‘'](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_NEW_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_NEW_SPEAKER = re.compile(r"(?:[!?]|(?<=[a-z]{4})\.)\s+(?!(?:He|She|They|It|I|We)\b)\w")
"""A further sentence that begins with anything but a pronoun; titles and initials (“Mr.”, “Sen.”) end none."""


def joints(text: str) -> list[Span]:
    """The places where a quotation goes on after an interruption, in order, without overlaps.

    A joint reaches from the closing mark, or the comma or period before it, over the reporting clause through the
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
    if not (before in _STOPS or clause[:1] in (",", ".")) or not is_clause(clause, MAX_CLAUSE):
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
    return Span(before.end + len(words), after.end)


def _single_interruptions(text: str) -> Iterator[Span]:
    """The same between single marks: a closing one at a stop, an opening one before a word."""
    for closing in _SINGLE_CLOSING.finditer(text):
        opening = _SINGLE_OPENING.search(text, closing.end(), closing.end() + MAX_CLAUSE + 20)
        if opening and (joint := _interruption(text, Mark(*closing.span(), False), Mark(*opening.span(), True))):
            yield joint


def is_clause(between: str, limit: int) -> bool:
    """Whether the words between two quotations read as one report: short, one sentence, in one paragraph."""
    words = between.strip(" ,.:;—–-\t\r\n\xa0")
    return (
        len(words) <= limit
        and sum(map(str.isalpha, words)) > 1
        and not _NEW_PARAGRAPH.search(words)
        and not _NEW_SPEAKER.search(words)
    )


def seam_at(text: str, joint: Span) -> tuple[str, str] | None:
    """The words that stand next to a joint on either side."""
    before = _WORD.findall(text, max(0, joint.start - 60), joint.start)
    after = _WORD.search(text, joint.end)
    return (before[-1], after[0]) if before and after else None


def may_run_over(quote: str, seams: Collection[tuple[str, str]]) -> bool:
    """Whether two words that follow each other in `quote` are parted by a joint in the text."""
    return any(pair in seams for pair in pairwise(_WORD.findall(quote)))


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """Of sorted spans those that do not overlap one before them."""
    kept: list[Span] = []
    for span in spans:
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept
