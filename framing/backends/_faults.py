"""Faults that repeat: which request fails, and how, follows from a seed and the request alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Literal

from framing.errors import UsageError

__all__ = ["FAULT_KINDS", "REFUSAL", "FaultKind", "Faults", "spoiled", "uniform"]

REFUSAL = "I am sorry, but I cannot help with that."

FaultKind = Literal[
    "rate_limit",
    "server_error",
    "timeout",
    "reset",
    "drip",
    "broken",
    "malformed",
    "truncated",
    "refusal",
    "missing",
    "duplicated",
]
FAULT_KINDS: tuple[FaultKind, ...] = (
    "rate_limit",
    "server_error",
    "timeout",
    "reset",
    "drip",
    "broken",
    "malformed",
    "truncated",
    "refusal",
    "missing",
    "duplicated",
)


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares (0 to 1) of the attempts that go wrong, one way each; together at most 1.

    What happens to an attempt is a function of `seed`, the request's key and the number of the attempt (1, 2, …)
    and of nothing else, so a run can be repeated. Of the first `attempts` attempts at a request each may fail;
    later ones go well (None: every attempt may fail).

    rate_limit: refused with HTTP 429. server_error: HTTP 500. timeout: no answer comes.
    reset: the connection breaks. drip: the answer arrives slowly but whole.
    broken: the answer is cut off on its way, so that its envelope is not JSON either.
    malformed: the model's text is not JSON. truncated: it ends early, with finish "length".
    refusal: the model declines.
    missing, duplicated: the line of a batch is not there, or twice; they mean nothing outside batches.
    """

    seed: int = 0
    attempts: int | None = None
    rate_limit: float = 0.0
    server_error: float = 0.0
    timeout: float = 0.0
    reset: float = 0.0
    drip: float = 0.0
    broken: float = 0.0
    malformed: float = 0.0
    truncated: float = 0.0
    refusal: float = 0.0
    missing: float = 0.0
    duplicated: float = 0.0

    def __post_init__(self) -> None:
        shares = [getattr(self, kind) for kind in FAULT_KINDS]
        if min(shares) < 0 or sum(shares) > 1 + 1e-9:
            raise UsageError(f"shares of faults are at least 0 and together at most 1, not {shares!r}")

    def draw(self, key: str, attempt: int) -> FaultKind | None:
        """What goes wrong with the `attempt`-th (1, 2, …) attempt at the request `key`; None: nothing."""
        if self.attempts is not None and attempt > self.attempts:
            return None
        chance = uniform(self.seed, key, attempt)
        for kind in FAULT_KINDS:
            chance -= getattr(self, kind)
            if chance < 0:
                return kind
        return None

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self) if field.name not in ("seed", "attempts"))


def uniform(seed: int, key: str, attempt: int) -> float:
    """A number in [0, 1) that follows from its arguments."""
    digest = hashlib.blake2b(f"{seed}\0{key}\0{attempt}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def spoiled(text: str, kind: FaultKind | None) -> str:
    """The model's `text` as the fault makes it: without its last character, cut in half, or a refusal."""
    if kind == "malformed":
        return text.rstrip()[:-1]
    if kind == "truncated":
        return text[: len(text) // 2]
    return REFUSAL if kind == "refusal" else text
