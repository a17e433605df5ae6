"""Who does the work of a run: this process, or workers on Ray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from framing.errors import UsageError

__all__ = ["EngineChoice", "Ray"]


@dataclass(frozen=True, slots=True)
class Ray:
    """Workers on Ray, each with a core of its own (extra `[ray]`).

    address: a cluster that this machine belongs to ("auto" finds it); None starts Ray here for this run, or takes
    the one that this process is connected to. workers: how many; None for one a core. shard: articles that are
    worked through, and committed, together.
    """

    address: str | None = None
    workers: int | None = None
    shard: int = 1_000

    def __post_init__(self) -> None:
        if self.address is not None and self.address.startswith("ray://"):
            raise UsageError(
                f"{self.address!r} is a client's address, and its driver would be far from the workers: "
                "run the command on a machine of the cluster with the address 'auto', or as a job of it"
            )
        for name, value in (("workers", self.workers), ("shard", self.shard)):
            if value is not None and value < 1:
                raise UsageError(f"{name} must be at least 1, not {value!r}")


EngineChoice = Literal["asyncio", "ray"] | Ray
"""`"ray"` is `Ray()`."""
