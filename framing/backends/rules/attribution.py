"""Statements with their speakers, without a model: what is reported, and who is reported to say it."""

from __future__ import annotations

from framing.annotations import Speaker, Statement
from framing.backends.rules.statements import Report, Scope, find_reports
from framing.text import Document, covering
from framing.voices import Source, nest, resolve

__all__ = ["extract_statements"]


def extract_statements(
    document: Document, *, scope: Scope = "speech"
) -> tuple[tuple[Speaker, ...], tuple[Statement, ...]]:
    """Speakers (“S1” … in the order of first mention) and statements (“Q1” … in the order of the text).

    `scope` is that of `find_reports`: what sources say, write or show, or also what they think and want.
    A statement whose speaker cannot be told has `speaker` None.
    """
    reports = find_reports(document, scope=scope)
    sources = [Source(report.source, covering(report.spans), report.carried) for report in reports]
    resolution = resolve(document, sources)
    statements = [
        _statement(document, number, report, speaker)
        for number, (report, speaker) in enumerate(zip(reports, resolution.of, strict=True), 1)
    ]
    return resolution.speakers, nest(statements)


def _statement(document: Document, number: int, report: Report, speaker: str | None) -> Statement:
    return Statement(
        id=f"Q{number}",
        speaker=speaker,
        kind=report.kind,
        spans=report.spans,
        text=document.excerpt(report.spans),
        cue=report.cue.of(document.text) if report.cue else None,
        cue_span=report.cue,
        source=report.source,
        within=f"Q{report.within + 1}" if report.within is not None else None,
    )
