"""Find where a quoted text stands in an article: as a whole, or not at all."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import islice

from framing.annotations import Grounding
from framing.grounding import anchors, elision
from framing.grounding.forms import BREAK, LINE_ENDS, Form, fold, has_any, lower
from framing.grounding.hits import Hit, Needle, run_together, same_hyphens, with_edges
from framing.grounding.joints import disjoint, joints, over_seams, seam_at
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


_LETTERS = "A-Za-zÀ-ÖØ-öø-ɏ"
_PLAIN = re.compile(rf"[{_LETTERS}\n !-%'-/0-9:-@\[-_{{-~“”„‘’‚«»–—…•·€£°]*")
_NOT_PLAIN = ("  ", *LINE_ENDS)
_PLAIN_WORDS = re.compile(rf"[{_LETTERS}0-9]+(?: [{_LETTERS}0-9]+)*")
_MARKED_WORDS = re.compile(rf"[“\"]?({_PLAIN_WORDS.pattern})(?:[,.]?[”\"]|,)?")


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
        words = quote.strip()
        window = within or Span(0, len(self.text))
        verbatim = self._as_it_stands(words, near, window)
        if verbatim and (not verbatim[0].distance(near) or self._stands_only_so(words, window)):
            return _among(verbatim, "exact")
        needle = Needle.of(words)
        if not any(map(str.isalnum, needle.core)):
            return NotFound(quote, "it holds no letter and no digit" if words else "it is empty")
        found, grounding = self._whole(needle, near, window, verbatim)
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
    def _is_plain(self) -> bool:
        """Whether nothing in the text but a letter, a digit or a space is folded into one, line ends apart."""
        return _PLAIN.fullmatch(self.text) is not None and not has_any(self.text, _NOT_PLAIN)

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
    def _joined(self) -> Form:
        """The lowered text with but a space in the place of every joint."""
        base, gaps = self._running
        return base.rewrite((gap.start, gap.end, " ") for gap in gaps)

    # --- Whole occurrences --------------------------------------------------------------------------

    def _as_it_stands(self, words: str, near: Span | None, window: Span) -> list[Hit]:
        """The verbatim occurrences. An entity (“&mdash;”) may stand for a mark and be no words at all."""
        if "&" in words and not any(map(str.isalnum, Needle.of(words).core)):
            return []
        if not any(map(str.isalnum, words)):
            return []
        return _best(partial(self._verbatim_hits, words), near, window)

    def _verbatim_hits(self, words: str, window: Span) -> Iterator[Hit]:
        at = self.text.find(words, window.start, window.end)
        while at >= 0:
            span = Span(at, at + len(words))
            whole = is_whole(self.text, span)
            if whole:
                yield Hit((span,), 2)
            at = self.text.find(words, span.end if whole else next_start(self.text, at), window.end)

    def _stands_only_so(self, words: str, window: Span) -> bool:
        """Whether nothing in the window but these very words could be taken for them."""
        return self._is_plain and _PLAIN_WORDS.fullmatch(words) is not None and self._in_one_line(words, window)

    def _in_one_line(self, words: str, window: Span) -> bool:
        """Whether no line end in the window can stand for a space of the words."""
        return " " not in words or self.text.find("\n", window.start, window.end) < 0

    def _whole(
        self, needle: Needle, near: Span | None, window: Span, verbatim: list[Hit]
    ) -> tuple[list[Hit], Grounding]:
        if found := _best(partial(self._hits, self._folded, needle), near, window):
            return found, "exact" if found[0].rank == 2 else "typography"
        if verbatim:
            return verbatim, "exact"
        return _best(partial(self._hits, self._lowered, needle.lowered()), near, window), "case"

    def _hits(self, form: Form, needle: Needle, window: Span) -> Iterator[Hit]:
        bare = self._divided and (form is self._folded or form is self._lowered)
        core = needle.core.replace(BREAK, "").replace("-", "" if bare else "-")
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
        return same_hyphens(lower(there) if form is self._lowered else there, core)

    def _hit(self, form: Form, needle: Needle, start: int, end: int) -> Hit | None:
        """The occurrence at `start:end` of `form` if no word is cut, with those outer marks that are there."""
        prefix, suffix = needle.prefix, needle.suffix
        before, after = form.text[max(0, start - len(prefix)) : start], form.text[end : end + len(suffix)]
        if after != suffix and form.text[end : end + 1] in ("?", "!") and suffix.strip("'…- "):
            return None
        left = len(prefix) if before == prefix else before.endswith("'") and "'" in prefix
        right = len(suffix) if after == suffix else after.startswith("'") and "'" in suffix
        core = form.origin(start, end)
        span = with_edges(self.text, form.origin(start - left, end + right), core, needle.quote)
        if not is_whole(self.text, core) and not (left and is_whole(self.text, span)):
            return None
        if span.of(self.text) == needle.quote:
            return Hit((span,), 2)
        return Hit((span,), int(before == prefix and after == suffix))

    def _occurrences(self, words: str, window: Span) -> list[anchors.Found]:
        words = words.strip()
        if once := self._only_occurrence(words, window):
            return [(once, "exact")]
        needle = Needle.of(words)
        if not needle.core and words:
            marks = re.finditer(re.escape(words), self.text[: window.end])
            return [(Span(*mark.span()), "exact") for mark in marks if mark.start() >= window.start]
        if hits := list(islice(self._hits(self._folded, needle, window), MAX_OCCURRENCES)):
            return [(hit.spans[0], "exact" if hit.rank == 2 else "typography") for hit in hits]
        hits = list(islice(self._hits(self._lowered, needle.lowered(), window), MAX_OCCURRENCES))
        return [(hit.spans[0], "case") for hit in hits]

    def _only_occurrence(self, words: str, window: Span) -> Span | None:
        """Where plain words, perhaps at a quotation mark, stand verbatim, if nothing else there could be meant."""
        match = _MARKED_WORDS.fullmatch(words) if self._is_plain else None
        at = self.text.find(words, window.start, window.end) if match else -1
        if match is None or at < 0 or not self._in_one_line(match[1], window):
            return None
        plain, start = match[1], at + match.start(1)
        if self.text.find(plain, window.start, window.end) != start:
            return None
        if self.text.find(plain, start + 1, window.end) >= 0 or not is_whole(
            self.text, Span(start, start + len(plain))
        ):
            return None
        return Span(at, at + len(words))

    # --- Quotations that leave something out --------------------------------------------------------

    def _elided(self, needle: Needle, near: Span | None, window: Span) -> tuple[list[Hit], str | None]:
        """The places where the quotation stands but for what it leaves out, or why it cannot be such a one."""
        plain = elision.unbracketed(needle.core)
        if plain != needle.core and (found := self._whole(needle.with_core(plain), near, window, [])[0]):
            return found, None
        pieces, reason = elision.parts(plain, self._folded.text), None
        if [piece.text for piece in pieces] != [plain]:
            chains, reason = self._chains(pieces, window)
            if chains:
                return _select(chains, near), None
        return _select(self._interrupted(needle, window), near), reason

    def _interrupted(self, needle: Needle, window: Span) -> list[Hit]:
        """Where the quotation runs on over a reporting clause, or into a paragraph that opens it anew."""
        for core in over_seams(lower(needle.core), self._seams) if self._joints else ():
            hits = self._hits(self._joined, needle.with_core(core), window)
            found = [spans for hit in hits if len(spans := self._between_joints(hit.spans[0])) > 1]
            if found:
                return [Hit(spans) for spans in found]
        return []

    def _between_joints(self, span: Span) -> tuple[Span, ...]:
        """`span` without the joints inside it; the comma or period before a closing mark stays."""
        first = bisect_left(self._joints, span.start, key=lambda joint: joint.start)
        last = bisect_right(self._joints, span.end, key=lambda joint: joint.end)
        pieces, cursor = [], span.start
        for joint in self._joints[first:last]:
            pieces.append(Span(cursor, joint.start + (self.text[joint.start] in ",.")))
            cursor = joint.end
        return (*pieces, Span(cursor, span.end))

    def _chains(self, pieces: list[elision.Part], window: Span) -> tuple[list[Hit], str | None]:
        """The places where the parts follow each other as the parts of one quotation may."""
        if fault := elision.edge_fault(pieces):
            return [], fault
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
        return [Hit(run_together(self.text, spans)) for spans in chains.values()], reason

    def _chain(
        self, first: Hit, pieces: list[elision.Part], lists: list[list[Hit]]
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

    def _part_hits(self, piece: elision.Part, window: Span) -> list[Hit]:
        needle = Needle.of(piece.text).lowered()
        hits = list(islice(self._hits(self._lowered, needle, window), MAX_OCCURRENCES))
        return hits or self._interrupted(needle, window)

    # --- What is not there --------------------------------------------------------------------------

    def _reason(self, needle: Needle, window: Span) -> str:
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


def _best(hits: Callable[[Span], Iterable[Hit]], near: Span | None, window: Span) -> list[Hit]:
    """The occurrences that are nearest to the hint and fit best: several only where they are on a par."""
    if near is not None:
        start, end = max(window.start, near.start - _NEARBY), min(window.end, near.end + _NEARBY)
        if start < end and (found := _select(hits(Span(start, end)), near)):
            return found
    return _select(hits(window), near)


def _select(hits: Iterable[Hit], near: Span | None) -> list[Hit]:
    listed = list(islice(hits, MAX_OCCURRENCES))
    if len(listed) == 1:
        return listed
    keys = [(hit.distance(near), -hit.rank) for hit in listed]
    best = min(keys, default=None)
    return [hit for hit, key in zip(listed, keys, strict=True) if key == best]


def _among(hits: list[Hit], grounding: Grounding) -> Location:
    return Location.among([hit.spans for hit in hits], grounding)
