"""Reporting verbs in the passive voice: whoever is spoken of is their subject, and part of the report."""

from __future__ import annotations

from framing.backends.rules.clauses import report_end
from framing.backends.rules.drafts import Draft, Occurrence
from framing.backends.rules.lexicon import BE, words
from framing.backends.rules.phrases import Phrase, subject_after, subject_before
from framing.backends.rules.sentences import Unit

__all__ = ["is_passive", "passive_report"]

_RAISING = words("""
    expect believe say think know report allege consider see suppose understand estimate presume project
    rumor""")
"""Verbs whose passive takes an infinitive that tells of the subject: “is said to be ill”."""


def is_passive(verb: Occurrence) -> bool:
    group = verb.unit.low[verb.left : verb.at]
    return "participle" in verb.forms and not BE.isdisjoint(group)


def passive_report(verb: Occurrence) -> Draft | None:
    """“was accused by Lee of lying”, “is expected to resign”."""
    unit = verb.unit
    subject = subject_before(unit, verb.left - 1) if verb.left else None
    agent, start = _agent_after(verb)
    if subject is None or not _takes(verb, start, agent):
        return None
    if unit.codes[subject[1]] == "w":
        subject = (subject[1], subject[1])
    told = "o" in verb.frames and unit.code(start) != "T"
    content = [] if told else [subject]
    if start < len(unit):
        end = report_end(unit, start, clause=told or unit.code(start) in ("t", "W"))
        if agent is None and (last := _agent_at_end(unit, start, end)):
            agent, end = last, last[0] - 2
        if unit.code(start) not in (".", ","):
            content.append((start, end))
    return Draft(verb.verb.kind, verb.cue, verb.at, agent, tuple(content)) if content else None


def _takes(verb: Occurrence, start: int, agent: Phrase | None) -> bool:
    """Whether what begins at `start` can complete the passive."""
    code, frames = verb.unit.code(start), verb.frames
    if code == "T":
        return verb.verb.lemma in _RAISING or "o" in frames or ("f" in frames and agent is not None)
    if code == "t" and frames & {"o", "s", "c"}:
        return True
    if code == "W" and "w" in frames and agent is not None:
        return True
    if verb.verb.lemma == "quote" or (verb.verb.lemma == "charge" and verb.unit.word(start) == "with"):
        # “is quoted as saying” reports by its second verb; “charged with theft” is a charge in court.
        return False
    if "o" in frames and frames & {"s", "q"} and code in tuple("pdNn"):
        return any(c in "xmvf" for c in verb.unit.codes[start:])
    return "f" in frames and (agent is not None or code in tuple("iadNn"))


def _agent_after(verb: Occurrence) -> tuple[Phrase | None, int]:
    """Who did it, where *by* follows the verb; and the token behind."""
    unit, at = verb.unit, verb.after
    agent = subject_after(unit, at + 1) if unit.word(at) == "by" else None
    if agent is None:
        return None, at
    behind = agent[1] + 1
    if "f" in verb.frames and "of" in unit.low[agent[0] : behind]:
        # “accused by Lee of lying”: what follows *of* is the charge, not the home of the accuser.
        behind = unit.low.index("of", agent[0])
        agent = (agent[0], behind - 1)
    told_on = unit.code(behind) == "," and unit.code(behind + 1) not in tuple("xmvkKw")
    return agent, behind + told_on


def _agent_at_end(unit: Unit, first: int, last: int) -> Phrase | None:
    """“was declared the winner by the networks”: who did it, where that ends what is reported."""
    for at in range(last - 1, first, -1):
        if unit.low[at] == "by":
            found = subject_after(unit, at + 1)
            return found if found and found[1] >= last else None
    return None
