"""Where what is reported begins and ends within its sentence."""

from __future__ import annotations

from dataclasses import dataclass

from framing.backends.rules.lexicon import VERBS, Verb
from framing.backends.rules.phrases import DAYS as _DAYS
from framing.backends.rules.phrases import Unit, time_end

__all__ = ["Complement", "complement_after", "content_before", "report_end"]


@dataclass(frozen=True, slots=True)
class Complement:
    """Tokens `first` through `last` after the cue; `opens` when the cue ends in a colon with nothing behind it."""

    first: int
    last: int
    after_comma: bool = False
    opens: bool = False


_PLACES = frozenset("in on at during after before of about from with via through by for".split())
_HEARERS = frozenset(
    """reporters journalists supporters voters lawmakers fans viewers readers listeners police investigators
    prosecutors congress parliament newspapers""".split()
)


def complement_after(
    unit: Unit, at: int, verb: Verb, *, closed: bool = False, quoted_before: bool = False
) -> Complement | None:
    """What `verb` reports, from token `at` on.

    With `closed`, only what follows a comma or colon; with `quoted_before`, only a further quotation.
    """
    frames = verb.frames
    hearer_passed = False
    hearer = at
    comma = False
    while at < len(unit):
        code = unit.codes[at]
        if code == ":":
            return _rest(unit, at + 1, comma=True) if at + 1 < len(unit) else Complement(at, at, opens=True)
        if code == ",":
            if comma:
                return _after_comma(unit, at, frames, quoted_only=quoted_before)
            comma = True
            if not _adverbial_then(unit, at + 1):
                return _after_comma(unit, at + 1, frames, quoted_only=quoted_before)
            at += 1
            continue
        if code == "Q":
            return _quoted(unit, at, frames, comma=comma) if not comma or frames & {"s", "q", "w"} else None
        if code in "B":
            at += 1
            continue
        if code == "." or code == ";":
            return None
        if code == "t" and not closed and frames & {"s", "c"}:
            return Complement(at, report_end(unit, at, clause=True))
        if (later := time_end(unit, at)) > at:
            at = later
            continue
        if unit.low[at] == "not" and unit.code(at + 1) == "T" and frames & {"t"}:
            return Complement(at, report_end(unit, at, clause=False, infinitive=True))
        if code == "r":
            at += 1
            continue
        if code == "W" and not closed and frames & {"w", "s", "c"}:
            return Complement(at, report_end(unit, at, clause=True))
        if code == "T" and not closed:
            if _is_hearer(unit, at + 1, frames):
                at = _phrase_end(unit, at + 1)
                continue
            if frames & {"t"} and unit.code(at + 1) in tuple("nvxefr"):
                first = hearer if hearer_passed else at
                return Complement(first, report_end(unit, at, clause=False, infinitive=True))
            return None
        if code in "i" and (frames & {"s", "c", "q", "w", "t"} or closed) and unit.low[at] in _PLACES:
            at = _phrase_end(unit, at + 1)
            continue
        if closed:
            at += 1
            if code in "K":
                return None
            continue
        if code == "t" and frames & {"n", "f"} and unit.code(at + 1) in tuple("nN"):
            return Complement(at, report_end(unit, at, clause=False))
        if code in "pdNnhsofeagW" or unit.low[at] in ("having", "being"):
            if "o" in frames and not hearer_passed and not _is_subject(unit, at):
                hearer_passed, hearer = True, at
                at = _hearer_end(unit, at)
                frames = (frames - {"o", "n"}) | {"s"} if frames & {"s", "c", "q"} else frames - {"o"}
                continue
            return _bare(unit, at, frames, verb)
        if code in "xmvf" and hearer_passed:
            return None
        return None
    return None


def _rest(unit: Unit, at: int, *, comma: bool) -> Complement:
    return Complement(at, report_end(unit, at, clause=True), after_comma=comma)


def _after_comma(unit: Unit, at: int, frames: frozenset[str], *, quoted_only: bool) -> Complement | None:
    if at >= len(unit):
        return None
    code = unit.codes[at]
    if code == "Q":
        return _quoted(unit, at, frames, comma=True) if frames & {"s", "q", "w"} else None
    if quoted_only or code in "wkKg.;:,":
        return None
    if code == "t" and frames & {"s", "c"}:
        return Complement(at, report_end(unit, at, clause=True), after_comma=True)
    return Complement(at, report_end(unit, at, clause=True), after_comma=True) if "s" in frames else None


