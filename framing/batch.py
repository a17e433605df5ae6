"""Asking by file: the questions of many articles go into one file, and the answers come back from another.

    batch = Batch("some-model", prompt="joint/rows", codebook="policy-frames")
    batch.export(articles, "requests.jsonl")                        # hand it to whoever can reach the model
    results = batch.read(articles, "requests.jsonl", ["results.jsonl"])
    for analysis in results.analyses(): ...

It is the path to a model that this machine cannot reach, and to the half price of the Batch API. Answers are read,
grounded and assembled exactly as if they had been asked for directly, without repairs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.analyzer import MAX_CHARS, Analyzer, Question, Value
from framing.annotations import Analysis, Problem
from framing.backends import BackendOptions
from framing.backends.batch import LARGEST_FILE, MOST_REQUESTS, Answer, Answers, BatchModel, read_requests
from framing.codebooks import Codebook
from framing.errors import BackendError, Fault, InputError, UsageError
from framing.flow import Outcome, converse, drive
from framing.messages import Reply, Request
from framing.text import Document

if TYPE_CHECKING:
    from framing.prompts import Prompt

__all__ = ["Batch", "Exported", "Results"]

_PLAIN_ID = re.compile(r"(?!sha-)[A-Za-z0-9_-]{1,32}")
_PLAIN_PROMPT = re.compile(r"(?!sha-)[A-Za-z0-9-]{1,22}")
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. `too_large` says that the Batch API takes no file of this size."""

    articles: int
    requests: int
    bytes: int

    @property
    def too_large(self) -> bool:
        return self.requests > MOST_REQUESTS or self.bytes > LARGEST_FILE


class Batch:
    """One prompt (or several that divide the tasks) and a codebook, to be asked of `model` by file.

    The parameters are those of `Analyzer`; `options` say how the request is written (endpoint, schema).
    """

    def __init__(
        self,
        model: str,
        *,
        prompt: str | Prompt | Sequence[str | Prompt] = "joint",
        codebook: str | Codebook | None = "policy-frames",
        params: Mapping[str, Value] | None = None,
        options: BackendOptions | None = None,
        max_chars: int = MAX_CHARS,
    ) -> None:
        self._model = BatchModel(model, options=options)
        self.analyzer = Analyzer(
            self._model, prompt=prompt, codebook=codebook, params=params, repairs=0, max_chars=max_chars
        )

    def export(self, articles: Sequence[Document], path: Path | str) -> Exported:
        """Write a request for every question about every article.

        Raises UsageError where the file exists already (answers are read against it: it is not to change)
        or an id is used twice, and InputError for an article without text.
        """
        _check_ids(articles)
        requests = size = 0
        try:
            with Path(path).open("xb") as file:
                for article in articles:
                    for name, question in self._named(article):
                        requests += 1
                        size += file.write(self._model.line(name, question.request))
        except FileExistsError:
            raise UsageError(f"{str(path)!r} exists already: choose another name, or move it away") from None
        return Exported(len(articles), requests, size)

    def read(self, articles: Sequence[Document], requests: Path | str, results: Sequence[Path | str]) -> Results:
        """The answers in `results` to the exported `requests` about the same articles.

        Raises InputError where the requests are not exactly those that would be exported now: another text,
        prompt, codebook, model or parameter; it says what differs.
        """
        _check_ids(articles)
        expected = self._checked(articles, Path(requests))
        answers = self._model.read(map(Path, results))
        return Results(self, tuple(articles), answers, tuple(_faults(expected, answers, Path(requests), results)))

    # --- Names ------------------------------------------------------------------------------------

    def _named(self, article: Document) -> Iterator[tuple[str, Question]]:
        """Every question about an article under its custom_id."""
        if not article.text.strip():
            raise InputError(article.id, "has no text: there is nothing to analyse")
        chunk: dict[str, int] = {}
        for question in self.analyzer.questions(article):
            ref = question.prompt.ref
            chunk[ref] = chunk.get(ref, 0) + 1
            yield f"{_short(article.id, _PLAIN_ID)}_{_prompt_name(ref)}_{chunk[ref]}", question

    # --- Checking ---------------------------------------------------------------------------------

    def _checked(self, articles: Sequence[Document], path: Path) -> set[str]:
        """The custom_ids of all questions, after the file was found to hold these and no others."""
        lines = {line.custom_id: _digest(line.body) for line in read_requests(path)}
        expected: set[str] = set()
        wrong: list[str] = []
        for article in articles:
            for name, question in self._named(article):
                expected.add(name)
                if name not in lines:
                    wrong.append(f"{name!r} ({article.id!r}) was not exported")
                elif lines[name] != _digest(body := self._model.body(question.request)):
                    wrong.append(f"{name!r} ({article.id!r}) differs in {_difference(path, name, body)}")
        wrong += [f"{name!r} is about no article given now" for name in lines if name not in expected]
        if wrong:
            told = "; ".join(wrong[:_TOLD]) + (f"; and {len(wrong) - _TOLD} more" if len(wrong) > _TOLD else "")
            raise InputError(
                str(path),
                f"these are not the requests that would be exported now: {told}. "
                "Give the same articles, prompt, codebook, model and parameters, or export again",
            )
        return expected


