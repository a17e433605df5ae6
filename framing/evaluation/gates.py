"""Conditions that a run must meet: bounds on scores, and no worse than the committed baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from framing.evaluation.outcomes import Condition
from framing.evaluation.scores import Score
from framing.evaluation.suite import Gate

__all__ = ["GateResult", "check_gates"]

Table = Mapping[str, Score]
Baseline = Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True, slots=True)
class GateResult:
    """`reason` says what was wanted and what was measured, in a sentence."""

    condition: str
    score: str
    passed: bool
    reason: str


def check_gates(
    gates: Sequence[Gate], tables: Mapping[Condition, Table], *, baseline: Baseline | None = None
) -> tuple[GateResult, ...]:
    """Every gate against every condition it is for. A score that is missing or undefined fails its gate.

    `baseline` has the values of an earlier run by condition and score. A gate on regression passes, and says so,
    where there is none for its condition: a new condition has nothing to fall behind.
    """
    results: list[GateResult] = []
    for gate in gates:
        meant = [(c, t) for c, t in tables.items() if gate.backend in (None, c.backend)]
        if not meant:
            wanted = gate.score or ", ".join(gate.no_regression)
            results.append(GateResult(gate.backend or "", wanted, False, "no condition of the run is meant by it"))
        for condition, table in meant:
            results.extend(_check(gate, str(condition), table, (baseline or {}).get(str(condition))))
    return tuple(results)


def _check(
    gate: Gate, condition: str, table: Table, before: Mapping[str, float | None] | None
) -> Iterator[GateResult]:
    if gate.score is not None:
        passed, reason = _within(gate, _bound(table.get(gate.score), gate.bound))
        yield GateResult(condition, gate.score, passed, reason)
    for name in gate.no_regression:
        passed, reason = _no_worse(table.get(name), name, before, gate.tolerance)
        yield GateResult(condition, name, passed, reason)


def _bound(score: Score | None, bound: str) -> float | None:
    if score is None:
        return None
    if bound == "value":
        return score.value
    if score.interval is None:
        return None
    return score.interval.low if bound == "low" else score.interval.high


def _within(gate: Gate, measured: float | None) -> tuple[bool, str]:
    what = {"value": "value", "low": "lower bound", "high": "upper bound"}[gate.bound]
    if measured is None:
        return False, f"its {what} is undefined or was not measured"
    if gate.at_least is not None and measured < gate.at_least:
        return False, f"{what} {measured:.4f} is below {gate.at_least}"
    if gate.at_most is not None and measured > gate.at_most:
        return False, f"{what} {measured:.4f} is above {gate.at_most}"
    return True, f"{what} {measured:.4f}"


def _no_worse(
    score: Score | None, name: str, before: Mapping[str, float | None] | None, tolerance: float
) -> tuple[bool, str]:
    value = score.value if score else None
    if value is None:
        return False, "it is undefined or was not measured"
    earlier = (before or {}).get(name)
    if earlier is None:
        return True, f"{value:.4f}; the baseline has no value to compare with"
    return value >= earlier - tolerance, f"{value:.4f}, baseline {earlier:.4f}, tolerance {tolerance}"
