"""`annotate`: a corpus of articles in, a folder of analyses out."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from framing.analyzer import Analyzer
from framing.annotations import Analysis
from framing.backends import Extractor, ServerBackend
from framing.corpus import BadRow, Corpus, Entry, Fields, read_corpus, write_tables
from framing.corpus.places import local_path
from framing.errors import InputError, UsageError
from framing.runs.budget import Budget
from framing.runs.engine import Engine
from framing.runs.engines import EngineChoice, Ray
from framing.runs.inputs import inputs_of
from framing.runs.limits import Limits, RunOptions
from framing.runs.lines import Lines
from framing.runs.manifest import check_settings, settings_of, versions, write_manifest
from framing.runs.probing import TRIED, settled_analyzer
from framing.runs.report import RunReport, Snapshot
from framing.runs.sharded.folders import committed, is_sharded, read_lines
from framing.runs.store import Store, Totals
from framing.text import Document

__all__ = [
    "ANALYSES",
    "INTERRUPTED",
    "STORE",
    "Inputs",
    "LocalRun",
    "Watch",
    "annotate",
    "entries_of",
    "read_analyses",
    "run",
]

ANALYSES = "analyses.jsonl"
STORE = "replies.sqlite"
INTERRUPTED = "interrupted"
_LOOK = 0.5

Inputs = str | Path | Iterable[str | Path] | Iterable[Document]
Watch = Callable[[Snapshot], None]


def annotate(
    inputs: Inputs,
    *,
    out: str | Path,
    analyzer: Analyzer,
    fields: Fields | None = None,
    limits: Limits | None = None,
    options: RunOptions | None = None,
    watch: Watch | None = None,
    engine: EngineChoice = "asyncio",
) -> RunReport:
    """Analyse a corpus into the folder `out`, durably: the same call again goes on where the last one ended.

    inputs: files, folders, "-" (see `framing.corpus.read_corpus`), or Documents. In `out` stand analyses.jsonl
    (one Analysis a line), flat tables, run.json (what was asked, what it came to), replies.sqlite (all replies).
    An article that fails has its line too. `watch` is called with a Snapshot twice a second. With the engine "ray"
    (or a `Ray`) many processes do the work, and all but run.json stands in shards (docs/scale.md).

    Raises the BackendError that ended the run (key, quota, a request that the server calls wrong, a server
    that is down), after what was done is written; UsageError for a folder that was made with other settings
    or is in use, and for an input that changed. Ctrl-C finishes what is on its way and returns.
    """
    report = run(
        inputs,
        out=out,
        analyzer=analyzer,
        fields=fields,
        limits=limits,
        options=options,
        watch=watch,
        engine=engine,
    )
    if report.error is not None:
        raise report.error
    return report


def run(
    inputs: Inputs,
    *,
    out: str | Path,
    analyzer: Analyzer,
    fields: Fields | None = None,
    limits: Limits | None = None,
    options: RunOptions | None = None,
    watch: Watch | None = None,
    engine: EngineChoice = "asyncio",
) -> RunReport:
    """`annotate`, where a backend's error is a part of the report and is not raised."""
    entries = entries_of(inputs, fields)
    folder = local_path(out)
    told = inputs_of(inputs, fields, folder)
    options, fields = options or RunOptions(), fields or Fields()
    work = _work(folder, analyzer, limits or Limits(), options, watch, told, engine, fields)
    if not _in_event_loop():
        return work.report(entries)
    reports: list[RunReport | BaseException] = []
    thread = threading.Thread(target=lambda: reports.append(_caught(lambda: work.report(entries))), name="framing")
    thread.start()
    thread.join()
    if isinstance(reports[0], BaseException):
        raise reports[0]
    return reports[0]


def _work(
    folder: Path,
    analyzer: Analyzer,
    limits: Limits,
    options: RunOptions,
    watch: Watch | None,
    told: Mapping[str, Any] | None,
    engine: EngineChoice,
    fields: Fields,
) -> LocalRun:
    if engine == "asyncio":
        return LocalRun(folder, analyzer, limits, options, watch, told)
    if not isinstance(engine, Ray) and engine != "ray":
        raise UsageError(f"engine is 'asyncio' or 'ray', not {engine!r}")
    from framing.runs.sharded.run import ShardedRun

    chosen = engine if isinstance(engine, Ray) else Ray()
    options = replace(options, tables="parquet") if options.tables == "auto" else options
    return ShardedRun(folder, analyzer, limits, options, watch, told, engine=chosen, fields=fields)


def read_analyses(folder: str | Path) -> Iterator[Analysis]:
    """The analyses of a run folder (or of a jsonl file of them), one at a time; raises InputError."""
    if is_sharded(Path(folder)):
        yield from _sharded_analyses(Path(folder))
        return
    path = Path(folder) / ANALYSES if Path(folder).is_dir() else Path(folder)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Analysis.model_validate_json(line)
                except ValueError as error:
                    raise InputError(f"{path}:{number}", f"is not an analysis: {error}") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _sharded_analyses(folder: Path) -> Iterator[Analysis]:
    """Those of all shards that are committed, in the order of the input."""
    for done in committed(folder):
        for number, line in enumerate(read_lines(done), 1):
            try:
                yield Analysis.model_validate_json(line)
            except ValueError as error:
                raise InputError(f"{done}, row {number}", f"is not an analysis: {error}") from None


class Books(Protocol):
    """What a manifest is made of: a Store, or several that are summed up."""

    def totals(self) -> Totals: ...

    def counts(self) -> tuple[int, int]: ...

    def models(self) -> list[str]: ...

    def fact(self, name: str) -> Any: ...

    def set_fact(self, name: str, value: Any) -> None: ...


class LocalRun:
    """One run of one process."""

    def __init__(
        self,
        folder: Path,
        analyzer: Analyzer,
        limits: Limits,
        options: RunOptions,
        watch: Watch | None,
        inputs: Mapping[str, Any] | None,
    ) -> None:
        self._folder, self._analyzer = folder, analyzer
        self._limits, self._options, self._watch = limits, options, watch
        self._model = analyzer.backend.address.partition(":")[2] or analyzer.backend.address
        self._price = None if isinstance(analyzer.backend, Extractor) else limits.prices.find(self._model)
        self._settings: dict[str, Any] = {}
        self._inputs = inputs
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
        self._folder.mkdir(parents=True, exist_ok=True)
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


def entries_of(inputs: Inputs, fields: Fields | None) -> Iterable[Entry]:
    """The articles that `inputs` means."""
    if isinstance(inputs, Corpus):
        return inputs
    if isinstance(inputs, str | Path):
        return read_corpus(inputs, fields)
    listed: Iterable[Any] = inputs
    if isinstance(listed, list | tuple) and listed and isinstance(listed[0], str | Path):
        return read_corpus(listed, fields)
    return _documents(listed)


def _documents(listed: Iterable[Any]) -> Iterator[Entry]:
    for number, one in enumerate(listed, 1):
        if not isinstance(one, Document | BadRow):
            raise UsageError(f"input {number} is no Document but {type(one).__name__}: paths are given as a list")
        yield one


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


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _caught(work: Callable[[], RunReport]) -> RunReport | BaseException:
    try:
        return work()
    except BaseException as error:
        return error
