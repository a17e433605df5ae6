"""What a model is asked for, and the one form that every wire format is read into.

A wire format (`verbatim`, `indexed`, `rows`, `lines`) is a way for the model to write its answer down. Whatever
it is, reading it gives a `Draft`: the items as the model named them, each with a `Locator` that says where
in the article it should stand, and a `Flaw` for each item that could not be read. A draft has no offsets
yet: those come from grounding, never from the model. Items are tuples with names: a reply has dozens of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from framing.annotations import ClaimKind, ProblemKind, StatementKind

__all__ = [
    "SECTIONS",
    "Anchor",
    "Draft",
    "DraftAnswer",
    "DraftClaim",
    "DraftEvidence",
    "DraftFrame",
    "DraftSpeaker",
    "DraftStatement",
    "Flaw",
    "Locator",
    "Quote",
    "Section",
    "Task",
]

Task = Literal["statements", "claims", "frames", "joint"]
Section = Literal["speakers", "statements", "claims", "frames"]

SECTIONS: dict[Task, tuple[Section, ...]] = {
    "statements": ("speakers", "statements"),
    "claims": ("speakers", "claims"),
    "frames": ("frames",),
    "joint": ("speakers", "statements", "claims", "frames"),
}
"""What a reply to each task holds, in the order in which it is written."""


class Quote(NamedTuple):
    """A passage named by its words. `sentence` is the number of the sentence it is said to start in."""

    text: str
    sentence: int | None = None


class Anchor(NamedTuple):
    """A passage named by sentence numbers, first to last inclusive, counted from 1.

    `start` and `end` are its first and last words where it does not fill those sentences. Where the sentence
    holds these words several times, `start_nth` and `end_nth` say which time is meant, counted from 1.
    """

    first: int
    last: int
    start: str | None = None
    end: str | None = None
    start_nth: int | None = None
    end_nth: int | None = None


Locator = Quote | Anchor


class DraftSpeaker(NamedTuple):
    """A source under the key by which the other items of the same reply refer to it."""

    key: str
    name: str | None
    role: str | None = None
    mentions: tuple[str, ...] = ()


class DraftStatement(NamedTuple):
    speaker: str | None
    kind: StatementKind
    where: tuple[Locator, ...]
    cue: str | None = None
    raw: Any = None
    item: str = ""


class DraftClaim(NamedTuple):
    """`voice` is a speaker's key, "narrator", or None where the format does not ask."""

    voice: str | None
    kind: ClaimKind | None
    where: tuple[Locator, ...]
    checkworthy: bool | None = None
    raw: Any = None
    item: str = ""


class DraftEvidence(NamedTuple):
    where: tuple[Locator, ...]
    voice: str | None = None
    raw: Any = None
    item: str = ""


class DraftFrame(NamedTuple):
    frame: str
    primary: bool = False
    evidence: tuple[DraftEvidence, ...] = ()
    raw: Any = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """The answer to one yes/no question of a codebook, and the passage it rests on."""

    question: str
    answer: bool
    where: tuple[Locator, ...] = ()
    raw: Any = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """An item that cannot be read. `item` is its place in the reply ("claims[3]"), `raw` what stands there.

    Where the reply as a whole cannot be read, `item` is "reply".
    """

    item: str
    reason: str
    raw: Any = None
    kind: ProblemKind = "invalid_item"


@dataclass(frozen=True, slots=True)
class Draft:
    """One reply, read. `flaws` are what a repair round shows to the model, `asked` is what it was asked for."""

    speakers: tuple[DraftSpeaker, ...] = ()
    statements: tuple[DraftStatement, ...] = ()
    claims: tuple[DraftClaim, ...] = ()
    frames: tuple[DraftFrame, ...] = ()
    answers: tuple[DraftAnswer, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    asked: tuple[Section, ...] = ()
