"""What the text says about a person right beside the name: office, occupation, kinship, party, state."""

from __future__ import annotations

import re
from dataclasses import dataclass

from framing.voices import lexicon as lx
from framing.voices.names import Name

__all__ = ["Role", "affiliation_after", "read_role", "role_after", "role_before"]

_PARTY_STATE = re.compile(r"(?:, | \()([RDIL])[-–]([A-Z][\w. ]{1,14}?)\.?(?=[),])[),]?")
_PARTY_OF = re.compile(r",? ?(?:a |an )?(Republican|Democrat|Independent)?,? ?of ([A-Z]\w+(?: [A-Z]\w+)?)")
_APPOSED = re.compile(r",? ([^,.;:()“”\"\n—–]{3,120}?)(?=[,.;:)\n—–“”\"]|\s--|,? who |$)")
_SERVED = re.compile(
    r",? who (?:has |had |once |previously )*(?:serve[sd]?|works?|worked) (?:as )(?:the |an? )?([\w’'. -]{3,80}?)"
    r"(?=,|\.|;| (?:under|at|in|for|during|from|until|when|on|and|to|with|before|after)\b|$)"
)
_VERBS = frozenset(
    "is are was were be been has have had do does did will would can could should may might must said says say told"
    " tells asked added wrote argued called noted claimed insisted warned went came made took gave got wants".split()
)
_POST = re.compile(r"\s(?:of|for|in|at|from|with|on|by|to|under|who|whose|that|which|during|and)\s")
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


def read_role(text: str) -> Role | None:
    """The role a noun phrase names, None where its head is no role noun."""
    core = _POST.split(f" {text} ", maxsplit=1)[0]
    words = [word.casefold().rstrip(".").replace("’", "'") for word in _WORD.findall(core)]
    for index in range(len(words) - 1, -1, -1):
        if words[index] in lx.ROLES:
            if index < len(words) - 1 and words[index + 1] not in {"general", "elect", "designate", "emeritus"}:
                continue
            everything = frozenset(w.casefold().rstrip(".") for w in _WORD.findall(text))
            return Role(text.strip(" ,"), words[index], everything)
    return None


def role_after(flat: str, name: Name) -> Role | None:
    """“Ann Roe, head of the Fund,” · “Ann Roe, who served as mayor under …”."""
    at = _after_affiliation(flat, name.span.end)
    if served := _SERVED.match(flat, at):
        return read_role(served[1])
    if flat[at : at + 2] != ", ":
        return None
    match = _APPOSED.match(flat, at)
    if match is None:
        return None
    words = match[1].casefold().split()
    if _VERBS.intersection(words) or not _opens_apposition(match[1]):
        return None
    role = read_role(match[1])
    return Role(_without_article(role.text), role.head, role.words) if role else None


def _opens_apposition(text: str) -> bool:
    first = text.split(" ", 1)[0]
    return first.casefold() not in lx.FUNCTION_WORDS - lx.DETERMINERS - {"former", "then"}


def _without_article(text: str) -> str:
    return re.sub(r"^(?:the|an?|now|then|currently) ", "", text, flags=re.IGNORECASE)


def _after_affiliation(flat: str, at: int) -> int:
    match = _PARTY_STATE.match(flat, at)
    if match is None:
        return at
    return match.end() - (flat[match.end() - 1] == ",")


def affiliation_after(flat: str, name: Name) -> frozenset[str]:
    """Party and state right after the name, in full: “(R-Utah)”, “, D-Mass.,”, “, Republican of Utah,”."""
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
    before = re.split(r"[.!?;:()“”\"\n—–] ?", flat[max(0, start - 110) : start])[-1]
    if before.endswith(", "):
        chunk = before[:-2].rsplit(", ", 1)[-1]
        words = chunk.split()
        definite = len(words) > 1 and (words[0].casefold() in lx.DETERMINERS or chunk[:1].isupper())
        role = read_role(chunk) if definite and not _VERBS.intersection(words) else None
        return Role(_without_article(role.text), role.head, role.words) if role else None
    if before.endswith(" ") and before[:-1].rsplit(" ", 1)[-1] in lx.ROLES:
        return read_role(" ".join(_premodifiers(before)))
    return None


def _premodifiers(before: str) -> list[str]:
    """The noun and its modifiers that end `before`, back to a word that cannot be one of them."""
    kept: list[str] = []
    for word in reversed(before.split()):
        low = word.casefold()
        if (
            word.endswith(",")
            or low in lx.FUNCTION_WORDS
            or low in _VERBS
            or (low.endswith("ed") and low != "retired")
        ):
            return kept[1:] if low == "to" else kept
        kept.insert(0, word)
    return kept
