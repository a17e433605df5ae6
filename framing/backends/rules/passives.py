"""Reporting verbs in the passive voice: whoever is spoken of is their subject, and part of the report."""

from __future__ import annotations

from framing.backends.rules.clauses import report_end
from framing.backends.rules.drafts import Draft, Occurrence
from framing.backends.rules.phrases import Phrase, subject_after, subject_before
from framing.backends.rules.sentences import Unit

__all__ = ["is_passive", "passive_report"]

_BE = frozenset("is was are were be been being am 's 're isn't wasn't aren't weren't get gets got".split())
_RAISING = frozenset(
    """
    expect believe say think know report allege consider see suppose understand estimate presume project
    rumor""".split()
)
"""Verbs whose passive takes an infinitive that tells of the subject: “is said to be ill”."""


def is_passive(verb: Occurrence) -> bool:
    words = verb.unit.low[verb.left : verb.at]
    return "participle" in verb.forms and not _BE.isdisjoint(words)


def passive_report(verb: Occurrence) -> Draft | None:
    """“was accused by Lee of lying”, “is expected to resign”."""
    unit = verb.unit
    subject = subject_before(unit, verb.left - 1) if verb.left else None
    agent, start = _agent_after(unit, verb.after)
    if subject is None or not _takes(verb, start, agent):
        return None
    content = [subject]
    if start < len(unit):
        end = report_end(unit, start, clause=unit.code(start) == "t")
        if agent is None and (last := _agent_at_end(unit, start, end)):
            agent, end = last, last[0] - 2
        if unit.code(start) not in (".", ","):
            content.append((start, end))
    return Draft(verb.verb.kind, verb.cue, verb.at, agent, tuple(content))


def _takes(verb: Occurrence, start: int, agent: Phrase | None) -> bool:
    """Whether what begins at `start` can complete the passive."""
    code, frames = verb.unit.code(start), verb.frames
    if code == "T":
        return verb.verb.lemma in _RAISING or "o" in frames or ("f" in frames and agent is not None)
    if code == "t" and frames & {"o", "s", "c"}:
        return True
    return "f" in frames and (agent is not None or code in tuple("iadNn"))


def _agent_after(unit: Unit, at: int) -> tuple[Phrase | None, int]:
    """Who did it, where *by* follows the verb; and the token behind."""
    agent = subject_after(unit, at + 1) if unit.word(at) == "by" else None
    if agent is None:
        return None, at
    behind = agent[1] + 1
    return agent, behind + (unit.code(behind) == ",")


def _agent_at_end(unit: Unit, first: int, last: int) -> Phrase | None:
    """“was declared the winner by the networks”: who did it, where that ends what is reported."""
    for at in range(last - 1, first, -1):
        if unit.low[at] == "by":
            found = subject_after(unit, at + 1)
            return found if found and found[1] >= last else None
    return None
