"""Agreement of coders, corrected for chance in the ways the field asks for.

Codings are units × coders, None where a coder did not code a unit. Every coefficient is a formula on
sums over units, so its bootstrap resamples units (or clusters of them, such as the articles they stand in).

* `alpha`: Krippendorff's alpha over units that at least two coders coded (Krippendorff 2018, ch. 12).
* `Fleiss' kappa`, `Conger's kappa`, `Gwet's AC1`: in their forms for missing codings and any number of coders
  (Gwet 2014, ch. 2). Of two coders Conger's kappa is Cohen's, and called so.
* `percent agreement`: share of agreeing pairs of coders in a unit, averaged over units.

A coefficient is undefined where chance alone agrees perfectly (only one value in use).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.errors import UsageError
from framing.evaluation.distances import Level, distance_matrix, ordinal_distances
from framing.evaluation.scores import Score, scores
from framing.evaluation.tally import Array, Measure, Sums, Tally, quotient

__all__ = [
    "Codings",
    "agreement_measures",
    "agreement_scores",
    "agreement_tally",
    "cohen_kappa",
    "krippendorff_alpha",
    "label_codings",
    "set_codings",
]


@dataclass(frozen=True, slots=True)
class Codings:
    """What each coder gave each unit (units × coders). `clusters` names what the units belong to."""

    units: tuple[str, ...]
    coders: tuple[str, ...]
    values: tuple[tuple[Hashable | None, ...], ...]
    clusters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != len(self.units) or any(len(row) != len(self.coders) for row in self.values):
            raise UsageError(f"codings must be {len(self.units)} units × {len(self.coders)} coders")

    @classmethod
    def of(cls, rows: Sequence[Sequence[Hashable | None]]) -> Codings:
        """From units × coders, with numbers for names."""
        coders = tuple(f"coder {number}" for number in range(1, len(rows[0]) + 1)) if rows else ()
        return cls(tuple(str(number) for number in range(1, len(rows) + 1)), coders, tuple(map(tuple, rows)))

    def used(self) -> tuple[Any, ...]:
        """The values in use, sorted (numbers by size, everything else by name)."""
        found = {value for row in self.values for value in row if value is not None}
        numeric = all(isinstance(value, int | float) for value in found)
        return tuple(sorted(found) if numeric else sorted(found, key=_sort_key))


def agreement_scores(
    codings: Codings, *, level: Level = "nominal", resamples: int = 10_000, confidence: float = 0.95, seed: int = 0
) -> tuple[Score, ...]:
    """Every coefficient that fits the level, with its interval; `n` counts the units coded at least twice."""
    values = codings.used()
    tally = agreement_tally(codings, level=level)
    measures = agreement_measures(values, len(codings.coders), level=level)
    return scores(tally, measures, resamples=resamples, level=confidence, seed=seed)


def krippendorff_alpha(codings: Codings, *, level: Level = "nominal") -> float:
    """Krippendorff's alpha; NaN where it is undefined."""
    values = codings.used()
    measure = agreement_measures(values, len(codings.coders), level=level)[0]
    return float(measure.value(agreement_tally(codings, level=level).total()))


def cohen_kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Cohen's kappa of two complete codings of the same units (Cohen 1960); NaN where it is undefined."""
    codings = Codings.of(list(zip(one, other, strict=True)))
    measures = {m.name: m for m in agreement_measures(codings.used(), 2)}
    return float(measures["Cohen's kappa"].value(agreement_tally(codings).total()))


def agreement_tally(codings: Codings, *, level: Level = "nominal") -> Tally:
    """One row a unit: how often each value was used, by whom, and how far the coders are apart."""
    values = codings.used()
    index = {value: at for at, value in enumerate(values)}
    coded = np.zeros((len(codings.units), len(codings.coders), len(values)))
    for row, unit in enumerate(codings.values):
        for column, value in enumerate(unit):
            if value is not None:
                coded[row, column, index[value]] = 1.0
    names, blocks = _alpha_columns(coded.sum(axis=1), values, level)
    if level == "nominal":
        more_names, more_blocks = _kappa_columns(coded)
        names, blocks = names + more_names, blocks + more_blocks
    return Tally(codings.units, tuple(names), np.hstack(blocks), codings.clusters)


def agreement_measures(values: Sequence[Any], coders: int, *, level: Level = "nominal") -> tuple[Measure, ...]:
    """The coefficients for codings that use these values, by this number of coders; alpha comes first."""
    size = len(values)
    distances = distance_matrix(values, level)
    alpha = Measure(f"alpha ({level})", lambda sums: _alpha(sums, size, distances), "units/paired", "signed")
    if level != "nominal":
        return (alpha,)
    return (
        alpha,
        Measure("percent agreement", _observed, "units/paired"),
        Measure("Gwet's AC1", lambda sums: _corrected(sums, _chance_gwet(sums, size)), "units/paired", "signed"),
        Measure("Fleiss' kappa", lambda sums: _corrected(sums, _chance_fleiss(sums)), "units/paired", "signed"),
        Measure(
            "Cohen's kappa" if coders == 2 else "Conger's kappa",
            lambda sums: _corrected(sums, _chance_conger(sums, coders)),
            "units/paired",
            "signed",
        ),
    )


