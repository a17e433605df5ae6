"""Labelled passages under the four schemes of SemEval-2013 task 9 (Segura-Bedmar et al. 2013).

Passages are paired one to one, those of equal bounds and label first, then those of equal bounds, then those that
share characters. A pair then counts as

* `strict`: right when bounds and label are equal;
* `exact`: right when the bounds are equal, whatever the label;
* `partial`: right when the bounds are equal, half right when they only overlap, whatever the label;
* `type`: right when the labels are equal, whatever the bounds.

Precision and recall are over all predicted and all gold passages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framing.evaluation.matching import Passage, overlap
from framing.evaluation.tally import Measure, f1

__all__ = ["SCHEMES", "labelled_counts", "labelled_measures"]

SCHEMES = ("strict", "exact", "partial", "type")
Labelled = tuple[str, Passage]


def labelled_counts(gold: Sequence[Labelled], predicted: Sequence[Labelled]) -> dict[str, float]:
    """The counts of one article, from (label, passage) on both sides."""
    counts: dict[str, float] = {"labelled/gold": len(gold), "labelled/predicted": len(predicted)}
    right = dict.fromkeys(SCHEMES, 0.0)
    for same_bounds, same_label in _pairs(gold, predicted):
        right["strict"] += same_bounds and same_label
        right["exact"] += same_bounds
        right["partial"] += 1.0 if same_bounds else 0.5
        right["type"] += same_label
    return counts | {f"labelled/{scheme}": value for scheme, value in right.items()}


def labelled_measures(name: str) -> tuple[Measure, ...]:
    """F1 under each scheme, named `<name>/<scheme>`."""
    return tuple(
        f1(
            f"{name}/{scheme}",
            found=f"labelled/{scheme}",
            predicted="labelled/predicted",
            recalled=f"labelled/{scheme}",
            gold="labelled/gold",
        )
        for scheme in SCHEMES
    )


def _pairs(gold: Sequence[Labelled], predicted: Sequence[Labelled]) -> list[tuple[bool, bool]]:
    """(equal bounds, equal label) of every pair."""
    if not gold or not predicted:
        return []
    from scipy.optimize import linear_sum_assignment

    found = overlap([passage for _, passage in gold], [passage for _, passage in predicted])
    touching = found.shared > 0
    same_bounds = found.eligible("exact", 1.0)
    same_label = np.array([[g == p for p, _ in predicted] for g, _ in gold])
    scale = min(len(gold), len(predicted)) + 1.0
    rank = (same_bounds & same_label) * scale**2 + same_bounds * scale + found.iou / 2 + same_label / 2
    rows, columns = linear_sum_assignment(touching * (scale**3 + rank), maximize=True)
    return [
        (bool(same_bounds[g, p]), bool(same_label[g, p]))
        for g, p in zip(rows, columns, strict=True)
        if touching[g, p]
    ]
