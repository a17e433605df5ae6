"""Analyses to draw: invented articles of the newsroom set with their labels, hostile ones, and a long one."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from framing.annotations import (
    NARRATOR,
    Analysis,
    Claim,
    DocumentInfo,
    Evidence,
    FrameLabel,
    Problem,
    Provenance,
    Speaker,
    Statement,
)
from framing.evaluation.gold import GoldArticle, load_gold
from framing.text import Document, Span, excerpt

GOLD = Path(__file__).parent.parent / "datasets" / "newsroom" / "gold.jsonl"


@cache
def newsroom() -> tuple[GoldArticle, ...]:
    return load_gold(GOLD)


def article(name: str) -> GoldArticle:
    return next(a for a in newsroom() if a.id == f"newsroom/{name}")


def labelled(gold: GoldArticle) -> Analysis:
    """The labels of an article as an analysis of it."""
    found = gold.gold
    return Analysis(
        document=DocumentInfo.of(gold.document),
        speakers=found.speakers,
        statements=found.statements,
        claims=found.claims,
        frames=found.frames,
        problems=found.problems,
        provenance=Provenance(framing_version="0", backend="labels", codebook="policy-frames.v1"),
    )


HOSTILE = {
    "script": "He said <script>window.hurt = 1</script> to all. “Yes <b>we</b> do,” she said.",
    "style": "Ends with </style></article></p><p>new, and <!-- a comment --> “it goes on,” he said.",
    "attribute": "A \"><img src=x onerror=window.hurt=1> and ' onfocus='window.hurt=1' “so,” he said.",
    "entities": "AT&amp;T &lt;b&gt; &#38; &nbsp; & &copy “R&D,” said Smith & Sons.",
    "bidi": "Safe \u202egnihtemos\u202c, \u2067isolated\u2069 and \u202eunclosed “yes,” he said.\n\nMore.",
    "separators": "One\u2028two\u2029three\u0085four\x0bfive\x0csix “seven,” eight.",
    "carriage": "One\r\n\r\nTwo “and\r\nthree,” he said.\rFour.\n\n\n\nFive.  \n",
    "white space": "  \n\n\tIndented “start,” he said.\n \n  Next\u00a0line,\u200b two  spaces. ",
    "templates": "{{ 7 * 7 }} {% raw %} {# none #} ${window.hurt = 1} “`yes`,” he said.",
    "emoji": "👩‍👩‍👧 said “🇩🇪 e\u0301 ﷽ \U000e0041,” and 𝔉𝔯𝔞𝔨𝔱𝔲𝔯 too.",
    "one letter": "“",
}


def hostile(text: str) -> tuple[Analysis, Document]:
    """An article and an analysis whose every text, name and reason is hostile."""
    document = Document(id=f"x/{text[:12]}", text=text, outlet=text, language="en", notes=(text,))
    start = max(text.find("“"), 0)
    spans = (Span(start, len(text.rstrip())),)
    wide = (Span(text.index(text.strip()[0]), len(text.rstrip())),)
    analysis = Analysis(
        document=DocumentInfo.of(document),
        speakers=(Speaker(id=text, name=text, role=text),),
        statements=(
            Statement(id=text, speaker=text, kind="direct", spans=spans, text=excerpt(text, spans), cue=text),
        ),
        claims=(Claim(id="c1", voice=NARRATOR, kind=None, spans=wide, text=excerpt(text, wide)),),
        frames=(
            FrameLabel(
                codebook="own.v1",
                frame=text,
                evidence=(Evidence(spans=wide, text=excerpt(text, wide), voice=text),),
            ),
        ),
        problems=(Problem(kind="not_found", reason=text, raw={"text": text}, item=text, suggestion=text),),
        provenance=Provenance(framing_version="0", backend=text, prompt=text, codebook=text, params={text: text}),
    )
    return analysis, document


def long_article(*, words: int = 5_000, items: int = 400, seed: int = 7) -> tuple[Analysis, Document]:
    """Made-up words with overlapping and nested marks at random."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("aeioubdglmnprst", k=chance.randint(2, 9))) for _ in range(900)]
    paragraphs = [" ".join(chance.choices(vocabulary, k=50)) + "." for _ in range(words // 50)]
    document = Document(id="long", text="\n\n".join(paragraphs), outlet="The Invented Times")
    text = document.text

    def spans() -> tuple[Span, ...]:
        start = chance.randrange(len(text) - 400)
        return (Span(start, start + chance.randint(20, 300)),)

    speakers = tuple(Speaker(id=f"p{n}", name=f"Speaker {n}") for n in range(30))
    statements, claims, evidence = [], [], []
    for number in range(items):
        where = spans()
        voice = f"p{chance.randrange(30)}"
        held = excerpt(text, where)
        if number % 4 < 2:
            statements.append(Statement(id=f"s{number}", speaker=voice, kind="direct", spans=where, text=held))
        elif number % 4 == 2:
            claims.append(Claim(id=f"c{number}", voice=NARRATOR, kind="causal", spans=where, text=held))
        else:
            evidence.append(Evidence(spans=where, text=held, voice=voice))
    frames = tuple(
        FrameLabel(codebook="own.v1", frame=f"frame_{n}", primary=not n, evidence=tuple(evidence[n::10]))
        for n in range(10)
    )
    analysis = Analysis(
        document=DocumentInfo.of(document),
        speakers=speakers,
        statements=tuple(statements),
        claims=tuple(claims),
        frames=frames,
        provenance=Provenance(framing_version="0", backend="invented"),
    )
    return analysis, document
