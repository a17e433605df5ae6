"""The batch side of an OpenAI-compatible server: `/files` and `/batches`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from framing.backends._faults import FaultKind, Faults, uniform
from framing.testing._api import Canned, error
from framing.testing._http import Received

__all__ = ["Batches", "Complete"]

Complete = Callable[[str, Any, FaultKind | None], Canned]
"""(path, JSON of the request, fault) → the answer that the endpoint at `path` gives to one request."""

LARGEST_BATCH = 50_000
_ENDED = ("completed", "expired", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of a batch's input, after its way through the server."""

    custom_id: str
    answer: Canned | None
    repeated: bool = False

    @property
    def good(self) -> bool:
        return self.answer is not None and self.answer.status == 200

    def line(self, number: int) -> bytes:
        response: dict[str, Any] | None = None
        failure: dict[str, str] | None = None
        if self.answer is None:
            failure = {"code": "batch_expired", "message": "This request could not be executed in time."}
        else:
            response = {"status_code": self.answer.status, "request_id": "req_test", "body": self.answer.body}
        row = {"id": f"batch_req_{number}", "custom_id": self.custom_id, "response": response, "error": failure}
        return json.dumps(row).encode() + b"\n"


class Batches:
    """Files that were uploaded, batches that were made of them, and what becomes of each request.

    A batch is in progress when it is first looked at and has ended when it is looked at again. Output lines come
    in another order than input lines. Faults by request: `rate_limit` and `server_error` go to the error file;
    `timeout` lets the request (and so the batch) expire; `missing` and `duplicated` happen to output lines.
    """

    def __init__(self, faults: Faults, complete: Complete) -> None:
        self._faults, self._complete = faults, complete
        self._files: dict[str, tuple[dict[str, Any], bytes]] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self._attempts: dict[str, int] = {}

    def handle(self, received: Received) -> Canned | None:
        """The answer to a request under `/files` or `/batches`; None for any other path."""
        path = received.path.partition("?")[0]
        match = re.search(r"/(files|batches)(?:/([\w-]+))?(?:/(content|cancel))?$", path)
        if match is None:
            return None
        kind, identifier, action = match.groups()
        if identifier is None:
            return self._collection(kind, received)
        return self._file(identifier, action, received) if kind == "files" else self._batch(identifier, action)

    def _collection(self, kind: str, received: Received) -> Canned:
        if received.method == "GET":
            listed = (
                [info for info, _ in self._files.values()] if kind == "files" else list(self._batches.values())
            )
            return Canned(200, {"object": "list", "data": listed, "has_more": False})
        return self._upload(received) if kind == "files" else self._submit(received.json)

    # --- Files ------------------------------------------------------------------------------------------

    def _upload(self, received: Received) -> Canned:
        fields = dict(_form_fields(received))
        if "file" not in fields:
            return error(400, "There is no file in the form.", code="invalid_request_error")
        purpose = fields.get("purpose", b"").decode()
        return Canned(200, self._keep(fields["file"], purpose))

    def _keep(self, content: bytes, purpose: str) -> dict[str, Any]:
        identifier = f"file-{len(self._files) + 1}"
        info = {
            "id": identifier,
            "object": "file",
            "bytes": len(content),
            "created_at": 0,
            "filename": f"{identifier}.jsonl",
            "purpose": purpose,
            "status": "processed",
        }
        self._files[identifier] = (info, content)
        return info

    def _file(self, identifier: str, action: str | None, received: Received) -> Canned:
        if identifier not in self._files:
            return error(404, f"No such file: {identifier}", code="not_found")
        info, content = self._files[identifier]
        if received.method == "DELETE":
            del self._files[identifier]
            return Canned(200, {"id": identifier, "object": "file", "deleted": True})
        return Canned(200, content.decode()) if action == "content" else Canned(200, info)

    # --- Batches ----------------------------------------------------------------------------------------

    def _submit(self, asked: Any) -> Canned:
        if asked.get("input_file_id") not in self._files:
            return error(400, f"No such file: {asked.get('input_file_id')}", code="invalid_request_error")
        identifier = f"batch_{len(self._batches) + 1}"
        batch = {
            "id": identifier,
            "object": "batch",
            "endpoint": asked.get("endpoint"),
            "input_file_id": asked["input_file_id"],
            "completion_window": asked.get("completion_window"),
            "status": "validating",
            "errors": None,
            "output_file_id": None,
            "error_file_id": None,
            "created_at": 0,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "metadata": asked.get("metadata"),
        }
        self._batches[identifier] = batch
        return Canned(200, batch)

    def _batch(self, identifier: str, action: str | None) -> Canned:
        if identifier not in self._batches:
            return error(404, f"No such batch: {identifier}", code="not_found")
        batch = self._batches[identifier]
        if batch["status"] not in _ENDED:
            if action == "cancel":
                batch["status"] = "cancelled"
            elif batch["status"] == "validating":
                batch["status"] = "in_progress"
            else:
                self._run(batch)
        return Canned(200, dict(batch))

    def _run(self, batch: dict[str, Any]) -> None:
        lines = [json.loads(line) for line in self._files[batch["input_file_id"]][1].splitlines() if line.strip()]
        if reason := _invalid(lines, batch["endpoint"]):
            failure = {"code": "invalid_batch", "message": reason, "param": None, "line": None}
            batch["status"], batch["errors"] = "failed", {"object": "list", "data": [failure]}
            return
        rows = [row for line in lines for row in self._answered(line)]
        rows.sort(key=lambda row: uniform(self._faults.seed, row.custom_id, 0))
        good, bad = ([row for row in rows if row.good is wanted] for wanted in (True, False))
        batch["output_file_id"] = self._written(good)
        batch["error_file_id"] = self._written(bad)
        counts = {"total": len(lines), "completed": sum(not row.repeated for row in good), "failed": len(bad)}
        batch["request_counts"] = counts
        batch["status"] = "expired" if any(row.answer is None for row in bad) else "completed"

    def _answered(self, line: dict[str, Any]) -> Iterator[_Row]:
        body = line["body"]
        key = hashlib.blake2b(json.dumps(body).encode(), digest_size=16).hexdigest()
        self._attempts[key] = self._attempts.get(key, 0) + 1
        fault = self._faults.draw(key, self._attempts[key])
        if fault == "timeout":
            yield _Row(line["custom_id"], None)
        elif fault != "missing":
            answer = self._complete(line["url"], body, fault)
            yield _Row(line["custom_id"], answer)
            if fault == "duplicated":
                yield _Row(line["custom_id"], answer, repeated=True)

    def _written(self, rows: list[_Row]) -> str | None:
        if not rows:
            return None
        content = b"".join(row.line(number) for number, row in enumerate(rows))
        identifier: str = self._keep(content, "batch_output")["id"]
        return identifier


def _invalid(lines: list[dict[str, Any]], endpoint: str) -> str | None:
    if not lines:
        return "The batch is empty."
    if len(lines) > LARGEST_BATCH:
        return f"The batch has {len(lines)} requests; {LARGEST_BATCH} are allowed."
    if len({line.get("custom_id") for line in lines}) < len(lines):
        return "A custom_id is used twice."
    wrong = [line for line in lines if line.get("method") != "POST" or line.get("url") != endpoint]
    return f"{len(wrong)} request(s) are not for {endpoint}." if wrong else None


def _form_fields(received: Received) -> Iterator[tuple[str, bytes]]:
    """The fields of a multipart form (RFC 7578)."""
    match = re.search(r'boundary="?([^";]+)', received.headers.get("content-type", ""))
    if match is None:
        return
    for part in received.body.split(b"--" + match.group(1).encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'\bname="([^"]*)"', head)
        if name:
            yield name.group(1).decode(), content.removesuffix(b"\r\n")
