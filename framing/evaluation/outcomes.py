"""What came of asking about each article: an analysis or a failure, kept so that it can be scored again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from framing.annotations import Analysis
from framing.errors import Fault, FramingError, GoldError
from framing.text import Document

__all__ = ["Condition", "Outcome", "Task", "ask_all", "read_outcomes", "write_outcomes"]

Task = Callable[[Document], Analysis]


class Condition(BaseModel):
    """A prompt (None for a backend that needs none) on a backend."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: str
    prompt: str | None = None

    def __str__(self) -> str:
        return f"{self.prompt} on {self.backend}" if self.prompt else self.backend


class Outcome(BaseModel):
    """One article under one condition, once. Exactly one of `analysis` and `error` is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: Condition
    repeat: int
    document: str
    seconds: float
    analysis: Analysis | None = None
    error: str | None = None


def ask_all(
    task: Task, documents: Iterable[Document], *, condition: Condition, repeat: int = 0, concurrency: int = 1
) -> Iterator[Outcome]:
    """Ask about every document, in order. Whatever goes wrong with one becomes an outcome, never the end.

    With `concurrency` above 1 that many documents are asked about at a time, in threads.
    """
    from concurrent.futures import ThreadPoolExecutor
    from time import perf_counter

    def ask(document: Document) -> Outcome:
        analysis: Analysis | None = None
        failure: str | None = None
        began = perf_counter()
        try:
            analysis = task(document)
            analysis.verify(document)
        except FramingError as error:
            analysis, failure = None, str(error)
        except Exception as error:  # a fault in the task is the row's, not the run's
            analysis, failure = None, repr(error)
        return Outcome(
            condition=condition,
            repeat=repeat,
            document=document.id,
            seconds=perf_counter() - began,
            analysis=analysis,
            error=failure,
        )

    if concurrency == 1:
        yield from map(ask, documents)
        return
    with ThreadPoolExecutor(concurrency) as pool:
        yield from pool.map(ask, documents)


def write_outcomes(path: Path, outcomes: Iterable[Outcome]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for outcome in outcomes:
            file.write(
                json.dumps(outcome.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n"
            )


def read_outcomes(path: Path) -> Iterator[Outcome]:
    """Stored outcomes; raises GoldError with the line of the first that cannot be read."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise GoldError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
            yield Outcome.model_validate(row)
        except (json.JSONDecodeError, ValidationError) as error:
            raise GoldError((Fault(path, number, f"not a stored outcome: {error}"),)) from error
