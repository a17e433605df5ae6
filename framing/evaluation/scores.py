"""A score and what makes it citable: n, interval, trivial baseline, human ceiling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np

from framing.evaluation.resampling import resampled_sums
from framing.evaluation.tally import Array, Measure, Sums, Tally

__all__ = [
    "Interval",
    "Score",
    "bca_interval",
    "exact_interval",
    "percentile_interval",
    "point_scores",
    "scores",
    "with_references",
]

Method = Literal["bca", "percentile"]
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is None where the score is undefined; `n` is what it rests on (its support).

    `error` is its bootstrap standard error over articles; `baselines` are the values of trivial answers to the
    same articles, by name; `ceiling` is what one human coder reaches against another.
    """

    name: str
    value: float | None
    n: float
    interval: Interval | None = None
    error: float | None = None
    baselines: tuple[tuple[str, float], ...] = ()
    ceiling: float | None = None


def point_scores(tally: Tally, measures: Sequence[Measure]) -> tuple[Score, ...]:
    """The scores without intervals."""
    total = tally.total()
    return tuple(
        Score(measure.name, _defined(measure.value(total)), _support(measure, total, tally))
        for measure in measures
    )


def scores(
    tally: Tally,
    measures: Sequence[Measure],
    *,
    resamples: int = 10_000,
    level: float = 0.95,
    seed: int = 0,
    method: Method = "bca",
) -> tuple[Score, ...]:
    """Every measure with its bootstrap interval over articles, or over clusters where the tally has them.

    `bca` is corrected for bias and skew (Efron 1987), `percentile` is not. A score has no interval where it is
    undefined, where there are fewer than two clusters, or where half of the resamples or more leave it undefined.
    A share of exactly 0 or 1 has the exact interval of so many clusters without a miss (or a hit) instead: the
    bootstrap cannot see what no article shows (Clopper & Pearson 1934).
    """
    points = point_scores(tally, measures)
    rows = tally.by_cluster()
    if len(rows) < 2 or resamples < 2:
        return points
    drawn = Sums(tally.index, resampled_sums(rows, resamples=resamples, seed=seed))
    left_out = Sums(tally.index, rows.sum(axis=0) - rows)
    table = []
    for point, measure in zip(points, measures, strict=True):
        values = measure.value(drawn)
        if point.value is None or (plain := percentile_interval(values, clusters=len(rows), level=level)) is None:
            table.append(point)
            continue
        interval: Interval | None = plain
        if measure.share and plain.high - plain.low < 1e-9 and min(abs(point.value), abs(1 - point.value)) < 1e-9:
            interval = exact_interval(point.value, _contributing(measure, rows, tally.index), level=level)
        elif method == "bca":
            interval = bca_interval(point.value, values, measure.value(left_out), level=level)
        table.append(replace(point, interval=interval, error=float(np.nanstd(values, ddof=1))))
    return tuple(table)


def with_references(
    table: Sequence[Score],
    *,
    baselines: Mapping[str, Sequence[Score]],
    ceiling: Sequence[Score] = (),
) -> tuple[Score, ...]:
    """The same table with what trivial baselines and human coders reach beside each score of the same name."""
    others = {name: {s.name: s.value for s in scored} for name, scored in baselines.items()}
    human = {score.name: score.value for score in ceiling}
    return tuple(
        replace(
            score,
            baselines=tuple((name, v) for name, by in others.items() if (v := by.get(score.name)) is not None),
            ceiling=human.get(score.name),
        )
        for score in table
    )


def percentile_interval(drawn: Array, *, clusters: int, level: float = 0.95) -> Interval | None:
    """The middle `level` of the resampled values; None where half of them or more are undefined.

    With few clusters a bootstrap is too narrow, as a normal interval is where Student's is due: its tails are
    shortened by as much (the expanded percentile interval of Hesterberg 2015, section 4.2).
    """
    defined = drawn[~np.isnan(drawn)]
    if 2 * len(defined) <= len(drawn):
        return None
    tail = _tail(level, clusters)
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high), level)


def bca_interval(value: float, drawn: Array, left_out: Array, *, level: float = 0.95) -> Interval | None:
    """Bias-corrected and accelerated interval (Efron 1987; Efron & Tibshirani 1993, ch. 14.3), expanded likewise.

    `left_out` are the values with one cluster left out each. Where all resamples fall on one side of
    `value` the correction is infinite, and the percentile interval, widened to hold the value, is given.
    """
    plain = percentile_interval(drawn, clusters=len(left_out), level=level)
    defined, jackknife = drawn[~np.isnan(drawn)], left_out[~np.isnan(left_out)]
    if plain is None or not len(jackknife):
        return plain
    tolerance = 1e-6 * max(1.0, abs(value))
    below = (np.sum(defined < value - tolerance) + np.sum(defined < value + tolerance)) / (2 * len(defined))
    if not 0 < below < 1:
        return Interval(min(plain.low, value), max(plain.high, value), level)
    bias, pull = _NORMAL.inv_cdf(float(below)), jackknife.mean() - jackknife
    spread = float(np.sum(pull**2) ** 1.5)
    skew = float(np.sum(pull**3)) / (6 * spread) if spread > 0 else 0.0
    tail = _tail(level, len(left_out))
    low, high = np.quantile(defined, [_corrected(bias, skew, tail), _corrected(bias, skew, 1 - tail)])
    return Interval(float(low), float(high), level)


def exact_interval(value: float, clusters: int, *, level: float = 0.95) -> Interval:
    """What `clusters` without exception leave open: the bound of Clopper & Pearson (1934) for 0 or all of n."""
    missed = 1 - ((1 - level) / 2) ** (1 / max(clusters, 1))
    return Interval(value - missed, value, level) if value > 0.5 else Interval(value, value + missed, level)


def _contributing(measure: Measure, rows: Array, index: Mapping[str, int]) -> int:
    """The clusters that have anything to do with a score: those that count in its support."""
    return int((rows[:, index[measure.support]] > 0).sum()) if measure.support else len(rows)


def _tail(level: float, clusters: int) -> float:
    from scipy.special import stdtrit

    student = float(stdtrit(clusters - 1, (1 + level) / 2))
    return max(_NORMAL.cdf(-student * (clusters / (clusters - 1)) ** 0.5), 1e-12)


def _corrected(bias: float, skew: float, probability: float) -> float:
    shifted = bias + _NORMAL.inv_cdf(probability)
    # Far out in a very skewed distribution the correction has no finite value: the extreme resample is the bound.
    stretch = 1 - skew * shifted
    return _NORMAL.cdf(bias + shifted / stretch) if stretch > 0 else float(shifted > 0)


def _support(measure: Measure, total: Sums, tally: Tally) -> float:
    return float(total[measure.support]) if measure.support else float(len(tally.documents))


def _defined(value: Array) -> float | None:
    return None if np.isnan(value) else float(value)
