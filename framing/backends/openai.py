"""A model on any OpenAI-compatible server: api.openai.com, Azure, vLLM, llama.cpp, Ollama and their like.

The SDK carries the request; what it would do beyond that is done here instead. Retries, because its own ignore
a Retry-After above two minutes. Reading the answer, because its helpers lose a truncated one with its usage.
Headers, because it would take some from the environment: nothing is read there but what every HTTP client reads
(proxies and certificates, and not even these for a server on this machine).
"""

from __future__ import annotations

import asyncio
import json
import threading
import weakref
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from framing._version import __version__
from framing.backends._openai_errors import Filtered, RateLimits, error_of_body, translated
from framing.backends._openai_wire import wire_of
from framing.backends._options import BackendOptions
from framing.backends._retry import acall, call
from framing.errors import (
    AuthenticationError,
    BackendConnectionError,
    MissingDependencyError,
    UsageError,
)
from framing.messages import Reply, Request, Usage

__all__ = ["OFFICIAL_URL", "OpenAI", "RateLimits"]

OFFICIAL_URL = "https://api.openai.com/v1"
_NEWER_NAMES = ("api.openai.com", ".openai.azure.com")
_CONNECT_TIMEOUT = 10.0
_KEEP_ALIVE = 30.0


class OpenAI:
    """A ModelBackend for `model` on the server at `base_url`.

    The official server wants a key; others are asked without one where none is given. `limits` is what the
    server last said about its rate limits, None until it says something.
    Raises AuthenticationError without a key for the official server, UsageError for a `base_url` that is none.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        options: BackendOptions | None = None,
    ) -> None:
        self.address = f"openai:{model}"
        self.limits: RateLimits | None = None
        self._model, self._given_url, self._given_key = model, base_url, api_key
        self._url = _checked(base_url or OFFICIAL_URL)
        self._options = options or BackendOptions()
        if not api_key and not base_url:
            reason = "no key; pass api_key, or set OPENAI_API_KEY for the command `framing`"
            raise AuthenticationError(self.address, reason)
        self._api_key = api_key or "none"
        host = urlsplit(self._url).hostname or ""
        self._local = host in ("localhost", "127.0.0.1", "::1")
        self._wire = wire_of(model, self.address, self._options, official=host.endswith(_NEWER_NAMES))
        self._endpoint = self._url.rstrip("/") + self._wire.path
        self._secrets = tuple(s for s in (api_key, *self._options.headers.values()) if s and len(s) > 3)
        self._client: openai.OpenAI | None = None
        self._creating = threading.Lock()
        self._sessions: dict[asyncio.AbstractEventLoop, tuple[openai.AsyncOpenAI, AsyncGenerator[None]]] = {}

    @classmethod
    def from_address(
        cls, model: str, *, base_url: str | None, api_key: str | None, options: BackendOptions
    ) -> OpenAI:
        """The model that `openai:MODEL` names."""
        return cls(model, base_url=base_url, api_key=api_key, options=options)

    @property
    def options(self) -> BackendOptions:
        """How the server is spoken to."""
        return self._options

    @property
    def url(self) -> str:
        """The base URL, without a user or password that may stand in it."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def with_options(self, options: BackendOptions) -> OpenAI:
        """The same model on the same server, spoken to in another way; shares no connection with this one."""
        return OpenAI(self._model, base_url=self._given_url, api_key=self._given_key, options=options)

    def __reduce__(self) -> Any:
        """For other processes: the same model on the same server, with connections of its own."""
        again = partial(OpenAI, base_url=self._given_url, api_key=self._given_key, options=self._options)
        return again, (self._model,)

    def __repr__(self) -> str:
        return f"<OpenAI {self.address!r} at {self.url}>"

    def complete(self, request: Request) -> Reply:
        """The model's answer; raises a BackendError where the policy of retries has come to its end."""
        body = self._wire.body(request)
        client = self._sync_client()

        def attempt() -> Reply:
            with self._translating():
                response = client.post(self._endpoint, content=body, cast_to=httpx2.Response)
            return self._reply(response)

        try:
            return call(attempt, self._options.retries)
        except Filtered as error:
            return _filtered(error)

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""
        body = self._wire.body(request)
        client = await self._async_client()

        async def attempt() -> Reply:
            with self._translating():
                response = await client.post(self._endpoint, content=body, cast_to=httpx2.Response)
            return self._reply(response)

        try:
            return await acall(attempt, self._options.retries)
        except Filtered as error:
            return _filtered(error)

    def close(self) -> None:
        """Close the connections that `complete` holds open."""
        with self._creating:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections that `acomplete` holds open in the running event loop."""
        session = self._sessions.get(asyncio.get_running_loop())
        if session is not None:
            await session[1].aclose()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if isinstance(error, openai.APIStatusError):
                self.limits = RateLimits.of(error.response.headers) or self.limits
            meant = translated(error, self.address, self._secrets)
            if meant is error:
                raise
            # The SDK's errors carry the request with its key: they are not shown as the cause.
            raise meant from None

    def _reply(self, response: httpx2.Response) -> Reply:
        self.limits = RateLimits.of(response.headers) or self.limits
        try:
            data = json.loads(response.content)
        except ValueError:
            reason = f"the answer broke off or is not JSON ({len(response.content)} bytes)"
            raise BackendConnectionError(self.address, reason, status=response.status_code) from None
        if error := error_of_body(data, self.address, self._secrets):
            raise error
        return self._wire.reply(data)

    # --- Clients ------------------------------------------------------------------------------------------

    def _sync_client(self) -> openai.OpenAI:
        with self._creating:
            if self._client is None:
                carrier = openai.DefaultHttpxClient(limits=self._pool(), trust_env=not self._local)
                weakref.finalize(self, carrier.close)
                self._client = _Client(http_client=carrier, **self._client_options())
                self._client.sent_headers = self._headers()
            return self._client

    async def _async_client(self) -> openai.AsyncOpenAI:
        """The client of the running event loop; connections cannot move from one loop to another."""
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            kind = openai.DefaultAioHttpClient if self._takes_aiohttp() else openai.DefaultAsyncHttpxClient
            carrier = kind(limits=self._pool(), trust_env=not self._local)
            client = _AsyncClient(http_client=carrier, **self._client_options())
            client.sent_headers = self._headers()
            session = self._session(loop, client)
            self._sessions[loop] = (client, session)
            await anext(session)
        return self._sessions[loop][0]

    async def _session(self, loop: asyncio.AbstractEventLoop, client: openai.AsyncOpenAI) -> AsyncGenerator[None]:
        """Closes `client` at the latest when its event loop ends: `asyncio.run` closes the generators it knows."""
        try:
            yield
        finally:
            del self._sessions[loop]
            await client.close()

    def _client_options(self) -> Mapping[str, Any]:
        return {
            "api_key": self._api_key,
            "base_url": self._url,
            "default_query": dict(self._options.query),
            "max_retries": 0,
            # A request that waits for a free connection is not late yet.
            "timeout": httpx2.Timeout(self._options.timeout, connect=_CONNECT_TIMEOUT, pool=None),
        }

    def _headers(self) -> dict[str, str | openai.Omit]:
        return {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"framing-toolkit/{__version__}",
            "Authorization": f"Bearer {self._api_key}",
            **self._options.headers,
        }

    def _pool(self) -> httpx2.Limits:
        size = self._options.concurrency
        return httpx2.Limits(max_connections=size, max_keepalive_connections=size, keepalive_expiry=_KEEP_ALIVE)

    def _takes_aiohttp(self) -> bool:
        installed = find_spec("aiohttp") is not None
        if self._options.transport == "aiohttp" and not installed:
            raise MissingDependencyError("the aiohttp transport", "openai[aiohttp]")
        return installed and self._options.transport != "httpx"


class _Client(openai.OpenAI):
    """The SDK's client with the headers it is given and no others."""

    sent_headers: dict[str, str | openai.Omit]

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        return self.sent_headers


class _AsyncClient(openai.AsyncOpenAI):
    """The same, asynchronous."""

    sent_headers: dict[str, str | openai.Omit]

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        return self.sent_headers


def _filtered(error: Filtered) -> Reply:
    return Reply(error.reason, finish="content_filter", usage=Usage(requests=1))


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"not the address of a server: {base_url!r}; it looks like 'http://localhost:8000/v1'")
    if parts.query:
        raise UsageError(f"the query of {base_url!r} goes into the options: query={{'name': 'value'}}")
    return base_url
