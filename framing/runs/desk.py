"""Whose turn it is to compute, while the network goes first."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

__all__ = ["Desk"]

_Queue = deque[asyncio.Future[None]]


class Desk:
    """One piece of work a turn of the event loop: between two pieces, what has come is taken in and what is ready is
    sent. So no answer waits for another one to be taken apart, and no free slot for more than one piece of work.

    Work that begins an article goes first while the gate is `hungry`, work that ends one goes first otherwise.
    """

    def __init__(self, hungry: Callable[[], bool]) -> None:
        self._hungry = hungry
        self._beginning: _Queue = deque()
        self._ending: _Queue = deque()
        self._granting = False

    async def turn(self, *, begins: bool) -> None:
        """Wait for a turn; it lasts until the caller awaits something else."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        (self._beginning if begins else self._ending).append(future)
        if not self._granting:
            self._granting = True
            loop.call_soon(self._grant, loop)
        await future

    def _grant(self, loop: asyncio.AbstractEventLoop) -> None:
        while queue := self._next():
            future = queue.popleft()
            if not future.done():  # a cancelled task waits no more
                future.set_result(None)
                loop.call_soon(self._grant, loop)
                return
        self._granting = False

    def _next(self) -> _Queue:
        if self._beginning and self._hungry():
            return self._beginning
        return self._ending or self._beginning
