"""What a whole corpus run costs, in ratios that another machine can be held against.

    python benchmarks/corpus_run.py                       every row below
    python benchmarks/corpus_run.py 64 256 faults         some of them
    python benchmarks/corpus_run.py memory --large 20000  the row of memory with fewer articles

    server   what the loopback server can do by itself: it must not be what is measured
    hollow   HTTP and the machinery of a run alone: the answers are not taken apart
    64, 256  CPU an article, wall over the ideal, at 500 ms and so many requests at a time
    faults   10 % 429, 5 % malformed, 2 % resets: lost articles, requests an article, and wall time over that of the
             same run without faults, once with a Retry-After of 1 s (and how long it forbade to send), once of 0
    memory   peak memory at 1,000 and at 100,000 articles (--large), without latency (some minutes, and 2 GB of disk)
    input    peak memory with an input of 2 GB (--gigabytes): counted by --dry-run, and begun by a run
    start    from the command to the first request, the least of five
    kill     kill -9 at a random moment, ten times, then a clean finish: what was lost, what was paid twice

Prints a table in Markdown, the aim beside each figure; the load is that of the last minute of the measurement.
Articles of about 700 words (invented), answers of 25 items in the prompt's own wire format, a loopback server in a
process of its own, one client process for each figure. CPU (user and system, all threads) is that of the client
process from before the first article is read until all files are written; its start (imports, the codebook, a warm
run of eight articles) is not in it, and `start` measures it. The ideal wall time is articles × latency / concurrency.
Peak memory is that of the whole client process.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from material import KINDS, answer, number_of, paragraphs, text_of, write_articles

FAULTS = {"rate_limit": 0.10, "malformed": 0.05, "reset": 0.02}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help="server hollow 64 256 faults memory input start kill"
    )
    parser.add_argument("--one", action="store_true", help="one run in this process, its figures as JSON")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--prompt", default="joint/rows")
    parser.add_argument(
        "--retry-after", type=float, default=1.0, help="seconds that a 429 of --faults tells to wait"
    )
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--hollow", action="store_true")
    parser.add_argument("--large", type=int, default=100_000, help="articles of the row of memory")
    parser.add_argument("--gigabytes", type=float, default=2.0, help="size of the row of input")
    parser.add_argument("--profile", help="write a cProfile of the client (CPU time) to this file")
    args = parser.parse_args()
    if args.one:
        print(json.dumps(one(args)))
        return
    print(
        f"{args.prompt}, {os.cpu_count()} cores\n\n| row | load | measured | aim |\n|---|---:|---|---|", flush=True
    )
    for name in args.rows or ROWS:
        for told in ROWS[name](args):
            print(f"| {told.row} | {os.getloadavg()[0]:.1f} | {told.measured} | {told.aim} |", flush=True)


class Told(NamedTuple):
    """One line of the table."""

    row: str
    measured: str
    aim: str = ""


def figures(args: argparse.Namespace, *more: str) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, __file__, "--one", "--prompt", args.prompt, *more]
    done: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return done


# --- Rows ---------------------------------------------------------------------------------------------


def server_row(args: argparse.Namespace) -> Iterator[Told]:
    each = figures(args, "--hollow", "--latency", "0", "--articles", "3000")["server_ms"]
    yield Told("the server", f"{each:.2f} ms CPU a request: {1000 / each:,.0f} requests a second at most")


def hollow_row(args: argparse.Namespace) -> Iterator[Told]:
    done = figures(args, "--hollow")
    name = "no analysis, 500 ms, 64 at a time"
    yield Told(f"{name}: CPU an article", cpu(done))
    yield Told(f"{name}: wall / ideal", wall(done))


def timed_row(args: argparse.Namespace, *, concurrency: int, most: float) -> Iterator[Told]:
    done = figures(args, "--concurrency", str(concurrency))
    name = f"500 ms, {concurrency} at a time"
    yield Told(f"{name}: CPU an article", cpu(done), "2.5 ms")
    yield Told(f"{name}: wall / ideal", wall(done), str(most))
    yield Told(f"{name}: lost, peak memory", f"{done['failed']}, {memory(done)}", "0, 120 MB")


def fault_row(args: argparse.Namespace) -> Iterator[Told]:
    calm, hit = figures(args), figures(args, "--faults")
    at_once = figures(args, "--faults", "--retry-after", "0")
    allowed = 1.5 * calm["wall"] + hit["forbidden"]
    name = "10 % 429, 5 % malformed, 2 % resets"
    yield Told(f"{name}: requests an article", f"{hit['requests'] / hit['articles']:.3f}", "1.25")
    yield Told(f"{name}: lost, silently empty", f"{hit['failed']}, {hit['empty']}", "0, 0")
    yield Told(f"{name}: wall, calm wall", f"{hit['wall']:.1f} s, {calm['wall']:.1f} s", f"{allowed:.1f} s")
    yield Told(f"{name}: of that forbidden by Retry-After", f"{min(hit['forbidden'], hit['wall']):.1f} s")
    yield Told(f"{name}, Retry-After 0: wall / calm wall", f"{at_once['wall'] / calm['wall']:.2f}", "1.5")
    yield Told(f"{name}: CPU an article", cpu(hit))


def memory_row(args: argparse.Namespace) -> Iterator[Told]:
    small = figures(args, "--latency", "0")
    large = figures(args, "--latency", "0", "--articles", str(args.large))
    grown = large["peak_mb"] / small["peak_mb"] - 1
    yield Told("1,000 articles, no latency: peak memory", memory(small), "120 MB")
    yield Told(f"{args.large:,} articles, no latency: peak memory", f"{memory(large)}, {grown:+.0%}", "+20 %")
    yield Told(f"{args.large:,} articles, no latency: CPU an article", cpu(large), "2.5 ms")


def input_row(args: argparse.Namespace) -> Iterator[Told]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.jsonl"
        with path.open("w") as file:
            size, number = 0, 0
            while size < args.gigabytes * 1e9:
                size += file.write(json.dumps({"id": f"a{number}", "text": text_of(number)}) + "\n")
                number += 1
        name = f"{size / 1e9:.1f} GB of jsonl, {number:,} articles"
        with Server(args, latency=0) as server:
            words = annotating(path, Path(folder) / "out", server.url, args)
            yield Told(f"{name}: counted by --dry-run", peak_of([*words, "--dry-run"]), "not held")
            yield Told(f"{name}: 1,000 asked", peak_of([*words, "--max-requests", "1000", "--quiet"]), "not held")


def start_row(args: argparse.Namespace) -> Iterator[Told]:
    def once(number: int) -> float:
        with Server(args, latency=0) as server, tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "few.jsonl"
            write_articles(path, 3)
            began = time.time()
            words = annotating(path, Path(folder) / "out", server.url, args)
            subprocess.run(words, check=True, capture_output=True)
        return float(server.said["first"]) - began

    yield Told("command to first request, least of five", f"{min(map(once, range(5))):.2f} s", "1.5 s")


def kill_row(args: argparse.Namespace) -> Iterator[Told]:
    chance, count, at_once = random.Random(7), 1000, 64
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "articles.jsonl", Path(folder) / "out"
        write_articles(path, count)
        with Server(args, latency=0.2) as server:
            words = [*annotating(path, out, server.url, args), "--quiet", "--concurrency", str(at_once)]
            for _ in range(10):
                before = written_at(out / "run.json")
                process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                while written_at(out / "run.json") == before:  # it is written anew when a run begins
                    time.sleep(0.01)
                time.sleep(0.3 + chance.random())
                process.kill()
                process.wait()
            subprocess.run(words, check=True, capture_output=True)
        found = Counter(json.loads(line)["document"]["id"] for line in (out / "analyses.jsonl").open())
        once = sum(times == 1 for times in found.values())
        name = "kill -9 ten times, 64 at a time"
        yield Told(f"{name}: articles exactly once", f"{once:,} of {count:,}", "all")
        yield Told(f"{name}: requests paid twice", str(server.said["twice"]), f"{10 * at_once} in flight")


def written_at(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0


ROWS: dict[str, Callable[[argparse.Namespace], Iterator[Told]]] = {
    "server": server_row,
    "hollow": hollow_row,
    "64": partial(timed_row, concurrency=64, most=1.08),
    "256": partial(timed_row, concurrency=256, most=1.6),
    "faults": fault_row,
    "memory": memory_row,
    "input": input_row,
    "start": start_row,
    "kill": kill_row,
}


def cpu(done: dict[str, Any]) -> str:
    return f"{done['cpu_ms']:.2f} ms"


def wall(done: dict[str, Any]) -> str:
    return f"{done['wall'] / done['ideal']:.2f}"


def memory(done: dict[str, Any]) -> str:
    return f"{done['peak_mb']:.0f} MB"


def annotating(inputs: Path, out: Path, url: str, args: argparse.Namespace) -> list[str]:
    words = ["annotate", str(inputs), "--out", str(out), "--backend", "openai:any", "--base-url", url]
    return [sys.executable, "-m", "framing", *words, "--prompt", args.prompt]


def peak_of(words: list[str]) -> str:
    """Peak memory and wall time of a command, by a process that waits for nothing else."""
    counting = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, " + (
        "stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", counting, *words], capture_output=True, text=True, check=True)
    return f"{int(done.stdout) / 1024:.0f} MB in {time.perf_counter() - began:.0f} s"


# --- One run ------------------------------------------------------------------------------------------


def one(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "articles.jsonl", Path(folder) / "out"
        write_articles(path, args.articles)
        with Server(args, latency=args.latency, faults=args.faults) as server:
            result = client(server.url, path, out, args)
        result |= empty(out / "analyses.jsonl")
    return {**result, **server.said}


def client(base_url: str, path: Path, out: Path, args: argparse.Namespace) -> dict[str, Any]:
    from framing import Analyzer, Document
    from framing.backends import load_backend
    from framing.runs import Limits, annotate

    analyzer = Analyzer(load_backend("openai:any", base_url=base_url), prompt=args.prompt)
    # What is imported on first use belongs to the start.
    few = [Document(id=str(n), text="\n\n".join(paragraphs(-n))) for n in range(1, 9)]
    annotate(few, out=out.with_name("warm"), analyzer=analyzer)
    if args.hollow:
        hollow(analyzer, few[0])
    profile = None
    if args.profile:
        import cProfile

        profile = cProfile.Profile(time.process_time)
        profile.enable()
    used, start = cpu_seconds(), time.perf_counter()
    report = annotate(path, out=out, analyzer=analyzer, limits=Limits(concurrency=args.concurrency))
    passed, used = time.perf_counter() - start, cpu_seconds() - used
    if profile is not None:
        profile.disable()
        profile.dump_stats(args.profile)
    return {
        "articles": report.articles,
        "failed": report.failed,
        "requests": report.requests,
        "cpu_ms": used / report.articles * 1000,
        "wall": passed,
        "ideal": report.articles * args.latency / args.concurrency,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def hollow(analyzer: Any, document: Any) -> None:
    """Let the analyzer ask about each article, but answer the same analysis for all."""
    from framing.flow import Outcome
    from framing.messages import Usage
    from framing.schemas import Draft

    question = analyzer.questions(document)[0]
    made = analyzer.conclude(document, [question], [Outcome(Draft(), (), Usage(), ())])
    type(question).read = lambda self, text: Draft()
    type(analyzer).conclude = lambda self, *given, **more: made


def empty(path: Path) -> dict[str, int]:
    """How many analyses hold nothing and do not say why."""
    found = 0
    with path.open() as file:
        for line in file:
            made = json.loads(line)
            found += not (made["statements"] or made["claims"] or made["frames"] or made["problems"])
    return {"empty": found}


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- The server ---------------------------------------------------------------------------------------


class Server:
    """The loopback server in a process of its own, for `with`; `said` is what it saw, when it has ended."""

    def __init__(self, args: argparse.Namespace, *, latency: float, faults: bool = False) -> None:
        self._pipe, there = multiprocessing.Pipe()
        known = (there, args.prompt, latency, faults, args.retry_after)
        self._process = multiprocessing.get_context("spawn").Process(target=serve, args=known, daemon=True)
        self.said: dict[str, Any] = {}

    def __enter__(self) -> Server:
        self._process.start()
        self.url = str(self._pipe.recv())
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send("end")
        self.said = self._pipe.recv()
        self._process.join()


def serve(pipe: Connection, prompt: str, latency: float, faults: bool, retry_after: float) -> None:
    from framing.testing import Faults, FaultServer

    known = [answer(number, prompt) for number in range(KINDS)]
    first: list[float] = []
    seen: Counter[int] = Counter()

    def reply(asked: Any) -> str:
        if not first:
            first.append(time.time() - latency)
        number = number_of(asked["messages"][1]["content"])
        seen[number] += 1
        return known[number % KINDS]

    planned = Faults(seed=1, **(FAULTS if faults else {}))
    with FaultServer(
        reply, faults=planned, latency=latency, retry_after=retry_after, keep_requests=faults
    ) as server:
        used = cpu_seconds()
        pipe.send(server.base_url)
        pipe.recv()
        used = cpu_seconds() - used
    refused = (
        received.time
        for received in server.requests
        if planned.draw(hashlib.blake2b(received.body, digest_size=16).hexdigest(), received.attempt)
        == "rate_limit"
    )
    pipe.send(
        {
            "first": first[0] if first else 0.0,
            "twice": sum(seen.values()) - len(seen),
            "server_ms": used / max(server.stats.requests, 1) * 1000,
            "forbidden": forbidden(refused, retry_after),
        }
    )


def forbidden(times: Iterable[float], retry_after: float) -> float:
    """Seconds for which a client that was refused at these `times` was told to wait; overlapping ones count once."""
    whole, until = 0.0, float("-inf")
    for at in sorted(times):
        whole += at + retry_after - max(at, until)
        until = at + retry_after
    return whole


if __name__ == "__main__":
    main()
