"""An invented article and findings in it, for tests of what goes to a model and comes back."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from framing.annotations import NARRATOR, UNATTRIBUTED, Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.codebooks import Codebook
from framing.text import Document, Span

TEXT = """Bridge over the Tarn will cost 4 million more, mayor admits

VARMBY — The new bridge over the Tarn will cost 4.2 million crowns more than planned, Mayor Ada Berg said on
Monday. “We have known it since May,” she said. “Nobody asked.”

The opposition | led by Jonas Lind | spoke of “a scandal”. According to the county, 800 people work at the
site, and 90 of them would lose their jobs if it closed; the county "regrets" the delay.

Lind continued:

The bridge is a monument to vanity. It is a bridge that nobody needs, and the bridge will not pay.

Two officials, who asked not to be named, said the plan \\ the old one \\ was dead. 'It's over,' one of them
said. Mr. Holm of the U.S. firm Kettle & Sons did not comment.
"""
DOCUMENT = Document(id="bridge", text=TEXT, title="Bridge over the Tarn will cost 4 million more, mayor admits")

_WORDS = [Span(match.start(), match.end()) for match in re.finditer(r"\S*\w\S*", TEXT)]
SPEAKERS = (
    Speaker(id="s1", name="Ada Berg", role="mayor"),
    Speaker(id="s2", name="Jonas Lind | Lind", role="leader \\ speaker"),
    Speaker(id="s3", name=None, role="two officials"),
)


def passages(most: int = 3) -> st.SearchStrategy[tuple[Span, ...]]:
    """Up to `most` pieces of the article, in order, that begin and end with a word and do not touch."""

    def pieces(cuts: list[int]) -> tuple[Span, ...]:
        ordered = sorted(cuts)
        pairs = zip(ordered[::2], ordered[1::2], strict=True)
        return tuple(Span(_WORDS[first].start, _WORDS[last].end) for first, last in pairs)

    counts = st.integers(1, most).map(lambda pieces: pieces * 2)
    indices = counts.flatmap(
        lambda count: st.lists(st.integers(0, len(_WORDS) - 1), min_size=count, max_size=count, unique=True)
    )
    return indices.map(pieces)


def _text(spans: tuple[Span, ...]) -> str:
    return DOCUMENT.excerpt(spans)


@st.composite
def findings(draw: st.DrawFn, codebook: Codebook) -> Findings:
    """Findings in the article, none of them twice, as the codebook allows them."""
    speakers = st.sampled_from([None, *(speaker.id for speaker in SPEAKERS)])
    kinds = st.sampled_from(["direct", "indirect", "mixed", "block"])
    voices = st.sampled_from([NARRATOR, UNATTRIBUTED, *(speaker.id for speaker in SPEAKERS)])
    claim_kinds = st.sampled_from(["factual", "causal", "predictive", "evaluative", "prescriptive"])
    said = draw(st.lists(passages(), max_size=6, unique=True))
    claimed = draw(st.lists(passages(), max_size=6, unique=True))
    least = 0 if codebook.allow_none else 1
    most = 1 if codebook.labels == "single" else 4
    codes = draw(st.lists(st.sampled_from(codebook.codes), min_size=least, max_size=most, unique=True))
    return Findings(
        speakers=SPEAKERS,
        statements=tuple(
            Statement(id=f"q{n}", speaker=draw(speakers), kind=draw(kinds), spans=spans, text=_text(spans))
            for n, spans in enumerate(said)
        ),
        claims=tuple(
            Claim(
                id=f"c{n}",
                voice=draw(voices),
                kind=draw(claim_kinds),
                spans=spans,
                text=_text(spans),
                checkworthy=draw(st.booleans()),
            )
            for n, spans in enumerate(claimed)
        ),
        frames=tuple(
            FrameLabel(
                codebook=codebook.ref,
                frame=code,
                primary=codebook.primary and n == 0,
                evidence=tuple(
                    Evidence(spans=spans, text=_text(spans), voice=NARRATOR)
                    for spans in draw(st.lists(passages(2), max_size=3, unique=True))
                ),
            )
            for n, code in enumerate(codes)
        ),
    )
