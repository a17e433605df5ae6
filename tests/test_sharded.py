"""The parts of a run on many machines, without any: one ledger, workers in threads, shards in a folder."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import Analyzer, Document
from framing.corpus import BadRow, Fields, read_corpus
from framing.corpus.parts import Part, parts_of, read_part
from framing.errors import (
    AuthenticationError,
    FramingError,
    InputError,
    RateLimitError,
    UnknownNameError,
    UsageError,
)
from framing.runs import Limits, Price, Prices, Ray, RunOptions, annotate
from framing.runs.sharded.failures import pack, unpack
from framing.runs.sharded.folders import committed, read_lines, recover
from framing.runs.sharded.journal import Journal, Watched
from framing.runs.sharded.ledger import LEASE, TAKEN, Account, Grant, Ledger, News
from framing.runs.sharded.naming import hashed, unique_names
from framing.runs.sharded.shards import Shard, last_parts, read_plan, scanned, shards_of, write_plan
from framing.runs.sharded.worker import Job, Receipt, work
from framing.testing import Faults, FaultServer
from tests.run_kit import ANSWER, BOOK, analyzer, asked_number, lines, paid_twice, stories, story

MONEY = Prices({"any": Price(input=100.0, output=100.0, cached_input=100.0)}, currency="EUR")


# --- Workers in threads -------------------------------------------------------------------------------


@dataclass
class LocalOffice:
    """The ledger of workers that are threads of this process."""

    ledger: Ledger
    lock: threading.Lock = field(default_factory=threading.Lock)
    reports: int = 0

    def begin(self, shard: int) -> int | None:
        with self.lock:
            return self.ledger.begin(shard)

    def opened(self, shard: int, epoch: int, account: Account) -> bool:
        with self.lock:
            return self.ledger.opened(shard, epoch, account)

    async def report(self, shard: int, epoch: int, news: News) -> Grant:
        with self.lock:
            self.reports += 1
            return self.ledger.report(shard, epoch, news)

    def is_held(self, shard: int, epoch: int) -> bool:
        with self.lock:
            return self.ledger.is_held(shard, epoch)

    def end(self, shard: int, epoch: int, account: Account) -> None:
        with self.lock:
            self.ledger.end(shard, epoch, account)


def worked(
    folder: Path,
    tool: Analyzer,
    documents: Sequence[Document],
    *,
    limits: Limits,
    workers: int = 3,
    size: int = 10,
    options: RunOptions | None = None,
) -> list[Receipt]:
    """Have the documents worked through by so many threads; what came of each shard."""
    (folder / "shards").mkdir(parents=True, exist_ok=True)
    shards = list(shards_of(parts_of(documents, size, written=folder / "input"), size))
    job = Job(folder, tool, Fields(), limits, options or RunOptions(tables=None), limits.concurrency)
    office = LocalOffice(Ledger(limits, before=Account(), spent={}))

    def one(shard: Shard) -> Receipt:
        receipt = work(shard, job, office, again=job.options.retry_failed)
        if receipt.stopped:
            office.ledger.stop(receipt.stopped)
        return receipt

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, shards))


def found(folder: Path) -> list[str]:
    return [json.loads(line)["document"]["id"] for done in committed(folder) for line in read_lines(done)]


def test_workers_that_share_a_ledger_ask_about_every_article_once_and_never_too_many_at_a_time(
    tmp_path: Path,
) -> None:
    with FaultServer(lambda _: ANSWER, latency=0.01) as server:
        worked(tmp_path, analyzer(server), stories(60), limits=Limits(5))
    assert (server.stats.requests, paid_twice(server)) == (60, 0)
    assert server.stats.peak <= 5
    assert found(tmp_path) == [one.id for one in stories(60)]


def test_workers_that_share_a_ledger_never_send_more_requests_than_allowed(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, faults=Faults(seed=2, rate_limit=0.2), latency=0.005) as server:
        receipts = worked(tmp_path, analyzer(server), stories(60), limits=Limits(8, max_requests=31))
    assert server.stats.requests == 31
    assert any("the limit of 31 requests is reached" in (receipt.stopped or "") for receipt in receipts)


def test_workers_that_share_a_ledger_never_spend_more_than_allowed(tmp_path: Path) -> None:
    limits = Limits(8, max_cost=3.0, prices=MONEY)
    with FaultServer(lambda _: ANSWER, faults=Faults(seed=5, reset=0.1), latency=0.005) as server:
        tool = analyzer(server, params={"max_tokens": 200})
        receipts = worked(tmp_path, tool, stories(80), limits=limits)
        words = sum(len(received.body.split()) for received in server.requests)
    assert words > 0
    assert any("maximum cost of 3" in (receipt.stopped or "") for receipt in receipts)
