"""Who speaks at a given span: the innermost statement that holds it, and the reports around that one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import itemgetter

from framing.annotations import NARRATOR, UNATTRIBUTED, Statement
from framing.text import Span, covering

__all__ = ["Voices", "chain_at", "nest", "voice_at"]


def voice_at(spans: Span | Iterable[Span], statements: Iterable[Statement]) -> str:
    """Whose voice `spans` stand in: a speaker's id, UNATTRIBUTED, or NARRATOR outside every statement."""
    chain = chain_at(spans, statements)
    return chain[-1] if chain else NARRATOR


def chain_at(spans: Span | Iterable[Span], statements: Iterable[Statement]) -> tuple[str, ...]:
    """The voices that `spans` stand in, outermost first: (outlet, person) where an outlet reports what a
    person said; () for the narrator's own words.

    A statement holds a span when the span's first and last characters both lie in it, so that a passage
    which runs on over “she said” in the middle of a quotation is still the quoted speaker's.
    """
    wanted = (spans,) if isinstance(spans, Span) else tuple(spans)
    holding = [statement for statement in statements if _holds(statement.spans, wanted)]
    holding.sort(key=_size, reverse=True)
    return tuple(statement.speaker or UNATTRIBUTED for statement in holding)


class Voices:
    """`voice_at` for many places of one article: each is held against the statements around it alone."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        listed = [(covering(statement.spans), n, statement) for n, statement in enumerate(statements)]
        listed.sort(key=lambda item: item[0].start)
        self._listed = listed
        self._starts = [whole.start for whole, _, _ in listed]
        self._reach = list(accumulate((whole.end for whole, _, _ in listed), max))

    def at(self, spans: Span | Sequence[Span]) -> str:
        """Whose voice `spans` stand in; see `voice_at`."""
        around: list[tuple[int, Statement]] = []
        start = spans.start if isinstance(spans, Span) else spans[0].start
        index = bisect_right(self._starts, start) - 1
        while index >= 0 and self._reach[index] > start:
            whole, number, statement = self._listed[index]
            if whole.end > start:
                around.append((number, statement))
            index -= 1
        if not around:
            return NARRATOR
        return voice_at(spans, [statement for _, statement in sorted(around, key=itemgetter(0))])


def nest(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The same statements, each with `within` naming the smallest one that holds all of it and more.

    A `within` that is already there is kept. Two statements with the same characters hold neither the other.
    """
    order = sorted(range(len(statements)), key=lambda i: _outermost_first(statements[i]))
    nested: list[Statement] = list(statements)
    open_: list[Statement] = []
    for index in order:
        statement = statements[index]
        start = covering(statement.spans).start
        open_ = [outer for outer in open_ if covering(outer.spans).end > start]
        outside = [
            outer for outer in open_ if _size(outer) > _size(statement) and _holds(outer.spans, statement.spans)
        ]
        if statement.within is None and outside:
            nested[index] = statement.model_copy(update={"within": min(outside, key=_size).id})
        open_.append(statement)
    return tuple(nested)


def _outermost_first(statement: Statement) -> tuple[int, int]:
    whole = covering(statement.spans)
    return whole.start, -whole.end


def _size(statement: Statement) -> int:
    return sum(map(len, statement.spans))


def _holds(outer: Sequence[Span], inner: Sequence[Span]) -> bool:
    for span in inner:
        if not _in_any(outer, span.start) or not _in_any(outer, max(span.start, span.end - 1)):
            return False
    return bool(inner)


def _in_any(spans: Sequence[Span], offset: int) -> bool:
    # A plain loop: every claim and passage is held against every statement.
    for span in spans:  # noqa: SIM110
        if span.start <= offset < span.end:
            return True
    return False
