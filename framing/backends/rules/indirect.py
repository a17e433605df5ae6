"""Reports within a sentence: who, by which word, and which words of the sentence are the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from framing.backends.rules.active import active_report
from framing.backends.rules.drafts import Draft, group_start, occurrences
from framing.backends.rules.lexicon import ASPECTUAL, HEARSAY, NOUNS
from framing.backends.rules.markers import according_to, announcement, as_reported_by, hearsay, label
from framing.backends.rules.nouns import noun_report
from framing.backends.rules.passives import is_passive, passive_report
from framing.backends.rules.sentences import Unit

__all__ = ["read_reports"]

_REPORTING = frozenset(NOUNS) | frozenset(HEARSAY) | {"according"}


def read_reports(unit: Unit) -> tuple[Draft, ...]:
    """All reports of `unit`, in the order of their cues, each passage once."""
    drafts: list[Draft] = []
    if headline := label(unit):
        drafts.append(headline)
    for at, (code, word) in enumerate(zip(unit.codes, unit.low, strict=True)):
        if (code in "vg" or word in _REPORTING) and (found := _report_at(unit, at, drafts)):
            drafts.append(found)
    standing = [draft for draft in drafts if _stands(unit, draft, drafts)]
    return tuple(_opening(unit, _without_doubles(standing)))


def _opening(unit: Unit, drafts: list[Draft]) -> list[Draft]:
    """“told us what he had seen:”: where the sentence ends in a colon, what was said has yet to come."""
    if unit.code(len(unit) - 1) != ":" or any(draft.opens for draft in drafts):
        return drafts
    last = drafts[-1] if drafts else None
    if last and last.kind == "speech" and last.content and unit.codes[last.content[0][0]] == "W":
        return [*drafts[:-1], replace(last, content=(), opens=True)]
    announced = announcement(unit)
    return [*drafts, announced] if announced else drafts


def _report_at(unit: Unit, at: int, earlier: Sequence[Draft]) -> Draft | None:
    code, word = unit.codes[at], unit.low[at]
    if code in "vg" and word:
        return _verb_report(unit, at, earlier)
    if code == "a" and unit.code(at + 1) == "v" and unit.word(at + 2) == "by":
        return as_reported_by(unit, at)
    if word == "according" and unit.word(at + 1) == "to":
        return according_to(unit, at)
    if code == "n" and word in NOUNS:
        return noun_report(unit, at)
    return hearsay(unit, at) if word in HEARSAY else None


def _verb_report(unit: Unit, at: int, earlier: Sequence[Draft]) -> Draft | None:
    for verb in occurrences(unit, at):
        if verb.before == "T" and "base" in verb.forms:
            if unit.word(verb.left - 2) not in ASPECTUAL:
                # An infinitive: the verb that governs it has the report, if there is one.
                return None
            verb = replace(verb, left=group_start(unit, verb.left - 2))
        found = passive_report(verb) if is_passive(verb) else active_report(verb, earlier)
        if found:
            return found
    return None


def _stands(unit: Unit, draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Of what is reported within a report, only speech with a source of its own is a report again.

    What Lee said that Kim believes is part of what Lee said.
    """
    others = [other for other in drafts if other is not draft]
    if draft.kind != "speech" and any(o.source and o.source[0] < draft.at <= o.source[1] for o in others):
        return False
    if not any(outer.holds(draft.at) for outer in others):
        return True
    if draft.source is None or draft.kind != "speech" or not draft.clausal:
        return False
    first, last = draft.source
    return unit.codes[first] in "Ndn" and unit.codes[last] != "w"


def _without_doubles(drafts: Sequence[Draft]) -> list[Draft]:
    """“said in a statement that …” is one report: of two that end in the same words the first stays."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for draft in drafts:
        if not draft.content or draft.content[-1] not in seen:
            kept.append(draft)
        seen.update(draft.content)
    return kept
