"""Scripted replies, for tests of code that asks models: no network, no cost, and faults on demand.

    backend = Mock(['{"claims": []}'])                            # one text a request, in order
    backend = Mock(lambda request: answer(request.messages[-1]))  # or a function of the request
    backend = Mock(answer, faults=Faults(seed=1, rate_limit=0.1, malformed=0.05))
    backend.requests                                              # what was asked

`mock:FILE` reads the script from a jsonl file with one reply a line: a string (the text), an object
`{"text": …, "model": …, "finish": …, "usage": {…}}`, or `{"error": "rate_limit", "retry_after": 2}`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from framing.backends._faults import FaultKind, Faults, spoiled
from framing.backends._jsonl import read_lines, reply_from_json
from framing.backends._options import NO_RETRIES, BackendOptions, Retries
from framing.backends._retry import acall, call
from framing.errors import (
    AuthenticationError,
    BackendConnectionError,
    BackendError,
    BackendTimeoutError,
    BadRequestError,
    InputError,
    QuotaError,
    RateLimitError,
    ServerError,
    UsageError,
)
from framing.messages import FinishReason, Reply, Request, Usage

__all__ = ["Answer", "Faults", "Mock", "Script"]

Answer = str | Reply | Exception
"""One scripted reply: its text, the whole reply, or the exception that is raised in its place."""
Script = Iterable[Answer] | Callable[[Request], Answer]

_ERRORS: dict[str, type[BackendError]] = {
    "auth": AuthenticationError,
    "bad_request": BadRequestError,
    "connection": BackendConnectionError,
    "quota": QuotaError,
    "rate_limit": RateLimitError,
    "server": ServerError,
    "timeout": BackendTimeoutError,
}
_FINISHES: dict[FaultKind, FinishReason] = {"truncated": "length", "refusal": "refusal"}


class Mock:
    """A ModelBackend whose answers are written beforehand.

    `replies` is consumed in order, one a request, or called with each request. `faults` spoils answers by
    chance that repeats; the attempts at a request are counted, so the same request asked again may go well.
    `requests` holds every request in the order of asking, repeated attempts included.
    """

    def __init__(
        self,
        replies: Script,
        *,
        model: str = "mock",
        faults: Faults | None = None,
        retries: Retries = NO_RETRIES,
    ) -> None:
        if isinstance(replies, str):
            raise UsageError("Mock takes a list of replies or a function, not one string: Mock([reply])")
        self.address = "mock"
        self.requests: list[Request] = []
        self._script = replies if callable(replies) else _in_order(replies, self.requests)
        self._model = model
        self._faults = faults or Faults()
        self._retries = retries
        self._attempts: Counter[str] = Counter()

    @classmethod
    def from_address(
        cls, model: str, *, base_url: str | None, api_key: str | None, options: BackendOptions
    ) -> Mock:
        """The mock that `mock:FILE` names; raises InputError where the file is no script."""
        mock = cls(list(_script(Path(model))))
        mock.address = f"mock:{model}"
        return mock

    def __repr__(self) -> str:
        return f"<Mock {self.address!r}, asked {len(self.requests)} time(s)>"

    def complete(self, request: Request) -> Reply:
        """The next answer; raises what the script or the faults say, UsageError where the script has ended."""
        return call(lambda: self._answer(request), self._retries)

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""

        async def attempt() -> Reply:
            return self._answer(request)

        return await acall(attempt, self._retries)

    def close(self) -> None:
        """Nothing is held open."""

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _answer(self, request: Request) -> Reply:
        self.requests.append(request)
        fault = self._fault(request)
        if fault:
            self._raise(fault)
        answer = self._script(request)
        if isinstance(answer, Exception):
            raise answer
        reply = answer if isinstance(answer, Reply) else Reply(answer, self._model, usage=Usage(requests=1))
        if fault is None:
            return reply
        return Reply(spoiled(reply.text, fault), reply.model, _FINISHES.get(fault, reply.finish), reply.usage)

    def _fault(self, request: Request) -> FaultKind | None:
        if not self._faults:
            return None
        key = request.key(self._model)
        self._attempts[key] += 1
        return self._faults.draw(key, self._attempts[key])

    def _raise(self, fault: FaultKind) -> None:
        match fault:
            case "rate_limit":
                raise RateLimitError(self.address, "simulated rate limit", status=429, retry_after=0.0)
            case "server_error":
                raise ServerError(self.address, "simulated server error", status=500)
            case "timeout":
                raise BackendTimeoutError(self.address, "simulated timeout")
            case "reset" | "broken":
                raise BackendConnectionError(self.address, "simulated broken connection")


def _in_order(replies: Iterable[Answer], asked: list[Request]) -> Callable[[Request], Answer]:
    script: Iterator[Answer] = iter(replies)

    def next_answer(request: Request) -> Answer:
        for answer in script:
            return answer
        raise UsageError(
            f"the mock was asked {len(asked)} time(s), which is more than it has replies; "
            f"the last request ends {request.messages[-1].content[-80:]!r}"
        )

    return next_answer


def _script(path: Path) -> Iterator[Answer]:
    for number, value in read_lines(path):
        yield _scripted(value, f"{path}:{number}")


def _scripted(value: Any, source: str) -> Answer:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "error" in value:
        return _scripted_error(value, source)
    return reply_from_json(value, source)


def _scripted_error(value: dict[str, Any], source: str) -> BackendError:
    kind = value["error"]
    if kind not in _ERRORS:
        raise InputError(source, f"'error' is one of {', '.join(_ERRORS)}, not {kind!r}")
    error = _ERRORS[kind]("mock", str(value.get("reason", f"scripted {kind} error")))
    if "retry_after" in value and hasattr(error, "retry_after"):
        error.retry_after = float(value["retry_after"])
    return error
