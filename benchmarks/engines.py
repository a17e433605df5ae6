"""What Ray costs over one process: CPU an article, wall time, memory, and reports to the ledger.

    python benchmarks/engines.py [--articles 10000] [--workers 2] [--only rules|server]

The articles and the answers are those of corpus_run.py. Each row is a run in processes of its own. CPU is that of the
driver, of the workers and of Ray's own processes, from the moment at which the first article is done until the end:
what comes before is the start, which a row tells in seconds. Memory is the most at one time, shared pages divided
among their users (PSS). Bytes are those that the run leaves in its folder.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from corpus_run import Server
from material import write_articles

from framing.runs import Snapshot

PROMPT = "joint/rows"
TICKS = os.sysconf("SC_CLK_TCK")
EVERY = 0.25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--shard", type=int, default=1_000)
    parser.add_argument("--only", choices=["rules", "server"])
    parser.add_argument("--one", choices=["asyncio", "ray"])
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args)))
        return
    head = ("", "ms CPU", "driver", "workers", "ray", "art./s", "start s", "peak MB", "reports", "kB out")
    print(f"{head[0]:24}" + "".join(f"{name:>9}" for name in head[1:]), flush=True)
    for kind in [args.only] if args.only else ["rules", "server"]:
        base = row(kind, "asyncio", 0, args)
        for workers in range(1, args.workers + 1):
            cost = row(kind, "ray", workers, args)
            print(f"{'':24}Ray over asyncio: {cost - base:+.2f} ms of CPU an article", flush=True)


def row(kind: str, engine: str, workers: int, args: argparse.Namespace) -> float:
    command = [sys.executable, __file__, "--one", engine, "--only", kind, "--workers", str(workers)]
    for name in ("articles", "concurrency", "latency", "shard"):
        command += [f"--{name}", str(getattr(args, name))]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    each = {name: 1000 * seconds / done["counted"] for name, seconds in done["cpu"].items()}
    whole = sum(each.values())
    cells = f"{whole:9.2f}{each['driver']:9.2f}{each['workers']:9.2f}{each['ray']:9.2f}"
    cells += f"{done['counted'] / done['wall']:9.0f}{done['start']:9.1f}{done['peak']:9.0f}"
    name = f"{kind}, {engine}" + (f" × {workers}" if workers else "")
    print(f"{name:24}{cells}{done['reports']:9}{done['bytes'] / args.articles / 1000:9.1f}", flush=True)
    return whole


def one(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "articles.jsonl", Path(folder) / "out"
        write_articles(path, args.articles)
        if args.only == "rules":
            return measured(args, "", path, out)
        args.prompt = PROMPT
        with Server(args, latency=args.latency) as server:
            return measured(args, server.url, path, out)


def measured(args: argparse.Namespace, base_url: str, path: Path, out: Path) -> dict[str, Any]:
    from framing import Analyzer
    from framing.backends import load_backend
    from framing.runs import Limits, Ray, RunOptions, annotate

    backend = load_backend("openai:any", base_url=base_url) if base_url else "rules"
    analyzer = Analyzer(backend, prompt=PROMPT)
    engine: Any = Ray(workers=args.workers, shard=args.shard) if args.one == "ray" else "asyncio"
    meter = Meter({child.pid for child in multiprocessing.active_children()})
    began = time.perf_counter()
    annotate(
        path,
        out=out,
        analyzer=analyzer,
        limits=Limits(args.concurrency),
        options=RunOptions(tables="parquet"),
        engine=engine,
        watch=meter.see,
    )
    ended = time.perf_counter()
    cpu, peak = meter.end()
    about = json.loads((out / "run.json").read_text()).get("engine", {})
    return {
        "cpu": cpu,
        "wall": ended - meter.began,
        "start": meter.began - began,
        "counted": args.articles - meter.missed,
        "peak": peak,
        "reports": about.get("reports", 0),
        "bytes": sum(file.stat().st_size for file in out.rglob("*") if file.is_file()),
    }


class Meter:
    """CPU and memory of this process and of all that it started, looked at a few times a second."""

    def __init__(self, but: set[int | None]) -> None:
        self._but, self._peak = but, 0.0
        self._used: dict[int, tuple[str, float]] = {}
        self._before: dict[int, float] | None = None
        self.began, self.missed = 0.0, 0
        # Looking is no small work, and this process would be charged with it.
        self._own = self._own_before = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def see(self, now: Snapshot) -> None:
        """The first time that articles are done, note how many were, and begin to count what the others cost."""
        if self._before is None and now.written:
            self._look()
            self.began, self.missed = time.perf_counter(), now.written
            self._before = {pid: seconds for pid, (_, seconds) in self._used.items()}
            self._own_before = self._own

    def end(self) -> tuple[dict[str, float], float]:
        self._done.set()
        self._thread.join()
        before = self._before or {}
        cpu = {"driver": 0.0, "workers": 0.0, "ray": 0.0}
        for pid, (kind, seconds) in self._used.items():
            cpu[kind] += seconds - before.get(pid, 0.0)
        cpu["driver"] -= self._own - self._own_before
        return cpu, self._peak

    def _watch(self) -> None:
        while not self._done.wait(EVERY):
            self._look()
            self._own = time.thread_time()
        self._look()
        self._own = time.thread_time()

    def _look(self) -> None:
        memory = 0.0
        for pid in family(os.getpid()) - self._but:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                name = Path(f"/proc/{pid}/cmdline").read_bytes()
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            kind = "driver" if pid == os.getpid() else "workers" if name.startswith(b"ray::MapWorker") else "ray"
            self._used[pid] = (kind, (int(fields[11]) + int(fields[12])) / TICKS)
            memory += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        self._peak = max(self._peak, memory)


def family(root: int) -> set[int | None]:
    parents: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found: set[int | None] = {root}
    while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found


if __name__ == "__main__":
    main()
