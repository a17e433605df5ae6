"""The articles of a corpus by the outlet that printed them, and the interval of a share of them."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist

from framing.annotations import Analysis

__all__ = ["OTHERS", "by_outlet", "grouped_by", "outlet_of", "wilson_interval"]

OTHERS = "all other outlets"
_LISTED = 40
_NO_OUTLET = "no outlet named"


def outlet_of(analysis: Analysis) -> str:
    return analysis.document.outlet or _NO_OUTLET


def by_outlet(listed: Iterable[Analysis]) -> dict[str, list[Analysis]]:
    """The forty outlets with most articles, in that order, and the articles of all others together."""
    groups = grouped_by((outlet_of(analysis), analysis) for analysis in listed)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    kept = dict(ordered[:_LISTED])
    if rest := ordered[_LISTED:]:
        kept[OTHERS] = [analysis for _, members in rest for analysis in members]
    return kept


def grouped_by(pairs: Iterable[tuple[str, Analysis]]) -> dict[str, list[Analysis]]:
    groups: dict[str, list[Analysis]] = {}
    for name, analysis in pairs:
        groups.setdefault(name, []).append(analysis)
    return groups


def wilson_interval(count: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927); (0, 1) where there is nothing."""
    if not n:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = count / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    reach = z * (share * (1 - share) / n + spread / (4 * n)) ** 0.5 / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)
