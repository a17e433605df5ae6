"""A run whose shards are worked through on Ray: planning, watching, summing up."""

from __future__ import annotations

import queue
import signal
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from framing.corpus import Entry, Fields
from framing.corpus.parts import parts_of
from framing.errors import BackendError, FramingError, UsageError
from framing.runs.analyses import ANALYSES
from framing.runs.budget import Budget
from framing.runs.engines import Ray
from framing.runs.local import INTERRUPTED, LocalRun, Order
from framing.runs.report import RunReport, Snapshot
from framing.runs.sharded.books import ShardBooks
from framing.runs.sharded.cluster import Cluster, RemoteLedger, connected
from framing.runs.sharded.failures import unpack
from framing.runs.sharded.folders import SHARDS, recover
from framing.runs.sharded.ledger import TAKEN, Progress
from framing.runs.sharded.naming import unique_names
from framing.runs.sharded.shards import Shard, last_parts, read_plan, shards_of, write_plan
from framing.runs.sharded.starting import check_available
from framing.runs.sharded.worker import Job, Receipt
from framing.runs.store import Store

__all__ = ["ShardedRun"]

FACTS = "run.sqlite"
TABLES = "tables"
INPUT = "input"
_LOOK = 0.5
_AT_LEAST = 8
"""Requests that a worker may have open, where the run allows more of them than workers."""


