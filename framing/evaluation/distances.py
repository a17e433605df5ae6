"""How far apart two codings are, for Krippendorff's alpha: values × values, 0 on the diagonal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set
from typing import Any, Literal

import numpy as np

from framing.errors import UsageError
from framing.evaluation.tally import Array

__all__ = ["Level", "distance_matrix", "jaccard_distance", "masi_distance", "ordinal_distances"]

Level = Literal["nominal", "ordinal", "interval", "ratio", "masi", "jaccard"]


def jaccard_distance(one: Collection[Any], other: Collection[Any]) -> float:
    """1 − |A ∩ B| / |A ∪ B|; two empty sets are equal."""
    a, b = set(one), set(other)
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def masi_distance(one: Collection[Any], other: Collection[Any]) -> float:
    """1 − Jaccard × monotonicity (Passonneau 2006).

    Monotonicity is 1 for equal sets, 2/3 where one contains the other, 1/3 where they intersect, 0 where disjoint.
    """
    a, b = set(one), set(other)
    if a == b:
        return 0.0
    monotonicity = 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - (1 - jaccard_distance(a, b)) * monotonicity


def distance_matrix(values: Sequence[Any], level: Level) -> Array | None:
    """Distances between all values (values × values). None for `ordinal`, whose distances depend on how often
    each value is used (Krippendorff 2018, ch. 12): see `ordinal_distances`.

    Raises UsageError where the values do not fit the level.
    """
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level in ("masi", "jaccard"):
        return _pairwise(values, masi_distance if level == "masi" else jaccard_distance)
    numbers = _numbers(values, level)
    if level == "ordinal":
        return None
    gap = numbers[:, None] - numbers[None, :]
    if level == "interval":
        return gap**2
    total = numbers[:, None] + numbers[None, :]
    return np.where(total == 0, 0.0, gap / np.where(total == 0, 1.0, total)) ** 2


def ordinal_distances(used: Array) -> Array:
    """The squared number of codings between two values (… × V × V), from how often each is used (… × V)."""
    reached = np.cumsum(used, axis=-1)
    middle = reached - used / 2
    gap: Array = (middle[..., :, None] - middle[..., None, :]) ** 2
    return gap


def _pairwise(values: Sequence[Any], distance: Callable[[Any, Any], float]) -> Array:
    for value in values:
        if not isinstance(value, Set | tuple | list):
            raise UsageError(f"this distance compares sets of labels; {value!r} is not a set: give frozensets")
    return np.array([[distance(a, b) for b in values] for a in values], dtype=np.float64)


def _numbers(values: Sequence[Any], level: str) -> Array:
    try:
        return np.array([float(value) for value in values])
    except (TypeError, ValueError):
        wrong = next(value for value in values if not _is_number(value))
        raise UsageError(f"level {level!r} needs numbers, not {wrong!r}; use level 'nominal' for names") from None


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
