"""Where every request of a run passes: how many are open, how many a minute, and pauses that hold for all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Gate", "Stopped"]

_GLANCE = 0.05
"""Seconds between two looks at a limit that an answer on its way may lift."""


class Stopped(Exception):
    """The run takes no more requests; never leaves this package."""


class Pace:
    """An even pace of so many a minute: each taking is told how long to wait (a virtual queue)."""

    def __init__(self, per_minute: float) -> None:
        self._interval = 60 / per_minute
        self._at = 0.0

    def take(self, amount: float, now: float) -> float:
        """Seconds to wait until `amount` may be used; it counts as used then."""
        start = max(self._at, now)
        self._at = start + amount * self._interval
        return start - now

    def seconds(self, amount: float) -> float:
        """How long so much takes."""
        return amount * self._interval

    def correct(self, amount: float) -> None:
        """So much more (or less) than was taken was used."""
        self._at += amount * self._interval


class Gate:
    """The one place that knows how much may be sent now.

    `concurrency` slots; a pace for requests and for tokens; `hold`, by which one refused request makes all wait;
    and the counts of the server's own rate-limit headers (`saw`). Raises Stopped once `stop` is set.
    """

    def __init__(
        self,
        concurrency: int,
        *,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stop = asyncio.Event()
        self._slots = asyncio.Semaphore(concurrency)
        self._requests = Pace(requests_per_minute) if requests_per_minute else None
        self._tokens = Pace(tokens_per_minute) if tokens_per_minute else None
        self._clock = clock
        self._held_until = 0.0
        self._open = 0
        self._left: list[_Left] = []

    async def enter(self, tokens: float) -> None:
        """Take a slot for one request of about so many `tokens`, once it may be sent; `leave` gives it back."""
        await self._slots.acquire()
        try:
            await self._wait(tokens)
        except BaseException:
            self._slots.release()
            raise
        self._open += 1

    def leave(self) -> None:
        self._open -= 1
        self._slots.release()

    @property
    def hungry(self) -> bool:
        """Whether a slot is free."""
        return not self._slots.locked()

    def hold(self, seconds: float) -> None:
        """Nobody sends anything for so long."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def used(self, more_tokens: float) -> None:
        """A request used so many more tokens than was said when it passed."""
        if self._tokens is not None:
            self._tokens.correct(more_tokens)

    def saw(self, limits: Any) -> None:
        """Take note of what the server says it still allows (an object like `RateLimits`, or None)."""
        if limits is None:
            return
        now = self._clock()
        told = (
            (limits.remaining_requests, limits.reset_requests, False),
            (limits.remaining_tokens, limits.reset_tokens, True),
        )
        self._left = [
            _Left(left, now + reset, tokens)
            for left, reset, tokens in told
            if left is not None and reset is not None
        ]

    async def sleep(self, seconds: float) -> None:
        """Sleep; raises Stopped when the run ends meanwhile."""
        if self.stop.is_set():
            raise Stopped
        try:
            await asyncio.wait_for(self.stop.wait(), seconds)
        except TimeoutError:
            return
        raise Stopped

    async def _wait(self, tokens: float) -> None:
        if self.stop.is_set():
            raise Stopped
        if self._requests is not None or self._tokens is not None:
            now = self._clock()
            paces = ((self._requests, 1.0), (self._tokens, tokens))
            pause = max(pace.take(amount, now) for pace, amount in paces if pace is not None)
            if pause > 0:
                await self.sleep(pause)
        while (pause := self._held(tokens)) > 0:
            await self.sleep(pause)

    def _held(self, tokens: float) -> float:
        """Seconds until it is worth looking again; 0 where nothing is in the way."""
        now = self._clock()
        if self._held_until > now:
            return self._held_until - now
        for left in self._left:
            if left.until > now and left.amount < (self._open + 1) * (tokens if left.tokens else 1):
                # What is on its way may be counted or not: with nothing on its way the count is exact.
                return min(_GLANCE, left.until - now) if self._open else left.until - now
        return 0.0


class _Left:
    """What the server still allows (`amount` of requests, or of `tokens`) until its count starts anew."""

    __slots__ = ("amount", "tokens", "until")

    def __init__(self, amount: float, until: float, tokens: bool) -> None:
        self.amount, self.until, self.tokens = amount, until, tokens
