"""A run of ten million articles on many workers, simulated with costs that are measured here.

    python benchmarks/scale.py [--articles 10000000] [--analysis-ms 5.0] [--latency 2.0 --concurrency 4096]

First the costs of the parts that do not grow with the workers are measured: cutting the input, scanning it, giving
names, and what the ledger needs for a report. The costs of Ray (a shard's task in the driver) and of an analysis are
taken from `benchmarks/engines.py`; give those of your machine. Then shards are handed out one by one to workers whose
speeds differ by a tenth, while the driver and the ledger each do one thing at a time. Printed: hours, how much of the
workers' time is used, how busy the driver and the ledger are, and which of them would be full first.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from framing import Document
from framing.corpus import Fields, read_corpus
from framing.corpus.parts import parts_of
from framing.runs import Limits
from framing.runs.sharded.ledger import Account, Ledger, News
from framing.runs.sharded.naming import hashed, unique_names
from framing.runs.sharded.shards import scanned, shards_of

WORDS = "The council of the town has decided that the old bridge is to be closed before the winter comes. " * 40
HEARTBEAT, PER_WORKER = 0.25, 0.002
DISK = 500e6
"""Bytes a second that the disk which all share takes; a guess on the low side for one network disk."""


@dataclass(frozen=True)
class Costs:
    """Seconds: cutting and scanning an article, naming one, a report; bytes of an article as input and output."""

    cut: float
    scan: float
    name: float
    report: float
    input_bytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--shard", type=int, default=1_000)
    parser.add_argument("--analysis-ms", type=float, default=5.0, help="CPU of a worker an article, all in all")
    parser.add_argument(
        "--dispatch-ms", type=float, default=10.0, help="CPU of the driver and of Ray's head a shard"
    )
    parser.add_argument("--trip-ms", type=float, default=0.5, help="CPU that a call costs the ledger's process")
    parser.add_argument("--output-bytes", type=float, default=9_000, help="what an article leaves on the disk")
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds a server takes for an answer; 0: rules"
    )
    parser.add_argument("--concurrency", type=int, default=4096)
    args = parser.parse_args()
    costs = measured()
    print(
        f"cut {costs.cut * 1e6:.2f} µs, scan {costs.scan * 1e6:.0f} µs, name {costs.name * 1e6:.2f} µs an article;"
    )
    print(
        f"a report {costs.report * 1e6:.0f} µs of the ledger itself; an article is {costs.input_bytes:,.0f} bytes\n"
    )
    head = ("workers", "hours", "used", "driver", "ledger", "disk", "before", "first full")
    print("".join(f"{name:>10}" for name in head))
    for workers in (16, 64, 256):
        print("".join(f"{cell:>10}" for cell in simulated(workers, costs, args)), flush=True)


def measured() -> Costs:
    count = 5_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        with path.open("w") as file:
            for number in range(count):
                file.write(json.dumps({"id": f"a{number}", "text": f"Article {number}. {WORDS}"}) + "\n")
        list(parts_of(read_corpus(path), 1_000, written=Path(folder)))
        began = time.perf_counter()
        parts = list(parts_of(read_corpus(path), 1_000, written=Path(folder)))
        cut = (time.perf_counter() - began) / count
        began = time.perf_counter()
        for shard in shards_of(parts, 1_000):
            scanned(shard, Fields())
        scan = (time.perf_counter() - began) / count
        size = path.stat().st_size / count
    many = 1_000_000
    ids = [b"".join(hashed(f"a{number}") for number in range(many))]
    began = time.perf_counter()
    unique_names(ids, lambda _: [Document(id="x", text="x").id])
    name = (time.perf_counter() - began) / many
    return Costs(cut, scan, name, report_cost(), size)


def report_cost() -> float:
    """Seconds of a report among 256 workers."""
    book = Ledger(Limits(4096, max_requests=10**9), before=Account(), spent={})
    for shard in range(256):
        book.begin(shard)
    began = time.perf_counter()
    for number in range(1_000):
        book.report(number % 256, 1, News(slots=8, open=8, wanted=16, permits=4, permits_wanted=16, sent=4))
    return (time.perf_counter() - began) / 1_000


def simulated(workers: int, costs: Costs, args: argparse.Namespace) -> list[str]:
    chance = random.Random(1)
    shards = -(-args.articles // args.shard)
    # Before the work: cutting and naming here, scanning everywhere.
    before = args.articles * (costs.cut + costs.name + costs.scan / workers)
    each = args.analysis_ms / 1000
    if args.latency:
        each = max(each, args.latency * workers / args.concurrency)
    speeds = [chance.uniform(0.9, 1.1) for _ in range(workers)]
    free = [(0.0, worker) for worker in range(workers)]
    heapq.heapify(free)
    driver_at, busy, end = 0.0, 0.0, 0.0
    for _ in range(shards):
        at, worker = heapq.heappop(free)
        # The driver hands out one shard at a time.
        driver_at = max(driver_at, at) + args.dispatch_ms / 1000
        took = args.shard * each * speeds[worker]
        busy += took
        end = max(end, driver_at + took)
        heapq.heappush(free, (driver_at + took, worker))
    reports = workers / max(HEARTBEAT, PER_WORKER * workers)
    ledger = reports * (costs.report + args.trip_ms / 1000)
    driver = shards * args.dispatch_ms / 1000 / end
    disk = args.articles * (costs.input_bytes + args.output_bytes) / end / DISK
    loads = {"driver": driver, "ledger": ledger, "disk": disk}
    first = max(loads, key=lambda name: loads[name])
    hours = (before + end) / 3600
    shares = [f"{busy / end / workers:.0%}", f"{driver:.1%}", f"{ledger:.1%}", f"{disk:.1%}"]
    return [str(workers), f"{hours:.2f}", *shares, f"{before / 60:.1f} min", first]


if __name__ == "__main__":
    main()
