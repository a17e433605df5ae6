"""A worker's share of what the run may send, behind the gate and the budget that its engine knows."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

from framing.messages import Usage
from framing.runs.budget import Bound, Budget
from framing.runs.gate import Gate, Stopped
from framing.runs.limits import Limits
from framing.runs.prices import Price
from framing.runs.sharded.ledger import LEASE, Grant, News

__all__ = ["Lease", "LeasedBudget", "LeasedGate"]

_STALE = LEASE * 0.5
"""A lease that the ledger has not confirmed for so long may soon be another worker's: nothing is sent on it."""
_LATE = 0.25
"""Seconds by which a sending time may be missed. Later it has lapsed: lapsed ones saved up would be a burst."""
_PAUSE = 0.02
"""Seconds between two reports at least."""
_FIRST = 0.25
"""Seconds until the first report of a worker that asks for nothing."""

Report = Callable[[News], Awaitable[Grant]]


class Counts(NamedTuple):
    """Articles of this shard so far."""

    new: int = 0
    failed: int = 0
    skipped: int = 0


class Lease:
    """What one worker may send for one shard; `keep` reports on it, and renews it, until it is cancelled.

    report: sends the news to the ledger. stop: called when the ledger says that the run has ended. most: requests
    that this worker could have open. counts: the articles so far.
    """

    def __init__(
        self,
        report: Report,
        limits: Limits,
        *,
        most: int,
        stop: Callable[[str], None],
        counts: Callable[[], Counts],
    ) -> None:
        self._report, self._stop, self._counts = report, stop, counts
        self._most = most
        self._paced = bool(limits.requests_per_minute or limits.tokens_per_minute)
        self._counted, self._priced = limits.max_requests is not None, limits.max_cost is not None
        self.exhausted: str | None = None
        self.workers = 1
        self._slots = self._open = self._unsettled = 0
        self._permits = 0
        self._spare = self._reserved = self._needed = 0.0
        self._times: deque[float] = deque()
        self._tokens = _Mean()
        self._waiting: deque[asyncio.Future[float]] = deque()
        self._fresh = _Fresh()
        self._told = Counts()
        self._confirmed = time.monotonic()
        self._wake = asyncio.Event()
        self._refused = False
        self.gate: LeasedGate | None = None

    # --- The gate's side ----------------------------------------------------------------------------------

    async def enter(self, tokens: float) -> float:
        """Wait for a slot and a sending time; the seconds until that time. Raises Stopped when the run ends."""
        self._tokens.add(tokens)
        if self._waiting or not self._free():
            future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            self._ask()
            try:
                at = await future
            except asyncio.CancelledError:
                if future.done() and not future.cancelled() and future.exception() is None:
                    self.leave()
                raise
        else:
            at = self._take()
        return max(0.0, at - time.monotonic())

    def leave(self) -> None:
        self._open -= 1
        self._serve()

    @property
    def hungry(self) -> bool:
        """Whether a request could be sent at once."""
        return self._open < self._slots

    def hold(self, seconds: float) -> None:
        self._fresh.hold = max(self._fresh.hold, seconds)
        self._wake.set()

    def used(self, more_tokens: float) -> None:
        self._fresh.more_tokens += more_tokens

    def _free(self) -> bool:
        while self._times and self._times[0] < time.monotonic() - _LATE:
            self._times.popleft()
            self._fresh.more_tokens -= self._tokens.mean
        stale = time.monotonic() - self._confirmed > _STALE
        return self._open < self._slots and (not self._paced or bool(self._times)) and not stale

    def _take(self) -> float:
        self._open += 1
        return self._times.popleft() if self._paced else 0.0

    def _serve(self) -> None:
        while self._waiting and self._free():
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(self._take())
        if self._waiting:
            self._ask()

    def _ask(self) -> None:
        """Report at once, unless the ledger has just said that there is no more."""
        lacking = self._slots < self._most or (self._paced and len(self._times) <= len(self._waiting) // 2)
        if lacking and not self._refused:
            self._wake.set()

    # --- The budget's side --------------------------------------------------------------------------------

    def affords(self, most: float) -> bool:
        """Whether one more request, which may cost `most`, is paid for; if it is not, the ledger is asked."""
        permitted = not self._counted or self._permits > 0
        if permitted and (not self._priced or self._spare >= most):
            return True
        self._needed = most if self._priced and self._spare < most else 0.0
        if not self._refused:
            self._wake.set()
        return False

    def reserve(self, most: float) -> None:
        self._fresh.sent += 1
        self._unsettled += 1
        self._permits -= self._counted
        if self._priced:
            self._spare -= most
            self._reserved += most
            self._needed = 0.0

    def settle(self, most: float, cost: float, usage: Usage) -> None:
        self._unsettled -= 1
        if self._priced:
            # Nothing is nothing, whatever the rounding of the sums before it.
            self._reserved = self._reserved - most if self._unsettled else 0.0
            self._spare += max(0.0, most - cost)
        self._fresh.cost += cost
        self._fresh.usage += usage

    # --- Reporting ----------------------------------------------------------------------------------------

    async def keep(self) -> None:
        """Report and renew, for ever."""
        again_in = _FIRST
        while True:
            # Not `wait_for`: before Python 3.12 it may lose a cancellation, and this would never end.
            with suppress(TimeoutError):
                async with asyncio.timeout(again_in):
                    await self._wake.wait()
            self._wake.clear()
            news = self._news()
            try:
                grant = await self._report(news)
            except Exception as error:  # whatever the reason, nothing may be sent without the ledger
                grant = Grant(stop=f"the account of the run cannot be reached: {error!r}")
            self._confirmed = time.monotonic()
            if grant.stop is not None:
                self._end(grant.stop)
                return
            self._apply(grant)
            asked = news.wanted > news.slots or news.timed or news.permits_wanted or news.needed
            given = grant.slots or grant.times or grant.permits or grant.money
            self._refused = bool(asked and not given)
            again_in = grant.again_in
            await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """The last report; nothing is kept."""
        self._slots, self._permits, self._spare, self._most = self._open, 0, 0.0, 0
        with suppress(Exception):  # what was spent stands in the store too
            await self._report(self._news())

    def end_waiting(self) -> None:
        """Whoever waits for a slot gets Stopped."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(Stopped())

    def _end(self, why: str) -> None:
        self._stop(why)
        self.end_waiting()

    def _news(self) -> News:
        """What is kept is said here and given up here, in one step: no more than said can be used afterwards."""
        wanted = min(self._most, self._open + len(self._waiting))
        self._slots = max(self._open, min(self._slots, wanted))
        asked = self._open + len(self._waiting)
        self._permits = min(self._permits, asked)
        if self._needed or not asked:
            self._spare = 0.0
        fresh, self._fresh = self._fresh, _Fresh()
        now = self._counts()
        told, self._told = self._told, now
        return News(
            slots=self._slots,
            open=self._open,
            wanted=wanted,
            permits=self._permits,
            permits_wanted=max(0, asked - self._permits) if self._counted else 0,
            reserved=self._reserved,
            spare=self._spare,
            needed=self._needed,
            timed=max(0, len(self._waiting) - len(self._times)) if self._paced else 0,
            tokens_each=self._tokens.mean,
            more_tokens=fresh.more_tokens,
            sent=fresh.sent,
            cost=fresh.cost,
            usage=fresh.usage,
            hold=fresh.hold,
            new=now.new - told.new,
            failed=now.failed - told.failed,
            skipped=now.skipped - told.skipped,
        )

    def _apply(self, grant: Grant) -> None:
        now = time.monotonic()
        self._slots = max(self._open, min(self._slots + grant.slots, grant.share))
        self._permits += grant.permits
        self._spare += grant.money
        if grant.money:
            self._needed = 0.0
        self._times.extend(now + grant.starts_in + place * grant.interval for place in range(grant.times))
        self.exhausted, self.workers = grant.exhausted, grant.workers
        if grant.hold and self.gate is not None:
            self.gate.hold_only(grant.hold)
        self._serve()


class _Fresh:
    """What happened since the last report."""

    __slots__ = ("cost", "hold", "more_tokens", "sent", "usage")

    def __init__(self) -> None:
        self.sent, self.cost, self.usage, self.hold, self.more_tokens = 0, 0.0, Usage(), 0.0, 0.0


class _Mean:
    """A mean that follows what comes."""

    def __init__(self) -> None:
        self.mean = 0.0

    def add(self, value: float) -> None:
        self.mean = value if not self.mean else 0.9 * self.mean + 0.1 * value


# --- What the engine sees -----------------------------------------------------------------------------


class LeasedGate(Gate):
    """The gate of a worker: slots and paces come from the lease; pauses and the server's own counts are kept here,
    of the latter only this worker's part."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(1)
        self._lease = lease
        lease.gate = self

    async def enter(self, tokens: float) -> None:
        if self.stop.is_set():
            raise Stopped
        pause = await self._lease.enter(tokens)
        try:
            if pause > 0:
                await self.sleep(pause)
            await self._wait(tokens)
        except BaseException:
            self._lease.leave()
            raise
        self._open += 1

    def leave(self) -> None:
        self._open -= 1
        self._lease.leave()

    @property
    def hungry(self) -> bool:
        return self._lease.hungry

    def hold(self, seconds: float) -> None:
        super().hold(seconds)
        self._lease.hold(seconds)

    def hold_only(self, seconds: float) -> None:
        """Hold, as the ledger says."""
        super().hold(seconds)

    def used(self, more_tokens: float) -> None:
        self._lease.used(more_tokens)

    def saw(self, limits: Any) -> None:
        super().saw(limits)
        for left in self._left:
            left.amount /= self._lease.workers


class LeasedBudget(Budget):
    """The budget of a worker: what it may reserve is what the lease has."""

    def __init__(self, lease: Lease, model: str, price: Price | None, limits: Limits) -> None:
        super().__init__(model, price, max_requests=limits.max_requests, max_cost=limits.max_cost)
        self._lease = lease

    def fits(self, bound: Bound) -> bool:
        return self._lease.affords(self._most(bound))

    @property
    def idle(self) -> bool:
        return self._lease.exhausted is not None

    @property
    def requests_used_up(self) -> bool:
        return self._lease.exhausted is not None

    def reserve(self, bound: Bound) -> None:
        super().reserve(bound)
        self._lease.reserve(self._most(bound))

    def settle(self, bound: Bound, usage: Usage) -> None:
        before = self.cost
        super().settle(bound, usage)
        self._lease.settle(self._most(bound), self.cost - before, usage)

    def told(self) -> str:
        return self._lease.exhausted or super().told()
