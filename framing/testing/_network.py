"""No connection leaves this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from framing.errors import FramingError

__all__ = ["NetworkRefusedError", "no_network"]


class NetworkRefusedError(FramingError):
    """Something tried to reach beyond loopback inside `no_network()`."""

    def __init__(self, host: object) -> None:
        super().__init__(f"the network is shut for this test; something tried to reach {host!r}")


@contextmanager
def no_network() -> Iterator[None]:
    """Inside, every attempt of this process to look up or reach a host beyond loopback raises NetworkRefusedError.

    It holds for everything that goes through Python's socket module, in all threads.
    """
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        _check(self, rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *args: Any, **named: Any) -> Any:
        _check_host(host)
        return getaddrinfo(host, *args, **named)

    with ExitStack() as patches:
        patches.enter_context(patch.object(socket.socket, "connect", guarded_connect))
        patches.enter_context(patch.object(socket.socket, "connect_ex", guarded_connect_ex))
        patches.enter_context(patch.object(socket.socket, "sendto", guarded_sendto))
        patches.enter_context(patch.object(socket, "getaddrinfo", guarded_getaddrinfo))
        yield


def _check(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        _check_host(address[0])


def _check_host(host: Any) -> None:
    if not is_loopback(host):
        raise NetworkRefusedError(host)


def is_loopback(host: Any) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        return False
