"""llama.cpp in this process: a model file that is loaded at the first question and answers one at a time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from framing.backends._chat import ChatTemplate, UnusableTemplateError
from framing.backends._greedy import Penalties, Written, write
from framing.backends._memory import Memory
from framing.backends._models import LocalOptions
from framing.errors import BackendError, BadRequestError
from framing.messages import Message, Reply, Request, Usage

__all__ = ["Engine", "grammar_schema", "strict_strings"]

_PARAMS = (
    "frequency_penalty",
    "max_tokens",
    "min_p",
    "presence_penalty",
    "repeat_penalty",
    "seed",
    "temperature",
    "top_k",
    "top_p",
)
_SHORTEST_ANSWER = 256
"""Tokens that must be left for an answer; with fewer, nearly all would be cut off."""

_CHARACTER = re.compile(r"^(char ::= ).*$", re.MULTILINE)
_JSON_CHARACTER = r"""[^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F])"""


class Engine:
    """One model file. `address` is what errors call it."""

    def __init__(self, path: Path, address: str, options: LocalOptions) -> None:
        self._path, self._address, self._options = path, address, options
        self._model: Any = None
        self._memory = Memory(None)
        self._template = ChatTemplate("")
        self._id = ""
        self._asking = threading.Lock()

    def answer(self, request: Request, *, sample: int, interrupted: Callable[[], bool]) -> Reply:
        """The model's answer; it breaks off as soon as `interrupted()`.

        An answer does not depend on what was asked before (see `Memory`). Raises BadRequestError for a parameter
        that is unknown and for a request that leaves no room for an answer, BackendError where llama.cpp fails.
        """
        params = self._params(request)
        with self._asking, self._translating():
            self._loaded()
            segments = self._segments(request.messages)
            asked = sum(map(len, segments))
            room = self._room(asked, params.pop("max_tokens", None))
            params["seed"] = (params.get("seed", self._options.seed) + sample) % 2**32
            self._memory.begin(segments)
            grammar = _grammar(request.schema)
            answer = self._sampled if params.get("temperature") else self._likeliest
            written = answer(segments, params, room=room, grammar=grammar, interrupted=interrupted)
            self._memory.keep(segments)
        usage = Usage(asked, written.tokens, requests=1)
        return Reply(written.text, self._id, "stop" if written.ended else "length", usage)

    def close(self) -> None:
        """Give the memory back; the next question loads the file again."""
        with self._asking:
            model, self._model = self._model, None
            if model is not None:
                model.close()

    # --- What is asked ------------------------------------------------------------------------------------

    def _params(self, request: Request) -> dict[str, Any]:
        params = {name: value for name, value in request.params if value is not None}
        if unknown := [name for name in params if name not in _PARAMS]:
            raise BadRequestError(self._address, f"unknown parameter {unknown[0]!r}; known: {', '.join(_PARAMS)}")
        return params

    def _segments(self, messages: Sequence[Message]) -> list[list[int]]:
        """The tokens of each message with the template's behind it, up to where the next message begins."""
        try:
            pieces = self._template.pieces(messages)
        except UnusableTemplateError as error:
            reason = f"the chat template of {self._path.name!r} cannot be used ({error}); take an instruct model"
            raise BadRequestError(self._address, reason) from error
        segments: list[list[int]] = [[]]
        for at, piece in enumerate(pieces):
            if not piece.trusted and any(not earlier.trusted for earlier in pieces[:at]):
                segments.append([])
            segments[-1] += self._model.tokenize(piece.text.encode(), add_bos=False, special=piece.trusted)
        return segments

    def _room(self, asked: int, wanted: int | None) -> int:
        """Tokens that the answer may have."""
        given: int = self._model.n_ctx()
        trained = _trained_context(self._model.metadata) or given
        context = min(given, trained)
        room = min(context - asked, wanted or context)
        if room < min(_SHORTEST_ANSWER, wanted or _SHORTEST_ANSWER):
            more = f", or more context (…?context=N, at most {trained})" if trained > context else ""
            raise BadRequestError(
                self._address,
                f"the request has {asked} tokens, of a context of {context}: no room is left for the answer; "
                f"ask about less at a time (--max-chars N, in Python max_chars), with a shorter prompt such as "
                f"'statements/tiny'{more}",
            )
        return room

    # --- Writing ------------------------------------------------------------------------------------------

    def _likeliest(
        self,
        segments: Sequence[Sequence[int]],
        params: Mapping[str, Any],
        *,
        room: int,
        grammar: str | None,
        interrupted: Callable[[], bool],
    ) -> Written:
        penalties = Penalties(
            params.get("repeat_penalty", 1.0),
            params.get("frequency_penalty", 0.0),
            params.get("presence_penalty", 0.0),
        )
        return write(
            self._model, segments[-1], room=room, grammar=grammar, penalties=penalties, interrupted=interrupted
        )

    def _sampled(
        self,
        segments: Sequence[Sequence[int]],
        params: Mapping[str, Any],
        *,
        room: int,
        grammar: str | None,
        interrupted: Callable[[], bool],
    ) -> Written:
        from llama_cpp.llama_grammar import LlamaGrammar

        completion = self._model.create_completion(
            [token for segment in segments for token in segment],
            max_tokens=room,
            grammar=None if grammar is None else LlamaGrammar.from_string(grammar, verbose=False),
            stopping_criteria=lambda ids, logits: interrupted(),
            **params,
        )
        choice = completion["choices"][0]
        tokens = completion["usage"]["completion_tokens"]
        return Written(choice["text"], tokens, ended=choice["finish_reason"] == "stop")

    # --- The model ----------------------------------------------------------------------------------------

    def _loaded(self) -> Any:
        if self._model is None:
            import llama_cpp

            threads = self._options.threads or _processors()
            model = llama_cpp.Llama(
                str(self._path),
                n_ctx=self._options.context,
                n_threads=threads,
                n_threads_batch=threads,
                n_gpu_layers=self._options.gpu_layers,
                verbose=False,
            )
            self._template = _template(model)
            self._id = f"{self._path.name} sha256:{_digest(self._path)}"
            self._memory = Memory(model)
            self._model = model
        return self._model

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (AssertionError, OSError, RuntimeError, TypeError, ValueError) as error:
            reason = f"llama.cpp cannot do it with {self._path.name!r}: {error or type(error).__name__}"
            raise BackendError(self._address, reason) from error


