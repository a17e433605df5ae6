"""What an analysis promises: every text in it is a span of the article, or stands under `problems`.

The JSON of an `Analysis` is a contract (`framing schema` prints it). Texts of several spans are joined by
`framing.JOINER` (" … "). Statements in quotation marks include their marks, as in PolNeAR (Newell et al. 2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from framing.errors import GroundingError
from framing.text import Document, Span, excerpt

__all__ = [
    "NARRATOR",
    "UNATTRIBUTED",
    "Analysis",
    "Claim",
    "ClaimKind",
    "DocumentInfo",
    "Evidence",
    "Findings",
    "FrameLabel",
    "Grounding",
    "Problem",
    "ProblemKind",
    "Provenance",
    "Speaker",
    "SpeakerKind",
    "Statement",
    "StatementKind",
    "TokenUsage",
]

NARRATOR = "narrator"
"""The voice of the outlet itself: whatever stands outside every statement."""
UNATTRIBUTED = "unattributed"
"""The voice of a quotation that the article ascribes to nobody."""

StatementKind = Literal["direct", "indirect", "mixed", "block"]
SpeakerKind = Literal["person", "group", "organization", "unnamed"]
ClaimKind = Literal["factual", "causal", "predictive", "evaluative", "prescriptive"]
Grounding = Literal["exact", "typography", "case", "elided", "ambiguous"]
"""How a text was found: verbatim; after typography was evened out; after case was; piece by piece; or
verbatim in several places with nothing to choose between them (one is given, all are in `problems`)."""

ProblemKind = Literal[
    "input",
    "unreadable",
    "language",
    "instruction",
    "ambiguous",
    "duplicate",
    "voice_conflict",
    "detail",
    "invalid_item",
    "not_found",
    "unknown_speaker",
    "invalid_reply",
    "truncated",
    "refusal",
    "content_filter",
    "backend",
]
_NOTHING_LOST: frozenset[str] = frozenset(
    {"input", "language", "instruction", "ambiguous", "duplicate", "voice_conflict", "detail"}
)
_NO_ANSWER: frozenset[ProblemKind] = frozenset(
    {"backend", "unreadable", "refusal", "truncated", "content_filter", "invalid_reply"}
)

Spans = Annotated[tuple[Span, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class DocumentInfo(_Frozen):
    """Which text the offsets belong to. `chars` counts code points, `sha256` is of the text in UTF-8."""

    id: str
    sha256: str
    chars: int
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = None

    @classmethod
    def of(cls, document: Document) -> DocumentInfo:
        return cls(
            id=document.id,
            sha256=document.sha256,
            chars=len(document.text),
            title=document.title,
            outlet=document.outlet,
            url=document.url,
            published=document.published,
            language=document.language,
        )


class Speaker(_Frozen):
    """One source, however it is named. `name` is None for a source the article leaves unnamed."""

    id: str
    name: str | None
    mentions: tuple[Span, ...] = ()
    role: str | None = None
    kind: SpeakerKind | None = None


class Statement(_Frozen):
    """What one source is reported to say.

    `spans` are several when the report is interrupted. `cue` is the word or words that report (“said”);
    `source` is where this statement names its speaker; `within` is the statement this one is reported in.
    """

    id: str
    speaker: str | None
    kind: StatementKind
    spans: Spans
    text: str
    cue: str | None = None
    grounding: Grounding = "exact"
    cue_span: Span | None = None
    source: Span | None = None
    within: str | None = None


class Claim(_Frozen):
    """Something asserted, and the voice that asserts it: "narrator", "unattributed" or a speaker's id.

    The voice follows from where the claim stands; `stated_voice` is what the model said, where that differs.
    """

    id: str
    voice: str
    kind: ClaimKind | None
    spans: Spans
    text: str
    checkworthy: bool | None = None
    grounding: Grounding = "exact"
    stated_voice: str | None = None


class Evidence(_Frozen):
    """A passage that carries a frame, and the voice it stands in."""

    spans: Spans
    text: str
    voice: str
    grounding: Grounding = "exact"


class FrameLabel(_Frozen):
    """A frame of a codebook that holds for the article. `codebook` is its name and version."""

    codebook: str
    frame: str
    primary: bool = False
    evidence: tuple[Evidence, ...] = ()


class Problem(_Frozen):
    """Something that did not go into the result, or that a reader of the result must know.

    `raw` is the untouched material (a JSON value), `item` the place it came from, `suggestion` the nearest
    passage of the article where a text was not found: a hint for people, never used as an answer.
    """

    kind: ProblemKind
    reason: str
    raw: Any = None
    item: str | None = None
    suggestion: str | None = None

    @property
    def loses(self) -> bool:
        """Whether something the model gave, or should have given, is missing from the result."""
        return self.kind not in _NOTHING_LOST


class TokenUsage(_Frozen):
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


class Provenance(_Frozen):
    """What made this analysis; two analyses with equal provenance were asked exactly the same."""

    framing_version: str
    backend: str
    model: str | None = None
    prompt: str | None = None
    prompt_fingerprint: str | None = None
    codebook: str | None = None
    codebook_fingerprint: str | None = None
    params: dict[str, Any] = {}
    chunks: int = 1
    usage: TokenUsage = TokenUsage()


class Findings(_Frozen):
    """What was found in a document, without saying which document or by whom."""

    speakers: tuple[Speaker, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    frames: tuple[FrameLabel, ...] = ()
    problems: tuple[Problem, ...] = ()


class Analysis(_Frozen):
    """One article taken apart. `complete` is False when anything was lost on the way."""

    document: DocumentInfo
    speakers: tuple[Speaker, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    frames: tuple[FrameLabel, ...] = ()
    problems: tuple[Problem, ...] = ()
    provenance: Provenance

    @property
    def complete(self) -> bool:
        return not any(problem.loses for problem in self.problems)

    @property
    def answered(self) -> bool:
        """Whether there was an answer at all: something was found, or nothing kept the answer from coming."""
        found = self.statements or self.claims or self.frames
        return bool(found) or not any(problem.kind in _NO_ANSWER for problem in self.problems)

    def speaker(self, speaker_id: str) -> Speaker:
        """The speaker with this id; raises KeyError."""
        for speaker in self.speakers:
            if speaker.id == speaker_id:
                return speaker
        raise KeyError(speaker_id)

    def grounded_texts(self) -> Iterator[tuple[str, tuple[Span, ...], str]]:
        """Every (place, spans, text) that the analysis takes from the article."""
        for statement in self.statements:
            yield statement.id, statement.spans, statement.text
        for claim in self.claims:
            yield claim.id, claim.spans, claim.text
        for label in self.frames:
            for number, evidence in enumerate(label.evidence):
                yield f"{label.frame}.evidence[{number}]", evidence.spans, evidence.text

    def verify(self, document: Document) -> None:
        """Check every text against the document's own characters.

        Raises GroundingError where the document is another one or a span does not hold its text.
        """
        if self.document.sha256 != document.sha256:
            raise GroundingError(
                f"this analysis belongs to the text with sha256 {self.document.sha256!r}, "
                f"not to document {document.id!r} ({document.sha256!r})"
            )
        for place, spans, text in self.grounded_texts():
            if excerpt(document.text, spans) != text:
                raise GroundingError(f"{place} says {text!r}, its spans hold {excerpt(document.text, spans)!r}")
        for speaker in self.speakers:
            for mention in speaker.mentions:
                if not mention or mention.end > len(document.text):
                    raise GroundingError(f"{speaker.id} has a mention outside the text: {mention!r}")
