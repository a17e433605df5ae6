"""An OpenAI-compatible server on loopback that is slow, refuses and fails on demand, and can be repeated."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from types import TracebackType
from typing import Any, Literal, Self

from framing.backends._faults import FaultKind, Faults, spoiled, uniform
from framing.testing._api import Canned, chat_completion, error, model_list, response
from framing.testing._batches import Batches
from framing.testing._http import Connection, Received, encoded

__all__ = ["FaultServer", "Stats", "http_date"]

Answer = str | Canned
_ENVELOPES: Mapping[str, Callable[[Mapping[str, Any], str, FaultKind | None], dict[str, Any]]] = {
    "/chat/completions": chat_completion,
    "/responses": response,
}
_DRIPS, _DRIP_PAUSE = 10, 0.02


@dataclass(slots=True)
class Stats:
    """What the server did: requests in all, the most at one time, and how many met each status and each fault."""

    requests: int = 0
    peak: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[FaultKind] = field(default_factory=Counter)


def http_date(seconds: float) -> str:
    """The time in `seconds` from now, as HTTP writes dates (whole seconds, rounded up)."""
    return formatdate(int(time.time() + seconds + 0.999), usegmt=True)


class FaultServer:
    """A server in a thread of its own, for `with`; it knows what the chat completions, responses, models, files
    and batches endpoints of the OpenAI API know, under `base_url`.

    answer: gives the model's text for a request (its JSON), or a `Canned` response; runs in the server's thread.
    faults: which attempts go wrong; a function of the seed, the body of the request and the number of the attempt.
    latency, jitter: seconds before an answer, and how much more at most, by a chance that repeats.
    retry_after, retry_after_as: what a 429 says (None: nothing), as seconds or as a date.
    requests_per_minute: a limit that is kept by 429, and told in `x-ratelimit-…` headers.
    keep_requests: False for runs of so many requests that keeping them would fill the memory.

    `requests` lists what came, in order; `stats` counts it. What `answer` raises is raised at the end of `with`.
    Of resets the odd attempts break in the middle of the body, the even ones before the first byte.
    """

    def __init__(
        self,
        answer: Callable[[Any], Answer],
        *,
        faults: Faults | None = None,
        latency: float = 0.0,
        jitter: float = 0.0,
        retry_after: float | None = 0.0,
        retry_after_as: Literal["seconds", "date"] = "seconds",
        requests_per_minute: int | None = None,
        keep_requests: bool = True,
    ) -> None:
        self.base_url = ""
        self.requests: list[Received] = []
        self.stats = Stats()
        self._answer, self._faults = answer, faults or Faults()
        self._latency, self._jitter = latency, jitter
        self._retry_after, self._retry_after_as = retry_after, retry_after_as
        self._limit, self._keep = requests_per_minute, keep_requests
        self._granted: deque[float] = deque()
        self._attempts: Counter[str] = Counter()
        self._batches = Batches(self._faults, self._completed)
        self._connections: set[Connection] = set()
        self._open = 0
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), name="FaultServer", daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        if exc is None and self._failure is not None:
            raise self._failure

    # --- Life of the thread ---------------------------------------------------------------------------

    def _serve(self, started: threading.Event) -> None:
        loop = self._loop
        listening = loop.run_until_complete(
            loop.create_server(lambda: Connection(self._handle, self._connections), "127.0.0.1", 0, backlog=4096)
        )
        self.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
        started.set()
        loop.run_forever()
        listening.close()
        for connection in tuple(self._connections):
            connection.transport.abort()
        # One turn of the loop, in which the transports close their sockets.
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    # --- A request --------------------------------------------------------------------------------------

    def _handle(self, received: Received, connection: Connection) -> None:
        key = hashlib.blake2b(received.body, digest_size=16).hexdigest()
        self._attempts[key] += 1
        received = replace(received, attempt=self._attempts[key], time=self._loop.time())
        if self._keep:
            self.requests.append(received)
        self.stats.requests += 1
        self._open += 1
        self.stats.peak = max(self.stats.peak, self._open)
        # Files and lists do not fail; what is in a batch has its faults there.
        asks = received.path.partition("?")[0].endswith(tuple(_ENVELOPES))
        fault = self._faults.draw(key, received.attempt) if asks else None
        if fault:
            self.stats.faults[fault] += 1
        delay = self._latency + self._jitter * uniform(self._faults.seed, f"latency {key}", received.attempt)
        if fault == "timeout":
            self._open -= 1
            return
        if delay and fault != "rate_limit":
            self._loop.call_later(delay, self._send, received, fault, connection)
        else:
            self._send(received, fault, connection)

    def _send(self, received: Received, fault: FaultKind | None, connection: Connection) -> None:
        self._open -= 1
        canned = self._answered(received, fault)
        body = canned.encoded_body()
        if fault == "broken":
            body = body[: len(body) // 2]
        self.stats.statuses[canned.status] += 1
        headers = {"content-type": "application/json", **self._limit_headers(), **canned.headers}
        data = encoded(canned.status, body, headers)
        if fault == "reset":
            in_mid_body = received.attempt % 2 == 1
            connection.reset(data[: len(data) - len(body) // 2] if in_mid_body else b"")
        elif fault == "drip":
            self._drip(data, connection)
        else:
            connection.respond(data)

    def _drip(self, data: bytes, connection: Connection) -> None:
        step = len(data) // _DRIPS + 1
        for number in range(_DRIPS - 1):
            piece = data[number * step : (number + 1) * step]
            self._loop.call_later(number * _DRIP_PAUSE, connection.transport.write, piece)
        self._loop.call_later(_DRIPS * _DRIP_PAUSE, connection.respond, data[(_DRIPS - 1) * step :])

    def _answered(self, received: Received, fault: FaultKind | None) -> Canned:
        path = received.path.partition("?")[0]
        if not self._within_limit():
            return self._rate_limited()
        try:
            if path.endswith("/models"):
                return Canned(200, model_list())
            return self._batches.handle(received) or self._completed(path, received.json, fault)
        except json.JSONDecodeError:
            return error(400, "The body of the request is not JSON.", code="invalid_request_error")

    def _completed(self, path: str, asked: Any, fault: FaultKind | None) -> Canned:
        """What the endpoint at `path` answers to one request, sent by itself or in a batch."""
        envelope = next((made for ending, made in _ENVELOPES.items() if path.endswith(ending)), None)
        if envelope is None:
            return error(404, f"There is nothing at {path!r}.", code="not_found")
        if fault == "server_error":
            return error(500, "The server had an error.", code="server_error")
        if fault == "rate_limit":
            return self._rate_limited()
        try:
            answer = self._answer(asked)
        except Exception as failure:
            self._failure = self._failure or failure
            return error(500, f"The test's answer function raised {failure!r}.", code="server_error")
        if isinstance(answer, Canned):
            return answer
        return Canned(200, envelope(asked, spoiled(answer, fault), fault))

    # --- Limits -----------------------------------------------------------------------------------------

    def _rate_limited(self) -> Canned:
        headers = {} if self._retry_after is None else {"retry-after": self._retry_after_text()}
        return error(429, "Rate limit reached.", code="rate_limit_exceeded", headers=headers)

    def _within_limit(self) -> bool:
        if self._limit is None:
            return True
        now = self._loop.time()
        while self._granted and self._granted[0] <= now - 60:
            self._granted.popleft()
        if len(self._granted) >= self._limit:
            return False
        self._granted.append(now)
        return True

    def _limit_headers(self) -> dict[str, str]:
        if self._limit is None:
            return {}
        reset = self._granted[0] + 60 - self._loop.time() if self._granted else 0.0
        return {
            "x-ratelimit-limit-requests": str(self._limit),
            "x-ratelimit-remaining-requests": str(self._limit - len(self._granted)),
            "x-ratelimit-reset-requests": f"{max(reset, 0):.3f}s",
        }

    def _retry_after_text(self) -> str:
        seconds = self._retry_after or 0.0
        return http_date(seconds) if self._retry_after_as == "date" else f"{seconds:g}"
