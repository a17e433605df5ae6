"""Reports within a sentence: who, by which word, and which words of the sentence are the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from framing.backends.rules.clauses import content_before, report_end
from framing.backends.rules.complements import Complement, complement_after
from framing.backends.rules.lexicon import NOUNS, VERBS, CueClass, Verb
from framing.backends.rules.sentences import Unit
from framing.backends.rules.phrases import main_subject, owner_before, subject_after, subject_before, time_end
from framing.text import Span

__all__ = ["Draft", "read_reports"]


@dataclass(slots=True)
class Draft:
    """A report of one sentence. Token indices; `content` is a list of first and last tokens.

    `opens` says that the report goes on after the sentence: its cue ends in a colon with nothing behind it.
    """

    kind: CueClass
    cue: Span
    at: int
    source: tuple[int, int] | None
    content: list[tuple[int, int]]
    opens: bool = False
    inferred: bool = False
    verbal: bool = True
    clausal: bool = False


_BE = frozenset("is was are were be been being am 's 're isn't wasn't aren't weren't get gets got".split())
_RAISING = frozenset(
    "expect believe say think know report allege consider see suppose understand estimate presume project rumor".split()
)


def read_reports(unit: Unit) -> list[Draft]:
    """All reports of `unit`, in the order of their cues."""
    drafts: list[Draft] = []
    at = 0
    while at < len(unit):
        found = _report_at(unit, at, drafts)
        if found:
            drafts.append(found)
        at += 1
    return [draft for draft in drafts if _stands(unit, draft, drafts)]


def _stands(unit: Unit, draft: Draft, drafts: list[Draft]) -> bool:
    """Of what is reported within a report, only speech with a source of its own is a report again.

    What Lee said that Kim believes is part of what Lee said.
    """
    outer = [o for o in drafts if o is not draft and any(a <= draft.at <= b for a, b in o.content)]
    if not outer:
        return True
    named = draft.source is not None and unit.codes[draft.source[0]] in "Ndn" and unit.codes[draft.source[1]] != "w"
    return named and draft.clausal and draft.kind == "speech"


def _report_at(unit: Unit, at: int, earlier: list[Draft]) -> Draft | None:
    code = unit.codes[at]
    if code in "vg":
        return _verb_report(unit, at, earlier)
    if code in "ni" or unit.low[at] in ("according", "as"):
        if unit.low[at] == "according" and unit.word(at + 1) == "to":
            return _according_to(unit, at, 2)
        if code == "n" and unit.low[at] in NOUNS:
            return _noun_report(unit, at)
    return None


# --- Verbs -------------------------------------------------------------------------------------------


def _verb_report(unit: Unit, at: int, earlier: list[Draft]) -> Draft | None:
    tags = VERBS[unit.low[at]][0] if unit.low[at] in VERBS else ()
    left = _group_start(unit, at)
    if unit.code(left - 1) == "T" and "base" in tags:
        return _infinitive(unit, at, left)
    for verb in VERBS[unit.low[at]][1]:
        after = _after_particle(unit, at, verb)
        if after is None:
            continue
        if _is_passive(unit, at, left, tags):
            found = _passive(unit, at, left, after, verb)
        else:
            found = _active(unit, at, left, after, verb, earlier)
        if found:
            return found
    return None


def _group_start(unit: Unit, at: int) -> int:
    """The first token of the verb group: auxiliaries, modals and adverbs before the verb."""
    first = at
    while first > 0 and unit.codes[first - 1] in "rxm":
        first -= 1
    while first < at and unit.codes[first] == "r" and unit.code(first - 1) in ("", ",", "Q"):
        first += 1
    return first


def _after_particle(unit: Unit, at: int, verb: Verb) -> int | None:
    """The token after `verb` and its particle; None when the particle is not there."""
    if not verb.particle:
        return at + 1
    words = verb.particle.split()
    next_at = at + 1
    for word in words:
        if unit.code(next_at) == "r" and unit.word(next_at) != word:
            next_at += 1
        if unit.word(next_at) != word:
            return None
        next_at += 1
    return next_at


def _is_passive(unit: Unit, at: int, left: int, tags: tuple[str, ...]) -> bool:
    return "participle" in tags and any(unit.low[i] in _BE for i in range(left, at))


def _active(unit: Unit, at: int, left: int, after: int, verb: Verb, earlier: list[Draft]) -> Draft | None:
    gerund = unit.codes[at] == "g" and left == at
    cue = unit.tokens(left, after - 1)
    inverted = None if gerund else _inverted_subject(unit, left, after, verb)
    if inverted:
        quoted = unit.code(left - 1) == "Q"
        complement = complement_after(unit, inverted[1] + 1, verb, closed=True, quoted_before=quoted)
        return _postposed(unit, verb, cue, at, inverted, left, complement)
    source = _gerund_source(unit, left, earlier) if gerund else _source(unit, left, earlier)
    if source and unit.code(source[0] - 1) == "a" and unit.code(after) not in tuple("tWTQ:") and verb.frames & {"s", "c"} and not gerund:
        return _as_reported(unit, after, verb, cue, at, source)
    parenthetical = not gerund and source is not None and _stands_apart(unit, source)
    quoted_before = parenthetical and source is not None and _follows_utterance(unit, source[0])
    complement = complement_after(unit, after, verb, closed=quoted_before, quoted_before=quoted_before)
    if parenthetical and source and (complement is None or complement.after_comma):
        found = _postposed(unit, verb, cue, at, source, source[0], complement)
        if found:
            return found
    if complement is None or (source is None and not gerund):
        return None
    if complement.opens:
        return Draft(verb.kind, cue, at, source, [], opens=True)
    if complement.first == after and not verb.frames & {"s", "c", "q", "w", "o", "t"}:
        if source and _names_no_speaker(unit, source):
            return None
    clausal = "n" not in verb.frames or unit.codes[complement.first] in "tWQ"
    return Draft(verb.kind, cue, at, source, [(complement.first, complement.last)], clausal=clausal)


def _names_no_speaker(unit: Unit, source: tuple[int, int]) -> bool:
    """For acts done by speaking (deny, ask for) the doer must be able to speak, and have done so once."""
    if unit.low[source[1]] in ("it", "this", "that", "which"):
        return True
    return unit.code(source[0] - 1) in ("K", "W") and unit.codes[source[1]] == "p"


def _inverted_subject(unit: Unit, left: int, after: int, verb: Verb) -> tuple[int, int] | None:
    """The subject behind its verb: only after a quotation or a comma, and only for verbs that may quote."""
    if not verb.frames & {"s", "c", "q"} or unit.code(left - 1) not in ("Q", ","):
        return None
    if unit.code(after) not in tuple("Ndnps"):
        return None
    found = subject_after(unit, after)
    if found and unit.code(left - 1) == "," and ("o" in verb.frames or not _ends_inverted(unit, left, found[1] + 1)):
        return None
    return found


def _ends_inverted(unit: Unit, left: int, rest: int) -> bool:
    """“The plan has failed, says Lee.”: a main clause before the comma, and nothing but place or time behind."""
    before, behind = unit.codes[: left - 1], unit.codes[rest:]
    closes = unit.code(rest) in ("", ".", ",", "i") and not any(code in "xmvftT" for code in behind)
    return closes and before[:1] not in ("i", "K", "W", "a") and any(code in "xmvf" for code in before)


def _stands_apart(unit: Unit, source: tuple[int, int]) -> bool:
    """Whether “she said” comes after what she said: after a comma, dash or quotation."""
    if unit.codes[source[1]] == "w":
        return False
    before = source[0] - 1
    while before >= 0 and unit.codes[before] in "r":
        before -= 1
    return before >= 0 and unit.codes[before] in ",-Q"


def _follows_utterance(unit: Unit, at: int) -> bool:
    before = unit.code(at - 1) == "Q" and at - 1
    return before is not False and not unit.names(before)


def _postposed(
    unit: Unit,
    verb: Verb,
    cue: Span,
    at: int,
    source: tuple[int, int],
    clause: int,
    complement: Complement | None,
) -> Draft | None:
    before = content_before(unit, clause)
    if before is None or not _can_be_reported(unit, before, verb, alone=complement is None):
        return None
    content = [before]
    if complement and not complement.opens and _only_sets_the_scene(unit, before, complement.first):
        content = []
    opens = False
    if complement and complement.opens:
        opens = True
    elif complement:
        content.append((complement.first, complement.last))
    return Draft(verb.kind, cue, at, source, content, opens=opens, clausal=True)


def _as_reported(
    unit: Unit, after: int, verb: Verb, cue: Span, at: int, source: tuple[int, int]
) -> Draft | None:
    """“As Lee noted, …” and “…, as Lee noted”."""
    end = after
    while end < len(unit) and unit.codes[end] not in ",.;:-":
        end += 1
    if source[0] == 1:
        if unit.code(end) != "," or end + 1 >= len(unit):
            return None
        content = (end + 1, report_end(unit, end + 1, clause=True))
    elif unit.codes[source[0] - 2] == "," and end - after < 6:
        before = content_before(unit, source[0] - 1)
        if before is None:
            return None
        content = before
    else:
        return None
    return Draft(verb.kind, cue, at, source, [content], clausal=True)


def _can_be_reported(unit: Unit, before: tuple[int, int], verb: Verb, *, alone: bool) -> bool:
    """Whether the words before the cue can be what `verb` reports: a quotation, or a main clause."""
    if "Q" in unit.codes[before[0] : before[1] + 1]:
        return bool(verb.frames & {"s", "c", "q", "w"})
    if not verb.frames & {"s", "c"}:
        return False
    opening = unit.codes[before[0]]
    sets_scene = opening in "iKaWe" or (opening == "r" and unit.code(before[0] + 1) == ",")
    sets_scene = sets_scene or time_end(unit, before[0]) > before[0]
    comma = unit.codes.find(",", before[0], before[1])
    return not (alone and sets_scene) or (comma > 0 and any(c in "xmvf" for c in unit.codes[comma : before[1] + 1]))


def _only_sets_the_scene(unit: Unit, before: tuple[int, int], quoted: int) -> bool:
    """“After the vote, she said, “…””: an adverbial before the cue of a quotation is the narrator's."""
    if unit.codes[quoted] != "Q" or "Q" in unit.codes[before[0] : before[1] + 1]:
        return False
    return unit.codes[before[0]] in "iKaWreT" or time_end(unit, before[0]) > before[0]


