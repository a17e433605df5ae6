"""Drivers that die or are interrupted: real processes, real signals, a Ray of their own."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from framing.runs import Limits, annotate, read_analyses
from framing.testing import FaultServer
from tests.run_kit import ANSWER, analyzer, command, corpus_file, ids, manifest, paid_twice, stories

CONCURRENCY = 8
FLAGS = ("--engine", "ray", "--workers", "2", "--shard-size", "10", "--concurrency", "8", "--quiet")


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, told = process.communicate(timeout=120)
    return process.returncode, told.decode()


def quiet_for(seconds: float, server: FaultServer) -> None:
    """Wait until the workers of a dead driver are dead too: nobody asks any more."""
    while True:
        before = server.stats.requests
        time.sleep(seconds)
        if server.stats.requests == before:
            return


def test_a_driver_that_is_killed_leaves_no_half_shard_and_the_next_one_pays_only_what_was_on_its_way_twice(
    tmp_path: Path,
) -> None:
    corpus, out = corpus_file(tmp_path, 120), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.2) as server:
        process = command(server, corpus, out, *FLAGS)
        wait_for(lambda: server.stats.requests > 50, process)
        process.kill()
        process.communicate()
        quiet_for(1.5, server)
        asked = server.stats.requests
        assert asked < 120
        done = [path for path in (out / "shards").iterdir() if not path.suffix]
        assert 0 < len(done) < 12
        assert all((path / "shard.json").exists() and (path / "analyses.parquet").exists() for path in done)
        code, told = finish(command(server, corpus, out, *FLAGS))
        assert code == 0, told
        assert paid_twice(server) <= CONCURRENCY
        annotate(corpus, out=tmp_path / "calm", analyzer=analyzer(server), limits=Limits(CONCURRENCY))
    assert list(read_analyses(out)) == list(read_analyses(tmp_path / "calm"))
    said = manifest(out)["requests"]
    assert (said["answered"], said["lost"] <= CONCURRENCY) == (120, True)


def test_ctrl_c_finishes_what_is_on_its_way_and_tells_how_to_go_on(tmp_path: Path) -> None:
    corpus, out = corpus_file(tmp_path, 120), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.3) as server:
        process = command(server, corpus, out, *FLAGS)
        wait_for(lambda: server.stats.requests >= 30, process)
        process.send_signal(signal.SIGINT)
        code, told = finish(process)
        assert code == 130, told
        assert "framing: stopped: interrupted. To go on: framing annotate" in told
        assert server.stats.requests == manifest(out)["requests"]["answered"]
        assert manifest(out)["requests"]["lost"] == 0
        assert finish(command(server, corpus, out, *FLAGS))[0] == 0
    assert (server.stats.requests, paid_twice(server)) == (120, 0)
    assert ids(out) == [one.id for one in stories(120)]
