"""One run of one process: the folder, the store, the engine, and what it came to."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from framing.analyzer import Analyzer
from framing.backends import Extractor, ServerBackend
from framing.corpus import Entry, write_tables
from framing.errors import UsageError
from framing.runs.analyses import ANALYSES, read_analyses
from framing.runs.budget import Budget
from framing.runs.engine import Engine
from framing.runs.limits import Limits, RunOptions
from framing.runs.lines import Lines
from framing.runs.manifest import check_settings, settings_of, versions, write_manifest
from framing.runs.probing import TRIED, settled_analyzer
from framing.runs.report import RunReport, Snapshot
from framing.runs.sharded.folders import is_sharded
from framing.runs.store import Store, Totals

__all__ = ["INTERRUPTED", "STORE", "LocalRun", "Order", "Watch"]

STORE = "replies.sqlite"
INTERRUPTED = "interrupted"
_LOOK = 0.5

Watch = Callable[[Snapshot], None]


class Books(Protocol):
    """What a manifest is made of: a Store, or several that are summed up."""

    def totals(self) -> Totals: ...

    def counts(self) -> tuple[int, int]: ...

    def models(self) -> list[str]: ...

    def fact(self, name: str) -> Any: ...

    def set_fact(self, name: str, value: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, whoever does it; `inputs` is what the manifest says of them."""

    folder: Path
    analyzer: Analyzer
    limits: Limits
    options: RunOptions
    watch: Watch | None
    inputs: Mapping[str, Any] | None


