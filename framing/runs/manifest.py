"""run.json: everything that is needed to repeat a run, and what came of it."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from framing._version import __version__
from framing.analyzer import Analyzer
from framing.backends import ServerBackend
from framing.errors import UsageError
from framing.runs.limits import RunOptions
from framing.runs.store import Store

__all__ = ["MANIFEST", "SETTINGS", "check_settings", "settings_of", "versions", "write_manifest"]

MANIFEST = "run.json"
SETTINGS = "settings"
"""The fact that says what the folder was made with."""
_PACKAGES = ("openai", "httpx2", "aiohttp", "pydantic", "sentencex")


def settings_of(analyzer: Analyzer, options: RunOptions) -> dict[str, Any]:
    """Whatever changes a request, or how its answer is read: two runs with equal settings ask the same."""
    book, backend = analyzer.codebook, analyzer.backend
    settings: dict[str, Any] = {
        "backend": backend.address,
        "prompts": {prompt.ref: prompt.fingerprint for prompt in analyzer.prompts},
        "codebook": {book.ref: book.fingerprint} if book else None,
        "params": dict(sorted(analyzer.params.items())),
        "repairs": analyzer.repairs,
        "max_chars": analyzer.max_chars,
        "sample": options.sample,
        "as_completed": options.as_completed,
    }
    if isinstance(backend, ServerBackend):
        settings |= {"api": backend.options.api, "structured": backend.options.structured}
    return settings


def check_settings(store: Store, settings: Mapping[str, Any], folder: Path) -> None:
    """Keep the settings of a new folder; raises UsageError where it was made with other ones, naming them."""
    given = json.loads(json.dumps(settings))
    made = store.fact(SETTINGS)
    if made is None:
        store.set_fact(SETTINGS, given)
        return
    names = sorted(name for name in {*made, *given} if made.get(name) != given.get(name))
    if names:
        told = "; ".join(f"{name} was {_short(made.get(name))}, now {_short(given.get(name))}" for name in names)
        raise UsageError(
            f"{str(folder)!r} was made with other settings: {told}. Use another folder for another run"
        )


@cache
def versions() -> Mapping[str, str]:
    """What is installed here; reading it takes longer than all else that a manifest holds."""
    found = {"framing": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write run.json whole, or leave the one that is there."""
    new = folder / f"{MANIFEST}.new"
    new.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    new.replace(folder / MANIFEST)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else text[:160] + "…"
