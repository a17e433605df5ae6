"""Findings as what every annotation tool has: marks on the text with features, and links between marks.

    Speaker    id, name, role, kind           an article-level mark, for a speaker without mentions
    Mention    speaker; name, role, kind      one span; who the speaker is stands on the first mention
    Statement  id, kind, speaker, cue, …      links: source → Mention or Source, cue → Cue, within → Statement
    Cue, Source                               one span each, reached by links only
    Claim      id, voice, kind, checkworthy   voice is narrator, unattributed or a speaker's id
    Frame      codebook, frame, primary       an article-level mark: the frame holds for the article
    Evidence   codebook, frame, voice         a passage that carries it

A feature is left out where it has no value. A link wins over the feature that says the same: what a coder draws is
newer than what was exported. `framing.interop.unmarking` goes the other way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from framing.annotations import Claim, Findings, FrameLabel, Speaker, Statement
from framing.text import Document, Span

__all__ = ["FEATURES", "LINKS", "Link", "LinkName", "Mark", "MarkLayer", "Markup", "mark_up"]

MarkLayer = Literal["Speaker", "Mention", "Statement", "Cue", "Source", "Claim", "Frame", "Evidence"]
LinkName = Literal["source", "cue", "within", "voice"]

FEATURES: Mapping[MarkLayer, tuple[str, ...]] = {
    "Speaker": ("id", "name", "role", "kind"),
    "Mention": ("speaker", "name", "role", "kind"),
    "Statement": ("id", "kind", "speaker", "cue", "grounding"),
    "Cue": (),
    "Source": (),
    "Claim": ("id", "voice", "kind", "checkworthy", "stated_voice", "grounding"),
    "Frame": ("codebook", "frame", "primary"),
    "Evidence": ("codebook", "frame", "voice", "grounding"),
}
"""The features of every layer, in the order in which formats write them."""

LINKS: Mapping[LinkName, tuple[tuple[MarkLayer, ...], tuple[MarkLayer, ...]]] = {
    "source": (("Statement",), ("Mention", "Source")),
    "cue": (("Statement",), ("Cue",)),
    "within": (("Statement",), ("Statement",)),
    "voice": (("Claim", "Evidence"), ("Mention",)),
}
"""From which layers to which each link goes. No export writes `voice`; people may draw it instead of naming one."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of one coder. `key` is unique in its markup; without spans it belongs to the article as a whole."""

    key: str
    layer: MarkLayer
    spans: tuple[Span, ...] = ()
    features: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A directed link between the marks with these keys."""

    name: LinkName
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Markup:
    """All marks of one coder on one article. `lost` are (place, reason) of what could not become a mark."""

    marks: tuple[Mark, ...] = ()
    links: tuple[Link, ...] = ()
    lost: tuple[tuple[str, str], ...] = ()


def mark_up(found: Findings, document: Document) -> Markup:
    """The marks of what one coder found in `document`."""
    return _Marking(found, document).markup()


class _Marking:
    def __init__(self, found: Findings, document: Document) -> None:
        self._found, self._text = found, document.text
        self._marks: list[Mark] = []
        self._links: list[Link] = []
        self._lost: list[tuple[str, str]] = []
        self._mentions: dict[tuple[str, Span], str] = {}
        self._statements: dict[str, str] = {}

    def markup(self) -> Markup:
        for speaker in self._found.speakers:
            self._speaker(speaker)
        for statement in self._found.statements:
            self._statements[statement.id] = self._statement(statement)
        for statement in self._found.statements:
            self._within(statement)
        for claim in self._found.claims:
            self._claim(claim)
        for label in self._found.frames:
            self._frame(label)
        for number, problem in enumerate(self._found.problems):
            self._lost.append((f"problems[{number}]", f"a problem ({problem.kind}) is no label"))
        return Markup(tuple(self._marks), tuple(self._links), (*self._lost, *self._unsaid()))

    def _add(self, layer: MarkLayer, spans: Sequence[Span], place: str, **features: str | None) -> str:
        key = f"{layer}.{len(self._marks)}"
        if list(spans) != sorted(spans):
            self._lost.append((place, "the order of its pieces is not that of the text"))
        for name, value in features.items():
            if value == "":
                self._lost.append((place, f"an empty {name} cannot be told from none"))
        given = {name: value for name, value in features.items() if value}
        self._marks.append(Mark(key, layer, tuple(sorted(spans)), given))
        return key

    def _speaker(self, speaker: Speaker) -> None:
        described = {"name": speaker.name, "role": speaker.role, "kind": speaker.kind}
        if not speaker.mentions:
            self._add("Speaker", (), speaker.id, id=speaker.id, **described)
        for number, mention in enumerate(speaker.mentions):
            about = described if number == 0 else {}
            key = self._add("Mention", (mention,), speaker.id, speaker=speaker.id, **about)
            self._mentions.setdefault((speaker.id, mention), key)

    def _statement(self, s: Statement) -> str:
        named = self._mentions.get((s.speaker or "", s.source)) if s.source else None
        cue_text = s.cue_span.of(self._text) if s.cue_span else None
        key = self._add(
            "Statement",
            s.spans,
            s.id,
            id=s.id,
            kind=s.kind,
            speaker=None if named else s.speaker,
            cue=None if s.cue == cue_text else s.cue,
            grounding=_unless_exact(s.grounding),
        )
        if s.source:
            self._links.append(Link("source", key, named or self._add("Source", (s.source,), s.id)))
        if s.cue_span:
            self._links.append(Link("cue", key, self._add("Cue", (s.cue_span,), s.id)))
            if s.cue is None:
                self._lost.append((s.id, "a cue that is marked but has no text comes back with its text"))
        return key

    def _within(self, s: Statement) -> None:
        if s.within is None:
            return
        if s.within in self._statements:
            self._links.append(Link("within", self._statements[s.id], self._statements[s.within]))
        else:
            self._lost.append((s.id, f"it stands within {s.within!r}, which is no statement"))

    def _claim(self, claim: Claim) -> None:
        self._add(
            "Claim",
            claim.spans,
            claim.id,
            id=claim.id,
            voice=claim.voice,
            kind=claim.kind,
            checkworthy=None if claim.checkworthy is None else str(claim.checkworthy).lower(),
            stated_voice=claim.stated_voice,
            grounding=_unless_exact(claim.grounding),
        )

    def _frame(self, label: FrameLabel) -> None:
        named = {"codebook": label.codebook, "frame": label.frame}
        self._add("Frame", (), label.frame, **named, primary="true" if label.primary else None)
        for number, passage in enumerate(label.evidence):
            place = f"{label.frame}.evidence[{number}]"
            grounding = _unless_exact(passage.grounding)
            self._add("Evidence", passage.spans, place, **named, voice=passage.voice, grounding=grounding)

    def _unsaid(self) -> Iterator[tuple[str, str]]:
        """What two labels say that are one after the way through marks."""
        seen: set[tuple[str, str]] = set()
        for label in self._found.frames:
            if (label.codebook, label.frame) in seen:
                yield label.frame, "the same frame is labelled twice; it becomes one label"
            seen.add((label.codebook, label.frame))


def _unless_exact(grounding: str) -> str | None:
    return None if grounding == "exact" else grounding
