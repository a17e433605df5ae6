"""`framing compare`: prompts beside each other."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from framing.analyzer import Analyzer, Value
from framing.backends import Extractor, ModelBackend, load_backend
from framing.cli.inputs import read_articles
from framing.cli.options import parsed_params
from framing.cli.outputs import check_writable
from framing.comparison import Comparison, Instrument
from framing.comparison import compare as ask_and_compare
from framing.errors import UsageError
from framing.text import Document

__all__ = ["compare"]

INCOMPLETE = 5
_PRICE = re.compile(r"(?:(?P<backend>.+)=)?(?P<input>\d+(?:\.\d+)?)/(?P<output>\d+(?:\.\d+)?)")


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--prompts", default="joint", show_default=True, metavar="A,B,...", help="Prompts, by name or file.")
@click.option("--backends", envvar="FRAMING_BACKEND", show_envvar=True, default="rules", show_default=True,
              metavar="X,Y,...", help="Who answers; each prompt is asked of each.")  # fmt: skip
@click.option(
    "--codebook", default="policy-frames", show_default=True, metavar="NAME|FILE", help="Frames to look for."
)
@click.option("--repeat", type=click.IntRange(min=1), default=1, show_default=True, help="Ask so many times.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Model parameter, e.g. temperature=1.")
@click.option("--base-url", envvar="OPENAI_BASE_URL", show_envvar=True, help="An OpenAI-compatible server.")
@click.option("--api-key", envvar="OPENAI_API_KEY", show_envvar=True, help="Better left to the environment.")
@click.option(
    "--concurrency", type=click.IntRange(min=1), default=4, show_default=True, help="Articles at a time."
)
@click.option("--price", "prices", multiple=True, metavar="[BACKEND=]IN/OUT", help="Price of a million tokens.")
@click.option(
    "--outlets", is_flag=True, help="Compare the articles with each other: one event, one prompt, an HTML page."
)
@click.option("--title", help="What the page of --outlets is called.")
@click.option("--differences", is_flag=True, help="Of an article, show only what the instruments differ on.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Save the page of --format html to this .html file.")
@click.pass_context
def compare(
    ctx: click.Context,
    inputs: tuple[str, ...],
    prompts: str,
    backends: str,
    codebook: str,
    repeat: int,
    params: tuple[str, ...],
    base_url: str | None,
    api_key: str | None,
    concurrency: int,
    prices: tuple[str, ...],
    outlets: bool,
    title: str | None,
    differences: bool,
    form: str,
    out: Path | None,
) -> None:
    """Ask several prompts about the articles in each INPUT (text files, or .jsonl) and compare the answers.

    One article is shown side by side; of several, agreement, contrasts and costs are. A backend that needs no
    prompt (rules) is compared as one more. With --outlets it is the articles that stand side by side, each whole:
    whom each of them quotes, with which words, in which frame. Exit code 5: some article failed.
    """
    if out is not None and (form != "html" or out.suffix != ".html"):
        raise UsageError(f"--out {str(out)!r}: save a page to a .html file, with --format html")
    if out is not None:
        check_writable(out)
    costs = dict(map(_price, prices))
    articles = read_articles(inputs)
    if outlets:
        if form != "html" or repeat > 1:
            raise UsageError(
                "--outlets makes a page of one answer an article: add --format html, without --repeat"
            )
        analyzer = _only_one(
            _listed(prompts), _listed(backends), codebook, parsed_params(params), base_url, api_key
        )
        ctx.exit(_outlets(articles, analyzer, concurrency, title, out))
    with _progress(len(articles)) as progress:
        comparison = ask_and_compare(
            articles,
            prompts=_listed(prompts),
            backends=[_backend(name, base_url, api_key) for name in _listed(backends)],
            codebook=codebook,
            repeat=repeat,
            params=parsed_params(params),
            concurrency=concurrency,
            progress=progress,
        )
    if form == "json":
        click.echo(comparison.to_json(indent=2))
    elif form == "html":
        from framing.reports import comparison_page

        _save(comparison_page(comparison, articles), out)
    else:
        _show(comparison, articles, costs, differences)
    ctx.exit(INCOMPLETE if comparison.failures else 0)


def _only_one(
    prompts: list[str],
    backends: list[str],
    codebook: str,
    params: Mapping[str, Value],
    base_url: str | None,
    api_key: str | None,
) -> Analyzer:
    """The one instrument that reads the articles of all outlets: otherwise a difference could be its own."""
    if len(prompts) != 1 or len(backends) != 1:
        raise UsageError("--outlets compares articles by one prompt on one backend: name one of each")
    backend = _backend(backends[0], base_url, api_key)
    if isinstance(backend, Extractor):
        return Analyzer(backend, codebook=codebook)
    return Analyzer(backend, prompt=prompts[0], codebook=codebook, params=params)


def _outlets(
    articles: Sequence[Document], analyzer: Analyzer, concurrency: int, title: str | None, out: Path | None
) -> int:
    """Ask about every article, save the page that has them side by side; the exit code."""
    from concurrent.futures import ThreadPoolExecutor

    from framing.reports import outlets_page

    with ThreadPoolExecutor(concurrency) as pool:
        analyses = list(pool.map(analyzer.analyze, articles))
    pairs = list(zip(articles, analyses, strict=True))
    _save(outlets_page(pairs, title=title) if title else outlets_page(pairs), out)
    return 0 if all(analysis.complete for analysis in analyses) else INCOMPLETE


def _save(page: str, out: Path | None) -> None:
    if out is None:
        click.echo(page)
        return
    out.write_text(page, encoding="utf-8", newline="\n")
    click.echo(f"saved to {out}", err=True)


def _show(
    comparison: Comparison,
    articles: tuple[Document, ...],
    prices: dict[str, tuple[float, float]],
    differences: bool,
) -> None:
    from framing.reports.console import text_console
    from framing.reports.side_by_side import render_comparison

    def cost(instrument: Instrument) -> float | None:
        price = prices.get(instrument.backend, prices.get(""))
        return instrument.cost(input_price=price[0], output_price=price[1]) if price else None

    titles = {article.id: article.title or article.id for article in articles}
    render_comparison(
        comparison,
        text_console(),
        titles=titles,
        cost=cost if prices else None,
        only_differences=differences,
    )


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _backend(address: str, base_url: str | None, api_key: str | None) -> ModelBackend | Extractor:
    """A server is only told of a backend that has one."""
    if address.partition(":")[0] == "openai":
        return load_backend(address, base_url=base_url, api_key=api_key)
    return load_backend(address)


def _price(text: str) -> tuple[str, tuple[float, float]]:
    match = _PRICE.fullmatch(text)
    if match is None:
        raise UsageError(f"--price {text!r}: write IN/OUT or BACKEND=IN/OUT, the prices of a million tokens")
    return match["backend"] or "", (float(match["input"]), float(match["output"]))


@contextmanager
def _progress(articles: int) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, where that is a terminal and there is more than one article."""
    if articles < 2 or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("asking")
        yield lambda done, todo: bar.update(task, completed=done, total=todo)