@dataclass(frozen=True, slots=True)
class Results:
    """What came back. `faults` are the lines that are no answers, and the requests that have none."""

    _batch: Batch
    _articles: tuple[Document, ...]
    _answers: Answers
    faults: tuple[Fault, ...]

    def analyses(self) -> Iterator[Analysis]:
        """One analysis an article, in their order; one that failed holds the reason and nothing else."""
        for article in self._articles:
            named = list(self._batch._named(article))
            results = [self._result(name, question) for name, question in named]
            questions = [question for _, question in named]
            analysis = self._batch.analyzer.conclude(article, questions, results, keep_failed=True)
            conflicts = [
                Problem(kind="duplicate", reason=f"{name!r} was answered several times: the first answer is used")
                for name, _ in named
                if name in self._answers.conflicting
            ]
            yield analysis.model_copy(update={"problems": (*analysis.problems, *conflicts)})

    def _result(self, name: str, question: Question) -> Outcome | BackendError:
        answer = self._answers.by_id.get(name)
        address = self._batch.analyzer.backend.address
        if answer is None:
            return BackendError(address, f"there is no answer to {name!r} in the results")
        try:
            return drive(converse(question.request, question.read, repairs=0), _Given(address, answer))
        except BackendError as error:
            return error


@dataclass(frozen=True, slots=True)
class _Given:
    """A ModelBackend with one answer, for whatever it is asked."""

    address: str
    answer: Answer

    def complete(self, request: Request) -> Reply:
        if isinstance(self.answer, BackendError):
            raise self.answer
        return self.answer

    async def acomplete(self, request: Request) -> Reply:
        return self.complete(request)

    def close(self) -> None: ...

    async def aclose(self) -> None: ...


def _check_ids(articles: Sequence[Document]) -> None:
    seen: set[str] = set()
    for article in articles:
        if article.id in seen:
            raise UsageError(f"two articles have the id {article.id!r}: give each an id of its own")
        seen.add(article.id)


def _prompt_name(ref: str) -> str:
    return _short(re.sub(r"[/.]", "-", ref), _PLAIN_PROMPT)


def _short(name: str, plain: re.Pattern[str]) -> str:
    """A name that every server takes; long and odd ones by their hash. 64 characters hold all parts."""
    return name if plain.fullmatch(name) else f"sha-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode("ascii")).hexdigest()


def _difference(path: Path, name: str, now: Mapping[str, Any]) -> str:
    """What differs between a request that was exported and what it would be now, in words."""
    then = next(line.body for line in read_requests(path) if line.custom_id == name)
    keys = [key for key in dict.fromkeys([*then, *now]) if then.get(key) != now.get(key)]
    return ", ".join(_part(key, then.get(key), now.get(key)) for key in keys)


def _part(key: str, then: Any, now: Any) -> str:
    if key in ("messages", "input"):
        return _messages(then, now)
    if key in ("response_format", "text"):
        return "the schema (prompt or codebook)"
    return f"{key} ({then!r} then, {now!r} now)"


def _messages(then: Any, now: Any) -> str:
    if not isinstance(then, list) or len(then) != len(now):
        return "the number of messages (prompt)"
    roles = {new["role"] for old, new in zip(then, now, strict=True) if old != new}
    told = {
        "system": "the instructions (prompt or codebook)",
        "user": "the article (its text, or how it is shown)",
    }
    return " and ".join(told.get(role, f"a message of the {role}") for role in sorted(roles))


def _faults(
    expected: set[str], answers: Answers, requests: Path, results: Sequence[Path | str]
) -> Iterator[Fault]:
    """Everything that is not one answer to one request."""
    source = ", ".join(map(str, results))
    yield from answers.faults
    for name, answer in answers.by_id.items():
        if name not in expected:
            yield Fault(source, None, f"{name!r} answers no request in {requests}")
        elif isinstance(answer, BackendError):
            yield Fault(source, None, f"{name!r} failed: {answer.reason}")
    for name in sorted(expected - answers.by_id.keys()):
        yield Fault(source, None, f"{name!r} has no answer")
