"""The one account of a run that many workers share: what may be sent, and what was.

Workers do not ask for every request. Each holds a lease: so many requests open at a time, so many more to send, so
much money to reserve; it reports a few times a second what became of it, says what it keeps, and is given more.
What a worker keeps only ever shrinks by its own word, and only ever grows by the ledger's: so the sum over all
leases never exceeds a limit, whatever is on its way between the two.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from framing.messages import Usage
from framing.runs.gate import Pace
from framing.runs.limits import Limits

__all__ = ["LEASE", "TAKEN", "Account", "Grant", "Ledger", "News", "Progress"]

TAKEN = "another worker has taken this shard over"
LEASE = 60.0
"""Seconds after which a lease that nobody reported on has ended."""
_HEARTBEAT = 0.25
_PER_WORKER = 0.002
"""Seconds between two reports of a worker, for each worker there is: a report costs the ledger less than that."""
_WINDOW = 0.5
"""Seconds' worth of a pace that are given out at a time."""
_AHEAD = 1.0
"""Seconds for which a pace may be given out in advance."""
_BLOCK = 8
"""Requests for which money is given out at a time; more where a worker sends more between two reports."""


class Account(NamedTuple):
    """Requests that were sent, and what they cost."""

    requests: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class News:
    """A worker's report: what it keeps of its lease, what it wants, and what happened since the last one.

    slots: requests that it may have open, of which `open` are; wanted: those that it has a use for. permits: requests
    that it may still send (under a maximum number). spare: money not reserved yet, `reserved`: by open requests;
    needed: what the next request may cost, 0 while it can pay for it. timed: how many sending times it wants, for
    requests of about `tokens_each`. more_tokens: used beyond (or below) what it was given for.
    """

    slots: int = 0
    open: int = 0
    wanted: int = 0
    permits: int = 0
    permits_wanted: int = 0
    reserved: float = 0.0
    spare: float = 0.0
    needed: float = 0.0
    timed: int = 0
    tokens_each: float = 0.0
    more_tokens: float = 0.0
    sent: int = 0
    cost: float = 0.0
    usage: Usage = field(default_factory=Usage)
    hold: float = 0.0
    new: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """The ledger's answer. Of slots, permits, money: how many more; share: the most slots that a worker should hold
    now. times: sending times, from `starts_in` seconds on, each `interval` after the last. hold: nobody sends for so
    long. exhausted: why nothing more can be had; stop: why nothing more is to be done. again_in: when to report.
    workers: how many there are."""

    slots: int = 0
    share: int = 1
    permits: int = 0
    money: float = 0.0
    times: int = 0
    starts_in: float = 0.0
    interval: float = 0.0
    hold: float = 0.0
    exhausted: str | None = None
    stop: str | None = None
    again_in: float = _HEARTBEAT
    workers: int = 1


class Progress(NamedTuple):
    """What all workers did so far, in so many reports."""

    new: int
    failed: int
    skipped: int
    requests: int
    cost: float
    usage: Usage
    reports: int


@dataclass(slots=True)
class _Lease:
    epoch: int
    seen: float
    news: News = field(default_factory=News)
    slots: int = 0
    permits: int = 0
    money: float = 0.0


class _Held(NamedTuple):
    """The sums over all leases; share: slots that each busy worker is entitled to; starving: whether another worker
    has less than that and wants more."""

    slots: int
    permits: int
    money: float
    share: int
    starving: bool


