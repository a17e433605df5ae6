"""Checkable claims by surface signs: an honest baseline, no understanding.

A passage counts as a checkable claim when it says something specific about the past or present, or promises a
quantity: numbers and dates, named bodies and places, completed acts, comparisons, causes. Questions, exhortation,
wishes, feeling and praise count against it. The signs follow what coders of check-worthiness are told to look for
(Hassan, Li & Tremayne 2015; Ni et al. 2024); the weights are set by hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from framing.annotations import Claim, ClaimKind, Statement
from framing.backends.rules.units import voiced_units
from framing.text import Document
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
_SIGNS: tuple[tuple[float, str], ...] = (
    (1.6, r"(?:[$£€]\s?)?\b\d[\d,.]*\b(?:\s?(?:%|percent|per\s?cent|million|billion|trillion))?"),
    (0.9, rf"(?i:\b(?:{_NUMBER_WORDS})s?\b)"),
    (0.7, rf"\b(?:{_MONTHS})\b|\b(?:19|20)\d\d\b|(?i:\b(?:last|this|past|previous)\s(?:year|month|week|decade|session)s?\b)"),
    (1.2, rf"(?i:\b(?:(?:has|have|had|was|were|been|is|are)\s(?:\w+ed|\w+en|made|cut|built|put|set|held|lost|won|led)"
          rf"|{_ACTS})\b)"),
    (1.0, r"(?i:\b(?:percent|per\s?cent|rate|average|total|majority|number\sof|share\sof|amount|billions?|millions?)\b)"),
    (0.8, r"(?i:\b(?:more|less|fewer|higher|lower|larger|smaller|faster|worse|better|most|least|\w+est)\s(?:\w+\s)?(?:than|in|of|since)\b)"),
    (0.8, r"(?i:\b(?:because|caused?|due\sto|led\sto|leads\sto|result(?:ed|s)?\s(?:in|from)|thanks\sto|as\sa\sresult)\b)"),
    (0.7, r"(?<=[a-z,;:]\s)[A-Z][a-z]+(?:\s[A-Z][a-z]+)*"),
    (0.5, r"(?i:\b(?:is|are|was|were|has|have|does|do)\b)"),
    (-2.0, r"\?[”\"’]?\s*$"),
    (-1.6, r"(?i:\b(?:let(?:'s|’s|\sus)|should|ought\sto|must|need(?:s)?\sto|have\sto|has\sto|shall)\b)"),
    (-1.2, r"(?i:\b(?:i|we)\s(?:\w+\s)?(?:hope|believe|think|feel|wish|want|urge|ask|thank|love|know|look\sforward)\b)"),
    (-0.9, r"(?i:\b(?:may|might|could|would|can|perhaps|maybe|possibly|if)\b)"),
    (-0.8, r"(?i:\b(?:great|good|bad|wrong|right|proud|beautiful|terrible|wonderful|best|hope|dreams?|future|values?|heart"
           r"|amazing|important|spirit|faith|thank|bless|god|grateful|honou?r)\b)"),
    (-0.6, r"(?i:^\W*(?:and|but|so|then|please|imagine|remember|thank|welcome|congratulations)\b)"),
)  # fmt: skip
_COMPILED = tuple((weight, re.compile(pattern)) for weight, pattern in _SIGNS)

_KINDS: tuple[tuple[ClaimKind, re.Pattern[str]], ...] = (
    ("prescriptive", re.compile(r"(?i)\b(?:should|ought\sto|must|need(?:s)?\sto|have\sto|has\sto|let(?:'s|’s|\sus))\b")),
    (
        "causal",
        re.compile(
            r"(?i)\b(?:because|caus(?:e|es|ed|ing)|due\sto|led\sto|leads\sto|result(?:ed|s)?\s(?:in|from)|thanks\sto"
            r"|as\sa\sresult|therefore|contribut\w+\sto|blamed?\s(?:for|on)|made\s\w+\s(?:worse|better)|prevent(?:s|ed))\b"
        ),
    ),
    (
        "predictive",
        re.compile(r"(?i)\b(?:will|won['’]t|is\sgoing\sto|are\sgoing\sto|expected\sto|likely\sto|set\sto|by\s20[2-9]\d)\b"),
    ),
    (
        "evaluative",
        re.compile(
            r"(?i)\b(?:good|bad|better|worse|best|worst|wrong|great|terrible|amazing|unfair|unjust|disgraceful|dangerous"
            r"|reckless|outrageous|historic|shameful|brilliant|weak|strong|important)\b"
        ),
    ),
)  # fmt: skip


def find_claims(document: Document, statements: Sequence[Statement]) -> tuple[Claim, ...]:
    """The checkable claims, a sentence (or the reported part of one) each, in text order, each in its voice."""
    claims: list[Claim] = []
    for unit in voiced_units(document, statements):
        text = unit.of(document.text)
        if len(text.split()) < _FEWEST_WORDS or checkworthiness(text) < _THRESHOLD:
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


def checkworthiness(text: str) -> float:
    """The sum of the weights of the signs that `text` shows; from about -5 to 8, checkable from 1."""
    return sum(weight for weight, sign in _COMPILED if sign.search(text))


def claim_kind(text: str) -> ClaimKind:
    """What sort of thing `text` asserts: the first of the kinds whose words it uses, else "factual"."""
    return next((kind for kind, sign in _KINDS if sign.search(text)), "factual")
