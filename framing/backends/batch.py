"""OpenAI's Batch file format: requests as lines of a file, answers as lines of another one. No network.

A request is `{"custom_id", "method": "POST", "url": "/v1/chat/completions", "body": {…}}`, with the body that the
`openai` backend would post. An answer is `{"custom_id", "response": {"status_code", "body"}, "error"}`, or, for
answers from elsewhere, `{"custom_id", "text"}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.backends._openai_wire import wire_of
from framing.backends._options import BackendOptions
from framing.errors import BackendError, BadRequestError, Fault, InputError
from framing.messages import Reply, Request, Usage

__all__ = ["Answer", "Answers", "BatchModel", "RequestLine", "read_requests"]

LARGEST_FILE = 200_000_000
MOST_REQUESTS = 50_000
"""What the Batch API takes in one file (OpenAI, Batch API guide, 2025)."""

Answer = Reply | BackendError


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One line of a requests file, and its number there."""

    custom_id: str
    body: Any
    number: int


@dataclass(frozen=True, slots=True)
class Answers:
    """The first usable answer to each request, and everything in the files that is not one.

    `conflicting` are requests with several answers that differ; the first is given.
    """

    by_id: Mapping[str, Answer]
    faults: tuple[Fault, ...]
    conflicting: frozenset[str]


class BatchModel:
    """A ModelBackend that is asked by file: `line` writes a request, `read` its answers; nothing is sent."""

    def __init__(self, model: str, *, options: BackendOptions | None = None) -> None:
        self.address = f"batch:{model}"
        self._model = model
        self._wire = wire_of(model, self.address, options or BackendOptions(), official=True)

    def complete(self, request: Request) -> Reply:
        """Raises BadRequestError: a batch is answered in a file."""
        raise BadRequestError(self.address, "a batch is not asked directly: export its requests to a file")

    async def acomplete(self, request: Request) -> Reply:
        """Raises BadRequestError, too."""
        return self.complete(request)

    def close(self) -> None:
        """Nothing is held open."""

    async def aclose(self) -> None:
        """Nothing is held open."""

    def line(self, custom_id: str, request: Request) -> bytes:
        """The request as a line of the file; raises BadRequestError for a parameter that there is not."""
        head = {"custom_id": custom_id, "method": "POST", "url": f"/v1{self._wire.path}"}
        text = json.dumps(head, separators=(",", ":")).encode("ascii")
        return b"".join((text[:-1], b',"body":', self._wire.body(request), b"}\n"))

    def body(self, request: Request) -> Any:
        """What would be posted, as JSON values."""
        return json.loads(self._wire.body(request))

    def read(self, paths: Iterable[Path]) -> Answers:
        """The answers in result files; an answered request is worth more than its error in another line.

        Raises InputError for a file that cannot be read at all.
        """
        found: dict[str, Answer] = {}
        faults: list[Fault] = []
        conflicting: set[str] = set()
        for path in paths:
            for number, line in _lines(path):
                try:
                    custom_id, answer = self._answer(line)
                except ValueError as error:
                    faults.append(Fault(path, number, str(error)))
                    continue
                if (earlier := found.get(custom_id)) is None:
                    found[custom_id] = answer
                    continue
                faults.append(
                    Fault(path, number, f"{custom_id!r} stands here again: {_repeated(earlier, answer)}")
                )
                if isinstance(earlier, BackendError):
                    found[custom_id] = answer
                elif isinstance(answer, Reply) and answer.text != earlier.text:
                    conflicting.add(custom_id)
        return Answers(found, tuple(faults), frozenset(conflicting))

    def _answer(self, line: str) -> tuple[str, Answer]:
        """Raises ValueError that says what is wrong with the line."""
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"not JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("custom_id"), str):
            raise ValueError("not an answer: it has no 'custom_id'")
        if isinstance(row.get("text"), str):
            return row["custom_id"], Reply(row["text"], str(row.get("model") or ""), usage=Usage(requests=1))
        if not isinstance(row.get("response"), dict) and not row.get("error"):
            raise ValueError(f"{row['custom_id']!r} has neither a 'response' nor an 'error' nor a 'text'")
        return row["custom_id"], self._meant(row)

    def _meant(self, row: Mapping[str, Any]) -> Answer:
        from framing.backends._openai_errors import Filtered, error_of_body, error_of_status

        response = row.get("response")
        if not isinstance(response, dict):
            return BackendError(self.address, f"the request failed: {_told(row['error'])}")
        status, body = response.get("status_code", 200), response.get("body")
        error = error_of_body(body, self.address, ())
        if status != 200:
            error = error_of_status(status if isinstance(status, int) else 500, body, self.address)
        if isinstance(error, Filtered):
            return Reply(error.reason, finish="content_filter", usage=Usage(requests=1))
        if error is not None:
            return error
        try:
            return self._wire.reply(body)
        except BackendError as failure:
            return failure


def read_requests(path: Path) -> Iterator[RequestLine]:
    """The lines of a requests file; raises InputError with the line that is none."""
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            yield RequestLine(row["custom_id"], row["body"], number)
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{path}:{number}", "is no request with a 'custom_id' and a 'body'") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, text) of each line that holds something."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from None


def _repeated(earlier: Answer, answer: Answer) -> str:
    if isinstance(earlier, BackendError):
        return "the earlier line is an error, this one is used"
    if isinstance(answer, BackendError):
        return "this line is an error, the earlier answer is used"
    return "the same answer" if answer.text == earlier.text else "another answer, the first is used"


def _told(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    return ": ".join(str(error[key]) for key in ("code", "message") if error.get(key)) or "no reason given"
