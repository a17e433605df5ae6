"""Noun phrases and expressions of time, found by the classes of their words (see `classes`).

There is no parser: a noun phrase is what can stand between two places that cannot belong to it. A phrase is
given as its first and last token.
"""

from __future__ import annotations

import re

from framing.backends.rules.lexicon import VERBS, words
from framing.backends.rules.sentences import Unit

__all__ = [
    "DAYS",
    "Phrase",
    "clause_start",
    "main_subject",
    "owner_before",
    "subject_after",
    "subject_before",
    "time_end",
]

Phrase = tuple[int, int]

# --- Expressions of time ------------------------------------------------------------------------------

DAYS = words("monday tuesday wednesday thursday friday saturday sunday")
_UNITS = "year month week day hour minute moment night morning afternoon evening weekend time"
_TIMES = frozenset(word + ending for word in _UNITS.split() for ending in ("", "s"))
_MONTHS = words("""
    january february march april may june july august september october november december jan. feb. aug. sept. oct.
    nov. dec.""")
_POINTERS = words("last this earlier later next that the")
_RELATIVE_TO = words("ago earlier later before after")


def time_end(unit: Unit, at: int) -> int:
    """The token after an expression of time that begins at `at` (“Tuesday night”, “last week”); else `at`."""
    word = unit.word(at)
    if word in DAYS:
        return at + 2 if unit.word(at + 1) in _TIMES else at + 1
    if word in _MONTHS and unit.word(at + 1)[:1].isdigit():
        return at + 2
    if word in _POINTERS:
        return _end_of_pointed(unit, at)
    end = at
    while unit.code(end) == "d" or unit.word(end) in ("few", "couple"):
        end += 1
    counted = end > at and unit.word(end) in _TIMES and unit.word(end + 1) in _RELATIVE_TO
    return end + 2 if counted else at


def _end_of_pointed(unit: Unit, at: int) -> int:
    """“last week”, “the same day”, “the following year”."""
    end = at + 1
    if unit.low[at] == "the" and unit.word(end) == "time":
        return at
    while unit.word(end) in ("same", "past", "next", "previous", "following", "this", "last"):
        end += 1
    if unit.word(end) not in _TIMES and unit.word(end) not in DAYS:
        return at
    return end + 2 if unit.word(end + 1) in _RELATIVE_TO - {"after"} else end + 1


# --- The subject before a verb ------------------------------------------------------------------------

_MOST_INSERTIONS = 5
_RELATIVE_REACH = 8
_POSSESSIVES = words("his her its their our my")
_PARTY = re.compile(r"[rdi]-[a-z]")
"""“R-Ohio”: party and state of an American politician, said after the name."""


def subject_before(unit: Unit, last: int) -> Phrase | None:
    """The subject that ends at token `last`, its appositions and relative clauses included."""
    while last >= 0 and unit.codes[last] == "r":
        last -= 1
    if last < 0:
        return None
    code = unit.codes[last]
    if last >= 2 and (code in ",-" or (code == "Q" and unit.titled(last))):
        return _subject_with_insertion(unit, last)
    if code == "p":
        return (last, last)
    return _antecedent(unit, last) if code == "w" else _plain_subject(unit, last)


def _antecedent(unit: Unit, relative: int) -> Phrase | None:
    """What “who” or “which” stands for, with the pronoun: “Lee, who”."""
    if unit.low[relative] not in ("who", "which"):
        return None
    before = relative - 1
    while before >= 0 and unit.codes[before] in ",-":
        before -= 1
    noun = _plain_subject(unit, before) if unit.code(before) in tuple("NndsBo") else None
    if noun is None:
        return (relative, relative)
    verbs = [at for at in range(*noun) if unit.codes[at] in "fvgx"]
    first = _without_lead(unit, verbs[-1] + 1, before) if verbs else noun[0]
    return (min(first, before), relative)


def _subject_with_insertion(unit: Unit, mark: int) -> Phrase | None:
    """The subject before “, … ,” or “- … -”: names with appositions, ages, party labels and relatives."""
    kind = unit.codes[mark] if unit.codes[mark] != "Q" else ","
    low = mark
    candidate: Phrase | None = None
    for _ in range(_MOST_INSERTIONS):
        opening = _previous(unit, low, kind)
        if opening < 0 or (candidate and _clause_between(unit, opening + 1, candidate[0])):
            break
        head = _plain_subject(unit, opening - 1) if opening else None
        if head and _may_head(unit, head):
            candidate = head
            if _is_complete(unit, head, inside=opening + 1):
                break
        low = opening
    return (candidate[0], mark) if candidate else None


def _clause_between(unit: Unit, first: int, end: int) -> bool:
    """Whether a verb stands between two tokens, in no relative clause: what is further left is another clause."""
    codes = unit.codes[first:end]
    return any(code in codes for code in "xmv") and "w" not in codes


