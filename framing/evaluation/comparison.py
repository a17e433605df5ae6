"""Two prompts on the same articles: is one better, and could these articles have shown it?

The article (or the cluster of articles) is the unit: both sides are resampled together, and a permutation swaps
the two answers to the same article. Averages over repeats are taken within the article first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from framing.errors import UsageError
from framing.evaluation.resampling import resampled_sums, swapped_sums
from framing.evaluation.scores import Interval, bca_interval, share_interval
from framing.evaluation.tally import Array, Measure, Sums, Tally

__all__ = [
    "MINIMUM_CLUSTERS",
    "Difference",
    "adjusted",
    "averaged",
    "benjamini_hochberg",
    "clustered_error",
    "detectable_difference",
    "differences",
    "holm",
    "mcnemar",
    "mcnemar_corrected",
    "mcnemar_exact",
]

MINIMUM_CLUSTERS = 30
"""Below this many clusters a clustered standard error is far too small (Cameron & Miller 2015)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`value` is b − a; `adjusted_p` is p with allowance for the other tests made.

    `test` says whose two-sided p it is: McNemar's exact one for a score that is the share of articles that are right,
    else a permutation's. `detectable` is the true difference that these articles would show four times in five.
    """

    name: str
    a: float
    b: float
    value: float
    n: int
    interval: Interval | None
    p: float
    detectable: float | None = None
    adjusted_p: float | None = None
    test: Literal["permutation", "McNemar"] = "permutation"


def differences(
    a: Tally,
    b: Tally,
    measures: Sequence[Measure],
    *,
    resamples: int = 10_000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[Difference, ...]:
    """The difference of every measure that is defined on both sides, paired by article.

    Raises UsageError where the two do not cover the same articles.
    """
    left, right = a.by_cluster(), _aligned(b, a).by_cluster()
    both = np.hstack([left, right])
    sums = _Paired(
        index=a.index,
        drawn=resampled_sums(both, resamples=resamples, seed=seed),
        left_out=both.sum(axis=0) - both,
        swapped=np.hstack(swapped_sums(left, right, permutations=resamples, seed=seed + 1)),
        total=both.sum(axis=0),
        rows=both,
    )
    found = (_difference(measure, sums, clusters=len(left), level=level) for measure in measures)
    return tuple(difference for difference in found if difference is not None)


def adjusted(
    family: Sequence[Difference], *, correction: Literal["holm", "benjamini-hochberg"] = "holm"
) -> tuple[Difference, ...]:
    """The same differences with p adjusted for each other: Holm within a family declared beforehand,
    Benjamini–Hochberg where one looks at many in search of some."""
    correct = holm if correction == "holm" else benjamini_hochberg
    values = correct([difference.p for difference in family])
    return tuple(replace(difference, adjusted_p=p) for difference, p in zip(family, values, strict=True))


def averaged(repeats: Sequence[Tally]) -> Tally:
    """One tally from several runs over the same articles: counts averaged within each article."""
    first, *others = repeats
    counts = first.counts + sum((_aligned(other, first).counts for other in others), np.zeros(()))
    return replace(first, counts=counts / len(repeats))


def detectable_difference(error: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """The true difference that a test at 1 − `level` finds with probability `power`, from a standard error."""
    normal = NormalDist()
    return (normal.inv_cdf((1 + level) / 2) + normal.inv_cdf(power)) * error


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Two-sided exact p of McNemar's test, from the numbers of articles that only one side has right."""
    n, fewer = only_a + only_b, min(only_a, only_b)
    term, total = 1, 1
    for k in range(fewer):
        term = term * (n - k) // (k + 1)
        total += term
    return min(1.0, 2 * total / 2**n) if n else 1.0


def mcnemar_corrected(only_a: int, only_b: int) -> tuple[float, float]:
    """McNemar's χ² (one degree of freedom) with Edwards' correction for continuity (1948), and its p.

    An approximation of `mcnemar_exact`, for comparison with papers that give it; (0, 1) without a difference.
    """
    if only_a == only_b:
        return 0.0, 1.0
    statistic = (abs(only_a - only_b) - 1) ** 2 / (only_a + only_b)
    return statistic, erfc(sqrt(statistic / 2))


def mcnemar(a: Tally, b: Tally, column: str) -> float:
    """McNemar's exact p for a column that says of each article whether it is right, such as "same/economic".

    Raises UsageError where the two do not cover the same articles.
    """
    one, other = a.counts[:, a.index[column]], _aligned(b, a).counts[:, a.index[column]]
    return mcnemar_exact(int((one > other).sum()), int((other > one).sum()))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that hold the family-wise error rate (Holm 1979)."""
    n = len(p_values)
    order = sorted(range(n), key=p_values.__getitem__)
    adjusted_values, highest = [0.0] * n, 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (n - rank) * p_values[at]))
        adjusted_values[at] = highest
    return adjusted_values


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that hold the false discovery rate (Benjamini & Hochberg 1995)."""
    n = len(p_values)
    order = sorted(range(n), key=p_values.__getitem__, reverse=True)
    adjusted_values, lowest = [0.0] * n, 1.0
    for rank, at in enumerate(order):
        lowest = min(lowest, p_values[at] * n / (n - rank))
        adjusted_values[at] = lowest
    return adjusted_values


