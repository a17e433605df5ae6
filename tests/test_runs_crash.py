"""Runs that die, are interrupted, or meet another one: real processes, real signals."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from framing.runs import annotate
from framing.testing import FaultServer
from tests.run_kit import ANSWER, analyzer, command, corpus_file, ids, manifest, paid_twice, stories

CONCURRENCY = 8
FLAGS = ("--concurrency", str(CONCURRENCY), "--quiet")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, told = process.communicate(timeout=60)
    return process.returncode, told.decode()


def test_kill_9_ten_times_then_a_clean_finish_loses_nothing_and_pays_only_what_was_in_flight_twice(
    tmp_path: Path,
) -> None:
    chance = random.Random(20)
    articles, out = corpus_file(tmp_path, 200), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.03, jitter=0.03) as server:
        for _ in range(10):
            seen = server.stats.requests + chance.randint(0, 16)
            process = command(server, articles, out, *FLAGS)
            wait_for(lambda seen=seen: server.stats.requests > seen, process)  # type: ignore[misc]
            time.sleep(chance.random() * 0.05)
            process.kill()
            process.communicate()
        assert finish(command(server, articles, out, *FLAGS))[0] == 0
        assert paid_twice(server) <= 10 * CONCURRENCY
        said = manifest(out)["requests"]
        # A request that is noted may die before it is sent; none is sent before it is noted.
        assert said["answered"] == 200
        assert server.stats.requests <= said["answered"] + said["lost"] <= 200 + 10 * CONCURRENCY
        annotate(articles, out=tmp_path / "calm", analyzer=analyzer(server))
    assert ids(out) == [story.id for story in stories(200)]
    for name in ("analyses.jsonl", "statements.csv", "claims.csv", "frames.csv", "speakers.csv", "problems.csv"):
        assert (out / name).read_bytes() == (tmp_path / "calm" / name).read_bytes()


def test_ctrl_c_finishes_what_is_on_its_way_and_tells_how_to_go_on(tmp_path: Path) -> None:
    articles, out = corpus_file(tmp_path, 100), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.3) as server:
        process = command(server, articles, out, *FLAGS)
        wait_for(lambda: server.stats.requests >= 12, process)
        process.send_signal(signal.SIGINT)
        code, told = finish(process)
        assert code == 130
        assert "framing: stopped: interrupted. To go on: framing annotate" in told
        assert len(ids(out)) == server.stats.requests == manifest(out)["requests"]["answered"]
        assert finish(command(server, articles, out, *FLAGS))[0] == 0
    assert (server.stats.requests, paid_twice(server)) == (100, 0)
    assert ids(out) == [story.id for story in stories(100)]


def test_a_second_ctrl_c_ends_at_once(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, latency=30) as server:
        process = command(server, corpus_file(tmp_path, 20), tmp_path / "out", *FLAGS)
        wait_for(lambda: server.stats.requests >= 8, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        code, _ = finish(process)
    assert code == 130
    assert manifest(tmp_path / "out")["requests"] == {"answered": 0, "refused": 0, "lost": 8}


def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    articles, out = corpus_file(tmp_path, 4), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=600.0) as server:
        first = command(server, articles, out, *FLAGS)
        wait_for(lambda: server.stats.requests >= 1, first)
        code, told = finish(command(server, articles, out, *FLAGS))
        assert (code, first.poll()) == (2, None)
        assert "another process is working in" in told
        assert server.stats.requests == 4
        first.kill()
        first.communicate()
