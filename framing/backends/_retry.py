"""Sending again, by tenacity, what failed for a reason that passes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from framing.backends._options import Retries
from framing.errors import RetryableError

if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["acall", "call"]

_log = logging.getLogger("framing.backends")

T = TypeVar("T")


def call(attempt: Callable[[], T], policy: Retries) -> T:
    """The result of `attempt`, called again as `policy` allows; the last error is raised as it is."""
    try:
        return attempt()
    except RetryableError as error:
        if policy.attempts == 1:
            raise
        failed = [error]
    from tenacity import Retrying

    def again() -> T:
        if failed:
            raise failed.pop()
        return attempt()

    rules = _Rules(policy)
    return Retrying(sleep=_sleep, stop=rules.stop, wait=rules.wait, retry=rules.again, reraise=True)(again)


async def acall(attempt: Callable[[], Awaitable[T]], policy: Retries) -> T:
    """`call` for a coroutine function."""
    # Nearly every request goes well, and tenacity costs a tenth of what a request costs: it is shown the
    # first failure where there is one.
    try:
        return await attempt()
    except RetryableError as error:
        if policy.attempts == 1:
            raise
        failed = [error]
    from tenacity import AsyncRetrying

    async def again() -> T:
        if failed:
            raise failed.pop()
        return await attempt()

    rules = _Rules(policy)
    # One controller a call: tenacity keeps the state of a call in the controller.
    controller = AsyncRetrying(sleep=_asleep, stop=rules.stop, wait=rules.wait, retry=rules.again, reraise=True)
    return await controller(again)


class _Rules:
    """A Retries policy in tenacity's terms: its decision is taken where tenacity asks how long to wait."""

    def __init__(self, policy: Retries) -> None:
        self._policy = policy
        self._pause: float | None = None

    def again(self, state: RetryCallState) -> bool:
        return isinstance(_error(state), RetryableError)

    def wait(self, state: RetryCallState) -> float:
        error = _error(state)
        assert isinstance(error, RetryableError)
        self._pause = self._policy.pause_after(error, attempt=state.attempt_number, waited=state.idle_for)
        if self._pause is not None:
            _log.info("%s; asked again in %.1f s", error, self._pause)
        return self._pause or 0.0

    def stop(self, state: RetryCallState) -> bool:
        return self._pause is None


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


async def _asleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
