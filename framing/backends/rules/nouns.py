"""Reporting nouns: “Lee's claim that …”, “her call for …”, “a request by Lee to …”, “made the promise to …”."""

from __future__ import annotations

from framing.backends.rules.clauses import report_end
from framing.backends.rules.drafts import Draft, group_start
from framing.backends.rules.lexicon import LIGHT_VERBS, NOUNS, Noun, words
from framing.backends.rules.phrases import Phrase, main_subject, owner_before, subject_after, subject_before
from framing.backends.rules.sentences import Unit

__all__ = ["noun_report"]

_VOICED = words("express expresses expressed expressing voice voices voiced voicing")
"""Verbs that put a thought into words: “expressed the fear that …”."""
_POSSESSIVES = words("his her their its my our your")


def noun_report(unit: Unit, at: int) -> Draft | None:
    """What the noun at token `at` reports; None when nothing follows that it could report, or nobody holds it."""
    by = subject_after(unit, at + 2) if unit.word(at + 1) in ("by", "from") else None
    behind = by[1] if by and unit.code(by[1] + 1) in ("t", "T") else at
    for noun in NOUNS[unit.low[at]]:
        first = _content_start(unit, behind, noun)
        if first is None:
            continue
        clause = unit.codes[behind + 1] == "t"
        source, start = _holder(unit, at)
        if behind > at:
            source = by
        elif source is None and clause:
            source = _named_subject(unit, start)
        if source is not None or clause:
            quoted = unit.codes[first] == "Q"
            end = first if quoted else _noun_report_end(unit, first, clause=clause)
            cue = unit.tokens(start, at)
            clausal = quoted or unit.codes[behind + 1] != "i"
            kind = noun.kind if _VOICED.isdisjoint(unit.low[start:at]) else "speech"
            return Draft(kind, cue, at, source, ((first, end),), verbal=False, clausal=clausal)
    return None


def _content_start(unit: Unit, behind: int, noun: Noun) -> int | None:
    """Where what `noun` reports begins, after the token `behind`."""
    code, following = unit.code(behind + 1), unit.code(behind + 2)
    if code == "t" and "s" in noun.frames and not _is_relative(unit, behind + 2):
        return behind + 1
    if code == "T" and "t" in noun.frames and following in ("n", "v", "x"):
        return behind + 1
    word = unit.word(behind + 1)
    introduces = word in noun.prepositions or (word == "of" and following == "Q")
    # “a request for comment” reports that nothing was said.
    empty = unit.word(behind + 2) == "comment"
    return behind + 2 if code == "i" and following and introduces and not empty else None


def _is_relative(unit: Unit, at: int) -> bool:
    """“threats that change every day”: a verb right after *that* makes it a relative pronoun."""
    code, following = unit.code(at), unit.code(at + 1)
    verb_like = code == "n" and (following in tuple("dhpo") or (unit.word(at).endswith("s") and following == "n"))
    return code in ("v", "x", "m", "f") or verb_like


def _noun_report_end(unit: Unit, first: int, *, clause: bool) -> int:
    """“The claim (that it was late) was wrong”: a finite verb too many belongs to the sentence of the noun."""
    last = report_end(unit, first, clause=clause)
    verbs = 0 if clause else 1
    for at in range(first + 1, last + 1):
        code, before = unit.codes[at], unit.codes[at - 1]
        if code in "kKwWt,T;:":
            verbs = -len(unit)
        elif code in "xm" and before not in "xmr":
            verbs += 1
        if verbs == 2 and before in "nNBQs":
            return at - 1
    return last


def _holder(unit: Unit, at: int) -> tuple[Phrase | None, int]:
    """Whose claim it is: “Lee's claim”, “his claim”, “Lee made the claim”; and the token where the cue begins."""
    first = at
    while first > 0 and unit.codes[first - 1] in "nefrv" and unit.low[first - 1] not in LIGHT_VERBS:
        first -= 1
    before, word = unit.code(first - 1), unit.word(first - 1)
    if before == "s":
        owner = owner_before(unit, first - 2)
        return ((owner[0], first - 1) if owner else None), at
    if word in _POSSESSIVES:
        return (first - 1, first - 1), at
    if before == "d":
        first -= 1
    if unit.word(first - 1) not in LIGHT_VERBS:
        return None, at
    left = group_start(unit, first - 1)
    return (subject_before(unit, left - 1) if left else None), left


def _named_subject(unit: Unit, before: int) -> Phrase | None:
    """“Lee opened with the claim that …”: with nobody nearer, the subject of the sentence makes the claim."""
    found = main_subject(unit, before)
    return found if found and unit.codes[found[0]] in "Np" else None
