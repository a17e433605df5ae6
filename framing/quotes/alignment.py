"""Word-by-word alignment of two quotations.

Global alignment with affine gaps (Gotoh 1982, "An improved algorithm for matching biological sequences",
J. Mol. Biol. 162): one long omission is likelier than many short ones, and an omission where the other wording
shows one (an ellipsis, a break of the quotation) is the likeliest.
Equal words at both ends are set aside first, and a larger table is divided at the longest common run, so that
time and memory stay bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from framing.quotes.words import Word

__all__ = ["Pair", "align"]

_CONTENT, _LIGHT, _OTHER_ENDING = 8, 4, 2
"""What it is worth to pair a content word, a light word; less where the endings differ."""
_OPEN, _OPEN_AT_GAP = -3, -1
"""What an omission costs, once, whatever its length; words that replace others are two of them."""
_SMALL, _LARGE = 200, 10_000
"""Cells of a table that is filled at once, and of one that is too large to be filled at all."""
_LONG_RUN = 5
"""Words of a common run that is taken for granted in a table between the two sizes."""
_LOW = -(10**9)

Words = Sequence[Word]
Pair = tuple[int, int]


def align(a: Words, b: Words) -> list[Pair]:
    """Pairs of places at which both have the same word (or the same word with another ending), in order."""
    return _settled(a, b, _pairs(a, b, _Box(0, len(a), 0, len(b))))


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
    if rest.cells:
        yield from _divided(a, b, rest)
    yield from ((i_end + step, j_end + step) for step in range(tail))


def _divided(a: Words, b: Words, box: _Box) -> Iterator[Pair]:
    if box.cells > _SMALL:
        one, other = [word.key for word in a[box.a : box.a_end]], [word.key for word in b[box.b : box.b_end]]
        run = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
        if run.size >= _LONG_RUN or (run.size and box.cells > _LARGE):
            at, to = box.a + run.a, box.b + run.b
            yield from _pairs(a, b, _Box(box.a, at, box.b, to))
            yield from _pairs(a, b, _Box(at, box.a_end, to, box.b_end))
            return
    if box.cells <= _LARGE:
        yield from _Table(a, b, box).pairs()


_PAIR, _ONLY_A, _ONLY_B = 0, 1, 2
_Row = tuple[list[int], list[int], list[int]]


class _Table:
    """Gotoh's three tables: the best that ends in a pair, in a word of a alone, in a word of b alone."""

    def __init__(self, a: Words, b: Words, box: _Box) -> None:
        self.a, self.b, self.box = a, b, box
        self.opening_a = [_opening(b, box.b + column) for column in range(box.b_end - box.b + 1)]
        self.opening_b = [_opening(a, box.a + row) for row in range(box.a_end - box.a + 1)]
        self.other = b[box.b : box.b_end]
        self.known: dict[str, list[int]] = {}
        self.came: list[_Row] = []

    def pairs(self) -> list[Pair]:
        row = self._first_row()
        for number in range(1, len(self.opening_b)):
            row = self._next_row(row, number)
        return self._traced(_best(*(table[-1] for table in row)))

    def _first_row(self) -> _Row:
        width = len(self.opening_a)
        self.came.append(([_PAIR] * width, [_PAIR] * width, [_PAIR, _PAIR] + [_ONLY_B] * (width - 2)))
        low = [_LOW] * (width - 1)
        return [0, *low], [_LOW, *low], [_LOW] + [self.opening_b[0]] * (width - 1)

    def _next_row(self, above: _Row, number: int) -> _Row:
        opening_b, width = self.opening_b[number], len(self.opening_a)
        row: _Row = [_LOW] * width, [self.opening_a[0]] * width, [_LOW] * width
        came: _Row = [_PAIR] * width, [_PAIR if number == 1 else _ONLY_A] * width, [_PAIR] * width
        pair, only_a, only_b = row
        up_pair, up_a, up_b = above
        scores = self._scores(self.a[self.box.a + number - 1])
        for at, (score, opening) in enumerate(zip(scores, self.opening_a[1:], strict=True), 1):
            if score:
                before = up_pair[at - 1], up_a[at - 1], up_b[at - 1]
                came[_PAIR][at] = table = _best(*before)
                pair[at] = before[table] + score
            first, second, third = up_pair[at] + opening, up_a[at], up_b[at] + opening
            came[_ONLY_A][at] = table = _best(first, second, third)
            only_a[at] = (first, second, third)[table]
            first, second, third = pair[at - 1] + opening_b, only_a[at - 1] + opening_b, only_b[at - 1]
            came[_ONLY_B][at] = table = _best(first, second, third)
            only_b[at] = (first, second, third)[table]
        self.came.append(came)
        return row

    def _scores(self, word: Word) -> list[int]:
        """What it is worth to pair a word of a with each word of b; 0 where they are different words."""
        if (known := self.known.get(word.key)) is None:
            equal = _CONTENT if word.content else _LIGHT
            stem = equal - _OTHER_ENDING
            known = [equal if o.key == word.key else stem if o.stem == word.stem else 0 for o in self.other]
            self.known[word.key] = known
        return known

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


# --- Words that could as well belong to the other side of an omission -------------------------------


class _Run(NamedTuple):
    """The words `a:a+size` are those of `b:b+size`."""

    a: int
    b: int
    size: int


def _settled(a: Words, b: Words, pairs: Iterator[Pair]) -> list[Pair]:
    """The same number of pairs in fewer runs.

    Of “the bridge and the ferry” the second “the” goes with “the ferry”, though the first one comes first.
    """
    settled: list[_Run] = []
    for run in _runs(pairs):
        while settled and (joined := _joined(a, b, settled[-1], run)):
            settled.pop()
            run = joined
        settled.append(run)
    return [(run.a + step, run.b + step) for run in settled for step in range(run.size)]


def _runs(pairs: Iterator[Pair]) -> Iterator[_Run]:
    run: _Run | None = None
    for i, j in pairs:
        if run and (i, j) == (run.a + run.size, run.b + run.size):
            run = run._replace(size=run.size + 1)
        else:
            if run:
                yield run
            run = _Run(i, j, 1)
    if run:
        yield run


def _joined(a: Words, b: Words, before: _Run, after: _Run) -> _Run | None:
    """One run of both, where one of the wordings leaves something out between them and nothing shows it."""
    only_a, only_b = after.a - before.a - before.size, after.b - before.b - before.size
    if (only_a and only_b) or a[after.a].gap or b[after.b].gap:
        return None
    size = before.size + after.size
    late, early = _Run(after.a - before.size, after.b - before.size, size), _Run(before.a, before.b, size)
    for run in (late, early) if before.size < after.size else (early, late):
        if all(a[run.a + step].key == b[run.b + step].key for step in range(size)):
            return run
    return None
