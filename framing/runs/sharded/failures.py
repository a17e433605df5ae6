"""Errors on their way from a worker to the one who asked: the same class, with the same words."""

from __future__ import annotations

from typing import Any

import framing.errors
from framing.errors import BackendError, FramingError, InputError, RetryableError, UsageError

__all__ = ["pack", "unpack"]


def pack(error: FramingError) -> dict[str, Any]:
    """An error as plain values."""
    told: dict[str, Any] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, BackendError):
        told |= {"backend": error.backend, "reason": error.reason, "status": error.status}
    if isinstance(error, RetryableError):
        told["retry_after"] = error.retry_after
    if isinstance(error, InputError):
        told |= {"source": error.source, "reason": error.reason}
    return told


def unpack(told: dict[str, Any]) -> FramingError:
    """The error again; one with more than words to it, which is no backend's, comes as its nearest kind."""
    kind: type[FramingError] = getattr(framing.errors, told["kind"], FramingError)
    if issubclass(kind, RetryableError):
        return kind(told["backend"], told["reason"], status=told["status"], retry_after=told["retry_after"])
    if issubclass(kind, BackendError):
        return kind(told["backend"], told["reason"], status=told["status"])
    if issubclass(kind, InputError):
        return InputError(told["source"], told["reason"])
    return UsageError(told["text"]) if issubclass(kind, UsageError) else FramingError(told["text"])