def _source(unit: Unit, left: int, earlier: list[Draft]) -> tuple[int, int] | None:
    before = left - 1
    if before < 0:
        return None
    code = unit.codes[before]
    if code in "kK":
        if unit.code(before - 1) == "," or earlier or code == "k":
            return _shared(unit, before, earlier)
        return None
    found = subject_before(unit, before)
    if found is None and code in ",Q-B":
        return _shared(unit, before, earlier)
    return found


def _gerund_source(unit: Unit, left: int, earlier: list[Draft]) -> tuple[int, int] | None:
    if left == 0:
        comma = unit.codes.find(",")
        return subject_after(unit, comma + 1) if comma > 0 else None
    if unit.code(left - 1) in ("n", "N", "o", "B"):
        return owner_before(unit, left - 1)
    return _shared(unit, left, earlier)


def _shared(unit: Unit, before: int, earlier: list[Draft]) -> tuple[int, int] | None:
    """The subject of the verb before, which this one shares; else that of the sentence."""
    for draft in reversed(earlier):
        if draft.source and draft.verbal and not draft.inferred and draft.at < before:
            return draft.source
    return main_subject(unit, before)


def _infinitive(unit: Unit, at: int, left: int) -> Draft | None:
    """“went on to say”, “declined to say”: only where the verb before makes the speaker plain."""
    return None


