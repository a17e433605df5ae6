"""Statements without a model: every report of an article, with its cue and the mention of its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from framing.annotations import StatementKind
from framing.backends.rules.blocks import Passage
from framing.backends.rules.drafts import Draft
from framing.backends.rules.indirect import read_reports
from framing.backends.rules.joining import Item, join
from framing.backends.rules.marks import find_quotations
from framing.backends.rules.sentences import Unit, units
from framing.text import Document, Span

__all__ = ["Report", "Scope", "find_reports"]

Scope = Literal["speech", "all"]
"""What counts as a statement: what is said, written or shown; or also what is believed, felt and intended."""
_SPOKEN = ("speech", "evidence")


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


def find_reports(document: Document, *, scope: Scope = "speech") -> tuple[Report, ...]:
    """Every report of `document`, in the order of the text.

    With `scope="speech"` what sources say, write or show; with `"all"` also what they think, feel and want.
    """
    return _finished(document.text, join(document, _passages(document, scope)))


def _passages(document: Document, scope: Scope) -> list[Passage]:
    quotations = find_quotations(document.text, document.paragraphs)
    grouped: list[tuple[list[Unit], list[tuple[Draft, ...]]]] = [([], []) for _ in document.paragraphs]
    for unit in units(document, quotations):
        found, drafts = grouped[unit.paragraph]
        found.append(unit)
        drafts.append(tuple(d for d in read_reports(unit) if scope == "all" or d.kind in _SPOKEN))
    return [Passage(tuple(found), tuple(drafts)) for found, drafts in grouped]


# --- From items to reports ---------------------------------------------------------------------------


def _finished(text: str, items: Sequence[Item]) -> tuple[Report, ...]:
    tidied = [(item, tuple(_tidy(text, item.spans))) for item in items]
    kept = [(item, spans) for item, spans in tidied if spans]
    kept.sort(key=lambda pair: (pair[1][0].start, -pair[1][-1].end, pair[0].cue.start if pair[0].cue else 0))
    place = {id(item): index for index, (item, _) in enumerate(kept)}
    parents = _parents([spans for _, spans in kept])
    reports = []
    for index, (item, spans) in enumerate(kept):
        carried = place.get(id(item.carried)) if item.carried else None
        earlier = carried if carried is not None and carried < index else None
        reports.append(Report(_kind(text, item, spans), spans, item.cue, item.source, earlier, parents[index]))
    return tuple(reports)


def _parents(contents: Sequence[tuple[Span, ...]]) -> list[int | None]:
    """For each report the innermost one before it that holds all its spans and more."""
    parents: list[int | None] = []
    still_open: list[int] = []
    for index, spans in enumerate(contents):
        still_open = [i for i in still_open if contents[i][-1].end > spans[0].start]
        holders = (i for i in reversed(still_open) if contents[i] != spans and _holds(contents[i], spans))
        parents.append(next(holders, None))
        still_open.append(index)
    return parents


def _holds(outer: Sequence[Span], inner: Sequence[Span]) -> bool:
    return all(any(span.covers(piece) for span in outer) for piece in inner)


def _tidy(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order, without white space, commas and dashes at their edges, none overlapping."""
    end = 0
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


def _kind(text: str, item: Item, spans: Sequence[Span]) -> StatementKind:
    if item.block:
        return "block"
    if not item.quoted:
        return "indirect"
    return "direct" if all(_is_quoted(text, span) for span in spans) else "mixed"


def _is_quoted(text: str, span: Span) -> bool:
    """Whether a span is one quotation from mark to mark, or up to where its closing mark is missing."""
    if text[span.start] not in _MARKS:
        before = text[max(0, span.start - 2) : span.start]
        return before[:1] == '"' and before.endswith(" ") and text[span.end - 1] in _MARKS
    inner = text[span.start + 1 : span.end - 1]
    closed = text[span.end - 1] in _MARKS and "“" not in inner
    return closed or not any(mark in inner for mark in '”"')
