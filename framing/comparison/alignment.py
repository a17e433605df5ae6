"""Which item of one run is which item of another: one to one for two runs, in clusters for more.

Two runs are matched as gold and prediction are (`framing.evaluation.matching`: the pairing with most pairs and,
among those, the greatest IoU). For more than two, those pairs are joined from the best overlap down, and two
clusters are joined only where they hold no two items of the same run: so a cluster has at most one item of each
run, and does not depend on the order in which runs or items are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from framing.annotations import Claim, Statement
from framing.evaluation.matching import match, overlap
from framing.text import Span

__all__ = ["Item", "Matching", "clusters", "match_all"]

Item = Statement | Claim


class _Pair(NamedTuple):
    """Items `i` of run `a` and `j` of run `b`, and how much they overlap."""

    a: int
    i: int
    b: int
    j: int
    iou: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The items of each run (by position; None: no answer) and all pairs between every two of them."""

    items: tuple[tuple[Item, ...] | None, ...]
    pairs: tuple[_Pair, ...]

    def between(self, a: int, b: int) -> tuple[tuple[Item, Item], ...]:
        """The pairs of two runs, a < b."""
        first, second = self.items[a] or (), self.items[b] or ()
        return tuple((first[pair.i], second[pair.j]) for pair in self.pairs if (pair.a, pair.b) == (a, b))


def match_all(items: Sequence[Sequence[Item] | None], *, threshold: float) -> Matching:
    """Match every two runs; a pair needs an IoU of at least `threshold`."""
    listed = tuple(None if run is None else tuple(run) for run in items)
    pairs = tuple(
        pair
        for a, b in combinations(range(len(listed)), 2)
        for pair in _pairs(a, listed[a] or (), b, listed[b] or (), threshold)
    )
    return Matching(listed, pairs)


def clusters(matching: Matching) -> tuple[dict[int, Item], ...]:
    """Each item with its counterparts, as run → item, in the order of the text."""
    group = {(run, at): {run: at} for run, items in enumerate(matching.items) for at in range(len(items or ()))}

    def order(pair: _Pair) -> tuple[float, Span, Span]:
        spans = (_item(matching, pair.a, pair.i).spans[0], _item(matching, pair.b, pair.j).spans[0])
        return (-pair.iou, min(spans), max(spans))

    for pair in sorted(matching.pairs, key=order):
        one, other = group[pair.a, pair.i], group[pair.b, pair.j]
        if one is not other and not one.keys() & other.keys():
            one.update(other)
            group.update(dict.fromkeys(other.items(), one))
    distinct = {id(members): members for members in group.values()}.values()
    found = [{run: _item(matching, run, at) for run, at in sorted(members.items())} for members in distinct]
    return tuple(sorted(found, key=lambda members: min((item.spans, run) for run, item in members.items())))


def _item(matching: Matching, run: int, at: int) -> Item:
    return (matching.items[run] or ())[at]


def _pairs(a: int, one: Sequence[Item], b: int, other: Sequence[Item], threshold: float) -> list[_Pair]:
    if not one or not other:
        return []
    found = overlap([item.spans for item in one], [item.spans for item in other])
    iou = found.iou
    return [_Pair(a, i, b, j, float(iou[i, j])) for i, j in match(found, threshold=threshold)]
