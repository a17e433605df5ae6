"""What a reporting verb reports: the part of its sentence that is its complement."""

from __future__ import annotations

from dataclasses import dataclass

from framing.backends.rules.clauses import ends_with_stop, report_end
from framing.backends.rules.lexicon import Verb, words
from framing.backends.rules.phrases import DAYS, time_end
from framing.backends.rules.sentences import Unit

__all__ = ["Complement", "complement_after"]


@dataclass(frozen=True, slots=True)
class Complement:
    """Tokens `first` through `last` after the cue; `opens` when the cue ends in a colon with nothing behind it."""

    first: int
    last: int
    after_comma: bool = False
    opens: bool = False


_NAME_LENGTH = 60
_PLACES = words("in on at during after before of about from with via through by for")
_HEARERS = words("""
    reporters journalists supporters voters lawmakers fans viewers readers listeners police investigators
    prosecutors congress parliament newspapers""")
_BRIDGES = {
    "put": words("at"),
    "cast": words("as"),
    "identify": words("as"),
    "quote": words("as"),
    "compare": words("to with"),
    "liken": words("to"),
}
"""What must stand between the person or thing spoken of and what is said of it: “put the cost at …”."""
_BRIDGE_REACH = 12
_TOPICS = {
    "speak": words("of about"),
    "talk": words("about"),
    "refer": words("to"),
    "allude": words("to"),
    "point": words("to"),
    "mention": frozenset({""}),
    "discuss": frozenset({""}),
}
"""Verbs that name a topic: “spoke of her mother” tells nothing that was said; more words than these do."""
_LEAST_TOPIC = 2
_CLAUSAL = frozenset("sc")
_QUOTING = frozenset("scqw")


def complement_after(
    unit: Unit, at: int, verb: Verb, *, closed: bool = False, quoted_before: bool = False
) -> Complement | None:
    """What `verb` reports, from token `at` on; None when there is nothing it can report.

    With `closed`, only what follows a comma, a colon or an opening mark; with `quoted_before`, after a comma only
    a further quotation.
    """
    return _Reader(unit, verb, closed, quoted_before).read(at)