class Ledger:
    """The account of one run. `spent`: what each unfinished shard spent earlier; `before`: all finished ones."""

    def __init__(
        self,
        limits: Limits,
        *,
        before: Account,
        spent: Mapping[int, Account],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits, self._clock = limits, clock
        self._spent: dict[int, Account] = dict(spent)
        self.requests = before.requests + sum(one.requests for one in spent.values())
        self.cost = before.cost + sum(one.cost for one in spent.values())
        self._leases: dict[int, _Lease] = {}
        self._epochs: dict[int, int] = {}
        self._requests = Pace(limits.requests_per_minute) if limits.requests_per_minute else None
        self._tokens = Pace(limits.tokens_per_minute) if limits.tokens_per_minute else None
        self._held_until = 0.0
        self.stopped: str | None = None
        self._usage = Usage()
        self._answered = False
        self._new = self._failed = self._skipped = self._reports = 0

    def stop(self, why: str) -> str:
        """Give nothing out any more; the reason that was given first."""
        self.stopped = self.stopped or why
        return self.stopped

    def progress(self) -> Progress:
        told = (self._new, self._failed, self._skipped, self.requests, self.cost, self._usage, self._reports)
        return Progress(*told)

    # --- Shards -------------------------------------------------------------------------------------------

    def begin(self, shard: int) -> int | None:
        """A worker takes a shard; None where the run is stopped.

        The number that is returned tells this taking from an earlier one, whose worker is dead or will be told to
        leave: what that one held counts as used until `opened` says what it was.
        """
        if self.stopped is not None:
            return None
        epoch = self._epochs.get(shard, 0) + 1
        self._epochs[shard] = epoch
        self._give_up(shard)
        self._leases[shard] = _Lease(epoch, self._clock())
        return epoch

    def opened(self, shard: int, epoch: int, account: Account) -> bool:
        """The store of a shard says what was spent on it; whether any request of the run was ever answered."""
        if self.is_held(shard, epoch):
            self._correct(shard, account)
        return self._answered

    def is_held(self, shard: int, epoch: int) -> bool:
        """Whether that taking of the shard is the last one: no other worker has it."""
        return self._epochs.get(shard) == epoch

    def end(self, shard: int, epoch: int, account: Account) -> None:
        """The worker has left the shard, on which `account` was spent in all."""
        if self.is_held(shard, epoch):
            self._leases.pop(shard, None)
            self._correct(shard, account)

    def _correct(self, shard: int, account: Account) -> None:
        counted = self._spent.get(shard, Account())
        self.requests += account.requests - counted.requests
        self.cost += account.cost - counted.cost
        self._spent[shard] = account

    # --- Leases -------------------------------------------------------------------------------------------

    def report(self, shard: int, epoch: int, news: News) -> Grant:
        """Take note of what a worker says of its lease, and add to it what is free."""
        self._reports += 1
        if not self.is_held(shard, epoch):
            return Grant(stop=TAKEN)
        now = self._clock()
        lease = self._leases.setdefault(shard, _Lease(epoch, now))
        self._note(shard, lease, news, now)
        self._expire(now)
        if self.stopped is not None:
            return Grant(stop=self.stopped)
        held = self._held(lease)
        times, starts_in, interval = self._times(news, now)
        more_slots = self._slots(lease, held)
        permits, money = self._permits(news, held), self._money(news, held)
        lease.slots, lease.permits = lease.slots + more_slots, lease.permits + permits
        lease.money += money
        return Grant(
            slots=more_slots,
            share=held.share if held.starving else self._limits.concurrency,
            permits=permits,
            money=money,
            times=times,
            starts_in=starts_in,
            interval=interval,
            hold=max(0.0, self._held_until - now),
            exhausted=self._exhausted(news, held, money),
            again_in=max(_HEARTBEAT, _PER_WORKER * len(self._leases)),
            workers=len(self._leases),
        )

    def _held(self, lease: _Lease) -> _Held:
        """What all leases hold, as one of them is looked at."""
        leases = self._leases.values()
        busy = sum(one.news.wanted > 0 for one in leases)
        share = max(1, self._limits.concurrency // max(1, busy))
        return _Held(
            slots=sum(one.slots for one in leases),
            permits=sum(one.permits for one in leases),
            money=sum(one.money for one in leases),
            share=share,
            starving=any(one.slots < min(share, one.news.wanted) for one in leases if one is not lease),
        )

    def _note(self, shard: int, lease: _Lease, news: News, now: float) -> None:
        lease.seen, lease.news = now, news
        lease.slots, lease.permits, lease.money = news.slots, news.permits, news.reserved + news.spare
        spent = self._spent.get(shard, Account())
        self._spent[shard] = Account(spent.requests + news.sent, spent.cost + news.cost)
        self.requests += news.sent
        self.cost += news.cost
        self._usage += news.usage
        self._answered = self._answered or news.usage.requests > 0
        self._new, self._failed = self._new + news.new, self._failed + news.failed
        self._skipped += news.skipped
        if news.hold:
            self._held_until = max(self._held_until, now + news.hold)
        if self._tokens is not None and news.more_tokens:
            self._tokens.correct(news.more_tokens)

    def _expire(self, now: float) -> None:
        """Leases of the dead end: their slots are free, and what they might have sent counts as sent."""
        for shard in [shard for shard, lease in self._leases.items() if now - lease.seen > LEASE]:
            self._give_up(shard)

    def _give_up(self, shard: int) -> None:
        lease = self._leases.pop(shard, None)
        if lease is not None:
            spent = self._spent.get(shard, Account())
            self._correct(shard, Account(spent.requests + lease.permits, spent.cost + lease.money))

    def _slots(self, lease: _Lease, held: _Held) -> int:
        wanted = min(lease.news.wanted, held.share) if held.starving else lease.news.wanted
        return max(0, min(wanted - lease.slots, self._limits.concurrency - held.slots))

    # --- Paces --------------------------------------------------------------------------------------------

    def _times(self, news: News, now: float) -> tuple[int, float, float]:
        """(how many sending times, seconds until the first, seconds between two)."""
        amounts = {pace: each for pace, each in self._paces(news.tokens_each) if each > 0}
        if not amounts or news.timed <= 0:
            return 0, 0.0, 0.0
        if max(pace.take(0.0, now) for pace in amounts) > _AHEAD:
            return 0, 0.0, 0.0
        interval = max(pace.seconds(each) for pace, each in amounts.items())
        count = min(news.timed, max(1, int(_WINDOW / interval)))
        starts_in = max(pace.take(count * each, now) for pace, each in amounts.items())
        return count, starts_in, interval

    def _paces(self, tokens_each: float) -> list[tuple[Pace, float]]:
        both = ((self._requests, 1.0), (self._tokens, tokens_each))
        return [(pace, each) for pace, each in both if pace is not None]

    # --- Requests and money -------------------------------------------------------------------------------

    def _permits(self, news: News, held: _Held) -> int:
        most = self._limits.max_requests
        if most is None:
            return 0
        return max(0, min(news.permits_wanted, most - self.requests - held.permits))

    def _money(self, news: News, held: _Held) -> float:
        if self._limits.max_cost is None or not news.needed:
            return 0.0
        free = self._limits.max_cost - self.cost - held.money
        if free < news.needed:
            return 0.0
        # Nobody holds what the others would have to wait for.
        fair = max(news.needed, free / len(self._leases))
        return min(fair, max(_BLOCK, 2 * news.sent) * news.needed)

    def _exhausted(self, news: News, held: _Held, money: float) -> str | None:
        """Why no waiting helps: nothing is on its way that could give something back."""
        limits = self._limits
        if limits.max_requests is not None and self.requests >= limits.max_requests:
            return f"the limit of {limits.max_requests:,} requests is reached"
        if news.needed and not money and not held.money > 0:
            told = f"maximum cost of {limits.max_cost:g} (spent: {self.cost:.4f})"
            return f"the next request might exceed the {told}"
        return None
