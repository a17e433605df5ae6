"""What a source can turn out to be: a figure that the text names, or somebody it only describes."""

from __future__ import annotations

from dataclasses import dataclass

from framing.annotations import Speaker, SpeakerKind
from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.figures import Figure, gender_of_noun
from framing.voices.phrases import Phrase

__all__ = ["Described", "Referent", "agreement", "as_speaker", "describe"]


@dataclass(slots=True, eq=False)
class Described:
    """A source that the text describes and does not name. `words` tell two descriptions apart."""

    text: str
    words: tuple[str, ...]
    head: str
    plural: bool
    kind: SpeakerKind
    role: str | None
    gender: str | None = None
    members: frozenset[int] = frozenset()
    name: str | None = None


Referent = Figure | Described
_ORGANIZATIONS = lx.ORGANIZATION_NOUNS - lx.ROLES
_SINGULAR = frozenset({"person", "unknown"})


def agreement(referent: Referent, wanted: str) -> float:
    """How far a pronoun (“m”, “f”, “they”, “it”) may stand for the referent, 0 to 1.

    Between the two nothing speaks against it, and little for it.
    """
    if isinstance(referent, Described):
        if wanted in {"m", "f"}:
            if referent.plural or referent.kind != "unnamed":
                return 0.0
            return 1.0 if referent.gender == wanted else 0.6 if referent.gender is None else 0.0
        if wanted == "they":
            return float(referent.kind == "group")
        return 0.0 if referent.plural or referent.head in lx.ROLES else 1.0
    if wanted == "they":
        return {"group": 1.0, "organization": 0.5 * referent.spoke}.get(referent.kind, 0.0)
    if wanted == "it":
        if referent.spoke:
            return {"organization": 1.0, "place": 1.0, "unknown": 0.5}.get(referent.kind, 0.0)
        return 0.4 if referent.kind == "organization" else 0.0
    if referent.kind not in _SINGULAR:
        return 0.0
    gender = referent.gender()
    if gender is not None and gender != wanted:
        return 0.0
    known = referent.is_person or referent.spoke or sum(referent.votes.values()) > 1
    return (1.0 if gender else 0.7) * (1.0 if known else 0.3)


def describe(phrase: Phrase) -> Described:
    text = " ".join(phrase.text.split())
    organization = phrase.head in _ORGANIZATIONS and not phrase.plural
    people = phrase.plural and (lx.is_people(phrase.head) or phrase.head in lx.DETERMINERS)
    kind: SpeakerKind = "group" if people else "organization" if organization else "unnamed"
    role = text.split(" ", 1)[1] if phrase.determiner in {"the", "a", "an"} and " " in text else text
    name = phrase.proper if kind == "organization" else None
    return Described(
        text,
        phrase.words,
        phrase.head,
        phrase.plural,
        kind,
        None if name else role,
        gender=gender_of_noun(phrase.head),
        name=name,
    )


def as_speaker(speaker_id: str, referent: Referent, mentions: tuple[Span, ...], flat: str) -> Speaker:
    if isinstance(referent, Described):
        return Speaker(
            id=speaker_id, name=referent.name, mentions=mentions, role=referent.role, kind=referent.kind
        )
    role = referent.role
    return Speaker(
        id=speaker_id,
        name=referent.name(flat),
        mentions=mentions,
        role=role.text if role else None,
        kind=referent.speaker_kind(),
    )
