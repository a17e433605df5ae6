"""Replies on file: ask a model once, replay the answers as often as needed.

    recorder = Recorder(load_backend("openai:gpt-x", api_key=key), "tape.jsonl")  # asks what is not on file
    offline = Replay("tape.jsonl")                                                # asks nobody; `cache:tape.jsonl`

One line a reply: `{"key", "backend", "sample", "reply": {"text", "model", "finish", "usage"}}`. The key is that of
the whole request (`Request.key`) and of the index of the sample. Only replies are kept, never failures.
"""

from __future__ import annotations

import json
import threading
from copy import copy
from pathlib import Path
from typing import Any

from framing.backends._jsonl import read_lines, reply_from_json, reply_to_json
from framing.backends._options import BackendOptions
from framing.backends._protocols import ModelBackend
from framing.errors import BadRequestError, InputError
from framing.messages import Reply, Request

__all__ = ["Recorder", "Replay"]


class Recorder:
    """A ModelBackend that answers from the file at `path`, or else asks `backend` and keeps the reply there.

    `sample` is the index of the sample: for a second opinion on the same requests record with `sample=1`.
    Raises InputError where the file exists and is not such a recording.
    """

    def __init__(self, backend: ModelBackend, path: Path | str, *, sample: int = 0) -> None:
        self._backend, self._path, self._sample = backend, Path(path), sample
        self._known = _recorded(self._path) if self._path.exists() else {}
        _cut_torn_line(self._path)
        self._writing = threading.Lock()

    @property
    def address(self) -> str:
        return self._backend.address

    def complete(self, request: Request) -> Reply:
        """The reply on file, or that of the backend, whose errors it raises."""
        key = request.key(self.address, sample=self._sample)
        return self._known.get(key) or self._keep(key, self._backend.complete(request))

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""
        key = request.key(self.address, sample=self._sample)
        return self._known.get(key) or self._keep(key, await self._backend.acomplete(request))

    def close(self) -> None:
        self._backend.close()

    async def aclose(self) -> None:
        await self._backend.aclose()

    def sampled(self, sample: int) -> Recorder:
        """The same recording for the `sample`-th answer to each request."""
        other = copy(self)
        other._sample = sample
        return other

    def _keep(self, key: str, reply: Reply) -> Reply:
        row = {"key": key, "backend": self.address, "sample": self._sample, "reply": reply_to_json(reply)}
        line = json.dumps(row, ensure_ascii=False) + "\n"
        with self._writing:
            with self._path.open("ab") as file:
                file.write(line.encode("utf-8", "backslashreplace"))
            self._known[key] = reply
        return reply


class Replay:
    """A ModelBackend that knows only what was recorded; a request that is not on file is a BadRequestError.

    It answers under the address of the backend that was recorded. Raises InputError where the file is no
    recording, or one of several backends.
    """

    def __init__(self, path: Path | str, *, sample: int = 0) -> None:
        self._path, self._sample = Path(path), sample
        self._known = _recorded(self._path)
        self.address = _recorded_backend(self._path)

    @classmethod
    def from_address(
        cls, model: str, *, base_url: str | None, api_key: str | None, options: BackendOptions
    ) -> Replay:
        """The recording that `cache:FILE` names."""
        return cls(model)

    def complete(self, request: Request) -> Reply:
        """The recorded reply; raises BadRequestError where there is none."""
        reply = self._known.get(request.key(self.address, sample=self._sample))
        if reply is None:
            raise BadRequestError(
                f"cache:{self._path}",
                f"no reply of {self.address!r} to this request was recorded; it was made with another prompt, "
                f"codebook, article or parameter (the request ends {request.messages[-1].content[-80:]!r})",
            )
        return reply

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""
        return self.complete(request)

    def sampled(self, sample: int) -> Replay:
        """The same recording, read for the `sample`-th answer to each request."""
        other = copy(self)
        other._sample = sample
        return other

    def close(self) -> None:
        """Nothing is held open."""

    async def aclose(self) -> None:
        """Nothing is held open."""


def _rows(path: Path) -> list[tuple[str, dict[str, Any]]]:
    rows = []
    for number, row in read_lines(path):
        source = f"{path}:{number}"
        if not isinstance(row, dict) or not {"key", "backend", "reply"} <= row.keys():
            raise InputError(source, "not a recorded reply: it lacks 'key', 'backend' or 'reply'")
        rows.append((source, row))
    return rows


def _recorded(path: Path) -> dict[str, Reply]:
    return {row["key"]: reply_from_json(row["reply"], source) for source, row in _rows(path)}


def _recorded_backend(path: Path) -> str:
    names = {str(row["backend"]) for _, row in _rows(path)}
    if len(names) != 1:
        held = f"replies of several backends ({', '.join(sorted(names))})" if names else "no reply"
        raise InputError(str(path), f"holds {held}; a recording is replayed for exactly one")
    return names.pop()


def _cut_torn_line(path: Path) -> None:
    """A writer that died may have left half a line: cut it off, so that the next line stands alone."""
    if not path.exists():
        return
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        path.write_bytes(data[: data.rfind(b"\n") + 1])
