"""Asking a backend so that nothing is paid twice, lost, or sent when it should not be."""

from __future__ import annotations

import asyncio
import logging

from framing.backends import ModelBackend, Retries
from framing.errors import (
    AuthenticationError,
    BackendConnectionError,
    BackendError,
    BackendTimeoutError,
    BadRequestError,
    InputTooLongError,
    QuotaError,
    RetryableError,
    ServerError,
    UsageError,
)
from framing.messages import Reply, Request, Usage
from framing.runs.budget import Bound, Budget, bound_of
from framing.runs.gate import Gate, Stopped
from framing.runs.store import Store

__all__ = ["Asker"]

_log = logging.getLogger("framing.runs")

_PATIENCE = 20
"""So many requests in a row that end without an answer, retries and all, mean that the server is down."""
_GLANCE = 0.05
_FIRST_RATIO = 0.3
"""Tokens a byte of English prompts, until the server has counted some."""
_FIRST_OUTPUT = 600


class Asker:
    """A ModelBackend in front of `backend`: the store first, then the gate and the budget, then the backend.

    A reply is in the store before anybody reads it; errors are not stored. Of two equal requests at the same time
    one is sent. A request that failed waits for its next attempt outside the gate. What no retry can heal (key,
    quota, a request that the server calls wrong, a server that is down) stops the run: `error` says why, and
    Stopped is raised from then on. `stopped` says in words why no more is sent, None while it is.
    """

    def __init__(
        self, backend: ModelBackend, store: Store, gate: Gate, budget: Budget, *, retries: Retries, sample: int
    ) -> None:
        self.address = backend.address
        self.error: BackendError | None = None
        self.stopped: str | None = None
        self.asked = 0
        self.usage = Usage()
        self._backend, self._store, self._gate, self._budget = backend, store, gate, budget
        self._retries, self._sample = retries, sample
        self._asking: dict[str, asyncio.Future[Reply]] = {}
        self._unanswered = 0
        self._seen_bytes = 0

    def stop(self, why: str) -> None:
        """Send nothing more."""
        self.stopped = self.stopped or why
        self._gate.stop.set()

    async def acomplete(self, request: Request) -> Reply:
        """The reply; raises the backend's error when no retry is left, Stopped when the run is over."""
        key = request.key(self.address, sample=self._sample)
        known = self._store.reply(key)
        if known is not None:
            return known
        if key in self._asking:
            return await asyncio.shield(self._asking[key])
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asking[key] = future
        try:
            reply = await self._persistent(key, request)
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError):
                future.cancel()
            else:
                future.set_exception(error)
                future.exception()  # whoever waits gets it; nobody needs to
            raise
        finally:
            del self._asking[key]
        future.set_result(reply)
        return reply

    # --- Retries ----------------------------------------------------------------------------------------

    async def _persistent(self, key: str, request: Request) -> Reply:
        bound = bound_of(request)
        attempt, waited = 1, 0.0
        while True:
            try:
                return await self._once(key, request, bound)
            except BackendError as error:
                pause = self._pause(error, attempt, waited)
            await self._gate.sleep(pause)
            attempt, waited = attempt + 1, waited + pause

    def _pause(self, error: BackendError, attempt: int, waited: float) -> float:
        """Seconds until the next attempt; raises `error`, or Stopped, where there is none."""
        pause = self._retries.pause_after(error, attempt=attempt, waited=waited)
        if isinstance(error, RetryableError) and error.retry_after and pause is not None:
            self._gate.hold(error.retry_after)
        if pause is not None:
            _log.info("%s; asked again in %.1f s", error, pause)
            return pause
        self._unanswered += 1
        if self._fatal(error):
            self.error = self.error or error
            self.stop(str(error))
            raise Stopped from error
        raise error

    def _fatal(self, error: BackendError) -> bool:
        if isinstance(error, InputTooLongError):
            return False
        if isinstance(error, AuthenticationError | QuotaError | BadRequestError):
            return True
        return self.asked == 0 or self._unanswered >= _PATIENCE

    # --- One attempt ------------------------------------------------------------------------------------

    async def _once(self, key: str, request: Request, bound: Bound) -> Reply:
        expected = self._expected(bound)
        await self._gate.enter(expected)
        try:
            await self._reserve(bound)
            sent = self._store.sending(bound.input_tokens, bound.output_tokens or 0)
            reply = await self._sent(sent, request, bound)
            self._store.answered(sent, key, reply)
            self._settle(bound, reply.usage, expected)
        finally:
            self._gate.leave()
        await self._store.kept()
        return reply

    async def _sent(self, sent: int, request: Request, bound: Bound) -> Reply:
        try:
            await self._store.kept()
            return await self._backend.acomplete(request)
        except BaseException as error:
            self._settle_failure(sent, bound, error)
            raise
        finally:
            self._gate.saw(getattr(self._backend, "limits", None))

    async def _reserve(self, bound: Bound) -> None:
        while not self._budget.fits(bound):
            if self._budget.idle or self._budget.requests_used_up:
                self.stop(self._budget.told())
                raise Stopped
            await self._gate.sleep(_GLANCE)
        self._budget.reserve(bound)

    def _settle(self, bound: Bound, usage: Usage, expected: float) -> None:
        self._budget.settle(bound, usage)
        self._gate.used(usage.input_tokens + usage.output_tokens - expected)
        self._unanswered = 0
        self.asked += 1
        self.usage += usage
        self._seen_bytes += bound.input_tokens

    def _settle_failure(self, sent: int, bound: Bound, error: BaseException) -> None:
        """A refused request costs nothing; for one that broke off, all that it can have cost is counted."""
        lost = isinstance(error, BackendTimeoutError | BackendConnectionError) or not isinstance(
            error, BackendError
        )
        lost = lost or (isinstance(error, ServerError) and error.status == 200)
        used = Usage(bound.input_tokens, bound.output_tokens or 0) if lost else Usage()
        self._budget.settle(bound, used)
        self._store.refused(sent, lost=lost)

    def _expected(self, bound: Bound) -> float:
        """About how many tokens a request will use, by what the server counted so far."""
        if not self._seen_bytes or not self.usage.input_tokens:
            return bound.input_tokens * _FIRST_RATIO + _FIRST_OUTPUT
        ratio = self.usage.input_tokens / self._seen_bytes
        return bound.input_tokens * ratio + self.usage.output_tokens / self.asked

    # --- The rest of a backend --------------------------------------------------------------------------

    def complete(self, request: Request) -> Reply:
        """Always raises UsageError: a run asks asynchronously only."""
        raise UsageError("a corpus run asks asynchronously only: await acomplete")

    def close(self) -> None:
        """Nothing is held open here."""

    async def aclose(self) -> None:
        await self._backend.aclose()
