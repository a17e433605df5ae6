"""`annotate`: a corpus of articles in, a folder of analyses out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from framing.analyzer import Analyzer
from framing.corpus import BadRow, Corpus, Entry, Fields, read_corpus
from framing.corpus.places import local_path
from framing.errors import UsageError
from framing.runs.engines import EngineChoice, Ray
from framing.runs.inputs import inputs_of
from framing.runs.limits import Limits, RunOptions
from framing.runs.local import LocalRun, Order, Watch
from framing.runs.report import RunReport
from framing.text import Document

__all__ = ["Inputs", "annotate", "entries_of", "run"]

Inputs = str | Path | Iterable[str | Path] | Iterable[Document]


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
    order = Order(folder, analyzer, limits or Limits(), options or RunOptions(), watch, told)
    work = _work(order, engine, fields or Fields())
    if not _in_event_loop():
        return work.report(entries)
    reports: list[RunReport | BaseException] = []
    thread = threading.Thread(target=lambda: reports.append(_caught(lambda: work.report(entries))), name="framing")
    thread.start()
    thread.join()
    if isinstance(reports[0], BaseException):
        raise reports[0]
    return reports[0]


def _work(order: Order, engine: EngineChoice, fields: Fields) -> LocalRun:
    if engine == "asyncio":
        return LocalRun(order)
    if not isinstance(engine, Ray) and engine != "ray":
        raise UsageError(f"engine is 'asyncio' or 'ray', not {engine!r}")
    from framing.runs.sharded.run import ShardedRun

    chosen = engine if isinstance(engine, Ray) else Ray()
    if order.options.tables == "auto":
        order = replace(order, options=replace(order.options, tables="parquet"))
    return ShardedRun(order, engine=chosen, fields=fields)


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
