"""Overlapping and nested passages as a row of pieces, each with everything that holds over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from framing.text import Span

__all__ = ["Mark", "Segment", "segments"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to be drawn over the text: its key and where it stands."""

    key: int
    spans: tuple[Span, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.spans))


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text over which the same marks hold, the widest first; `begins` are those that start here."""

    span: Span
    marks: tuple[int, ...]
    begins: tuple[int, ...]


def segments(span: Span, marks: Sequence[Mark], *, cuts: Iterable[int] = ()) -> tuple[Segment, ...]:
    """Cut `span` at every border of a mark, and at `cuts`; the pieces lie end to end and cover all of `span`.

    Marks must lie inside `span`.
    """
    rank = {mark.key: (-mark.size, mark.key) for mark in marks}
    first = {mark.key: min(part.start for part in mark.spans) for mark in marks}
    changes = _changes(marks)
    borders = sorted({span.start, span.end, *(at for at in (*changes, *cuts) if at in span)})
    # Marks are counted, not kept in a set: two spans of one may overlap.
    held: Counter[int] = Counter()
    found: list[Segment] = []
    for start, end in pairwise(borders):
        held.update(changes.get(start, {}))
        keys = tuple(sorted((key for key, count in held.items() if count), key=rank.__getitem__))
        found.append(Segment(Span(start, end), keys, tuple(key for key in keys if first[key] == start)))
        held = +held
    return tuple(found)


def _changes(marks: Sequence[Mark]) -> dict[int, Counter[int]]:
    """By place: how many spans of each mark begin there, less those that end there."""
    changes: dict[int, Counter[int]] = {}
    for mark in marks:
        for part in mark.spans:
            changes.setdefault(part.start, Counter())[mark.key] += 1
            changes.setdefault(part.end, Counter())[mark.key] -= 1
    return changes
