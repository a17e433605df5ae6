"""Reporting verbs in the active voice, before, behind and between what they report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from framing.backends.rules.clauses import content_before, report_end
from framing.backends.rules.complements import Complement, complement_after
from framing.backends.rules.drafts import Draft, Occurrence
from framing.backends.rules.phrases import (
    Phrase,
    clause_start,
    main_subject,
    owner_before,
    subject_after,
    subject_before,
    time_end,
)
from framing.backends.rules.sentences import Unit

__all__ = ["active_report"]

_CLAUSAL = frozenset("sc")
_QUOTING = frozenset("scq")
_LONGEST_AS_CLAUSE = 6
_WITHOUT_RELATIVES = re.compile(",[dnN]*w[^,]*,?")
"""A relative clause between commas: its verb is not that of the sentence."""


def active_report(verb: Occurrence, earlier: Sequence[Draft]) -> Draft | None:
    """What the verb reports, where its subject can be told; `earlier` are the reports before it."""
    gerund = verb.unit.codes[verb.at] == "g" and verb.left == verb.at
    if gerund and verb.before == "i" and (verb.verb.kind == "evidence" or _left_unsaid(verb)):
        # “kept from finding ways”, “stopped short of saying”: nobody shows or says anything.
        return None
    if gerund:
        return _preposed(verb, _gerund_source(verb.unit, verb.left, earlier), complement_after_verb(verb))
    if inverted := _inverted_subject(verb):
        return _postposed(verb, inverted, verb.left, complement_after_verb(verb, inverted))
    source = _subject(verb.unit, verb.left - 1, earlier)
    if source is None:
        return None
    if verb.unit.low[source[0]] == "you" and verb.verb.kind == "evidence":
        # “Read on and you will find that …”: the reader is no source.
        return None
    if _follows_as(verb, source):
        return _as_reported(verb, source)
    if embedded := _embedded(verb, source):
        return embedded
    apart = _stands_apart(verb.unit, source)
    quoted = apart and _follows_utterance(verb.unit, source[0])
    complement = complement_after(verb.unit, verb.after, verb.verb, closed=quoted, quoted_before=quoted)
    if apart and (complement is None or complement.after_comma):
        found = _postposed(verb, source, source[0], complement)
        if found:
            return found
    return _preposed(verb, source, complement)


def _left_unsaid(verb: Occurrence) -> bool:
    before = verb.unit.low[max(0, verb.left - 2) : verb.left]
    return before[-1:] == ["without"] or before in (["short", "of"], ["instead", "of"])


def complement_after_verb(verb: Occurrence, inverted: Phrase | None = None) -> Complement | None:
    """What follows the verb, or follows the subject behind it."""
    if inverted is None:
        return complement_after(verb.unit, verb.after, verb.verb)
    quoted = verb.before == "Q"
    return complement_after(verb.unit, inverted[1] + 1, verb.verb, closed=True, quoted_before=quoted)


# --- The report behind its cue ------------------------------------------------------------------------


def _preposed(verb: Occurrence, source: Phrase | None, complement: Complement | None) -> Draft | None:
    """“Lee said that …”, “saying …”."""
    if complement is None:
        return None
    if complement.opens:
        return Draft(verb.verb.kind, verb.cue, verb.at, source, (), opens=True)
    if complement.after_comma and verb.unit.codes[complement.first] in "xmv":
        # “Lee, who told the house to wait, was not asked”: the verb after the comma has its subject before the cue.
        return None
    acts = complement.first == verb.after and verb.unit.codes[verb.after] not in "tWQ" and "s" not in verb.frames
    if acts and source and _names_no_speaker(verb.unit, source):
        return None
    if _is_unsaid(verb) or (source and verb.unit.word(source[0] - 1) == "what" and "f" not in verb.frames):
        # “which is what ministers say when …”: *what* is all that they say.
        return None
    complement = _within_clause(verb.unit, source, complement)
    if "past" in verb.forms:
        complement = _before_aside(verb.unit, complement)
    clausal = "n" not in verb.frames or verb.unit.codes[complement.first] in "tWQ"
    content = ((complement.first, complement.last),)
    return Draft(verb.verb.kind, verb.cue, verb.at, source, content, clausal=clausal)


def _within_clause(unit: Unit, source: Phrase | None, complement: Complement) -> Complement:
    """The report ends with the clause of its cue, where that is a relative one or stands at the head of the sentence.

    “Lee, who says he is ready, has gone”, “As Lee says she is ready, others wait”.
    """
    if source is None:
        return complement
    if unit.codes[source[1]] == "w":
        return _within_relative(unit, complement)
    lead = unit.codes[: source[0]].removeprefix("r,")
    if lead[:1] not in ("a", "K", "W") or "," in lead:
        return complement
    comma = unit.codes.find(",", complement.first, complement.last)
    return replace(complement, last=comma - 1) if comma > complement.first else complement


def _within_relative(unit: Unit, complement: Complement) -> Complement:
    for at in range(complement.first, complement.last):
        closes = unit.codes[at] == "," or (unit.codes[at] == "Q" and unit.last_quoted(at) == ",")
        if closes:
            ends = unit.codes[at + 1] in "xmv"
            return replace(complement, last=at - (unit.codes[at] == ",")) if ends else complement
    return complement


def _is_unsaid(verb: Occurrence) -> bool:
    """“has not said whether …”, “never claimed that …”: nobody is reported to say what follows."""
    group = verb.unit.low[verb.left : verb.at]
    return verb.verb.kind == "speech" and any(low in ("not", "never") or low.endswith("n't") for low in group)


def _before_aside(unit: Unit, complement: Complement) -> Complement:
    """Under a cue in the past, “…, which is …” is the writer's aside: what is reported would follow in tense."""
    for at in range(complement.first + 1, complement.last - 1):
        if (
            unit.low[at] == "which"
            and unit.codes[at - 1] == ","
            and unit.low[at + 1] in ("is", "are", "has", "have")
        ):
            return replace(complement, last=at - 2)
    return complement


