"""Money and requests, reserved before they are spent."""

from __future__ import annotations

from dataclasses import dataclass

from framing.errors import UsageError
from framing.messages import Request, Usage
from framing.runs.prices import Price

__all__ = ["Bound", "Budget", "bound_of"]

_PER_MESSAGE = 16
"""More tokens than any chat template puts around one message."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that one request can use. No tokenizer on bytes makes more tokens of a text than it has bytes."""

    input_tokens: int
    output_tokens: int | None


def bound_of(request: Request) -> Bound:
    """The bound of a request; its output has none where it sets no max_tokens."""
    texts = [message.content for message in request.messages] + [request.schema or ""]
    sent = sum(len(text) if text.isascii() else len(text.encode("utf-8", "replace")) for text in texts)
    limit = dict(request.params).get("max_tokens")
    return Bound(sent + _PER_MESSAGE * len(texts), int(limit) if isinstance(limit, int) else None)


class Budget:
    """What was spent and what is reserved, against `max_requests` and `max_cost`.

    Raises UsageError for `max_cost` without a `price`.
    """

    def __init__(
        self, model: str, price: Price | None, *, max_requests: int | None, max_cost: float | None
    ) -> None:
        if max_cost is not None and price is None:
            raise UsageError(
                f"no price is known for the model {model!r}, so a maximum cost cannot be kept: "
                "give its prices in a file (--prices)"
            )
        self._price, self._max_requests, self._max_cost = price, max_requests, max_cost
        self.requests = 0
        self.cost = 0.0
        self._reserved = 0.0
        self._open = 0

    @property
    def priced(self) -> bool:
        return self._price is not None

    def spent(self, requests: int, usage: Usage) -> None:
        """Count what was spent earlier."""
        self.requests += requests
        self.cost += self._cost(usage)

    def fits(self, bound: Bound) -> bool:
        """Whether one more request stays within both limits, whatever the open ones come to."""
        if self._max_requests is not None and self.requests + 1 > self._max_requests:
            return False
        return self._max_cost is None or self.cost + self._reserved + self._most(bound) <= self._max_cost

    @property
    def idle(self) -> bool:
        """Whether nothing is open: no answer will give back a part of what it reserved."""
        return self._open == 0

    @property
    def requests_used_up(self) -> bool:
        return self._max_requests is not None and self.requests >= self._max_requests

    def reserve(self, bound: Bound) -> None:
        self._open += 1
        self.requests += 1
        self._reserved += self._most(bound)

    def settle(self, bound: Bound, usage: Usage) -> None:
        """The request came to `usage`; where nobody knows, to its `bound`."""
        self._open -= 1
        self._reserved = self._reserved - self._most(bound) if self._open else 0.0
        self.cost += self._cost(usage)

    def told(self) -> str:
        """Which limit is reached."""
        if self.requests_used_up:
            return f"the limit of {self._max_requests:,} requests is reached"
        return f"the next request might exceed the maximum cost of {self._max_cost:g} (spent: {self.cost:.4f})"

    def _cost(self, usage: Usage) -> float:
        if self._price is None:
            return 0.0
        return self._price.of(usage.input_tokens, usage.output_tokens, usage.cached_tokens)

    def _most(self, bound: Bound) -> float:
        if self._max_cost is None or self._price is None:
            return 0.0
        if bound.output_tokens is None:
            raise UsageError("a maximum cost needs a bound on answers: set the parameter max_tokens")
        return self._price.of(bound.input_tokens, bound.output_tokens)
