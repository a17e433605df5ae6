"""What ten million articles take on 16, 64 and 256 workers, simulated with costs that are measured here.

    python benchmarks/scale.py [--articles 10000000] [--latency 2.0 --concurrency 4096] [--measure 500]

Printed as markdown, for docs/scale.md. First the costs are measured on this machine: cutting the input, scanning it,
giving names; what a report to the ledger and a shard cost Ray and the driver; the CPU of a worker an article and the
bytes that it leaves, by runs of `engines.py` on one worker, with the rules and with a model on loopback.

Then the run is simulated. Shards are handed out one after the other by the driver to whichever worker is free; workers
differ by a tenth in speed. A worker is as slow as the slowest of its CPU, its share of the server's open requests, and
its share of the disk. The ledger does not slow anybody down while it is not full; how full it is, is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines import TICKS, family
from material import write_articles

from framing.corpus import Fields, read_corpus
from framing.corpus.parts import parts_of
from framing.runs import Limits, Ray
from framing.runs.sharded.cluster import Cluster, RemoteLedger, connected
from framing.runs.sharded.ledger import Account, Ledger, News
from framing.runs.sharded.naming import hashed, unique_names
from framing.runs.sharded.shards import scanned, shards_of

WORKERS = (16, 64, 256)
HEARTBEAT, PER_WORKER = 0.25, 0.002
DISK = 500e6
"""Bytes a second of the disk that all share, in and out: an assumption, low for a disk on a network of 10 Gbit/s."""
NEWS = News(slots=8, open=8, wanted=16, permits=4, permits_wanted=16, sent=4)


@dataclass(frozen=True)
class Costs:
    """Seconds of the parts that do not depend on what is asked, an article, a report or a shard."""

    cut: float
    scan: float
    name: float
    report: float
    trip: float
    shard: float
    input_bytes: float


@dataclass(frozen=True)
class Work:
    """An article for a worker: seconds of CPU, bytes that it leaves; reports, and seconds until the first one."""

    name: str
    cpu: float
    output_bytes: float
    reports: float
    start: float
    waits: bool
    """Whether a server answers, so that a share of its open requests bounds the worker."""


@dataclass(frozen=True)
class Outcome:
    """A simulated run: seconds before the work and of it, and how full each part is meanwhile."""

    before: float
    took: float
    busy: dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--shard", type=int, default=1_000)
    parser.add_argument("--measure", type=int, default=500, help="articles by which a worker's cost is measured")
    parser.add_argument("--latency", type=float, default=2.0, help="seconds that the server takes for an answer")
    parser.add_argument("--concurrency", type=int, default=4096, help="requests that the server has open")
    args = parser.parse_args()
    costs = measured()
    works = [worked("rules", args), worked("server", args)]
    print_costs(costs, works)
    for work in works:
        print_runs(work, costs, args)


# --- Measuring ----------------------------------------------------------------------------------------


def measured() -> Costs:
    count = 2_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        write_articles(path, count)
        cutting = timed(lambda: list(parts_of(read_corpus(path), 1_000, written=Path(folder))))
        parts = list(parts_of(read_corpus(path), 1_000, written=Path(folder)))
        scanning = timed(lambda: [scanned(shard, Fields()) for shard in shards_of(parts, 1_000)])
        size = path.stat().st_size / count
    many = 1_000_000
    ids = [b"".join(hashed(f"a{number}") for number in range(many))]
    naming = timed(lambda: unique_names(ids, lambda _: []), rounds=2)
    book = Ledger(Limits(4096, max_requests=10**9), before=Account(), spent={})
    for shard in range(256):
        book.begin(shard)
    reporting = timed(lambda: [book.report(number % 256, 1, NEWS) for number in range(1_000)])
    with connected(Ray(workers=2)) as cluster:
        trip, shard_cost = trip_cost(cluster), shard_cost_of(cluster)
    return Costs(cutting / count, scanning / count, naming / many, reporting / 1_000, trip, shard_cost, size)


def timed(work: Callable[[], object], *, rounds: int = 3) -> float:
    """Seconds of CPU, the least of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def trip_cost(cluster: Cluster) -> float:
    """Seconds of CPU of the ledger's process for one report over Ray, the ledger's own among them."""
    count = 4_000
    ledger = cluster.ledger(Limits(4096, max_requests=10**9), before=Account(), spent={})
    ledger.begin(0)
    (process,) = [pid for pid in family(os.getpid()) if name_of(pid).startswith(b"ray::Ledger")]

    async def reports(ledger: RemoteLedger) -> None:
        for _ in range(count // 50):
            await asyncio.gather(*(ledger.report(0, 1, NEWS) for _ in range(50)))

    asyncio.run(reports(ledger))
    found = []
    for _ in range(3):
        began = cpu_of(process)
        asyncio.run(reports(ledger))
        found.append((cpu_of(process) - began) / count)
    ledger.close()
    return min(found)


def shard_cost_of(cluster: Cluster) -> float:
    """Seconds of CPU of the driver, and of Ray's own processes, to hand one shard to a worker and get its receipt."""
    import ray

    few, many = 20, 220
    used = []
    for count in (few, many, few, many):
        pool = ray.data.ActorPoolStrategy(size=2, max_tasks_in_flight_per_actor=1)
        rows = [{"shard": "x" * 300} for _ in range(count)]
        began = own_cpu()
        for _ in cluster._mapped(rows, Nothing, compute=pool, num_cpus=1):
            pass
        used.append(own_cpu() - began)
    return (min(used[1::2]) - min(used[::2])) / (many - few)


class Nothing:
    def __call__(self, batch: Any) -> Any:
        return {"receipt": [str(batch["shard"][0])]}


def own_cpu() -> float:
    """CPU of this process and of Ray's, but not of its workers."""
    mine = [pid for pid in family(os.getpid()) if not name_of(pid).startswith((b"ray::MapWorker", b"ray::IDLE"))]
    return sum(cpu_of(pid) for pid in mine)


def name_of(pid: int | None) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def cpu_of(pid: int | None) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def worked(kind: str, args: argparse.Namespace) -> Work:
    """What `engines.py` measures on one worker."""
    command = [sys.executable, str(Path(__file__).with_name("engines.py")), "--one", "ray", "--only", kind]
    command += ["--workers", "1", "--articles", str(args.measure), "--shard", str(max(1, args.measure // 2))]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    name = "rules" if kind == "rules" else "a model behind a server"
    cpu = done["cpu"]["workers"] / done["counted"]
    size, reports = done["bytes"] / args.measure, done["reports"] / args.measure
    return Work(name, cpu, size, reports, done["start"], waits=kind != "rules")


# --- Simulating ---------------------------------------------------------------------------------------


def simulated(workers: int, work: Work, costs: Costs, args: argparse.Namespace) -> Outcome:
    chance = random.Random(1)
    shards = -(-args.articles // args.shard)
    # Before the work: cutting and naming here, scanning everywhere.
    before = work.start + args.articles * (costs.cut + costs.name + costs.scan / workers)
    disk_bytes = costs.input_bytes + work.output_bytes
    share = [work.cpu, disk_bytes * workers / DISK]
    if work.waits:
        share.append(args.latency * workers / args.concurrency)
    speeds = [chance.uniform(0.9, 1.1) for _ in range(workers)]
    free = [(0.0, worker) for worker in range(workers)]
    driver_at, computed, end = 0.0, 0.0, 0.0
    for _ in range(shards):
        at, worker = heapq.heappop(free)
        driver_at = max(driver_at, at) + costs.shard
        cpu = work.cpu * speeds[worker]
        done = driver_at + args.shard * max(cpu, *share[1:])
        computed += args.shard * cpu
        end = max(end, done)
        heapq.heappush(free, (done, worker))
    reports = workers / max(HEARTBEAT, PER_WORKER * workers)
    busy = {
        "workers": computed / end / workers,
        "driver": shards * costs.shard / end,
        "ledger": reports * costs.trip,
        "disk": args.articles * disk_bytes / end / DISK,
    }
    if work.waits:
        busy["server"] = args.articles * args.latency / args.concurrency / end
    return Outcome(before, end, busy)


def full_at(work: Work, costs: Costs, args: argparse.Namespace) -> dict[str, float]:
    """How many workers, each at the limit of its CPU, fill the driver, the disk and the server."""
    found = {
        "driver": args.shard * work.cpu / costs.shard,
        "disk": DISK * work.cpu / (costs.input_bytes + work.output_bytes),
    }
    if work.waits:
        found["server"] = args.concurrency * work.cpu / args.latency
    return found


# --- Printing -----------------------------------------------------------------------------------------


def print_costs(costs: Costs, works: list[Work]) -> None:
    print("| measured | |\n|---|---|")
    print(f"| cutting, an article | {costs.cut * 1e6:.1f} µs of the driver |")
    print(f"| scanning, an article | {costs.scan * 1e6:.0f} µs of a worker |")
    print(f"| names, an article | {costs.name * 1e6:.2f} µs of the driver |")
    own = f"({costs.report * 1e6:.0f} µs are the ledger's own, the others Ray's)"
    print(f"| a report | {costs.trip * 1e6:.0f} µs of the ledger's process {own} |")
    print(f"| a shard | {costs.shard * 1e3:.1f} ms of the driver and of Ray's own processes |")
    print(f"| an article, as input | {costs.input_bytes / 1000:.1f} kB |")
    for work in works:
        print(
            f"| an article, {work.name} | {work.cpu * 1e3:.1f} ms of a worker, {work.output_bytes / 1000:.1f} kB "
            f"written, {work.reports:.3f} reports |"
        )


def print_runs(work: Work, costs: Costs, args: argparse.Namespace) -> None:
    model = f", {args.concurrency:,} open requests of {args.latency:g} s" if work.waits else ""
    names = ["workers", "driver", "ledger", "disk", *(["server"] if work.waits else [])]
    print(f"\n{args.articles:,} articles, {work.name}{model}:\n")
    print(
        "| workers | before | hours | articles a second | " + " | ".join(f"{name} busy" for name in names) + " |"
    )
    print("|---" * (4 + len(names)) + "|")
    for workers in WORKERS:
        run = simulated(workers, work, costs, args)
        cells = [str(workers), f"{run.before / 60:.1f} min", f"{run.took / 3600:.2f}"]
        cells += [f"{args.articles / run.took:,.0f}", *(f"{run.busy[name]:.1%}" for name in names)]
        print("| " + " | ".join(cells) + " |", flush=True)
    full = full_at(work, costs, args)
    first = sorted(full.items(), key=lambda one: one[1])
    print(
        "\nFull at so many workers: " + ", ".join(f"the {name} at {workers:,.0f}" for name, workers in first) + "."
    )


if __name__ == "__main__":
    main()
