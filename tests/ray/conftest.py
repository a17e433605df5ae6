"""One Ray for all of these tests: starting it takes ten seconds."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.object_kit import KEYS

STORE = 100 * 1024 * 1024


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.ray)
            # What Ray warns of, in its threads and of itself, is not about this library.
            item.add_marker(pytest.mark.filterwarnings("default"))


@pytest.fixture(scope="session")
def ray() -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_BACKEND_LOG_LEVEL"] = "fatal"
    os.environ |= KEYS
    ray = pytest.importorskip("ray")
    ray.init(
        address="local",
        num_cpus=2,
        object_store_memory=STORE,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
    )
    yield ray
    ray.shutdown()


@pytest.fixture
def kill_a_worker(ray: Any) -> Callable[[], bool]:
    """Kill -9 one of the actors that work on shards; whether there was one."""

    def kill() -> bool:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                name = (process / "cmdline").read_bytes()
                parent = Path("/proc") / parent_of(process)
                ours = parent_of(parent) == str(os.getpid())
            except OSError:
                continue
            if ours and name.startswith(b"ray::MapWorker"):
                os.kill(int(process.name), signal.SIGKILL)
                return True
        return False

    return kill


def parent_of(process: Path) -> str:
    return (process / "stat").read_text().rpartition(")")[2].split()[1]
