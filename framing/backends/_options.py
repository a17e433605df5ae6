"""How to ask a server, apart from what to ask it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from framing.errors import RetryableError, UsageError

__all__ = ["BackendOptions", "Retries", "Structured", "StructuredMode"]

StructuredMode = Literal["json_schema", "json_object_schema", "json_object", "none"]
"""How a server is told the schema of the answer, the strictest way first."""
Structured = StructuredMode | Literal["auto"]
"""A way, or `auto`: the first that the server takes, found out by a small request before a corpus run."""


@dataclass(frozen=True, slots=True)
class Retries:
    """When a request that failed is sent again.

    attempts: how often a request is sent at most; 1 means that nothing is retried.
    first_wait, longest_wait: seconds before the second attempt, and the most between two; in between the pause
        doubles each time. Half of it is random, so that clients that failed together do not return together.
    longest_retry_after: the longest pause, in seconds, that is granted to a server that asks for one
        (Retry-After); where it asks for more the error is raised at once.
    budget: seconds that one request may spend waiting, all pauses together.
    """

    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_retry_after: float = 900.0
    budget: float = 1800.0

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise UsageError(f"attempts must be at least 1 (1 retries nothing), not {self.attempts!r}")

    def pause_after(self, error: Exception, *, attempt: int, waited: float = 0.0) -> float | None:
        """Seconds to wait after the `attempt`-th attempt (1, 2, …) ended in `error`; None: it is final.

        `waited` is what earlier pauses took. The pause is never less than the server asked for, and then a little
        more, so that those who were all told the same do not return together.
        """
        if not isinstance(error, RetryableError) or attempt >= self.attempts:
            return None
        asked = error.retry_after
        exponential = min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 62))
        jittered = exponential * (1 + random.random()) / 2
        pause = jittered if asked is None else max(0.0, asked) + jittered / 4
        too_long = (asked or 0.0) > self.longest_retry_after or waited + pause > self.budget
        return None if too_long else pause


NO_RETRIES = Retries(attempts=1)


@dataclass(frozen=True, slots=True)
class BackendOptions:
    """How a server is spoken to.

    api: the endpoint, `/chat/completions` or `/responses`.
    structured: how the schema is handed over: `json_schema` (strict structured output), `json_object_schema`
        (the schema beside the type `json_object`, as llama.cpp's server takes it), `json_object` (the server
        promises JSON of any shape), or `none` (nothing but the prompt asks for JSON). `auto` must be settled
        before anything is asked: a corpus run does so once and stays with it; `framing.backends.settled` for others.
    max_tokens_field: what the server calls the limit on output tokens; None: `max_completion_tokens` on
        api.openai.com, whose newer models refuse the older `max_tokens`, which all other servers know.
    timeout: seconds without a byte from the server before a request counts as lost.
    concurrency: how many requests at most are open at once (it sizes the connection pool).
    headers, query: sent with every request (Azure-style servers want `{"api-version": …}` in the query).
    transport: what carries asynchronous requests: `aiohttp` (needs openai[aiohttp]; a third of the CPU), or
        `httpx`, by the OpenAI SDK. `auto` takes aiohttp where it is installed.
    """

    api: Literal["chat", "responses"] = "chat"
    structured: Structured = "json_schema"
    max_tokens_field: Literal["max_completion_tokens", "max_tokens"] | None = None
    timeout: float = 300.0
    concurrency: int = 64
    retries: Retries = field(default_factory=Retries)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    transport: Literal["auto", "aiohttp", "httpx"] = "auto"
