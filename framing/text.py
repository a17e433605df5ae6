"""Articles and places in them.

Every offset in this library is a half-open span of Unicode code points of the untouched text, so that
`text[span.start:span.end]` in Python (and `substring` in R) gives back exactly what was meant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

__all__ = ["JOINER", "Document", "Span", "covering", "excerpt", "merge_spans", "paragraph_spans", "sentence_spans"]

JOINER = " … "
"""Stands between the pieces when a text of several spans is written as one string."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int

    def __post_init__(self) -> None:
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


def excerpt(text: str, spans: Iterable[Span]) -> str:
    """The pieces of `text` under `spans`, in the order given, joined by `JOINER`."""
    return JOINER.join(span.of(text) for span in spans)


def covering(spans: Iterable[Span]) -> Span:
    """The smallest span that covers all of `spans`; raises ValueError when there are none."""
    listed = tuple(spans)
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
_ENDS_PARAGRAPH = re.compile(r"[.!?…:;\"”’'\)\]*_]\s*$")
_WRAP_WIDTH = 120


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """Paragraphs without the white space around them: blocks between blank lines.

    A single line break inside a block also separates paragraphs, unless the block looks hard-wrapped
    (short lines, most of which break in mid-sentence).
    """
    spans: list[Span] = []
    start = 0
    for match in _BLANK_LINE.finditer(text):
        spans.extend(_block_paragraphs(text, start, match.start()))
        start = match.end()
    spans.extend(_block_paragraphs(text, start, len(text)))
    return tuple(spans)


def _block_paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    lines: list[Span] = []
    for match in _NEWLINE.finditer(text, start, end):
        lines.append(Span(start, match.start()))
        start = match.end()
    lines.append(Span(start, end))
    if _hard_wrapped(text, lines):
        lines = [Span(lines[0].start, lines[-1].end)]
    for line in lines:
        if stripped := _stripped(text, line.start, line.end):
            yield stripped


def _hard_wrapped(text: str, lines: list[Span]) -> bool:
    inner = lines[:-1]
    if not inner or max(map(len, lines)) > _WRAP_WIDTH:
        return False
    open_ended = sum(1 for line in inner if line and not _ENDS_PARAGRAPH.search(line.of(text)))
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
_WINDOW = 2_000
_LOOK_BACK = 2_000
_BLANKED = '“”„"«»\n\r'
_ENDS_IN_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|v|cf|al|Rep|Sen|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Dr|Mr|Mrs|Ms|Prof|Rev|Hon|St|Mt|Ft|Sr|Jr|No"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.|(?<![.\w])[A-Z]\.)$"
)


def sentence_spans(text: str, *, language: str = "en") -> tuple[Span, ...]:
    """Sentences, without the white space around them, in order; none crosses a paragraph border.

    The splitter is sentencex (rule-based, MIT). It takes a quotation of several sentences for one
    sentence, so it is shown the text with the double quotation marks blanked out (same length); a mark
    that opens is then given to the sentence it opens.
    """
    return _sentences(text, paragraph_spans(text), language)


def _sentences(text: str, paragraphs: Iterable[Span], language: str) -> tuple[Span, ...]:
    found: list[Span] = []
    for paragraph in paragraphs:
        blanked = paragraph.of(text)
        for mark in _BLANKED:  # sixty times quicker than str.translate
            blanked = blanked.replace(mark, " ")
        cuts = [end + paragraph.start for end in _splits(blanked, language)]
        found.extend(_sentences_between(text, paragraph, cuts))
    return tuple(found)


def _splits(paragraph: str, language: str) -> list[int]:
    """Where the splitter ends a sentence.

    Its time grows with the square of the number of marks ' and ` that do not stand between two letters: a paragraph
    with very many of them is read in windows, each from the last end found before.
    """
    from sentencex import get_sentence_boundaries

    crowded = len(paragraph) > _WINDOW and len(_SINGLE_MARK.findall(paragraph)) > _MOST_SINGLE_MARKS
    window = _WINDOW if crowded else len(paragraph)
    ends: list[int] = []
    start = 0
    while start < len(paragraph):
        boundaries = get_sentence_boundaries(language, paragraph[start : start + window])
        found = [start + boundary["end_index"] for boundary in boundaries]
        if start + window >= len(paragraph):
            return ends + found
        # What stands near the end of a window may lack the mark that closes a pair.
        kept = [end for end in found if end <= start + window // 2]
        ends += kept
        start = kept[-1] if kept else start + window // 4
    return ends


def _sentences_between(text: str, paragraph: Span, cuts: list[int]) -> Iterator[Span]:
    start = paragraph.start
    for cut in [*cuts, paragraph.end]:
        at = _before_opening_mark(text, start, min(cut, paragraph.end))
        if at <= start or (at < paragraph.end and not _is_boundary(text, start, at)):
            continue
        if span := _stripped(text, start, at):
            yield span
        start = at


def _before_opening_mark(text: str, start: int, cut: int) -> int:
    """Move `cut` to the left of marks that open what comes after it."""
    at = cut
    while at > start:
        before = text[at - 1]
        after_space = at - 1 == start or text[at - 2].isspace()
        opens = before in _OPENING or (before in _OPENING_AFTER_SPACE and after_space)
        if not (opens or before.isspace()):
            return at if any(not c.isspace() for c in text[at:cut]) else cut
        at -= 1
    return cut


def _is_boundary(text: str, start: int, at: int) -> bool:
    following = text[at : at + 8].lstrip().lstrip(_OPENING + '"')
    if following[:1].islower():
        return False
    before = text[max(start, at - _LOOK_BACK) : at].strip()
    return not _ENDS_IN_ABBREVIATION.search(before) or len(before) > 400


# --- Documents --------------------------------------------------------------------------------------

_SURROGATE = re.compile("[\ud800-\udfff]")


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
        text, count = _SURROGATE.subn("\ufffd", data["text"])
        if not count:
            return data
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
