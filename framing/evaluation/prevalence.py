"""How common a frame is in a corpus that a model labelled, put right with a random hand-labelled sample.

The share of model labels (`naive`) carries the model's mistakes; the share in the sample alone (`gold_only`) is
right but wide. Two estimators join them and stay right however bad the model is, as long as it was chance that
drew the sample, with known probabilities:

* `ppi`: PPI++ (Angelopoulos, Duchi & Zrnic 2023) with its power-tuning weight clipped to [0, 1]; where inclusion
  probabilities differ, within strata of equal probability, which are then added up (Fisch et al. 2024): that
  needs the probability of every article, drawn or not, and two hand labels in each stratum.
* `dsl`: design-based supervised learning for a mean (Egami, Hinck, Stewart & Wei 2023).

A sample that someone picked by hand has no inclusion probabilities, and nothing here can put it right: refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from framing.errors import UsageError
from framing.evaluation.scores import Interval, share_interval
from framing.evaluation.tally import Array

__all__ = ["Estimate", "LabelledUnit", "Prevalence", "estimate_prevalence", "frame_prevalence"]


@dataclass(frozen=True, slots=True)
class LabelledUnit:
    """One article: the model's label, and, if it was drawn into the sample, the hand label and its probability."""

    id: str
    predicted: float
    gold: float | None = None
    probability: float | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    error: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The share of a frame in a group of articles. An estimate is None where too few are labelled for it."""

    group: str
    n: int
    labelled: int
    naive: float
    gold_only: Estimate | None
    ppi: Estimate | None
    dsl: Estimate | None


def estimate_prevalence(units: Sequence[LabelledUnit], *, level: float = 0.95) -> tuple[Prevalence, ...]:
    """One row for each group, sorted, after one for all articles together (group "").

    Raises UsageError where a hand label has no inclusion probability, or one outside (0, 1].
    """
    if not units:
        raise UsageError("no articles to estimate a prevalence from")
    for unit in units:
        _check(unit)
    rows = [_estimate("", units, level)]
    names = sorted({unit.group for unit in units} - {""})
    return (*rows, *(_estimate(name, [u for u in units if u.group == name], level) for name in names))


def frame_prevalence(
    predicted: Mapping[str, Collection[str]],
    gold: Mapping[str, Collection[str]],
    *,
    frames: Sequence[str],
    probabilities: Mapping[str, float],
    groups: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> dict[str, tuple[Prevalence, ...]]:
    """`estimate_prevalence` of every frame, from label sets by article id.

    Raises UsageError also where a hand-labelled article has no model label.
    """
    if missing := sorted(set(gold) - set(predicted)):
        raise UsageError(
            f"article {missing[0]!r} is labelled by hand but not by the model: label all of the corpus"
        )
    return {
        frame: estimate_prevalence(
            [
                LabelledUnit(
                    id=name,
                    predicted=float(frame in labels),
                    gold=float(frame in gold[name]) if name in gold else None,
                    probability=probabilities.get(name),
                    group=(groups or {}).get(name, ""),
                )
                for name, labels in predicted.items()
            ],
            level=level,
        )
        for frame in frames
    }


def _check(unit: LabelledUnit) -> None:
    if unit.gold is None:
        return
    if unit.probability is None:
        raise UsageError(
            f"article {unit.id!r} is labelled by hand but has no inclusion probability: a sample picked for "
            f"convenience cannot correct a corpus; draw one with `framing sample`, which stores the probabilities"
        )
    if not 0 < unit.probability <= 1:
        raise UsageError(f"article {unit.id!r} has inclusion probability {unit.probability!r}, not within (0, 1]")


def _estimate(group: str, units: Sequence[LabelledUnit], level: float) -> Prevalence:
    predicted = np.array([unit.predicted for unit in units], dtype=np.float64)
    gold = np.array([np.nan if unit.gold is None else unit.gold for unit in units], dtype=np.float64)
    chance = np.array(
        [np.nan if unit.probability is None else unit.probability for unit in units], dtype=np.float64
    )
    drawn = ~np.isnan(gold)
    labelled = int(drawn.sum())
    enough = labelled >= 2
    return Prevalence(
        group=group,
        n=len(units),
        labelled=labelled,
        naive=float(predicted.mean()),
        gold_only=_with_interval(*_gold_only(gold[drawn], chance[drawn]), level, labelled) if enough else None,
        ppi=_ppi_by_stratum(predicted, gold, chance, level) if enough else None,
        dsl=_with_interval(*_dsl(predicted, gold, chance), level, labelled) if enough else None,
    )


def _gold_only(gold: Array, chance: Array) -> tuple[float, float]:
    """Hájek's weighted mean and its linearised error; the plain mean where probabilities are equal."""
    weights = 1 / chance
    weights = weights / weights.sum()
    mean = float((weights * gold).sum())
    return mean, float(np.sqrt((weights**2 * (gold - mean) ** 2).sum()))


def _dsl(predicted: Array, gold: Array, chance: Array) -> tuple[float, float]:
    drawn = ~np.isnan(gold)
    pseudo = predicted.copy()
    pseudo[drawn] += (gold[drawn] - predicted[drawn]) / chance[drawn]
    return float(pseudo.mean()), float(pseudo.std(ddof=1) / np.sqrt(len(pseudo)))


def _ppi_by_stratum(predicted: Array, gold: Array, chance: Array, level: float) -> Estimate | None:
    drawn = ~np.isnan(gold)
    if len(np.unique(chance[drawn])) == 1:
        return _with_interval(*_ppi(predicted, gold), level, int(drawn.sum()))
    if np.isnan(chance).any():
        return None
    mean, variance = 0.0, 0.0
    for probability in np.unique(chance):
        rows = chance == probability
        if drawn[rows].sum() < 2:
            return None
        value, error = _ppi(predicted[rows], gold[rows])
        share = float(rows.mean())
        mean, variance = mean + share * value, variance + (share * error) ** 2
    return _with_interval(mean, float(np.sqrt(variance)), level, int(drawn.sum()))


def _ppi(predicted: Array, gold: Array) -> tuple[float, float]:
    """Estimate and error of PPI++ for a mean: the labelled set against the unlabelled rest."""
    drawn = ~np.isnan(gold)
    y, f, rest = gold[drawn], predicted[drawn], predicted[~drawn]
    if not len(rest):
        return float(y.mean()), float(y.std() / np.sqrt(len(y)))
    spread = float(np.var(np.concatenate([f, rest]), ddof=1))
    together = float(np.mean((y - y.mean()) * (f - f.mean())))
    weight = min(1.0, max(0.0, together / ((1 + len(y) / len(rest)) * spread))) if spread > 0 else 0.0
    value = weight * rest.mean() + (y - weight * f).mean()
    variance = (weight * rest.std()) ** 2 / len(rest) + (y - weight * f).var() / len(y)
    return float(value), float(np.sqrt(variance))


def _with_interval(value: float, error: float, level: float, labelled: int) -> Estimate:
    """The normal interval, within 0 and 1. Hand labels that are all alike have no error to show: then as much is
    open as so many articles without an exception leave (`share_interval`)."""
    if error < 1e-12 and 0 <= value <= 1:
        return Estimate(value, error, share_interval(value, labelled, clusters=labelled, level=level))
    reach = NormalDist().inv_cdf((1 + level) / 2) * error
    low, high = (min(1.0, max(0.0, bound)) for bound in (value - reach, value + reach))
    return Estimate(value, error, Interval(low, high, level))
