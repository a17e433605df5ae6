"""CPU that asking a server costs the client, a request, and wall time over the ideal.

    python benchmarks/client_cpu.py [--requests 1000] [--concurrency 64] [--latency 0.5] [--transport aiohttp]

The server runs in a process of its own. A request carries 700 words and a schema, an answer 25 items. Ideal wall
time is requests × latency / concurrency. Prints milliseconds of CPU a request and the ratio of wall to ideal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import time
from multiprocessing.connection import Connection
from typing import Any

import library  # noqa: F401

from framing.backends import BackendOptions
from framing.backends.openai import OpenAI
from framing.messages import Message, Request
from framing.testing import FaultServer

ITEM = {"type": "object", "properties": {f"field_{n}": {"type": "string"} for n in range(8)}}
SCHEMA = json.dumps({"type": "object", "properties": {f"list_{n}": {"items": ITEM} for n in range(4)}})
ANSWER = json.dumps(
    [{"quote": "a dozen words of the article stand here for the sake of length", "n": n} for n in range(25)]
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--transport", choices=["aiohttp", "httpx"], default="aiohttp")
    args = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, args.latency), daemon=True)
    server.start()
    wall, cpu = asyncio.run(client(here.recv(), args))
    here.send("end")
    server.join()
    ideal = args.requests * args.latency / args.concurrency
    print(f"{args.transport}: {cpu / args.requests * 1000:.2f} ms CPU a request; wall {wall:.2f} s", end="")
    print(f" = {wall / ideal:.2f} × ideal" if ideal else "")


def serve(pipe: Connection, latency: float) -> None:
    with FaultServer(lambda _: ANSWER, latency=latency) as server:
        pipe.send(server.base_url)
        pipe.recv()


async def client(base_url: str, args: Any) -> tuple[float, float]:
    options = BackendOptions(concurrency=args.concurrency, transport=args.transport)
    backend = OpenAI("any", base_url=base_url, options=options)
    numbers = iter(range(args.requests))
    await backend.acomplete(request(-1))

    async def worker() -> None:
        for number in numbers:
            await backend.acomplete(request(number))

    cpu, start = cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(args.concurrency)))
    return time.perf_counter() - start, cpu_seconds() - cpu


def request(number: int) -> Request:
    article = f"Article {number}. " + "These are seven words of an article. " * 100
    return Request((Message("system", "Take it apart. " * 100), Message("user", article)), SCHEMA)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
