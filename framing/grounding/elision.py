"""Quotations that leave something out: what may stand between their parts in the article.

An ellipsis or a bracket lets a quotation skip words, and with them its meaning. So what is skipped must be
short, must not change the voice, and must not hold a negation of a sentence that is kept in part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from framing.grounding.forms import BREAK, fold
from framing.grounding.joints import joints
from framing.grounding.marks import in_quotation, marks_between
from framing.grounding.words import words_in
from framing.text import Span

__all__ = [
    "Part",
    "edge_fault",
    "gap_fault",
    "is_short",
    "meets_bracket",
    "parts",
    "size_fault",
    "unbracketed",
]

MAX_SKIP = 500
"""Characters that an ellipsis may leave out."""
MAX_SKIP_SHORT = 60
"""Characters that may be left out at a bracket, or between short parts."""
MAX_PARAGRAPHS = 2
"""Paragraph borders that an ellipsis may leave out."""
MAX_PARTS = 20
"""Parts that a quotation may be made of."""

_SKIP = re.compile(r" ?(?:\[…\]|\(…\)|…) ?| ?\[([^\[\]]{1,80})\] ?")
_LETTER = re.compile(r"\[([^\W\d_])\](?=\w)")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|nowhere|cannot|without|hardly|scarcely|barely|rarely"
    r"|seldom|unless|nicht|kein\w*|nie(?:mals)?|pas|jamais|nunca|jamás)\b|n't\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*(?:\s|$)")
_NEW_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_ENDS_SENTENCE = re.compile(r"[.!?]\W*$")
_DIGIT = re.compile(r"\d")
_MAGNITUDE = re.compile(r"\d|%|(?:hundred|thousand|(?:m|b|tr)illion|per ?cent|dollars|euros)\b", re.IGNORECASE)
"""What goes on with a number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a quotation that is in the article as it is.

    `skips` tells whether words are left out before it ("" for the first part, "ellipsis" or "bracket");
    `inserted` is what the bracket says instead of them.
    """

    text: str
    skips: str = ""
    inserted: str = ""


def parts(quote: str, article: str) -> list[Part]:
    """A folded quotation divided at its ellipses, and at the brackets that are not the article's own.

    What a bracket at the end inserts is kept as a part without text.
    """
    found, cursor, skips, inserted = [], 0, "", ""
    for match in _SKIP.finditer(quote):
        words = match[1]
        if words is not None and f"[{words}]" in article:
            continue
        if any(map(str.isalnum, quote[cursor : match.start()])):
            found.append(Part(quote[cursor : match.start()], skips, inserted))
            skips, inserted = "", ""
        skips = "ellipsis" if words is None or skips == "ellipsis" else "bracket"
        inserted = f"{inserted} {words or ''}".strip()
        cursor = match.end()
    if any(map(str.isalnum, quote[cursor:])):
        found.append(Part(quote[cursor:], skips, inserted))
    elif inserted:
        found.append(Part("", skips, inserted))
    return found


def unbracketed(quote: str) -> str:
    """A quotation whose altered initials ("[T]he") are read as plain letters."""
    return _LETTER.sub(r"\1", quote)


def edge_fault(pieces: list[Part]) -> str | None:
    """Why the brackets and ellipses of a quotation cannot be left aside, if they cannot."""
    if len(pieces) > MAX_PARTS:
        return f"it is in {len(pieces)} parts, more than {MAX_PARTS}"
    for at, piece in enumerate(pieces):
        if negation := _NEGATION.search(piece.inserted):
            return f"the bracket {piece.inserted!r} adds the negation {negation[0]!r}"
        if (at == 0 or not piece.text) and _DIGIT.search(piece.inserted):
            return f"the bracket {piece.inserted!r} may stand in the place of another number"
    if not any(piece.text for piece in pieces):
        return "it holds nothing but brackets"
    return None


def size_fault(pieces: list[Part]) -> str | None:
    """Why these parts are too little to go by, if they are."""
    if sum(len(words_in(piece.text)) for piece in pieces) < 4:
        return "its parts are too short to be told apart from chance"
    return None


def is_short(pieces: list[Part]) -> bool:
    """Whether two neighbouring parts are so short that they must also stand close together."""
    counts = [len(words_in(piece.text)) for piece in pieces]
    return min(counts) < 2 or max(counts) < 3


def gap_fault(text: str, before: Span, after: Span, part: Part, *, short: bool) -> str | None:
    """Why `part`, found at `after`, cannot go on with what stands at `before`; None where it can.

    `short` parts must stand close together, in one sentence.
    """
    gap = text[before.end : after.start]
    if not any(map(str.isalnum, gap)):
        return _voice_fault(text, before, after)
    if _DIGIT.search(part.inserted):
        return f"the bracket {part.inserted!r} puts a number in the place of other words"
    bracket = part.skips == "bracket"
    if bracket and _is_articles_own(gap, part.inserted):
        return f"the article has other words than {part.inserted!r} there"
    if len(gap) > (MAX_SKIP_SHORT if bracket or short else MAX_SKIP):
        return f"its parts stand {len(gap)} characters apart"
    if (bracket or short) and _SENTENCE_END.search(gap.lstrip(".!?…\"”’'")):
        return "its parts stand in different sentences"
    if bracket and _DIGIT.search(gap):
        return f"the bracket {part.inserted!r} stands in the place of a number"
    if text[before.end - 1].isdigit() and _MAGNITUDE.match(text, after.start):
        return "it joins what are two numbers in the article"
    if len(_NEW_PARAGRAPH.findall(gap)) > MAX_PARAGRAPHS:
        return "its parts stand in distant paragraphs"
    return _voice_fault(text, before, after) or _negation_fault(text, before, after)


def _is_articles_own(gap: str, inserted: str) -> bool:
    """Whether a bracket stands for one of the article, or for its very words, but does not give just these."""
    there, words = words_in(gap.lower()), words_in(inserted.lower())
    return there != words and ("[" in gap or f" {' '.join(words)} " in f" {' '.join(there)} ")


def meets_bracket(text: str, spans: tuple[Span, ...], pieces: list[Part]) -> bool:
    """Whether the article has a bracket of its own where the quotation has one at its beginning or end."""
    first, last = pieces[0], pieces[-1]
    before = text[max(0, spans[0].start - len(first.inserted) - MAX_SKIP_SHORT) : spans[0].start]
    after = text[spans[-1].end : spans[-1].end + len(last.inserted) + MAX_SKIP_SHORT]
    return bool(first.inserted and "[" in before) or bool(not last.text and "[" in after)


def _voice_fault(text: str, before: Span, after: Span) -> str | None:
    inside = in_quotation(text, before.end)
    if inside != in_quotation(text, after.start):
        return "one part stands inside quotation marks, another outside"
    bridged = _bridges(text, before, after)
    marks = marks_between(text, before.end, after.start)
    if inside and not all(any(joint.start <= mark.start < joint.end for joint in bridged) for mark in marks):
        return "its parts belong to different quotations"
    return None


def _bridges(text: str, before: Span, after: Span) -> list[Span]:
    """The interruptions of a quotation that goes on from one part to the other."""
    start = before.end - 1
    return [joint.shifted(start) for joint in joints(text[start : after.start + 1])]


def _negation_fault(text: str, before: Span, after: Span) -> str | None:
    """A negation among the skipped words of the sentence `before` ends in, or of the one `after` begins in."""
    gap, cursor = "", before.end
    if in_quotation(text, before.end):
        for joint in _bridges(text, before, after):
            end = ". " if _ENDS_SENTENCE.search(joint.of(text)) else " "
            gap, cursor = gap + text[cursor : max(cursor, joint.start)] + end, joint.end
    gap += text[cursor : after.start]
    ends = list(_SENTENCE_END.finditer(gap))
    kept = [gap[: ends[0].start()], gap[ends[-1].end() :]] if ends else [gap]
    for fragment in kept:
        if negation := _NEGATION.search(fold(fragment).text.replace(BREAK, "")):
            return f"the words left out hold {negation[0]!r}"
    return None
