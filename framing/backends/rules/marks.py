"""Quotation marks: which open, which close, which are apostrophes, and what they enclose.

Knows the American “…” and the British ‘…’ convention, straight " and ', doubled '' and ``, and « ».
A mark is read from what stands beside it: an opening mark follows a space, a bracket, a dash or another
mark, and touches the word after it; a closing mark touches the word or stop before it. A single mark is a
quotation mark only where an apostrophe is impossible or a partner for it exists in the same paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framing.backends.rules.lexicon import VERBS
from framing.text import Span

__all__ = ["Quotation", "find_quotations"]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, which lie inside `span`; it never crosses a paragraph border.

    `level` is 0 for a quotation that lies in no other. `closed` is False when its closing mark is missing.
    `resumed` says that it goes on from the paragraph before, which had no closing mark.
    """

    span: Span
    inner: Span
    paragraph: int
    level: int
    closed: bool
    resumed: bool = False


_MARK = re.compile(r"[“”„‟«»\"]|''|``|’’|‘‘|['‘’‚`]")
_DOUBLE = {"“": "“", "”": "“", "„": "“", "‟": "“", '"': '"', "''": "''", "``": "''", "’’": "’’", "‘‘": "’’"}
_DOUBLE |= {"«": "«", "»": "«"}
_SINGLE = {"'": "'", "‘": "‘", "’": "‘", "‚": "‘", "`": "'"}
_OPENS_ONLY = frozenset("“„«‘‚") | {"``", "‘‘"}
_CLOSES_ONLY = frozenset("”»’") | {"’’"}
_MIXED_WITH = {'"': "“", "“": '"'}
"""“curly at one end, straight at the other": editors' slips, read as one pair."""
_ELISION = re.compile(
    r"(?:tis|twas|em|cause|til|till|bout|round|neath|n|cos|cuz|ere|gainst|fraid|nother|nuff|\d0s|\d\d)\b",
    re.IGNORECASE,
)
_BEFORE_OPENING = frozenset("([{<—–-/:;,|*_>…“„«‘\"'‚`")
_AFTER_CLOSING = frozenset(")]}>—–-/:;,.!?|*_<…=”»’\"'&%")
_STOPS = frozenset(".,!?…;:")
_SENTENCE_BEGINS = frozenset({": ", ". ", "! ", "? ", ", "})
_PAIR_REACH = 1_500
"""How far (characters) a single mark may look for its partner; keeps the work linear in the text."""


_CUE_REACH = 80
_LOST_MARK = re.compile(r"[,?!]()\s+(?:[\w.’'-]+ ){1,4}?(\w+)[.,]\s*$")


@dataclass(slots=True)
class _Open:
    family: str
    start: int
    inner: int
    resumed: bool


def find_quotations(text: str, paragraphs: Sequence[Span]) -> tuple[Quotation, ...]:
    """Every quotation of `text`, outermost first where they nest, in the order of their opening marks.

    A mark left open is taken to run on when the next paragraph begins with an opening mark of its kind;
    otherwise the quotation ends with its paragraph, so that one forgotten mark never swallows the article.
    """
    found: list[Quotation] = []
    running: str | None = None
    for number, paragraph in enumerate(paragraphs):
        following = text[paragraphs[number + 1].start] if number + 1 < len(paragraphs) else None
        reader = _Paragraph(text, paragraph, number, running, following)
        found.extend(sorted(reader.read(), key=lambda q: (q.span.start, q.level)))
        running = reader.left_open
    return tuple(found)


