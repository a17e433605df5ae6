"""One article on one page: the text as it stands, and over it who speaks, what is claimed, how it is framed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from framing.annotations import Analysis, Problem
from framing.codebooks import Codebook
from framing.reports.items import Item, ShownFrame, items_of, shown_frames
from framing.reports.pages import render_page
from framing.reports.segments import Segment, segments
from framing.reports.voices import Voice, voices
from framing.text import Document, Span

__all__ = ["article_page"]


def article_page(analysis: Analysis, document: Document, *, codebook: Codebook | None = None) -> str:
    """A self-contained HTML page of `analysis`: it works from a file, without a network.

    `codebook` gives the frames their names and definitions; where it is left out, the one that the analysis
    names is used if it comes with framing. The text of the element `article` is that of `document`, to the letter
    (but for NUL, which HTML cannot hold). Raises GroundingError where `analysis` is of another text.
    """
    analysis.verify(document)
    heard = voices(analysis, document.text)
    frames = shown_frames(analysis, codebook or _codebook(analysis))
    items = items_of(analysis, {voice.id: voice for voice in heard}, frames)
    return render_page(
        "article.html",
        scripts=("card.js", "article.js", "theme.js"),
        context={
            "info": analysis.document,
            "title": _title(document),
            "headed": _has_headline(document),
            "words": len(document.text.split()),
            "paragraphs": _paragraphs(document, items),
            "voices": heard,
            "frames": frames,
            "table": _frame_by_voice(frames, heard),
            "items": items,
            "problems": [_problem(problem) for problem in analysis.problems],
            "analysis": analysis,
            "made": _provenance(analysis),
            "notes": document.notes,
        },
    )


def _codebook(analysis: Analysis) -> Codebook | None:
    from framing.codebooks import load_codebook
    from framing.errors import FramingError

    try:
        return load_codebook(analysis.provenance.codebook) if analysis.provenance.codebook else None
    except FramingError:  # a codebook of one's own: its codes are names enough
        return None


def _frame_by_voice(frames: Sequence[ShownFrame], heard: Sequence[Voice]) -> Mapping[str, Any]:
    """Passages by frame and voice; only voices that carry a frame have a column."""
    columns = [voice for voice in heard if voice.passages]
    rows = [
        (frame, [sum(e.voice == voice.id for e in frame.label.evidence) for voice in columns]) for frame in frames
    ]
    return {"columns": columns, "rows": rows}


# --- The text -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment as the template needs it: what to say of it is decided here, not there."""

    text: str
    marks: str
    begins: str
    href: int | None
    classes: str
    tag: str
    described: str


@dataclass(frozen=True, slots=True)
class _Paragraph:
    kind: Literal["headline", "wrapped", "plain"]
    pieces: tuple[_Piece, ...]
    evidence: tuple[Item, ...]
    gap: str


def _paragraphs(document: Document, items: Sequence[Item]) -> Iterator[_Paragraph]:
    """The text in paragraphs; each holds the white space behind it, the first also that before it."""
    text, spans = document.text, document.paragraphs or (Span(0, len(document.text)),)
    by_key = {item.key: item for item in items}
    starts = [0, *(span.start for span in spans[1:]), len(text)]
    cuts = [span.end for span in spans]
    whole = segments(Span(0, len(text)), [item.mark for item in items], cuts=[*starts, *cuts])
    at = 0
    for number, span in enumerate(spans):
        own: list[Segment] = []
        while at < len(whole) and whole[at].span.start < starts[number + 1]:
            own.append(whole[at])
            at += 1
        shown = [piece for piece in own if piece.span.start < span.end or piece.marks]
        begun = [by_key[key] for piece in own for key in piece.begins]
        yield _Paragraph(
            kind=_kind(document, number),
            pieces=tuple(_piece(piece, text, by_key) for piece in shown),
            evidence=tuple(item for item in begun if item.layer == "evidence"),
            gap="".join(piece.span.of(text) for piece in own[len(shown) :]),
        )


def _piece(segment: Segment, text: str, by_key: Mapping[int, Item]) -> _Piece:
    held = [by_key[key] for key in segment.marks]
    begun = [by_key[key] for key in segment.begins]
    return _Piece(
        text=segment.span.of(text),
        marks=" ".join(map(str, segment.marks)),
        begins=" ".join(map(str, segment.begins)),
        href=segment.begins[-1] if segment.begins else None,
        classes=" ".join(_classes(held)),
        tag="·".join(item.voice.tag for item in begun if item.layer == "statement"),
        described=" ".join(f"n{key}" for key in segment.begins),
    )


def _classes(held: Sequence[Item]) -> Iterator[str]:
    """How a piece is drawn where everything is shown; the page's script does the same for what is left on."""
    said = [item for item in held if item.layer == "statement"]
    if said:
        yield f"t{said[-1].voice.colour}"
    if len(said) > 1:
        yield f"o{said[-2].voice.colour}"
    claims = [item for item in held if item.layer == "claim"]
    if claims:
        yield "own" if claims[-1].voice.kind == "outlet" else "claim"
    if any(item.layer == "evidence" for item in held):
        yield "ev"


def _kind(document: Document, number: int) -> Literal["headline", "wrapped", "plain"]:
    if number == 0 and _has_headline(document):
        return "headline"
    paragraph = document.paragraphs[number].of(document.text) if document.paragraphs else ""
    return "wrapped" if "\n" in paragraph else "plain"


def _has_headline(document: Document) -> bool:
    """Whether the text begins with its own headline: with the title, or with a short line and no full stop."""
    if not document.paragraphs:
        return False
    first = document.paragraphs[0].of(document.text)
    if document.title:
        return first.split() == document.title.split()
    return len(document.paragraphs) > 2 and len(first) <= 140 and "\n" not in first and first[-1] not in ".,:;…"


def _title(document: Document) -> str:
    if document.title:
        return document.title
    return document.paragraphs[0].of(document.text) if _has_headline(document) else document.id


# --- What else is told --------------------------------------------------------------------------------


def _problem(problem: Problem) -> Mapping[str, Any]:
    raw = problem.raw
    shown = raw if isinstance(raw, str) or raw is None else json.dumps(raw, ensure_ascii=False, indent=1)
    return {"problem": problem, "kind": problem.kind.replace("_", " "), "raw": shown, "loses": problem.loses}


def _provenance(analysis: Analysis) -> Iterator[tuple[str, str]]:
    made = analysis.provenance
    yield "framing", made.framing_version
    yield "Backend", made.backend
    if made.model and not made.backend.endswith(made.model):
        yield "Answered by", made.model
    for name, value, fingerprint in (
        ("Prompt", made.prompt, made.prompt_fingerprint),
        ("Codebook", made.codebook, made.codebook_fingerprint),
    ):
        if value:
            yield name, f"{value} ({fingerprint})" if fingerprint else value
    if made.params:
        yield "Parameters", ", ".join(f"{key}={value!r}" for key, value in made.params.items())
    if made.usage.requests:
        tokens = f"{made.usage.input_tokens:,} tokens in, {made.usage.output_tokens:,} out"
        yield "Usage", f"{made.usage.requests:,} request{'s' * (made.usage.requests != 1)}, {tokens}"
    yield "Text", f"{analysis.document.chars:,} code points, sha256 {analysis.document.sha256}"
