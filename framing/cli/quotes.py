"""`framing quotes`: the same utterance quoted more than once, and how the wordings differ."""

from __future__ import annotations

import click

from framing.analyzer import Analyzer
from framing.annotations import Analysis
from framing.backends import load_backend
from framing.cli.failures import tell
from framing.cli.inputs import read_articles
from framing.cli.options import parsed_params
from framing.errors import InputError, RetryableError
from framing.quotes import Requote, find_requotes
from framing.text import Document

__all__ = ["quotes"]

INCOMPLETE = 5
_WIDE = 1_000


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--backend", default="rules", show_default=True, metavar="NAME[:MODEL]", help="Who finds statements."
)
@click.option(
    "--prompt", default="statements", show_default=True, metavar="NAME|FILE", help="What a model is asked."
)
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Model parameter, e.g. temperature=0.")
@click.option("--base-url", envvar="OPENAI_BASE_URL", show_envvar=True, help="An OpenAI-compatible server.")
@click.option("--api-key", envvar="OPENAI_API_KEY", show_envvar=True, help="Better left to the environment.")
@click.option(
    "--min-words", type=click.IntRange(min=1), default=2, show_default=True, help="Fewest words in common."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def quotes(
    ctx: click.Context,
    files: tuple[str, ...],
    backend: str,
    prompt: str,
    params: tuple[str, ...],
    base_url: str | None,
    api_key: str | None,
    min_words: int,
    form: str,
) -> None:
    """Find what the articles in each FILE (text, or .jsonl) quote more than once, within one and across several.

    Each pair of wordings is shown with what differs: words changed, left out or put in brackets, a qualifier
    cut off, a negation or a number changed, another speaker. Without colours, [-words of the first-] and
    {+words of the second+} are marked.
    """
    loaded = load_backend(backend, base_url=base_url, api_key=api_key)
    analyzer = Analyzer(loaded, prompt=prompt, codebook=None, params=parsed_params(params))
    analyzed: list[tuple[Document, Analysis]] = []
    code = 0
    for document in read_articles(files):
        try:
            analyzed.append((document, analyzer.analyze(document)))
        except (InputError, RetryableError) as error:  # this article fails, the others go on
            tell(error)
            code = max(code, error.exit_code)
    _print(find_requotes(analyzed, min_words=min_words), len(analyzed), form)
    lacking = [analysis.document.id for _, analysis in analyzed if not analysis.complete]
    if lacking:
        click.echo(
            f"framing: statements may be missing, the analysis is incomplete: {', '.join(lacking)}", err=True
        )
    ctx.exit(code or (INCOMPLETE if lacking else 0))


def _print(requotes: tuple[Requote, ...], articles: int, form: str) -> None:
    if form == "json":
        from pydantic import TypeAdapter

        dumped = TypeAdapter(tuple[Requote, ...]).dump_json(requotes, indent=2)
        click.echo(dumped.decode("utf-8"))
        return
    from framing.reports.console import text_console
    from framing.reports.wordings import render_requotes

    console = text_console()
    if not console.is_terminal:  # nothing is wrapped, so that it can be searched and cut
        console = text_console(width=_WIDE)
    render_requotes(requotes, console, articles=articles)
