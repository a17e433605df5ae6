"""Analyses put together by hand, of an invented article, for tests of what is counted from them."""

from __future__ import annotations

from collections.abc import Sequence

from framing import Document
from framing.annotations import (
    NARRATOR,
    Analysis,
    Claim,
    DocumentInfo,
    Evidence,
    FrameLabel,
    Problem,
    Provenance,
    Speaker,
    Statement,
    StatementKind,
    TokenUsage,
)
from framing.text import Span

TEXT = "“It is safe,” said Ana Ortiz. Tom Reyes said it would cost $3 million. The bridge is from 1911."
"""An invented story; its people and places do not exist."""
SAFE, COST, AGE = "“It is safe,”", "it would cost $3 million", "The bridge is from 1911."


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def said(words: str, speaker: str | None = "S1", kind: StatementKind = "direct", number: int = 1) -> Statement:
    return Statement(id=f"Q{number}", speaker=speaker, kind=kind, spans=(span(words),), text=words)


def claimed(words: str, voice: str = NARRATOR, checkworthy: bool = True) -> Claim:
    return Claim(id="C1", voice=voice, kind="factual", spans=(span(words),), text=words, checkworthy=checkworthy)


def framed(code: str, *evidence: tuple[str, str], primary: bool = False) -> FrameLabel:
    passages = tuple(Evidence(spans=(span(words),), text=words, voice=voice) for words, voice in evidence)
    return FrameLabel(codebook="policy-frames.v1", frame=code, primary=primary, evidence=passages)


SPEAKERS = (
    Speaker(id="S1", name="Ana Ortiz", mentions=(span("Ana Ortiz"),)),
    Speaker(id="S2", name="Tom Reyes", mentions=(span("Tom Reyes"),)),
)
SWAPPED = (
    Speaker(id="S2", name="Ana Ortiz", mentions=(span("Ana Ortiz"),)),
    Speaker(id="S1", name="Tom Reyes", mentions=(span("Tom Reyes"),)),
)
"""The same people, numbered the other way round."""


def analysis(
    document: str = "d",
    *,
    statements: Sequence[Statement] = (),
    claims: Sequence[Claim] = (),
    frames: Sequence[FrameLabel] = (),
    speakers: Sequence[Speaker] = SPEAKERS,
    problems: Sequence[Problem] = (),
    prompt: str | None = "joint/rows.v1",
    codebook: str | None = "policy-frames.v1",
    outlet: str | None = None,
    text: str = TEXT,
) -> Analysis:
    """What an instrument found in the invented article, by default nothing."""
    return Analysis(
        document=DocumentInfo.of(Document(id=document, text=text, outlet=outlet)),
        speakers=tuple(speakers),
        statements=tuple(statements),
        claims=tuple(claims),
        frames=tuple(frames),
        problems=tuple(problems),
        provenance=Provenance(
            framing_version="0",
            backend="mock",
            prompt=prompt,
            codebook=codebook,
            usage=TokenUsage(requests=1, input_tokens=1000, output_tokens=100),
        ),
    )


def coded(document: str, *codes: str, outlet: str | None = None) -> Analysis:
    """An analysis of nothing but frames."""
    return analysis(document, frames=[framed(code) for code in codes], outlet=outlet)
