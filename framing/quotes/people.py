"""Whether two quotations are ascribed to the same person, within an article and across articles."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from framing.annotations import Speaker
from framing.quotes.utterances import Utterance
from framing.voices import lexicon as lx
from framing.voices.figures import same_person
from framing.voices.names import key_of

__all__ = ["Relation", "relation"]

Relation = Literal["same", "unknown", "different"]

_TITLES = lx.HONORIFICS | lx.TITLE_PARTS | lx.ROLES
_ARTICLES = frozenset({"the", "a", "an"})


def relation(a: Utterance, b: Utterance) -> Relation:
    """How the speakers of two utterances stand to each other.

    `unknown` where one of them has no name. Where one wording stands in a report inside another quotation,
    those whose report it stands in count too: one outlet quotes the grandmother, another the governor who
    quotes her.
    """
    own = _relation(a, b, a.speaker, b.speaker)
    if own != "different":
        return own
    chained = {_relation(a, b, one, other) for one in a.chain for other in b.chain if one and other}
    return "unknown" if "same" in chained else own


def _relation(a: Utterance, b: Utterance, one: Speaker | None, other: Speaker | None) -> Relation:
    if one is None or other is None:
        return "unknown"
    if a.number == b.number and one.id == other.id:
        return "same"
    if one.name is None or other.name is None:
        return "unknown"
    return "same" if compatible(one.name, other.name) else "different"


@lru_cache(16_384)
def compatible(one: str, other: str) -> bool:
    """Whether two names can be those of one person or organisation: “Ana Ruiz”, “Ruiz”, “Mayor Ruiz”."""
    a, b = sorted((_bare(one), _bare(other)), key=len)
    if a == b:
        return True
    if len(a) == 1:
        initials = "".join(word[0] for word in b)
        return a[0] == b[-1] or (len(initials) > 2 and a[0] == initials)
    return b[-len(a) :] == a or b[: len(a)] == a or same_person(a, b)


def _bare(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without article, honorific, office."""
    words = key_of(tuple(name.split()))
    while len(words) > 1 and (words[0] in _TITLES or words[0] in _ARTICLES):
        words = words[1:]
    return words
