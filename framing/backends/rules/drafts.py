"""A report within one sentence, in tokens; and a reporting verb where it occurs."""

from __future__ import annotations

from dataclasses import dataclass

from framing.backends.rules.lexicon import VERBS, CueClass, FormTag, Verb
from framing.backends.rules.phrases import Phrase
from framing.backends.rules.sentences import Unit
from framing.text import Span

__all__ = ["Draft", "Occurrence", "group_start", "occurrences"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A report of one sentence. `at` is the token of its cue, `source` and `content` are phrases of tokens.

    `opens` says that the report goes on after the sentence: its cue ends in a colon with nothing behind it.
    `verbal` and `clausal` say that its cue is a verb, and that its content is a clause or a quotation.
    """

    kind: CueClass
    cue: Span
    at: int
    source: Phrase | None
    content: tuple[Phrase, ...]
    opens: bool = False
    verbal: bool = True
    clausal: bool = False

    def holds(self, at: int) -> bool:
        """Whether the token `at` lies in what is reported."""
        return any(first <= at <= last for first, last in self.content)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A reporting verb at token `at`, read as `verb`: its group begins at `left`, what follows it at `after`."""

    unit: Unit
    at: int
    left: int
    after: int
    verb: Verb

    @property
    def cue(self) -> Span:
        return self.unit.tokens(self.left, self.after - 1)

    @property
    def forms(self) -> tuple[FormTag, ...]:
        return VERBS[self.unit.low[self.at]][0]

    @property
    def frames(self) -> frozenset[str]:
        return self.verb.frames

    @property
    def before(self) -> str:
        """The class of the token before the verb group; empty at the head of the sentence."""
        return self.unit.code(self.left - 1)


def occurrences(unit: Unit, at: int) -> tuple[Occurrence, ...]:
    """The readings of the verb at token `at` whose particle is there, the longest particle first."""
    left = group_start(unit, at)
    readings = ((verb, _after_particle(unit, at, verb)) for verb in VERBS[unit.low[at]][1])
    return tuple(Occurrence(unit, at, left, after, verb) for verb, after in readings if after is not None)


def group_start(unit: Unit, at: int) -> int:
    """The first token of the verb group: auxiliaries, modals and adverbs before the verb."""
    first = at
    while first > 0 and unit.codes[first - 1] in "rxm":
        first -= 1
    while first < at and unit.codes[first] == "r" and unit.code(first - 1) in ("", ",", "Q"):
        first += 1
    return first


def _after_particle(unit: Unit, at: int, verb: Verb) -> int | None:
    """The token after `verb` and its particle; None when the particle is not there."""
    after = at + 1
    for word in verb.particle.split():
        if unit.code(after) == "r" and unit.word(after) != word:
            after += 1
        if unit.word(after) != word:
            return None
        after += 1
    return after