def _previous(unit: Unit, before: int, kind: str) -> int:
    """The last mark of a kind before a token, in the same clause; -1 where there is none."""
    for at in range(before - 1, -1, -1):
        code = unit.codes[at]
        if code == kind:
            return at
        if code in ";:." or (code == "Q" and kind == "-"):
            return -1
    return -1


def _may_head(unit: Unit, noun: Phrase) -> bool:
    word, codes = unit.low[noun[0]], unit.codes[noun[0] : noun[1] + 1]
    if _PARTY.match(word) or (word[:1].isdigit() and noun[0] == noun[1]):
        return False
    return codes[0] in "Ndhpnf" and any(c in "Nnpd" for c in codes)


def _is_complete(unit: Unit, head: Phrase, *, inside: int) -> bool:
    """Whether nothing further left can be the head: a name, a pronoun, or the beginning of a clause."""
    named = unit.codes[head[1]] in "NBp" or unit.codes[head[0]] == "N"
    if unit.low[head[0]] in _POSSESSIVES and unit.code(inside) == "N":
        # “…, its chair, Ann Tull, said”: an office with its holder.
        return True
    return named or unit.code(inside) in ("w", "i") or unit.code(head[0] - 1) in ("k", "K", "W")


def _plain_subject(unit: Unit, last: int) -> Phrase | None:
    """The noun phrase that ends at `last` and has no insertion, with its “of …”, “for …” and the like."""
    first = last
    while first >= 0:
        if unit.codes[first] == "p":
            return (first, last) if first == last else (first + 1, last)
        if first < last and unit.codes[first] in "xvmf" and (noun := _relative_before(unit, first)) is not None:
            first = noun
        elif _belongs(unit, first, last):
            first -= 1
        else:
            break
    first = _without_contact_clause(unit, _without_lead(unit, first + 1, last), last)
    return (first, last) if first <= last and _has_head(unit, first, last) else None


def _belongs(unit: Unit, at: int, last: int) -> bool:
    """Whether the token at `at` can belong to a noun phrase that ends at `last`."""
    code = unit.codes[at]
    if at == last:
        return code in "dNnshBoefT" or (code == "Q" and unit.names(at) and unit.code(at - 1) in tuple("dNn"))
    match code:
        case "Q":
            return unit.names(at)
        case "k":
            return _joins_nouns(unit, at)
        case "v" | "g":
            return unit.code(at - 1) in tuple("nNsd") and _is_reduced(unit, at)
        case "f":
            # The verb of the clause is still to come, so that one without an object is a participle.
            return not (_is_finite(unit, at) and unit.code(at + 1) in tuple("dphoe"))
    return code in "dNnshBoeTir"


def _joins_nouns(unit: Unit, at: int) -> bool:
    left, right = unit.code(at - 1), unit.code(at + 1)
    return left in tuple("NnBs") and right in tuple("NndshB") and not (left == "n" and right == "N")


def _is_finite(unit: Unit, at: int) -> bool:
    """Whether a word in -ed (or an irregular past) stands between a subject and its object or adverbial."""
    between = unit.code(at - 1) in tuple("nNpr") and unit.code(at + 1) in tuple("dphoTie")
    return unit.codes[at] == "f" and between


def _is_reduced(unit: Unit, at: int) -> bool:
    """A participle after its noun: “officials briefed on the matter”, “the people told to leave”."""
    word = unit.low[at]
    return unit.code(at + 1) in tuple("iTag") and word in VERBS and "past" in VERBS[word][0]


def _relative_before(unit: Unit, verb: int) -> int | None:
    """The noun before “who/that/which … verb”, when the verb stands in a relative clause without commas."""
    for at in range(verb - 1, max(verb - _RELATIVE_REACH, 0), -1):
        code = unit.codes[at]
        if code in "wt":
            return at - 1 if unit.codes[at - 1] in "NndB" else None
        if code in ",;:-.Qk":
            return None
    return None


def _without_lead(unit: Unit, first: int, last: int) -> int:
    """The first token of the noun phrase proper: not the prepositional phrase, adverb or conjunction before."""
    while first < last and unit.codes[first] in "rkBsTao.eg":
        first += 1
    if first > last or unit.codes[first] != "i":
        return first
    best = last + 1
    for at in range(first + 1, last + 1):
        # “In a statement Lee”, “In May the firm”: the last name or determiner that begins a phrase.
        code, before = unit.codes[at], unit.codes[at - 1]
        if (code == "N" and before in "nde") or (code == "d" and before in "nN"):
            best = at
    return best


def _without_contact_clause(unit: Unit, first: int, last: int) -> int:
    """“a word Lee (then repeated)”: a name after a noun that is no title begins a clause of its own."""
    at = last
    while at > first and unit.codes[at] == "N":
        at -= 1
    bare = at < last and unit.codes[at] == "n" and unit.codes[first] == "d"
    return at + 1 if bare and not _is_role(unit.low[at]) else first