def clustered_error(
    values: Sequence[float],
    clusters: Sequence[str],
    *,
    correction: Literal["CR0", "CR1"] = "CR1",
    minimum: int = MINIMUM_CLUSTERS,
) -> float:
    """The standard error of the mean of `values` that depend on each other within clusters (Liang & Zeger 1986).

    CR1 multiplies the variance by G/(G − 1) × (n − 1)/(n − 1), as is usual for a mean of n values in G clusters.
    Raises UsageError under `minimum` clusters: use the bootstrap interval there, or more clusters.
    """
    names, owner = np.unique(np.array(clusters), return_inverse=True)
    if len(names) < minimum:
        raise UsageError(
            f"{len(names)} clusters are too few for a clustered standard error (at least {minimum}): "
            f"it would be too small; report the bootstrap interval, or collect more clusters"
        )
    deviations = np.asarray(values, dtype=np.float64) - np.mean(values)
    sums = np.bincount(owner, weights=deviations)
    variance = float((sums**2).sum()) / len(deviations) ** 2
    return float(np.sqrt(variance * (len(names) / (len(names) - 1) if correction == "CR1" else 1.0)))


@dataclass(frozen=True, slots=True)
class _Paired:
    """Sums of both sides next to each other, the columns of a before those of b: of all articles, of resamples,
    with one cluster left out each, with the sides of some clusters swapped; and the rows of clusters themselves."""

    index: dict[str, int]
    total: Array
    drawn: Array
    left_out: Array
    swapped: Array
    rows: Array

    def sides(self, measure: Measure, sums: Array) -> tuple[Array, Array]:
        width = len(self.index)
        one, other = (Sums(self.index, half) for half in (sums[..., :width], sums[..., width:]))
        return measure.value(one), measure.value(other)

    def difference(self, measure: Measure, sums: Array) -> Array:
        one, other = self.sides(measure, sums)
        return other - one


def _difference(measure: Measure, sums: _Paired, *, clusters: int, level: float) -> Difference | None:
    one, other = (float(value) for value in sums.sides(measure, sums.total))
    value = other - one
    if np.isnan(value):
        return None
    moved = sums.difference(measure, sums.drawn)
    discordant = _discordant(measure, sums, value)
    enough = clusters > 1 and np.count_nonzero(~np.isnan(moved)) > 1
    return Difference(
        name=measure.name,
        a=one,
        b=other,
        value=value,
        n=clusters,
        interval=_interval(measure, value, moved, sums, clusters=clusters, level=level) if enough else None,
        p=mcnemar_exact(*discordant) if discordant else _two_sided(value, sums.difference(measure, sums.swapped)),
        detectable=detectable_difference(float(np.nanstd(moved, ddof=1)), level=level) if enough else None,
        test="McNemar" if discordant else "permutation",
    )


def _discordant(measure: Measure, sums: _Paired, value: float) -> tuple[int, int] | None:
    """How many articles only a, and only b, has right, where the score is the share of those that are right."""
    if measure.scale != "share" or measure.parts:
        return None
    one, other = sums.sides(measure, sums.rows)
    judged = ~np.isnan(one) & ~np.isnan(other)
    both = np.stack([one, other])
    if (np.isnan(one) != np.isnan(other)).any() or not np.isin(both[:, judged], (0.0, 1.0)).all():
        return None
    if abs((other[judged] - one[judged]).mean() - value) > 1e-9:
        return None
    return int((one[judged] > other[judged]).sum()), int((other[judged] > one[judged]).sum())


def _interval(
    measure: Measure, value: float, moved: Array, sums: _Paired, *, clusters: int, level: float
) -> Interval | None:
    """Of scores with bounds, Wilson's interval on the range that their difference can have, for the sample size that
    its bootstrap error amounts to; where no article differs, as much as so many articles without a difference leave
    open. Of scores without bounds, the BCa interval."""
    if measure.scale == "open":
        return bca_interval(value, moved, sums.difference(measure, sums.left_out), level=level)
    widest = 2.0 if measure.scale == "signed" else 1.0
    share, error = (1 + value / widest) / 2, float(np.nanstd(moved, ddof=1)) / (2 * widest)
    if error < 1e-9:
        open_still = widest * (1 - share_interval(1.0, clusters, clusters=clusters, level=level).low)
        return Interval(max(value - open_still, -widest), min(value + open_still, widest), level)
    size = share * (1 - share) * (clusters - 1) / (error**2 * clusters)
    found = share_interval(share, size, clusters=clusters, level=level)
    return Interval(widest * (2 * found.low - 1), widest * (2 * found.high - 1), level)


def _aligned(tally: Tally, to: Tally) -> Tally:
    """The same tally with the rows and columns of another."""
    if set(tally.documents) != set(to.documents):
        odd = sorted(set(tally.documents) ^ set(to.documents))
        raise UsageError(
            f"both sides must cover the same articles; {len(odd)} are in one only, such as {odd[0]!r}: "
            f"score both runs on the same limit and split"
        )
    rows = {name: at for at, name in enumerate(tally.documents)}
    counts = np.zeros((len(to.documents), len(to.columns)))
    order = [rows[name] for name in to.documents]
    for at, column in enumerate(to.columns):
        if column in tally.index:
            counts[:, at] = tally.counts[order, tally.index[column]]
    return replace(to, counts=counts)


def _two_sided(value: float, under_null: Array) -> float:
    """Share of permutations at least as far from 0, the observed one among them (Phipson & Smyth 2010)."""
    defined = np.abs(under_null[~np.isnan(under_null)])
    return float((1 + np.sum(defined >= abs(value) - 1e-12)) / (1 + len(defined)))
