"""Articles and places in them.

Every offset in this library is a half-open span of Unicode code points of the untouched text, so that
`text[span.start:span.end]` in Python (and `substring` in R) gives back exactly what was meant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

__all__ = ["JOINER", "Document", "Span", "covering", "excerpt", "merge_spans", "paragraph_spans", "sentence_spans"]

JOINER = " … "
"""Stands between the pieces when a text of several spans is written as one string."""


@dataclass(frozen=True, slots=True, order=True, init=False)
class Span:
    """A half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        # Some hundreds are made for each article: written out, this takes half the time of a dataclass's own.
        _set_start(self, start)
        _set_end(self, end)
        if not 0 <= start <= end:
            self.__post_init__()

    def __post_init__(self) -> None:
        """What pydantic calls, too, when it reads a span."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: start {self.start!r}, end {self.end!r}")

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return self.end > self.start

    def __contains__(self, offset: object) -> bool:
        return isinstance(offset, int) and self.start <= offset < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def shared(self, other: Span) -> Span:
        """The characters that both hold; raises ValueError where they lie apart."""
        return Span(max(self.start, other.start), min(self.end, other.end))

    def shifted(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        return text[self.start : self.end]


_set_start = Span.__dict__["start"].__set__
_set_end = Span.__dict__["end"].__set__


def excerpt(text: str, spans: Iterable[Span]) -> str:
    """The pieces of `text` under `spans`, in the order given, joined by `JOINER`."""
    if isinstance(spans, tuple) and len(spans) == 1:
        return text[spans[0].start : spans[0].end]
    return JOINER.join(span.of(text) for span in spans)


def covering(spans: Iterable[Span]) -> Span:
    """The smallest span that covers all of `spans`; raises ValueError when there are none."""
    listed = spans if isinstance(spans, tuple) else tuple(spans)
    if len(listed) == 1:
        return listed[0]
    return Span(min(s.start for s in listed), max(s.end for s in listed))


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same characters as sorted spans that neither touch nor overlap."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span:
            merged.append(span)
    return tuple(merged)


# --- Paragraphs -------------------------------------------------------------------------------------

_BLANK_LINE = re.compile(r"(?:\r\n?|\n|\u2029)(?:[^\S\r\n]*(?:\r\n?|\n|\u2029))+|\u2029")
_NEWLINE = re.compile(r"\r\n?|\n|\u2028")
_RARE_NEWLINES = "\r\u2028\u2029"
_PLAIN_BLANK_LINE = re.compile(r"\n(?:[^\S\n]*\n)+")
"""The same where no other sign ends a line: ten times as fast."""
_ENDS_PARAGRAPH = re.compile(r"[.!?…:;\"”’'\)\]*_]\s*$")
_WRAP_WIDTH = 120


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Paragraphs without the white space around them: blocks between blank lines.

    A single line break inside a block also separates paragraphs, unless the block looks hard-wrapped
    (short lines, most of which break in mid-sentence).
    """
    rare = any(sign in text for sign in _RARE_NEWLINES)
    spans: list[Span] = []
    start = 0
    for end, following in _blank_lines(text, rare):
        lines = [(start, end)] if not rare and text.find("\n", start, end) < 0 else _lines(text, start, end)
        for first, last in lines:
            if stripped := _stripped(text, first, last):
                spans.append(stripped)
        start = following
    return tuple(spans)


def _blank_lines(text: str, rare: bool) -> Iterator[tuple[int, int]]:
    """Where each block of lines ends and the next one begins."""
    for match in (_BLANK_LINE if rare else _PLAIN_BLANK_LINE).finditer(text):
        yield match.span()
    yield len(text), len(text)


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a block; all of it where it is hard-wrapped."""
    breaks = [match.span() for match in _NEWLINE.finditer(text, start, end)]
    lines = list(zip([start, *(stop for _, stop in breaks)], [*(at for at, _ in breaks), end], strict=True))
    return [(start, end)] if _hard_wrapped(text, lines) else lines


def _hard_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    inner = lines[:-1]
    if not inner or max(end - start for start, end in lines) > _WRAP_WIDTH:
        return False
    open_ended = sum(1 for start, end in inner if start < end and not _ENDS_PARAGRAPH.search(text[start:end]))
    return open_ended * 2 > len(inner)


def _stripped(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end > start else None


# --- Sentences --------------------------------------------------------------------------------------

_OPENING = "“‘«(["
_OPENING_AFTER_SPACE = "\"”’'"
"""Marks that open after white space: the straight ones, and curly ones typed the wrong way round."""
_SINGLE_MARK = re.compile(r"(?<!\w)['`]|['`](?!\w)")
_MOST_SINGLE_MARKS = 200
Splitter = Callable[[str], list[str]]
"""Divides a paragraph into sentences that together are the paragraph."""
_WINDOW = 2_000
_LOOK_BACK = 2_000
_WIDE_SPACES = "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space of more than one byte: the splitter panics where one stands between a capital and a full stop."""
_BLANKED = '“”„"«»\n\r' + _WIDE_SPACES
_ENDS_IN_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|v|cf|al|Rep|Sen|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Dr|Mr|Mrs|Ms|Prof|Rev|Hon|St|Mt|Ft|Sr|Jr|No"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.|(?<![.\w])[A-Z]\.)$"
)
_LONGEST_ABBREVIATION = len("Prof.")
_PLAIN_END = re.compile(r"(?:(?<=[a-z\d]{4}[.!?] )|(?<=[a-z\d]{4}[.!?] [“\"])|(?<=[.!?][”’\"] ))(?=[A-Z])")
"""An end that needs no closer look: before a capital, perhaps in quotation marks, and after no abbreviation. Of these none
has four small letters in a row."""
_PLAIN_END_WIDTH = 8
_MAY_OPEN = frozenset(_OPENING + _OPENING_AFTER_SPACE)


