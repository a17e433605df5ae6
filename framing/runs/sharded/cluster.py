"""What a run has done by Ray: the ledger as an actor, and rows mapped by tasks or by a pool of actors."""

from __future__ import annotations

import json
import os
import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from framing.corpus import Fields
from framing.errors import FramingError, UsageError
from framing.runs.engines import Ray
from framing.runs.limits import Limits
from framing.runs.sharded.failures import pack, unpack
from framing.runs.sharded.ledger import Account, Grant, Ledger, News, Progress
from framing.runs.sharded.shards import Scan, Shard, scanned
from framing.runs.sharded.starting import started
from framing.runs.sharded.worker import Job, Receipt, work

__all__ = ["Cluster", "connected"]

_FEW = 16


@contextmanager
def connected(engine: Ray) -> Iterator[Cluster]:
    """Ray as `engine` wants it (see `started`)."""
    with started(engine) as ray:
        yield Cluster(ray, engine.workers)


class Cluster:
    """A running Ray. `workers`: how many actors a run has on it."""

    def __init__(self, ray: Any, workers: int | None) -> None:
        self._ray = ray
        self.workers = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))

    def scan(self, shards: Sequence[Shard], fields: Fields) -> Iterator[tuple[int, Scan]]:
        """(number, what a scan tells) of every shard, in any order; raises what a scan raised.

        A few are read sooner here than by processes that have yet to start.
        """
        if len(shards) <= _FEW:
            yield from ((shard.number, scanned(shard, fields)) for shard in shards)
            return
        rows = [{"shard": shard.to_json()} for shard in shards]
        for row in self._mapped(rows, _Scanner(fields, str(Path.cwd()))):
            if row["error"]:
                raise unpack(json.loads(row["error"]))
            yield row["number"], Scan(row["articles"], row["digest"], row["ids"])

    def ledger(self, limits: Limits, *, before: Account, spent: Mapping[int, Account]) -> RemoteLedger:
        """The ledger of a run, as a named actor on this machine: it lives as long as the driver's machine does."""
        ray = self._ray
        here = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(
            ray.get_runtime_context().get_node_id(), soft=False
        )
        name = f"framing-ledger-{uuid.uuid4().hex[:12]}"
        kind = ray.remote(num_cpus=0)(Ledger).options(name=name, scheduling_strategy=here)
        return RemoteLedger(kind.remote(limits, before=before, spent=dict(spent)))

    def work(self, shards: Sequence[Shard], job: Job, ledger: RemoteLedger) -> Iterator[Receipt]:
        """The receipts of shards as they come."""
        rows = [{"shard": shard.to_json()} for shard in shards]
        size = min(self.workers, len(rows))
        pool = self._ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=1)
        arguments = (_pickled(job), ledger, str(Path.cwd()))
        for row in self._mapped(rows, _Worker, compute=pool, num_cpus=1, fn_constructor_args=arguments):
            yield Receipt(**json.loads(row["receipt"]))

    def _mapped(self, rows: Sequence[Mapping[str, Any]], function: Any, **how: Any) -> Iterator[Any]:
        """Every row through `function`, one task a row: a task that dies with its process is given out again."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = self._ray.data.from_items(list(rows), override_num_blocks=len(rows))
            yield from data.map_batches(function, batch_size=1, batch_format="numpy", **how).iter_rows()


def _pickled(job: Job) -> bytes:
    from ray import cloudpickle

    try:
        return bytes(cloudpickle.dumps(job))
    except Exception as error:
        address = job.analyzer.backend.address
        raise UsageError(f"backend {address!r} cannot be sent to other processes: {error}") from None


class RemoteLedger:
    """The `Office` of workers: each call is one round trip to the actor that holds the ledger."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def begin(self, shard: int) -> int | None:
        epoch: int | None = self._got(self._actor.begin.remote(shard))
        return epoch

    def opened(self, shard: int, epoch: int, account: Account) -> bool:
        return bool(self._got(self._actor.opened.remote(shard, epoch, account)))

    async def report(self, shard: int, epoch: int, news: News) -> Grant:
        grant: Grant = await self._actor.report.remote(shard, epoch, news)
        return grant

    def is_held(self, shard: int, epoch: int) -> bool:
        return bool(self._got(self._actor.is_held.remote(shard, epoch)))

    def end(self, shard: int, epoch: int, account: Account) -> None:
        self._got(self._actor.end.remote(shard, epoch, account))

    def progress(self) -> Progress:
        progress: Progress = self._got(self._actor.progress.remote())
        return progress

    def stop(self, why: str) -> str:
        """Begin nothing more anywhere; the reason that was given first."""
        return str(self._got(self._actor.stop.remote(why)))

    def close(self) -> None:
        """End the actor: a worker that still reports to it sends nothing more."""
        import ray

        ray.kill(self._actor)

    def _got(self, reference: Any) -> Any:
        import ray

        try:
            return ray.get(reference)
        except ray.exceptions.RayError as error:
            raise FramingError(f"the account of the run cannot be reached: {error}; go on later") from error


class _Scanner:
    def __init__(self, fields: Fields, folder: str) -> None:
        self._fields, self._folder = fields, folder

    def __call__(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        _work_in(self._folder)
        shard = Shard.from_json(batch["shard"][0])
        scan, error = Scan(0, "", b""), ""
        try:
            scan = scanned(shard, self._fields)
        except FramingError as raised:
            error = json.dumps(pack(raised))
        told = {"number": shard.number, "error": error, **asdict(scan)}
        return {name: [value] for name, value in told.items()}


class _Worker:
    """An actor of the pool."""

    def __init__(self, job: bytes, ledger: RemoteLedger, folder: str) -> None:
        from ray import cloudpickle

        _work_in(folder)
        self._job: Job = cloudpickle.loads(job)
        self._ledger = ledger

    def __call__(self, batch: Mapping[str, Any]) -> Mapping[str, Any]:
        shard = Shard.from_json(batch["shard"][0])
        receipt = work(shard, self._job, self._ledger)
        return {"receipt": [json.dumps(asdict(receipt))]}


def _work_in(folder: str) -> None:
    """Relative paths mean what they mean for the one who asked, where his folder is there."""
    if Path(folder).is_dir():
        os.chdir(folder)
