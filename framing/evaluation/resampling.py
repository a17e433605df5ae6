"""Bootstrap resamples of articles as matrix products, in blocks that stay small.

A resample of n articles is a vector of n multiplicities; its sums are that vector times the counts. Rows that are
equal are drawn as one: of 10,000 articles with a handful of different label patterns only the patterns cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framing.evaluation.tally import Array

__all__ = ["resampled_sums", "swapped_sums"]

_BLOCK = 1 << 19


def resampled_sums(rows: Array, *, resamples: int, seed: int) -> Array:
    """Column sums of `resamples` draws, with replacement, of as many rows as there are (resamples × columns).

    Sums are formed in single precision: exact for counts below 2**24, and to seven digits otherwise.
    """
    rng = np.random.default_rng(seed)
    unique, multiplicity = np.unique(rows, axis=0, return_counts=True)
    few = len(unique) * 4 <= len(rows)
    source = (unique if few else rows).astype(np.float32)
    sums = np.empty((resamples, rows.shape[1]))
    step = max(1, _BLOCK // max(len(source), 1))
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        if few:
            weights = rng.multinomial(len(rows), multiplicity / len(rows), size=size)
        else:
            weights = _multiplicities(rng, len(rows), size)
        sums[start : start + size] = weights.astype(np.float32) @ source
    return sums


def swapped_sums(a: Array, b: Array, *, permutations: int, seed: int) -> tuple[Array, Array]:
    """Sums of both sides after each row has changed sides with probability one half (permutations × columns)."""
    rng = np.random.default_rng(seed)
    total = a.sum(axis=0) + b.sum(axis=0)
    left = np.empty((permutations, a.shape[1]))
    step = max(1, _BLOCK // max(len(a), 1))
    for start in range(0, permutations, step):
        size = min(step, permutations - start)
        keep = rng.integers(0, 2, size=(size, len(a)), dtype=np.int8).astype(np.float64)
        left[start : start + size] = keep @ (a - b) + b.sum(axis=0)
    return left, total - left


def _multiplicities(rng: np.random.Generator, rows: int, size: int) -> NDArray[np.int64]:
    drawn = rng.integers(0, rows, size=(size, rows), dtype=np.int64)
    drawn += np.arange(0, size * rows, rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=size * rows).reshape(size, rows)