class _Paragraph:
    def __init__(self, text: str, span: Span, number: int, running: str | None, following: str | None) -> None:
        self.text, self.span, self.number = text, span, number
        self.running, self.following = running, following
        self.left_open: str | None = None
        self.stack: list[_Open] = []
        self.marks = [(m.start(), m.group()) for m in _MARK.finditer(text, span.start, span.end)]
        self.places = [at for at, _ in self.marks]

    def read(self) -> Iterator[Quotation]:
        for at, mark in self.marks:
            yield from self._double(at, mark) if mark in _DOUBLE else self._single(at, mark)
        if self.stack:
            self.left_open = self.stack[0].family
        yield from self._abandon(0, self.span.end)

    def _double(self, at: int, mark: str) -> Iterator[Quotation]:
        family, end = _DOUBLE[mark], at + len(mark)
        depth = self._depth(family)
        opens, closes = self._can_open(at, end), self._can_close(at, end)
        if (
            depth is None
            and closes
            and not opens
            and (other := self._depth(_MIXED_WITH.get(family, ""))) is not None
        ):
            yield from self._close(other, at, end)
            return
        if mark == "''" and depth is None and self._depth("'") is not None and not opens:
            yield from self._single(at, "'")
            return
        if depth is not None and (mark in _CLOSES_ONLY or (closes and (mark not in _OPENS_ONLY or not opens))):
            yield from self._close(depth, at, end)
        elif mark in _OPENS_ONLY or (opens and depth is None) or (mark not in _CLOSES_ONLY and opens):
            if depth is not None:
                yield from self._abandon(depth, self._before_cue(depth, at))
            self._open(family, at, end)
        elif mark == '"' and not opens and self._closes_next(at, mark):
            # “… it ends." The next begins …," she said: the mark has slipped to the sentence before.
            inner = end
            while self.text[inner].isspace():
                inner += 1
            self._open(family, inner, inner)

    def _closes_next(self, at: int, mark: str) -> bool:
        """Whether the next mark of this kind in the paragraph can only close."""
        for place, other in self._marks_after(at):
            if other == mark:
                end = place + len(other)
                return self._can_close(place, end) and not self._can_open(place, end)
        return False

    def _single(self, at: int, mark: str) -> Iterator[Quotation]:
        family, end = _SINGLE[mark], at + 1
        depth = self._depth(family)
        if depth is not None and mark != "‘" and self._closes_single(at, depth):
            yield from self._close(depth, at, end)
        elif mark != "’" and depth is None and self._opens_single(at, mark):
            self._open(family, at, end)

    def _open(self, family: str, at: int, end: int) -> None:
        resumed = not self.stack and self.running == family and at == self.span.start
        self.stack.append(_Open(family, at, end, resumed))

    def _close(self, depth: int, at: int, end: int) -> Iterator[Quotation]:
        yield from self._abandon(depth + 1, at)
        opened = self.stack.pop()
        if at > opened.inner:
            yield self._quotation(opened, depth, inner_end=at, end=end, closed=True)

    def _abandon(self, depth: int, end: int) -> Iterator[Quotation]:
        """End everything open from `depth` on at `end`: its closing mark is missing."""
        while len(self.stack) > depth:
            opened = self.stack.pop()
            stop = opened.inner + len(self.text[opened.inner : end].rstrip())
            if stop > opened.inner:
                yield self._quotation(opened, len(self.stack), inner_end=stop, end=stop, closed=False)

    def _before_cue(self, depth: int, end: int) -> int:
        """Where a quotation ends that has lost its closing mark before “…, she said.”; else `end`."""
        cue = _LOST_MARK.search(self.text, max(self.stack[depth].inner, end - _CUE_REACH), end)
        return cue.start(1) if cue and any("q" in verb.frames for verb in VERBS.get(cue[2], ((), ()))[1]) else end

    def _quotation(self, opened: _Open, level: int, *, inner_end: int, end: int, closed: bool) -> Quotation:
        inner = Span(opened.inner, inner_end)
        return Quotation(Span(opened.start, end), inner, self.number, level, closed, opened.resumed)

    def _depth(self, family: str) -> int | None:
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].family == family:
                return depth
        return None

    def _before(self, at: int) -> str:
        return self.text[at - 1] if at > self.span.start else " "

    def _after(self, end: int) -> str:
        return self.text[end] if end < self.span.end else " "

    def _can_open(self, at: int, end: int) -> bool:
        before, after = self._before(at), self._after(end)
        return (before.isspace() or before in _BEFORE_OPENING) and not after.isspace()

    def _can_close(self, at: int, end: int) -> bool:
        before, after = self._before(at), self._after(end)
        return not before.isspace() and (after.isspace() or after in _AFTER_CLOSING or before in _STOPS)

    def _opens_single(self, at: int, mark: str) -> bool:
        if not self._can_open(at, at + 1) or _ELISION.match(self.text, at + 1):
            return False
        return self._partner(at, mark) is not None or self._must_open(at)

    def _must_open(self, at: int) -> bool:
        """Whether a single mark without a partner opens even so: at the head of a sentence that it begins.

        At the head of a paragraph only where the quotation runs on from the paragraph before or into the next.
        """
        if not self.text[at + 1 : at + 2].isupper():
            return False
        if at > self.span.start:
            return self.text[max(self.span.start, at - 2) : at] in _SENTENCE_BEGINS
        return self.running == _SINGLE[self.text[at]] or self.following == self.text[at]

    def _partner(self, at: int, mark: str) -> int | None:
        """Where a single quotation opened at `at` would close: the first place that only a mark can take."""
        possible: int | None = None
        for place, other in self._marks_after(at):
            if _SINGLE.get(other) == _SINGLE[mark] and other != "‘" and self._can_close(place, place + 1):
                if not self._may_be_possessive(place):
                    return place
                possible = possible or place
            elif other == "''" and mark == "'" and self._can_close(place, place + 1):
                return place
        return possible

    def _closes_single(self, at: int, depth: int) -> bool:
        if not self._can_close(at, at + 1):
            return False
        if not self._may_be_possessive(at):
            return True
        mark = self.text[self.stack[depth].start]
        partner = self._partner(at, mark)
        return partner is None or self._opens_again(at, partner)

    def _opens_again(self, at: int, partner: int) -> bool:
        """Whether between two marks that may close, a mark of their kind can only open: so the first has closed."""
        for place, other in self._marks_after(at):
            if place >= partner:
                return False
            if _SINGLE.get(other) and self._can_open(place, place + 1) and not self._can_close(place, place + 1):
                return not _ELISION.match(self.text, place + 1)
        return False

    def _may_be_possessive(self, at: int) -> bool:
        """A mark after an s and before a word: “the boys’ room” no less than “called ‘the boys’ by …”."""
        return (
            self._before(at) in "sSxz"
            and self.text[at + 1 : at + 2] == " "
            and self.text[at + 2 : at + 3].isalnum()
        )

    def _marks_after(self, at: int) -> Iterator[tuple[int, str]]:
        for index in range(bisect_right(self.places, at), len(self.marks)):
            if self.places[index] - at > _PAIR_REACH:
                return
            yield self.marks[index]
