"""Requests that the OpenAI SDK carries: the synchronous ones, and all where aiohttp is not installed.

Retries are not left to it, because its own ignore a Retry-After above two minutes; nor the reading of answers,
because its helpers lose a truncated one with its usage; nor headers, because it takes some from the environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2
import openai

from framing.backends._openai_carriers import CONNECT_TIMEOUT, KEEP_ALIVE, Answer, Endpoint
from framing.backends._openai_errors import broken_connection, error_of_answer, shown
from framing.errors import BackendTimeoutError, BadRequestError

__all__ = ["SdkAsyncCarrier", "SdkCarrier", "translated"]


class SdkCarrier:
    """Carries synchronous requests; errors as those of an AsyncCarrier."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        http = openai.DefaultHttpxClient(**_http_options(endpoint))
        self._client = _Client(http_client=http, **_client_options(endpoint))
        self._client.sent_headers = dict(endpoint.headers)
        self._url = endpoint.base_url.rstrip("/") + endpoint.path

    def post(self, body: bytes) -> Answer:
        try:
            with _translating(self._endpoint):
                return _answer(self._client.post(self._url, content=body, cast_to=httpx2.Response))
        except _AnsweredError as error:
            return error.answer

    def close(self) -> None:
        self._client.close()


class SdkAsyncCarrier:
    """An AsyncCarrier over httpx."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        http = openai.DefaultAsyncHttpxClient(**_http_options(endpoint))
        self._client = _AsyncClient(http_client=http, **_client_options(endpoint))
        self._client.sent_headers = dict(endpoint.headers)
        self._url = endpoint.base_url.rstrip("/") + endpoint.path

    async def post(self, body: bytes) -> Answer:
        try:
            with _translating(self._endpoint):
                return _answer(await self._client.post(self._url, content=body, cast_to=httpx2.Response))
        except _AnsweredError as error:
            return error.answer

    async def aclose(self) -> None:
        await self._client.close()


class _AnsweredError(Exception):
    """The server answered with an error; never leaves this module."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


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


def translated(error: Exception, address: str, secrets: Iterable[str]) -> Exception:
    """The BackendError that says what `error` (of the SDK or of what carries it) means; others as they are."""
    if isinstance(error, openai.APIStatusError):
        answer = _answer(error.response)
        return error_of_answer(answer.status, answer.headers, answer.content, address, secrets)
    if isinstance(error, openai.APITimeoutError):
        return BackendTimeoutError(address, "no answer within the time allowed")
    if isinstance(error, openai.APIConnectionError | OSError):
        return broken_connection(error, address, secrets)
    if isinstance(error, openai.OpenAIError):
        return BadRequestError(address, shown(str(error), secrets))
    return error


@contextmanager
def _translating(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except openai.APIStatusError as error:
        raise _AnsweredError(_answer(error.response)) from None
    except Exception as error:
        meant = translated(error, endpoint.address, endpoint.secrets)
        if meant is error:
            raise
        # The SDK's errors carry the request with its key: they are not shown as the cause.
        raise meant from None


def _answer(response: httpx2.Response) -> Answer:
    return Answer(response.status_code, response.headers, response.content)


def _client_options(endpoint: Endpoint) -> Mapping[str, Any]:
    return {
        "api_key": "none",  # the key is in the headers
        "base_url": endpoint.base_url,
        "default_query": dict(endpoint.query),
        "max_retries": 0,
        # A request that waits for a free connection is not late yet.
        "timeout": httpx2.Timeout(endpoint.timeout, connect=CONNECT_TIMEOUT, pool=None),
    }


def _http_options(endpoint: Endpoint) -> Mapping[str, Any]:
    size = endpoint.concurrency
    limits = httpx2.Limits(max_connections=size, max_keepalive_connections=size, keepalive_expiry=KEEP_ALIVE)
    # A redirect is an answer: neither key nor article follows it elsewhere.
    return {"limits": limits, "trust_env": not endpoint.local, "follow_redirects": False}
