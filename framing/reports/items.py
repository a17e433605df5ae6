"""What is marked in an article: statements, claims and evidence, each with what its card says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from framing.annotations import UNATTRIBUTED, Analysis, Claim, Evidence, FrameLabel, Statement
from framing.codebooks import Codebook
from framing.reports.segments import Mark
from framing.reports.voices import Voice
from framing.text import Span

__all__ = ["Item", "ShownFrame", "codebook_of", "items_of", "shown_frames"]

Layer = Literal["statement", "claim", "evidence"]
_FOUND_BY = {
    "exact": "verbatim",
    "typography": "but for typography",
    "case": "but for upper and lower case",
    "elided": "piece by piece",
    "ambiguous": "in several places; the first is shown",
}


@dataclass(frozen=True, slots=True)
class ShownFrame:
    key: int
    code: str
    name: str
    definition: str
    label: FrameLabel


def codebook_of(analysis: Analysis) -> Codebook | None:
    """The codebook that an analysis names, where it comes with framing."""
    from framing.codebooks import load_codebook
    from framing.errors import FramingError

    try:
        return load_codebook(analysis.provenance.codebook) if analysis.provenance.codebook else None
    except FramingError:  # a codebook of one's own: its codes are names enough
        return None


def shown_frames(analysis: Analysis, codebook: Codebook | None) -> tuple[ShownFrame, ...]:
    """The frames of the article, the primary one first, then by how many passages carry them."""
    known = {frame.code: frame for frame in codebook.frames} if codebook else {}
    ordered = sorted(analysis.frames, key=lambda label: (not label.primary, -len(label.evidence)))
    return tuple(
        ShownFrame(
            key=number,
            code=label.frame,
            name=known[label.frame].name if label.frame in known else label.frame.replace("_", " "),
            definition=known[label.frame].definition if label.frame in known else "",
            label=label,
        )
        for number, label in enumerate(ordered)
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A statement, a claim or a piece of evidence; `facts` are what its card says."""

    key: int
    layer: Layer
    voice: Voice
    heading: str
    text: str
    spans: tuple[Span, ...]
    facts: tuple[tuple[str, str], ...]
    frame: ShownFrame | None = None
    id: str = ""

    @property
    def mark(self) -> Mark:
        return Mark(self.key, self.spans)

    @property
    def offsets(self) -> str:
        return ", ".join(f"{span.start}–{span.end}" for span in self.spans)


def items_of(
    analysis: Analysis, heard: Mapping[str, Voice], frames: Sequence[ShownFrame], *, first: int = 1
) -> tuple[Item, ...]:
    """Everything that is marked in the text, in the order of the article, with keys from `first`."""
    told = {s.id: heard[s.speaker or UNATTRIBUTED] for s in analysis.statements}
    found: list[tuple[Statement | Claim | Evidence, ShownFrame | None]] = []
    found += [(statement, None) for statement in analysis.statements]
    found += [(claim, None) for claim in analysis.claims]
    found += [(evidence, frame) for frame in frames for evidence in frame.label.evidence]
    found.sort(key=lambda pair: (pair[0].spans[0].start, -pair[0].spans[-1].end))
    made = []
    for key, (item, frame) in enumerate(found, first):
        if isinstance(item, Statement):
            made.append(_statement(key, item, heard, told))
        elif isinstance(item, Claim):
            made.append(_claim(key, item, heard))
        elif frame is not None:
            made.append(_evidence(key, item, heard, frame))
    return tuple(made)


def _statement(key: int, item: Statement, heard: Mapping[str, Voice], told: Mapping[str, Voice]) -> Item:
    facts = [("Kind", f"{item.kind} speech"), ("Cue", f"“{item.cue}”" if item.cue else "none")]
    if item.within is not None and item.within in told:
        facts.append(("Reported by", told[item.within].name))
    return Item(
        key=key,
        layer="statement",
        voice=heard[item.speaker or UNATTRIBUTED],
        heading="Statement",
        text=item.text,
        spans=item.spans,
        facts=(*facts, ("Found", _FOUND_BY[item.grounding])),
        id=item.id,
    )


def _claim(key: int, item: Claim, heard: Mapping[str, Voice]) -> Item:
    facts: list[tuple[str, str]] = [("Kind", item.kind or "not said")]
    if item.checkworthy is not None:
        facts.append(("Worth checking", "yes" if item.checkworthy else "no"))
    if item.stated_voice:
        other = heard.get(item.stated_voice)
        facts.append(("The model said", other.name if other else item.stated_voice))
    return Item(
        key=key,
        layer="claim",
        voice=heard[item.voice],
        heading="Claim",
        text=item.text,
        spans=item.spans,
        facts=(*facts, ("Found", _FOUND_BY[item.grounding])),
        id=item.id,
    )


def _evidence(key: int, item: Evidence, heard: Mapping[str, Voice], frame: ShownFrame) -> Item:
    standing = "primary frame of the article" if frame.label.primary else "one of its frames"
    return Item(
        key=key,
        layer="evidence",
        voice=heard[item.voice],
        heading=f"Frame: {frame.name}",
        text=item.text,
        spans=item.spans,
        facts=(("Standing", standing), ("Found", _FOUND_BY[item.grounding])),
        frame=frame,
    )
