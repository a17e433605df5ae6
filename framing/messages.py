"""What is sent to a model and what comes back: frozen values, so that a request can be a cache key.

The key of a request is the sha256 of everything that can change the answer (model, messages, schema,
parameters) and of the index of the sample; it does not depend on the order in which parameters were given.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

__all__ = ["Message", "Params", "Reply", "Request", "Usage", "json_text"]

_KNOWN_TEXTS = 256

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "refusal", "content_filter"]
Params = tuple[tuple[str, str | int | float | bool | None], ...]


@lru_cache(maxsize=_KNOWN_TEXTS)
def json_text(text: str) -> str:
    """A text as JSON in ASCII. The key of a request and its body both need it, of an article and of what never changes."""
    return json.dumps(text)


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    `schema` is the JSON text of the schema that the reply must satisfy (None: free text);
    `params` are the sampling parameters (temperature, seed, max_tokens …), sorted by name.
    """

    messages: tuple[Message, ...]
    schema: str | None = None
    schema_name: str = "reply"
    params: Params = ()

    def key(self, model: str, *, sample: int = 0) -> str:
        """The sha256 (hex) under which a reply of `model` to this request is stored."""
        messages = ",".join([f"[{json_text(m.role)},{json_text(m.content)}]" for m in self.messages])
        schema = "null" if self.schema is None else json_text(self.schema)
        params = json.dumps(sorted(map(list, self.params)), separators=(",", ":"))
        text = f"[{json_text(model)},[{messages}],{schema},{params},{sample}]"
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def following(self, reply: str, correction: str) -> Request:
        """The request that shows the model its own `reply` and asks for a corrected one."""
        more = (Message("assistant", reply), Message("user", correction))
        return replace(self, messages=self.messages + more)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; `cached_tokens` is the part of the input it charges less for."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    requests: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, untouched. `model` is the id that the reply itself names."""

    text: str
    model: str = ""
    finish: FinishReason = "stop"
    usage: Usage = field(default_factory=Usage)