class ShardedRun(LocalRun):
    """One run, led by this process and done by others."""

    def __init__(self, order: Order, *, engine: Ray, fields: Fields) -> None:
        super().__init__(replace(order, folder=order.folder.absolute()))
        self._engine, self._fields = engine, fields
        self._stops = 0

    def report(self, entries: Iterable[Entry]) -> RunReport:
        budget = self.budget()
        if (self._folder / ANALYSES).exists():
            raise UsageError(
                f"{str(self._folder)!r} holds a run of one process: go on without the engine ray, "
                "or use another folder"
            )
        check_available(self._engine)
        self._folder.mkdir(parents=True, exist_ok=True)
        store = Store(self._folder / FACTS)
        try:
            recover(self._folder)
            spent = ShardBooks(self._folder, store, self._price).totals()
            budget.spent(spent.requests, spent.usage)
            budget.spent(0, spent.lost_usage)
            self._settle(store, budget)
            with connected(self._engine) as cluster:
                (self._folder / SHARDS).mkdir(exist_ok=True)
                return self._led(entries, store, cluster)
        finally:
            store.close()

    def _led(self, entries: Iterable[Entry], store: Store, cluster: Cluster) -> RunReport:
        shards = self._planned(entries, cluster)
        books = ShardBooks(self._folder, store, self._price)
        self._write(books, None)
        before, spent = books.finished_account(), books.open_accounts()
        with closing(cluster.ledger(self._limits, before=before, spent=spent)) as ledger, _interruptible(self):
            stopped, error, progress = self._dispatched(shards, books, cluster, ledger)
        books = ShardBooks(self._folder, store, self._price)
        lacking = len(shards) - books.committed
        totals, (articles, failed) = books.totals(), books.counts()
        report = RunReport(
            folder=self._folder,
            articles=articles,
            failed=failed,
            new=progress.new,
            requests=totals.requests,
            usage=totals.usage,
            cost=self._cost(totals),
            seconds=time.time() - self._begun,
            stopped=stopped or (f"{lacking} shards were given up" if lacking else None),
            error=error if isinstance(error, BackendError) else None,
            kept=books.kept,
        )
        about = {"workers": cluster.workers, "shards": len(shards), "reports": progress.reports}
        self._more = {"engine": {"name": "ray", **about}}
        self._write(books, report)
        if error is not None and report.error is None:
            raise error
        return report

    def _settle(self, store: Store, budget: Budget) -> None:
        super()._settle(store, budget)
        tables = self._options.table_format or "none"
        begun = store.fact(TABLES)
        if begun is None:
            store.set_fact(TABLES, tables)
        elif begun != tables:
            raise UsageError(
                f"the tables of {str(self._folder)!r} are {begun}, not {tables}: in some shards they would be missing. "
                f"Go on with --tables {begun}, or use another folder"
            )

    # --- The plan -----------------------------------------------------------------------------------------

    def _planned(self, entries: Iterable[Entry], cluster: Cluster) -> list[Shard]:
        """All shards, those of an earlier plan first; raises UsageError where their articles have changed."""
        planned = read_plan(self._folder)
        size = self._engine.shard
        parts = parts_of(entries, size, written=self._folder / INPUT, after=last_parts(planned))
        shards = [*planned, *shards_of(parts, size, first=len(planned))]
        if not shards:
            return []
        scans = dict(cluster.scan(shards, self._fields))
        for shard in planned:
            if scans[shard.number].digest != shard.digest:
                told = ", ".join(f"{part.path} from row {part.row} on" for part in shard.parts[:3])
                raise UsageError(
                    f"the input is not the one that this run began with: shard {shard.called} ({told}) has changed. "
                    "Give the same input (more may follow it), or use another folder"
                )
        names = unique_names(
            [scans[shard.number].ids for shard in shards],
            lambda number: [entry.id for entry in shards[number].given(self._fields)],
        )
        made = [
            replace(
                shard,
                articles=scans[shard.number].articles,
                digest=scans[shard.number].digest,
                names=names.get(shard.number, {}),
            )
            for shard in shards
        ]
        write_plan(self._folder, made)
        return made

    # --- The work -----------------------------------------------------------------------------------------

    def _dispatched(
        self, shards: Sequence[Shard], books: ShardBooks, cluster: Cluster, ledger: RemoteLedger
    ) -> tuple[str | None, FramingError | None, Progress]:
        """(why it was stopped, the error that stopped it, what was done)."""
        again = books.with_failed() if self._options.retry_failed else set()
        todo = [shard for shard in shards if shard.number not in books.done - again]
        here = sum(shard.articles for shard in shards if shard.number in books.done - again)
        whole = sum(shard.articles for shard in shards)
        receipts = _Receipts(cluster.work(todo, self._job(cluster), ledger)) if todo else None
        stopped, error = None, None
        while receipts is not None and not receipts.ended:
            for receipt in receipts.waited(_LOOK):
                if receipt.stopped and receipt.stopped != TAKEN:
                    stopped = ledger.stop(receipt.stopped)
                if receipt.error and error is None:
                    error = unpack(receipt.error)
            if self._stops and stopped is None:
                stopped = ledger.stop(INTERRUPTED)
            if self._stops > 1:
                break
            self._tell(ledger, here, whole, stopping=stopped is not None)
        progress = self._tell(ledger, here, whole, stopping=stopped is not None)
        if receipts is not None and receipts.failure is not None:
            error = error or FramingError(f"Ray gave the run up: {_reason(receipts.failure)}")
        return stopped or (str(error) if error else None), error, progress

    def _job(self, cluster: Cluster) -> Job:
        limits = self._limits
        fair = -(-2 * limits.concurrency // cluster.workers)
        concurrency = min(limits.concurrency, max(_AT_LEAST, fair))
        retry = uuid.uuid4().hex if self._options.retry_failed else None
        return Job(self._folder, self._analyzer, self._fields, limits, self._options, concurrency, retry)

    def _tell(self, ledger: RemoteLedger, here: int, whole: int, *, stopping: bool) -> Progress:
        now = ledger.progress()
        done = here + now.new + now.skipped
        if self._watch is not None:
            self._watch(
                Snapshot(
                    written=now.new,
                    failed=now.failed,
                    skipped=here + now.skipped,
                    requests=now.requests,
                    usage=now.usage,
                    cost=now.cost if self._price else None,
                    seconds=time.time() - self._begun,
                    read=min(1.0, done / whole) if whole else 1.0,
                    stopping=stopping,
                )
            )
        return now

    def interrupt(self, *_: object) -> None:
        """The first time what is on its way is finished, the second time it is left."""
        self._stops += 1


class _Receipts:
    """Receipts that are gathered in a thread of their own. `failure`: why no more will come."""

    def __init__(self, receipts: Iterator[Receipt]) -> None:
        self.failure: Exception | None = None
        self._queue: queue.SimpleQueue[Receipt] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._gather, args=(receipts,), name="framing-ray", daemon=True)
        self._thread.start()

    def _gather(self, receipts: Iterator[Receipt]) -> None:
        try:
            for receipt in receipts:
                self._queue.put(receipt)
        except Exception as error:
            self.failure = error

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive() and self._queue.empty()

    def waited(self, seconds: float) -> list[Receipt]:
        """What has come; something that comes within so many seconds is waited for."""
        self._thread.join(0.0 if not self._queue.empty() else seconds)
        found = []
        while not self._queue.empty():
            found.append(self._queue.get())
        return found


def _reason(failure: Exception) -> str:
    """What went wrong, without the calls that led there, which Ray tells too."""
    told = [line.strip() for line in str(failure).splitlines() if line.strip()]
    return told[-1] if told else repr(failure)


@contextmanager
def _interruptible(run: ShardedRun) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.signal(signal.SIGINT, run.interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
