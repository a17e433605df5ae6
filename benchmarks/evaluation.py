"""How long the evaluation takes, and whether its intervals cover: `python benchmarks/evaluation.py [--coverage]`.

Run with OPENBLAS_NUM_THREADS=1 (or OMP_NUM_THREADS=1) to measure one core.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from time import process_time

import library  # noqa: F401
import numpy as np
from numpy.typing import NDArray

from framing.evaluation.agreement import Codings, agreement_scores
from framing.evaluation.labels import label_measures, label_tally
from framing.evaluation.matching import CRITERIA, match, overlap
from framing.evaluation.scores import point_scores, scores
from framing.evaluation.tally import Measure, Tally
from framing.text import Span

LABELS = tuple(f"label {number}" for number in range(15))


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"{'what':74}{'CPU s':>9}{'goal':>7}")
    tally = label_study(rng, 10_000, LABELS)
    measures = chosen(LABELS, "micro F1", "macro F1", "F1/")
    timed(
        "10,000 resamples of micro, macro and label F1: 10,000 articles × 15 labels",
        2.0,
        lambda: scores(tally, measures),
    )
    timed("… of all scores of frames", None, lambda: scores(tally, label_measures(LABELS)))
    codings = Codings.of([list(map(int, row)) for row in rng.integers(0, 5, (10_000, 3))])
    timed("alpha and kappas of 10,000 units × 3 coders, 10,000 resamples", 1.0, lambda: agreement_scores(codings))
    articles = [(passages(rng, 30), passages(rng, 30)) for _ in range(1000)]
    timed("matching 1,000 articles × 30 × 30 passages, three criteria", 2.0, lambda: matched(articles))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB (goal 500)")
    if "--coverage" in sys.argv:
        coverage()


def coverage(studies: int = 500, articles: int = 60) -> None:
    """In how many studies of 60 articles a 95 % interval holds the true value."""
    labels = LABELS[:5]
    measures = chosen(labels, "micro F1", "macro F1", "samples Jaccard", "subset accuracy", "F1/", "kappa/")
    rng = np.random.default_rng(1)
    truth = {score.name: score.value for score in point_scores(label_study(rng, 200_000, labels), measures)}
    held = dict.fromkeys(truth, 0)
    for study in range(studies):
        for score in scores(label_study(rng, articles, labels), measures, resamples=2000, seed=study):
            value = truth[score.name]
            if score.interval and value is not None:
                held[score.name] += score.interval.low <= value <= score.interval.high
    print(f"\ncoverage of 95 % intervals, {studies} studies of {articles} articles")
    for name, count in held.items():
        print(f"  {name:30}{count / studies:7.3f}")


def label_study(rng: np.random.Generator, articles: int, labels: Sequence[str]) -> Tally:
    """Articles of different difficulty, labelled with errors."""
    easy = 0.45 + 0.5 * rng.beta(4, 1.5, (articles, 1))
    gold = rng.random((articles, len(labels))) < np.linspace(0.5, 0.2, len(labels))
    predicted = np.where(rng.random(gold.shape) > easy, ~gold, gold)
    return label_tally(sets(gold, labels), sets(predicted, labels), labels)


def sets(matrix: NDArray[np.bool_], labels: Sequence[str]) -> dict[str, list[str]]:
    return {
        str(n): [label for label, held in zip(labels, row, strict=True) if held] for n, row in enumerate(matrix)
    }


def chosen(labels: Sequence[str], *starts: str) -> list[Measure]:
    return [measure for measure in label_measures(labels) if measure.name.startswith(starts)]


def passages(rng: np.random.Generator, count: int) -> list[tuple[Span, ...]]:
    starts = rng.integers(0, 6000, count)
    return [(Span(int(start), int(start + rng.integers(20, 300))),) for start in starts]


def matched(articles: Sequence[tuple[list[tuple[Span, ...]], list[tuple[Span, ...]]]]) -> None:
    for gold, predicted in articles:
        found = overlap(gold, predicted)
        for criterion in CRITERIA:
            match(found, criterion=criterion)


def timed(what: str, goal: float | None, work: Callable[[], object]) -> None:
    began = process_time()
    work()
    print(f"{what:74}{process_time() - began:9.2f}{goal or '':>7}")


if __name__ == "__main__":
    main()
