"""Offsets of other programs: UTF-16 code units, and texts whose line ends or first mark were changed on the way."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from framing.text import Span

__all__ = ["REPLACEMENT", "Alignment", "Utf16", "align", "plain_text", "without_xml_controls"]

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_NEWLINE = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOM = "\ufeff"
REPLACEMENT = "\ufffd"
_FILLERS = (REPLACEMENT, " ")


class Utf16:
    """Between code points and UTF-16 code units (Java, JavaScript, UIMA) of one text."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._pairs = [match.start() for match in _BEYOND.finditer(text)]
        """Code points that take two units."""
        self._units = [at + before for before, at in enumerate(self._pairs)]
        """The first unit of each of them."""

    def units(self, offset: int) -> int:
        """The offset in code units of an offset in code points."""
        return offset + bisect_left(self._pairs, offset)

    def points(self, units: int) -> int:
        """The offset in code points; raises ValueError outside the text or between the two units of a character."""
        before = bisect_left(self._units, units)
        if before and self._units[before - 1] + 1 == units:
            raise ValueError(f"offset {units} is in the middle of a character (a surrogate pair)")
        if not 0 <= units - before <= self._length:
            raise ValueError(f"offset {units} is outside the text")
        return units - before


class Alignment:
    """Between the offsets of an article and those of the text that another program made of it.

    Both texts are cut into the same number of pieces; pieces of equal length correspond character by character,
    of others (a line end that became longer or shorter, a mark that was dropped) only the ends do.
    """

    def __init__(self, pieces: Sequence[tuple[int, int]]) -> None:
        """`pieces` are the lengths of each piece here and there."""
        self._here = [0, *accumulate(here for here, _ in pieces)]
        self._there = [0, *accumulate(there for _, there in pieces)]

    def seen(self, span: Span) -> Span:
        """A span of the article in the other text; raises ValueError where it would not come back as it was."""
        there = _carried(span, self._here, self._there)
        if self.original(there) != span:
            raise ValueError(f"{span.start}–{span.end} begins or ends in what the other text lacks")
        return there

    def original(self, span: Span) -> Span:
        """A span of the other text in the article; raises ValueError where it cuts what is one thing there."""
        return _carried(span, self._there, self._here)


def _carried(span: Span, source: Sequence[int], target: Sequence[int]) -> Span:
    """The span without pieces that are empty in `source`, at either end."""
    if span.end > source[-1]:
        raise ValueError(f"{span.start}–{span.end} is not inside a text of {source[-1]} characters")
    first = min(bisect_right(source, span.start), len(source) - 1) - 1
    last = max(bisect_left(source, span.end), 1) - 1
    start, end = (_offset(at, piece, source, target) for at, piece in ((span.start, first), (span.end, last)))
    return Span(start, max(start, end))


def _offset(at: int, piece: int, source: Sequence[int], target: Sequence[int]) -> int:
    into, length = at - source[piece], source[piece + 1] - source[piece]
    if into == length:
        return target[piece + 1]
    if into and length != target[piece + 1] - target[piece]:
        raise ValueError(f"offset {at} is inside a line end")
    return target[piece] + into


def align(original: str, seen: str) -> Alignment:
    """How `seen`, the text that another program shows, corresponds to `original`.

    Line ends may be others, a leading byte order mark and one last line end may come or go, and U+FFFD or a space
    may stand for a character that XML cannot hold. Raises ValueError with the place of the first other difference.
    """
    if original == seen:
        return Alignment([(len(seen), len(seen))])
    marks = _leading_marks(original) - _leading_marks(seen)
    here, there = original[max(marks, 0) :], seen[max(-marks, 0) :]
    pieces = [(max(marks, 0), max(-marks, 0))]
    lines, others = list(_lines(here)), list(_lines(there))
    for number, (line, other) in enumerate(zip(lines, others, strict=False), start=1):
        _compare(line[0], other[0], number)
        pieces += [(len(line[0]), len(other[0])), (len(line[1]), len(other[1]))]
    if [*lines[len(others) :], *others[len(lines) :]] not in ([], [("", "")]):
        raise ValueError(f"the article has {len(lines)} lines, the file {len(others)}")
    return Alignment(pieces)


def _leading_marks(text: str) -> int:
    return len(text) - len(text.lstrip(_BOM))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Every line and its end; the last has none."""
    start = 0
    for match in _NEWLINE.finditer(text):
        yield text[start : match.start()], match[0]
        start = match.end()
    yield text[start:], ""


def _compare(line: str, other: str, number: int) -> None:
    """U+FFFD or a space may stand for what XML cannot hold."""
    if line == other:
        return
    pairs = enumerate(zip(f"{line}\n", f"{other}\n", strict=False))
    column = next((at for at, (a, b) in pairs if a != b and not (b in _FILLERS and _NOT_XML.match(a))), None)
    if column is None:
        return
    raise ValueError(
        f"line {number} differs from character {column + 1}: {line[column : column + 20]!r} in the article, "
        f"{other[column : column + 20]!r} in the file"
    )


def plain_text(text: str) -> str:
    """The text with line feeds alone and without a byte order mark, as programs agree on counting it."""
    return text.lstrip(_BOM).replace("\r\n", "\n").replace("\r", "\n")


def without_xml_controls(text: str) -> str:
    """`text` with U+FFFD for every character that XML 1.0 cannot hold; no offset moves."""
    return _NOT_XML.sub(REPLACEMENT, text)
