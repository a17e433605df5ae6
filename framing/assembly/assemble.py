"""The order of things: statements first, then who makes them, then the claims and frames that stand in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

from framing.annotations import NARRATOR, Claim, Evidence, Findings, FrameLabel, Statement
from framing.assembly.people import Key, People, identify, recognise
from framing.assembly.places import CUE_REACH, Locations, Part, Place
from framing.assembly.sources import Sources
from framing.codebooks import Codebook
from framing.grounding import expand_to_marks
from framing.schemas import DraftClaim, DraftEvidence, DraftFrame, DraftStatement
from framing.text import Document, Span
from framing.voices import Voices, nest

__all__ = ["assemble"]

Item = TypeVar("Item", DraftStatement, DraftClaim)


class _Placed(NamedTuple, Generic[Item]):
    part: int
    item: Item
    place: Place


def assemble(
    document: Document, parts: Sequence[Part], codebook: Codebook | None, *, heard: Findings | None = None
) -> Findings:
    """Everything in `parts` that stands in the article, and a problem for everything that does not.

    `heard` are speakers and statements found in another way, by which voices are told where `parts` were not
    asked for statements; of its speakers those are in the result whose voice something stands in.
    """
    return _Assembler(document, parts, codebook, heard or Findings()).findings()


class _Assembler:
    def __init__(
        self, document: Document, parts: Sequence[Part], codebook: Codebook | None, heard: Findings
    ) -> None:
        self.document, self.parts, self.codebook, self.heard = document, parts, codebook, heard
        self.locations = Locations(document)

    def findings(self) -> Findings:
        placed = self._distinct(self._placed_statements())
        claimed = self._distinct(self._placed_claims())
        if any("statements" in part.draft.asked or part.draft.statements for part in self.parts):
            people = identify(list(enumerate(self.parts)), _first_said(placed), self.locations)
            sources = Sources(self.document, people.speakers)
            said = nest([self._statement(f"Q{n}", found, people, sources) for n, found in enumerate(placed, 1)])
            return self._in_voices(replace(people, speakers=sources.speakers()), said, claimed, told=said)
        numbered = list(enumerate(self.parts))
        people = recognise(numbered, _first_claimed(claimed), self.heard.speakers, self.locations)
        return _with_voices_only(self._in_voices(people, self.heard.statements, claimed, told=()))

    def _in_voices(
        self,
        people: People,
        statements: tuple[Statement, ...],
        claimed: Sequence[_Placed[DraftClaim]],
        *,
        told: tuple[Statement, ...],
    ) -> Findings:
        """The claims and frames in the voices of `statements`, of which `told` are part of the result."""
        voices = Voices(statements)
        claims = tuple(self._claim(f"C{n}", found, voices, people) for n, found in enumerate(claimed, 1))
        frames = self._frames(voices, people)
        problems = tuple(self.locations.problems)
        return Findings(speakers=people.speakers, statements=told, claims=claims, frames=frames, problems=problems)

    # --- Items in their places --------------------------------------------------------------------

    def _placed_statements(self) -> Iterator[_Placed[DraftStatement]]:
        for number, part in enumerate(self.parts):
            before: list[Place] = []
            for item in part.draft.statements:
                if place := self.locations.place(
                    item.where, part, item=item.item, raw=item.raw, after=before, cue=item.cue
                ):
                    before.append(place)
                    yield _Placed(number, item, self._with_marks(place, item))

    def _placed_claims(self) -> Iterator[_Placed[DraftClaim]]:
        for number, part in enumerate(self.parts):
            before: list[Place] = []
            for item in part.draft.claims:
                if place := self.locations.place(item.where, part, item=item.item, raw=item.raw, after=before):
                    before.append(place)
                    yield _Placed(number, item, place)

    def _with_marks(self, place: Place, item: DraftStatement) -> Place:
        """Quotations include their marks, whether or not the model repeated them."""
        if item.kind not in {"direct", "mixed"}:
            return place
        return Place(tuple(expand_to_marks(self.document.text, span) for span in place.spans), place.grounding)

    def _distinct(self, placed: Iterable[_Placed[Item]]) -> list[_Placed[Item]]:
        """Each place once, in text order; of two chunks that report it, the one it belongs to is believed."""
        kept: dict[tuple[Span, ...], _Placed[Item]] = {}
        for found in sorted(placed, key=self._is_foreign):
            first = kept.setdefault(found.place.spans, found)
            if first is not found and first.part == found.part:
                part = self.parts[found.part]
                reason = f"stands in the same place as {first.item.item}: left out"
                self.locations.report("duplicate", reason, item=part.item(found.item.item), raw=found.item.raw)
        return sorted(kept.values(), key=lambda found: (found.place.extent.start, -found.place.extent.end))

    def _is_foreign(self, found: _Placed[Item]) -> bool:
        return found.place.extent.start not in self.parts[found.part].chunk.own

    # --- Statements -------------------------------------------------------------------------------

    def _statement(self, id: str, found: _Placed[DraftStatement], people: People, sources: Sources) -> Statement:
        item, place = found.item, found.place
        cue = self._cue(found) if item.cue else None
        speaker = people.id_of(found.part, item.speaker)
        return Statement(
            id=id,
            speaker=speaker,
            kind=item.kind,
            spans=place.spans,
            text=self.document.excerpt(place.spans),
            cue=cue.of(self.document.text) if cue else None,
            cue_span=cue,
            source=sources.of(speaker, place.spans, cue),
            grounding=place.grounding,
        )

    def _cue(self, found: _Placed[DraftStatement]) -> Span | None:
        words = found.item.cue or ""
        cue = self.locations.find_near(words, found.place.extent, reach=CUE_REACH)
        if cue is None:
            reason = f"the cue {words!r} does not stand near its statement: left out"
            item = self.parts[found.part].item(found.item.item)
            self.locations.report("detail", reason, item=item, raw=words)
        return cue

    # --- Claims and frames ------------------------------------------------------------------------

    def _claim(self, id: str, found: _Placed[DraftClaim], voices: Voices, people: People) -> Claim:
        item, place = found.item, found.place
        voice, stated = self._voice(found.part, item, place, voices, people)
        return Claim(
            id=id,
            voice=voice,
            kind=item.kind,
            spans=place.spans,
            text=self.document.excerpt(place.spans),
            checkworthy=item.checkworthy,
            grounding=place.grounding,
            stated_voice=stated,
        )

    def _voice(
        self,
        part: int,
        item: DraftClaim | DraftEvidence,
        place: Place,
        voices: Voices,
        people: People,
    ) -> tuple[str, str | None]:
        """The voice a passage stands in, and the voice the model named where that is another one."""
        voice = voices.at(place.spans)
        if item.voice is None:
            return voice, None
        stated = people.id_of(part, item.voice) or item.voice
        if stated == voice:
            return voice, None
        reason = f"stands in the voice {voice!r}; the model says {stated!r}"
        self.locations.report("voice_conflict", reason, item=self.parts[part].item(item.item), raw=item.raw)
        return voice, stated

    def _frames(self, voices: Voices, people: People) -> tuple[FrameLabel, ...]:
        if self.codebook is None:
            return ()
        drafts = [(number, frame) for number, part in enumerate(self.parts) for frame in part.draft.frames]
        evidence: dict[str, list[Evidence]] = {frame.frame: [] for _, frame in drafts}
        for number, frame in drafts:
            for passage in self._evidence(number, frame, voices, people):
                if passage not in evidence[frame.frame]:
                    evidence[frame.frame].append(passage)
        kept = self._labels(drafts)
        primary = _primary(drafts, kept)
        return tuple(
            FrameLabel(
                codebook=self.codebook.ref,
                frame=code,
                primary=code == primary,
                evidence=tuple(sorted(evidence[code], key=lambda e: e.spans)),
            )
            for code in kept
        )

    def _labels(self, drafts: Sequence[tuple[int, DraftFrame]]) -> list[str]:
        """The codes that hold, most often named first; one only where the codebook allows one."""
        votes = Counter(frame.frame for _, frame in drafts)
        codes = [code for code, _ in votes.most_common()]
        if self.codebook is None or self.codebook.labels == "multi" or len(codes) <= 1:
            return codes
        for code in codes[1:]:
            reason = (
                f"the codebook allows one frame; {codes[0]!r} was named more often or first, {code!r} is left out"
            )
            self.locations.report("ambiguous", reason, item=f"frame {code}", raw=code)
        return codes[:1]

    def _evidence(self, number: int, frame: DraftFrame, voices: Voices, people: People) -> Iterator[Evidence]:
        part, before = self.parts[number], list[Place]()
        for passage in frame.evidence:
            if place := self.locations.place(
                passage.where, part, item=passage.item, raw=passage.raw, after=before
            ):
                before.append(place)
                voice, _ = self._voice(number, passage, place, voices, people)
                yield Evidence(
                    spans=place.spans,
                    text=self.document.excerpt(place.spans),
                    voice=voice,
                    grounding=place.grounding,
                )


def _with_voices_only(findings: Findings) -> Findings:
    """Without the speakers in whose voice nothing stands and whom no claim was ascribed to."""
    voices = {claim.voice for claim in findings.claims} | {claim.stated_voice for claim in findings.claims}
    voices |= {evidence.voice for label in findings.frames for evidence in label.evidence}
    return findings.model_copy(update={"speakers": tuple(s for s in findings.speakers if s.id in voices)})


def _first_said(placed: Iterable[_Placed[DraftStatement]]) -> dict[Key, tuple[Span, ...]]:
    """Each speaking key and its first statement."""
    said: dict[Key, tuple[Span, ...]] = {}
    for found in placed:
        if found.item.speaker is not None:
            said.setdefault((found.part, found.item.speaker), found.place.spans)
    return said


def _first_claimed(placed: Iterable[_Placed[DraftClaim]]) -> dict[Key, tuple[Span, ...]]:
    """Each key that a claim names as its voice, and its first claim."""
    claimed: dict[Key, tuple[Span, ...]] = {}
    for found in placed:
        if found.item.voice not in (None, NARRATOR):
            claimed.setdefault((found.part, str(found.item.voice)), found.place.spans)
    return claimed


def _primary(drafts: Sequence[tuple[int, DraftFrame]], kept: Sequence[str]) -> str | None:
    """The frame that most chunks call primary; of several, the one named first."""
    votes = Counter(frame.frame for _, frame in drafts if frame.primary and frame.frame in kept)
    return votes.most_common(1)[0][0] if votes else None
