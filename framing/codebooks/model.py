"""What a codebook is: frames with their coding rules, and the questions that decide them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from framing.codebooks.consistency import inconsistencies
from framing.codebooks.rules import Rule, parse_rule
from framing.errors import UnknownNameError

__all__ = ["Codebook", "Frame", "Question", "Role"]


def _one_line(text: str) -> str:
    return " ".join(text.split())


Text = Annotated[str, AfterValidator(_one_line), Field(min_length=1)]
"""White space is layout: it is evened out, so that re-wrapping a file changes no fingerprint."""
Texts = tuple[Text, ...]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Frame(_Part):
    """One category. `include` and `exclude` draw its border; `positive` and `negative` are example passages.

    `indicators` are words and phrases for coding without a model; a `*` stands for the rest of a word.
    `rule` says which answers to the codebook's questions make the frame hold (see `framing.codebooks.rules`).
    """

    code: Code
    name: Text
    definition: Text
    include: Texts = ()
    exclude: Texts = ()
    positive: Texts = ()
    negative: Texts = ()
    indicators: Texts = ()
    rule: Text | None = None


class Question(_Part):
    """A yes/no question about an article, and the frame it was written for."""

    code: Code
    text: Text
    frame: Code


class Role(_Part):
    """A part that an actor can play in a story (hero, villain, victim)."""

    code: Code
    name: Text
    definition: Text


class Codebook(_Part):
    """A measuring instrument: what is coded, in which unit, by which rules.

    unit: the piece of text that gets a label. labels: whether it may get several. primary: whether one of
    them is named as the leading one. allow_none: whether "no frame applies" is a legal answer. other: the
    code of the residual frame. task: whether the classes are frames of a text or classes of claims.
    licence: of the wording in the file, not of the work it follows, which `citation` names.

    Raises pydantic.ValidationError when its parts do not fit together; `load_codebook` raises CodebookError.
    """

    name: Name
    version: Annotated[StrictInt, Field(ge=1)]
    title: Text
    description: Text
    citation: Text
    url: Text | None = None
    licence: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    task: Literal["frames", "claims"] = "frames"
    unit: Literal["document", "sentence", "span"]
    labels: Literal["single", "multi"]
    primary: StrictBool = False
    allow_none: StrictBool
    other: Code | None = None
    frames: Annotated[tuple[Frame, ...], Field(min_length=1)]
    questions: tuple[Question, ...] = ()
    roles: tuple[Role, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> Codebook:
        if found := [reason for _, reason in inconsistencies(self.model_dump())]:
            raise ValueError("; ".join(found))
        return self

    @property
    def ref(self) -> str:
        """Name and version, as results quote it: "policy-frames.v1"."""
        return f"{self.name}.v{self.version}"

    @cached_property
    def fingerprint(self) -> str:
        """ "sha256:" and 16 hex digits over the content; comments, layout and the order of keys do not count."""
        content = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(content.encode("ascii")).hexdigest()[:16]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(frame.code for frame in self.frames)

    def frame(self, code: str) -> Frame:
        """The frame with this code; raises UnknownNameError."""
        for frame in self.frames:
            if frame.code == code:
                return frame
        raise UnknownNameError(f"frame of {self.ref}", code, self.codes)

    def question(self, code: str) -> Question:
        """The question with this code; raises UnknownNameError."""
        for question in self.questions:
            if question.code == code:
                return question
        raise UnknownNameError(f"question of {self.ref}", code, tuple(q.code for q in self.questions))

    @cached_property
    def rules(self) -> tuple[tuple[str, Rule], ...]:
        """The code and the rule of every frame that has one."""
        return tuple((frame.code, parse_rule(frame.rule)) for frame in self.frames if frame.rule)

    def frames_from_answers(self, answers: Mapping[str, bool | None]) -> tuple[str, ...]:
        """The codes of the frames whose rule the answers fulfil, in the codebook's order.

        A question answered None, or missing, is open: it can only keep a frame from holding.
        Raises UnknownNameError for an answer to a question that the codebook does not ask.
        """
        for code in answers:
            self.question(code)
        return tuple(code for code, rule in self.rules if rule.holds(answers))
