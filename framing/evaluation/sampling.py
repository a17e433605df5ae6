"""Draw articles to label by hand, and keep the probability with which each was drawn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from framing.errors import UsageError

__all__ = ["Drawn", "allocate", "inclusion_probabilities", "stratified_sample"]

Allocation = Literal["proportional", "equal"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An article of the sample. `probability` is what it had of being drawn: n of its stratum over N of it."""

    id: str
    stratum: str
    probability: float


def stratified_sample(
    strata: Mapping[str, str], n: int, *, allocation: Allocation = "proportional", seed: int = 0
) -> tuple[Drawn, ...]:
    """`n` articles, drawn at random without replacement within each stratum, in the order of the corpus.

    `strata` maps article ids to strata (all to one value for a simple random sample). The same seed draws the same
    articles whatever their order. Raises UsageError where `n` is below two a stratum or above the corpus.
    """
    members: dict[str, list[str]] = {}
    for name in sorted(strata):
        members.setdefault(strata[name], []).append(name)
    sizes = allocate(Counter(strata.values()), n, allocation=allocation)
    chosen: dict[str, Drawn] = {}
    for stratum in sorted(members):
        names, size = members[stratum], sizes[stratum]
        for name in random.Random(f"{seed}/{stratum}").sample(names, size):
            chosen[name] = Drawn(name, stratum, size / len(names))
    return tuple(chosen[name] for name in strata if name in chosen)


def inclusion_probabilities(
    strata: Mapping[str, str], n: int, *, allocation: Allocation = "proportional"
) -> dict[str, float]:
    """The probability that `stratified_sample` gives every article of the corpus, drawn or not."""
    counts = Counter(strata.values())
    sizes = allocate(counts, n, allocation=allocation)
    return {name: sizes[stratum] / counts[stratum] for name, stratum in strata.items()}


def allocate(sizes: Mapping[str, int], n: int, *, allocation: Allocation = "proportional") -> dict[str, int]:
    """How many to draw from each stratum: at least two (or all there are), so that each has an error.

    What is left after that goes by size (largest remainder) or evenly, and never beyond what a stratum holds.
    """
    least = {stratum: min(2, size) for stratum, size in sizes.items()}
    if n > sum(sizes.values()):
        raise UsageError(
            f"cannot draw {n} of {sum(sizes.values())} articles: ask for at most as many as there are"
        )
    if n < sum(least.values()):
        raise UsageError(
            f"cannot draw {n} of {sum(sizes.values())} articles from {len(sizes)} strata: two from each, "
            f"{sum(least.values())} in all, are the fewest that have an error to estimate"
        )
    drawn = dict(least)
    while (left := n - sum(drawn.values())) > 0:
        open_strata = {s: size for s, size in sizes.items() if drawn[s] < size}
        weight = {s: size if allocation == "proportional" else 1 for s, size in open_strata.items()}
        ideal = {s: Fraction(n * w, sum(weight.values())) - drawn[s] for s, w in weight.items()}
        needy = sorted(ideal, key=lambda s: (-ideal[s], s))
        for stratum in needy[: max(1, min(left, sum(gap > 0 for gap in ideal.values())))]:
            drawn[stratum] += 1
    return drawn
