"""`framing batch submit|status|fetch`: the way of a requests file through a server's Batch API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.tables import print_table

if TYPE_CHECKING:
    from framing.backends.batch_api import BatchApi, Part

__all__ = ["fetch", "status", "submit"]

INCOMPLETE = 5


def _server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--api-key", envvar="OPENAI_API_KEY", show_envvar=True, help="Better in the environment."),
        click.option("--base-url", envvar="OPENAI_BASE_URL", show_envvar=True, help="The server."),
        click.argument("requests", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@click.command("submit")
@_server_options
@click.option("--again", is_flag=True, help="Ask once more what expired or failed on the server.")
def submit(requests: Path, base_url: str | None, api_key: str | None, again: bool) -> None:
    """Send the exported file REQUESTS to the server's Batch API, in as many batches as it takes.

    Given again, it starts nothing that was started before. With --again it starts the requests that came to nothing
    in batches that have ended, and only those; `fetch` then saves the answers of all.
    """
    _print(_api(base_url, api_key).submit(requests, again=again))


@click.command("status")
@_server_options
@click.option("--wait", is_flag=True, help="Look again until all have ended.")
@click.option("--every", type=float, default=60.0, show_default=True, metavar="SECONDS", help="Between two looks.")
@click.pass_context
def status(
    ctx: click.Context, requests: Path, base_url: str | None, api_key: str | None, wait: bool, every: float
) -> None:
    """Say what has become of the batches of REQUESTS; exit code 5 while any has not ended."""
    api = _api(base_url, api_key)
    parts = api.wait(requests, every=every, watch=_tell_progress) if wait else api.status(requests)
    _print(parts)
    ctx.exit(0 if all(part.ended for part in parts) else INCOMPLETE)


@click.command("fetch")
@_server_options
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="[default: REQUESTS.results.jsonl]")
@click.pass_context
def fetch(ctx: click.Context, requests: Path, base_url: str | None, api_key: str | None, out: Path | None) -> None:
    """Save the answers of all batches of REQUESTS that have ended, for `framing batch import`.

    Exit code 5 where batches have not ended, expired or failed, or requests failed.
    """
    out = out or requests.with_name(f"{requests.stem}.results.jsonl")
    parts = _api(base_url, api_key).fetch(requests, out)
    _print(parts)
    click.echo(f"saved to {out}")
    # What came to nothing in a part that was asked again is the business of the later part.
    ctx.exit(
        0 if all(part.again or (part.status == "completed" and not part.failed) for part in parts) else INCOMPLETE
    )


def _api(base_url: str | None, api_key: str | None) -> BatchApi:
    from framing.backends.batch_api import BatchApi

    return BatchApi(base_url=base_url, api_key=api_key)


def _tell_progress(parts: tuple[Part, ...]) -> None:
    ended, done, failed = (
        sum(counts) for counts in zip(*((p.ended, p.done, p.failed) for p in parts), strict=True)
    )
    click.echo(f"{ended} of {len(parts)} batches ended, {done:,} answered, {failed:,} failed", err=True)


def _print(parts: Iterable[Part]) -> None:
    rows = [
        (
            f"{len(part.only)} again" if part.only else f"{part.first}-{part.last}",
            part.batch or "",
            part.status,
            part.done,
            part.failed,
            part.reason or "",
        )
        for part in parts
    ]
    print_table(("requests", "batch", "status", "answered", "failed", "reason"), rows)