class _Reader:
    """Reads on from the cue, past adverbials and the hearer, to where the report begins."""

    def __init__(self, unit: Unit, verb: Verb, closed: bool, quoted_before: bool) -> None:
        self.unit, self.verb, self.frames = unit, verb, verb.frames
        self.closed, self.quoted_before = closed, quoted_before
        self.hearer: int | None = None
        self.comma = False

    def read(self, at: int) -> Complement | None:
        while at < len(self.unit):
            found = self._at_mark(at) if self.unit.codes[at] in ":,Q.;" else self._at_word(at)
            if not isinstance(found, int):
                return found
            at = found
        return None

    def _at_mark(self, at: int) -> Complement | int | None:
        code = self.unit.codes[at]
        if code == ":":
            if at + 1 == len(self.unit):
                return Complement(at, at, opens=True)
            return self._clause(at + 1, after_comma=True)
        if code == ",":
            return self._at_comma(at)
        if code == "Q":
            return self._at_quotation(at)
        return None

    def _at_quotation(self, at: int) -> Complement | None:
        if self.comma:
            return self._quotation(at) if self.frames & _QUOTING - {"c"} else None
        # “She read ‘The Old Bridge’ twice”: what one reads, sings or offers may be a title.
        name = self.frames == {"f"} and len(self.unit.quoted(at)) < _NAME_LENGTH
        title = (self.unit.names(at) or name) and self.unit.titled(at) and not self.frames & {"w", *_CLAUSAL}
        return None if title and not self.unit.title_case else self._quotation(at)

    def _at_comma(self, at: int) -> Complement | int | None:
        if not self.comma and (report := _report_after_adverbial(self.unit, at + 1)):
            self.comma = True
            return report
        at += not self.comma
        code = self.unit.code(at)
        if code == "Q":
            self.comma = True
            return self._quotation(at) if self.frames & _QUOTING - {"c"} else None
        if self.quoted_before or code in ("", *"wkKg.;:,"):
            return None
        clause = "s" in self.frames or (code == "t" and self.frames & _CLAUSAL)
        return self._clause(at, after_comma=True) if clause else None

    def _at_word(self, at: int) -> Complement | int | None:
        unit, code, frames = self.unit, self.unit.codes[at], self.frames
        if code == "B":
            return at + 1
        if code == "t" and not self.closed and frames & _CLAUSAL:
            return self._clause(at)
        if (later := time_end(unit, at)) > at:
            return later
        if code == "r":
            negated = unit.low[at] in ("not", "never") and unit.code(at + 1) == "T" and "t" in frames
            if negated and unit.word(at + 2) == "be":
                # “asked not to be named” tells how somebody spoke, and nothing that he said.
                return None
            return self._infinitive(at) if negated else at + 1
        if code == "i" and (self.closed or frames & (_QUOTING | {"t"})) and unit.low[at] in _PLACES:
            return _phrase_end(unit, at + 1)
        if self.closed:
            return at + 1 if code != "K" else None
        return self._open_complement(at)

    def _open_complement(self, at: int) -> Complement | int | None:
        unit, code, frames = self.unit, self.unit.codes[at], self.frames
        if code == "W" and (frames & {"w", *_CLAUSAL} or self.verb.particle):
            return self._clause(at)
        if code == "T":
            return self._after_to(at)
        if code == "t" and frames & {"n", "f"} and unit.code(at + 1) in ("n", "N"):
            return Complement(at, report_end(unit, at, clause=False))
        if code in "pdNnhsofeagW" or unit.low[at] in ("having", "being"):
            if "o" in frames and self.hearer is None and code != "p":
                return self._past_hearer(at)
            return self._bare(at)
        return None

    def _after_to(self, at: int) -> Complement | int | None:
        if self._is_hearer(at + 1):
            return _phrase_end(self.unit, at + 1)
        if "t" in self.frames and self.unit.code(at + 1) in tuple("nvxefr"):
            return None if _asks_not_to_be_named(self.unit, at + 1) else self._infinitive(at)
        return None

    def _is_hearer(self, at: int) -> bool:
        """Whether what follows *to* is somebody spoken to rather than an infinitive."""
        code = self.unit.code(at)
        if "t" not in self.frames:
            return code in tuple("dNnhos")
        return code in tuple("Nodh") or self.unit.word(at) in _HEARERS

    def _past_hearer(self, at: int) -> int:
        self.hearer = at
        if self.frames & _QUOTING - {"w"}:
            self.frames = (self.frames - {"o", "n"}) | {"s"}
        else:
            self.frames = self.frames - {"o"}
        return _hearer_end(self.unit, at)

    def _clause(self, at: int, *, after_comma: bool = False) -> Complement:
        return Complement(at, report_end(self.unit, at, clause=True), after_comma=after_comma)

    def _infinitive(self, at: int) -> Complement:
        """*To* and what follows, with who is to do it: “urged (the House to act)”."""
        first = at if self.hearer is None or self.unit.codes[at] != "T" else self.hearer
        return Complement(first, report_end(self.unit, at, clause=False, long=True))

    def _quotation(self, at: int) -> Complement:
        last = at
        if self.unit.code(at + 1) in ("", ".", "Q"):
            while self.unit.code(last + 1) == "Q":
                last += 1
        elif not ends_with_stop(self.unit, at):
            last = report_end(self.unit, at, clause=bool(self.frames & {"w", *_CLAUSAL}))
        return Complement(at, last, after_comma=self.comma)

    def _bare(self, at: int) -> Complement | None:
        """A clause without *that*, or a noun phrase; a thought or finding is a clause only with a verb in it."""
        unit, frames = self.unit, self.frames
        finite = _has_finite(unit, at)
        if "s" in frames and (finite or (self.verb.kind == "speech" and not frames & {"n", "f"})):
            return self._clause(at)
        if not frames & {"f", "n"} or (unit.codes[at] == "a" and "f" not in frames):
            return None
        if frames == {"f"} and _nothing_said_of(unit, at):
            return None
        if unit.low[at] == "anonymity" or (frames == {"f"} and not self._bridged(at)):
            return None
        last = report_end(unit, at, clause=False, long="f" in frames)
        if self.verb.particle in _TOPICS.get(self.verb.lemma, ()) and last - at < _LEAST_TOPIC:
            return None
        return Complement(at, last)

    def _bridged(self, at: int) -> bool:
        """Whether the preposition that the verb asks for follows its object in the same clause."""
        bridges = _BRIDGES.get(self.verb.lemma)
        if bridges is None:
            return True
        reached = self.unit.low[at : at + _BRIDGE_REACH]
        stop = next((i for i, low in enumerate(reached) if low in (";", ":", ",")), len(reached))
        return not bridges.isdisjoint(reached[:stop])