def _names_no_speaker(unit: Unit, source: Phrase) -> bool:
    """For acts done by speaking (deny, ask for) the doer must be able to speak, and have done so once."""
    if unit.low[source[1]] in ("it", "this", "that", "which"):
        return True
    return unit.code(source[0] - 1) in ("K", "W") and unit.codes[source[1]] == "p"


# --- The report before its cue, or on both sides ------------------------------------------------------


def _postposed(verb: Occurrence, source: Phrase, clause: int, complement: Complement | None) -> Draft | None:
    """“…, said Lee”, “…, Lee said, …”. The words that report begin at token `clause`."""
    before = content_before(verb.unit, clause)
    if before is None or not _can_be_reported(verb, before, alone=complement is None):
        return None
    opens = complement is not None and complement.opens
    content = [before]
    if complement and not opens:
        if _only_sets_the_scene(verb.unit, before, complement.first):
            content = []
        content.append((complement.first, complement.last))
    return Draft(verb.verb.kind, verb.cue, verb.at, source, tuple(content), opens=opens, clausal=True)


def _can_be_reported(verb: Occurrence, before: Phrase, *, alone: bool) -> bool:
    """Whether the words before the cue can be what the verb reports: a quotation, or a main clause."""
    unit = verb.unit
    if "Q" in unit.codes[before[0] : before[1] + 1]:
        return bool(verb.frames & {"w", *_QUOTING})
    if not verb.frames & _CLAUSAL:
        return False
    if not alone or not _sets_scene(unit, before[0]):
        return True
    comma = unit.codes.find(",", before[0], before[1])
    return comma > 0 and any(code in "xmvf" for code in unit.codes[comma : before[1] + 1])


def _sets_scene(unit: Unit, at: int) -> bool:
    """Whether an adverbial clause or phrase begins here."""
    opening = unit.codes[at]
    adverb = opening == "r" and unit.code(at + 1) == ","
    return opening in "iKaWe" or adverb or time_end(unit, at) > at


def _only_sets_the_scene(unit: Unit, before: Phrase, reported: int) -> bool:
    """“After the vote, she said, “…””: an adverbial before the cue of a quotation is the narrator's."""
    if unit.codes[reported] != "Q" or "Q" in unit.codes[before[0] : before[1] + 1]:
        return False
    return unit.codes[before[0]] in "iKaWreT" or time_end(unit, before[0]) > before[0]


def _stands_apart(unit: Unit, source: Phrase) -> bool:
    """Whether “she said” comes after what she said: after a comma, dash or quotation."""
    if unit.codes[source[1]] == "w":
        return False
    before = source[0] - 1
    while unit.code(before) == "r":
        before -= 1
    return unit.code(before) in (",", "-", "Q")


def _follows_utterance(unit: Unit, at: int) -> bool:
    return unit.code(at - 1) == "Q" and not unit.names(at - 1)


