"""Several articles on one event beside each other: whom each outlet quotes, with which words, in which frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from framing.annotations import NARRATOR, Analysis
from framing.codebooks import Codebook
from framing.errors import UsageError
from framing.quotes import Requote, find_requotes
from framing.reports.article import provenance_of
from framing.reports.cast import Person, shared_cast
from framing.reports.items import Item, ShownFrame, codebook_of, items_of, shown_frames
from framing.reports.pages import render_page
from framing.reports.paragraphs import Paragraph, paragraphs, title_of
from framing.reports.quotations import HARMLESS, unlike_wordings
from framing.reports.tables import Table, percent
from framing.reports.voices import Voice, voices
from framing.text import Document

__all__ = ["outlets_page"]

_TOP_SOURCES = 30
Pair = tuple[Document, Analysis]


def outlets_page(
    pairs: Sequence[Pair],
    *,
    title: str = "One event in several outlets",
    links: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
) -> str:
    """A self-contained HTML page of at least two articles, each whole, in columns beside each other.

    A source has the same letter and colour in every column (names that can be those of one person are taken
    together). On demand only those statements are marked that no other outlet prints, or that another one words
    otherwise. `links` are addresses of article pages, by document id.

    Raises UsageError for less than two articles or for two of one id, GroundingError for an analysis of another text.
    """
    _check(pairs)
    people, heard = shared_cast([voices(analysis, document.text) for document, analysis in pairs])
    found = find_requotes(pairs)
    columns = _columns(pairs, heard, found, codebook)
    names = {document.id: column.name for (document, _), column in zip(pairs, columns, strict=True)}
    return render_page(
        "outlets.html",
        scripts=("card.js", "marks.js", "outlets.js", "theme.js"),
        context={
            "title": title,
            "columns": columns,
            "sources": len(people),
            "shared": sum(len(person.voices) > 1 for person in people),
            "tables": [table for table in _tables(columns, people) if table.rows],
            "requotes": unlike_wordings(found, names),
            "links": links or {},
            "lost": [column.name for column in columns if not column.analysis.complete],
        },
    )


def _check(pairs: Sequence[Pair]) -> None:
    if len(pairs) < 2:
        raise UsageError(f"outlets are compared by at least two articles, not {len(pairs)}")
    ids = [document.id for document, _ in pairs]
    if twice := [name for name in ids if ids.count(name) > 1]:
        raise UsageError(f"two articles have the id {twice[0]!r}: give each an id of its own")
    for document, analysis in pairs:
        analysis.verify(document)


@dataclass(frozen=True, slots=True)
class _Column:
    """An article as one outlet prints it. `states` say of each item, by key, whether other outlets have it too."""

    name: str
    title: str
    document: Document
    analysis: Analysis
    voices: tuple[Voice, ...]
    frames: tuple[ShownFrame, ...]
    items: tuple[Item, ...]
    states: Mapping[int, str]
    paragraphs: tuple[Paragraph, ...]
    made: tuple[tuple[str, str], ...]


def _columns(
    pairs: Sequence[Pair], heard: Sequence[tuple[Voice, ...]], found: Sequence[Requote], codebook: Codebook | None
) -> tuple[_Column, ...]:
    names = _names(pairs)
    elsewhere = _elsewhere(found, dict(zip((document.id for document, _ in pairs), names, strict=True)))
    columns: list[_Column] = []
    first = 1
    for name, (document, analysis), own in zip(names, pairs, heard, strict=True):
        frames = shown_frames(analysis, codebook or codebook_of(analysis))
        items = items_of(analysis, {voice.id: voice for voice in own}, frames, first=first)
        first += len(items)
        printed = elsewhere.get(document.id, {})
        told = tuple(_told(item, printed.get(item.id, ())) for item in items)
        columns.append(
            _Column(
                name=name,
                title=title_of(document),
                document=document,
                analysis=analysis,
                voices=own,
                frames=frames,
                items=told,
                states={item.key: _state(item, printed.get(item.id, ())) for item in told},
                paragraphs=tuple(paragraphs(document, told)),
                made=tuple(provenance_of(analysis)),
            )
        )
    return tuple(columns)


def _names(pairs: Sequence[Pair]) -> list[str]:
    """What the columns are called: the outlets, or where those are missing or alike, the articles."""
    outlets = [document.outlet for document, _ in pairs]
    return [
        outlet if outlet and outlets.count(outlet) == 1 else f"{outlet}: {document.id}" if outlet else document.id
        for outlet, (document, _) in zip(outlets, pairs, strict=True)
    ]


# --- What other outlets print too ---------------------------------------------------------------------

Printed = tuple[str, bool]
"""An outlet that prints the same utterance, and whether its wording is another one."""


def _elsewhere(found: Sequence[Requote], names: Mapping[str, str]) -> dict[str, dict[str, tuple[Printed, ...]]]:
    """By document and statement: where else the same utterance is printed."""
    places: dict[str, dict[str, tuple[Printed, ...]]] = {}
    for pair in found:
        if pair.a.document == pair.b.document:
            continue
        otherwise = not pair.kinds <= HARMLESS
        for one, other in ((pair.a, pair.b), (pair.b, pair.a)):
            held = places.setdefault(one.document, {})
            held[one.statement] = (*held.get(one.statement, ()), (names[other.document], otherwise))
    return places


def _state(item: Item, printed: Sequence[Printed]) -> str:
    """Whether a statement stands in this article only, in others too, or there in other words."""
    if item.layer != "statement":
        return "other"
    return "otherwise" if any(unlike for _, unlike in printed) else "shared" if printed else "alone"


def _told(item: Item, printed: Sequence[Printed]) -> Item:
    """The item with what its card says of the other outlets."""
    if item.layer != "statement":
        return item
    unlike = {name for name, otherwise in printed if otherwise}
    named = [
        f"{name}, in other words" if name in unlike else name for name in dict.fromkeys(n for n, _ in printed)
    ]
    return replace(item, facts=(*item.facts, ("Also in", "; ".join(named) or "no other")))


# --- Tables -------------------------------------------------------------------------------------------


def _tables(columns: Sequence[_Column], people: Sequence[Person]) -> Iterator[Table]:
    yield _sources(columns, people)
    yield _frames(columns)
    yield _shares(columns)


def _sources(columns: Sequence[_Column], people: Sequence[Person]) -> Table:
    quoted = [person for person in people if person.statements]
    rows = tuple(
        (
            f"{person.tag}  {person.name}",
            *(_count(person.voices.get(at)) for at in range(len(columns))),
            f"{person.statements:,}",
        )
        for person in quoted[:_TOP_SOURCES]
    )
    more = f" The first {_TOP_SOURCES} of {len(quoted):,}." if len(quoted) > _TOP_SOURCES else ""
    return Table(
        "Whom each outlet quotes",
        ("Source", *(column.name for column in columns), "All"),
        rows,
        about="Statements of each source, those first whom most outlets quote. Sources are taken together where "
        f"their names can be those of one person; unnamed ones never are.{more}",
        shaded="table",
        totals=1,
    )


def _count(voice: Voice | None) -> str:
    return f"{voice.statements:,}" if voice and voice.statements else "–"


def _frames(columns: Sequence[_Column]) -> Table:
    given: dict[str, dict[int, ShownFrame]] = {}
    for at, column in enumerate(columns):
        for frame in column.frames:
            given.setdefault(frame.name, {})[at] = frame
    ordered = sorted(given.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    rows = tuple(
        (name, *(_frame(by.get(at)) for at in range(len(columns))), f"{len(by):,}") for name, by in ordered
    )
    return Table(
        "How each outlet frames it",
        ("Frame", *(column.name for column in columns), "Outlets"),
        rows,
        about="★ is the primary frame of an article. Figures are the passages that carry a frame: in the outlet’s own "
        "voice + in those of its sources.",
        words=len(columns) + 1,
    )


def _frame(frame: ShownFrame | None) -> str:
    if frame is None:
        return "–"
    own = sum(evidence.voice == NARRATOR for evidence in frame.label.evidence)
    passages = f"{own} + {len(frame.label.evidence) - own}" if frame.label.evidence else "given"
    return f"★ {passages}" if frame.label.primary else passages


def _shares(columns: Sequence[_Column]) -> Table:
    rows = tuple(
        (
            column.name,
            f"{len(column.document.text.split()):,}",
            percent(column.voices[0].share),
            f"{sum(voice.statements > 0 for voice in column.voices[1:]):,}",
            f"{len(column.analysis.statements):,}",
            f"{sum(state != 'alone' for state in column.states.values() if state != 'other'):,}",
            f"{len(column.analysis.claims):,}",
            f"{len(column.analysis.problems):,}",
        )
        for column in columns
    )
    return Table(
        "How much each outlet says itself",
        (
            "Outlet",
            "Words",
            "In its own voice",
            "Sources",
            "Statements",
            "Also printed elsewhere",
            "Claims",
            "Problems",
        ),
        rows,
        about="One article an outlet: these are counts of what was found, and no estimates of anything beyond it. "
        "Only quoted words are compared: what an article reports in its own words counts as printed here only.",
    )
