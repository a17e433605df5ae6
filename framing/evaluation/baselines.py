"""Answers that take no reading: what a score must beat before it says anything.

Published frame classifiers have lost to "always the commonest labels"; so every table shows what such answers
reach on the same articles. The commonest labels are taken from the gold that is scored: that favours the baseline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from framing.annotations import NARRATOR, Claim, Findings, FrameLabel, Statement
from framing.evaluation.gold import GoldArticle
from framing.evaluation.quoted import quoted_pieces
from framing.text import Document, Span

__all__ = ["all_labels", "best_top_k", "commonest", "commonest_primary", "every_sentence", "quoted_passages"]


def commonest(articles: Sequence[GoldArticle], *, codebook: str | None = None) -> tuple[str, ...]:
    """All labels in gold, the commonest first; equally common ones by name."""
    counts = Counter(frame for article in articles for frame in article.frames(codebook=codebook))
    return tuple(sorted(counts, key=lambda frame: (-counts[frame], frame)))


def best_top_k(articles: Sequence[GoldArticle], *, codebook: str) -> Mapping[str, Findings]:
    """The k commonest labels for every article, with the k that gives the highest micro F1."""
    order = commonest(articles, codebook=codebook)
    sets = [article.frames(codebook=codebook) for article in articles]
    total = sum(map(len, sets))

    def micro(k: int) -> float:
        both = sum(len(given.intersection(order[:k])) for given in sets)
        return 2 * both / (total + k * len(sets))

    best = max(range(1, len(order) + 1), key=micro, default=0)
    return _constant(articles, codebook, order[:best])


def all_labels(
    articles: Sequence[GoldArticle], *, codebook: str, labels: Sequence[str] = ()
) -> Mapping[str, Findings]:
    """Every label for every article, the commonest as primary."""
    order = commonest(articles, codebook=codebook)
    return _constant(articles, codebook, (*order, *(label for label in labels if label not in order)))


def commonest_primary(articles: Sequence[GoldArticle], *, codebook: str) -> Mapping[str, Findings]:
    """The frame that comes first most often, for every article."""
    counts = Counter(article.primary(codebook=codebook) for article in articles)
    del counts[None]
    order = sorted((frame for frame in counts if frame), key=lambda frame: (-counts[frame], frame))
    return _constant(articles, codebook, order[:1])


def quoted_passages(document: Document) -> Findings:
    """Every passage in double quotation marks as a direct statement of nobody in particular."""
    spans = [piece for paragraph in document.paragraphs for piece in quoted_pieces(document.text, [paragraph])]
    return Findings(
        statements=tuple(
            Statement(id=f"q{n}", speaker=None, kind="direct", spans=(span,), text=span.of(document.text))
            for n, span in enumerate(spans, start=1)
        )
    )


def every_sentence(document: Document) -> Findings:
    """Every sentence as a claim of the outlet."""
    return Findings(
        claims=tuple(
            Claim(id=f"c{n}", voice=NARRATOR, kind=None, spans=(span,), text=_text(document, span))
            for n, span in enumerate(document.sentences, start=1)
        )
    )


def _constant(articles: Sequence[GoldArticle], codebook: str, frames: Sequence[str]) -> Mapping[str, Findings]:
    labels = tuple(FrameLabel(codebook=codebook, frame=f, primary=n == 0) for n, f in enumerate(frames))
    return {article.id: Findings(frames=labels) for article in articles}


def _text(document: Document, span: Span) -> str:
    return span.of(document.text)
