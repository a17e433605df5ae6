"""Reports without a verb: “according to Lee”, “reportedly”, and the headline “Lee: …”."""

from __future__ import annotations

from framing.backends.rules.clauses import content_before, report_end
from framing.backends.rules.drafts import Draft
from framing.backends.rules.lexicon import SOURCES_OF_EVIDENCE, VERBS, CueClass, words
from framing.backends.rules.phrases import Phrase, owner_before, subject_after
from framing.backends.rules.sentences import Unit

__all__ = ["according_to", "announcement", "as_reported_by", "hearsay", "label"]


def according_to(unit: Unit, at: int) -> Draft | None:
    """“According to Lee, …”, “…, according to Lee”, and the two around it."""
    source = _source_after(unit, at + 2)
    if source is None:
        return None
    before = content_before(unit, at)
    behind = _clause_behind(unit, source[1] + 1, at, before)
    content = tuple(phrase for phrase in (before, behind) if phrase)
    return Draft("evidence", unit.tokens(at, at + 1), at, source, content) if content else None


def _source_after(unit: Unit, first: int) -> Phrase | None:
    """The noun phrase after “according to”: everything to the comma or stop, appositions included."""
    found = subject_after(unit, first, appositions="wd")
    if found is None:
        return None
    found = _without_new_subject(unit, found)
    end = found[1] + 1
    while end < len(unit) and (unit.codes[end] not in ",;:.-QtK" or (unit.codes[end] == "Q" and unit.names(end))):
        end += 1
    return (first, end - 1)


def _without_new_subject(unit: Unit, found: Phrase) -> Phrase:
    """“According to the Bee, | its director, Ann Tull, said …”: an apposition with one of its own is a subject."""
    comma = unit.codes.find(",", *found)
    behind = found[1] + 1
    if comma < 0 or unit.codes[comma + 1] == "w" or unit.code(behind) != ",":
        return found
    named = unit.code(behind + 1) == "N" and unit.codes.find(",", behind + 1) > 0
    return (found[0], comma - 1) if named or unit.code(behind + 1) == "k" else found


def _clause_behind(unit: Unit, comma: int, at: int, before: Phrase | None) -> Phrase | None:
    if unit.code(comma) != "," or unit.code(comma + 1) in ("", "."):
        return None
    if before and (unit.code(at - 1) != "," or unit.codes[comma + 1] in "wkKg"):
        return None
    return (comma + 1, report_end(unit, comma + 1, clause=True))


def as_reported_by(unit: Unit, at: int) -> Draft | None:
    """“As reported by the Bee, …” and “…, as noted by Lee”; the cue is the participle."""
    readings = VERBS[unit.low[at + 1]][1]
    source = _source_after(unit, at + 3)
    if source is None or not any(verb.kind == "speech" and verb.frames & {"s", "c"} for verb in readings):
        return None
    before = content_before(unit, at) if unit.code(at - 1) == "," else None
    content = before or (_clause_behind(unit, source[1] + 1, at, None) if at == 0 else None)
    return Draft("speech", unit.tokens(at + 1, at + 1), at + 1, source, (content,)) if content else None


def hearsay(unit: Unit, at: int) -> Draft | None:
    """“The firm has reportedly taken …”: the whole clause is reported, by nobody who is named."""
    first = unit.codes.rfind(";", 0, at) + 1
    while first < at and unit.codes[first] in "kK,":
        first += 1
    last = report_end(unit, at, clause=True)
    content = tuple(phrase for phrase in ((first, at - 1), (at + 1, last)) if phrase[0] <= phrase[1])
    return Draft("evidence", unit.tokens(at, at), at, None, content, verbal=False) if content else None


_MOST_LABEL_WORDS = 3
_RUBRICS = words("""
    analysis opinion editorial commentary column review interview live video watch photos gallery update
    updated exclusive breaking factbox timeline explainer quiz podcast recap preview obituary letter letters
    wrap correction note related read more advertisement wow leaked revealed""")
"""What an outlet writes before a colon to say what kind of text follows."""


def label(unit: Unit) -> Draft | None:
    """“Lee: Budget Will Pass”, “Poll: Voters Wary”: a headline that names its source before a colon."""
    colon = unit.codes.find(":", 0, _MOST_LABEL_WORDS + 1)
    if unit.paragraph or colon < 1 or colon + 2 >= len(unit) or "Q" in unit.codes[: colon + 2]:
        return None
    names = unit.low[:colon]
    if any(code != "N" for code in unit.codes[:colon]) or names[-1][0].isdigit() or not _RUBRICS.isdisjoint(names):
        return None
    kind: CueClass = "evidence" if names[-1] in SOURCES_OF_EVIDENCE else "speech"
    content = ((colon + 1, report_end(unit, colon + 1, clause=True)),)
    return Draft(kind, unit.tokens(colon, colon), colon, (0, colon - 1), content, verbal=False, clausal=True)


_WORDS_OF_SOMEBODY = words("remarks words statement letter message answer reply response account testimony speech")
_POSSESSIVES = words("his her their its my our")


def announcement(unit: Unit) -> Draft | None:
    """“Her remarks deserve to be read in full:”: somebody's words, and a colon where the sentence ends."""
    for at in range(1, len(unit) - 1):
        if unit.low[at] not in _WORDS_OF_SOMEBODY:
            continue
        owned = unit.codes[at - 1] == "s"
        owner = owner_before(unit, at - 2) if owned else (at - 1, at - 1)
        if owner and (owned or unit.low[at - 1] in _POSSESSIVES):
            return Draft("speech", unit.tokens(at, at), at, owner, (), opens=True, verbal=False)
    return None
