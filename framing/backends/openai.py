"""A model on any OpenAI-compatible server: api.openai.com, Azure, vLLM, llama.cpp, Ollama and their like.

What to post and how to read it is said in `_openai_wire`, what carries it in `_openai_carriers` and `_openai_sdk`.
Nothing is read from the environment but what every HTTP client reads (proxies and certificates, and not even
these for a server on this machine).
"""

from __future__ import annotations

import asyncio
import json
import threading
import weakref
from collections.abc import AsyncGenerator
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from framing._version import __version__
from framing.backends._openai_carriers import AiohttpCarrier, Answer, AsyncCarrier, Endpoint
from framing.backends._openai_errors import Filtered, RateLimits, error_of_answer, error_of_body
from framing.backends._openai_wire import wire_of
from framing.backends._options import BackendOptions
from framing.backends._retry import acall, call
from framing.errors import AuthenticationError, BackendConnectionError, MissingDependencyError, UsageError
from framing.messages import Reply, Request, Usage

if TYPE_CHECKING:
    from framing.backends._openai_sdk import SdkCarrier

__all__ = ["OFFICIAL_URL", "OpenAI", "RateLimits"]

OFFICIAL_URL = "https://api.openai.com/v1"
_NEWER_NAMES = ("api.openai.com", ".openai.azure.com")


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
        host = urlsplit(self._url).hostname or ""
        self._wire = wire_of(model, self.address, self._options, official=host.endswith(_NEWER_NAMES))
        self._secrets = tuple(s for s in (api_key, *self._options.headers.values()) if s and len(s) > 3)
        self._endpoint = Endpoint(
            self.address,
            self._url,
            self._wire.path,
            self._options.query,
            _headers(api_key or "none", self._options),
            self._options.timeout,
            self._options.concurrency,
            local=host in ("localhost", "127.0.0.1", "::1"),
            secrets=self._secrets,
        )
        self._carrier: SdkCarrier | None = None
        self._creating = threading.Lock()
        self._sessions: dict[asyncio.AbstractEventLoop, tuple[AsyncCarrier, AsyncGenerator[None]]] = {}

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
        carrier = self._sync_carrier()
        try:
            return call(lambda: self._reply(carrier.post(body)), self._options.retries)
        except Filtered as error:
            return _filtered(error)

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""
        body = self._wire.body(request)
        carrier = await self._async_carrier()

        async def attempt() -> Reply:
            return self._reply(await carrier.post(body))

        try:
            return await acall(attempt, self._options.retries)
        except Filtered as error:
            return _filtered(error)

    def close(self) -> None:
        """Close the connections that `complete` holds open."""
        with self._creating:
            carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.close()

    async def aclose(self) -> None:
        """Close the connections that `acomplete` holds open in the running event loop."""
        session = self._sessions.get(asyncio.get_running_loop())
        if session is not None:
            await session[1].aclose()

    def _reply(self, answer: Answer) -> Reply:
        status, content = answer.status, answer.content
        self.limits = RateLimits.of(answer.headers) or self.limits
        if not 200 <= status < 300:
            raise error_of_answer(status, answer.headers, content, self.address, self._secrets)
        try:
            data = json.loads(content)
        except ValueError:
            reason = f"the answer broke off or is not JSON ({len(content)} bytes)"
            if content.lstrip()[:1] == b"<":
                reason = "the answer is a web page, not JSON; check the base URL (it often ends in /v1)"
            raise BackendConnectionError(self.address, reason, status=status) from None
        if error := error_of_body(data, self.address, self._secrets):
            raise error
        return self._wire.reply(data)

    # --- Carriers -----------------------------------------------------------------------------------------

    def _sync_carrier(self) -> SdkCarrier:
        from framing.backends._openai_sdk import SdkCarrier

        with self._creating:
            if self._carrier is None:
                self._carrier = SdkCarrier(self._endpoint)
                weakref.finalize(self, self._carrier.close)
            return self._carrier

    async def _async_carrier(self) -> AsyncCarrier:
        """The carrier of the running event loop; connections cannot move from one loop to another."""
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            carrier = self._new_async_carrier()
            session = self._session(loop, carrier)
            self._sessions[loop] = (carrier, session)
            await anext(session)
        return self._sessions[loop][0]

    def _new_async_carrier(self) -> AsyncCarrier:
        transport = self._options.transport
        if transport != "httpx" and find_spec("aiohttp") is not None:
            return AiohttpCarrier(self._endpoint)
        if transport == "aiohttp":
            raise MissingDependencyError("the aiohttp transport", "openai[aiohttp]")
        from framing.backends._openai_sdk import SdkAsyncCarrier

        return SdkAsyncCarrier(self._endpoint)

    async def _session(self, loop: asyncio.AbstractEventLoop, carrier: AsyncCarrier) -> AsyncGenerator[None]:
        """Closes `carrier` at the latest when its event loop ends: `asyncio.run` closes the generators it knows."""
        try:
            yield
        finally:
            del self._sessions[loop]
            await carrier.aclose()


def _headers(api_key: str, options: BackendOptions) -> dict[str, str]:
    return {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": f"framing-toolkit/{__version__}",
        "Authorization": f"Bearer {api_key}",
        **options.headers,
    }


def _filtered(error: Filtered) -> Reply:
    return Reply(error.reason, finish="content_filter", usage=Usage(requests=1))


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"not the address of a server: {base_url!r}; it looks like 'http://localhost:8000/v1'")
    if parts.query:
        raise UsageError(f"the query of {base_url!r} goes into the options: query={{'name': 'value'}}")
    return base_url