def _report_after_adverbial(unit: Unit, at: int) -> int | None:
    """Where, after a comma and an adverbial, *that*, a colon or a quotation begins; None where none does."""
    if unit.code(at) not in tuple("iraKge"):
        return None
    end = at
    while end < len(unit) and unit.codes[end] not in ",;.:Q":
        end += 1
    if unit.code(end) == ",":
        return end + 1 if unit.code(end + 1) in ("Q", "t") else None
    return end if unit.code(end) == ":" or (unit.code(end) == "Q" and unit.code(end + 1) in ("Q", "t")) else None


def _phrase_end(unit: Unit, at: int) -> int:
    """The token after a short prepositional phrase whose noun phrase begins at `at`."""
    codes = unit.codes
    noun = False
    while at < len(codes) and codes[at] in "dhNnsoBefQ":
        begins_another = noun and (codes[at] in "dh" or (codes[at] == "N" and codes[at - 1] == "n"))
        if begins_another or (codes[at] == "Q" and not _is_title(unit, at)):
            break
        noun = noun or codes[at] in "Nn"
        at += 1
        if unit.word(at - 1) in DAYS and unit.code(at) in tuple("Ndnp"):
            break
    return at


def _is_title(unit: Unit, at: int) -> bool:
    inner = unit.quotes[at].inner
    return len(inner) < 40 and unit.text[inner.start].isupper() and unit.code(at - 1) in ("s", "N", "d", "i")


def _hearer_end(unit: Unit, start: int) -> int:
    """The token after the noun phrase of the hearer: “told the Senate committee | he would …”."""
    codes = unit.codes
    at = start
    while at < len(codes) and codes[at] not in "tTW:,Q.;pxmvKw":
        before = codes[at - 1] if at > start else ""
        if before and (codes[at] + before in _NEW_PHRASE):
            break
        at += 1
    return at


_NEW_PHRASE = frozenset({code + before for code in "dh" for before in "NnosB"} | {"Nn", "No", "no"})
"""Two classes (the second stands before the first) between which a new noun phrase begins."""


def _asks_not_to_be_named(unit: Unit, at: int) -> bool:
    """“asked us to withhold her name”: a condition of speaking, and nothing that was said."""
    hides = unit.word(at) in ("withhold", "conceal", "omit")
    return hides and not {"name", "names", "identity"}.isdisjoint(unit.low[at : at + 4])


def _nothing_said_of(unit: Unit, at: int) -> bool:
    """“a programme called Atlas”, “called the police twice”: a name or an object, and nothing that it is called."""
    first = at
    while unit.code(at) in ("N", "B", "s"):
        at += 1
    if at > first and unit.code(at) in ("", ".", ",", ";", "K", "k", "w", "f"):
        return True
    at = first + (unit.code(first) in ("d", "h"))
    return unit.code(at) == "n" and unit.code(at + 1) in ("", ".", "r")


def _has_finite(unit: Unit, at: int) -> bool:
    while at < len(unit) and unit.codes[at] not in ",;.:":
        if unit.codes[at] in "xmvfg":
            return True
        at += 1
    return False
