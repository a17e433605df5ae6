"""Which predicted passage answers which gold passage: one to one, and as well as can be.

A passage is a set of characters, given as the spans that hold it. Two passages may be paired under a
criterion: `exact` (the same characters), `iou` (shared characters over all characters of the two, at least a
threshold) or `overlap` (at least one shared character). Of all one-to-one pairings under the criterion the one
with most pairs is taken and, among those, the one with the greatest sum of IoU: what counts does not depend on
the order in which anything was listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from framing.text import Span, merge_spans

__all__ = ["CRITERIA", "Criterion", "Overlap", "Passage", "character_counts", "match", "overlap", "partial_credit"]

Passage = Sequence[Span]
Criterion = Literal["exact", "iou", "overlap"]
CRITERIA: tuple[Criterion, ...] = ("exact", "iou", "overlap")
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shared characters of every gold passage with every predicted one (m × n), and the sizes of both."""

    shared: NDArray[np.int64]
    gold: NDArray[np.int64]
    predicted: NDArray[np.int64]

    @property
    def iou(self) -> NDArray[np.float64]:
        """Shared characters over the characters of both together; 0 where both passages are empty."""
        union = self.gold[:, None] + self.predicted[None, :] - self.shared
        ratio: NDArray[np.float64] = self.shared / np.maximum(union, 1)
        return ratio

    def eligible(self, criterion: Criterion, threshold: float) -> NDArray[np.bool_]:
        """Which pairs the criterion allows (m × n). Empty passages are never paired."""
        if criterion == "overlap":
            return self.shared > 0
        return (self.shared > 0) & (self.iou >= (1.0 if criterion == "exact" else threshold))


def overlap(gold: Sequence[Passage], predicted: Sequence[Passage]) -> Overlap:
    """Count the characters that each gold passage shares with each predicted one."""
    g, p = _Pieces.of(gold), _Pieces.of(predicted)
    left = np.maximum(g.starts[:, None], p.starts[None, :])
    right = np.minimum(g.ends[:, None], p.ends[None, :])
    pieces = np.maximum(right - left, 0)
    return Overlap(_sum_by_owner(_sum_by_owner(pieces, g).T, p).T, g.sizes(), p.sizes())


def match(found: Overlap, *, criterion: Criterion = "iou", threshold: float = 0.5) -> Pairs:
    """The best one-to-one pairing, as (gold index, predicted index), sorted by gold index."""
    eligible = found.eligible(criterion, threshold)
    if not eligible.any():
        return ()
    if eligible.sum(axis=0).max() == 1 and eligible.sum(axis=1).max() == 1:
        return _as_pairs(*np.nonzero(eligible))
    from scipy.optimize import linear_sum_assignment

    # One more pair always outweighs any gain in IoU, since the IoUs of all pairs sum to less than min(m, n) + 1.
    weight = eligible * (min(eligible.shape) + 1.0 + found.iou)
    rows, columns = linear_sum_assignment(weight, maximize=True)
    kept = eligible[rows, columns]
    return _as_pairs(rows[kept], columns[kept])


def character_counts(gold: Sequence[Passage], predicted: Sequence[Passage]) -> tuple[int, int, int]:
    """(shared, gold, predicted): characters covered by any passage of both sides, of gold, of the prediction."""
    gold_all = [span for passage in gold for span in passage]
    predicted_all = [span for passage in predicted for span in passage]
    found = overlap([gold_all], [predicted_all])
    return int(found.shared[0, 0]), int(found.gold[0]), int(found.predicted[0])


def partial_credit(gold: Sequence[Span], predicted: Sequence[Span]) -> tuple[float, int, float, int]:
    """(credit of the predicted, their number, credit of the gold, their number) of one article.

    Each span earns the share of itself that the other side covers; spans of one side that overlap are merged
    first. Precision and recall are the sums of credit over the sums of numbers (Da San Martino et al. 2020,
    SemEval-2020 task 11, eq. 1–2; spans count once, as in its span identification scorer).
    """
    g, p = [[span] for span in _merge_overlapping(gold)], [[span] for span in _merge_overlapping(predicted)]
    if not g or not p:
        return 0.0, len(p), 0.0, len(g)
    found = overlap(g, p)
    return (
        float((found.shared / found.predicted[None, :]).sum()),
        len(p),
        float((found.shared / found.gold[:, None]).sum()),
        len(g),
    )


def _merge_overlapping(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif span:
            merged.append(span)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The spans of all passages in one row; `first[i]:first[i + 1]` are those of passage i."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> _Pieces:
        spans: list[tuple[int, int]] = []
        first = [0]
        for passage in passages:
            merged = passage if len(passage) == 1 else merge_spans(passage)
            spans.extend((span.start, span.end) for span in merged)
            first.append(len(spans))
        bounds = np.array(spans, dtype=np.int64).reshape(-1, 2)
        return cls(bounds[:, 0], bounds[:, 1], np.array(first, dtype=np.int64))

    def sizes(self) -> NDArray[np.int64]:
        return _sum_by_owner((self.ends - self.starts)[:, None], self)[:, 0]


def _sum_by_owner(rows: NDArray[np.int64], pieces: _Pieces) -> NDArray[np.int64]:
    """Add up the rows that belong to the same passage; a passage without pieces gets a row of zeros."""
    first = pieces.first
    if len(rows) == len(first) - 1 and (np.diff(first) == 1).all():
        return rows
    running = np.zeros((len(rows) + 1, rows.shape[1]), dtype=np.int64)
    np.cumsum(rows, axis=0, out=running[1:])
    return running[first[1:]] - running[first[:-1]]


def _as_pairs(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Pairs:
    return tuple(zip(rows.tolist(), columns.tolist(), strict=True))
