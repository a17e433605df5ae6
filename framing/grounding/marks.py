"""Quotation marks in the untouched text: which way they face, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from framing.grounding.forms import has_any
from framing.text import Span

__all__ = ["Mark", "all_marks", "expand_to_marks", "in_quotation", "marks_between"]

_DOUBLE = re.compile(
    r"[“”„‟\"«»＂]|''|``|‘‘|’’|,,(?=\w)"
    r"|&(?:quot|ldquo|rdquo|bdquo|laquo|raquo|#34|#8220|#8221|#8222|#171|#187|#[xX]201[cCdDeE]|#[xX]22);"
)
_SINGLE_SIGNS = frozenset('“”„‟"«»＂')
_SINGLE_SIGN = re.compile(f"[{''.join(_SINGLE_SIGNS)}]")
_COMPOSED = ("''", "``", "‘‘", "’’", ",,", "&")
_OPENING = frozenset("“„‟«") | {"``", "‘‘", ",,", "&ldquo;", "&bdquo;", "&laquo;", "&#8220;", "&#8222;", "&#171;"}
_BEFORE_OPENING = "([{—–-/"
_AFTER_CLOSING = ".,;:!?)]}—–-…"
_LOOK_BACK = 4000
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\u2029")
_SINGLE_BEFORE, _SINGLE_AFTER = "‘'‚‹", "’'‘›"
_NARROW = "\u00a0\u202f\u2009"
_STOPS = ".,;:!?…—-"


class Mark(NamedTuple):
    """A double quotation mark and the way it faces."""

    start: int
    end: int
    opens: bool


def marks_between(text: str, start: int, end: int) -> Iterator[Mark]:
    """The double quotation marks in `start:end`, in order."""
    for match in _DOUBLE.finditer(text, start, end):
        yield _mark(text, match)


def all_marks(text: str) -> Iterator[Mark]:
    """All double quotation marks of a text, in order."""
    pattern = _DOUBLE if has_any(text, _COMPOSED) else _SINGLE_SIGN  # three times as fast
    return (_mark(text, match) for match in pattern.finditer(text))


def _mark(text: str, match: re.Match[str]) -> Mark:
    """A mark faces the side on which it touches a word: languages use the same signs both ways („…“, »…«).

    Where it touches none or two, the sign decides.
    """
    start, end = match.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    loose_before = not before or before.isspace() or before in _BEFORE_OPENING
    loose_after = not after or after.isspace() or after in _AFTER_CLOSING
    return Mark(start, end, match[0] in _OPENING if loose_before == loose_after else loose_before)


def in_quotation(text: str, offset: int) -> bool:
    """Whether the last quotation mark before `offset` in its paragraph is an opening one."""
    start = max(0, offset - _LOOK_BACK)
    for match in _PARAGRAPH.finditer(text, start, offset):
        start = match.end()
    opens = False
    for mark in marks_between(text, start, offset):
        opens = mark.opens
    return opens


def expand_to_marks(text: str, span: Span) -> Span:
    """`span` grown by the quotation marks that stand immediately around it.

    A comma, period or other stop between the last word and its closing mark comes along. Single marks
    count only where both are there: one alone may be an apostrophe.
    """
    grown = Span(_double_before(text, span), _double_after(text, span))
    return _with_single_marks(text, span) if grown == span else grown


def _with_single_marks(text: str, span: Span) -> Span:
    before, stopped = span.start - 1, _past_stops(text, span.end)
    if (
        before < 0
        or stopped >= len(text)
        or text[before] not in _SINGLE_BEFORE
        or text[stopped] not in _SINGLE_AFTER
    ):
        return span
    loose = not text[before - 1 : before].isalnum() and not text[stopped + 1 : stopped + 2].isalnum()
    return Span(before, stopped + 1) if loose else span


def _past_stops(text: str, at: int) -> int:
    end = min(len(text), at + 4)
    while at < end and text[at] in _STOPS:
        at += 1
    return at


def _double_before(text: str, span: Span) -> int:
    if text[span.start : span.start + 1] in _SINGLE_SIGNS or _DOUBLE.match(text, span.start):
        return span.start
    at = span.start - (text[span.start - 1 : span.start] in tuple(_NARROW))
    for mark in marks_between(text, max(0, at - 8), at):
        if mark.end == at and mark.opens:
            return mark.start
    return span.start


def _double_after(text: str, span: Span) -> int:
    if text[span.end - 1 : span.end] in _SINGLE_SIGNS:
        return span.end
    if any(mark.end == span.end for mark in marks_between(text, max(span.start, span.end - 8), span.end)):
        return span.end
    at = _past_stops(text, span.end)
    at += text[at : at + 1] in tuple(_NARROW)
    match = _DOUBLE.match(text, at)
    closes = match and not next(marks_between(text, at, match.end())).opens
    return match.end() if match and closes else span.end
