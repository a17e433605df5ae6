"""Where sentences begin and what stands in quotation marks: the little that resolving pronouns needs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from framing.text import Span, merge_spans

__all__ = ["Layout"]

_SENTENCE = re.compile(
    r"[.!?…:\n](?:(?<=\n)\n*|(?<!\b[A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|Lt)\.)(?<!\b(?:Mrs|Sen|Rep|Gov|Gen|Rev|Col|Sgt)\.)"
    r"(?<!\bProf\.)[”’\"')\]]{0,3}\s+(?=[“‘\"'(\[]{0,3}[A-ZÀ-Þ]))"
)
_MARK = re.compile(r"[“”\"\n]|''")


@dataclass(frozen=True, slots=True)
class Layout:
    """`starts`: where sentences begin, ascending. `quoted`: passages in quotation marks, ascending, disjoint."""

    starts: tuple[int, ...]
    quoted: tuple[Span, ...]
    _quote_starts: tuple[int, ...]

    @classmethod
    def of(cls, flat: str) -> Layout:
        quoted = _quoted(flat)
        return cls((0, *(m.end() for m in _SENTENCE.finditer(flat))), quoted, tuple(q.start for q in quoted))

    def sentence(self, offset: int) -> int:
        """The number of the sentence at `offset`."""
        return bisect_right(self.starts, offset) - 1

    def in_quotes(self, offset: int) -> bool:
        index = bisect_right(self._quote_starts, offset) - 1
        return index >= 0 and offset < self.quoted[index].end

    def narrative_clock(self, statements: Sequence[Span]) -> tuple[int, ...]:
        """Sentence number → how many sentences the narrator has begun by then.

        Sentences begun inside quotation marks or inside a statement do not count: after six paragraphs
        of quotation “he added” still means the one who spoke before them.
        """
        inside = merge_spans((*self.quoted, *statements))
        clock, now, at = [], 0, 0
        for start in self.starts:
            while at < len(inside) and inside[at].end <= start:
                at += 1
            now += not (at < len(inside) and inside[at].start < start)
            clock.append(now)
        return tuple(clock)


def _quoted(flat: str) -> tuple[Span, ...]:
    """Passages in double quotation marks; one that is not closed ends with its paragraph."""
    found: list[Span] = []
    start: int | None = None
    for match in _MARK.finditer(flat):
        mark = match[0]
        if mark == "\n":
            if start is not None:
                found.append(Span(start, match.start()))
            start = None
        elif start is None and mark != "”":
            start = match.start()
        elif start is not None and mark != "“":
            found.append(Span(start, match.end()))
            start = None
    if start is not None:
        found.append(Span(start, len(flat)))
    return tuple(found)
