"""Whether a confidence means what it says: of what is called 80 % sure, 80 % should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing.errors import UsageError
from framing.evaluation.tally import Array

__all__ = ["Bin", "brier_score", "calibration_bins", "expected_calibration_error"]


@dataclass(frozen=True, slots=True)
class Bin:
    """Items of similar confidence: how many, how sure on average, and what share of them is right."""

    n: int
    confidence: float
    accuracy: float


def brier_score(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Mean squared distance of confidence from outcome, 0 the best (Brier 1950); NaN without items."""
    sure, outcome = _checked(confidences, right)
    return float(np.mean((sure - outcome) ** 2)) if len(sure) else float("nan")


def calibration_bins(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> tuple[Bin, ...]:
    """Bins with as equal numbers of items as can be; items of equal confidence are never parted."""
    sure, outcome = _checked(confidences, right)
    order = np.argsort(sure, kind="stable")
    sure, outcome = sure[order], outcome[order]
    if not len(sure):
        return ()
    edges = sorted({int(np.searchsorted(sure, sure[len(sure) * k // bins])) for k in range(bins)})
    parts = zip(np.split(sure, edges), np.split(outcome, edges), strict=True)
    return tuple(Bin(len(c), float(c.mean()), float(o.mean())) for c, o in parts if len(c))


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Mean distance of confidence from accuracy over bins of equal size (Nixon et al. 2019); NaN without items."""
    found = calibration_bins(confidences, right, bins=bins)
    total = sum(b.n for b in found)
    return sum(b.n * abs(b.confidence - b.accuracy) for b in found) / total if total else float("nan")


def _checked(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Array, Array]:
    sure, outcome = np.asarray(confidences, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if len(sure) != len(outcome):
        raise UsageError(f"{len(sure)} confidences for {len(outcome)} outcomes: give one of each an item")
    if len(sure) and not ((sure >= 0) & (sure <= 1)).all():
        wrong = float(sure[(sure < 0) | (sure > 1) | np.isnan(sure)][0])
        raise UsageError(f"a confidence is a probability between 0 and 1, not {wrong!r}")
    return sure, outcome