def label_codings(sets: Mapping[str, Mapping[str, frozenset[str]]], label: str) -> Codings:
    """Whether each coder gave each unit one label, from unit → coder → set of labels."""
    coders = tuple(dict.fromkeys(coder for given in sets.values() for coder in given))
    rows = tuple(tuple(label in given[c] if c in given else None for c in coders) for given in sets.values())
    return Codings(tuple(sets), coders, rows)


def set_codings(sets: Mapping[str, Mapping[str, frozenset[str]]]) -> Codings:
    """The set of labels each coder gave each unit, for the levels `masi` and `jaccard`."""
    coders = tuple(dict.fromkeys(coder for given in sets.values() for coder in given))
    return Codings(tuple(sets), coders, tuple(tuple(given.get(c) for c in coders) for given in sets.values()))


def _sort_key(value: object) -> tuple[Any, ...]:
    return (1, len(value), sorted(map(str, value))) if isinstance(value, frozenset) else (0, str(value))


# --- Alpha --------------------------------------------------------------------------------------------


def _alpha_columns(used: Array, values: Sequence[Any], level: Level) -> tuple[list[str], list[Array]]:
    """Marginals over paired units, and observed disagreement: one number, or all pairs of values if ordinal."""
    paired = (used.sum(axis=1) >= 2).astype(np.float64)
    marginals = used * paired[:, None]
    others = np.maximum(used.sum(axis=1) - 1, 1.0)
    distances = distance_matrix(values, level)
    names = ["units/paired", *(f"marginal/{at}" for at in range(len(values)))]
    blocks = [paired[:, None], marginals]
    if distances is not None:
        apart = np.einsum("uv,vw,uw->u", marginals, distances, used) / others
        return [*names, "apart"], [*blocks, apart[:, None]]
    pairs = marginals[:, :, None] * used[:, None, :] / others[:, None, None]
    names += [f"pair/{a}/{b}" for a in range(len(values)) for b in range(len(values))]
    return names, [*blocks, pairs.reshape(len(used), -1)]


def _alpha(sums: Sums, size: int, distances: Array | None) -> Array:
    used = sums.block("marginal/")
    n = used.sum(axis=-1)
    if distances is not None:
        observed = sums["apart"]
        expected = np.einsum("...v,vw,...w->...", used, distances, used, optimize=True)
        return 1 - quotient(observed * (n - 1), expected)
    delta = ordinal_distances(used)
    pairs = sums.block("pair/").reshape(*used.shape[:-1], size, size)
    observed = (pairs * delta).sum(axis=(-2, -1))
    expected = (used[..., :, None] * used[..., None, :] * delta).sum(axis=(-2, -1))
    return 1 - quotient(observed * (n - 1), expected)


# --- Kappas -------------------------------------------------------------------------------------------


def _kappa_columns(coded: Array) -> tuple[list[str], list[Array]]:
    used = coded.sum(axis=1)
    times = used.sum(axis=1)
    paired = times >= 2
    pairs = np.where(paired, times * (times - 1), 1.0)
    agreeing = np.where(paired, (used * (used - 1)).sum(axis=1) / pairs, 0.0)
    shares = used / np.maximum(times, 1.0)[:, None]
    names = ["agreeing", "units/coded", *(f"share/{at}" for at in range(used.shape[1]))]
    names += [f"by/{c}/{v}" for c in range(coded.shape[1]) for v in range(coded.shape[2])]
    coded_at_all = (times >= 1).astype(np.float64)
    return names, [agreeing[:, None], coded_at_all[:, None], shares, coded.reshape(len(coded), -1)]


def _observed(sums: Sums) -> Array:
    return quotient(sums["agreeing"], sums["units/paired"])


def _corrected(sums: Sums, by_chance: Array) -> Array:
    return quotient(_observed(sums) - by_chance, 1 - by_chance)


def _shares(sums: Sums) -> Array:
    return quotient(sums.block("share/"), sums["units/coded"][..., None])


def _chance_fleiss(sums: Sums) -> Array:
    chance: Array = (_shares(sums) ** 2).sum(axis=-1)
    return chance


def _chance_gwet(sums: Sums, size: int) -> Array:
    shares = _shares(sums)
    chance: Array = (shares * (1 - shares)).sum(axis=-1) / max(size - 1, 1)
    return chance


def _chance_conger(sums: Sums, coders: int) -> Array:
    """Mean chance agreement of two different coders, each with the marginals of that coder."""
    counts = sums.block("by/")
    counts = counts.reshape(*counts.shape[:-1], coders, -1)
    shares = quotient(counts, counts.sum(axis=-1, keepdims=True))
    together = shares.sum(axis=-2) ** 2 - (shares**2).sum(axis=-2)
    chance: Array = together.sum(axis=-1) / (coders * (coders - 1))
    return chance
