"""How well a model did as it was told: valid answers, what was lost on the way, what it took."""

from __future__ import annotations

from typing import get_args

from framing.annotations import Analysis, Findings, ProblemKind
from framing.evaluation.tally import Measure, ratio
from framing.text import Document, Span, excerpt

__all__ = ["reply_counts", "reply_measures"]

_INVALID: frozenset[ProblemKind] = frozenset(
    {"invalid_reply", "truncated", "refusal", "content_filter", "backend", "input"}
)


def reply_counts(document: Document, found: Findings | Analysis | None) -> dict[str, float]:
    """The counts of one article; None is an article that failed."""
    kinds = [problem.kind for problem in found.problems] if found else []
    counts = {f"problems/{kind}": float(kinds.count(kind)) for kind in get_args(ProblemKind)}
    counts |= {"articles": 1.0, "answered": float(found is not None)}
    counts["valid"] = float(found is not None and not _INVALID.intersection(kinds))
    counts["complete"] = float(found is not None and not any(problem.loses for problem in found.problems))
    texts = _texts(found) if found else []
    lost = sum(kind in ("not_found", "unknown_speaker", "invalid_item") for kind in kinds)
    counts["items"] = float(len(texts) + lost)
    counts["items/kept"] = float(len(texts))
    counts["quotations"] = float(len(texts) + kinds.count("not_found"))
    counts["quotations/verbatim"] = float(sum(_verbatim(document, spans, text) for spans, text in texts))
    usage = found.provenance.usage if isinstance(found, Analysis) else None
    counts["tokens/input"] = float(usage.input_tokens if usage else 0)
    counts["tokens/output"] = float(usage.output_tokens if usage else 0)
    counts["requests"] = float(usage.requests if usage else 0)
    return counts


def reply_measures() -> tuple[Measure, ...]:
    """Shares of articles and of items, problems of each kind and tokens per article.

    `verbatim fidelity` is the share of passages, among all that the model gave as words of the article, that stand
    there; `coverage` the share of items that made it into the result.
    """
    problems = [
        ratio(f"problems per article/{kind}", f"problems/{kind}", "articles", scale="open")
        for kind in get_args(ProblemKind)
    ]
    return (
        ratio("answered", "answered", "articles"),
        ratio("valid replies", "valid", "articles"),
        ratio("complete", "complete", "articles"),
        ratio("coverage", "items/kept", "items"),
        ratio("verbatim fidelity", "quotations/verbatim", "quotations"),
        ratio("input tokens per article", "tokens/input", "articles", scale="open"),
        ratio("output tokens per article", "tokens/output", "articles", scale="open"),
        ratio("requests per article", "requests", "articles", scale="open"),
        *problems,
    )


def _texts(found: Findings | Analysis) -> list[tuple[tuple[Span, ...], str]]:
    evidence = [item for label in found.frames for item in label.evidence]
    return [(item.spans, item.text) for items in (found.statements, found.claims, evidence) for item in items]


def _verbatim(document: Document, spans: tuple[Span, ...], text: str) -> bool:
    return excerpt(document.text, spans) == text
