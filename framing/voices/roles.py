"""What the text says about a person right beside the name: office, occupation, kinship, party, state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from framing.voices import lexicon as lx
from framing.voices.names import Name

__all__ = ["Role", "affiliation_after", "premodifiers", "read_role", "role_after", "role_before", "title_role"]

_PARTY_STATE = re.compile(r"(?:, | \()([RDIL])[-–]([A-Z][\w. ]{1,14}?)\.?(?=[),])[),]?")
_PARTY_SIGNS = frozenset("RDIL")
_PARTY_OF = re.compile(r",? ?(?:a |an )?(Republican|Democrat|Independent)?,? ?of ([A-Z]\w+(?: [A-Z]\w+)?)")
_STOP = r"(?:(?<=\b[A-Z])|(?<=\b[A-Z][a-z])|(?<=\b[A-Z][a-z]{2}))\."
"""The full stop of an abbreviation or initial: “Mr.”, “Gov.”, “J.”."""
_APPOSED = re.compile(
    rf", ((?:[^,.;:()“”\"\n—–]|{_STOP}){{3}}(?:[^\s,.;:()“”\"—–]{{1,120}}+|[^\S\n]|{_STOP}){{0,120}}?)"
    r"(?=[,;:)\n—–“”\"]|(?<!\b[A-Z])\.(?!\w)|\s--|,? who |$)"
)
"""Up to the first sign that may end an apposition, word by word: none of these signs stands inside a word."""
_LONGEST_APPOSITION = 120
_SERVED = re.compile(
    r",? who (?:has |had |once |previously )*(?:serve[sd]?|works?|worked) (?:as )(?:the |an? )?([\w’'. -]{3,80}?)"
    r"(?=,|\.|;| (?:under|at|in|for|during|from|until|when|on|and|to|with|before|after)\b|$)"
)
_COPULA = re.compile(r" (?:is|was) (?:the|an?) ([\w’' -]{3,60}?)(?=[,.;]| who| that| of| for| in| at|$)")
_VERBS = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "must",
        "said",
        "says",
        "say",
        "told",
        "tells",
        "asked",
        "added",
        "wrote",
        "argued",
        "called",
        "noted",
        "claimed",
        "insisted",
        "warned",
        "went",
        "came",
        "made",
        "took",
        "gave",
        "got",
        "wants",
    ]
)
_POST = re.compile(r"\s(?:of|for|in|at|from|with|on|by|to|under|who|whose|that|which|during|and|as)\s")
_CLAUSE_END = re.compile(r"(?:[!?;:()“”\"\n—–]|(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.) ?")
_BEGINS_APPOSITION = frozenset({", ", " (", " i", " w", ",w"})
_CLOSING = frozenset(',.;:)”"—')
_NO_MODIFIERS = lx.FUNCTION_WORDS - lx.TITLE_PARTS
_LOOSE = re.compile(r"\s(?:by|under|when|while|until|since|because|during|before|after)\s.*$", re.DOTALL)
_AFTER_HEAD = frozenset({"general", "elect", "designate", "emeritus"})
_ARTICLE = re.compile(r"^(?:the|an?|now|then|currently) ", re.IGNORECASE)
_WORD = re.compile(r"[\w’'.&/-]+")


@dataclass(frozen=True, slots=True)
class Role:
    """`text` as it stands in the article, `head` its noun, `words` all its words, lower case."""

    text: str
    head: str
    words: frozenset[str]

    @property
    def rank(self) -> frozenset[str]:
        return self.words & lx.RANK_WORDS

    @property
    def heads(self) -> tuple[str, ...]:
        """The noun and the others it implies: a senator is a lawmaker."""
        return (self.head, *lx.TITLE_ROLES.get(self.head, ()))


@lru_cache(4096)
def read_role(text: str) -> Role | None:
    """The role a noun phrase names, None where its head is no role noun."""
    core = _POST.split(f" {text} ", maxsplit=1)[0]
    words = [word.casefold().rstrip(".").replace("’", "'") for word in _WORD.findall(core)]
    for index in range(len(words) - 1, -1, -1):
        if words[index] in lx.ROLES or lx.OCCUPATIONS.search(words[index]):
            if index < len(words) - 1 and words[index + 1] not in _AFTER_HEAD:
                return None
            text = _LOOSE.sub("", text).strip(" ,")
            return Role(text, words[index], frozenset(w.casefold().rstrip(".") for w in _WORD.findall(text)))
    return None


def title_role(title: str) -> Role | None:
    """The role in a title; None for a mere form of address."""
    words = [w for w in title.split() if w.casefold().rstrip(".") not in lx.HONORIFICS]
    return read_role(" ".join(words)) if words else None


def role_after(flat: str, name: Name) -> Role | None:
    """“Ann Roe, head of the Fund,” · “Ann Roe, who served as mayor under …”."""
    if flat[name.span.end : name.span.end + 2] not in _BEGINS_APPOSITION:
        return None
    at = _after_affiliation(flat, name.span.end)
    if flat.startswith((", who ", " who "), at) and (served := _SERVED.match(flat, at)):
        return read_role(served[1])
    if flat.startswith((" is ", " was "), at) and (copula := _COPULA.match(flat, at)):
        return read_role(copula[1])
    match = _APPOSED.match(flat, at)
    return _apposed_role(match[1]) if match and len(match[1]) <= _LONGEST_APPOSITION else None


@lru_cache(4096)
def _apposed_role(text: str) -> Role | None:
    if _VERBS.intersection(text.casefold().split()) or not _opens_apposition(text):
        return None
    role = read_role(text)
    return Role(_without_article(role.text), role.head, role.words) if role else None


_OPENS_NO_APPOSITION = lx.FUNCTION_WORDS - lx.DETERMINERS - {"former", "then"}


def _opens_apposition(text: str) -> bool:
    first = text.split(" ", 1)[0]
    return first.casefold() not in _OPENS_NO_APPOSITION


def _preposed(flat: str, words: list[str], name: Name) -> Role | None:
    """“the press secretary, Ann Roe,”: the noun phrase at the end of `words`, where the full name closes it."""
    if len(name.tokens) < 2 or not (name.possessive or flat[name.span.end : name.span.end + 1] in _CLOSING):
        return None
    begin = len(words)
    while begin and words[begin - 1].casefold() not in lx.FUNCTION_WORDS:
        begin -= 1
    tail = words[begin - 1 :] if begin and words[begin - 1].casefold() in lx.DETERMINERS else words[begin:]
    if not tail or not (tail[0].casefold() in lx.DETERMINERS or tail[0][0].isupper()):
        return None
    role = read_role(" ".join(tail))
    return Role(_without_article(role.text), role.head, role.words) if role else None


def _without_article(text: str) -> str:
    return _ARTICLE.sub("", text)


def _after_affiliation(flat: str, at: int) -> int:
    match = _PARTY_STATE.match(flat, at) if flat[at + 2 : at + 3] in _PARTY_SIGNS else None
    if match is None:
        return at
    return match.end() - (flat[match.end() - 1] == ",")


def affiliation_after(flat: str, name: Name) -> frozenset[str]:
    """Party and state right after the name, in full: “(R-Utah)”, “, D-Mass.,”, “, Republican of Utah,”."""
    if flat[name.span.end : name.span.end + 2] not in {", ", " (", " o"}:
        return frozenset()
    if match := _PARTY_STATE.match(flat, name.span.end):
        state = match[2].casefold().replace(".", "")
        return frozenset({lx.PARTY_LETTERS[match[1].casefold()], lx.STATE_ABBREVIATIONS.get(state, state)})
    if match := _PARTY_OF.match(flat, name.span.end):
        place = match[2].casefold()
        return frozenset(filter(None, (match[1] and match[1].casefold(), place if place in lx.PLACES else None)))
    return frozenset()


def role_before(flat: str, name: Name) -> Role | None:
    """“the press secretary, Ann Roe” · “campaign manager Ann Roe”."""
    start = name.span.start
    comma = flat[max(0, start - 2) : start] == ", "
    word = flat[max(0, start - 25) : start].rstrip(" ").rsplit(" ", 1)[-1]
    if len(name.tokens) < 2 or not (comma or word in lx.ROLES):
        return None
    before = _CLAUSE_END.split(flat[max(0, start - 110) : start])[-1]
    if before.endswith(", "):
        return _preposed(flat, before[:-2].rsplit(", ", 1)[-1].split(), name)
    if before.endswith(" "):
        return read_role(" ".join(premodifiers(before)))
    return None


def premodifiers(before: str) -> list[str]:
    """The noun and its modifiers that end `before`, back to a word that cannot be one of them."""
    kept: list[str] = []
    for word in reversed(before.split()):
        low = word.casefold()
        if (
            word.endswith(",")
            or low in lx.CALENDAR
            or low in _NO_MODIFIERS
            or low in _VERBS
            or (low.endswith("ed") and low != "retired")
        ):
            return kept[1:] if low == "to" else kept
        kept.insert(0, word)
    return kept
