"""Drivers that die or are interrupted: real processes, real signals, a Ray of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from framing.runs import Limits, annotate, read_analyses
from framing.testing import FaultServer
from tests.ray.conftest import parent_of
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


def test_a_driver_that_is_killed_leaves_no_half_shard_and_the_next_one_pays_only_what_was_on_its_way_twice(
    tmp_path: Path,
) -> None:
    corpus, out = corpus_file(tmp_path, 120), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.2) as server:
        process = command(server, corpus, out, *FLAGS)
        wait_for(lambda: server.stats.requests > 50, process)
        process.kill()
        process.communicate()
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


def test_ctrl_c_at_a_terminal_finishes_what_is_on_its_way_and_tells_how_to_go_on(tmp_path: Path) -> None:
    corpus, out = corpus_file(tmp_path, 120), tmp_path / "out"
    with FaultServer(lambda _: ANSWER, latency=0.3) as server:
        process = command(server, corpus, out, *FLAGS, group=0)
        wait_for(lambda: server.stats.requests >= 30, process)
        # A terminal tells it to all that were started, Ray and its workers among them.
        os.killpg(process.pid, signal.SIGINT)
        code, told = finish(process)
        assert code == 130, told
        assert [line.partition(" framing annotate")[0] for line in told.splitlines()] == [
            "framing: stopped: interrupted. To go on:"
        ]
        assert server.stats.requests == manifest(out)["requests"]["answered"]
        assert manifest(out)["requests"]["lost"] == 0
        assert finish(command(server, corpus, out, *FLAGS))[0] == 0
    assert (server.stats.requests, paid_twice(server)) == (120, 0)
    assert ids(out) == [one.id for one in stories(120)]


def test_nothing_that_is_started_here_listens_to_other_machines(tmp_path: Path) -> None:
    with FaultServer(lambda _: ANSWER, latency=0.3) as server:
        process = command(server, corpus_file(tmp_path, 30), tmp_path / "out", *FLAGS)
        wait_for(lambda: server.stats.requests > 1, process)
        heard = [address for one in family(process.pid) for address in listening(one)]
        assert finish(process)[0] == 0
    assert len(heard) >= 4
    assert all(address.is_loopback for address in heard)


def family(root: int) -> set[int]:
    """A process and all that it started."""
    parents = {int(path.name): int(parent_of(path)) for path in Path("/proc").glob("[0-9]*") if path.exists()}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found


def listening(pid: int) -> Iterator[IPv4Address | IPv6Address]:
    """The addresses at which a process listens."""
    sockets = set()
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # it is closed meanwhile
            sockets.add(str(path.readlink()))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in sockets:
                yield address_of(bytes.fromhex(local.partition(":")[0]))


def address_of(stored: bytes) -> IPv4Address | IPv6Address:
    """The kernel tells an address in words of four bytes, each the wrong way round."""
    straight = b"".join(stored[at : at + 4][::-1] for at in range(0, len(stored), 4))
    address = ip_address(straight)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
