"""How long the evaluation takes, and whether its intervals cover: `python benchmarks/evaluation.py [--coverage]`.

Run with OPENBLAS_NUM_THREADS=1 (or OMP_NUM_THREADS=1) to measure one core.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

import library  # noqa: F401
import numpy as np
from numpy.typing import NDArray

from framing.evaluation.agreement import Codings, agreement_scores, krippendorff_alpha
from framing.evaluation.comparison import differences
from framing.evaluation.labels import label_measures, label_tally
from framing.evaluation.matching import CRITERIA, match, overlap
from framing.evaluation.scores import point_scores, scores
from framing.evaluation.tally import Measure, Tally
from framing.text import Span

Bools = NDArray[np.bool_]
LABELS = tuple(f"label {number}" for number in range(15))


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"{'what':74}{'CPU s':>9}{'goal':>7}")
    tally = study(rng, System(tuple(np.linspace(0.5, 0.2, 15)), (0.45, 0.95)), 10_000)
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


@dataclass(frozen=True)
class System:
    """Simulated answers: how common each label is, and how often a label is right, from hard articles to easy ones."""

    prevalence: tuple[float, ...]
    right: tuple[float, float]


SYSTEMS = {
    "middling, 5 labels": System((0.5, 0.43, 0.35, 0.28, 0.2), (0.45, 0.95)),
    "good, 4 labels": System((0.3, 0.25, 0.2, 0.15), (0.85, 0.99)),
    "very good, 5 labels": System((0.5, 0.43, 0.35, 0.28, 0.2), (0.93, 1.0)),
    "good, 9 labels, some rare": System((0.3, 0.27, 0.24, 0.21, 0.18, 0.14, 0.11, 0.08, 0.05), (0.9, 0.98)),
    "very good, 15 labels, half of them rare": System(tuple(np.linspace(0.3, 0.03, 15)), (0.96, 1.0)),
}
OVERALL = ("micro F1", "macro F1", "weighted F1", "samples Jaccard", "subset accuracy", "Hamming loss")


def coverage(studies: int = 500, articles: int = 60) -> None:
    """In how many studies of 60 articles a 95 % interval holds the true value; of labels: lowest–highest."""
    print(f"\ncoverage of 95 % intervals in %, {studies} studies of {articles} articles")
    print(f"{'system':42}" + "".join(f"{name:>17}" for name in (*OVERALL, "F1 of labels", "kappa of labels")))
    for name, system in SYSTEMS.items():
        held = covered(system, studies, articles)
        cells = [f"{100 * held[score]:.1f}" for score in OVERALL]
        for prefix in ("F1/", "kappa/"):
            rates = [100 * rate for score, rate in held.items() if score.startswith(prefix)]
            cells.append(f"{min(rates):.1f}–{max(rates):.1f}")
        print(f"{name:42}" + "".join(f"{cell:>17}" for cell in cells))
    for whole, rate, name in ((False, 0.1, "middling, 5 labels"), (True, 0.1, "middling, 5 labels"),
                              (False, 0.02, "very good, 5 labels")):  # fmt: skip
        held = covered_difference(studies, articles, whole=whole, rate=rate, system=name)
        label = f"{name}: {rate:.0%} of {'articles' if whole else 'labels'} turned"
        print(f"{label:42}" + "".join(f"{100 * held[score]:17.1f}" for score in OVERALL))
    print(f"{'alpha of two coders, 3 values':42}{100 * covered_alpha(studies, articles):17.1f}")


def covered(system: System, studies: int, articles: int) -> dict[str, float]:
    labels = LABELS[: len(system.prevalence)]
    measures = chosen(labels, *OVERALL, "F1/", "kappa/")
    rng = np.random.default_rng(11)
    truth = {score.name: score.value for score in point_scores(study(rng, system, 200_000), measures)}
    held, asked = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0)
    for number in range(studies):
        for score in scores(study(rng, system, articles), measures, resamples=1000, seed=number):
            if score.interval:
                asked[score.name] += 1
                held[score.name] += score.interval.low <= (truth[score.name] or 0) <= score.interval.high
    return {name: held[name] / asked[name] for name in truth}


def covered_difference(
    studies: int, articles: int, *, whole: bool, rate: float, system: str = "middling, 5 labels"
) -> dict[str, float]:
    """A system against one that has a share `rate` of articles (or else of labels) the other way round."""
    labels = LABELS[:5]
    measures = chosen(labels, *OVERALL)
    rng = np.random.default_rng(12)

    def pair(count: int) -> list[Tally]:
        gold, predicted = simulated(rng, SYSTEMS[system], count)
        turned = rng.random((count, 1 if whole else len(labels))) < rate
        return [
            label_tally(sets(gold, labels), sets(p, labels), labels)
            for p in (predicted, np.where(turned, ~predicted, predicted))
        ]

    many = [point_scores(tally, measures) for tally in pair(100_000)]
    truth = {a.name: (b.value or 0) - (a.value or 0) for a, b in zip(*many, strict=True)}
    held = dict.fromkeys(truth, 0)
    for seed in range(studies):
        for found in differences(*pair(articles), measures, resamples=1000, seed=seed):
            if found.interval:
                held[found.name] += found.interval.low <= truth[found.name] <= found.interval.high
    return {name: count / studies for name, count in held.items()}


def covered_alpha(studies: int, units: int) -> float:
    rng = np.random.default_rng(13)

    def codings(count: int) -> Codings:
        one = rng.choice(3, count, p=(0.5, 0.3, 0.2))
        other = np.where(rng.random(count) < 0.75, one, rng.choice(3, count, p=(0.5, 0.3, 0.2)))
        return Codings.of([list(map(int, pair)) for pair in zip(one, other, strict=True)])

    truth = krippendorff_alpha(codings(200_000))
    found = [agreement_scores(codings(units), resamples=1000, seed=seed)[0].interval for seed in range(studies)]
    return sum(i is not None and i.low <= truth <= i.high for i in found) / studies


def study(rng: np.random.Generator, system: System, articles: int) -> Tally:
    labels = LABELS[: len(system.prevalence)]
    gold, predicted = simulated(rng, system, articles)
    return label_tally(sets(gold, labels), sets(predicted, labels), labels)


def simulated(rng: np.random.Generator, system: System, articles: int) -> tuple[Bools, Bools]:
    """Gold and predicted labels (articles × labels); articles differ in how easy they are."""
    hard, easy = system.right
    right = hard + (easy - hard) * rng.beta(4, 1.5, (articles, 1))
    gold = rng.random((articles, len(system.prevalence))) < np.array(system.prevalence)
    return gold, np.where(rng.random(gold.shape) > right, ~gold, gold)


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
