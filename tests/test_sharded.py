"""The parts of a run on many machines, without any: one ledger, workers in threads, shards in a folder."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing import Analyzer, Document
from framing.backends import Retries
from framing.corpus import BadRow, Entry, Fields, read_corpus
from framing.corpus.parts import Part, parts_of, read_part
from framing.errors import (
    AuthenticationError,
    FramingError,
    InputError,
    MissingDependencyError,
    RateLimitError,
    UnknownNameError,
    UsageError,
)
from framing.runs import Limits, Price, Prices, Ray, RunOptions, annotate
from framing.runs.sharded.failures import pack, unpack
from framing.runs.sharded.folders import committed, read_lines, recover, summary_of
from framing.runs.sharded.journal import Journal, Watched
from framing.runs.sharded.lease import Counts, Lease
from framing.runs.sharded.ledger import LEASE, TAKEN, Account, Grant, Ledger, News
from framing.runs.sharded.naming import hashed, unique_names
from framing.runs.sharded.shards import Shard, last_parts, read_plan, scanned, shards_of, write_plan
from framing.runs.sharded.starting import without_noise
from framing.runs.sharded.worker import Job, Receipt, work
from framing.testing import Canned, Faults, FaultServer
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
    retry: str | None = None,
) -> list[Receipt]:
    """Have the documents worked through by so many threads; what came of each shard."""
    (folder / "shards").mkdir(parents=True, exist_ok=True)
    shards = list(shards_of(parts_of(documents, size, written=folder / "input"), size))
    options = options or RunOptions(tables=None)
    job = Job(folder, tool, Fields(), limits, options, limits.concurrency, retry)
    office = LocalOffice(Ledger(limits, before=Account(), spent={}))

    def one(shard: Shard) -> Receipt:
        receipt = work(shard, job, office)
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


def test_a_shard_that_is_committed_is_left_alone(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        worked(tmp_path, analyzer(server), stories(20), limits=Limits(4))
        receipts = worked(tmp_path, analyzer(server), stories(20), limits=Limits(4))
    assert server.stats.requests == 20
    assert [(receipt.new, receipt.stopped) for receipt in receipts] == [(0, None)] * 2


def test_a_refused_key_stops_all_workers_and_is_told_as_what_it_is(tmp_path: Path) -> None:
    refused = Canned(401, {"error": {"message": "no", "code": "invalid_api_key"}})
    with FaultServer(lambda request: refused if asked_number(request) >= 15 else ANSWER) as server:
        receipts = worked(tmp_path, analyzer(server), stories(80), limits=Limits(4))
        assert server.stats.requests <= 40
    errors = [unpack(receipt.error) for receipt in receipts if receipt.error]
    assert {type(error) for error in errors} == {AuthenticationError}
    assert "the run has ended" in {receipt.stopped for receipt in receipts}


def test_a_shard_left_by_a_dead_worker_is_gone_on_with_and_pays_nothing_twice(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER) as server:
        worked(tmp_path, analyzer(server), stories(20), limits=Limits(4, max_requests=13), workers=1)
        assert (len(committed(tmp_path)), server.stats.requests) == (1, 13)
        # The worker died in the middle of a line.
        torn = tmp_path / "shards" / "000001.work" / "analyses.jsonl"
        torn.write_bytes(torn.read_bytes()[:-50])
        worked(tmp_path, analyzer(server), stories(20), limits=Limits(4))
        annotate(stories(20), out=tmp_path / "local", analyzer=analyzer(server))
    assert server.stats.requests - 20 == 20
    written = [line for done in committed(tmp_path) for line in read_lines(done)]
    assert written == [one.model_dump_json() for one in lines(tmp_path / "local")]


def test_a_retry_asks_again_about_what_failed_in_a_shard_that_is_not_whole(tmp_path: Path) -> None:
    down = True

    def moody(request: Any) -> str | Canned:
        fails = down and asked_number(request) == 2
        return Canned(500, {"error": {"message": "no", "code": "server_error"}}) if fails else ANSWER

    with FaultServer(moody) as server:
        tool = analyzer(server, retries=Retries(attempts=1))
        worked(tmp_path, tool, stories(10), limits=Limits(1, max_requests=6))
        assert committed(tmp_path) == []
        down = False
        worked(tmp_path, tool, stories(10), limits=Limits(1), retry="again")
    assert [summary_of(done)["failed"] for done in committed(tmp_path)] == [0]


def test_a_retry_is_made_once_a_run(tmp_path: Path) -> None:
    down = {1, 2}
    refused = Canned(500, {"error": {"message": "no", "code": "server_error"}})
    with FaultServer(lambda request: refused if asked_number(request) in down else ANSWER) as server:
        tool = analyzer(server, retries=Retries(attempts=1))
        worked(tmp_path, tool, stories(10), limits=Limits(1))
        down.remove(1)
        for _ in range(2):
            worked(tmp_path, tool, stories(10), limits=Limits(1), retry="again")
            assert server.stats.requests == 12
    assert [summary_of(done)["failed"] for done in committed(tmp_path)] == [1]
    assert found(tmp_path) == [one.id for one in stories(10)]


def test_what_nobody_foresaw_ends_the_run_in_order_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "shards" / "000000.work" / "analyses.jsonl").mkdir(parents=True)
    (receipt,) = worked(tmp_path, Analyzer("rules", codebook=BOOK), stories(5), limits=Limits(1), workers=1)
    assert receipt.error is not None
    assert "shard 000000 cannot be worked through: IsADirectoryError" in str(unpack(receipt.error))


def test_a_shard_whose_replacement_died_is_put_back(tmp_path: Path) -> None:
    shards = tmp_path / "shards"
    (shards / "000001.old").mkdir(parents=True)
    (shards / "000002.old").mkdir()
    (shards / "000002").mkdir()
    recover(tmp_path)
    assert sorted(path.name for path in shards.iterdir()) == ["000001", "000002"]


# --- The lease ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", range(6))
def test_a_lease_that_has_just_been_asked_for_more_can_be_ended(turns: int) -> None:
    async def answer(news: News) -> Grant:
        return Grant()

    async def ended() -> bool:
        lease = Lease(answer, Limits(1), most=1, stop=lambda why: None, counts=Counts)
        keeping = asyncio.create_task(lease.keep())
        await asyncio.sleep(0.05)
        lease.hold(0.0)
        for _ in range(turns):
            await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.wait([keeping], timeout=2)
        return keeping.cancelled()

    assert asyncio.run(ended())


# --- The journal --------------------------------------------------------------------------------------


def deaths(folder: Path, at: str, times: int) -> None:
    """So many workers died at work on an article."""
    for _ in range(times):
        Journal(folder, written=0).begin(at)


def test_an_article_under_which_three_workers_died_is_given_up(tmp_path: Path) -> None:
    deaths(tmp_path, "a1", 3)
    with Journal(tmp_path, written=0) as journal:
        tool = Watched(Analyzer("rules", codebook=BOOK), journal)
        with pytest.raises(InputError, match="3 workers died at work on this article"):
            tool.analyze(story(1))
        assert tool.analyze(story(2)).complete


def test_an_article_under_which_two_workers_died_is_tried_again(tmp_path: Path) -> None:
    deaths(tmp_path, "a1", 2)
    with Journal(tmp_path, written=0) as journal:
        assert Watched(Analyzer("rules", codebook=BOOK), journal).analyze(story(1)).complete


def test_a_worker_that_left_in_order_accuses_nobody(tmp_path: Path) -> None:
    for _ in range(5):
        with Journal(tmp_path, written=0) as journal:
            Watched(Analyzer("rules", codebook=BOOK), journal).analyze(story(1))
    Journal(tmp_path, written=0).check("a1")


def test_a_journal_forgives_when_it_is_told_to(tmp_path: Path) -> None:
    deaths(tmp_path, "a1", 3)
    Journal(tmp_path, written=0).forgive()
    Journal(tmp_path, written=0).check("a1")


def test_a_journal_knows_an_id_again_that_no_file_can_hold(tmp_path: Path) -> None:
    deaths(tmp_path, "a\udcff", 3)
    with pytest.raises(InputError, match="3 workers died"):
        Journal(tmp_path, written=0).check("a\udcff")


def test_a_shard_that_no_worker_survives_may_be_tried_again_by_the_next_run(tmp_path: Path) -> None:
    for _ in range(10):
        assert not Journal(tmp_path, written=0).hopeless
    with Journal(tmp_path, written=0) as journal:
        assert journal.hopeless
    assert not Journal(tmp_path, written=0).hopeless


def test_workers_that_die_without_an_article_at_work_are_counted_until_one_gets_on(tmp_path: Path) -> None:
    for _ in range(10):
        assert not Journal(tmp_path, written=0).hopeless
    assert Journal(tmp_path, written=0).hopeless
    assert not Journal(tmp_path, written=1).hopeless


# --- The ledger ---------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ledger(limits: Limits, *, workers: int = 2, clock: Clock | None = None) -> Ledger:
    made = Ledger(limits, before=Account(), spent={}, clock=clock or Clock())
    for shard in range(workers):
        assert made.begin(shard) == 1
    return made


def test_two_workers_share_the_slots_evenly_once_both_want_them() -> None:
    book = ledger(Limits(8))
    assert book.report(0, 1, News(wanted=8)).slots == 8
    assert book.report(1, 1, News(wanted=8)).slots == 0
    assert book.report(0, 1, News(slots=8, open=8, wanted=8)).share == 4
    assert book.report(0, 1, News(slots=4, open=4, wanted=8)).slots == 0
    assert book.report(1, 1, News(wanted=8)).slots == 4


def test_the_slots_of_a_worker_that_nobody_hears_from_are_free_after_a_while() -> None:
    clock = Clock()
    book = ledger(Limits(8), clock=clock)
    assert book.report(0, 1, News(wanted=8)).slots == 8
    clock.now = LEASE + 1
    assert book.report(1, 1, News(wanted=8)).slots == 8


def test_what_a_dead_worker_may_have_sent_counts_until_its_store_says_what_it_was() -> None:
    book = ledger(Limits(8, max_requests=10))
    assert book.report(0, 1, News(permits_wanted=6)).permits == 6
    assert book.begin(0) == 2
    assert book.report(1, 1, News(permits_wanted=10)).permits == 4
    book.opened(0, 2, Account(requests=2))
    assert book.report(1, 1, News(permits=4, permits_wanted=10)).permits == 4


def test_money_is_given_out_in_blocks_that_grow_with_what_a_worker_sends_and_leave_the_others_their_part() -> None:
    book = ledger(Limits(8, max_cost=1_000.0, prices=MONEY))
    assert book.report(0, 1, News(needed=1.0)).money == 8.0
    assert book.report(0, 1, News(needed=1.0, sent=50, cost=50.0)).money == 100.0
    assert book.report(0, 1, News(needed=1.0, sent=600, cost=600.0)).money == 175.0
    assert book.report(1, 1, News(needed=176.0)).money == 0.0


def test_a_worker_whose_shard_was_given_to_another_one_is_told_to_leave() -> None:
    book = ledger(Limits(8))
    assert book.begin(0) == 2
    assert book.report(0, 1, News(wanted=3)).stop == TAKEN
    assert not book.is_held(0, 1)


def test_a_stopped_run_gives_nothing_out_and_keeps_the_first_reason() -> None:
    book = ledger(Limits(8))
    assert (book.stop("first"), book.stop("second")) == ("first", "first")
    assert book.report(0, 1, News(wanted=3)).stop == "first"
    assert book.begin(5) is None


def test_a_pause_that_one_worker_was_told_of_holds_for_all() -> None:
    book = ledger(Limits(8))
    book.report(0, 1, News(hold=7.0))
    assert book.report(1, 1, News()).hold == 7.0


def test_sending_times_of_all_workers_keep_the_pace_and_are_not_given_out_far_ahead() -> None:
    book = ledger(Limits(8, requests_per_minute=600), workers=3)
    grants = [book.report(shard, 1, News(timed=50)) for shard in range(3)]
    assert [(grant.times, round(grant.starts_in, 3), grant.interval) for grant in grants] == [
        (5, 0.0, 0.1),
        (5, 0.5, 0.1),
        (5, 1.0, 0.1),
    ]
    assert book.report(0, 1, News(timed=50)).times == 0


def test_earlier_spending_counts() -> None:
    book = Ledger(Limits(8, max_requests=10), before=Account(requests=5), spent={3: Account(requests=2)})
    book.begin(0)
    assert book.report(0, 1, News(permits_wanted=10)).permits == 3


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["report", "send", "settle", "die", "leave"]), st.integers(0, 9)),
    max_size=120,
)


@settings(deadline=None)
@given(STEPS)
def test_whatever_workers_do_and_whenever_they_die_no_limit_is_exceeded(steps: list[tuple[int, str, int]]) -> None:
    limits = Limits(7, max_requests=25, max_cost=20.0, prices=MONEY)
    book = Ledger(limits, before=Account(), spent={}, clock=Clock())
    workers = {shard: _Modelled(book, shard) for shard in range(4)}
    for shard, what, amount in steps:
        getattr(workers[shard], what)(amount)
        assert sum(worker.open for worker in workers.values()) <= 7
        assert sum(worker.sent for worker in workers.values()) <= 25
        assert sum(worker.cost + worker.reserved for worker in workers.values()) <= 20.0


class _Modelled:
    """A worker that does with its lease whatever it may; each request may cost 2, and comes to 1."""

    def __init__(self, book: Ledger, shard: int) -> None:
        self.book, self.shard = book, shard
        self.sent = 0
        self.cost = self.reserved = 0.0
        self._take()

    def _take(self) -> None:
        self.epoch = self.book.begin(self.shard) or 0
        self.book.opened(self.shard, self.epoch, Account(self.sent, self.cost))
        self.slots = self.open = self.permits = self.new_sent = 0
        self.spare = self.new_cost = 0.0

    def report(self, wanted: int) -> None:
        self.slots = max(self.open, min(self.slots, wanted))
        self.permits = min(self.permits, wanted)
        news = News(
            slots=self.slots,
            open=self.open,
            wanted=max(wanted, self.open),
            permits=self.permits,
            permits_wanted=max(0, wanted - self.permits),
            reserved=self.reserved,
            spare=self.spare,
            needed=2.0 if self.spare < 2.0 else 0.0,
            sent=self.new_sent,
            cost=self.new_cost,
        )
        self.new_sent, self.new_cost = 0, 0.0
        grant = self.book.report(self.shard, self.epoch, news)
        self.slots = max(self.open, min(self.slots + grant.slots, grant.share))
        self.permits += grant.permits
        self.spare += grant.money

    def send(self, count: int) -> None:
        for _ in range(count):
            if self.open < self.slots and self.permits and self.spare >= 2.0:
                self.open, self.permits, self.sent = self.open + 1, self.permits - 1, self.sent + 1
                self.new_sent += 1
                self.spare, self.reserved = self.spare - 2.0, self.reserved + 2.0

    def settle(self, count: int) -> None:
        for _ in range(min(count, self.open)):
            self.open -= 1
            self.reserved, self.cost, self.spare = self.reserved - 2.0, self.cost + 1.0, self.spare + 1.0
            self.new_cost += 1.0

    def die(self, _: int) -> None:
        """What was on its way counts as what it may have cost; the next worker says so."""
        self.cost, self.reserved = self.cost + self.reserved, 0.0
        self._take()

    def leave(self, _: int) -> None:
        self.settle(self.open)
        self.report(0)
        self.book.end(self.shard, self.epoch, Account(self.sent, self.cost))
        self._take()


# --- Parts, shards, names -----------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(['{"id": "x", "text": "one"}', '{"text": "two"}', "", "  ", "no json", "[]"])),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_parts_of_a_file_hold_what_the_file_holds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], size: int, ended: bool, newline: str
) -> None:
    path = tmp_path_factory.mktemp("parts") / "articles.jsonl"
    path.write_bytes((newline.join(rows) + newline * ended).encode())
    corpus = read_corpus(path)
    parts = list(parts_of(corpus, size, written=path.parent))
    assert [entry for part in parts for entry in read_part(part, Fields())] == list(corpus)
    assert all(part.rows <= size for part in parts)


@pytest.mark.parametrize("size", [1, 4, 7, 100])
def test_the_parts_of_a_parquet_file_hold_what_the_file_holds(tmp_path: Path, size: int) -> None:
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = [{"id": one.id, "text": one.text} for one in stories(23)]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=5)
    corpus = read_corpus(tmp_path / "a.parquet")
    parts = parts_of(corpus, size, written=tmp_path)
    assert [entry for part in parts for entry in read_part(part, Fields())] == list(corpus)


def test_a_file_that_has_grown_is_cut_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(f'{{"text": "t{n}"}}' for n in range(5)))
    first = list(parts_of(read_corpus(path), 3, written=tmp_path))
    with path.open("a") as file:
        file.write('\n{"text": "t5"}\n{"text": "t6"}\n')
    after = last_parts([Shard(0, tuple(first))])
    more = list(parts_of(read_corpus(path), 3, written=tmp_path, after=after))
    entries = [entry for part in [*first, *more] for entry in read_part(part, Fields())]
    assert entries == list(read_corpus(path))
    assert [part.row for part in more] == [6]


def test_rows_that_hold_no_article_survive_being_written_out(tmp_path: Path) -> None:
    bad = BadRow("here:3", "has no text", raw="\udcff", id="b")
    entries: list[Entry] = [story(1), bad, story(2)]
    parts = parts_of(entries, 2, written=tmp_path)
    assert [entry for part in parts for entry in read_part(part, Fields())] == entries


def test_a_part_that_is_gone_is_a_bad_row(tmp_path: Path) -> None:
    part = Part(str(tmp_path / "gone.jsonl"), "gone", "jsonl", 1, 3)
    (row,) = read_part(part, Fields())
    assert isinstance(row, BadRow)
    assert "No such file" in row.reason


def test_many_small_files_share_a_shard() -> None:
    parts = [Part(f"{n}.txt", str(n), "txt", 1, 1) for n in range(5)]
    assert [len(shard.parts) for shard in shards_of(parts, 2)] == [2, 2, 1]


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    shards = [Shard(0, (Part("a", "a", "jsonl", 1, 2, 0, 9),), 2, "d", {1: "x-2"}), Shard(1, ())]
    write_plan(tmp_path, shards)
    assert read_plan(tmp_path) == shards


def test_a_scan_tells_a_changed_text_and_a_changed_id(tmp_path: Path) -> None:
    def digest(*rows: Document) -> str:
        (shard,) = shards_of(parts_of(rows, 9, written=tmp_path), 9)
        return scanned(shard, Fields()).digest

    whole = digest(story(1), story(2))
    assert digest(story(1), story(2)) == whole
    assert digest(story(1), story(3)) != whole
    assert digest(story(1), Document(id="other", text=story(2).text)) != whole


IDS = st.lists(st.sampled_from(["a", "b", "a-2", "a-3", "a-2-2", "b-2", "c"]), max_size=14)


@settings(deadline=None)
@given(st.tuples(IDS, IDS, IDS))
def test_names_are_those_that_one_process_gives(shards: tuple[list[str], ...]) -> None:
    new = unique_names([b"".join(map(hashed, ids)) for ids in shards], lambda shard: shards[shard])
    named = [new.get(n, {}).get(place, id) for n, ids in enumerate(shards) for place, id in enumerate(ids)]
    taken: set[str] = set()
    for id, name in zip((id for ids in shards for id in ids), named, strict=True):
        expected, again = id, 1
        while expected in taken:
            again += 1
            expected = f"{id}-{again}"
        taken.add(expected)
        assert name == expected


# --- Errors and choices -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("openai:m", "no key", status=401),
        RateLimitError("openai:m", "slow down", status=429, retry_after=3.0),
        InputError("file:3", "has no text"),
        UsageError("that cannot be"),
    ],
)
def test_an_error_comes_back_from_a_worker_as_what_it_was(error: FramingError) -> None:
    back = unpack(json.loads(json.dumps(pack(error))))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))


def test_an_error_with_more_to_it_comes_back_as_its_nearest_kind() -> None:
    back = unpack(pack(UnknownNameError("backend", "x", ("y",))))
    assert (type(back), "unknown backend 'x'" in str(back)) == (UsageError, True)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (lambda: Ray(workers=0), "workers must be at least 1, not 0"),
        (lambda: Ray(shard=-1), "shard must be at least 1, not -1"),
        (lambda: Ray("ray://head:10001"), "is a client's address"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(choice: Callable[[], Ray], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        choice()


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="engine is 'asyncio' or 'ray', not 'dask'"):
        annotate(stories(1), out=tmp_path, analyzer=Analyzer("rules"), engine="dask")  # type: ignore[arg-type]


def test_of_what_goes_past_python_only_the_log_of_rays_native_code_is_kept_from_the_standard_error(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with without_noise():
        os.write(2, b"[2031-01-02 03:04:05,678 I 77 77] logging.cc:303: Set ray log level\nsomething else\n")
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err == "something else\n"


def test_without_ray_nothing_is_written_and_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependencyError, match=r"framing-toolkit\[ray\]"):
        annotate(stories(1), out=tmp_path / "ray", analyzer=Analyzer("rules"), engine="ray")
    assert list(tmp_path.iterdir()) == []
