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

    The end may not lie before the start. Where the words of either stand more than once in their sentence, and
    the anchor does not say which time is meant, the passage is ambiguous: the longest is given, the others are
    its alternatives. `occurrences` finds words in a window.
    """
    if not 1 <= anchor.first <= anchor.last <= len(sentences):
        return NotFound(_name(anchor), _number_fault(anchor, len(sentences)))
    first, last = sentences[anchor.first - 1], sentences[anchor.last - 1]
    if anchor.start is None and anchor.end is None:
        return Location((Span(first.start, last.end),), "exact")
    starts, ends = [_at(first.start)], [_at(last.end)]
    if anchor.start is not None and not (starts := _nth(occurrences(anchor.start, first), anchor.start_nth)):
        return NotFound(
            _name(anchor),
            f"the start {anchor.start!r} is not {_often(anchor.start_nth)}in sentence {anchor.first}",
        )
    if anchor.end is not None and not (ends := _nth(occurrences(anchor.end, last), anchor.end_nth)):
        return NotFound(
            _name(anchor), f"the end {anchor.end!r} is not {_often(anchor.end_nth)}in sentence {anchor.last}"
        )
    places = [
        (Span(start.start, end.end),)
        for start, _ in starts
        for end, _ in reversed(ends)
        if start.start <= end.start and start.end <= end.end
    ]
    if not places:
        return NotFound(_name(anchor), f"the end {anchor.end!r} stands before the start {anchor.start!r}")
    return Location.among(places[:MAX_ALTERNATIVES], _weaker(starts[0][1], ends[-1][1]))


def _name(anchor: Anchor) -> str:
    return f"sentences {anchor.first} to {anchor.last}"


def _at(border: int) -> Found:
    """The border of a sentence, where no words are given."""
    return Span(border, border), "exact"


def _weaker(one: Grounding, other: Grounding) -> Grounding:
    return one if one == other else max(one, other, key=_ORDER.index)


def _nth(found: list[Found], nth: int | None) -> list[Found]:
    return found if nth is None else found[nth - 1 : nth]


def _often(nth: int | None) -> str:
    return f"{nth} times " if nth and nth > 1 else ""


def _number_fault(anchor: Anchor, count: int) -> str:
    for number in (anchor.first, anchor.last):
        if not 1 <= number <= count:
            return f"there is no sentence {number}: the text has {count}, counted from 1"
    return f"sentence {anchor.last} comes before sentence {anchor.first}"
