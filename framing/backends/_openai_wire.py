"""The two forms in which an OpenAI-compatible server is asked, and answers.

Bodies are built as text, of parts that are JSON already: the schema, and all that is the same in every request. The
SDK's own way walks through every message and the whole schema once more for each request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from framing.backends._options import BackendOptions
from framing.errors import BadRequestError, ServerError, UsageError
from framing.messages import FinishReason, Params, Reply, Request, Usage, json_text

__all__ = ["Wire", "wire_of"]

_PARAMS = ("frequency_penalty", "presence_penalty", "service_tier", "temperature", "top_p")
_CHAT_PARAMS = (*_PARAMS, "max_tokens", "reasoning_effort", "seed", "verbosity")
_RESPONSES_PARAMS = (*_PARAMS, "max_tokens", "reasoning_effort")
_OWN_FIELD = "body."
_SCHEMA_IN_WORDS = (
    "Answer with one JSON value and nothing else: no explanation, no code fence. It must satisfy this JSON Schema:"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wire:
    """How one kind of server is spoken to: where to post, what to post, and what its answer means.

    `body` raises BadRequestError for a parameter that the endpoint does not have. `reply` takes the decoded
    JSON of a successful answer and raises ServerError where it is none.
    """

    path: str
    body: Callable[[Request], bytes]
    reply: Callable[[Any], Reply]


def wire_of(model: str, address: str, options: BackendOptions, *, official: bool) -> Wire:
    """The Wire for `options.api`; `official` servers call the token limit by its newer name."""
    if options.structured == "auto":
        return Wire("", _unsettled, lambda data: _chat_reply(data, address))
    if options.api == "responses":
        return Wire(
            "/responses",
            lambda request: _responses_body(request, model, address, options.structured),
            lambda data: _responses_reply(data, address),
        )
    limit = options.max_tokens_field or ("max_completion_tokens" if official else "max_tokens")
    return Wire(
        "/chat/completions",
        lambda request: _chat_body(request, model, address, options.structured, limit),
        lambda data: _chat_reply(data, address),
    )


def _unsettled(request: Request) -> bytes:
    raise UsageError(
        "structured='auto' is settled before anything is asked: framing.backends.settled(backend), or name the way"
    )


# --- Asking ---------------------------------------------------------------------------------------------


def _chat_body(request: Request, model: str, address: str, structured: str, limit: str) -> bytes:
    params = _known_params(request.params, _CHAT_PARAMS, address)
    if "max_tokens" in params:
        params[limit] = params.pop("max_tokens")
    head = {"model": params.pop("model", model)}
    more = _chat_format(request.schema, request.schema_name, structured)
    return _body(head, "messages", _messages(request, structured), params, more)


def _responses_body(request: Request, model: str, address: str, structured: str) -> bytes:
    params = _known_params(request.params, _RESPONSES_PARAMS, address)
    if "max_tokens" in params:
        params["max_output_tokens"] = params.pop("max_tokens")
    if "reasoning_effort" in params:
        params["reasoning"] = {"effort": params.pop("reasoning_effort")}
    # The server would keep every article for thirty days if it were not told not to.
    head = {"model": params.pop("model", model), "store": params.pop("store", False)}
    more = _responses_format(request.schema, request.schema_name, structured)
    return _body(head, "input", _messages(request, structured), params, more)


def _body(head: Mapping[str, Any], name: str, messages: str, params: Mapping[str, Any], more: str) -> bytes:
    """`head`, the messages under their name, `params`, and what follows them (a field with its comma)."""
    after = "," + _json(params)[1:-1] if params else ""
    return f'{_json(head)[:-1]},"{name}":[{messages}]{after}{more}}}'.encode()


def _json(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":"))


def _known_params(given: Params, known: Iterable[str], address: str) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, value in given:
        if value is None:
            continue
        if name.startswith(_OWN_FIELD):
            params[name.removeprefix(_OWN_FIELD)] = value
        elif name in known:
            params[name] = value
        else:
            raise BadRequestError(
                address,
                f"unknown parameter {name!r}; known: {', '.join(sorted(known))}. "
                f"A field that only this server has is written 'body.{name}'",
            )
    return params


def _messages(request: Request, structured: str) -> str:
    contents = [message.content for message in request.messages]
    if request.schema is not None and structured in ("json_object", "none"):
        contents[0] = f"{contents[0]}\n\n{_SCHEMA_IN_WORDS}\n{request.schema}"
    return ",".join(
        [
            f'{{"role":"{message.role}","content":{json_text(content)}}}'
            for message, content in zip(request.messages, contents, strict=True)
        ]
    )


@lru_cache(maxsize=64)
def _chat_format(schema: str | None, name: str, structured: str) -> str:
    if schema is None or structured == "none":
        return ""
    if structured == "json_schema":
        inner = f'{{"name":{json.dumps(name)},"strict":true,"schema":{schema}}}'
        return f',"response_format":{{"type":"json_schema","json_schema":{inner}}}'
    return f',"response_format":{_json_object(schema, structured)}'


@lru_cache(maxsize=64)
def _responses_format(schema: str | None, name: str, structured: str) -> str:
    if schema is None or structured == "none":
        return ""
    if structured == "json_schema":
        inner = f'{{"type":"json_schema","name":{json.dumps(name)},"strict":true,"schema":{schema}}}'
        return f',"text":{{"format":{inner}}}'
    return f',"text":{{"format":{_json_object(schema, structured)}}}'


def _json_object(schema: str, structured: str) -> str:
    return (
        f'{{"type":"json_object","schema":{schema}}}'
        if structured == "json_object_schema"
        else '{"type":"json_object"}'
    )


# --- Answers --------------------------------------------------------------------------------------------

_CHAT_FINISHES: Mapping[str, FinishReason] = {"length": "length", "content_filter": "content_filter"}
_RESPONSES_FINISHES: Mapping[str, FinishReason] = {
    "max_output_tokens": "length",
    "content_filter": "content_filter",
}


def _chat_reply(data: Any, address: str) -> Reply:
    try:
        choice = data["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise _no_answer(data, address) from None
    finish: FinishReason = _CHAT_FINISHES.get(choice.get("finish_reason") or "", "stop")
    usage = _usage(data, "prompt_tokens", "completion_tokens", "prompt_tokens_details")
    if refusal and not content:
        return Reply(_sound(str(refusal)), str(data.get("model") or ""), "refusal", usage)
    text = content if isinstance(content, str) else "".join(_texts(content, ("text",)))
    return Reply(_sound(text), str(data.get("model") or ""), finish, usage)


def _responses_reply(data: Any, address: str) -> Reply:
    if not isinstance(data, dict) or not isinstance(data.get("output"), list) or data.get("status") == "failed":
        raise _no_answer(data, address)
    parts = [
        part
        for item in data["output"]
        if isinstance(item, dict) and item.get("type") == "message"
        for part in item.get("content") or ()
    ]
    text = "".join(_texts(parts, ("output_text",)))
    reason = (data.get("incomplete_details") or {}).get("reason")
    finish: FinishReason = _RESPONSES_FINISHES.get(reason or "", "stop")
    usage = _usage(data, "input_tokens", "output_tokens", "input_tokens_details")
    refusals = [str(part.get("refusal")) for part in parts if part.get("type") == "refusal"]
    if refusals and not text:
        return Reply(_sound("".join(refusals)), str(data.get("model") or ""), "refusal", usage)
    return Reply(_sound(text), str(data.get("model") or ""), finish, usage)


def _texts(parts: Any, types: tuple[str, ...]) -> Iterable[str]:
    for part in parts or ():
        if isinstance(part, dict) and part.get("type") in types and isinstance(part.get("text"), str):
            yield part["text"]


def _usage(data: Mapping[str, Any], sent: str, answered: str, details: str) -> Usage:
    """What the server counted; servers that count nothing are recorded as zero tokens."""
    usage = data.get("usage")
    if not isinstance(usage, dict):
        return Usage(requests=1)
    cached = (usage.get(details) or {}).get("cached_tokens")
    return Usage(int(usage.get(sent) or 0), int(usage.get(answered) or 0), int(cached or 0), 1)


def _sound(text: str) -> str:
    """Half an emoji cannot be stored as UTF-8: it becomes U+FFFD."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def _no_answer(data: Any, address: str) -> ServerError:
    what = json.dumps(data)[:200]
    return ServerError(address, f"the server's answer holds no reply of the model: {what}", status=200)