def _template(model: Any) -> ChatTemplate:
    def text(token: int) -> str:
        return str(model.detokenize([token], special=True).decode()) if token >= 0 else ""

    source = model.metadata.get("tokenizer.chat_template", "")
    return ChatTemplate(source, bos=text(model.token_bos()), eos=text(model.token_eos()))


def _trained_context(metadata: dict[str, str]) -> int | None:
    length = metadata.get(f"{metadata.get('general.architecture')}.context_length", "")
    return int(length) if length.isdecimal() else None


def _digest(path: Path) -> str:
    """The first 16 hex digits of the file's sha256, by which repositories of models list it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _processors() -> int:
    """Half of those this process may use: threads that wait for a busy processor keep all others waiting."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, count // 2)


# --- Grammars -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _grammar(schema: str | None) -> str | None:
    if schema is None:
        return None
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    return strict_strings(json_schema_to_gbnf(grammar_schema(schema)))


def grammar_schema(schema: str) -> str:
    """The schema without the types of enumerations: where they are several (text or null), llama-cpp-python
    makes its grammar of them and forgets the values."""
    return json.dumps(json.loads(schema, object_hook=_values_before_types), ensure_ascii=False)


def strict_strings(grammar: str) -> str:
    """The grammar (GBNF) with the characters that a JSON string may hold as they stand (RFC 8259, section 7):
    llama-cpp-python's own rule lets line breaks and other control characters through."""
    return _CHARACTER.sub(lambda rule: rule[1] + _JSON_CHARACTER, grammar)


def _values_before_types(node: dict[str, Any]) -> dict[str, Any]:
    typed_enum = isinstance(node.get("enum"), list) and "type" in node
    return {name: value for name, value in node.items() if name != "type"} if typed_enum else node
