"""Ray: whether it is there, starting or finding it, and keeping its talk out of the user's terminal."""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from framing.errors import MissingDependencyError, UsageError
from framing.runs.engines import Ray

__all__ = ["check_available", "started", "without_noise"]

_OBJECTS = 100 * 1024 * 1024
"""Bytes of Ray's object store, where it is started here: articles never pass through it."""
_ANSWERS_WITHIN = 5.0
"""Seconds to wait for the address of a cluster. Ray itself waits for minutes."""
_NOISE = re.compile(rb"(\x1b\[[0-9;]*m)*\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ [A-Z] \d+ \d+\] ")
"""How the lines of Ray's native code begin."""
_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}


def check_available(engine: Ray) -> None:
    """Raises MissingDependencyError without Ray, UsageError where nobody answers at the address of the cluster."""
    _imported(engine)
    host, colon, port = (engine.address or "").rpartition(":")
    if not colon or not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWERS_WITHIN).close()
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"no cluster of Ray answers at {engine.address!r} ({error}): start one there (ray start --head), "
            "or leave the address out to start Ray on this machine"
        ) from None


@contextmanager
def started(engine: Ray) -> Iterator[Any]:
    """The module `ray`, connected as `engine` wants it; what was started or joined here is left at the end.

    Raises MissingDependencyError without Ray, UsageError where there is no such cluster.
    """
    ray = _imported(engine)
    if ray.is_initialized():
        yield ray
        return
    try:
        with without_noise():
            if engine.address is None:
                _start(ray, engine.workers or os.cpu_count() or 1)
            else:
                ray.init(address=engine.address, **_QUIET)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise UsageError(f"Ray cannot be reached or started: {error}") from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _start(ray: Any, cores: int) -> None:
    # It warns, as of an error, of objects that this process holds as long as the run goes.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    ray.init(address="local", num_cpus=cores, object_store_memory=_OBJECTS, include_dashboard=False, **_QUIET)


def _imported(engine: Ray) -> Any:
    # Nothing is told to anybody about the use of Ray.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if engine.address is None:
        # A Ray of one machine, of whatever make, listens on loopback only: whoever reaches a Ray can run code in it.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ray
            import ray.data

            context = ray.data.DataContext.get_current()
    except ImportError:
        raise MissingDependencyError("the engine ray", "framing-toolkit[ray]") from None
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


@contextmanager
def without_noise() -> Iterator[None]:
    """Hold back what is written to the standard error, and afterwards pass on what Ray's native code did not write:
    its lines go past Python, and no setting of it silences the first ones."""
    try:
        sys.stderr.flush()
        terminal = os.dup(2)
    except (OSError, AttributeError):  # there is no standard error
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            with suppress(OSError):
                sys.stderr.flush()
            os.dup2(terminal, 2)
            os.close(terminal)
            held.seek(0)
            sys.stderr.write(b"".join(line for line in held if not _NOISE.match(line)).decode(errors="replace"))
