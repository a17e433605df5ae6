"""Where what is reported begins and ends within its sentence."""

from __future__ import annotations

from framing.backends.rules.lexicon import BE, VERBS, words
from framing.backends.rules.phrases import DAYS, Phrase
from framing.backends.rules.sentences import Unit

__all__ = ["content_before", "ends_with_stop", "report_end"]

_CONTRASTS = words("but though although while whereas")
_SUBJECT_REACH = 8
_LEAST_CLAUSE = 5
_IN_NOUN_PHRASE = tuple("dNnshBefgQ")


def ends_with_stop(unit: Unit, at: int) -> bool:
    """Whether the quotation at token `at` ends in a stop or comma, as at the end of a clause."""
    return unit.last_quoted(at) in ".!?,"


def report_end(unit: Unit, first: int, *, clause: bool, long: bool = False) -> int:
    """The last token of what is reported and begins at `first`.

    A reported clause runs to the end of its sentence, unless another report or a contrast begins; a noun
    phrase ends at the first comma, at a time or circumstance, or at a verb that has the same subject. A `long`
    phrase (an infinitive, or a person with what is said of him) keeps its own circumstances.
    """
    ends = _clause_ends if clause else _long_phrase_ends if long else _phrase_ends
    for at in range(first, len(unit) - 1):
        following = at + 1
        code = unit.codes[following]
        if code == ";" or (code == "." and following + 1 == len(unit)) or ends(unit, first, following):
            return at
        if unit.codes[at] == "Q" and unit.last_quoted(at) == "," and (not clause or _comma_ends(unit, following)):
            return at
    return max(first, len(unit) - 1)


# --- Clauses ------------------------------------------------------------------------------------------


def _clause_ends(unit: Unit, first: int, at: int) -> bool:
    """Whether a reported clause that began at `first` ends before token `at`."""
    code = unit.codes[at]
    if code == ",":
        return _comma_ends(unit, at + 1)
    if code in "kKwg" and unit.codes[at - 1] == "Q" and ends_with_stop(unit, at - 1):
        return True
    if code == "K" and unit.code(at + 1) == "g":
        return True
    if code == "-" and unit.code(at + 1) == "a" and unit.word(at + 2) in ("though", "if"):
        return True
    if code == "k":
        return _conjunction_ends(unit, first, at)
    if code == "K" and unit.low[at] == "but":
        return _report_follows(unit, at + 1) or _is_finite_speech(unit, at + 1)
    return False


def _conjunction_ends(unit: Unit, first: int, at: int) -> bool:
    """“said it was late | and added …”, “said it was late | and others said …”."""
    if _report_follows(unit, at + 1):
        return at - first >= _LEAST_CLAUSE or any(code in "xmvf" for code in unit.codes[first:at])
    speaks = _is_finite_report(unit, at + 1) and unit.code(at + 1) == "v" and _is_speech(unit, at + 1)
    return speaks and unit.codes[at - 1] != ","


def _comma_ends(unit: Unit, at: int) -> bool:
    """Whether what begins at `at`, after a comma, is no longer part of the reported clause."""
    code = unit.code(at)
    if unit.word(at) == "but" and unit.code(at + 1) in ("Q", "t"):
        return False
    if code == "g" or unit.word(at) in _CONTRASTS or unit.word(at) == "according":
        return True
    if code == "k":
        return _is_finite_report(unit, at + 1) or _report_follows(unit, at + 1)
    return _report_follows(unit, at)


def _is_finite_report(unit: Unit, at: int) -> bool:
    """Whether a reporting verb in the past or third person stands at `at`, adverbs before it allowed."""
    while unit.code(at) == "r":
        at += 1
    return unit.code(at) == "v" and bool({"past", "third"} & set(VERBS[unit.low[at]][0]))


def _is_finite_speech(unit: Unit, at: int) -> bool:
    """“said … | but (in a later interview) said …”."""
    if unit.code(at) == "i":
        at += 1
        while unit.code(at) in tuple("dnNs"):
            at += 1
    while unit.code(at) == "r":
        at += 1
    return _is_finite_report(unit, at) and _is_speech(unit, at)


def _report_follows(unit: Unit, at: int) -> bool:
    """Whether a new clause with its own reporting verb begins here: “…, and officials said …”."""
    end = at
    while end < len(unit) and end - at < _SUBJECT_REACH and unit.codes[end] in "pdNnsrhBxiw":
        end += 1
    passive = unit.word(end - 1) in BE
    return unit.code(end) == "v" and end > at and not passive and _is_speech(unit, end)


def _is_speech(unit: Unit, at: int) -> bool:
    return any(verb.kind == "speech" for verb in VERBS[unit.low[at]][1])


# --- Phrases ------------------------------------------------------------------------------------------


def _phrase_ends(unit: Unit, _: int, at: int) -> bool:
    code = unit.codes[at]
    if code == ",":
        return not _is_series(unit, at)
    if code in ";:-K" or unit.low[at] == "when":
        return True
    if code == "k":
        shares = unit.code(at + 1) == "x" or _is_finite_report(unit, at + 1)
        return shares or _is_past_with_object(unit, at + 1)
    if unit.low[at] == "on" and unit.word(at + 1) in DAYS:
        return True
    return unit.low[at] in DAYS and unit.codes[at - 1] != "i"


def _is_past_with_object(unit: Unit, at: int) -> bool:
    return unit.code(at) == "f" and (unit.code(at + 1) in tuple("dpoh") or not unit.low[at].endswith("ed"))


def _long_phrase_ends(unit: Unit, first: int, at: int) -> bool:
    if unit.codes[at] == "," and _is_apposition(unit, at):
        return False
    if unit.codes[at] == "K" and unit.low[at] in ("before", "after", "until", "since", "once"):
        return False
    return _phrase_ends(unit, first, at)


def _is_apposition(unit: Unit, at: int) -> bool:
    """The commas around the name in “called a judge, Ann Tull, a liar”, “blamed a judge, Ann Tull, for it”."""
    end = at + 1
    while unit.code(end) == "N":
        end += 1
    closes = unit.code(at - 1) == "N" and unit.code(at + 1) in ("i", "a", "d")
    return (end > at + 1 and unit.code(end) == ",") or (closes and "," in unit.codes[max(0, at - 6) : at])


def _is_series(unit: Unit, at: int) -> bool:
    """Whether the comma at `at` separates members of a list, which an *and* or *or* ends."""
    if unit.code(at + 1) == "g":
        return False
    end = at + 1
    while unit.code(end) in (*_IN_NOUN_PHRASE, *"roi,"):
        end += 1
    return unit.code(end) == "k" and unit.code(end + 1) in (*_IN_NOUN_PHRASE, "i")


# --- Before the cue -----------------------------------------------------------------------------------


def content_before(unit: Unit, at: int) -> Phrase | None:
    """The reported words before a cue or its subject that begins at token `at`."""
    codes = unit.codes
    last = at - 1
    while last >= 0 and (codes[last] in ",-" or (codes[last] == "r" and unit.code(last - 1) == ",")):
        last -= 1
    first = codes.rfind(";", 0, max(last, 0)) + 1
    dash = codes.rfind("-", first, max(last, 0))
    if dash > first and codes.count("-", first, last) == 1 and _is_clause(unit, first, dash):
        first = dash + 1 if _is_clause(unit, dash + 1, last) else first
    while first <= last and (codes[first] in "k.,-" or unit.low[first] in ("but", "yet")):
        first += 1
    return (first, last) if first <= last else None


def _is_clause(unit: Unit, first: int, last: int) -> bool:
    return any(code in "xmvf" for code in unit.codes[first:last])
