"""Options that several commands share, and what they make: an Analyzer."""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Callable
from typing import Any, Literal

import click

from framing.analyzer import MAX_CHARS, Analyzer
from framing.backends import BackendOptions, Extractor, ModelBackend, Structured, load_backend

__all__ = ["Load", "analyzer_options", "backend_options", "max_chars_option", "parsed_params"]

Load = Callable[[str], ModelBackend | Extractor]

_OFFLINE = (
    "framing: no model is configured, so the offline rules answer: a baseline without understanding "
    "(--backend openai:MODEL for a model)"
)


def backend_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --base-url and its like; the command receives them as one `load`, from an address to its backend."""

    @click.option("--base-url", envvar="OPENAI_BASE_URL", show_envvar=True, help="An OpenAI-compatible server.")
    @click.option("--api-key", envvar="OPENAI_API_KEY", show_envvar=True, help="Better left to the environment.")
    @click.option(
        "--structured",
        type=click.Choice(["json_schema", "json_object_schema", "json_object", "none", "auto"]),
        default="json_schema",
        show_default=True,
        help="How the server is told the schema; auto finds out.",
    )
    @click.option(
        "--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True, help="Endpoint."
    )
    @click.option("--header", "headers", multiple=True, metavar="NAME=VALUE", help="Sent with every request.")
    @click.option("--query", "queries", multiple=True, metavar="NAME=VALUE", help="Added to every address.")
    @click.option("--timeout", type=float, default=300.0, show_default=True, help="Seconds without a byte.")
    @functools.wraps(command)
    def with_load(
        *args: Any,
        base_url: str | None,
        api_key: str | None,
        structured: Structured,
        api: Literal["chat", "responses"],
        headers: tuple[str, ...],
        queries: tuple[str, ...],
        timeout: float,
        **kwargs: Any,
    ) -> Any:
        _tell_of_waiting()
        options = BackendOptions(
            api=api,
            structured=structured,
            timeout=timeout,
            headers=dict(_pair(pair, "--header") for pair in headers),
            query=dict(_pair(pair, "--query") for pair in queries),
        )
        load = functools.partial(load_backend, base_url=base_url, api_key=api_key, options=options)
        return command(*args, load=load, **kwargs)

    return with_load


def max_chars_option(default: int | None = MAX_CHARS) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --max-chars."""
    return click.option(
        "--max-chars",
        type=click.IntRange(min=1),
        default=default,
        show_default=default is not None,
        metavar="N",
        help="Ask about longer articles in pieces of N characters.",
    )


def analyzer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --prompt, --codebook, --backend and their like; the command receives them as one `analyzer`."""

    @click.option(
        "--prompt", "prompts", multiple=True, metavar="NAME|FILE", help="Prompt; several divide the tasks."
    )
    @click.option(
        "--codebook", default="policy-frames", show_default=True, metavar="NAME|FILE", help="Frames to look for."
    )
    @click.option(
        "--backend", envvar="FRAMING_BACKEND", show_envvar=True, metavar="NAME[:MODEL]", help="Who answers."
    )
    @click.option(
        "--param", "params", multiple=True, metavar="KEY=VALUE", help="Model parameter, e.g. temperature=0."
    )
    @max_chars_option()
    @backend_options
    @functools.wraps(command)
    def with_analyzer(
        *args: Any,
        prompts: tuple[str, ...],
        codebook: str,
        backend: str | None,
        params: tuple[str, ...],
        max_chars: int,
        load: Load,
        **kwargs: Any,
    ) -> Any:
        if backend is None:
            click.echo(_OFFLINE, err=True)
        loaded = load(backend or "rules")
        if prompts and isinstance(loaded, Extractor):
            click.echo(f"framing: {loaded.address} takes no prompt: --prompt changes nothing", err=True)
        analyzer = Analyzer(
            loaded,
            prompt=prompts or "joint",
            codebook=codebook,
            params=parsed_params(params),
            max_chars=max_chars,
        )
        return command(*args, analyzer=analyzer, **kwargs)

    return with_analyzer


class _Waiting(logging.Handler):
    """Says on stderr that a server is asked again, and when: half a minute without a word looks like a crash."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(f"framing: {record.getMessage()}", err=True)


def _tell_of_waiting() -> None:
    log = logging.getLogger("framing.backends")
    log.setLevel(logging.INFO)
    if not any(isinstance(handler, _Waiting) for handler in log.handlers):
        log.addHandler(_Waiting())


def _pair(pair: str, option: str) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint=option)
    return key, value


def parsed_params(pairs: tuple[str, ...]) -> dict[str, Any]:
    """KEY=VALUE pairs; a value that reads as JSON is that value, any other is a string."""
    params: dict[str, Any] = {}
    for pair in pairs:
        key, value = _pair(pair, "--param")
        try:
            params[key] = json.loads(value)
        except json.JSONDecodeError:
            params[key] = value
    return params
