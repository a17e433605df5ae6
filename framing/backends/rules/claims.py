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

from framing.annotations import Claim, ClaimKind, Statement
from framing.backends.rules.units import voiced_units
from framing.text import Document, Span
from framing.voices import voice_at

__all__ = ["checkworthiness", "claim_kind", "find_claims"]

_THRESHOLD = 1.0
_FEWEST_WORDS = 5

_NUMBER_WORDS = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion|trillion"
    r"|half|third|quarter|twice|double[sd]?|tripled?"
)
_MONTHS = (
    r"January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)
_ACTS = (
    r"passed|signed|voted|approved|rejected|canceled|cancelled|closed|opened|built|cut|raised|spent|paid|created|lost|won"
    r"|killed|died|arrested|charged|convicted|launched|banned|repealed|enacted|found|agreed|announced|ruled|sued|hired"
    r"|fired|fell|rose|grew|dropped|increased|decreased|declined|reduced|received|began|ended|added|expanded|funded"
    r"|invested|made|took|gave|sent|came|went|led|became|held|met|reached|set|provided|blocked|entered|denied|allowed"
    r"|filed|issued|released|appointed|elected|served|moved|opposed|supported|vetoed|established|introduced"
)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{pattern})\b")


_SIGNS: tuple[tuple[float, re.Pattern[str]], ...] = (
    (1.6, re.compile(r"(?:[$£€]\s?)?\b\d[\d,.]*")),
    (0.9, _words(rf"(?:{_NUMBER_WORDS})s?")),
    (0.7, re.compile(rf"\b(?:{_MONTHS}|(?:19|20)\d\d)\b")),
    (0.7, _words(r"(?:last|this|past|previous)\s(?:year|month|week|decade|session)s?")),
    (1.2, _words(rf"(?:has|have|had|was|were|been|is|are)\s\w+e[dn]|{_ACTS}")),
    (1.0, _words(r"percent|per\scent|rate|average|total|majority|(?:number|share)\sof|amount|[mb]illions?")),
    (0.8, _words(r"(?:more|less|fewer|most|least|better|worse|\w{3,}(?:er|est))\s(?:\w+\s)?(?:than|in|of|since)")),
    (0.8, _words(r"because|caused?|due\sto|leads?\sto|led\sto|result(?:ed|s)?\s(?:in|from)|thanks\sto")),
    (0.7, re.compile(r"(?<=[a-z,;:]\s)[A-Z][a-z]+(?:\s[A-Z][a-z]+)*")),
    (0.5, _words(r"is|are|was|were|has|have|does|do")),
    (-2.0, re.compile(r"\?[”\"’]?\s*$")),
    (-1.6, _words(r"let['’]s|let\sus|should|ought\sto|must|needs?\sto|ha(?:ve|s)\sto|shall")),
    (-1.2, _words(r"(?:i|we)\s(?:\w+\s)?(?:hope|believe|think|feel|wish|want|urge|ask|thank|love|know)")),
    (-0.9, _words(r"may|might|could|would|can|perhaps|maybe|possibly|if")),
    (
        -0.8,
        _words(
            r"great|good|bad|wrong|right|proud|beautiful|terrible|wonderful|amazing|best|important|gr[ae]teful"
        ),
    ),
    (-0.8, _words(r"hope|dreams?|future|values?|heart|spirit|faith|thank|bless|god|honou?r")),
    (-0.6, re.compile(r"(?i)^\W*(?:and|but|so|then|please|imagine|remember|thank|welcome|congratulations)\b")),
)

_KINDS: tuple[tuple[ClaimKind, re.Pattern[str]], ...] = (
    ("prescriptive", _words(r"should|ought\sto|must|needs?\sto|ha(?:ve|s)\sto|let['’]s|let\sus")),
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
        _words(
            r"good|bad|better|worse|best|worst|wrong|great|terrible|amazing|unfair|unjust|disgraceful|dangerous"
            r"|reckless|outrageous|historic|shameful|brilliant|weak|strong|important"
        ),
    ),
)


def find_claims(document: Document, statements: Sequence[Statement]) -> tuple[Claim, ...]:
    """The checkable claims, a sentence (or the reported part of one) each, in text order, each in its voice."""
    claims: list[Claim] = []
    cues = sorted(statement.cue_span.start for statement in statements if statement.cue_span)
    for unit in voiced_units(document, statements):
        text = unit.of(document.text)
        if len(text.split()) < _FEWEST_WORDS or checkworthiness(text) < _THRESHOLD or _reports(unit, cues):
            continue
        claims.append(
            Claim(
                id=f"C{len(claims) + 1}",
                voice=voice_at((unit,), statements),
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
    return sum(weight for weight, sign in _SIGNS if sign.search(text))


def claim_kind(text: str) -> ClaimKind:
    """What sort of thing `text` asserts: the first of the kinds whose words it uses, else "factual"."""
    return next((kind for kind, sign in _KINDS if sign.search(text)), "factual")
