"""Find where a quoted text stands in an article: as a whole, or not at all."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from framing.annotations import Grounding
from framing.grounding import anchors, elision
from framing.grounding.forms import BREAK, Form, fold, lower
from framing.grounding.joints import disjoint, joints, may_run_over, seam_at
from framing.grounding.results import Location, NotFound
from framing.grounding.suggest import nearest
from framing.grounding.words import is_whole, next_start
from framing.schemas import Anchor
from framing.text import Span

__all__ = ["Grounder"]

MAX_OCCURRENCES = 10_000
"""How many occurrences of one text are looked at; nothing that often repeated is a quotation."""
_NEARBY = 2_000
"""Characters around a hint that are searched before the rest of the text."""
_LEADING = "'…-,;: "
_TRAILING = "'…-,;:. "
_REOPENED = re.compile(r"' '")


@dataclass(frozen=True, slots=True)
class _Needle:
    """A folded quotation: its core, and the marks around it that an article may set differently."""

    quote: str
    core: str
    prefix: str
    suffix: str

    @classmethod
    def of(cls, quote: str) -> _Needle:
        folded = fold(quote).text
        right = folded.rstrip(_TRAILING)
        core = right.lstrip(_LEADING)
        start = len(right) - len(core)
        if core[:1].isdigit() and folded[:start].endswith("-"):  # a minus belongs to its number
            core, start = "-" + core, start - 1
        return cls(quote, core, folded[:start].lstrip(), folded[len(right) :].rstrip())

    def with_core(self, core: str) -> _Needle:
        return _Needle(self.quote, core, self.prefix, self.suffix)

    def lowered(self) -> _Needle:
        return self.with_core(lower(self.core))


@dataclass(frozen=True, slots=True)
class _Hit:
    """One occurrence. `rank` says how well its edges fit: 2 verbatim, 1 with its outer marks, 0 without them."""

    spans: tuple[Span, ...]
    rank: int = 0

    @property
    def start(self) -> int:
        return self.spans[0].start

    @property
    def end(self) -> int:
        return self.spans[-1].end

    def distance(self, near: Span | None) -> int:
        if near is None:
            return 0
        return max(0, near.start - self.end + 1, self.start - near.end + 1)


class Grounder:
    """Locates quoted texts in one article. Build one for an article: all look-ups share its forms."""

    def __init__(self, text: str) -> None:
        self.text = text

    def locate(self, quote: str, *, near: Span | None = None, within: Span | None = None) -> Location | NotFound:
        """Find `quote` in the text: verbatim, else up to typography, else up to case, else with parts left out.

        It must stand there as a whole, from the border of a word to the border of a word. Among several
        occurrences the one nearest to `near` (where the quotation is said to start) is taken; without a hint
        a verbatim one goes before others, and several are ambiguous. Only what lies inside `within` counts.
        """
        needle = _Needle.of(quote.strip())
        if not any(map(str.isalnum, needle.core)):
            return NotFound(quote, "it holds no letter and no digit" if quote.strip() else "it is empty")
        window = within or Span(0, len(self.text))
        found, grounding = self._whole(needle, near, window)
        if found:
            return _among(found, grounding)
        found, reason = self._elided(needle, near, window)
        if found:
            return _among(found, "elided")
        return NotFound(quote, reason or self._reason(needle, window), lambda: self._suggestion(quote))

    def locate_anchor(self, anchor: Anchor, sentences: Sequence[Span]) -> Location | NotFound:
        """Find the passage from one sentence to another, each by its number from 1, between their given words.

        The words are matched up to typography and case. The passage begins with the first `start` in the
        first sentence and ends with the last `end` in the last one; where either stands there more than once,
        the passage is ambiguous.
        """
        return anchors.resolve(anchor, sentences, self._occurrences)

    # --- Forms of the text, each made when first needed ---------------------------------------------

    @cached_property
    def _marked(self) -> Form:
        return fold(self.text)

    @cached_property
    def _divided(self) -> bool:
        """Whether some line ends in mid-word, so that a hyphen may or may not belong to its word."""
        return BREAK in self._marked.text

    @cached_property
    def _folded(self) -> Form:
        """The folded text; where lines end in mid-word, without any hyphen (`_agrees` looks at those)."""
        form = self._marked
        return form.rewrite(_each(form.text, (BREAK, "-"))) if self._divided else form

    @cached_property
    def _lowered(self) -> Form:
        return self._folded.like(lower(self._folded.text))

    @cached_property
    def _joints(self) -> list[Span]:
        return joints(self.text)

    @cached_property
    def _running(self) -> tuple[Form, list[Span]]:
        """The lowered text with its hyphens, and where its joints are."""
        base = self._marked.like(lower(self._marked.text))
        base = base.rewrite(_each(base.text, (BREAK,))) if self._divided else base
        return base, disjoint(Span(*base.place(joint)) for joint in self._joints)

    @cached_property
    def _seams(self) -> frozenset[tuple[str, str]]:
        """The last word before and the first word after each joint: no quotation runs over one without them."""
        base, gaps = self._running
        return frozenset(seam for gap in gaps if (seam := seam_at(base.text, gap)))

    @cached_property
    def _joined(self) -> tuple[Form, ...]:
        """The lowered text without what interrupts its quotations, for each way to write over the gap."""
        base, gaps = self._running
        return tuple(base.rewrite((gap.start, gap.end, stop) for gap in gaps) for stop in (" ", ", ", ". "))

    # --- Whole occurrences --------------------------------------------------------------------------

    def _whole(self, needle: _Needle, near: Span | None, window: Span) -> tuple[list[_Hit], Grounding]:
        if found := self._best(self._folded, needle, near, window):
            return found, "exact" if found[0].rank == 2 else "typography"
        return self._best(self._lowered, needle.lowered(), near, window), "case"

    def _best(self, form: Form, needle: _Needle, near: Span | None, window: Span) -> list[_Hit]:
        """The occurrences that are nearest to the hint and fit best: several only where they are on a par."""
        if near is not None:
            start, end = max(window.start, near.start - _NEARBY), min(window.end, near.end + _NEARBY)
            if start < end and (found := _select(self._hits(form, needle, Span(start, end)), near)):
                return found
        return _select(self._hits(form, needle, window), near)

    def _hits(self, form: Form, needle: _Needle, window: Span) -> Iterator[_Hit]:
        bare = self._divided and form in (self._folded, self._lowered)
        core = needle.core.replace(BREAK, "")
        core = core.replace("-", "") if bare else core
        if not window or not core:
            return
        low, high = form.place(window)
        at = form.text.find(core, low, high)
        while at >= 0:
            end = at + len(core)
            agrees = not bare or self._agrees(form, needle.core, at, end)
            hit = self._hit(form, needle, at, end) if agrees else None
            if hit and window.start <= hit.start and hit.end <= window.end:
                yield hit
            at = form.text.find(core, end if hit else next_start(form.text, at), high)

    def _agrees(self, form: Form, core: str, start: int, end: int) -> bool:
        """Whether the hyphens agree too, those at line ends standing for a hyphen or for none."""
        start, end = form.below(start, end)
        there = self._marked.text[max(0, start - (core[0] == "-")) : end]
        return _same_hyphens(lower(there) if form is self._lowered else there, core)

    def _hit(self, form: Form, needle: _Needle, start: int, end: int) -> _Hit | None:
        """The occurrence at `start:end` of `form` if no word is cut, with those outer marks that are there."""
        prefix, suffix = needle.prefix, needle.suffix
        before, after = form.text[max(0, start - len(prefix)) : start], form.text[end : end + len(suffix)]
        if after != suffix and form.text[end : end + 1] in ("?", "!") and suffix.strip("'…- "):
            return None
        left = len(prefix) if before == prefix else before.endswith("'") and "'" in prefix
        right = len(suffix) if after == suffix else after.startswith("'") and "'" in suffix
        core = form.origin(start, end)
        span = _with_edges(self.text, form.origin(start - left, end + right), core, needle.quote)
        if not is_whole(self.text, core) and not (left and is_whole(self.text, span)):
            return None
        if span.of(self.text) == needle.quote:
            return _Hit((span,), 2)
        return _Hit((span,), int(before == prefix and after == suffix))

    def _occurrences(self, words: str, window: Span) -> list[anchors.Found]:
        needle = _Needle.of(words.strip())
        if hits := list(islice(self._hits(self._folded, needle, window), MAX_OCCURRENCES)):
            return [(hit.spans[0], "exact" if hit.rank == 2 else "typography") for hit in hits]
        hits = list(islice(self._hits(self._lowered, needle.lowered(), window), MAX_OCCURRENCES))
        return [(hit.spans[0], "case") for hit in hits]

    # --- Quotations that leave something out --------------------------------------------------------

    def _elided(self, needle: _Needle, near: Span | None, window: Span) -> tuple[list[_Hit], str | None]:
        """The places where the quotation stands but for what it leaves out, or why it cannot be such a one."""
        if found := _select(self._interrupted(needle, window), near):
            return found, None
        if (plain := elision.unbracketed(needle.core)) != needle.core:
            if found := self._whole(needle.with_core(plain), near, window)[0]:
                return found, None
        reason = None
        for brackets in (False, True):
            pieces = elision.parts(plain, brackets=brackets)
            if [piece.text for piece in pieces] == [plain]:
                continue
            if reason := elision.edge_fault(pieces):
                continue
            chains, reason = self._chains(pieces, window)
            if chains:
                return _select(chains, near), None
        return [], reason

    def _interrupted(self, needle: _Needle, window: Span) -> Iterator[_Hit]:
        """Where the quotation runs on over a reporting clause, or into a paragraph that opens it anew."""
        needle = needle.with_core(_REOPENED.sub(" ", lower(needle.core)))
        seen = set()
        for form in self._joined if self._joints and may_run_over(needle.core, self._seams) else ():
            for hit in self._hits(form, needle, window):
                spans = self._between_joints(hit.spans[0])
                if len(spans) > 1 and spans not in seen:
                    seen.add(spans)
                    yield _Hit(spans)

    def _between_joints(self, span: Span) -> tuple[Span, ...]:
        """`span` without the joints inside it; the comma or period before a closing mark stays."""
        first = bisect_left(self._joints, span.start, key=lambda joint: joint.start)
        last = bisect_right(self._joints, span.end, key=lambda joint: joint.end)
        pieces, cursor = [], span.start
        for joint in self._joints[first:last]:
            pieces.append(Span(cursor, joint.start + (self.text[joint.start] in ",.")))
            cursor = joint.end
        return (*pieces, Span(cursor, span.end))

    def _chains(self, pieces: list[elision.Part], window: Span) -> tuple[list[_Hit], str | None]:
        """The places where the parts follow each other as the parts of one quotation may."""
        inner = [piece for piece in pieces if piece.text]
        lists = [self._part_hits(piece, window) for piece in inner]
        for piece, hits in zip(inner, lists, strict=True):
            if not hits:
                return [], f"the part {piece.text!r} is not in the text"
        chains: dict[int, tuple[Span, ...]] = {}
        reason = None
        for first in lists[0]:
            spans, fault = self._chain(first, inner, lists)
            if not fault and elision.meets_bracket(self.text, spans, pieces):
                fault = "the article has other words in brackets there"
            reason = reason or fault
            if not fault:
                chains[spans[-1].start] = spans  # of those that end alike the last is the closest
        return [_Hit(_joined(self.text, spans)) for spans in chains.values()], reason

    def _chain(
        self, first: _Hit, pieces: list[elision.Part], lists: list[list[_Hit]]
    ) -> tuple[tuple[Span, ...], str | None]:
        spans = first.spans
        scattered = elision.size_fault(pieces)
        for at in range(1, len(pieces)):
            following = bisect_left(lists[at], spans[-1].end, key=lambda hit: hit.start)
            if following == len(lists[at]):
                return (), "its parts do not stand in this order"
            hit = lists[at][following]
            short = elision.is_short(pieces[at - 1 : at + 1])
            fault = elision.gap_fault(self.text, spans[-1], hit.spans[0], pieces[at], short=short)
            if not fault and scattered and any(map(str.isalnum, self.text[spans[-1].end : hit.start])):
                fault = scattered
            if fault:
                return (), fault
            spans += hit.spans
        return spans, None

    def _part_hits(self, piece: elision.Part, window: Span) -> list[_Hit]:
        needle = _Needle.of(piece.text).lowered()
        hits = list(islice(self._hits(self._lowered, needle, window), MAX_OCCURRENCES))
        return hits or sorted(self._interrupted(needle, window), key=lambda hit: hit.start)

    # --- What is not there --------------------------------------------------------------------------

    def _reason(self, needle: _Needle, window: Span) -> str:
        core = lower(needle.core)
        if core in self._lowered.text:
            if window.covers(Span(0, len(self.text))):
                return "it stands only inside longer words or numbers"
            return "it is not in the part of the text where it is looked for"
        return "it is not in the text"

    def _suggestion(self, quote: str) -> str | None:
        form = self._lowered
        span = nearest(lower(fold(quote).text), form.text)
        return form.origin(span.start, span.end).of(self.text).strip() if span else None


def _each(text: str, chars: tuple[str, ...]) -> Iterator[tuple[int, int, str]]:
    """Edits that delete every occurrence of `chars`."""
    return ((m.start(), m.end(), "") for m in re.finditer("|".join(map(re.escape, chars)), text))


def _select(hits: Iterable[_Hit], near: Span | None) -> list[_Hit]:
    listed = list(islice(hits, MAX_OCCURRENCES))
    keys = [(hit.distance(near), -hit.rank) for hit in listed]
    return [hit for hit, key in zip(listed, keys, strict=True) if key == min(keys)] if len(keys) > 1 else listed


def _among(hits: list[_Hit], grounding: Grounding) -> Location:
    return Location.among([hit.spans for hit in hits], grounding)


def _with_edges(text: str, wide: Span, core: Span, quote: str) -> Span:
    """`core` with the marks around it that are the quotation's own: those of a neighbour may be folded in."""
    at = text.find(quote, wide.start, wide.end)
    if 0 <= at <= core.start and core.end <= at + len(quote):
        return Span(at, at + len(quote))
    left, right = text[wide.start : core.start].lstrip(), text[core.end : wide.end].rstrip()
    left, right = left.lstrip("”’»") or left, right.rstrip("“‘«") or right
    return Span(core.start - len(left), core.end + len(right))


def _joined(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans, those run together between which the article itself has but an ellipsis, a bracket or a space."""
    kept = [spans[0]]
    for span in spans[1:]:
        gap = text[kept[-1].end : span.start]
        if len(gap) < 12 and not gap.strip(" \xa0….,;:[]()\n"):
            kept[-1] = Span(kept[-1].start, span.end)
        else:
            kept.append(span)
    return tuple(kept)


def _same_hyphens(there: str, core: str) -> bool:
    """Whether two stretches of equal letters have equal hyphens; a division at a line end counts as either."""
    at = 0
    for char in there:
        wanted = core[at : at + 1]
        if BREAK in (char, wanted) and (char in ("-", BREAK) or wanted in ("-", BREAK)):
            at += wanted in ("-", BREAK)
            if char in ("-", BREAK):
                continue
            wanted = core[at : at + 1]
        if char != wanted:
            return False
        at += 1
    return at == len(core)
