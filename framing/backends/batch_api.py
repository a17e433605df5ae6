"""The Batch API of an OpenAI-compatible server: files of requests go up, files of answers come down.

What was uploaded and started stands in a note beside the requests, written after every step: a command that died is
given again, and starts nothing twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import openai

from framing._version import __version__
from framing.backends._batch_parts import (
    Part,
    endpoint_of,
    known_parts,
    numbered_lines,
    parts_of,
    remember,
    state_path,
    submitted,
)
from framing.backends._openai_sdk import translated
from framing.backends._options import Retries
from framing.backends._retry import call
from framing.backends.openai import OFFICIAL_URL
from framing.errors import AuthenticationError

__all__ = ["BatchApi", "Part", "parts_of", "state_path"]

_PASSING = (408, 409, 425, 429)
"""States of an answer below 500 that another attempt may change."""
_WINDOW: Literal["24h"] = "24h"


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

    def submit(self, requests: Path, *, again: bool = False) -> tuple[Part, ...]:
        """Upload a requests file, in parts that the API takes, and start those that were not started before.

        again: ask once more, in batches of their own, the requests of ended batches that have no answer and could
        get one: those that expired, were left out, or met an error of the server. What the server calls wrong stays.
        Raises InputError for a file that is none, UsageError where it changed since it was submitted.
        """
        if again:
            parts = self._with_unanswered(requests)
            remember(requests, parts)
        else:
            parts = list(known_parts(requests) or parts_of(requests))
        endpoint = endpoint_of(requests)
        for place, part in enumerate(parts):
            if part.file is None:
                part = replace(part, file=self._upload(requests, part))
                parts[place] = part
                remember(requests, parts)
            if part.batch is None:
                batch = self._started(part) or self._start(part, endpoint)
                parts[place] = replace(part, batch=batch.id, status=batch.status)
                remember(requests, parts)
        return tuple(parts)

    def status(self, requests: Path) -> tuple[Part, ...]:
        """What has become of the batches of a requests file; raises UsageError where it was not submitted."""
        parts = tuple(self._looked_at(part) for part in submitted(requests))
        remember(requests, parts)
        return parts

    def wait(
        self, requests: Path, *, every: float = 60.0, watch: Callable[[tuple[Part, ...]], None] | None = None
    ) -> tuple[Part, ...]:
        """`status`, asked `every` so many seconds until all batches have ended; `watch` is shown each answer."""
        while True:
            parts = self.status(requests)
            if watch is not None:
                watch(parts)
            if all(part.ended for part in parts):
                return parts
            time.sleep(every)

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

    # --- Once more ------------------------------------------------------------------------------------------

    def _with_unanswered(self, requests: Path) -> list[Part]:
        parts = []
        for part in self.status(requests):
            lines = () if part.again or not part.ended else self._unanswered(requests, part)
            parts.append(replace(part, again=True) if lines else part)
            if lines:
                parts.append(Part(lines[0], lines[-1], only=lines))
        return parts

    def _unanswered(self, requests: Path, part: Part) -> tuple[int, ...]:
        """The lines of a part about which nothing came, or an error that may pass."""
        settled = {name for content in self._contents(part) for name in _settled(content)}
        held = part.lines
        return tuple(
            number
            for number, line in numbered_lines(requests)
            if number in held and json.loads(line)["custom_id"] not in settled
        )

    # --- Calls ----------------------------------------------------------------------------------------------

    def _upload(self, requests: Path, part: Part) -> str:
        name = f"{requests.stem}-{part.first}-{part.last}.jsonl"
        held = part.lines
        content = b"".join(line for number, line in numbered_lines(requests) if number in held)
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


def _settled(content: bytes) -> Iterator[str]:
    """The names of requests that have an answer, or an error that is the request's own fault."""
    for line in content.splitlines():
        try:
            row = json.loads(line)
            status = (row.get("response") or {}).get("status_code") or 0
            name = str(row["custom_id"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if status and status not in _PASSING and status < 500:
            yield name
