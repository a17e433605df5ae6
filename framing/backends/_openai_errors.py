"""What a failed request means, in this library's own terms."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from email.utils import mktime_tz, parsedate_tz
from typing import Any

from framing.errors import (
    AuthenticationError,
    BackendConnectionError,
    BackendError,
    BackendTimeoutError,
    BadRequestError,
    InputTooLongError,
    QuotaError,
    RateLimitError,
    ServerError,
)

__all__ = [
    "Filtered",
    "RateLimits",
    "broken_connection",
    "duration",
    "error_of_answer",
    "error_of_body",
    "error_of_status",
    "retry_after",
    "shown",
]

_NO_MONEY = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_FILTERED = {"content_filter", "content_policy_violation"}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length"}
_TOO_LONG_WORDS = re.compile(
    r"^Request too large|maximum context length|exceeds? the (?:available )?context", re.I
)
_WRONG_REQUEST_WORDS = re.compile(
    r"response_format|json_schema|\bInput should be\b|\bvalidation error|\b(?:literal|missing|value|type)_error\b|"
    r"\b(?:invalid|unsupported|unknown|unrecognized) (?:request|parameter|value|field|argument|grammar|schema)\b",
    re.I,
)
"""Some servers, llama-cpp-python's among them, say with status 500 that the request is wrong."""
_KEY = re.compile(r"\b(sk|pk|key)-[\w*.-]{4,}")
_LONGEST_REASON = 500


class Filtered(BadRequestError):
    """The server refuses to show this request to the model: a fact about the article, not about the run."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What a server said it still allows (its `x-ratelimit-…` headers); a field is None where it did not say.

    `limit_…` and `remaining_…` are counts a minute, `reset_…` the seconds until all of them may be used again.
    """

    limit_requests: int | None = None
    limit_tokens: int | None = None
    remaining_requests: int | None = None
    remaining_tokens: int | None = None
    reset_requests: float | None = None
    reset_tokens: float | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> RateLimits | None:
        """The limits that `headers` tell; None where they tell none."""
        found = [headers.get(name) for name in _LIMIT_HEADERS]
        if not any(found):
            return None
        return cls(*map(_count, found[:4]), *map(duration, found[4:]))


_LIMIT_HEADERS = tuple(f"x-ratelimit-{field.name.replace('_', '-')}" for field in fields(RateLimits))


def error_of_body(data: Any, address: str, secrets: Iterable[str]) -> BackendError | None:
    """The error that some gateways send with status 200 in the body; None where `data` is none."""
    if not isinstance(data, dict) or not isinstance(data.get("error"), dict) or data.get("choices"):
        return None
    code = data["error"].get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return _error(address, status, data["error"], {}, secrets)


def error_of_status(status: int, data: Any, address: str) -> BackendError:
    """The error that a status and the body that came with it mean."""
    body = data if isinstance(data, dict) else {}
    nested = body.get("error")
    return _error(address, status, nested if isinstance(nested, dict) else body, {}, ())


def error_of_answer(
    status: int, headers: Mapping[str, str], content: bytes, address: str, secrets: Iterable[str]
) -> BackendError:
    """The error that an answer of another status than 2xx means."""
    try:
        data = json.loads(content)
    except ValueError:
        data = content.decode("utf-8", "replace")
    if 300 <= status < 400:
        place = f"the server sends elsewhere, to {headers.get('location')!r}: give the final address as base URL"
        return BadRequestError(address, shown(f"HTTP {status}: {place}", secrets), status=status)
    body = data if isinstance(data, dict) else {"message": str(data)}
    nested = body.get("error")
    details = nested if isinstance(nested, dict) else body
    if not isinstance(details.get("message"), str):
        details = {**details, "message": nested if isinstance(nested, str) else json.dumps(data)}
    return _error(address, status, details, headers, secrets)


