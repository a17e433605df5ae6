"""The envelopes of an OpenAI-compatible server: what stands around a model's text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from framing.backends._faults import FaultKind

__all__ = ["Canned", "chat_completion", "error", "model_list", "response"]


@dataclass(frozen=True, slots=True)
class Canned:
    """A response that is sent as it stands; a `body` that is no string is sent as JSON."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded_body(self) -> bytes:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode("utf-8", "surrogatepass")


def error(status: int, message: str, *, code: str, headers: Mapping[str, str] | None = None) -> Canned:
    body = {"error": {"message": message, "type": code, "param": None, "code": code}}
    return Canned(status, body, headers or {})


def chat_completion(request: Mapping[str, Any], text: str, fault: FaultKind | None) -> dict[str, Any]:
    """A reply of `/chat/completions`; tokens are counted as words."""
    refused = fault == "refusal"
    message = {"role": "assistant", "content": None if refused else text, "refusal": text if refused else None}
    sent, answered = _words(request.get("messages", ())), len(text.split())
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "created": 0,
        "model": request.get("model", ""),
        "choices": [
            {"index": 0, "message": message, "finish_reason": "length" if fault == "truncated" else "stop"}
        ],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": answered,
            "total_tokens": sent + answered,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def response(request: Mapping[str, Any], text: str, fault: FaultKind | None) -> dict[str, Any]:
    """A reply of `/responses`; tokens are counted as words."""
    part = (
        {"type": "refusal", "refusal": text}
        if fault == "refusal"
        else {"type": "output_text", "text": text, "annotations": []}
    )
    cut = fault == "truncated"
    sent, answered = _words(request.get("input", ())), len(text.split())
    return {
        "id": "resp_test",
        "object": "response",
        "created_at": 0,
        "model": request.get("model", ""),
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "output": [{"type": "message", "id": "msg_test", "role": "assistant", "content": [part]}],
        "usage": {
            "input_tokens": sent,
            "output_tokens": answered,
            "total_tokens": sent + answered,
            "input_tokens_details": {"cached_tokens": 0},
        },
    }


def model_list() -> dict[str, Any]:
    return {"object": "list", "data": [{"id": "test-model", "object": "model", "created": 0, "owned_by": "test"}]}


def _words(messages: Any) -> int:
    if isinstance(messages, str):
        return len(messages.split())
    return sum(len(str(message.get("content", "")).split()) for message in messages)
