"""A worker: takes a shard, works through it with an engine of its own, and commits it whole."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from framing.analyzer import Analyzer
from framing.annotations import Analysis
from framing.backends import Extractor
from framing.corpus import Fields, write_tables
from framing.errors import FramingError, UsageError
from framing.runs.engine import Engine
from framing.runs.limits import Limits, RunOptions
from framing.runs.lines import Lines
from framing.runs.prices import Price
from framing.runs.sharded.failures import pack
from framing.runs.sharded.folders import (
    LINES,
    REPLIES,
    Places,
    commit,
    last_retry,
    places_of,
    put_lines,
    read_lines,
    write_analyses,
    write_retry,
    write_summary,
)
from framing.runs.sharded.journal import Journal, Watched
from framing.runs.sharded.lease import Counts, Lease, LeasedBudget, LeasedGate
from framing.runs.sharded.ledger import Account, Grant, News
from framing.runs.sharded.shards import Shard
from framing.runs.store import Store, Totals

__all__ = ["Job", "Office", "Receipt", "account_of", "model_of", "opened", "price_of", "work"]

_log = logging.getLogger("framing.runs")

_PATIENCE = 30.0
"""Seconds to wait for a worker that was given up to let go of its shard."""
_GLANCE = 0.1


class Office(Protocol):
    """The ledger of the run, wherever it is kept (see `Ledger` for the meaning of each)."""

    def begin(self, shard: int) -> int | None: ...

    def opened(self, shard: int, epoch: int, account: Account) -> bool:
        """Tell what was spent on the shard; whether any request of the run was ever answered."""

    async def report(self, shard: int, epoch: int, news: News) -> Grant: ...

    def is_held(self, shard: int, epoch: int) -> bool: ...

    def end(self, shard: int, epoch: int, account: Account) -> None: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run are told. concurrency: requests that one of them may have open; retry: a name for
    this run, where it asks anew about what failed earlier, else None."""

    folder: Path
    analyzer: Analyzer
    fields: Fields
    limits: Limits
    options: RunOptions
    concurrency: int
    retry: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a shard. stopped: why it is not committed; error: the error that was the reason, packed."""

    shard: int
    new: int = 0
    stopped: str | None = None
    error: dict[str, Any] | None = None


def work(shard: Shard, job: Job, office: Office) -> Receipt:
    """Work through a shard, or what is left of it; with `job.retry` its failed articles are asked about anew, once.

    An error that ends the run is in the receipt. A shard that is committed is left alone.
    """
    try:
        return _Work(shard, job, office).receipt()
    except FramingError as error:
        told = error
    except Exception as error:  # whatever it was, the other workers end in order, and nothing that is done is lost
        _log.exception("shard %s", shard.called)
        told = FramingError(f"shard {shard.called} cannot be worked through: {error!r}")
    return Receipt(shard.number, stopped=str(told), error=pack(told))


def model_of(analyzer: Analyzer) -> str:
    return analyzer.backend.address.partition(":")[2] or analyzer.backend.address


def price_of(analyzer: Analyzer, limits: Limits) -> Price | None:
    return None if isinstance(analyzer.backend, Extractor) else limits.prices.find(model_of(analyzer))


def account_of(totals: Totals, price: Price | None) -> Account:
    """Requests, and their cost at most, of what a store holds."""
    if price is None:
        return Account(totals.requests)
    used, lost = totals.usage, totals.lost_usage
    spent = price.of(used.input_tokens, used.output_tokens, used.cached_tokens)
    return Account(totals.requests, spent + price.of(lost.input_tokens, lost.output_tokens))


class _Work:
    """One worker's work on one shard."""

    def __init__(self, shard: Shard, job: Job, office: Office) -> None:
        self._shard, self._job, self._office = shard, job, office
        self._places = places_of(job.folder, shard.called)
        self._price = price_of(job.analyzer, job.limits)

    def receipt(self) -> Receipt:
        number = self._shard.number
        if self._done():
            return Receipt(number)
        epoch = self._office.begin(number)
        if epoch is None:
            return Receipt(number, stopped="the run has ended")
        began = time.monotonic()
        _prepare(self._places)
        with closing(opened(self._places.work / REPLIES)) as store:
            answered = self._office.opened(number, epoch, account_of(store.totals(), self._price))
            engine = self._worked(store, epoch, answered=answered)
            if engine.stopped is None:
                self._write(store, seconds=time.monotonic() - began)
            account = account_of(store.totals(), self._price)
        if engine.stopped is None and self._office.is_held(number, epoch):
            commit(self._places)
        self._office.end(number, epoch, account)
        error = engine.asker.error if engine.asker else None
        return Receipt(number, engine.new, engine.stopped, pack(error) if error else None)

    def _done(self) -> bool:
        """Whether the shard is committed; one to be asked about anew, whether that was done in this run."""
        done, retry = self._places.done, self._job.retry
        return done.exists() and (retry is None or last_retry(done) == retry)

    def _worked(self, store: Store, epoch: int, *, answered: bool) -> Engine:
        with (
            closing(self._lines(store)) as lines,
            Journal(self._places.work, written=store.counts()[0]) as journal,
        ):
            if journal.hopeless:
                raise UsageError(
                    f"worker after worker died at shard {self._shard.called} with no article to blame: "
                    "look at its memory, and at the logs of Ray"
                )
            self._retry(lines, journal)
            engine = asyncio.run(self._run(store, lines, journal, epoch, answered=answered))
            lines.sort()
        return engine

    def _retry(self, lines: Lines, journal: Journal) -> None:
        """Once a run: an article that kills its worker again would otherwise be forgiven by each one that follows."""
        work, retry = self._places.work, self._job.retry
        if retry is not None and last_retry(work) != retry:
            lines.without_failed()
            journal.forgive()
            write_retry(work, retry)

    def _lines(self, store: Store) -> Lines:
        return Lines(self._places.work / LINES, store, in_order=not self._job.options.as_completed)

    async def _run(self, store: Store, lines: Lines, journal: Journal, epoch: int, *, answered: bool) -> Engine:
        job, number = self._job, self._shard.number
        lease = Lease(
            lambda news: self._office.report(number, epoch, news),
            job.limits,
            most=job.concurrency,
            stop=lambda why: engine.stop(why),
            counts=lambda: Counts(engine.new, engine.failed, engine.skipped),
        )
        gate = LeasedGate(lease)
        budget = LeasedBudget(lease, model_of(job.analyzer), self._price, job.limits)
        limits = replace(job.limits, concurrency=job.concurrency)
        engine = Engine(Watched(job.analyzer, journal), store, lines, budget, limits, job.options, gate)
        if engine.asker is not None and answered:
            # A server that has answered other workers is not down because the first article here fails.
            engine.asker.asked = 1
        async with _beside(lease.keep(), _when_stopped(gate, lease)):
            await engine.run(self._shard.entries(job.fields))
        await lease.close()
        return engine

    def _write(self, store: Store, *, seconds: float) -> None:
        """All that a committed shard holds."""
        place, tables = self._places.work, self._job.options.table_format
        write_analyses(place, store)
        if tables:
            write_tables(map(Analysis.model_validate_json, read_lines(place)), place, tables)
        shard = self._shard
        write_summary(place, store, shard=shard.number, digest=shard.digest, seconds=round(seconds, 3))
        (place / LINES).unlink()


def _prepare(places: Places) -> None:
    """The folder to work in: one that is there, a new one, or one made of a committed shard."""
    if places.work.exists():
        return
    if not places.done.exists():
        places.work.mkdir(parents=True)
        return
    new = places.work.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    shutil.copy2(places.done / REPLIES, new / REPLIES)
    put_lines(places.done, new)
    new.rename(places.work)


def opened(path: Path) -> Store:
    """The store of a shard; one that a worker still holds, which was given up, is waited for."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return Store(path)
        except UsageError:
            if time.monotonic() > until:
                raise
        time.sleep(_GLANCE)


@asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have some work done beside what is inside."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _when_stopped(gate: LeasedGate, lease: Lease) -> None:
    await gate.stop.wait()
    lease.end_waiting()
