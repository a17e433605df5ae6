"""How far a run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import click

from framing.runs import Snapshot

__all__ = ["ProgressBar", "ProgressLines", "told"]

_EVERY = 10.0
_WHOLE = 1_000.0


def told(now: Snapshot) -> str:
    """A snapshot in words: articles, rate, tokens, cost, failures, time left."""
    parts = [f"{now.written:,} articles", f"{now.per_second:.1f}/s"]
    if now.usage.requests:
        tokens = now.usage.input_tokens + now.usage.output_tokens
        parts += [f"{now.requests:,} requests", f"{tokens:,} tokens"]
        parts.append("cost unknown" if now.cost is None else f"cost {now.cost:.4f}")
    parts.append(f"{now.failed:,} failed")
    if now.skipped:
        parts.append(f"{now.skipped:,} were there")
    if now.stopping:
        parts.append("finishing what is on its way")
    elif now.seconds_left is not None:
        parts.append(f"{_clock(now.seconds_left)} left")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class ProgressBar:
    """A bar on stderr, for `with`; call it with each snapshot. Without a known whole it moves without an end."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        columns = (BarColumn(bar_width=24), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, now: Snapshot) -> None:
        whole = None if now.read is None else _WHOLE
        done = (now.read or 0.0) * _WHOLE
        self._progress.update(self._task, description=told(now), total=whole, completed=done, refresh=True)


class ProgressLines:
    """A line on stderr every ten seconds, for logs."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, now: Snapshot) -> None:
        if time.monotonic() - self._last >= _EVERY:
            self._last = time.monotonic()
            click.echo(f"framing: {told(now)}", err=True)
