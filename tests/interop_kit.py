"""Articles that files of other programs must carry, and labels on them, for property tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hypothesis import strategies as st

from framing.annotations import (
    NARRATOR,
    UNATTRIBUTED,
    Claim,
    ClaimKind,
    Evidence,
    Findings,
    FrameLabel,
    Grounding,
    Speaker,
    SpeakerKind,
    Statement,
    StatementKind,
)
from framing.interop import GOLD, CodedArticle
from framing.interop.unmarking import in_text_order
from framing.text import Document, Span, excerpt

PIECES = (
    *(
        "Mara Quist",
        "said",
        "“No,”",
        "a",
        "é",
        "e\u0301",
        "\U0001f600",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    ),
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\u2028", "\u00a0", "&amp;", "<b>", "]]>", "\u202e", "\u2066x\u2069"),
    *("\ufeff", "=1+1", "@", "_", "[", "]", "|", ";", "\\", "\\n", "*", "#", "%", "\u05e9\u05dc", "漢", "\ufffd"),
)
NASTY = "\ufeffA \U0001f600\r\n\r\nHe\u0301 said  “no” \tto &amp; <them>.\rShe\u2028agreed \U0001f468\u200d\U0001f469.\n"
CODEBOOKS = ("policy-frames.v1", "house frames, 2nd/é@x")
CODES = ("economic", "left, right", 'so-called "reform"', "two\nlines; a|b", "öffentlich/漢@\U0001f600")
IDS = ("S0", "S/1", "é, [2]|*_\\")
"""Of speakers; the program that made the labels may call them anything."""


def texts(pieces: Sequence[str] = PIECES) -> st.SearchStrategy[str]:
    """Texts made of what goes wrong, with at least one word in them."""
    return st.lists(st.sampled_from(pieces), max_size=30).map(lambda parts: "".join([*parts, "word"]))


@st.composite
def findings(draw: st.DrawFn, text: str, *, apart: bool = True) -> Findings:
    """What a coder might find in `text`: speakers with and without mentions, links, several pieces, nesting."""
    place = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start, end))
    )
    places = st.lists(place, min_size=1, max_size=3).map(lambda spans: _apart(spans, touching=not apart))
    names = IDS[: draw(st.integers(0, 3))]
    word = st.none() | st.sampled_from(
        ["Mara Quist", "chef d’État", "x = “y” & <z>", "a_b|c;d\\e", "\U0001f600", "[1]"]
    )
    groundings = st.sampled_from(get_args(Grounding))
    speakers = [
        Speaker(
            id=name,
            name=draw(word),
            role=draw(word),
            kind=draw(st.none() | st.sampled_from(get_args(SpeakerKind))),
            mentions=tuple(sorted(draw(st.sets(place, max_size=3)))),
        )
        for name in names
    ]
    statements: list[Statement] = []
    for number in range(draw(st.integers(0, 3))):
        spans = draw(places)
        who = draw(st.sampled_from([None, *speakers]))
        mentions = st.sampled_from(who.mentions) if who and who.mentions else place
        cue_span = draw(st.none() | place)
        statements.append(
            Statement(
                id=f"Q/{number}",
                speaker=who.id if who else None,
                kind=draw(st.sampled_from(get_args(StatementKind))),
                spans=spans,
                text=excerpt(text, spans),
                cue=cue_span.of(text) if cue_span else draw(word),
                cue_span=cue_span,
                source=draw(st.none() | place | mentions),
                within=draw(st.sampled_from([None, *(s.id for s in statements)])),
                grounding=draw(groundings),
            )
        )
    voices = st.sampled_from([NARRATOR, UNATTRIBUTED, *names])
    claims = []
    for number in range(draw(st.integers(0, 2))):
        spans = draw(places)
        claims.append(
            Claim(
                id=f"C{number}",
                voice=draw(voices),
                kind=draw(st.none() | st.sampled_from(get_args(ClaimKind))),
                spans=spans,
                text=excerpt(text, spans),
                checkworthy=draw(st.none() | st.booleans()),
                grounding=draw(groundings),
                stated_voice=draw(st.none() | voices),
            )
        )
    frames = []
    labels = st.tuples(st.sampled_from(CODEBOOKS), st.sampled_from(CODES))
    for codebook, code in draw(st.lists(labels, unique=True, max_size=3)):
        passages = draw(st.lists(st.tuples(places, voices), unique=True, max_size=2))
        evidence = [
            Evidence(spans=s, text=excerpt(text, s), voice=v, grounding=draw(groundings)) for s, v in passages
        ]
        frames.append(
            FrameLabel(codebook=codebook, frame=code, primary=draw(st.booleans()), evidence=tuple(evidence))
        )
    found = Findings(
        speakers=tuple(speakers), statements=tuple(statements), claims=tuple(claims), frames=tuple(frames)
    )
    return in_text_order(found)


def _apart(spans: Sequence[Span], *, touching: bool) -> tuple[Span, ...]:
    """Those of the spans, in order, that lie apart from the ones before."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end + (not touching):
            kept.append(span)
    return tuple(kept)


@st.composite
def coded_articles(
    draw: st.DrawFn, *, pieces: Sequence[str] = PIECES, coders: Sequence[str] = (GOLD, "anna", "b. é/ö")
) -> tuple[CodedArticle, ...]:
    """One or two articles, each coded by all of `coders`."""
    articles = []
    for name in ("invented/a-1", "b 2")[: draw(st.integers(1, 2))]:
        text = draw(texts(pieces))
        codings = {coder: draw(findings(text)) for coder in coders}
        articles.append(CodedArticle(Document(id=name, text=text), codings))
    return tuple(articles)


def documents(articles: Sequence[CodedArticle]) -> dict[str, Document]:
    return {article.document.id: article.document for article in articles}