_ROLES = words("""
    chief head aide ally rival boss host mogul star whip czar guru pastor coach critic judge justice attorney
    surrogate delegate candidate nominee spokesperson chairperson chair co-chair general secretary vice deputy pal
    friend wife husband son daughter brother sister mother father uncle aunt cousin king queen prince princess pope
    pundit ex expert staff analyst pollster economist president leader lawyer professor member colleague hopeful
    heavyweight veteran legend giant site newspaper magazine outlet website network channel firm company
    group""")
_ROLE_ENDINGS = ("er", "or", "ist", "man", "woman", "men", "women", "ian", "ent", "ant", "ive", "ary", "ess")


def _is_role(word: str) -> bool:
    """Whether a noun can stand before a name as a title (“the former minister Lee”)."""
    return word in _ROLES or word.endswith(_ROLE_ENDINGS) or (word.endswith("s") and _is_role(word[:-1]))


def _has_head(unit: Unit, first: int, last: int) -> bool:
    return any(code in "NndoBhQ" for code in unit.codes[first : last + 1])


# --- Subjects elsewhere -------------------------------------------------------------------------------

_AFTER_NOUN = words("of for at with from in on to by about")


def subject_after(unit: Unit, first: int, *, appositions: str = "wdNnhs") -> Phrase | None:
    """The subject that begins at token `first`, as after its verb: “…,” said Ken Lee, who once ran the office.

    `appositions` are the classes with which what follows a comma may still belong to it.
    """
    codes = unit.codes
    if unit.code(first) in ("p", "w"):
        return (first, first)
    at = first
    while at < len(codes) and codes[at] in "dNnshfB" and not _is_finite(unit, at):
        at += 1
    if at == first or not _has_head(unit, first, at - 1):
        return None
    at = _with_prepositions(unit, first, at)
    at = _with_apposition(unit, at, appositions)
    return (first, at - 1)


def _with_prepositions(unit: Unit, first: int, at: int) -> int:
    codes = unit.codes
    bare_name = all(c in "NsB" for c in codes[first:at])
    while at < len(codes):
        follows = codes[at] in "iT" and (unit.low[at] == "of" or (not bare_name and unit.low[at] in _AFTER_NOUN))
        joins = codes[at] == "k" and codes[at - 1] in "NnB" and unit.code(at + 1) in tuple("NndhB")
        if not (follows or joins):
            return at
        end = at + 1
        while end < len(codes) and codes[end] in "dNnshBQe":
            end += 1
        if end == at + 1:
            return at
        at = end
    return at


def _with_apposition(unit: Unit, at: int, beginnings: str) -> int:
    """Extend over “, who …”, “, a professor at …” as far as the comma, stop or quotation that ends it."""
    codes = unit.codes
    while at + 1 < len(codes) and codes[at] in ",-" and codes[at + 1] in beginnings:
        end = at + 1
        while end < len(codes) and codes[end] not in ",;:.-Q" and not _new_verb(unit, end, at + 1):
            end += 1
        if end < len(codes) and codes[end] in "vxm":
            return at
        if codes[at] == "-" and not (end < len(codes) and codes[end] == "-"):
            return at
        at = end
    return at


def _new_verb(unit: Unit, at: int, first: int) -> bool:
    """Whether a finite verb at `at` has no relative pronoun or *to* before it since `first`."""
    codes = unit.codes
    if codes[at] not in "vxm" or codes[at - 1] in "T":
        return False
    return "w" not in codes[first:at] and not (codes[at] == "v" and _is_reduced(unit, at))


def owner_before(unit: Unit, last: int) -> Phrase | None:
    """The noun phrase before 's, without what it may depend on: “(criticism of) Mr. Lee” 's."""
    first = last
    while first >= 0 and unit.codes[first] in "NnB":
        first -= 1
    if first < 0 or unit.codes[first] not in "dh":
        first += 1
    return (first, last) if first <= last else None


def clause_start(unit: Unit, before: int) -> int:
    """Where the clause up to token `before` begins: at its subject after “but”, “while” or “, and”; else 0."""
    for at in range(before - 2, 0, -1):
        code = unit.codes[at]
        if code in ";:":
            return at + 1
        begins = code == "K" or (code == "k" and unit.codes[at - 1] == ",")
        if begins and unit.codes[at + 1] in "Np":
            subject = subject_after(unit, at + 1)
            return at + 1 if subject and unit.code(subject[1] + 1) in tuple("xmvfr") else 0
    return 0


def main_subject(unit: Unit, before: int, *, start: int = 0) -> Phrase | None:
    """The subject of the clause that begins at `start`: its first noun phrase after what is set off there."""
    codes = unit.codes
    at = start
    while at < before and codes[at] in "kKr,-.B":
        at += 1
    if unit.code(at) == "i" and (timed := time_end(unit, at + 1)) > at + 1 and unit.code(timed) in tuple("Nndp"):
        at = timed
    elif at < before and codes[at] in "iaKWegfQT":
        comma = codes.find(",", at, before)
        at = comma + 1 if comma >= 0 else before
    while at < before and (codes[at] in "r," or time_end(unit, at) > at):
        at = max(at + 1, time_end(unit, at))
    found = subject_after(unit, at) if at < before else None
    return found if found and found[1] < before else None
