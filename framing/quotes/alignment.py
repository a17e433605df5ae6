"""Word-by-word alignment of two quotations.

Global alignment with affine gaps (Gotoh 1982, "An improved algorithm for matching biological sequences",
J. Mol. Biol. 162): one long omission is likelier than many short ones, and an omission where the other wording
shows one (an ellipsis, a break of the quotation) is the likeliest.
Equal words at both ends are set aside first, and what is too large for the table is divided at its longest
common run, so that time and memory stay bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from framing.quotes.words import Word

__all__ = ["align"]

_EQUAL, _STEM = 4, 2
_OPEN, _OPEN_AT_GAP = -3, -1
"""Scores in quarters of a word. An omission costs once, whatever its length."""
_CELLS = 10_000
_LOW = -(10**9)

Words = Sequence[Word]
Pair = tuple[int, int]


def align(a: Words, b: Words) -> list[Pair]:
    """Pairs of places at which both have the same word (or the same word with another ending), in order.

    `align(b, a)` gives the same pairs, turned round.
    """
    if [word.key for word in b] < [word.key for word in a]:
        return [(i, j) for j, i in align(b, a)]
    return list(_pairs(a, b, _Box(0, len(a), 0, len(b))))


class _Box(NamedTuple):
    """The words `a:a_end` against the words `b:b_end`."""

    a: int
    a_end: int
    b: int
    b_end: int

    @property
    def cells(self) -> int:
        return (self.a_end - self.a) * (self.b_end - self.b)


def _pairs(a: Words, b: Words, box: _Box) -> Iterator[Pair]:
    i, i_end, j, j_end = box
    while i < i_end and j < j_end and a[i].key == b[j].key:
        yield i, j
        i, j = i + 1, j + 1
    tail = 0
    while i < i_end and j < j_end and a[i_end - 1].key == b[j_end - 1].key:
        i_end, j_end, tail = i_end - 1, j_end - 1, tail + 1
    rest = _Box(i, i_end, j, j_end)
    if rest.cells > _CELLS:
        yield from _divided(a, b, rest)
    elif rest.cells:
        yield from _Table(a, b, rest).pairs()
    yield from ((i_end + step, j_end + step) for step in range(tail))


def _divided(a: Words, b: Words, box: _Box) -> Iterator[Pair]:
    one, other = [word.key for word in a[box.a : box.a_end]], [word.key for word in b[box.b : box.b_end]]
    run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    if run.size:
        at, to = box.a + run.a, box.b + run.b
        yield from _pairs(a, b, _Box(box.a, at, box.b, to))
        yield from _pairs(a, b, _Box(at, box.a_end, to, box.b_end))


_PAIR, _ONLY_A, _ONLY_B = 0, 1, 2


class _Table:
    """Gotoh's three tables: the best that ends in a pair, in a word of a alone, in a word of b alone."""

    def __init__(self, a: Words, b: Words, box: _Box) -> None:
        self.a, self.b, self.box = a, b, box
        self.opening_a = [_opening(b, box.b + column) for column in range(box.b_end - box.b + 1)]
        self.opening_b = [_opening(a, box.a + row) for row in range(box.a_end - box.a + 1)]
        self.came: list[tuple[list[int], list[int], list[int]]] = []

    def pairs(self) -> list[Pair]:
        row = self._first_row()
        for number in range(1, len(self.opening_b)):
            row = self._next_row(row, number)
        return self._traced(_best(row[0][-1], row[1][-1], row[2][-1]))

    def _first_row(self) -> tuple[list[int], list[int], list[int]]:
        width = len(self.opening_a)
        self.came.append(([_PAIR] * width, [_PAIR] * width, [_PAIR, _PAIR] + [_ONLY_B] * (width - 2)))
        low = [_LOW] * width
        return [0] + low[1:], low, [_LOW] + [self.opening_b[0]] * (width - 1)

    def _next_row(
        self, above: tuple[list[int], list[int], list[int]], number: int
    ) -> tuple[list[int], list[int], list[int]]:
        word, opening_b = self.a[self.box.a + number - 1], self.opening_b[number]
        key, stem = word.key, word.stem
        up_pair, up_a, up_b = above
        pair, only_a, only_b, from_pair, from_a, from_b = [], [], [], [], [], []
        for column, opening in enumerate(self.opening_a):
            score = _LOW
            came = _PAIR
            if column:
                other = self.b[self.box.b + column - 1]
                if key == other.key or stem == other.stem:
                    values = up_pair[column - 1], up_a[column - 1], up_b[column - 1]
                    came = _best(*values)
                    score = values[came] + (_EQUAL if key == other.key else _STEM)
            pair.append(score)
            from_pair.append(came)
            values = up_pair[column] + opening, up_a[column], up_b[column] + opening
            came = _best(*values)
            only_a.append(values[came])
            from_a.append(came)
            if column:
                values = pair[column - 1] + opening_b, only_a[column - 1] + opening_b, only_b[column - 1]
                came = _best(*values)
                only_b.append(values[came])
                from_b.append(came)
            else:
                only_b.append(_LOW)
                from_b.append(_PAIR)
        self.came.append((from_pair, from_a, from_b))
        return pair, only_a, only_b

    def _traced(self, table: int) -> list[Pair]:
        row, column = len(self.opening_b) - 1, len(self.opening_a) - 1
        found: list[Pair] = []
        while row or column:
            before = self.came[row][table][column]
            if table == _PAIR:
                row, column = row - 1, column - 1
                found.append((self.box.a + row, self.box.b + column))
            elif table == _ONLY_A:
                row -= 1
            else:
                column -= 1
            table = before
        return found[::-1]


def _opening(words: Words, at: int) -> int:
    """What it costs to leave something out of the other wording before the word `at` of this one."""
    return _OPEN_AT_GAP if at < len(words) and words[at].gap else _OPEN


def _best(pair: int, only_a: int, only_b: int) -> int:
    if pair >= only_a and pair >= only_b:
        return _PAIR
    return _ONLY_A if only_a >= only_b else _ONLY_B
