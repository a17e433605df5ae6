"""Statements without a model: every report of an article, with its cue and the mention of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from framing.annotations import StatementKind
from framing.backends.rules.blocks import Passage, block_end
from framing.backends.rules.indirect import Draft, read_reports
from framing.backends.rules.marks import find_quotations
from framing.backends.rules.phrases import main_subject
from framing.backends.rules.sentences import Unit, units
from framing.text import Document, Span

__all__ = ["Report", "Scope", "find_reports"]

Scope = Literal["speech", "all"]
"""What counts as a statement: what is said, written or shown; or also what is believed, felt and intended."""


@dataclass(frozen=True, slots=True)
class Report:
    """One statement as the text reports it.

    `spans` hold what is reported, quotation marks included, in text order; several when it is interrupted.
    `cue` is the word or words that report; `source` the noun phrase that names who speaks, whole (a pronoun
    counts), None where the text names nobody here. Then `carried` may be the index of the earlier report
    whose speaker speaks on. `within` is the index of the report that this one is part of.
    """

    kind: StatementKind
    spans: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    carried: int | None = None
    within: int | None = None


@dataclass(slots=True)
class _Item:
    """A report in the making. `paragraph` is where it ends, `quoted` whether its last piece is a quotation."""

    spans: list[Span]
    cue: Span | None
    source: Span | None
    paragraph: int
    quoted: bool
    carried: _Item | None = None
    block: bool = False
    opens: bool = False
    depth_cue: int = 0


_SCARE_WORDS = 4
"""A quotation of fewer words that no cue governs is a name, a title or a scare quote."""


def find_reports(document: Document, *, scope: Scope = "speech") -> tuple[Report, ...]:
    """Every report of `document`, in the order of the text.

    With `scope="speech"` what sources say, write or show; with `"all"` also what they think, feel and want.
    """
    passages = _passages(document, scope)
    items = _Assembly(document, passages).run()
    return _finished(document, items)


def _without_doubles(drafts: Sequence[Draft]) -> Iterator[Draft]:
    """“said in a statement that …” is one report: of two that hold the same words the first stays."""
    seen: set[tuple[int, int]] = set()
    for draft in drafts:
        if draft.content and draft.content[-1] in seen:
            continue
        seen.update(draft.content)
        yield draft


def _passages(document: Document, scope: Scope) -> list[Passage]:
    quotations = find_quotations(document.text, document.paragraphs)
    grouped: list[tuple[list[Unit], list[tuple[Draft, ...]]]] = [([], []) for _ in document.paragraphs]
    for unit in units(document, quotations):
        kept = _without_doubles(read_reports(unit))
        drafts = tuple(d for d in kept if scope == "all" or d.kind in ("speech", "evidence"))
        grouped[unit.paragraph][0].append(unit)
        grouped[unit.paragraph][1].append(drafts)
    return [Passage(tuple(found), tuple(drafts)) for found, drafts in grouped]


class _Assembly:
    """Walks the paragraphs once and joins what belongs together."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.document, self.passages = document, passages
        self.items: list[_Item] = []
        self.last: _Item | None = None
        self.spoken: _Item | None = None
        self.skip_until = -1

    def run(self) -> list[_Item]:
        for number, passage in enumerate(self.passages):
            if number <= self.skip_until:
                continue
            self._paragraph(number, passage)
        return self.items

    def _paragraph(self, number: int, passage: Passage) -> None:
        for unit, drafts in zip(passage.units, passage.drafts, strict=True):
            self._unit(number, unit, drafts)
        opener = self._opener(passage)
        if opener and number + 1 < len(self.passages) and not self._begins_quoted(number + 1):
            self._block(number, *opener)

    def _opener(self, passage: Passage) -> tuple[Unit, Draft] | None:
        if not passage.units or not passage.drafts[-1]:
            return None
        unit, draft = passage.units[-1], passage.drafts[-1][-1]
        return (unit, draft) if draft.opens else None

    def _begins_quoted(self, number: int) -> bool:
        found = self.passages[number].units
        return bool(found) and found[0].code(0) == "Q"

    def _block(self, number: int, unit: Unit, draft: Draft) -> None:
        last = block_end(self.passages, number + 1, unit, draft)
        paragraphs = self.document.paragraphs[number + 1 : last + 1]
        item = self.last
        if item is None or not item.opens:
            return
        item.spans.extend(paragraphs)
        item.block, item.opens, item.paragraph, item.quoted = True, False, last, False
        if any(self.passages[n].sources() for n in range(number + 1, last + 1)) and _is_report_block(unit, draft):
            outer = self.last
            for inner in range(number + 1, last + 1):
                self._paragraph(inner, self.passages[inner])
            self.last = outer
        self.skip_until = last

    def _unit(self, number: int, unit: Unit, drafts: Sequence[Draft]) -> None:
        covered: set[int] = set()
        first_quote = unit.codes.find("Q")
        if not drafts and first_quote < 0:
            return
        if first_quote == 0 and not any(_covers(d, 0) for d in drafts):
            if self._goes_on(number, unit):
                covered.add(0)
        for draft in drafts:
            self._add(number, unit, draft)
            covered.update(i for a, b in draft.content for i in range(a, b + 1) if unit.codes[i] == "Q")
        for index in unit.quotes:
            if index not in covered:
                self._orphan(number, unit, index)

    def _add(self, number: int, unit: Unit, draft: Draft) -> None:
        spans = [unit.tokens(a, b) for a, b in draft.content]
        source = unit.tokens(*draft.source) if draft.source else None
        quoted = any(unit.codes[i] == "Q" for a, b in draft.content for i in range(a, b + 1))
        item = _Item(spans, draft.cue, source, number, quoted, opens=draft.opens)
        resumed = (
            draft.content and unit.codes[draft.content[0][0]] == "Q" and unit.quotes[draft.content[0][0]].resumed
        )
        if resumed and self.last and self.last.quoted and self.last.paragraph == number - 1 and not self.last.cue:
            self.last.spans.extend(spans)
            self.last.cue, self.last.source, self.last.paragraph = draft.cue, source, number
            return
        self.items.append(item)
        self.last = item
        if quoted:
            self.spoken = item

    def _goes_on(self, number: int, unit: Unit) -> bool:
        """A quotation at the head of a sentence, with no cue of its own: whose is it?"""
        last, quote = self.last, unit.quotes[0]
        span = quote.span
        if last is None:
            return False
        if not last.opens and self.spoken and self.spoken.paragraph == number:
            last = self.spoken
        same = last.paragraph == number
        if (
            last.opens
            or (same and last.quoted)
            or (quote.resumed and last.quoted and last.paragraph == number - 1)
        ):
            last.spans.append(span)
            last.opens, last.quoted, last.paragraph = False, True, number
            return True
        if not _is_utterance(unit, 0):
            return False
        near = number - last.paragraph <= 1
        item = _Item([span], None, None, number, True, carried=last if near else None)
        self.items.append(item)
        self.last = item
        return True

    def _orphan(self, number: int, unit: Unit, index: int) -> None:
        """A quotation that no cue governs: kept when it is an utterance, left out when it is a name."""
        quote = unit.quotes[index]
        if unit.code(index - 1) == ":" or (_is_utterance(unit, index) and index == 0):
            source = main_subject(unit, index - 1) if index else None
            cue = unit.tokens(index - 1, index - 1) if index else None
            item = _Item([quote.span], cue, unit.tokens(*source) if source else None, number, True)
        elif _word_count(unit, index) >= _SCARE_WORDS and not unit.titled(index):
            source = main_subject(unit, index)
            if source is None:
                return
            item = _Item([quote.span], None, unit.tokens(*source), number, True)
        else:
            return
        self.items.append(item)
        self.last = item


