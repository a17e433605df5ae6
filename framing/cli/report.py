"""`framing report`: pages of what a run left in its folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.cli.annotate import field_options
from framing.cli.stored import articles_of, shared_option, stored_run
from framing.errors import InputError, UsageError

if TYPE_CHECKING:
    from framing.annotations import Analysis
    from framing.corpus import Entry, Fields
    from framing.text import Document

    Pair = tuple[Document, Analysis]

__all__ = ["report"]

_ARTICLES = "articles"
_EVENTS = "events"
_SIDE_BY_SIDE = 6
_NAME_THEM = "Name the articles after the run: framing report RUN INPUT..."


@click.command()
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path, exists=True))
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@field_options
@click.option("--out", type=click.Path(path_type=Path), help="The folder for the pages; by default RUN/report.")
@click.option("--title", help="What the page is called; by default the name of the folder.")
@click.option(
    "--event-field",
    metavar="COLUMN",
    help="Column that names the event of an article: a page for each event, its articles side by side.",
)
@shared_option
def report(
    run: Path,
    inputs: tuple[str, ...],
    fields: Fields,
    out: Path | None,
    title: str | None,
    event_field: str | None,
    shared: Path,
) -> None:
    """Make HTML pages of RUN: a folder of `annotate`, a .jsonl file of analyses, or a folder of `eval run`.

    A run keeps no text. It says in run.json which files it has read, and these are read again: every article whose
    text is still the same, to the letter, gets a page of its own, and wordings of the same quotation are shown side
    by side. INPUT takes their place: where they have moved, or for a .jsonl file. The pages need no server.
    """
    out = out or (run if run.is_dir() else run.parent) / "report"
    if (run / "outcomes.jsonl").is_file():
        page = _evaluation(run, shared)
    else:
        analyses = _analyses(run)
        pairs = _with_texts(analyses, _read(run, inputs, fields))
        page = _corpus(analyses, pairs, out, title or run.resolve().stem, event_field)
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text(page, encoding="utf-8", newline="\n")
    click.echo(f"{out / 'index.html'}")


def _analyses(run: Path) -> tuple[Analysis, ...]:
    from framing.runs import read_analyses

    analyses = tuple(read_analyses(run))
    if not analyses:
        raise InputError(str(run), "holds no analysis")
    return analyses


def _corpus(
    analyses: Sequence[Analysis], pairs: Sequence[Pair], out: Path, title: str, event_field: str | None
) -> str:
    from framing.quotes import find_requotes
    from framing.reports import corpus_page

    answered = [pair for pair in pairs if pair[1].answered]
    return corpus_page(
        analyses,
        title=title,
        links=_article_pages(pairs, out),
        requotes=find_requotes(answered),
        events=_event_pages(answered, event_field, out) if event_field else {},
    )


def _read(run: Path, inputs: Sequence[str], fields: Fields) -> Iterable[Entry]:
    """The articles: those that are given, or else those that the run says it has read."""
    from framing.corpus import read_corpus
    from framing.runs import recorded_inputs

    if inputs:
        return read_corpus(inputs, fields)
    recorded = recorded_inputs(run) if run.is_dir() else None
    if recorded is None:
        _tell(f"no pages of articles: {str(run)!r} does not say where their texts are. {_NAME_THEM}")
        return ()
    try:
        return read_corpus(*recorded)
    except InputError as error:
        _tell(
            f"no pages of articles: the run has read {error.source!r}, which is not there any more. {_NAME_THEM}"
        )
        return ()


def _with_texts(analyses: Sequence[Analysis], entries: Iterable[Entry]) -> list[Pair]:
    """Every analysis whose text is among the entries, to the letter; says of how many it is not."""
    from framing.text import Document

    wanted = {analysis.document.sha256 for analysis in analyses}
    texts: dict[str, dict[str, Document]] = {}
    read = 0
    for entry in entries:
        read += 1
        if isinstance(entry, Document) and entry.sha256 in wanted:
            texts.setdefault(entry.sha256, {}).setdefault(entry.id, entry)
    lacking = [a.document.id for a in analyses if a.document.sha256 not in texts]
    if lacking and read:
        have = "article has" if len(lacking) == 1 else "articles have"
        named = f"{', '.join(lacking[:5])}{' …' if len(lacking) > 5 else ''}"
        _tell(f"{len(lacking):,} {have} no page, its text is not in the inputs or has changed: {named}")
    return [(_as_analysed(a, texts[a.document.sha256]), a) for a in analyses if a.document.sha256 in texts]


def _as_analysed(analysis: Analysis, printed: Mapping[str, Document]) -> Document:
    """The text under the id of its analysis: a run gives another one where two articles have the same."""
    named = printed.get(analysis.document.id) or next(iter(printed.values()))
    told = analysis.document.model_dump(exclude={"sha256", "chars"})
    return named.model_copy(update=told)


def _article_pages(pairs: Sequence[Pair], out: Path) -> Mapping[str, str]:
    """Write the page of every article, one after the other; gives the addresses by document id."""
    from framing.reports import article_page, page_name, save_pages

    for document, analysis in pairs:
        save_pages({analysis.document.id: article_page(analysis, document)}, out / _ARTICLES)
    return {a.document.id: f"{_ARTICLES}/{page_name(a.document.id)}" for _, a in pairs}


def _event_pages(pairs: Sequence[Pair], field: str, out: Path) -> Mapping[str, str]:
    """Write a page for each event that several articles are on; gives the addresses by the event's name."""
    from framing.reports import outlets_page, page_name, save_pages

    events: dict[str, list[Pair]] = {}
    for document, analysis in pairs:
        if name := document.meta.get(field):
            events.setdefault(str(name), []).append((document, analysis))
    if pairs and not events:
        raise UsageError(f"no article has a column {field!r} (--event-field)")
    addresses: dict[str, str] = {}
    for name, members in events.items():
        if len(members) < 2:
            continue
        if len(members) > _SIDE_BY_SIDE:
            _tell(f"event {name!r}: the first {_SIDE_BY_SIDE} of {len(members):,} articles are side by side")
        shown = members[:_SIDE_BY_SIDE]
        links = {document.id: f"../{_ARTICLES}/{page_name(document.id)}" for document, _ in shown}
        save_pages({name: outlets_page(shown, title=name, links=links)}, out / _EVENTS)
        addresses[name] = f"{_EVENTS}/{page_name(name)}"
    return addresses


def _tell(message: str) -> None:
    click.echo(f"framing: {message}", err=True)


def _evaluation(run: Path, shared: Path) -> str:
    from framing.reports import evaluation_page

    scored = stored_run(run, shared)
    return evaluation_page(scored, articles_of(scored.suite, scored.articles, shared, final=scored.final))
