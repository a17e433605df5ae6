"""Sums over articles, and formulas on them.

Every score here is a formula on sums of per-article counts. So resampling articles is one matrix product, and
whatever can be summed can be scored, bootstrapped and compared by the same few functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Measure", "Scale", "Sums", "Tally", "f1", "harmonic", "mean_of", "quotient", "ratio"]

Array = NDArray[np.float64]
Scale = Literal["share", "harmonic", "signed", "open"]
"""Where a score lies, which decides on its interval: a share between 0 and 1; a harmonic mean of two shares, such
as F1; a score from −1 to 1, such as kappa; anything at all."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums by column name; `values` has the columns on its last axis and any axes (resamples) before it."""

    index: Mapping[str, int]
    values: Array

    def __getitem__(self, column: str) -> Array:
        return self.values[..., self.index[column]]

    def __contains__(self, column: object) -> bool:
        return column in self.index

    def block(self, prefix: str) -> Array:
        """All columns whose name starts with `prefix`, in their order, on the last axis."""
        return self.values[..., [at for name, at in self.index.items() if name.startswith(prefix)]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of every article (documents × columns); `clusters` are what is resampled (default: each article)."""

    documents: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Array
    clusters: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Mapping[str, Mapping[str, float]], *, clusters: Mapping[str, str] | None = None) -> Tally:
        """From one mapping of counts an article; a column that an article lacks is 0 there."""
        columns = tuple(dict.fromkeys(name for row in rows.values() for name in row))
        counts = np.array([[row.get(name, 0.0) for name in columns] for row in rows.values()], dtype=np.float64)
        documents = tuple(rows)
        return cls(
            documents,
            columns,
            counts.reshape(len(documents), len(columns)),
            tuple(clusters[name] for name in documents) if clusters else (),
        )

    @property
    def index(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.columns)}

    def total(self) -> Sums:
        return Sums(self.index, self.counts.sum(axis=0))

    def by_cluster(self) -> Array:
        """Counts summed within clusters (clusters × columns); the rows themselves where there are none."""
        if not self.clusters:
            return self.counts
        _, owner = np.unique(np.array(self.clusters), return_inverse=True)
        summed = np.zeros((int(owner.max(initial=-1)) + 1, len(self.columns)))
        np.add.at(summed, owner, self.counts)
        return summed


@dataclass(frozen=True, slots=True)
class Measure:
    """A named formula on sums. It gives NaN where it is undefined. `support` is the column that counts its n.

    `parts` are the measures that it is the mean of, if it is one.
    """

    name: str
    value: Callable[[Sums], Array]
    support: str | None = None
    scale: Scale = "share"
    parts: tuple[Measure, ...] = ()


def quotient(top: Array, bottom: Array) -> Array:
    """top / bottom, and NaN where the bottom is 0."""
    safe = np.where(bottom == 0, 1.0, bottom)
    return np.where(bottom == 0, np.nan, top / safe)


def ratio(name: str, top: str, bottom: str, *, scale: Scale = "share") -> Measure:
    """One column over another; undefined where the other is 0."""
    return Measure(name, lambda sums: quotient(sums[top], sums[bottom]), bottom, scale)


def f1(name: str, *, found: str, predicted: str, recalled: str, gold: str) -> Measure:
    """The harmonic mean of found/predicted and recalled/gold.

    Undefined where there is neither gold nor prediction; 0 where there is only one of them.
    """

    def value(sums: Sums) -> Array:
        return harmonic(sums[found], sums[predicted], sums[recalled], sums[gold])

    return Measure(name, value, gold, "harmonic")


def harmonic(found: Array, predicted: Array, recalled: Array, gold: Array) -> Array:
    """F1 of precision found/predicted and recall recalled/gold; NaN where predicted and gold are both 0."""
    precision = found / np.maximum(predicted, 1e-300)
    recall = recalled / np.maximum(gold, 1e-300)
    both = precision + recall
    value = 2 * precision * recall / np.where(both == 0, 1.0, both)
    return np.where((predicted == 0) & (gold == 0), np.nan, value)


def mean_of(name: str, measures: Sequence[Measure], *, support: str | None = None) -> Measure:
    """The mean of those measures that are defined; undefined where none is."""

    def value(sums: Sums) -> Array:
        values = np.stack([measure.value(sums) for measure in measures])
        defined = ~np.isnan(values)
        return quotient(np.where(defined, values, 0.0).sum(axis=0), defined.sum(axis=0).astype(np.float64))

    scales = {measure.scale for measure in measures}
    return Measure(name, value, support, scales.pop() if len(scales) == 1 else "open", tuple(measures))