def _inverted_subject(verb: Occurrence) -> Phrase | None:
    """The subject behind its verb: only after a quotation or a comma, and only for verbs that may quote."""
    if not verb.frames & _QUOTING or verb.before not in ("Q", ","):
        return None
    if verb.unit.code(verb.after) not in tuple("Ndnps"):
        return None
    found = subject_after(verb.unit, verb.after)
    if found is None or verb.before == "Q":
        return found
    if "o" in verb.frames:
        return None
    alone = not verb.frames & {"n", "f"} and subject_before(verb.unit, verb.left - 1) is None
    return found if alone or _closes(verb, found[1] + 1) else None


def _closes(verb: Occurrence, rest: int) -> bool:
    """“The plan has failed, says Lee.”: a main clause before the comma, and nothing but place or time behind."""
    unit = verb.unit
    before, behind = _WITHOUT_RELATIVES.sub("", unit.codes[: verb.left - 1]), unit.codes[rest:]
    closes = unit.code(rest) in ("", ".", ",", "i") and not any(code in "xmvftT" for code in behind)
    return closes and before[:1] not in ("i", "K", "W", "a") and any(code in "xmvfQ" for code in before)


def _follows_as(verb: Occurrence, source: Phrase) -> bool:
    follows = verb.unit.code(source[0] - 1) == "a" and verb.unit.code(verb.after) not in tuple("tWTQ:")
    return follows and bool(verb.frames & _CLAUSAL)


def _as_reported(verb: Occurrence, source: Phrase) -> Draft | None:
    """“As Lee noted, …” and “…, as Lee noted”."""
    unit, end = verb.unit, verb.after
    while end < len(unit) and unit.codes[end] not in ",.;:-":
        end += 1
    content: Phrase | None = None
    if source[0] == 1 and unit.code(end) == "," and end + 1 < len(unit):
        content = (end + 1, report_end(unit, end + 1, clause=True))
    elif unit.code(source[0] - 2) == "," and end - verb.after < _LONGEST_AS_CLAUSE:
        content = content_before(unit, source[0] - 1)
    if content is None:
        return None
    return Draft(verb.verb.kind, verb.cue, verb.at, source, (content,), clausal=True)


def _embedded(verb: Occurrence, source: Phrase) -> Draft | None:
    """“a plan which Lee said was late”: the relative pronoun is the subject of what is reported."""
    unit, relative = verb.unit, source[0] - 1
    if unit.code(relative) != "w" or "s" not in verb.frames or unit.code(verb.after) not in ("x", "m"):
        return None
    end = verb.after
    while end + 1 < len(unit) and unit.codes[end + 1] not in ",;:.-":
        end += 1
    content = ((relative, relative), (verb.after, end))
    return Draft(verb.verb.kind, verb.cue, verb.at, source, content, clausal=True)


# --- Whose verb it is ---------------------------------------------------------------------------------


def _subject(unit: Unit, before: int, earlier: Sequence[Draft]) -> Phrase | None:
    """The subject of a finite verb whose group follows token `before`."""
    code = unit.code(before)
    if not code:
        return None
    if code in "kK":
        shares = code == "k" or bool(earlier) or unit.code(before - 1) == ","
        return _shared(unit, before, earlier) if shares else None
    found = subject_before(unit, before)
    return _shared(unit, before, earlier) if found is None and code in ",Q-B" else found


def _gerund_source(unit: Unit, left: int, earlier: Sequence[Draft]) -> Phrase | None:
    """The noun right before (“ledgers showing …”), else the subject of the verb before or of the sentence."""
    if left == 0:
        comma = unit.codes.find(",")
        return subject_after(unit, comma + 1) if comma > 0 else None
    # “quoted an officer as saying …”: the noun before *as* says it.
    last = left - 1 - (unit.word(left - 1) == "as")
    noun = owner_before(unit, last) if unit.code(last) in tuple("nNoB") else None
    if noun and time_end(unit, noun[0]) <= noun[0]:
        return noun
    return _shared(unit, left, earlier)


def _shared(unit: Unit, before: int, earlier: Sequence[Draft]) -> Phrase | None:
    """The subject of the verb before, which this one shares; else that of the sentence."""
    start = clause_start(unit, before)
    for draft in reversed(earlier):
        if draft.source and draft.verbal and start <= draft.at < before:
            return draft.source
    return main_subject(unit, before, start=start)
