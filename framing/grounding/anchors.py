"""Passages named by sentence numbers and their first and last words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from framing.annotations import Grounding
from framing.grounding.results import Location, NotFound
from framing.schemas import Anchor
from framing.text import Span

__all__ = ["Found", "resolve"]

Found = tuple[Span, Grounding]
_ORDER: tuple[Grounding, ...] = ("exact", "typography", "case")
MAX_ALTERNATIVES = 100


def resolve(
    anchor: Anchor, sentences: Sequence[Span], occurrences: Callable[[str, Span], list[Found]]
) -> Location | NotFound:
    """The passage from the first `start` in the first sentence to the last `end` in the last sentence.

    The end may not lie before the start. Where the words of either stand more than once in their sentence the
    passage is ambiguous: the longest is given, the others are its alternatives. `occurrences` finds words in
    a window.
    """
    name = f"sentences {anchor.first} to {anchor.last}"
    if fault := _number_fault(anchor, len(sentences)):
        return NotFound(name, fault)
    first, last = sentences[anchor.first - 1], sentences[anchor.last - 1]
    starts: list[Found] = [(Span(first.start, first.start), "exact")]
    ends: list[Found] = [(Span(last.end, last.end), "exact")]
    if anchor.start is not None and not (starts := occurrences(anchor.start, first)):
        return NotFound(name, f"the start {anchor.start!r} is not in sentence {anchor.first}")
    if anchor.end is not None and not (ends := occurrences(anchor.end, last)):
        return NotFound(name, f"the end {anchor.end!r} is not in sentence {anchor.last}")
    places = [
        (Span(start.start, end.end),)
        for start, _ in starts
        for end, _ in reversed(ends)
        if start.start <= end.start and start.end <= end.end
    ]
    if not places:
        return NotFound(name, f"the end {anchor.end!r} stands before the start {anchor.start!r}")
    return Location.among(places[:MAX_ALTERNATIVES], max(starts[0][1], ends[-1][1], key=_ORDER.index))


def _number_fault(anchor: Anchor, count: int) -> str | None:
    for number in (anchor.first, anchor.last):
        if not 1 <= number <= count:
            return f"there is no sentence {number}: the text has {count}, counted from 1"
    if anchor.last < anchor.first:
        return f"sentence {anchor.last} comes before sentence {anchor.first}"
    return None
