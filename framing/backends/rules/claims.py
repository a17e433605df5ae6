"""Checkable claims by surface signs: an honest baseline, no understanding.

A passage counts as a checkable claim when it says something specific about the past or present, or promises a
quantity: numbers and dates, named bodies and places, completed acts, comparisons, causes. Questions, exhortation,
wishes, feeling and praise count against it. The signs follow what coders of check-worthiness are told to look for
(Hassan, Li & Tremayne 2015; Ni et al. 2024); the weights are set by hand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from framing.annotations import Claim, ClaimKind, Statement
from framing.backends.rules.units import voiced_units
from framing.text import Document, Span
from framing.voices import Voices

__all__ = ["checkworthiness", "claim_kind", "find_claims"]

_THRESHOLD = 1.0
_FEWEST_WORDS = 5

_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion trillion"
    " half third quarter twice double doubles doubled triple tripled"
)
_MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_ACTS = """
    passed signed voted approved rejected canceled cancelled closed opened built cut raised spent paid
    created lost won killed died arrested charged convicted launched banned repealed enacted found agreed
    announced ruled sued hired fired fell rose grew dropped increased decreased declined reduced received
    began ended added expanded funded invested made took gave sent came went led became held met reached
    set provided blocked entered denied allowed filed issued released appointed elected served moved
    opposed supported vetoed established introduced
"""


def _words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Sign:
    """Any of `words`, or what `pattern` matches. Few texts are searched for it: one of the words `first`, where
    there are any, must stand in the text for the pattern to match."""

    words: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    first: frozenset[str] = frozenset()

    def shown_by(self, text: str, words: frozenset[str]) -> bool:
        if not words.isdisjoint(self.words):
            return True
        if self.pattern is None or (self.first and words.isdisjoint(self.first)):
            return False
        return self.pattern.search(text) is not None


def _words(pattern: str, first: str = "", one_of: str = "") -> _Sign:
    """A pattern of whole words; single words that are alternatives to it may be set apart."""
    compiled = re.compile(rf"(?i)\b(?:{pattern})\b")
    return _Sign(frozenset(one_of.split()), compiled, frozenset(first.split()))


def _one_of(words: str) -> _Sign:
    return _Sign(frozenset(words.split()))


def _search(pattern: str, first: str = "") -> _Sign:
    return _Sign(pattern=re.compile(pattern), first=frozenset(first.split()))


_SIGNS: tuple[tuple[float, _Sign], ...] = (
    (1.6, _search(r"\b\d")),
    (0.9, _one_of(" ".join(f"{word} {word}s" for word in _NUMBER_WORDS.split()))),
    (0.7, _search(rf"\b(?:{_MONTHS}|(?:19|20)\d\d)\b")),
    (
        0.7,
        _words(
            r"(?:last|this|past|previous)\s(?:year|month|week|decade|session)s?", first="last this past previous"
        ),
    ),
    (
        1.2,
        _words(
            r"(?:has|have|had|was|were|been|is|are)\s\w+e[dn]",
            first="has have had was were been is are",
            one_of=_ACTS,
        ),
    ),
    (
        1.0,
        _words(
            r"percent|per\scent|rate|average|total|majority|(?:number|share)\sof|amount|[mb]illions?",
            first="percent per rate average total majority number share amount million millions billion billions",
        ),
    ),
    (
        0.8,
        _words(
            r"(?:more|less|fewer|most|least|better|worse|\w{3,}(?:er|est))\s(?:\w+\s)?(?:than|in|of|since)",
            first="than in of since",
        ),
    ),
    (
        0.8,
        _words(
            r"because|caused?|due\sto|leads?\sto|led\sto|result(?:ed|s)?\s(?:in|from)|thanks\sto",
            first="because cause caused due lead leads led result resulted results thanks",
        ),
    ),
    (0.7, _search(r"[a-z,;:]\s[A-Z][a-z]")),
    (0.5, _one_of("is are was were has have does do")),
    (-2.0, _search(r"\?[”\"’]?\s*$")),
    (
        -1.6,
        _words(
            r"let['’]s|let\sus|should|ought\sto|must|needs?\sto|ha(?:ve|s)\sto|shall",
            first="let should ought must need needs has have shall",
        ),
    ),
    (
        -1.2,
        _words(
            r"(?:i|we)\s(?:\w+\s)?(?:hope|believe|think|feel|wish|want|urge|ask|thank|love|know)", first="i we"
        ),
    ),
    (-0.9, _one_of("may might could would can perhaps maybe possibly if")),
    (
        -0.8,
        _one_of("great good bad wrong right proud beautiful terrible wonderful amazing best important grateful"),
    ),
    (
        -0.8,
        _one_of("hope dream dreams future value values heart spirit faith thank bless god honor honour"),
    ),
    (
        -0.6,
        _search(
            r"(?i)\A\W*(?:and|but|so|then|please|imagine|remember|thank|welcome|congratulations)\b",
            first="and but so then please imagine remember thank welcome congratulations",
        ),
    ),
)

_KINDS: tuple[tuple[ClaimKind, _Sign], ...] = (
    (
        "prescriptive",
        _words(
            r"should|ought\sto|must|needs?\sto|ha(?:ve|s)\sto|let['’]s|let\sus",
            first="should ought must need needs has have let",
        ),
    ),
    (
        "causal",
        _words(
            r"because|caus(?:e|es|ed|ing)|due\sto|leads?\sto|led\sto|result(?:ed|s)?\s(?:in|from)|thanks\sto"
            r"|as\sa\sresult|therefore|contribut\w+\sto|blamed?\s(?:for|on)|prevent(?:s|ed)"
        ),
    ),
    ("predictive", _words(r"will|won['’]t|(?:is|are)\sgoing\sto|(?:expected|likely|set)\sto|by\s20[2-9]\d")),
    (
        "evaluative",
        _one_of(
            "good bad better worse best worst wrong great terrible amazing unfair unjust disgraceful dangerous"
            " reckless outrageous historic shameful brilliant weak strong important"
        ),
    ),
)


def find_claims(document: Document, statements: Sequence[Statement]) -> tuple[Claim, ...]:
    """The checkable claims, a sentence (or the reported part of one) each, in text order, each in its voice."""
    claims: list[Claim] = []
    voices = Voices(statements)
    cues = sorted(statement.cue_span.start for statement in statements if statement.cue_span)
    for unit in voiced_units(document, statements):
        text = unit.of(document.text)
        if len(text.split()) < _FEWEST_WORDS or checkworthiness(text) < _THRESHOLD or _reports(unit, cues):
            continue
        claims.append(
            Claim(
                id=f"C{len(claims) + 1}",
                voice=voices.at(unit),
                kind=claim_kind(text),
                spans=(unit,),
                text=text,
                checkworthy=True,
            )
        )
    return tuple(claims)


def _reports(unit: Span, cues: Sequence[int]) -> bool:
    """Whether the unit is what is left of a sentence around a statement: that somebody said it is no claim."""
    at = bisect_left(cues, unit.start)
    return at < len(cues) and cues[at] < unit.end


def checkworthiness(text: str) -> float:
    """The sum of the weights of the signs that `text` shows; from about -5 to 8, checkable from 1."""
    words = _words_of(text)
    return sum(weight for weight, sign in _SIGNS if sign.shown_by(text, words))


def claim_kind(text: str) -> ClaimKind:
    """What sort of thing `text` asserts: the first of the kinds whose words it uses, else "factual"."""
    words = _words_of(text)
    return next((kind for kind, sign in _KINDS if sign.shown_by(text, words)), "factual")