def _is_report_block(unit: Unit, draft: Draft) -> bool:
    from framing.backends.rules.blocks import is_outlet

    return is_outlet(unit, draft)


def _covers(draft: Draft, index: int) -> bool:
    return any(a <= index <= b for a, b in draft.content)


def _word_count(unit: Unit, index: int) -> int:
    inner = unit.quotes[index].inner
    return len(unit.text[inner.start : inner.end].split())


def _is_utterance(unit: Unit, index: int) -> bool:
    inner = unit.quotes[index].inner.of(unit.text)
    return len(inner.split()) >= 3 and (inner.rstrip()[-1] in ".!?,…" or unit.code(index + 1) == "")


# --- From items to reports ---------------------------------------------------------------------------


def _finished(document: Document, items: Sequence[_Item]) -> tuple[Report, ...]:
    text = document.text
    kept: list[_Item] = []
    for item in items:
        item.spans = list(_tidy(text, item.spans))
        if item.spans:
            kept.append(item)
    kept.sort(key=lambda i: (i.spans[0].start, -i.spans[-1].end, i.cue.start if i.cue else 0))
    place = {id(item): index for index, item in enumerate(kept)}
    parents = _parents(kept)
    reports = []
    for index, item in enumerate(kept):
        carried = place.get(id(item.carried)) if item.carried else None
        if carried is not None and carried >= index:
            carried = None
        kind = _kind(text, item)
        reports.append(Report(kind, tuple(item.spans), item.cue, item.source, carried, parents[index]))
    return tuple(reports)


def _parents(items: Sequence[_Item]) -> list[int | None]:
    """For each report the innermost one before it that holds its cue and all its spans."""
    parents: list[int | None] = []
    open_items: list[int] = []
    for index, item in enumerate(items):
        start = item.spans[0].start
        open_items = [i for i in open_items if items[i].spans[-1].end > start]
        parent = None
        for i in reversed(open_items):
            holds = all(any(o.covers(s) for o in items[i].spans) for s in item.spans)
            if holds and items[i].spans != item.spans:
                parent = i
                break
        parents.append(parent)
        open_items.append(index)
    return parents


def _tidy(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order, without white space, stops and commas around what is not quoted, none overlapping."""
    end = -1
    for span in sorted(spans):
        start, stop = max(span.start, end), span.end
        while start < stop and (text[start].isspace() or text[start] in ",;:"):
            start += 1
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] in ",;:—–"):
            stop -= 1
        if stop > start:
            yield Span(start, stop)
            end = stop


_MARKS = "“”„«»\"‘’'`"


def _kind(text: str, item: _Item) -> StatementKind:
    if item.block:
        return "block"
    if not item.quoted:
        return "indirect"
    whole = all(text[s.start] in _MARKS and _closes(text, s) for s in item.spans)
    return "direct" if whole else "mixed"


def _closes(text: str, span: Span) -> bool:
    inner = text[span.start + 1 : span.end - 1]
    return (text[span.end - 1] in _MARKS and "“" not in inner) or not any(c in inner for c in '”"')