class LocalRun:
    """One run of one process."""

    def __init__(self, order: Order) -> None:
        self._folder, self._analyzer = order.folder, order.analyzer
        self._limits, self._options, self._watch = order.limits, order.options, order.watch
        address = order.analyzer.backend.address
        self._model = address.partition(":")[2] or address
        is_free = isinstance(order.analyzer.backend, Extractor)
        self._price = None if is_free else order.limits.prices.find(self._model)
        self._settings: dict[str, Any] = {}
        self._inputs = order.inputs
        self._begun = time.time()
        self._more: dict[str, Any] = {}

    def budget(self) -> Budget:
        return Budget(
            self._model, self._price, max_requests=self._limits.max_requests, max_cost=self._limits.max_cost
        )

    def report(self, entries: Iterable[Entry]) -> RunReport:
        budget = self.budget()
        if is_sharded(self._folder):
            raise UsageError(
                f"{str(self._folder)!r} holds shards: go on with the engine ray, or use another folder"
            )
        self._make_folder()
        store = Store(self._folder / STORE)
        try:
            before = store.totals()
            budget.spent(before.requests, before.usage)
            budget.spent(0, before.lost_usage)
            self._settle(store, budget)
            in_order, tables = not self._options.as_completed, self._options.table_format == "csv"
            lines = Lines(self._folder / ANALYSES, store, in_order=in_order, tables=tables)
            try:
                return self._worked(entries, store, lines, budget)
            finally:
                lines.close()
        finally:
            store.close()

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{str(self._folder)!r} cannot be the folder of a run: {error.strerror}") from error

    def _settle(self, store: Store, budget: Budget) -> None:
        """Find out how the server is asked, where that is open, and hold the settings against the folder's."""
        self._analyzer = settled_analyzer(self._analyzer, store, budget)
        self._settings = settings_of(self._analyzer, self._options)
        check_settings(store, self._settings, self._folder)

    def _worked(self, entries: Iterable[Entry], store: Store, lines: Lines, budget: Budget) -> RunReport:
        if self._options.retry_failed:
            lines.without_failed()
        self._write(store, None)
        engine = asyncio.run(self._run(entries, store, lines, budget))
        lines.sort()
        tables = self._options.table_format
        if tables and not lines.finish_tables():
            write_tables(read_analyses(self._folder), self._folder, tables)
        report = self._report(store, engine)
        self._write(store, report)
        return report

    async def _run(self, entries: Iterable[Entry], store: Store, lines: Lines, budget: Budget) -> Engine:
        engine = Engine(self._analyzer, store, lines, budget, self._limits, self._options)
        task = asyncio.create_task(engine.run(entries))
        with _interruptible(engine, task):
            while not task.done():
                if self._watch is not None:
                    self._watch(engine.snapshot())
                await asyncio.wait([task], timeout=_LOOK)
        if self._watch is not None:
            self._watch(engine.snapshot())
        with suppress(asyncio.CancelledError):
            await task
        return engine

    # --- What it came to ----------------------------------------------------------------------------------

    def _report(self, store: Store, engine: Engine) -> RunReport:
        totals, (articles, failed) = store.totals(), store.counts()
        return RunReport(
            folder=self._folder,
            articles=articles,
            failed=failed,
            new=engine.new,
            requests=totals.requests,
            usage=totals.usage,
            cost=self._cost(totals),
            seconds=time.time() - self._begun,
            stopped=engine.stopped,
            error=engine.asker.error if engine.asker else None,
        )

    def _cost(self, totals: Totals) -> float | None:
        if self._price is None:
            return None
        used, lost = totals.usage, totals.lost_usage
        spent = self._price.of(used.input_tokens, used.output_tokens, used.cached_tokens)
        return spent + self._price.of(lost.input_tokens, lost.output_tokens)

    def _write(self, store: Books, report: RunReport | None) -> None:
        """The manifest; a run that has not ended says so. `seconds` adds up over the processes of a run."""
        earlier = store.fact("seconds") or 0.0
        if report is not None:
            store.set_fact("seconds", earlier + report.seconds)
            earlier += report.seconds
        began = store.fact("began")
        if began is None:
            began = _stamp(self._begun)
            store.set_fact("began", began)
        totals, (articles, failed) = store.totals(), store.counts()
        limits, backend = self._limits, self._analyzer.backend
        write_manifest(
            self._folder,
            {
                "status": "running" if report is None else "finished" if report.finished else "stopped",
                "stopped": report.stopped if report else None,
                "settings": self._settings,
                "inputs": self._inputs,
                "structured_tried": store.fact(TRIED),
                "models": store.models(),
                "base_url": backend.url if isinstance(backend, ServerBackend) else None,
                "versions": versions(),
                "limits": {
                    "concurrency": limits.concurrency,
                    "requests_per_minute": limits.requests_per_minute,
                    "tokens_per_minute": limits.tokens_per_minute,
                    "max_requests": limits.max_requests,
                    "max_cost": limits.max_cost,
                },
                "articles": {"written": articles, "failed": failed},
                "requests": {"answered": totals.answered, "refused": totals.refused, "lost": totals.lost},
                "usage": _usage(totals),
                "cost": self._costs(totals),
                "began": began,
                "ended": _stamp(time.time()) if report else None,
                "seconds": round(earlier, 3),
                **self._more,
            },
        )

    def _costs(self, totals: Totals) -> dict[str, Any] | None:
        if self._price is None:
            return None
        prices, price = self._limits.prices, self._price
        per_million = {"input": price.input, "cached_input": price.cached_input, "output": price.output}
        told = {"currency": prices.currency, "per_million_tokens": per_million}
        lost = price.of(totals.lost_usage.input_tokens, totals.lost_usage.output_tokens)
        whole = self._cost(totals) or 0.0
        return {
            "at_most": round(whole, 6),
            "answered": round(whole - lost, 6),
            **told,
            "prices_from": price.source,
            "prices_as_of": price.as_of,
        }


def _usage(totals: Totals) -> dict[str, int]:
    used, lost = totals.usage, totals.lost_usage
    return {
        "input_tokens": used.input_tokens,
        "cached_tokens": used.cached_tokens,
        "output_tokens": used.output_tokens,
        "lost_input_tokens_at_most": lost.input_tokens,
        "lost_output_tokens_at_most": lost.output_tokens,
    }


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


# --- Interrupting -------------------------------------------------------------------------------------


@contextmanager
def _interruptible(engine: Engine, task: asyncio.Task[None]) -> Iterator[None]:
    """The first Ctrl-C lets `engine` finish what is on its way, the second one cancels `task`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def interrupt(*_: object) -> None:
        if engine.stopped is None:
            loop.call_soon_threadsafe(engine.stop, INTERRUPTED)
        else:
            loop.call_soon_threadsafe(task.cancel)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
