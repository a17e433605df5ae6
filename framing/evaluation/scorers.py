"""What a suite can score, each under a name: how to count an article, and the formulas over the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from framing.annotations import Analysis, Findings
from framing.errors import UnknownNameError, UsageError
from framing.evaluation import baselines
from framing.evaluation.attribution import attribution_counts, attribution_measures, attributions
from framing.evaluation.claims import claim_counts, claim_measures, evidence_counts, evidence_measures
from framing.evaluation.gold import GoldArticle
from framing.evaluation.labels import label_measures, label_tally, primary_measure, primary_tally
from framing.evaluation.replies import reply_counts, reply_measures
from framing.evaluation.scores import Score, point_scores, scores, with_references
from framing.evaluation.tally import Measure, Tally

__all__ = ["SCORERS", "Answers", "Found", "Scorer", "by_event", "ceiling", "make_scorer", "score_table"]

Found = Findings | Analysis | None
"""What was found in an article; None where the article failed."""
Answers = Mapping[str, Found]


class Scorer(Protocol):
    """Counts articles and names the formulas; `baselines` are trivial answers to the same articles."""

    @property
    def name(self) -> str: ...
    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally: ...
    def measures(self) -> tuple[Measure, ...]: ...
    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]: ...


@dataclass(frozen=True, slots=True)
class StatementScorer:
    """Who says what. Baseline: every passage in double quotation marks."""

    name: str = "statements"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        return Tally.of({a.id: self._counts(a, answers.get(a.id)) for a in articles})

    def measures(self) -> tuple[Measure, ...]:
        return attribution_measures()

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {"quoted passages": {a.id: baselines.quoted_passages(a.document) for a in articles}}

    def _counts(self, article: GoldArticle, found: Found) -> dict[str, float]:
        text = article.document.text
        gold = attributions(article.gold, text=text)
        return attribution_counts(gold, attributions(found or Findings(), text=text), text=text)


@dataclass(frozen=True, slots=True)
class ClaimScorer:
    """What is claimed, in whose voice. Baseline: every sentence is a claim of the outlet."""

    name: str = "claims"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        return Tally.of({a.id: claim_counts(a.gold, answers.get(a.id) or Findings()) for a in articles})

    def measures(self) -> tuple[Measure, ...]:
        return claim_measures()

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {"every sentence": {a.id: baselines.every_sentence(a.document) for a in articles}}


@dataclass(frozen=True, slots=True)
class FrameScorer:
    """Which frames hold. Baselines: the k commonest labels for the best k, and all labels."""

    codebook: str
    labels: tuple[str, ...]
    name: str = "frames"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        return label_tally(
            {a.id: a.frames(codebook=self.codebook) for a in articles},
            {a.id: self._labels(answers.get(a.id)) for a in articles},
            self.labels,
        )

    def measures(self) -> tuple[Measure, ...]:
        return label_measures(self.labels)

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {
            "top k": baselines.best_top_k(articles, codebook=self.codebook),
            "all labels": baselines.all_labels(articles, codebook=self.codebook, labels=self.labels),
        }

    def _labels(self, found: Found) -> frozenset[str] | None:
        if found is None:
            return None
        return frozenset(label.frame for label in found.frames if label.codebook == self.codebook)


@dataclass(frozen=True, slots=True)
class PrimaryScorer:
    """Which frame comes first. Baseline: the commonest one."""

    codebook: str
    name: str = "primary"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        gold = {a.id: a.primary(codebook=self.codebook) for a in articles}
        given = {a.id: self._primary(answers.get(a.id)) for a in articles}
        return primary_tally(gold, given)

    def measures(self) -> tuple[Measure, ...]:
        return (primary_measure(),)

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {"commonest": baselines.commonest_primary(articles, codebook=self.codebook)}

    def _primary(self, found: Found) -> str | None:
        named = [f.frame for f in found.frames if f.primary and f.codebook == self.codebook] if found else []
        return named[0] if named else None


@dataclass(frozen=True, slots=True)
class EvidenceScorer:
    """Which passages carry a frame."""

    codebook: str
    name: str = "evidence"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        found = {a.id: answers.get(a.id) or Findings() for a in articles}
        return Tally.of({a.id: evidence_counts(a.gold, found[a.id], codebook=self.codebook) for a in articles})

    def measures(self) -> tuple[Measure, ...]:
        return evidence_measures()

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {}


@dataclass(frozen=True, slots=True)
class ReplyScorer:
    """How well the model did as it was told. Has no baseline and no human ceiling."""

    name: str = "replies"

    def tally(self, articles: Sequence[GoldArticle], answers: Answers) -> Tally:
        return Tally.of({a.id: reply_counts(a.document, answers.get(a.id)) for a in articles})

    def measures(self) -> tuple[Measure, ...]:
        return reply_measures()

    def baselines(self, articles: Sequence[GoldArticle]) -> Mapping[str, Answers]:
        return {}


SCORERS = ("claims", "evidence", "frames", "primary", "replies", "statements")


def make_scorer(name: str, *, codebook: str | None = None, labels: Sequence[str] = ()) -> Scorer:
    """A scorer by name; those of frames need a codebook, and `frames` its labels."""
    if name == "statements":
        return StatementScorer()
    if name == "claims":
        return ClaimScorer()
    if name == "replies":
        return ReplyScorer()
    if name not in SCORERS:
        raise UnknownNameError("scorer", name, SCORERS)
    if codebook is None:
        raise UsageError(f"the scorer {name!r} needs to know the codebook: name it in the suite")
    if name == "frames":
        return FrameScorer(codebook, tuple(labels))
    return PrimaryScorer(codebook) if name == "primary" else EvidenceScorer(codebook)


def score_table(
    scorer: Scorer,
    articles: Sequence[GoldArticle],
    tally: Tally,
    *,
    references: Mapping[str, Answers] | None = None,
    resamples: int = 10_000,
    seed: int = 0,
) -> tuple[Score, ...]:
    """Every score of a tally with its interval, its baselines and its human ceiling.

    The tally may be of these articles once, or averaged over repeats. `references` are answers that stand beside the
    trivial ones, by name; replies have neither.
    """
    measures = scorer.measures()
    table = scores(tally, measures, resamples=resamples, seed=seed)
    trivial = {
        name: point_scores(scorer.tally(articles, answers), measures)
        for name, answers in _beside(scorer, articles, references or {}).items()
    }
    return with_references(table, baselines=trivial, ceiling=ceiling(scorer, articles))


def _beside(
    scorer: Scorer, articles: Sequence[GoldArticle], references: Mapping[str, Answers]
) -> Mapping[str, Answers]:
    return {**scorer.baselines(articles), **(references if scorer.name != "replies" else {})}


def by_event(tally: Tally, articles: Sequence[GoldArticle]) -> Tally:
    """The same tally with events as clusters: articles on one event are not independent of each other.

    Raises UsageError where an article has no event.
    """
    events = {article.id: article.event for article in articles}
    if missing := [name for name in tally.documents if events.get(name) is None]:
        raise UsageError(f"article {missing[0]!r} has no event: resample articles, or fill in the events")
    return replace(tally, clusters=tuple(str(events[name]) for name in tally.documents))


def ceiling(scorer: Scorer, articles: Sequence[GoldArticle]) -> tuple[Score, ...]:
    """What coders reach against each other: every ordered pair that coded the same article, added up.

    Empty where no article has two coders, and for scores of a model's replies.
    """
    if scorer.name == "replies":
        return ()
    posed: list[GoldArticle] = []
    answers: dict[str, Found] = {}
    for article in articles:
        for one, gold in article.coders.items():
            for other, found in article.coders.items():
                if one != other:
                    name = f"{article.id}/{one}/{other}"
                    posed.append(article.model_copy(update={"id": name, "gold": gold}))
                    answers[name] = found
    return point_scores(scorer.tally(posed, answers), scorer.measures()) if posed else ()
