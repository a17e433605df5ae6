"""Which article a worker was at when it died.

Before the work on an article begins its id is written into a file, and taken out when the work is done: what is in
the file when a shard is taken again was at work when its worker died. This is a write of a few bytes into the
cache of the operating system, which outlives the process.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from framing.analyzer import Analyzer, Question
from framing.annotations import Analysis
from framing.errors import BackendError, InputError
from framing.flow import Outcome
from framing.text import Document

__all__ = ["DEATHS", "Journal", "Watched"]

DEATHS = 3
"""So many workers may die at work on an article before it is given up."""
_IDLE_DEATHS = 10
"""So many workers may die one after another without any article done, or to blame, before the run is given up."""


class Journal:
    """The journal of the shard at work in `folder`, for `with`. `hopeless`: no worker survives this shard, and no
    article is to blame."""

    def __init__(self, folder: Path, *, written: int) -> None:
        self._at, self._deaths = folder / "at", folder / "deaths.json"
        told: dict[str, Any] = {"articles": {}, "idle": 0, "written": written}
        if self._deaths.exists():
            told = json.loads(self._deaths.read_text("utf-8"))
        self._by_article: dict[str, int] = told["articles"]
        idle = told["idle"] if told["written"] == written else 0
        if self._at.exists():
            if blamed := self._at.read_text("utf-8", "replace"):
                self._by_article[blamed] = self._by_article.get(blamed, 0) + 1
            else:
                idle += 1
        self.hopeless = idle >= _IDLE_DEATHS
        # The next run may try again, with more memory.
        self._kept = {"idle": 0 if self.hopeless else idle, "written": written}
        self._write()
        self._file = os.open(self._at, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def _write(self) -> None:
        new = self._deaths.with_suffix(".new")
        new.write_text(json.dumps({"articles": self._by_article, **self._kept}), encoding="utf-8")
        new.replace(self._deaths)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
        self._at.unlink()

    def forgive(self) -> None:
        """Every article may be tried again."""
        self._by_article.clear()
        self._write()

    def begin(self, id: str) -> None:
        os.pwrite(self._file, _named(id), 0)

    def end(self) -> None:
        os.ftruncate(self._file, 0)

    def check(self, id: str) -> None:
        """Raises InputError for an article under which too many workers died."""
        if self._by_article.get(_named(id).decode(), 0) >= DEATHS:
            raise InputError(id, f"{DEATHS} workers died at work on this article, one after another")


def _named(id: str) -> bytes:
    return id.encode("utf-8", "replace")


class Watched(Analyzer):
    """An analyzer that notes in a journal which article it is at. Raises InputError for one that is given up."""

    def __init__(self, analyzer: Analyzer, journal: Journal) -> None:
        vars(self).update(vars(analyzer))
        self._journal = journal

    def analyze(self, article: str | Document) -> Analysis:
        id = article.id if isinstance(article, Document) else "article"
        self._journal.check(id)
        with self._at(id):
            return super().analyze(article)

    def questions(self, document: Document) -> tuple[Question, ...]:
        self._journal.check(document.id)
        with self._at(document.id):
            return super().questions(document)

    def conclude(
        self,
        document: Document,
        questions: Sequence[Question],
        results: Sequence[Outcome | BackendError],
        *,
        keep_failed: bool = False,
    ) -> Analysis:
        with self._at(document.id):
            return super().conclude(document, questions, results, keep_failed=keep_failed)

    @contextmanager
    def _at(self, id: str) -> Iterator[None]:
        self._journal.begin(id)
        try:
            yield
        finally:
            self._journal.end()
