"""What a run may use, and what it writes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal

from framing.errors import UsageError
from framing.runs.prices import Prices

__all__ = ["Limits", "RunOptions"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run. The server's own limits, as its headers tell them, are kept in any case.

    concurrency: requests that are open at the same time; one that waits to be sent again is not open.
    requests_per_minute, tokens_per_minute: sent evenly; tokens are input and output, estimated before and
        corrected after the answer.
    max_requests, max_cost: of the run folder as a whole, resumed runs included; reserved before a request is
        sent, so that they are never exceeded. The cost is in the currency of `prices`.
    """

    concurrency: int = 64
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    max_requests: int | None = None
    max_cost: float | None = None
    prices: Prices = field(default_factory=Prices.shipped)

    def __post_init__(self) -> None:
        for bound in fields(self)[:5]:
            value = getattr(self, bound.name)
            if value is not None and value <= 0:
                raise UsageError(f"{bound.name} must be more than 0, not {value!r}")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run goes about its work.

    as_completed: write analyses as they are finished, not in the order of the input.
    retry_failed: ask again about articles whose row says that nothing, or not all, could be asked.
    tables: the format of the flat tables ("auto": csv, with the engine ray parquet); None for no tables.
    sample: the index of the sample; another one asks the same questions anew (a second opinion).
    """

    as_completed: bool = False
    retry_failed: bool = False
    tables: Literal["auto", "csv", "parquet"] | None = "auto"
    sample: int = 0

    @property
    def table_format(self) -> Literal["csv", "parquet"] | None:
        return "csv" if self.tables == "auto" else self.tables
