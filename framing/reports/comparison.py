"""Two or more instruments over the same text: what each marks, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from framing.comparison import Aligned, Comparison, FrameRow, Reading
from framing.errors import UsageError
from framing.reports.comparison_tables import overview_tables
from framing.reports.differences import Change, changes
from framing.reports.pages import render_page
from framing.reports.paragraphs import is_spaced
from framing.reports.segments import Mark, Segment, segments
from framing.text import Document, Span

__all__ = ["comparison_page"]

_SIGNS = {"same": "", "differs": "≠", "only": "+", "missing": "−"}
_PRECEDENCE = ("only", "differs", "same", "missing")
"""Of several items over one piece of text, the one that colours it; the page's script holds the same order."""


def comparison_page(comparison: Comparison, documents: Iterable[Document], *, texts: int = 6) -> str:
    """A self-contained HTML page: tables over all articles, and articles side by side, paragraph by paragraph.

    At most `texts` articles are shown in full, those on which the instruments differ most. Raises UsageError where
    a document that is to be shown is not among `documents`.
    """
    known = {document.id: document for document in documents}
    chosen = [tension.document for tension in comparison.tensions[:texts]]
    if missing := [name for name in chosen if name not in known]:
        raise UsageError(f"the text of article {missing[0]!r} is needed to show it: pass its Document")
    names = tuple(instrument.name for instrument in comparison.instruments)
    shown = [_article(comparison, known[name], names, number) for number, name in enumerate(chosen)]
    return render_page(
        "comparison.html",
        scripts=("card.js", "comparison.js", "theme.js"),
        context={
            "title": _title(comparison, known),
            "names": names,
            "comparison": comparison,
            "articles": shown,
            "left_out": len(comparison.documents) - len(shown),
            "tables": overview_tables(comparison),
            "sections": _sections(comparison),
        },
    )


@dataclass(frozen=True, slots=True)
class _Note:
    """One statement or claim as the instruments have it. `states` has a word for each instrument."""

    key: str
    item: Aligned
    states: tuple[str, ...]
    readings: tuple[Reading | None, ...]
    wording: tuple[tuple[Change, ...], ...]

    @property
    def alike(self) -> bool:
        return self.item.unanimous


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    marks: str
    classes: str
    sign: str
    begun: str
    gap: bool
    """Whether it is nothing but the white space between two paragraphs."""


@dataclass(frozen=True, slots=True)
class _Row:
    sides: list[list[_Cell]]
    spaced: bool


def _title(comparison: Comparison, known: dict[str, Document]) -> str:
    if len(comparison.documents) > 1:
        return f"{len(comparison.instruments)} instruments on {len(comparison.documents)} articles"
    name = comparison.documents[0]
    return (known[name].title or name) if name in known else name


def _sections(comparison: Comparison) -> list[str]:
    """What there is to be marked, that which is marked first of all before the rest."""
    there = {item.section for item in comparison.items}
    return [name for name in ("statements", "claims") if name in there] or ["all"]


def _article(comparison: Comparison, document: Document, names: Sequence[str], number: int) -> dict[str, Any]:
    items = [item for item in comparison.items if item.document == document.id]
    items.sort(key=lambda item: item.readings[0].spans[0])
    notes = [_note(f"{number}-{at}", item, names) for at, item in enumerate(items)]
    return {
        "document": document,
        "rows": list(_rows(document, notes, names)),
        "notes": notes,
        "frames": [_frame(row, names) for row in comparison.frame_rows if row.document == document.id],
    }


def _note(key: str, item: Aligned, names: Sequence[str]) -> _Note:
    by_name = {reading.instrument: reading for reading in item.readings}
    texts = list(dict.fromkeys(reading.text for reading in item.readings))
    return _Note(
        key=key,
        item=item,
        states=tuple(_state(item, by_name, name) for name in names),
        readings=tuple(by_name.get(name) for name in names),
        wording=tuple(changes(texts[0], other) for other in texts[1:]),
    )


def _state(item: Aligned, by_name: dict[str, Reading], name: str) -> str:
    """What one instrument has of an item: same, differs, only (some have it, this is one), missing, not asked."""
    if name not in by_name:
        return "missing" if name in item.missing else "not asked"
    if item.missing:
        return "only"
    return "differs" if item.differs else "same"


def _frame(row: FrameRow, names: Sequence[str]) -> dict[str, Any]:
    voices, cells = dict(row.voices), []
    for name in names:
        if name in row.given:
            cells.append(("primary" if name in row.primary else "given", ", ".join(voices.get(name, ()))))
        else:
            cells.append(("missing" if name in row.missing else "not asked", ""))
    return {"code": row.frame, "cells": cells, "alike": not row.missing and not row.differs}


# --- The text, once for each instrument ---------------------------------------------------------------


def _rows(document: Document, notes: Sequence[_Note], names: Sequence[str]) -> Iterator[_Row]:
    """A row a paragraph, a column an instrument; the white space behind a paragraph goes with it."""
    columns = [_pieces(document, notes, at) for at in range(len(names))]
    starts = [0, *(span.start for span in document.paragraphs[1:]), len(document.text)]
    for start, end in pairwise(starts):
        sides = [[cell for place, cell in column if start <= place < end] for column in columns]
        yield _Row(sides, is_spaced(document.text[start:end].strip()))


def _pieces(document: Document, notes: Sequence[_Note], at: int) -> list[tuple[int, _Cell]]:
    marks = [Mark(number, _spans(note, at)) for number, note in enumerate(notes) if note.states[at] != "not asked"]
    ends = {span.end for span in document.paragraphs}
    cuts = [*(span.start for span in document.paragraphs), *ends]
    whole = segments(Span(0, len(document.text)), marks, cuts=cuts)
    return [
        (one.span.start, _cell(one, document.text, notes, at, between=one.span.start in ends)) for one in whole
    ]


def _spans(note: _Note, at: int) -> tuple[Span, ...]:
    """Where an instrument has the item; where it has not, the place at which another one does."""
    return (note.readings[at] or note.item.readings[0]).spans


def _cell(piece: Segment, text: str, notes: Sequence[_Note], at: int, *, between: bool) -> _Cell:
    held = [notes[number] for number in piece.marks]
    begun = [notes[number] for number in piece.begins]
    states = {note.states[at] for note in held}
    return _Cell(
        text=piece.span.of(text),
        marks=" ".join(note.key for note in held),
        classes=next((state for state in _PRECEDENCE if state in states), ""),
        sign="".join(dict.fromkeys(_SIGNS[note.states[at]] for note in begun)),
        begun=" ".join(note.key for note in begun),
        gap=between and not held,
    )
