"""The parts of a requests file that go through a Batch API, and the note of what has become of them.

The note stands beside the requests (`requests.jsonl.batches.json`) and is written after every step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from framing.backends.batch import LARGEST_FILE, MOST_REQUESTS
from framing.errors import InputError, UsageError

__all__ = [
    "Part",
    "endpoint_of",
    "known_parts",
    "numbered_lines",
    "parts_of",
    "remember",
    "state_path",
    "submitted",
]

_ENDED = ("completed", "expired", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` (from 1) of a requests file, as one batch. `file` and `batch` are the server's ids.

    status: what the server last said ("new" before it was sent); done, failed: requests of the batch so far.
    only: the lines that are asked about once more (None: all of them); again: whether those of this part that
    came to nothing were put into another one.
    """

    first: int
    last: int
    file: str | None = None
    batch: str | None = None
    status: str = "new"
    done: int = 0
    failed: int = 0
    reason: str | None = None
    only: tuple[int, ...] | None = None
    again: bool = False

    @property
    def ended(self) -> bool:
        return self.status in _ENDED

    @property
    def lines(self) -> Container[int]:
        """The numbers of its lines."""
        return range(self.first, self.last + 1) if self.only is None else frozenset(self.only)


def parts_of(
    requests: Path, *, most_requests: int = MOST_REQUESTS, most_bytes: int = LARGEST_FILE
) -> tuple[Part, ...]:
    """A requests file in parts that the Batch API takes; raises InputError where there is nothing in it."""
    parts: list[Part] = []
    first, size, number = 1, 0, 0
    for number, line in numbered_lines(requests):
        if number > first and (number - first >= most_requests or size + len(line) > most_bytes):
            parts.append(Part(first, number - 1))
            first, size = number, 0
        size += len(line)
    if not number:
        raise InputError(str(requests), "holds no requests")
    return (*parts, Part(first, number))


def state_path(requests: Path) -> Path:
    """Where it is noted what was started."""
    return requests.with_name(requests.name + ".batches.json")


def known_parts(requests: Path) -> tuple[Part, ...] | None:
    """What the note says; None where there is none. Raises InputError for one that is none, UsageError where the
    requests changed since."""
    try:
        state = json.loads(state_path(requests).read_text("utf-8"))
        parts = tuple(Part(**{**part, "only": _numbers(part.get("only"))}) for part in state["parts"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(str(state_path(requests)), f"is no note of batches: {error}") from None
    if state.get("sha256") != _digest(requests):
        raise UsageError(f"{str(requests)!r} is not the file that was submitted: give a changed file another name")
    return parts


def _numbers(listed: Any) -> tuple[int, ...] | None:
    return None if listed is None else tuple(listed)


def submitted(requests: Path) -> tuple[Part, ...]:
    """The parts of a file that was submitted; raises UsageError where it was not."""
    parts = known_parts(requests)
    if parts is None:
        raise UsageError(f"{str(requests)!r} was not submitted: framing batch submit {requests}")
    return parts


def remember(requests: Path, parts: Sequence[Part]) -> None:
    """Write the note whole, or leave the one that is there."""
    path = state_path(requests)
    new = path.with_name(path.name + ".new")
    state = {"sha256": _digest(requests), "parts": [asdict(part) for part in parts]}
    new.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    new.replace(path)


def endpoint_of(requests: Path) -> str:
    """The endpoint that the first request names; raises InputError where it names none."""
    for _, line in numbered_lines(requests):
        try:
            return str(json.loads(line)["url"])
        except (ValueError, KeyError, TypeError):
            break
    raise InputError(f"{requests}:1", "is no request: it has no 'url'")


def numbered_lines(requests: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a requests file under their numbers, from 1; raises InputError."""
    try:
        with requests.open("rb") as file:
            yield from enumerate(file, 1)
    except OSError as error:
        raise InputError(str(requests), f"cannot be read: {error.strerror}") from None


def _digest(requests: Path) -> str:
    with requests.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
