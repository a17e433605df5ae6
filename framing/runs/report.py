"""What a run came to, and where it stands while it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from framing.errors import BackendError
from framing.messages import Usage

__all__ = ["RunReport", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A run at one moment. Counts are of this process; `read` is the share of the input that was read."""

    written: int
    failed: int
    skipped: int
    requests: int
    usage: Usage
    cost: float | None
    seconds: float
    read: float | None
    stopping: bool = False

    @property
    def per_second(self) -> float:
        return self.written / self.seconds if self.seconds else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the present rate; None before there is one."""
        if not self.read or not self.written:
            return None
        return self.seconds * (1 - self.read) / self.read


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run folder holds when a run ends.

    articles: rows of the input that have their line in analyses.jsonl; failed: those of them about which not all
    could be asked; new: those written by this process. requests, usage and cost are of the folder as a whole;
    `cost` counts a request that broke off with all it can have cost, and is None where no price is known.
    stopped: why it ended before the input did (None: it did not); error: the backend's error that stopped it.
    kept: articles that are done in shards which are not whole (engine ray): gone on with, not read before.
    """

    folder: Path
    articles: int
    failed: int
    new: int
    requests: int
    usage: Usage
    cost: float | None
    seconds: float
    stopped: str | None = None
    error: BackendError | None = None
    kept: int = 0

    @property
    def finished(self) -> bool:
        """Whether every article of the input has its line."""
        return self.stopped is None

    @property
    def complete(self) -> bool:
        """Whether, moreover, none failed."""
        return self.finished and not self.failed