def _adverbial_then(unit: Unit, at: int) -> bool:
    """Whether after this comma an adverbial stands, and then a comma with *that* or a quotation."""
    if unit.code(at) not in ("i", "r", "a", "K", "g", "e"):
        return False
    end = at
    while end < len(unit) and unit.codes[end] not in ",;.:Q":
        end += 1
    return unit.code(end) in (",", ":", "Q") and unit.code(end + 1) in ("Q", "t") or unit.code(end) in (":",)


def _quoted(unit: Unit, at: int, frames: frozenset[str], *, comma: bool) -> Complement | None:
    last = at
    if unit.code(at + 1) in ("", ".", "Q"):
        while unit.code(last + 1) == "Q":
            last += 1
        return Complement(at, last, after_comma=comma)
    whole = _ends_sentence(unit, at)
    if whole:
        return Complement(at, at, after_comma=comma)
    return Complement(at, report_end(unit, at, clause=bool(frames & {"s", "c", "w"})), after_comma=comma)


def _ends_sentence(unit: Unit, at: int) -> bool:
    quote = unit.quotes[at]
    return unit.text[quote.inner.end - 1] in ".!?,"


def _is_hearer(unit: Unit, at: int, frames: frozenset[str]) -> bool:
    code = unit.code(at)
    if "t" not in frames:
        return code in tuple("dNnhos")
    return code in tuple("No") or unit.word(at) in _HEARERS or (code in "dh" and bool(code))


def _is_subject(unit: Unit, at: int) -> bool:
    return unit.codes[at] == "p"


def _phrase_end(unit: Unit, at: int) -> int:
    """The token after a short prepositional phrase that begins at `at`."""
    codes = unit.codes
    seen_noun = False
    while at < len(codes) and codes[at] in "dhNnsoBefQ":
        if codes[at] == "Q" and not _is_title(unit, at):
            break
        if seen_noun and codes[at] in "dh":
            break
        if codes[at] == "N" and codes[at - 1] == "n" and seen_noun:
            break
        seen_noun = seen_noun or codes[at] in "Nn"
        at += 1
        if unit.word(at - 1) in _DAYS and unit.code(at) in tuple("Ndnp"):
            break
    return at


def _is_title(unit: Unit, at: int) -> bool:
    quote = unit.quotes[at]
    inner = unit.text[quote.inner.start : quote.inner.end]
    return len(inner) < 40 and inner[:1].isupper() and unit.code(at - 1) in ("s", "N", "d", "i")


def _hearer_end(unit: Unit, at: int) -> int:
    """The token after the noun phrase of the hearer: “told the Senate committee | he would …”."""
    codes = unit.codes
    start = at
    while at < len(codes):
        code = codes[at]
        if code in "tTW:,Q.;pxmvKw":
            break
        if at > start and code in "dh" and codes[at - 1] in "NnosB":
            break
        if at > start and code == "N" and codes[at - 1] in "no":
            break
        if at > start and code == "n" and codes[at - 1] == "o":
            break
        at += 1
    return at


def _bare(unit: Unit, at: int, frames: frozenset[str], verb: Verb) -> Complement | None:
    if frames & {"s", "w"} and not (frames & {"n", "f"} and not _has_finite(unit, at)):
        if not frames & {"n", "f"} and not _has_finite(unit, at) and unit.codes[at] != "Q" and "s" not in frames:
            return None
        if "s" in frames and (verb.kind == "speech" or _has_finite(unit, at)):
            return Complement(at, report_end(unit, at, clause=True))
    if frames & {"f", "n"} and unit.codes[at] in "pdNnhsofeax":
        if frames == {"f"} and _bare_name(unit, at):
            return None
        return Complement(at, report_end(unit, at, clause=False, named="f" in frames))
    return None


def _bare_name(unit: Unit, at: int) -> bool:
    """“a programme called Atlas”: a verb of naming with nothing but the name after it reports nothing."""
    while unit.code(at) in ("N", "B"):
        at += 1
    return unit.code(at) in ("", ".", ",", ";", "K", "k", "w")


def _has_finite(unit: Unit, at: int) -> bool:
    while at < len(unit) and unit.codes[at] not in ",;.:":
        if unit.codes[at] in "xmvfg":
            return True
        at += 1
    return False


