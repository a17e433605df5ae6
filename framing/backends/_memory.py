"""What llama.cpp has computed of one request, of which the next may begin with the same messages.

Only whole messages are used again, and each is computed by itself after the ones before it: a number that is
computed in another batch may differ in its last digit, and then a word. So what a model answers does not depend on
what it was asked before, and the codebook, which every question about an article repeats, is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

__all__ = ["Memory"]

Segment = Sequence[int]


class Memory:
    """The memory of a loaded llama_cpp.Llama (None: of none), which nobody else asks anything."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._held: tuple[Segment, ...] = ()

    def begin(self, segments: Sequence[Segment]) -> int:
        """Compute all segments of a request but the last; gives how many were there already.

        The last is left to the completion, which needs the numbers at its end.
        """
        before = segments[:-1]
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._held, before, strict=False)))
        self._held = ()
        if not self._cut(sum(map(len, before[:same]))):
            same = 0
            self._model.reset()
        for segment in before[same:]:
            self._model.eval(segment)
        return same

    def keep(self, segments: Sequence[Segment]) -> None:
        """Remember that the completion has computed `segments`: to be called when it has ended without an error."""
        self._held = tuple(segments)

    def _cut(self, tokens: int) -> bool:
        """Forget all but the first `tokens`; False where there are none, or the model cannot forget in part."""
        import llama_cpp

        if not tokens:
            return False
        memory = llama_cpp.llama_get_memory(self._model.ctx)
        if not llama_cpp.llama_memory_seq_rm(memory, -1, tokens, -1):
            return False
        self._model.n_tokens = tokens
        return True
