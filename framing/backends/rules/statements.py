"""Statements without a model: every report of an article, with its cue and the mention of its source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from framing.annotations import StatementKind
from framing.backends.rules.blocks import Passage
from framing.backends.rules.drafts import Draft
from framing.backends.rules.indirect import read_reports
from framing.backends.rules.joining import Item, join
from framing.backends.rules.lexicon import words
from framing.backends.rules.marks import Quotation, find_quotations
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
    quotations = [q for q in find_quotations(document.text, document.paragraphs) if q.level == 0]
    return _finished(document.text, quotations, join(document, _passages(document, quotations, scope)))


def _passages(document: Document, quotations: Sequence[Quotation], scope: Scope) -> list[Passage]:
    grouped: list[tuple[list[Unit], list[tuple[Draft, ...]]]] = [([], []) for _ in document.paragraphs]
    for unit in units(document, quotations):
        found, drafts = grouped[unit.paragraph]
        found.append(unit)
        drafts.append(tuple(d for d in read_reports(unit) if scope == "all" or d.kind in _SPOKEN))
    return [Passage(tuple(found), tuple(drafts)) for found, drafts in grouped]


# --- From items to reports ---------------------------------------------------------------------------


def _finished(text: str, quotations: Sequence[Quotation], items: Sequence[Item]) -> tuple[Report, ...]:
    tidied = [(item, tuple(_tidy(text, item.spans))) for item in items]
    kept = [(item, spans) for item, spans in tidied if spans]
    kept.sort(key=lambda pair: (pair[1][0].start, -pair[1][-1].end, pair[0].cue.start if pair[0].cue else 0))
    place = {id(item): index for index, (item, _) in enumerate(kept)}
    parents = _parents([spans for _, spans in kept])
    reports = []
    for index, (item, spans) in enumerate(kept):
        carried = place.get(id(item.carried)) if item.carried else None
        earlier = carried if carried is not None and carried < index else None
        kind = _kind(text, quotations, item, spans)
        reports.append(Report(kind, spans, item.cue, item.source, earlier, parents[index]))
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


_JOINERS = words("and or but that")
_WORD = re.compile(r"[^\W_]+")


def _kind(text: str, quotations: Sequence[Quotation], item: Item, spans: Sequence[Span]) -> StatementKind:
    if item.block:
        return "block"
    if not item.quoted:
        return "indirect"
    return "direct" if all(_is_quoted(text, quotations, span) for span in spans) else "mixed"


def _is_quoted(text: str, quotations: Sequence[Quotation], span: Span) -> bool:
    """Whether all words of a span stand in quotation marks, but for what joins one quotation to the next."""
    at = span.start
    for index in range(bisect_right(quotations, at, key=lambda q: q.span.end), len(quotations)):
        quoted = quotations[index].span
        if quoted.start >= span.end:
            break
        if not _only_joins(text[at : max(at, quoted.start)]):
            return False
        at = quoted.end
    return at > span.start and _only_joins(text[at : span.end])


def _only_joins(words_between: str) -> bool:
    return all(match.group().lower() in _JOINERS for match in _WORD.finditer(words_between))
