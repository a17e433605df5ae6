"""As much of HTTP/1.1 as a test server needs: keep-alive, one request at a time on a connection."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

__all__ = ["Connection", "Received", "encoded"]

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Received:
    """A request as the server received it; header names are lower-case.

    `attempt` counts how often this very body has come (1, 2, …); `time` is the event loop's clock, in seconds.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    attempt: int = 1
    time: float = 0.0

    @cached_property
    def json(self) -> Any:
        """The body as JSON; None where there is none. Raises ValueError where it is something else."""
        return json.loads(self.body) if self.body else None


def encoded(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole HTTP response."""
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unknown')}", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Connection(asyncio.Protocol):
    """One client's connection; `handle` is called with each request and answers through `respond` or `reset`."""

    transport: asyncio.Transport

    def __init__(self, handle: Callable[[Received, Connection], None], connections: set[Connection]) -> None:
        self._handle, self._connections = handle, connections
        self._buffer = bytearray()
        self._head: tuple[str, str, dict[str, str]] | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._take()

    def respond(self, response: bytes) -> None:
        """Send a whole response and take the next request."""
        if self.transport.is_closing():
            return
        self.transport.write(response)
        self._busy = False
        self._take()

    def reset(self, beginning: bytes = b"") -> None:
        """Send `beginning`, then break the connection (TCP RST)."""
        self.transport.write(beginning)
        sock: socket.socket = self.transport.get_extra_info("socket")
        if beginning:
            # A reset discards what the client has not read yet: give it the time to read.
            asyncio.get_running_loop().call_later(0.05, _break, self.transport, sock)
        else:
            _break(self.transport, sock)

    def _take(self) -> None:
        if self._busy:
            return
        if self._head is None and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            self._head = _parsed(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
        if self._head is None:
            return
        method, path, headers = self._head
        length = int(headers.get("content-length", 0))
        if len(self._buffer) < length:
            return
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._head, self._busy = None, True
        self._handle(Received(method, path, headers, body), self)


def _parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    return method, path, {name.lower(): value.strip() for name, _, value in pairs}


def _break(transport: asyncio.Transport, sock: socket.socket) -> None:
    if not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
