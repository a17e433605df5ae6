"""Everything that can go wrong, as one tree.

* FramingError
  + UsageError                  a call or command that cannot mean anything      (exit code 2)
    - UnknownNameError          no prompt, codebook or backend of that name
    - MissingDependencyError    an optional package is not installed
  + InputError                  an article cannot be read                        (exit code 3)
  + CodebookError               a codebook file has faults, each with its line   (exit code 2)
  + PromptError                 a prompt file has faults, each with its line     (exit code 2)
  + GoldError                   a gold file has faults, each with its line       (exit code 3)
  + SuiteError                  an evaluation suite has faults                   (exit code 3)
  + BackendError                the model could not be asked                     (exit code 4)
    - AuthenticationError       the key is missing or refused
    - QuotaError                the account has no money left
    - BadRequestError           the server calls the request wrong
      . InputTooLongError       the article is longer than the model can read
    - RetryableError            worth another try after a pause
      . RateLimitError
      . BackendTimeoutError
      . BackendConnectionError
      . ServerError
  + GroundingError              an Analysis does not fit its document

What a model *says* wrongly (not JSON, refused, truncated, an invented quotation) is never
raised: it becomes a `Problem` in the result, next to everything that was right.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "AuthenticationError",
    "BackendConnectionError",
    "BackendError",
    "BackendTimeoutError",
    "BadRequestError",
    "CodebookError",
    "Fault",
    "FramingError",
    "GoldError",
    "GroundingError",
    "InputError",
    "InputTooLongError",
    "MissingDependencyError",
    "PromptError",
    "QuotaError",
    "RateLimitError",
    "RetryableError",
    "ServerError",
    "SuiteError",
    "UnknownNameError",
    "UsageError",
]


class FramingError(Exception):
    """Base of every exception this library raises on purpose; its text says what to do next."""

    exit_code = 1


class UsageError(FramingError):
    """The call or command cannot mean anything as it stands."""

    exit_code = 2


class UnknownNameError(UsageError):
    """No `what` (prompt, codebook, backend …) is called `name`; `known` lists those that exist."""

    def __init__(self, what: str, name: str, known: tuple[str, ...], *, hint: str = "") -> None:
        self.what, self.name, self.known = what, name, known
        listed = ", ".join(known) if known else "none"
        super().__init__(f"unknown {what} {name!r}; known: {listed}{'. ' + hint if hint else ''}")


class MissingDependencyError(UsageError):
    """`feature` needs a package that is not installed; `install` is the pip argument that brings it."""

    def __init__(self, feature: str, install: str) -> None:
        self.feature, self.install = feature, install
        super().__init__(f"{feature} needs a package that is not installed: pip install {install!r}")


class InputError(FramingError):
    """An article cannot be read; `source` names the file, row or argument."""

    exit_code = 3

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source}: {reason}")


class Fault:
    """One fault in a file that people write: where it is, and what is wrong."""

    __slots__ = ("line", "path", "reason")

    def __init__(self, path: Path | str, line: int | None, reason: str) -> None:
        self.path, self.line, self.reason = str(path), line, reason

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.reason}" if self.line else f"{self.path}: {self.reason}"


class _FileError(FramingError):
    """A file with one or more faults; all of them are reported at once, in the order of the file."""

    exit_code = 2

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class CodebookError(_FileError):
    """A codebook file has faults."""


class PromptError(_FileError):
    """A prompt file has faults."""


class GoldError(_FileError):
    """A file of hand-labelled articles has faults."""

    exit_code = 3


class SuiteError(_FileError):
    """An evaluation suite has faults, or asks for something that is not there."""

    exit_code = 3


class BackendError(FramingError):
    """A model could not be asked. `backend` is its address; `status` the HTTP status, if there was one."""

    exit_code = 4

    def __init__(self, backend: str, reason: str, *, status: int | None = None) -> None:
        self.backend, self.reason, self.status = backend, reason, status
        super().__init__(f"{backend}: {reason}")


class AuthenticationError(BackendError):
    """The key is missing or refused: nothing will work until it is put right."""


class QuotaError(BackendError):
    """The account has no money left: asking again does not help."""


class BadRequestError(BackendError):
    """The server calls the request wrong (unknown model, unsupported parameter, text too long)."""


class InputTooLongError(BadRequestError):
    """The request is longer than the model can read: a fact about one article, not about the run."""


class RetryableError(BackendError):
    """Worth another try after a pause. `retry_after` is the pause the server asked for, in seconds."""

    def __init__(
        self, backend: str, reason: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(backend, reason, status=status)
        self.retry_after = retry_after


class RateLimitError(RetryableError):
    """Too many requests or tokens a minute."""


class BackendTimeoutError(RetryableError):
    """No answer within the time allowed."""


class BackendConnectionError(RetryableError):
    """No connection, or one that broke."""


class ServerError(RetryableError):
    """The server failed (HTTP 5xx)."""


class GroundingError(FramingError):
    """A span does not hold the text it is said to hold: the Analysis belongs to another text."""
