"""Frames as labels: every article has a set of them, and perhaps one that comes first.

What happens at the edges, once and for all:

* A label with neither gold nor prediction has no F1: it is undefined, left out of the macro mean, and counted
  by `labels without gold or prediction`. A label with only one of the two has F1 0.
* An article with an empty gold set and an empty prediction agrees: its Jaccard and its F1 are 1.
* An article that failed (prediction None) found nothing: its labels are missed, its Jaccard, its subset accuracy
  and its primary frame are wrong whatever its gold, and for kappa and Hamming loss it says the opposite of its
  gold on every label.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from framing.evaluation.tally import Array, Measure, Sums, Tally, f1, harmonic, mean_of, quotient, ratio

__all__ = ["label_measures", "label_tally", "primary_measure", "primary_tally"]

Bools = NDArray[np.bool_]


def label_tally(
    gold: Mapping[str, Collection[str]],
    predicted: Mapping[str, Collection[str] | None],
    labels: Sequence[str],
    *,
    clusters: Mapping[str, str] | None = None,
) -> Tally:
    """Counts of every article of `gold`. An article that `predicted` lacks, or has as None, has failed.

    Only `labels` are counted; what is labelled otherwise is ignored on both sides.
    """
    documents = tuple(gold)
    answered = np.array([predicted.get(name) is not None for name in documents], dtype=bool)
    g = _matrix([gold[name] for name in documents], labels)
    p = _matrix([predicted.get(name) or () for name in documents], labels)
    counted = {"both": g & p, "gold": g, "predicted": p, "same": (g == p) & answered[:, None]}
    counted["answer"] = np.where(answered[:, None], p, ~g)
    columns = [f"{count}/{label}" for count in counted for label in labels]
    counts = np.hstack(list(counted.values())).astype(np.float64)
    sets = _set_counts(g, p, answered)
    return Tally(
        documents,
        (*columns, *sets),
        np.hstack([counts, np.stack(list(sets.values()), axis=1)]),
        tuple(clusters[name] for name in documents) if clusters else (),
    )


def label_measures(labels: Sequence[str]) -> tuple[Measure, ...]:
    """Overall scores first, then precision, recall, F1, kappa and prevalence of each label."""
    each = [_label_f1(label) for label in labels]
    overall = [
        Measure("micro F1", _micro, "set/gold", "harmonic"),
        mean_of("macro F1", each, support="set/gold"),
        Measure("weighted F1", lambda sums: _weighted(sums, each), "set/gold", "harmonic"),
        Measure("micro precision", lambda s: quotient(_sum(s, "both/"), _sum(s, "predicted/")), "set/predicted"),
        Measure("micro recall", lambda s: quotient(_sum(s, "both/"), _sum(s, "gold/")), "set/gold"),
        ratio("samples Jaccard", "set/jaccard", "set/articles"),
        ratio("samples F1", "set/f1", "set/articles"),
        ratio("subset accuracy", "set/equal", "set/articles"),
        Measure("micro Jaccard", _micro_jaccard, "set/gold"),
        Measure("Hamming loss", lambda s: 1 - quotient(_sum(s, "same/"), s["set/articles"] * len(labels))),
        ratio("label-set size ratio", "set/predicted", "set/gold", scale="open"),
        ratio("answered", "set/answered", "set/articles"),
        Measure("labels without gold or prediction", lambda sums: _unseen(sums, each), scale="open"),
    ]
    details = [measure for label, score in zip(labels, each, strict=True) for measure in _of_label(label, score)]
    return (*overall, *details)


def primary_tally(
    gold: Mapping[str, str | None],
    predicted: Mapping[str, str | None],
    *,
    clusters: Mapping[str, str] | None = None,
) -> Tally:
    """Whether the first frame is right, over the articles whose gold has one."""
    rows = {
        name: {
            "primary/right": float(frame is not None and predicted.get(name) == frame),
            "primary/judged": float(frame is not None),
        }
        for name, frame in gold.items()
    }
    return Tally.of(rows, clusters=clusters)


def primary_measure() -> Measure:
    return ratio("primary frame accuracy", "primary/right", "primary/judged")


def _matrix(sets: Sequence[Collection[str]], labels: Sequence[str]) -> Bools:
    index = {label: at for at, label in enumerate(labels)}
    matrix = np.zeros((len(sets), len(labels)), dtype=bool)
    for row, members in enumerate(sets):
        matrix[row, [index[label] for label in members if label in index]] = True
    return matrix


def _set_counts(gold: Bools, predicted: Bools, answered: Bools) -> dict[str, Array]:
    both, either = (gold & predicted).sum(axis=1), (gold | predicted).sum(axis=1)
    sizes = gold.sum(axis=1) + predicted.sum(axis=1)
    empty = (sizes == 0) & answered
    return {
        "set/articles": np.ones(len(gold)),
        "set/answered": answered.astype(np.float64),
        "set/gold": gold.sum(axis=1).astype(np.float64),
        "set/predicted": predicted.sum(axis=1).astype(np.float64),
        "set/jaccard": both / np.maximum(either, 1) + empty,
        "set/f1": 2 * both / np.maximum(sizes, 1) + empty,
        "set/equal": ((gold == predicted).all(axis=1) & answered).astype(np.float64),
    }


def _label_f1(label: str) -> Measure:
    both, gold, predicted = f"both/{label}", f"gold/{label}", f"predicted/{label}"
    return f1(f"F1/{label}", found=both, predicted=predicted, recalled=both, gold=gold)


def _of_label(label: str, score: Measure) -> tuple[Measure, ...]:
    return (
        ratio(f"precision/{label}", f"both/{label}", f"predicted/{label}"),
        ratio(f"recall/{label}", f"both/{label}", f"gold/{label}"),
        score,
        Measure(f"kappa/{label}", lambda sums: _kappa(sums, label), f"gold/{label}", "signed"),
        ratio(f"prevalence in gold/{label}", f"gold/{label}", "set/articles"),
        ratio(f"prevalence predicted/{label}", f"predicted/{label}", "set/articles"),
    )


def _kappa(sums: Sums, label: str) -> Array:
    """Cohen's kappa of present/absent; undefined where both sides are constant and equal (Cohen 1960)."""
    n = sums["set/articles"]
    gold, answer = quotient(sums[f"gold/{label}"], n), quotient(sums[f"answer/{label}"], n)
    by_chance = gold * answer + (1 - gold) * (1 - answer)
    return quotient(quotient(sums[f"same/{label}"], n) - by_chance, 1 - by_chance)


def _sum(sums: Sums, prefix: str) -> Array:
    total: Array = sums.block(prefix).sum(axis=-1)
    return total


def _micro(sums: Sums) -> Array:
    both = _sum(sums, "both/")
    return harmonic(both, _sum(sums, "predicted/"), both, _sum(sums, "gold/"))


def _micro_jaccard(sums: Sums) -> Array:
    both = _sum(sums, "both/")
    return quotient(both, _sum(sums, "predicted/") + _sum(sums, "gold/") - both)


def _weighted(sums: Sums, each: Sequence[Measure]) -> Array:
    values = np.nan_to_num(np.stack([measure.value(sums) for measure in each], axis=-1))
    return quotient((values * sums.block("gold/")).sum(axis=-1), _sum(sums, "gold/"))


def _unseen(sums: Sums, each: Sequence[Measure]) -> Array:
    count: Array = np.isnan(np.stack([measure.value(sums) for measure in each])).sum(axis=0).astype(np.float64)
    return count