def sentence_spans(text: str, *, language: str = "en") -> tuple[Span, ...]:
    """Sentences, without the white space around them, in order; none crosses a paragraph border.

    The splitter is sentencex (rule-based, MIT). It takes a quotation of several sentences for one
    sentence, so it is shown the text with the double quotation marks blanked out (same length); a mark
    that opens is then given to the sentence it opens.
    """
    return _sentences(text, paragraph_spans(text), language)


def _sentences(text: str, paragraphs: Iterable[Span], language: str) -> tuple[Span, ...]:
    from sentencex import segment

    blanked = text
    for mark in _BLANKED:  # sixty times quicker than str.translate
        blanked = blanked.replace(mark, " ")
    split: Splitter = partial(segment, language)
    found: list[Span] = []
    for paragraph in paragraphs:
        found += _sentences_between(text, paragraph, _cuts(blanked[paragraph.start : paragraph.end], split))
    return tuple(found)


def _cuts(paragraph: str, split: Splitter) -> list[int]:
    """Where the splitter ends a sentence.

    Its time grows with the square of the number of marks ' and ` that do not stand between two letters: a paragraph
    with very many of them is read in windows, each from the last end found before.
    """
    if len(paragraph) <= _WINDOW:
        return list(accumulate(map(len, split(paragraph))))
    ends: list[int] = []
    start = 0
    if len(_SINGLE_MARK.findall(paragraph)) > _MOST_SINGLE_MARKS:
        while start + _WINDOW < len(paragraph):
            # What stands near the end of a window may lack the mark that closes a pair.
            found = accumulate(map(len, split(paragraph[start : start + _WINDOW])))
            kept = [start + end for end in found if end <= _WINDOW // 2]
            ends += kept
            start = kept[-1] if kept else start + _WINDOW // 4
    return ends + [start + end for end in accumulate(map(len, split(paragraph[start:])))]


def _sentences_between(text: str, paragraph: Span, cuts: list[int]) -> Iterator[Span]:
    begin = start = paragraph.start
    end = paragraph.end
    for cut in cuts:
        at = begin + cut
        if at < end and at - start >= _PLAIN_END_WIDTH and _PLAIN_END.match(text, at):
            at -= text[at - 1] != " "  # the mark belongs to what it opens
        else:
            at = _before_opening_mark(text, start, at)
            if at <= start or (at < end and not _is_boundary(text, start, at)):
                continue
        if span := _stripped(text, start, at):
            yield span
        start = at
    if rest := _stripped(text, start, end):
        yield rest


def _before_opening_mark(text: str, start: int, cut: int) -> int:
    """Move `cut` to the left of marks that open what comes after it."""
    at = cut
    if at > start and not (text[at - 1] in _MAY_OPEN or text[at - 1].isspace()):
        return cut
    while at > start:
        before = text[at - 1]
        if not before.isspace() and before not in _OPENING:
            after_space = at - 1 == start or text[at - 2].isspace()
            if not (after_space and before in _OPENING_AFTER_SPACE):
                return at if text[at:cut].strip() else cut
        at -= 1
    return cut


def _is_boundary(text: str, start: int, at: int) -> bool:
    following = text[at : at + 8].lstrip().lstrip(_OPENING + '"')
    if following[:1].islower():
        return False
    before = text[max(start, at - _LOOK_BACK) : at].strip()
    if len(before) > 400 or not before.endswith("."):
        return True
    return not _ENDS_IN_ABBREVIATION.search(before, max(0, len(before) - _LONGEST_ABBREVIATION))


# --- Documents --------------------------------------------------------------------------------------

_SURROGATE = re.compile("[\ud800-\udfff]")


def _is_encodable(text: str) -> bool:
    """Whether a text holds no surrogate: encoding it tells ten times as fast as looking for one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Document(BaseModel):
    """One article. `text` is never changed after this: all offsets point into it.

    Lone surrogates cannot be written to any file; each is replaced by U+FFFD, which moves no offset,
    and `notes` says so. `notes` holds whatever else had to be done to read the article.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None
    meta: dict[str, Any] = {}
    notes: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _replace_surrogates(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            return data
        if _is_encodable(data["text"]):
            return data
        text, count = _SURROGATE.subn("\ufffd", data["text"])
        note = f"{count} lone surrogate(s) replaced by U+FFFD; offsets are unchanged"
        return {**data, "text": text, "notes": (*data.get("notes", ()), note)}

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        return paragraph_spans(self.text)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        return _sentences(self.text, self.paragraphs, "en")

    def excerpt(self, spans: Iterable[Span]) -> str:
        """The text under `spans`, its pieces joined by `JOINER`."""
        return excerpt(self.text, spans)
