"""Which way of structured output a server has, found out by asking it something small."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import get_args

from framing.backends._options import StructuredMode
from framing.backends._protocols import ServerBackend
from framing.errors import BackendError, BadRequestError, ServerError
from framing.messages import Message, Reply, Request

__all__ = ["PROBE", "Probe", "probe", "with_mode"]

_WORD = "framing"
PROBE = Request(
    (Message("system", "You answer in a few words."), Message("user", "Greet me.")),
    json.dumps(
        {
            "type": "object",
            "properties": {"word": {"type": "string", "enum": [_WORD]}},
            "required": ["word"],
            "additionalProperties": False,
        },
        separators=(",", ":"),
    ),
    "probe",
    (("max_tokens", 200),),
)
"""A request that no model answers as its schema wants, unless the server makes it, or the schema is told in words."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The way that a server takes, and what became of those that were tried (`tried`: way → what was seen)."""

    mode: StructuredMode
    tried: dict[str, str]


def probe(backend: ServerBackend, *, ask: Callable[[ServerBackend, StructuredMode], Reply]) -> Probe:
    """Try the ways of structured output, the strictest first, until one is taken and obeyed.

    `ask` sends `PROBE` to the backend it is given and raises its BackendError. An error that says nothing about
    structured output (a wrong key, an unknown model, no connection) is raised; so is the last one where no way
    is taken.
    """
    conversation = _probing()
    mode = next(conversation)
    while True:
        answer: Reply | BackendError
        try:
            answer = ask(with_mode(backend, mode, attempts=2), mode)
        except BackendError as error:
            answer = error
        try:
            mode = conversation.send(answer)
        except StopIteration as end:
            found: Probe = end.value
            return found


def with_mode(backend: ServerBackend, mode: StructuredMode, *, attempts: int | None = None) -> ServerBackend:
    """The backend, asking in this way, and at most so many times for one answer."""
    retries = backend.options.retries
    if attempts is not None:
        retries = replace(retries, attempts=min(attempts, retries.attempts))
    return backend.with_options(replace(backend.options, structured=mode, retries=retries))


def _probing() -> Generator[StructuredMode, Reply | BackendError, Probe]:
    tried: dict[str, str] = {}
    modes: tuple[StructuredMode, ...] = get_args(StructuredMode)
    for mode in modes:
        answer = yield mode
        if isinstance(answer, BackendError):
            about_the_request = isinstance(answer, BadRequestError | ServerError) and answer.status != 404
            if not about_the_request or mode == modes[-1]:
                raise answer
            tried[mode] = f"refused: {answer.reason}"
        elif mode == modes[-1] or _obeyed(answer, mode):
            return Probe(mode, {**tried, mode: "taken"})
        else:
            tried[mode] = f"not obeyed: {answer.text[:80]!r}"
    raise AssertionError("the last way is always taken")


def _obeyed(reply: Reply, mode: StructuredMode) -> bool:
    if reply.finish != "stop":
        return True  # it was taken; what was cut off cannot tell more
    try:
        value = json.loads(reply.text)
    except ValueError:
        return False
    return isinstance(value, dict) and (mode == "json_object" or value == {"word": _WORD})