def report_end(unit: Unit, first: int, *, clause: bool, infinitive: bool = False, named: bool = False) -> int:
    """The last token of what is reported and begins at `first`.

    A reported clause runs to the end of its sentence, unless another report or a contrast begins; a noun
    phrase ends at the first comma, at a time or circumstance, or at a verb that has the same subject.
    """
    at = first
    codes = unit.codes
    depth_limit = len(codes)
    while at + 1 < depth_limit:
        nxt = at + 1
        if codes[nxt] in ";" or (codes[nxt] == "." and nxt + 1 >= depth_limit):
            return at
        if clause and _clause_ends(unit, first, nxt):
            return at
        if codes[at] == "Q" and unit.text[unit.quotes[at].inner.end - 1] == ",":
            if not clause or _comma_ends(unit, nxt):
                return at
        if not clause and _phrase_stops(unit, nxt, infinitive or named):
            return at
        at = nxt
    return at


def _clause_ends(unit: Unit, first: int, at: int) -> bool:
    codes = unit.codes
    code, after = codes[at], unit.code(at + 1)
    if code == ",":
        return _comma_ends(unit, at + 1)
    if code in "kKwg" and codes[at - 1] == "Q" and _ends_sentence(unit, at - 1):
        return True
    if code == "k" and _report_follows(unit, at + 1):
        return at - first >= 5 or any(c in "xmvf" for c in codes[first:at])
    if code == "k" and after in ("v", "r") and _finite_past(unit, at + 1) and codes[at - 1] != ",":
        return VERBS.get(unit.word(at + 1), ((), ()))[1] != () and _speech(unit, at + 1)
    if code == "K" and unit.low[at] == "but" and _report_follows(unit, at + 1):
        return True
    return False


def _comma_ends(unit: Unit, at: int) -> bool:
    """Whether what begins at `at`, after a comma, is no longer part of the reported clause."""
    code = unit.code(at)
    if unit.code(at + 1) == "Q" and unit.low[at] == "but":
        return False
    if code == "g" or unit.low[at] in ("but", "though", "although", "while", "whereas"):
        return True
    if code == "k":
        return (unit.code(at + 1) in ("v", "r") and _finite_past(unit, at + 1)) or _report_follows(unit, at + 1)
    return _report_follows(unit, at)


def _speech(unit: Unit, at: int) -> bool:
    return any(v.kind == "speech" for v in VERBS[unit.low[at]][1])


def _finite_past(unit: Unit, at: int) -> bool:
    while unit.code(at) == "r":
        at += 1
    return unit.code(at) == "v" and bool({"past", "third"} & set(VERBS[unit.low[at]][0]))


def _report_follows(unit: Unit, at: int) -> bool:
    """Whether a new clause with its own reporting verb begins here: “…, and officials said …”."""
    end = at
    while end < len(unit) and end - at < 8 and unit.codes[end] in "pdNnsrhBxiw":
        end += 1
    return unit.code(end) == "v" and end > at and _speech(unit, end)


def _phrase_stops(unit: Unit, at: int, long: bool) -> bool:
    codes = unit.codes
    code = codes[at]
    if code in ",;:":
        return not (code == "," and _series(unit, at))
    if code == "-":
        return True
    if code == "k" and unit.code(at + 1) in ("v", "x", "m") and _finite_past(unit, at + 1):
        return True
    if code == "K" and long and unit.low[at] in ("before", "after", "until", "since", "once"):
        return False
    if code == "K" or unit.low[at] in ("when",):
        return True
    if code == "i" and unit.low[at] == "on" and unit.word(at + 1) in _DAYS:
        return True
    return unit.low[at] in _DAYS and codes[at - 1] != "i"


def _series(unit: Unit, at: int) -> bool:
    """Whether the comma at `at` separates members of a list, which an *and* or *or* ends."""
    end = at + 1
    while unit.code(end) in tuple("dNnshBefgrQoi,"):
        if unit.code(end) == "g" and end == at + 1:
            return False
        end += 1
    return unit.code(end) == "k" and unit.code(end + 1) in tuple("dNnshBefgQi")


def _is_clause(unit: Unit, first: int, last: int) -> bool:
    return any(code in "xmvf" for code in unit.codes[first:last])


def content_before(unit: Unit, at: int) -> tuple[int, int] | None:
    """The reported words before a cue or its subject that begins at token `at`."""
    last = at - 1
    while last >= 0 and (unit.codes[last] in ",-" or (unit.codes[last] == "r" and unit.code(last - 1) == ",")):
        last -= 1
    first = last
    while first > 0 and unit.codes[first - 1] not in ";":
        first -= 1
    dash = unit.codes.rfind("-", first, last)
    if dash > first and unit.codes.count("-", first, last) == 1 and _is_clause(unit, first, dash):
        first = dash + 1 if _is_clause(unit, dash + 1, last) else first
    while first <= last and (unit.codes[first] in "k.,-" or unit.low[first] in ("but", "yet")):
        first += 1
    return (first, last) if 0 <= first <= last else None