def _passive(unit: Unit, at: int, left: int, after: int, verb: Verb) -> Draft | None:
    """“was accused by Lee of lying”, “is expected to resign”: the subject is part of what is reported."""
    subject = subject_before(unit, left - 1) if left else None
    by = None
    start = after
    if unit.word(after) == "by":
        by = subject_after(unit, after + 1)
        start = by[1] + 1 if by else after
        start += unit.code(start) == ","
    if subject is None:
        return None
    cue = unit.tokens(left, after - 1)
    code = unit.code(start)
    takes_infinitive = code == "T" and (verb.lemma in _RAISING or verb.frames & {"o"})
    takes_clause = code == "t" and verb.frames & {"o", "s", "c"}
    takes_name = verb.frames & {"f"} and (code in tuple("iadNn") or by)
    if not (takes_infinitive or takes_clause or takes_name):
        return None
    content = [subject]
    end = report_end(unit, start, clause=bool(takes_clause)) if start < len(unit) else start
    if by is None and (agent := _agent(unit, start, end)):
        by, end = agent, agent[0] - 2
    if start < len(unit) and unit.code(start) not in ("", ".", ","):
        content.append((start, end))
    return Draft(verb.kind, cue, at, by, content)


def _agent(unit: Unit, first: int, last: int) -> tuple[int, int] | None:
    """“was declared the winner by the networks”: who did so, where that ends the sentence."""
    for at in range(last - 1, first, -1):
        if unit.low[at] == "by":
            found = subject_after(unit, at + 1)
            return found if found and found[1] >= last else None
    return None


