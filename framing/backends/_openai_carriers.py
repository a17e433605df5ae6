"""What carries a request to a server and its answer back, whatever the answer is.

Requests are posted as bytes to one endpoint with headers that never change. All that a corpus run spends on a
request beyond that is the carrier's: over aiohttp itself it is a third of what the SDK takes over aiohttp
(benchmarks/client_cpu.py), so aiohttp carries asynchronous requests where it is installed, and the SDK all others.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

from framing.backends._openai_errors import broken_connection
from framing.errors import BackendTimeoutError

__all__ = ["CONNECT_TIMEOUT", "KEEP_ALIVE", "AiohttpCarrier", "Answer", "AsyncCarrier", "Endpoint"]

CONNECT_TIMEOUT = 10.0
KEEP_ALIVE = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, of any status. Names of headers are looked up in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to post, and how: `timeout` in seconds without a byte, `concurrency` connections at most.

    `local` servers are on this machine: no proxy stands before them. `secrets` are kept out of errors.
    """

    address: str
    base_url: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    timeout: float
    concurrency: int
    local: bool
    secrets: Iterable[str] = field(repr=False)


class AsyncCarrier(Protocol):
    """Carries requests in the event loop that it was made in. `post` raises BackendConnectionError and
    BackendTimeoutError where no answer comes."""

    async def post(self, body: bytes) -> Answer: ...

    async def aclose(self) -> None: ...


class AiohttpCarrier:
    """An AsyncCarrier over aiohttp alone. Redirects are answers: neither key nor article follows them elsewhere."""

    def __init__(self, endpoint: Endpoint) -> None:
        import aiohttp
        from yarl import URL

        self._endpoint = endpoint
        url, headers = _url(endpoint), _headers(endpoint)
        self._url = URL(url, encoded=True)
        self._failures = aiohttp.ClientError
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=endpoint.concurrency, keepalive_timeout=KEEP_ALIVE, ssl=_tls() if url[4] == "s" else True
            ),
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            # A request that waits for a free connection is not late yet.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=endpoint.timeout),
            proxy=None if endpoint.local else _proxy(url),
        )

    async def post(self, body: bytes) -> Answer:
        try:
            async with self._session.post(self._url, data=body, allow_redirects=False) as response:
                return Answer(response.status, response.headers, await response.read())
        except TimeoutError:
            raise BackendTimeoutError(self._endpoint.address, "no answer within the time allowed") from None
        except (self._failures, OSError) as error:
            # The cause may carry the request with its key: it is not shown.
            raise broken_connection(error, self._endpoint.address, self._endpoint.secrets) from None

    async def aclose(self) -> None:
        await self._session.close()


def _url(endpoint: Endpoint) -> str:
    parts = urlsplit(endpoint.base_url.rstrip("/") + endpoint.path)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=urlencode(endpoint.query)))


def _headers(endpoint: Endpoint) -> dict[str, str]:
    """The headers; a user and password in the URL are sent as such, instead of the key."""
    parts, headers = urlsplit(endpoint.base_url), dict(endpoint.headers)
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    return headers


def _proxy(url: str) -> str | None:
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _tls() -> ssl.SSLContext:
    import httpx2

    return httpx2.create_ssl_context()
