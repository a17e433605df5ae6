"""The Batch API of an OpenAI-compatible server: files of requests go up, files of answers come down.

What was uploaded and started stands in a small file beside the requests (`requests.jsonl.batches.json`), written
after every step: a command that died is given again, and starts nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import openai

from framing._version import __version__
from framing.backends._openai_sdk import translated
from framing.backends._options import Retries
from framing.backends._retry import call
from framing.backends.batch import LARGEST_FILE, MOST_REQUESTS
from framing.backends.openai import OFFICIAL_URL
from framing.errors import AuthenticationError, InputError, UsageError

__all__ = ["BatchApi", "Part", "parts_of", "state_path"]

_ENDED = ("completed", "expired", "failed", "cancelled")
_WINDOW: Literal["24h"] = "24h"


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` (from 1) of a requests file, as one batch. `file` and `batch` are the server's ids.

    status: what the server last said ("new" before it was sent); done, failed: requests of the batch so far.
    """

    first: int
    last: int
    file: str | None = None
    batch: str | None = None
    status: str = "new"
    done: int = 0
    failed: int = 0
    reason: str | None = None

    @property
    def ended(self) -> bool:
        return self.status in _ENDED


class BatchApi:
    """The batches of a server, for one requests file at a time.

    Raises AuthenticationError without a key for the official server, and the BackendError family later on.
    """

    def __init__(self, *, base_url: str | None = None, api_key: str | None = None) -> None:
        self._address = "batch"
        if not api_key and not base_url:
            reason = "no key; pass api_key, or set OPENAI_API_KEY for the command `framing`"
            raise AuthenticationError(self._address, reason)
        self._secrets = (api_key,) if api_key else ()
        self._client = _Client(
            api_key=api_key or "none",
            base_url=base_url or OFFICIAL_URL,
            organization="",
            project="",
            max_retries=0,
        )

    def close(self) -> None:
        self._client.close()

    def submit(self, requests: Path) -> tuple[Part, ...]:
        """Upload a requests file, in parts that the API takes, and start those that were not started before.

        Raises InputError for a file that is none, UsageError where it changed since it was submitted.
        """
        parts = list(_known_parts(requests) or parts_of(requests))
        endpoint = _endpoint(requests)
        for place, part in enumerate(parts):
            if part.file is None:
                part = replace(part, file=self._upload(requests, part))
                parts[place] = part
                _remember(requests, parts)
            if part.batch is None:
                batch = self._started(part) or self._start(part, endpoint)
                parts[place] = replace(part, batch=batch.id, status=batch.status)
                _remember(requests, parts)
        return tuple(parts)

    def status(self, requests: Path) -> tuple[Part, ...]:
        """What has become of the batches of a requests file; raises UsageError where it was not submitted."""
        parts = tuple(self._looked_at(part) for part in _submitted(requests))
        _remember(requests, parts)
        return parts

    def fetch(self, requests: Path, results: Path) -> tuple[Part, ...]:
        """Write the answers and errors of all batches that have ended to `results`, and say what is missing.

        A batch that expired or failed has the lines that were answered; `results` is replaced when it is whole.
        """
        parts = self.status(requests)
        new = results.with_name(results.name + ".new")
        with new.open("wb") as file:
            for part in parts:
                for content in self._contents(part) if part.ended else ():
                    file.write(content if content.endswith(b"\n") or not content else content + b"\n")
        new.replace(results)
        return parts

    # --- Calls ----------------------------------------------------------------------------------------------

    def _upload(self, requests: Path, part: Part) -> str:
        name = f"{requests.stem}-{part.first}-{part.last}.jsonl"
        content = b"".join(line for number, line in _lines(requests) if part.first <= number <= part.last)
        uploaded = self._call(lambda: self._client.files.create(file=(name, content), purpose="batch"))
        return str(uploaded.id)

    def _start(self, part: Part, endpoint: Any) -> Any:
        # Not sent again after a doubtful failure: the next `submit` looks first whether it was started.
        return self._call(
            lambda: self._client.batches.create(
                input_file_id=part.file or "", endpoint=endpoint, completion_window=_WINDOW
            ),
            Retries(attempts=1),
        )

    def _started(self, part: Part) -> Any:
        """The batch that an earlier command started of this file before it could note it; None: there is none."""
        batches = self._call(lambda: list(self._client.batches.list(limit=100)))
        return next((batch for batch in batches if batch.input_file_id == part.file), None)

    def _looked_at(self, part: Part) -> Part:
        if part.batch is None or part.ended:
            return part
        batch = self._call(lambda: self._client.batches.retrieve(part.batch or ""))
        counts, errors = batch.request_counts, batch.errors
        reasons = [str(error.message) for error in (errors.data if errors and errors.data else [])]
        return replace(
            part,
            status=batch.status,
            done=counts.completed if counts else 0,
            failed=counts.failed if counts else 0,
            reason="; ".join(reasons) or None,
        )

    def _contents(self, part: Part) -> Iterator[bytes]:
        batch = self._call(lambda: self._client.batches.retrieve(part.batch or ""))
        for identifier in (batch.output_file_id, batch.error_file_id):
            if identifier:
                yield self._call(lambda id=identifier: self._client.files.content(id).content)

    def _call(self, attempt: Any, retries: Retries | None = None) -> Any:
        def translating() -> Any:
            try:
                return attempt()
            except Exception as error:
                meant = translated(error, self._address, self._secrets)
                if meant is error:
                    raise
                raise meant from None

        return call(translating, retries or Retries())