# --- Phrases and nouns -------------------------------------------------------------------------------


def _according_to(unit: Unit, at: int, length: int) -> Draft | None:
    first = at + length
    source = _prepositional_source(unit, first)
    if source is None:
        return None
    cue = unit.tokens(at, first - 1)
    rest = source[1] + 1
    content: list[tuple[int, int]] = []
    before = content_before(unit, at)
    if before:
        content.append(before)
    if unit.code(rest) == "," and unit.code(rest + 1) not in ("", "."):
        goes_on = before is None or unit.code(at - 1) == ","
        if goes_on and not (before and unit.code(rest + 1) in "wkKg"):
            content.append((rest + 1, report_end(unit, rest + 1, clause=True)))
    return Draft("evidence", cue, at, source, content) if content else None


def _prepositional_source(unit: Unit, first: int) -> tuple[int, int] | None:
    """The noun phrase after “according to”: everything to the comma or stop, appositions included."""
    found = subject_after(unit, first, appositions="wd")
    if found is None:
        return None
    end = found[1] + 1
    while end < len(unit) and unit.codes[end] not in ",;:.-QtK":
        end += 1
    return (first, end - 1)


def _subject_of_noun(unit: Unit, start: int, code: str) -> tuple[int, int] | None:
    """“Lee opened with the claim that …”: with nobody nearer, the subject of the sentence makes the claim."""
    found = main_subject(unit, start) if code == "t" else None
    return found if found and unit.codes[found[0]] in "Np" else None


_LIGHT = frozenset(
    """make makes made making issue issues issued issuing give gives gave giving offer offers offered release releases
    released express expresses expressed expressing voice voices voiced voicing repeat repeats repeated deny denies
    denied reject rejects rejected rejecting dismiss dismisses dismissed raise raises raised reiterate reiterated has
    have had took take signal signaled state stated send sent""".split()
)


def _noun_report(unit: Unit, at: int) -> Draft | None:
    for noun in NOUNS[unit.low[at]]:
        by = subject_after(unit, at + 2) if unit.word(at + 1) in ("by", "from") else None
        behind = by[1] if by and unit.code(by[1] + 1) in ("t", "T") else at
        code = unit.code(behind + 1)
        if code == "t" and "s" in noun.frames and unit.code(behind + 2) not in ("v", "x", "m", "f"):
            first = behind + 1
        elif code == "T" and "t" in noun.frames and unit.code(behind + 2) in ("n", "v", "x"):
            first = behind + 1
        elif code == "i" and unit.code(at + 2) and (
            unit.low[at + 1] in noun.prepositions or (unit.low[at + 1] == "of" and unit.codes[at + 2] == "Q")
        ):
            first = at + 2
        else:
            continue
        source, start = _holder(unit, at)
        source = by if behind > at else source or _subject_of_noun(unit, start, code)
        if source is None and code != "t":
            continue
        quoted = unit.codes[first] == "Q"
        end = first if quoted else report_end(unit, first, clause=code == "t")
        return Draft(noun.kind, unit.tokens(start, at), at, source, [(first, end)], verbal=False, clausal=code != "i" or quoted)
    return None


def _holder(unit: Unit, at: int) -> tuple[tuple[int, int] | None, int]:
    """Whose claim it is: “Lee's claim”, “his claim”, “Lee made the claim”; and where the cue begins."""
    first = at
    while first > 0 and unit.codes[first - 1] in "nefrv" and unit.low[first - 1] not in _LIGHT:
        first -= 1
    before = unit.code(first - 1)
    if before == "s":
        owner = owner_before(unit, first - 2)
        return ((owner[0], first - 1) if owner else None), at
    if before in ("d", "h") and unit.low[first - 1] in ("his", "her", "their", "its", "my", "our", "your"):
        return (first - 1, first - 1), at
    if before == "d":
        first -= 1
    if unit.word(first - 1) in _LIGHT:
        left = _group_start(unit, first - 1)
        return (subject_before(unit, left - 1) if left else None), left
    return None, at
