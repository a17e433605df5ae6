"""What a mention of a source belongs to: the words around it show that another name carries the statement.

“Ann Roe, a baker from Selby, said”: who mentions the baker names Ann Roe. “Ann Roe of Selby, Ohio, said”:
Ohio says nothing. “A study, by Ann Roe, found”: its author speaks. “Max Poe, whose son had left, called it”:
the son is in a clause about Max Poe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.names import Name
from framing.voices.phrases import Phrase

__all__ = ["bearer", "relative_before"]

_BY = re.compile(r",? by (?:the )?")
_CLAUSE = re.compile(r"[^,]*,.*\b(?:[a-z]+ed|was|were|is|are|had|has|did)\b.*,$", re.DOTALL)
_OPENERS = re.compile(r"(?:\A|[\n.!?:;—–]|--)[ “‘\"']*(?:(?:But|And|Meanwhile|Earlier|Later|Still|Yet),? )?$")


def bearer(flat: str, phrase: Phrase, names: Sequence[Name]) -> Name | None:
    """The name that `phrase` explains or is followed by; `names` stand near it, in order."""
    before = [name for name in names if name.span.end <= phrase.span.start and name.tokens]
    if phrase.form == "description":
        return _author(flat, phrase, names) or (_explained(flat, phrase, before[-1]) if before else None)
    if phrase.form == "name" and len(before) > 1:
        return _resident(flat, phrase, before[-2], before[-1])
    return None


def relative_before(flat: str, span: Span) -> Span | None:
    """The “whose” right before a mention that runs over a whole clause of it."""
    start = span.start - len("whose ")
    if start < 0 or flat[start : span.start] != "whose " or not _CLAUSE.match(span.of(flat)):
        return None
    return Span(start, span.start - 1)


def _author(flat: str, phrase: Phrase, names: Sequence[Name]) -> Name | None:
    if phrase.head not in lx.DOCUMENTS | lx.WRITINGS:
        return None
    by = _BY.match(flat, phrase.span.end)
    return next((name for name in names if by and name.span.start == by.end()), None)


def _explained(flat: str, phrase: Phrase, name: Name) -> Name | None:
    """“Ann Roe, a baker,” at the head of a sentence."""
    indefinite = phrase.determiner in {"a", "an"} or (phrase.determiner is None and phrase.role is not None)
    if not indefinite or phrase.plural or not (name.title or name.tokens[1:]) or name.kind not in {"person", "unknown"}:
        return None
    closed = "," in flat[phrase.span.end : phrase.span.end + 1]
    if not closed or flat[name.span.end : phrase.span.start] != ", ":
        return None
    return name if _OPENERS.search(flat, max(0, name.span.start - 24), name.span.start) else None


def _resident(flat: str, phrase: Phrase, name: Name, city: Name) -> Name | None:
    """“Ann Roe of Selby, Ohio,”."""
    place = phrase.names[0].kind == "place" and phrase.names[0].span.start == phrase.span.start
    beside = flat[name.span.end : city.span.start] in {" of ", ", of ", " from "}
    return name if place and beside and flat[city.span.end : phrase.span.start] == ", " else None
