"""Replies in jsonl files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from framing.errors import InputError
from framing.messages import FinishReason, Reply, Usage

__all__ = ["read_lines", "reply_from_json", "reply_to_json"]

_FINISHES = get_args(FinishReason)


def read_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """(line number, value) of each line of a jsonl file; raises InputError with the line that is not JSON.

    A last line that has no end was being written when its writer died; it is passed over.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise InputError(str(path), "no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            if text.endswith(line):
                return
            raise InputError(f"{path}:{number}", f"not JSON: {error}") from None
        yield number, value


def reply_to_json(reply: Reply) -> dict[str, Any]:
    usage = reply.usage
    return {
        "text": reply.text,
        "model": reply.model,
        "finish": reply.finish,
        "usage": {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cached_tokens": usage.cached_tokens,
            "requests": usage.requests,
        },
    }


def reply_from_json(value: Any, source: str) -> Reply:
    """The Reply that `reply_to_json` wrote; all but `text` may be left out. Raises InputError naming `source`."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise InputError(source, f"a reply is an object with a string 'text', not {value!r}")
    finish = value.get("finish", "stop")
    if finish not in _FINISHES:
        raise InputError(source, f"'finish' is one of {', '.join(_FINISHES)}, not {finish!r}")
    try:
        usage = Usage(**value.get("usage", {"requests": 1}))
    except TypeError:
        raise InputError(source, f"'usage' is not an object of token counts: {value['usage']!r}") from None
    return Reply(value["text"], str(value.get("model", "")), finish, usage)
