"""Offsets of the labelling page, and the article they point into.

The page counts Unicode code points of the task's text, `\\r\\n` as two. What stands as a region's text is what the
browser showed: white space drawn together, a line end as a backslash and an n. Before 2022 the page counted UTF-16
units, as do programs that write such files in JavaScript; where only that reading holds the region's text it is taken.
"""

from __future__ import annotations

import re

from framing.interop.offsets import REPLACEMENT, Utf16, align
from framing.text import Document, Span

__all__ = ["TaskText", "task_text"]

_BLANK = re.compile(r"(?:\\n|\s)+")


def task_text(document: Document) -> str:
    """The text of an article's task. A browser drops U+0000; U+FFFD in its place moves no offset."""
    return document.text.replace("\x00", REPLACEMENT)


class TaskText:
    """The text of a task beside that of its article."""

    def __init__(self, document: Document, text: str) -> None:
        """Raises ValueError with the place where `text` is not that of the article."""
        self._text = text
        self._alignment = align(task_text(document), text)
        self._utf16 = Utf16(text)

    def span(self, start: int, end: int, said: str | None = None) -> tuple[Span, str | None]:
        """The span in the article, and a remark where the text that the region is `said` to hold is another.

        Raises ValueError for a place that the text does not have.
        """
        span = self._points(start, end)
        if said is None or _same(said, span.of(self._text)):
            return self._alignment.original(span), None
        units = self._units(start, end)
        if units and _same(said, units.of(self._text)):
            return self._alignment.original(units), None
        remark = (
            f"{start}–{end} holds {span.of(self._text)!r}, and is said to hold {said!r}: the offsets are taken"
        )
        return self._alignment.original(span), remark

    def _points(self, start: int, end: int) -> Span:
        if not 0 <= start < end <= len(self._text):
            raise ValueError(f"{start}–{end} is not inside a text of {len(self._text)} characters")
        return Span(start, end)

    def _units(self, start: int, end: int) -> Span | None:
        try:
            return Span(self._utf16.points(start), self._utf16.points(end))
        except ValueError:
            return None


def _same(said: str, held: str) -> bool:
    return _BLANK.sub(" ", said).strip() == _BLANK.sub(" ", held).strip()
