"""One article on one page: the text as it stands, and over it who speaks, what is claimed, how it is framed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from framing.annotations import Analysis, Problem
from framing.codebooks import Codebook
from framing.reports.items import ShownFrame, codebook_of, items_of, shown_frames
from framing.reports.pages import render_page
from framing.reports.paragraphs import has_headline, paragraphs, title_of
from framing.reports.voices import Voice, voices
from framing.text import Document

__all__ = ["article_page", "provenance_of"]


def article_page(analysis: Analysis, document: Document, *, codebook: Codebook | None = None) -> str:
    """A self-contained HTML page of `analysis`: it works from a file, without a network.

    `codebook` gives the frames their names and definitions; where it is left out, the one that the analysis
    names is used if it comes with framing. The text of the element `article` is that of `document`, to the letter
    (but for NUL, which HTML cannot hold). Raises GroundingError where `analysis` is of another text.
    """
    analysis.verify(document)
    heard = voices(analysis, document.text)
    frames = shown_frames(analysis, codebook or codebook_of(analysis))
    items = items_of(analysis, {voice.id: voice for voice in heard}, frames)
    return render_page(
        "article.html",
        scripts=("card.js", "marks.js", "article.js", "theme.js"),
        context={
            "info": analysis.document,
            "title": title_of(document),
            "headed": has_headline(document),
            "words": len(document.text.split()),
            "paragraphs": paragraphs(document, items),
            "voices": heard,
            "frames": frames,
            "table": _frame_by_voice(frames, heard),
            "items": items,
            "problems": [_problem(problem) for problem in analysis.problems],
            "analysis": analysis,
            "made": provenance_of(analysis),
            "notes": document.notes,
        },
    )


def _frame_by_voice(frames: Sequence[ShownFrame], heard: Sequence[Voice]) -> Mapping[str, Any]:
    """Passages by frame and voice; only voices that carry a frame have a column."""
    columns = [voice for voice in heard if voice.passages]
    rows = [
        (frame, [sum(e.voice == voice.id for e in frame.label.evidence) for voice in columns]) for frame in frames
    ]
    return {"columns": columns, "rows": rows}


# --- What else is told --------------------------------------------------------------------------------


def _problem(problem: Problem) -> Mapping[str, Any]:
    raw = problem.raw
    shown = raw if isinstance(raw, str) or raw is None else json.dumps(raw, ensure_ascii=False, indent=1)
    return {"problem": problem, "kind": problem.kind.replace("_", " "), "raw": shown, "loses": problem.loses}


def provenance_of(analysis: Analysis) -> Iterator[tuple[str, str]]:
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
