"""A score and what makes it citable: n, interval, trivial baseline, human ceiling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from framing.evaluation.resampling import resampled_sums
from framing.evaluation.tally import Array, Measure, Sums, Tally

__all__ = [
    "Interval",
    "Score",
    "bca_interval",
    "percentile_interval",
    "point_scores",
    "scores",
    "share_interval",
    "with_references",
]

_NORMAL = NormalDist()
_NIL = 1e-9
_V = TypeVar("_V", float, Array)


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
    tally: Tally, measures: Sequence[Measure], *, resamples: int = 10_000, level: float = 0.95, seed: int = 0
) -> tuple[Score, ...]:
    """Every measure with its interval, from a bootstrap of articles, or of clusters where the tally has them.

    A share, an F1, a kappa has Wilson's interval for the sample size that its bootstrap error amounts to
    (`share_interval`), an F1 on the scale of the Jaccard coefficient; a score without bounds, such as tokens, has
    the BCa interval of its resamples. A score has no interval where it is undefined, where there are fewer than two
    clusters, or where half of the resamples or more leave it undefined.
    """
    points = point_scores(tally, measures)
    rows = tally.by_cluster()
    if len(rows) < 2 or resamples < 2:
        return points
    study = _Study(
        tally.index, rows, Sums(tally.index, resampled_sums(rows, resamples=resamples, seed=seed)), level
    )
    return tuple(study.scored(point, measure) for point, measure in zip(points, measures, strict=True))


@dataclass(frozen=True, slots=True)
class _Study:
    """The counts of every cluster and the sums of their resamples: what the error of any score is read from."""

    index: Mapping[str, int]
    rows: Array
    drawn: Sums
    level: float

    def scored(self, point: Score, measure: Measure) -> Score:
        values = measure.value(self.drawn)
        if point.value is None or 2 * np.isnan(values).sum() >= len(values):
            return point
        error = float(np.nanstd(values, ddof=1))
        if measure.scale == "open":
            left_out = measure.value(Sums(self.index, self.rows.sum(axis=0) - self.rows))
            return replace(
                point, interval=bca_interval(point.value, values, left_out, level=self.level), error=error
            )
        shares, restored = _on_share_scale(measure, point.value)
        share, spread = float(shares(point.value)), float(np.nanstd(shares(values), ddof=1))
        found = share_interval(
            share, self._size(share, spread, measure), clusters=len(self.rows), level=self.level
        )
        interval = Interval(restored(found.low), restored(found.high), self.level)
        return replace(point, interval=interval, error=error)

    def _size(self, share: float, error: float, measure: Measure) -> float:
        """How many independent trials are as certain as this share: share × (1 − share) / error².

        A score that is the same in every resample, such as one of just 1, shows no error: it is worth the clusters
        that tell of it.
        """
        likely, unseen = self._with_unseen(share, measure.parts)
        if error < _NIL and unseen < _NIL:
            return float(self._telling(measure))
        clusters = len(self.rows)
        return likely * (1 - likely) * (clusters - 1) / ((error**2 + unseen**2) * clusters)

    def _telling(self, measure: Measure) -> int:
        """The clusters that tell something of a score: those in its support; of an F1 those with gold or prediction."""
        if measure.scale != "harmonic":
            return self._supporting(measure)
        return int(np.isfinite(measure.value(Sums(self.index, self.rows))).sum())

    def _supporting(self, measure: Measure) -> int:
        return int((self.rows[:, self.index[measure.support]] > 0).sum()) if measure.support else len(self.rows)

    def _with_unseen(self, value: float, parts: Sequence[Measure]) -> tuple[float, float]:
        """A mean, and its error, with what no resample can show: parts that are just 1 or 0 in all of them. Each
        gets Jeffreys' estimate, (hits + ½) / (trials + 1), and the error of that."""
        total = Sums(self.index, self.rows.sum(axis=0))
        values = [(part, share) for part in parts if not np.isnan(share := float(part.value(total)))]
        variance = 0.0
        for part, share in values:
            if _at_edge(share) and np.nanstd(part.value(self.drawn)) < _NIL:
                trials = self._supporting(part) * _worth(share, part)
                likely = (share * trials + 0.5) / (trials + 1)
                value += (likely - share) / len(values)
                variance += likely * (1 - likely) / (trials + 1)
        return value, float(variance**0.5) / max(len(values), 1)


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


def share_interval(value: float, size: float, *, clusters: int, level: float = 0.95) -> Interval:
    """Wilson's score interval (1927) of a share that is as certain as one of `size` independent trials.

    That is the effective sample size of Kish (1965), and an interval for clustered samples that keeps its level
    (Franco, Little, Louis & Slud 2019): nothing is assumed about how the articles hang together, or about the formula.
    The quantile is Student's with `clusters` − 1 degrees of freedom, since the size is itself estimated.
    """
    pull = _student(level, clusters) ** 2 / max(size, _NIL)
    middle = (value + pull / 2) / (1 + pull)
    reach = (pull * value * (1 - value) + pull**2 / 4) ** 0.5 / (1 + pull)
    return Interval(max(0.0, min(middle - reach, value)), min(1.0, max(middle + reach, value)), level)


def _on_share_scale(measure: Measure, value: float) -> tuple[Callable[[_V], _V], Callable[[float], float]]:
    """How to turn a score into the share of trials that it is, and back.

    An F1 is no share, but F1 = 2J / (1 + J), and J, the shared over the joint items, is one. A mean of several F1
    is taken as it is. A kappa of just 1 can only fall towards 0, as J does: below that its range would be a width
    without meaning.
    """
    if measure.scale == "harmonic" and not measure.parts:
        return (lambda f1: f1 / (2 - f1)), (lambda jaccard: 2 * jaccard / (1 + jaccard))
    if measure.scale == "signed" and value < 1 - _NIL:
        return (lambda kappa: (kappa + 1) / 2), (lambda share: 2 * share - 1)
    return (lambda share: share), (lambda share: share)


def _worth(share: float, measure: Measure) -> float:
    """A miss costs an F1 half as much near 1 and twice as much near 0 as it costs a share: F1 = 2J / (1 + J)."""
    return 1.0 if measure.scale != "harmonic" else 2.0 if share > 1 - _NIL else 0.5


def _at_edge(share: float) -> bool:
    return min(abs(share), abs(1 - share)) < _NIL


def _student(level: float, clusters: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(clusters - 1, (1 + level) / 2))


def _tail(level: float, clusters: int) -> float:
    return max(_NORMAL.cdf(-_student(level, clusters) * (clusters / (clusters - 1)) ** 0.5), 1e-12)


def _corrected(bias: float, skew: float, probability: float) -> float:
    shifted = bias + _NORMAL.inv_cdf(probability)
    # Far out in a very skewed distribution the correction has no finite value: the extreme resample is the bound.
    stretch = 1 - skew * shifted
    return _NORMAL.cdf(bias + shifted / stretch) if stretch > 0 else float(shifted > 0)


def _support(measure: Measure, total: Sums, tally: Tally) -> float:
    return float(total[measure.support]) if measure.support else float(len(tally.documents))


def _defined(value: Array) -> float | None:
    return None if np.isnan(value) else float(value)
