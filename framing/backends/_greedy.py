"""The likeliest text that a grammar allows, found by asking the grammar about one token before asking it about all.

llama-cpp-python asks the grammar about every token of the vocabulary at every step, which takes longer than a small
model does. The likeliest of the allowed tokens is the likeliest of all wherever that one is allowed, which is nearly
everywhere: so the text is the same, and only where the first choice is refused all are asked. llama.cpp's own
programs do it in this order, too.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

__all__ = ["Penalties", "Written", "write"]

_LAST = 64
"""So many tokens are remembered by the penalties, as llama-cpp-python has it."""


@dataclass(frozen=True, slots=True)
class Penalties:
    """How much less likely a token becomes that was just written.

    As in llama.cpp: its logit is divided by `repeat` (multiplied where it is negative), then `frequency` is taken
    off for each time that it was written, and `presence` once.
    """

    repeat: float = 1.0
    frequency: float = 0.0
    presence: float = 0.0

    def apply(self, logits: Any, written: Sequence[int]) -> None:
        """Change `logits` (float32, one a token of the vocabulary) for the tokens `written` last."""
        import numpy as np

        repeat, frequency, presence = map(np.float32, (self.repeat, self.frequency, self.presence))
        for token, times in Counter(written[-_LAST:]).items():
            logits[token] = logits[token] * repeat if logits[token] <= 0 else logits[token] / repeat
            logits[token] -= np.float32(times) * frequency + presence


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote, in how many tokens, and whether it came to its end."""

    text: str
    tokens: int
    ended: bool


def write(
    model: Any,
    tokens: Sequence[int],
    *,
    room: int,
    grammar: str | None,
    penalties: Penalties,
    interrupted: Callable[[], bool],
) -> Written:
    """Up to `room` tokens after `tokens`, the end of a request whose beginning the llama_cpp.Llama has computed.

    `grammar` is in llama.cpp's notation (GBNF). Breaks off as soon as `interrupted()`. Raises RuntimeError where
    the grammar cannot be read, or where it allows no token of the vocabulary.
    """
    import llama_cpp

    vocabulary = llama_cpp.llama_model_get_vocab(model.model)
    before = [*model.input_ids[: model.n_tokens].tolist(), *tokens]
    written: list[int] = []
    ended = False
    with _grammar_sampler(vocabulary, grammar) as sampler:
        model.eval(tokens)
        while len(written) < room:
            token = _likeliest(model, written, penalties, sampler)
            if ended := llama_cpp.llama_vocab_is_eog(vocabulary, token):
                break
            written.append(token)
            if interrupted():
                break
            model.eval([token])
    text = model.detokenize(written, prev_tokens=before).decode("utf-8", errors="ignore")
    return Written(text, len(written), ended)


def _likeliest(model: Any, written: Sequence[int], penalties: Penalties, sampler: Any) -> int:
    import llama_cpp
    import numpy as np

    size = model.n_vocab()
    logits = np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(model.ctx, -1), shape=(size,)).copy()
    penalties.apply(logits, written)
    token = int(logits.argmax())
    if sampler is None:
        return token
    if not np.isfinite(_allowed(sampler, [token], logits[[token]])[0]):
        allowed = _allowed(sampler, np.arange(size), logits)
        token = int(allowed.argmax())
        if not np.isfinite(allowed[token]):
            raise RuntimeError("no token of the model fits the schema here")
    llama_cpp.llama_sampler_accept(sampler, token)
    return token


def _allowed(sampler: Any, tokens: Any, logits: Any) -> Any:
    """The logits of `tokens`, minus infinity for those that the grammar refuses."""
    import llama_cpp
    import numpy as np

    data = np.zeros(len(tokens), dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
    data["id"], data["logit"] = tokens, logits
    array = llama_cpp.llama_token_data_array(
        data=data.ctypes.data_as(llama_cpp.llama_token_data_p), size=len(data), selected=-1, sorted=False
    )
    llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
    return data["logit"]


@contextmanager
def _grammar_sampler(vocabulary: Any, grammar: str | None) -> Iterator[Any]:
    import llama_cpp

    if grammar is None:
        yield None
        return
    sampler = llama_cpp.llama_sampler_init_grammar(vocabulary, grammar.encode(), b"root")
    if not sampler:
        raise RuntimeError("the grammar of the schema cannot be read")
    try:
        yield sampler
    finally:
        llama_cpp.llama_sampler_free(sampler)
