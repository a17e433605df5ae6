"""Names of backends, and how one is made from its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from framing.backends._options import BackendOptions
from framing.backends._protocols import Extractor, ModelBackend, ServerBackend
from framing.errors import UnknownNameError, UsageError

__all__ = ["ENTRY_POINTS", "BackendInfo", "list_backends", "load_backend", "settled"]

ENTRY_POINTS = "framing.backends"
"""The group under which an installed package announces a backend: `name = "package.module:Class"`."""


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """A backend that can be asked for. `usage` is its address as a user types it.

    `path` is `module:attribute` of its class. A class with a classmethod
    `from_address(model, *, base_url, api_key, options)` is made by it; any other takes no arguments.
    """

    name: str
    path: str
    usage: str
    summary: str


_BUILT_IN = {
    info.name: info
    for info in (
        BackendInfo(
            "openai",
            "framing.backends.openai:OpenAI",
            "openai:MODEL",
            "a model on any OpenAI-compatible server",
        ),
        BackendInfo(
            "local",
            "framing.backends.local:Local",
            "local:FILE.gguf",
            "a model file in this process, by llama.cpp (extra: local)",
        ),
        BackendInfo(
            "rules",
            "framing.backends.rules:Rules",
            "rules",
            "no model: quotation marks, cue verbs, indicator words; runs offline",
        ),
        BackendInfo(
            "cache",
            "framing.backends.cache:Replay",
            "cache:FILE",
            "replies recorded earlier in a jsonl file; asks nobody",
        ),
        BackendInfo(
            "mock",
            "framing.backends.mock:Mock",
            "mock:FILE",
            "scripted replies from a jsonl file, for tests",
        ),
        BackendInfo(
            "oracle",
            "framing.testing:Oracle",
            "oracle:FILE",
            "the labels of a gold file, as a model that makes no mistakes would give them",
        ),
    )
}


def list_backends() -> tuple[BackendInfo, ...]:
    """Every backend that `load_backend` knows, built-in ones first, then plug-ins by name."""
    return tuple(_known().values())


def load_backend(
    address: str,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    options: BackendOptions | None = None,
) -> ModelBackend | Extractor:
    """The backend at `address`, ready to be asked; no connection is made yet.

    `base_url`, `api_key` and `options` matter to backends that speak to a server; the others have no use for them.
    Raises UnknownNameError, UsageError where the address lacks its model or has one too many, and whatever
    error the backend itself has about its parameters.
    """
    name, _, model = address.partition(":")
    # Looking for plug-ins reads about every package that is installed.
    known = _BUILT_IN if name in _BUILT_IN else _known()
    if name not in known:
        raise UnknownNameError("backend", name, tuple(info.usage for info in known.values()))
    return _made(known[name], model, base_url, api_key, options or BackendOptions())


def _made(
    info: BackendInfo, model: str, base_url: str | None, api_key: str | None, options: BackendOptions
) -> ModelBackend | Extractor:
    factory = _imported(info)
    backend: Any
    if hasattr(factory, "from_address"):
        if not model:
            raise UsageError(f"backend {info.name!r} needs more: {info.usage}")
        backend = factory.from_address(model, base_url=base_url, api_key=api_key, options=options)
    else:
        if model:
            raise UsageError(f"backend {info.name!r} takes no model, but was given {model!r}")
        backend = factory()
    if not isinstance(backend, ModelBackend | Extractor):
        raise UsageError(f"{info.path!r} is no backend: it has neither complete/acomplete nor extract")
    return backend


def _imported(info: BackendInfo) -> Any:
    module, _, attribute = info.path.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"backend {info.name!r} cannot be loaded: {error}") from error


@cache
def _known() -> Mapping[str, BackendInfo]:
    known = dict(_BUILT_IN)
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        package = point.dist.name if point.dist else point.module
        plugin = BackendInfo(point.name, point.value, f"{point.name}[:MODEL]", f"plug-in of {package}")
        known.setdefault(plugin.name, plugin)
    return known


def settled(backend: ModelBackend | Extractor) -> ModelBackend | Extractor:
    """The backend, or, where its way of structured output is `auto`, one that asks in the strictest way that its
    server takes and obeys: up to four small requests find out. Raises the BackendError family."""
    if not isinstance(backend, ServerBackend) or backend.options.structured != "auto":
        return backend
    from framing.backends._probe import PROBE, probe, with_mode

    return with_mode(backend, probe(backend, ask=lambda asked, _: asked.complete(PROBE)).mode)
