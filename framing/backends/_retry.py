"""Sending again, by tenacity, what failed for a reason that passes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from framing.backends._options import Retries
from framing.errors import RetryableError

if TYPE_CHECKING:
    from tenacity import RetryCallState

__all__ = ["acall", "call", "pause"]

T = TypeVar("T")


def call(attempt: Callable[[], T], policy: Retries) -> T:
    """The result of `attempt`, called again as `policy` allows; the last error is raised as it is."""
    if policy.attempts == 1:
        return attempt()
    from tenacity import Retrying

    rules = _Rules(policy)
    return Retrying(sleep=_sleep, stop=rules.stop, wait=rules.wait, retry=rules.again, reraise=True)(attempt)


async def acall(attempt: Callable[[], Awaitable[T]], policy: Retries) -> T:
    """`call` for a coroutine function."""
    if policy.attempts == 1:
        return await attempt()
    from tenacity import AsyncRetrying

    rules = _Rules(policy)
    # One controller a call: tenacity keeps the state of a call in the controller.
    controller = AsyncRetrying(sleep=_asleep, stop=rules.stop, wait=rules.wait, retry=rules.again, reraise=True)
    return await controller(attempt)


def pause(policy: Retries, attempt: int, retry_after: float | None) -> float:
    """Seconds to wait after the `attempt`-th attempt (1, 2, …) failed.

    Exponential with half of it random; never less than the server asked for, and then a little more, so that
    those who were all told the same do not return together.
    """
    exponential = min(policy.longest_wait, policy.first_wait * 2.0 ** min(attempt - 1, 62))
    jittered = exponential * (1 + random.random()) / 2
    if retry_after is None:
        return jittered
    return max(0.0, retry_after) + jittered / 4


class _Rules:
    """A Retries policy in tenacity's terms."""

    __slots__ = ("policy",)

    def __init__(self, policy: Retries) -> None:
        self.policy = policy

    def again(self, state: RetryCallState) -> bool:
        error = _error(state)
        if not isinstance(error, RetryableError):
            return False
        return (error.retry_after or 0) <= self.policy.longest_retry_after

    def wait(self, state: RetryCallState) -> float:
        error = _error(state)
        asked = error.retry_after if isinstance(error, RetryableError) else None
        return pause(self.policy, state.attempt_number, asked)

    def stop(self, state: RetryCallState) -> bool:
        if state.attempt_number >= self.policy.attempts:
            return True
        return state.idle_for + state.upcoming_sleep > self.policy.budget


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


async def _asleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