def broken_connection(error: BaseException, address: str, secrets: Iterable[str]) -> BackendConnectionError:
    """The error of a connection that was not made, or broke."""
    return BackendConnectionError(address, shown(f"no connection, or it broke: {_root(error)}", secrets))


def _error(
    address: str, status: int, details: Mapping[str, Any], headers: Mapping[str, str], secrets: Iterable[str]
) -> BackendError:
    message = shown(str(details.get("message") or ""), secrets) or "no reason given"
    codes = {details.get("code"), details.get("type")}
    pause = retry_after(headers)
    said = f"HTTP {status}: {message}"
    if status == 402 or (status == 429 and codes & _NO_MONEY):
        return QuotaError(address, f"the account has no money left ({said})", status=status)
    if status == 400 and codes & _FILTERED:
        return Filtered(address, message, status=status)
    if status in (400, 413, 429) and (codes & _TOO_LONG or _TOO_LONG_WORDS.search(message)):
        return InputTooLongError(address, said, status=status)
    if status in (401, 403):
        return AuthenticationError(address, f"the server refuses the key ({said})", status=status)
    if status == 408:
        return BackendTimeoutError(address, said, status=status, retry_after=pause)
    if status == 429:
        return RateLimitError(address, said, status=status, retry_after=pause)
    if status == 500 and ("invalid_request_error" in codes or _WRONG_REQUEST_WORDS.search(message)):
        return BadRequestError(address, said + _hint(status, message), status=status)
    if status >= 500 or status in (409, 425):
        return ServerError(address, said, status=status, retry_after=pause)
    return BadRequestError(address, said + _hint(status, message), status=status)


def _hint(status: int, message: str) -> str:
    if "response_format" in message or "json_schema" in message:
        return "; a server without structured output is asked with structured='json_object' or 'none' ('auto' finds out)"
    return "; check the name of the model and the base URL" if status == 404 else ""


# --- What errors say ------------------------------------------------------------------------------------


def shown(message: str, secrets: Iterable[str]) -> str:
    """`message` on one line, not too long, and without anything that opens a door."""
    for secret in secrets:
        message = message.replace(secret, "…")
    line = " ".join(_KEY.sub(r"\1-…", message).split())
    return line if len(line) <= _LONGEST_REASON else line[:_LONGEST_REASON] + " …"


def _causes(error: BaseException) -> Iterable[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _root(error: BaseException) -> str:
    """The innermost cause that says anything: the outer ones say “Connection error.”"""
    said = [str(cause) for cause in _causes(error) if str(cause)]
    return said[-1] if said else type(error).__name__


# --- What headers say -----------------------------------------------------------------------------------


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait (Retry-After in seconds or as a date, RFC 9110 section 10.2.3).

    Where it does not say, but tells when its limits are full again, the longer of those that are used up.
    """
    if milliseconds := _seconds(headers.get("retry-after-ms")):
        return milliseconds / 1000
    said = headers.get("retry-after")
    if said is not None:
        seconds = _seconds(said)
        return _until(said) if seconds is None else seconds
    limits = RateLimits.of(headers)
    if limits is None:
        return None
    resets = (
        limits.reset_requests if limits.remaining_requests == 0 else None,
        limits.reset_tokens if limits.remaining_tokens == 0 else None,
    )
    return max((reset for reset in resets if reset is not None), default=None)


def _until(date: str) -> float | None:
    parsed = parsedate_tz(date)
    try:
        return max(0.0, mktime_tz(parsed) - time.time()) if parsed else None
    except (ValueError, OverflowError):
        return None


def _seconds(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}
_DURATION = re.compile(r"([\d.]+)(ms|s|m|h|d|)")


def duration(text: str | None) -> float | None:
    """Seconds in a duration as rate-limit headers write it: "1s", "6m0s", "20ms", "1h30m", "12"."""
    parts = _DURATION.findall(text or "")
    try:
        return sum(float(number) * _UNITS[unit] for number, unit in parts) if parts else None
    except ValueError:
        return None


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