class _Client(openai.OpenAI):
    """The SDK's client with these headers and none from the environment."""

    @property
    def default_headers(self) -> dict[str, str | openai.Omit]:
        return {
            "Accept": "application/json",
            "User-Agent": f"framing-toolkit/{__version__}",
            "Authorization": f"Bearer {self.api_key}",
        }


# --- Parts of a file ------------------------------------------------------------------------------------


def parts_of(
    requests: Path, *, most_requests: int = MOST_REQUESTS, most_bytes: int = LARGEST_FILE
) -> tuple[Part, ...]:
    """A requests file in parts that the Batch API takes; raises InputError where there is nothing in it."""
    parts: list[Part] = []
    first, size, number = 1, 0, 0
    for number, line in _lines(requests):
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


def _known_parts(requests: Path) -> tuple[Part, ...] | None:
    try:
        state = json.loads(state_path(requests).read_text("utf-8"))
        parts = tuple(Part(**part) for part in state["parts"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(str(state_path(requests)), f"is no note of batches: {error}") from None
    if state.get("sha256") != _digest(requests):
        raise UsageError(f"{str(requests)!r} is not the file that was submitted: give a changed file another name")
    return parts


def _submitted(requests: Path) -> tuple[Part, ...]:
    parts = _known_parts(requests)
    if parts is None:
        raise UsageError(f"{str(requests)!r} was not submitted: framing batch submit {requests}")
    return parts


def _remember(requests: Path, parts: Any) -> None:
    path = state_path(requests)
    new = path.with_name(path.name + ".new")
    state = {"sha256": _digest(requests), "parts": [asdict(part) for part in parts]}
    new.write_text(json.dumps(state, indent=2) + "\n", "utf-8")
    new.replace(path)


def _endpoint(requests: Path) -> str:
    for _, line in _lines(requests):
        try:
            return str(json.loads(line)["url"])
        except (ValueError, KeyError, TypeError):
            break
    raise InputError(f"{requests}:1", "is no request: it has no 'url'")


def _lines(requests: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with requests.open("rb") as file:
            yield from enumerate(file, 1)
    except OSError as error:
        raise InputError(str(requests), f"cannot be read: {error.strerror}") from None


def _digest(requests: Path) -> str:
    with requests.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
