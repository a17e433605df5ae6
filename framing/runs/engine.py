"""The engine of a run: articles in, lines out, many requests at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from framing.analyzer import Analyzer, Question
from framing.annotations import Analysis, Problem
from framing.backends import Extractor, ModelBackend, Retries, ServerBackend
from framing.corpus import BadRow, Corpus, Entry
from framing.errors import BackendError, FramingError, InputError, UsageError
from framing.flow import Outcome, adrive, converse
from framing.messages import Reply, Request, Usage
from framing.runs.asking import Asker
from framing.runs.budget import Budget
from framing.runs.desk import Desk
from framing.runs.gate import Gate, Stopped
from framing.runs.limits import Limits, RunOptions
from framing.runs.lines import Line, Lines
from framing.runs.report import Snapshot
from framing.runs.store import Store
from framing.text import Document

__all__ = ["Engine", "renamed"]

_log = logging.getLogger("framing.runs")

T = TypeVar("T")

_AHEAD = 2
"""Articles at work for each open request: while some wait for their turn or a retry, others are sent."""
_HELD = 8
"""Lines that may wait for an earlier article, for each open request."""
_BREATH = 500
"""Articles that are passed over before the event loop may breathe."""
_END: Any = object()


class Engine:
    """One run in one event loop. `asker` is None for a backend that is no model."""

    def __init__(
        self,
        analyzer: Analyzer,
        store: Store,
        lines: Lines,
        budget: Budget,
        limits: Limits,
        options: RunOptions,
        gate: Gate | None = None,
    ) -> None:
        self._analyzer, self._store, self._lines, self._limits = analyzer, store, lines, limits
        self.gate = gate or Gate(
            limits.concurrency,
            requests_per_minute=limits.requests_per_minute,
            tokens_per_minute=limits.tokens_per_minute,
        )
        self._budget = budget
        self._desk = Desk(lambda: self.gate.hungry)
        backend = analyzer.backend
        self.asker = None if isinstance(backend, Extractor) else self._asker(backend, options)
        self._analyze = self._extracted if self.asker is None else self._asked
        self.stopped: str | None = None
        self.new = self.failed = self.skipped = 0
        self._corpus: Iterable[Entry] = ()
        self._started = time.monotonic()
        self._moved = asyncio.Event()

    def _asker(self, backend: ModelBackend, options: RunOptions) -> Asker:
        retries = Retries()
        if isinstance(backend, ServerBackend):
            retries = backend.options.retries
            # The run retries by itself, outside the connections.
            once = replace(backend.options, retries=Retries(attempts=1), concurrency=self._limits.concurrency)
            backend = backend.with_options(once)
        return Asker(backend, self._store, self.gate, self._budget, retries=retries, sample=options.sample)

    def stop(self, why: str) -> None:
        """Finish what was begun and begin nothing more."""
        self.stopped = self.stopped or why
        self.gate.stop.set()
        self._moved.set()

    def snapshot(self) -> Snapshot:
        asker = self.asker
        return Snapshot(
            written=self.new,
            failed=self.failed,
            skipped=self.skipped,
            requests=self._budget.requests,
            usage=asker.usage if asker else Usage(),
            cost=self._budget.cost if self._budget.priced else None,
            seconds=time.monotonic() - self._started,
            read=self._corpus.meter.fraction if isinstance(self._corpus, Corpus) else None,
            stopping=self.gate.stop.is_set(),
        )

    async def run(self, entries: Iterable[Entry]) -> None:
        """Work through `entries`; returns when all are written, or when the run was stopped."""
        self._corpus = entries
        self._started = time.monotonic()
        todo = self._todo(entries)
        workers = self._limits.concurrency * _AHEAD if self.asker else 1
        tasks = [asyncio.create_task(self._work(todo)) for _ in range(workers)]
        tasks.append(asyncio.create_task(self._prepare()))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._lines.flush()
            if self.asker is not None:
                await self.asker.aclose()
        if self.asker is not None:
            self.stopped = self.stopped or self.asker.stopped

    # --- Articles -----------------------------------------------------------------------------------------

    def _todo(self, entries: Iterable[Entry]) -> Iterator[tuple[int, Entry] | None]:
        """The numbered articles that have no line yet; None now and then while others are passed over."""
        for number, entry in enumerate(entries, 1):
            known = self._store.article(number)
            given, sha256 = _identity(entry)
            if known is not None:
                _check_same(number, known, given, sha256)
            if known is not None and known[3]:
                self.skipped += 1
                self._lines.put(number, None)
                if self.skipped % _BREATH == 0:
                    yield None
                continue
            id = self._store.register(number, given, sha256)
            yield number, entry if id == given else renamed(entry, id)

    async def _work(self, todo: Iterator[tuple[int, Entry] | None]) -> None:
        while True:
            await self._desk.turn(begins=True)
            task = next(todo, _END) if not self.gate.stop.is_set() else _END
            if task is _END:
                return
            if task is None:
                continue
            number, entry = task
            try:
                await self._room(number)
                line = await self._line(entry)
            except Stopped:
                return
            self.new += 1
            self.failed += line.failed
            self._lines.put(number, line)
            self._moved.set()

    async def _prepare(self) -> None:
        """Load what takes answers apart, while the first ones are on their way."""
        await self._desk.turn(begins=False)
        import framing.assembly
        import framing.screening  # noqa: F401

    async def _room(self, number: int) -> None:
        """Wait while too many finished lines are held back by an article before them."""
        most = self._limits.concurrency * _HELD
        while self._lines.waiting >= most and number > self._lines.next_number:
            if self.gate.stop.is_set():
                raise Stopped
            self._moved.clear()
            await self._moved.wait()

    async def _line(self, entry: Entry) -> Line:
        analysis = self._unread(entry) if isinstance(entry, BadRow) else await self._analyze(entry)
        failed = any(problem.kind in ("backend", "unreadable") for problem in analysis.problems)
        return Line(analysis.model_dump_json().encode() + b"\n", failed, self._lines.rows(analysis))

    async def _asked(self, document: Document) -> Analysis:
        if not document.text.strip():
            return self._unreadable(document, "has no text")
        try:
            questions = self._analyzer.questions(document)
        except InputError as error:
            return self._unreadable(document, error.reason)
        if len(questions) == 1:
            results: Sequence[Outcome | BackendError] = [await self._answer(questions[0])]
        else:
            results = await _all(self._answer(question) for question in questions)
        try:
            return self._analyzer.conclude(document, questions, results, keep_failed=True)
        except FramingError:
            raise
        except Exception as error:  # one odd article must not end a run of a million; its replies are stored
            return self._odd(document, f"the answer cannot be taken apart: {error!r}")

    async def _answer(self, question: Question) -> Outcome | BackendError:
        assert self.asker is not None
        conversation = converse(question.request, question.read, repairs=self._analyzer.repairs)
        try:
            return await adrive(conversation, _AtDesk(self.asker, self._desk))
        except BackendError as error:
            return error

    async def _extracted(self, document: Document) -> Analysis:
        try:
            return self._analyzer.analyze(document)
        except InputError as error:
            return self._unreadable(document, error.reason)
        except FramingError:
            raise
        except Exception as error:
            return self._odd(document, f"the article cannot be taken apart: {error!r}")

    def _unread(self, row: BadRow) -> Analysis:
        document = Document(id=row.id, text="")
        problem = Problem(kind="unreadable", reason=f"{row.source}: {row.reason}", raw=row.raw or None)
        return self._analyzer.failed(document, problem)

    def _odd(self, document: Document, reason: str) -> Analysis:
        """For `except`: what nobody foresaw."""
        _log.exception("article %r", document.id)
        return self._unreadable(document, reason)

    def _unreadable(self, document: Document, reason: str) -> Analysis:
        return self._analyzer.failed(document, Problem(kind="unreadable", reason=reason))


class _AtDesk:
    """A ModelBackend whose answers are given out at the desk, to be read there."""

    def __init__(self, asker: Asker, desk: Desk) -> None:
        self.address = asker.address
        self._asker, self._desk = asker, desk

    async def acomplete(self, request: Request) -> Reply:
        reply = await self._asker.acomplete(request)
        await self._desk.turn(begins=False)
        return reply

    def complete(self, request: Request) -> Reply:
        return self._asker.complete(request)

    def close(self) -> None:
        self._asker.close()

    async def aclose(self) -> None:
        await self._asker.aclose()


async def _all(coroutines: Iterable[Coroutine[Any, Any, T]]) -> Sequence[T]:
    """All results; where one raises, when all have come to their end: what is on its way is finished."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()
    return [task.result() for task in tasks]


def _identity(entry: Entry) -> tuple[str, str]:
    """(id, digest) by which a row is known again; the digest of what is no article is empty."""
    return (entry.id, "") if isinstance(entry, BadRow) else (entry.id, entry.sha256)


def _check_same(number: int, known: tuple[str, str, str, bool], given: str, sha256: str) -> None:
    """Raises UsageError where the input has changed under a run; what could not be read may have been mended."""
    id, _, digest, _ = known
    if digest and (id, digest) != (given, sha256):
        what = f"{id!r}, now {given!r}" if id != given else f"{id!r} with another text"
        raise UsageError(
            f"the input is not the one that this run began with: article {number} was {what}. "
            "Give the same input in the same order (more may follow it), or use another folder"
        )


def renamed(entry: Entry, id: str) -> Entry:
    """An article whose id an earlier one has, under another, with a note that says so."""
    if isinstance(entry, BadRow):
        return replace(entry, id=id)
    note = f"an earlier article has the id {entry.id!r} too: this one is called {id!r}"
    return entry.model_copy(update={"id": id, "notes": (*entry.notes, note)})
