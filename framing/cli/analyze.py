"""`framing analyze`: articles in, a readable summary, JSON or pages out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from framing.analyzer import Analyzer
from framing.annotations import Analysis
from framing.backends import settled
from framing.cli.failures import tell
from framing.cli.options import analyzer_options
from framing.cli.outputs import check_writable
from framing.corpus import read_document
from framing.errors import InputError, RetryableError, UsageError
from framing.text import Document

__all__ = ["analyze"]

INCOMPLETE = 5


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@analyzer_options
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "html"]), default="text", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Also save to this .json, .jsonl or .html file, or folder."
)
@click.pass_context
def analyze(ctx: click.Context, files: tuple[str, ...], analyzer: Analyzer, form: str, out: Path | None) -> None:
    """Take the article in each FILE apart.

    FILE is plain text; - is standard input. An article's id is its file's name without suffix. A page of HTML is
    printed, or saved where --out says so: several articles go to a folder, a page for each.
    """
    _check_target(out, form, files)
    analyzer = analyzer.with_backend(settled(analyzer.backend))
    done: list[Analysis] = []
    pages: list[tuple[str, str]] = []
    as_pages = _saves_pages(out, form)
    code = 0
    for file in files:
        try:
            document = read_document(file)
            analysis = analyzer.analyze(document)
        except (InputError, RetryableError) as error:  # this article fails, the others go on
            tell(error)
            code = max(code, error.exit_code)
            continue
        done.append(analysis)
        if as_pages or form == "html":
            pages.append((document.id, _page(analysis, document, analyzer)))
        _print_one(analysis, document, form)
    if form == "json":
        click.echo(_as_json(done))
    elif form == "html" and not as_pages:
        click.echo("".join(page for _, page in pages))
    if out is not None and done:
        saved = _save_pages(pages, out) if as_pages else _save(done, out)
        click.echo(f"saved to {saved}", err=form != "text")
    ctx.exit(code or _completeness(done))


def _completeness(done: list[Analysis]) -> int:
    lacking = [analysis.document.id for analysis in done if not analysis.complete]
    if not lacking:
        return 0
    click.echo(f"framing: incomplete, see the problems of {', '.join(lacking)}", err=True)
    return INCOMPLETE


def _print_one(analysis: Analysis, document: Document, form: str) -> None:
    if form == "jsonl":
        click.echo(analysis.model_dump_json())
    elif form == "text":
        from framing.reports.console import text_console
        from framing.reports.terminal import render

        render(analysis, document, text_console())


def _as_json(done: list[Analysis]) -> str:
    """One article as an object, several as an array."""
    values = [analysis.model_dump(mode="json") for analysis in done]
    return json.dumps(values[0] if len(values) == 1 else values, ensure_ascii=False, indent=2)


def _page(analysis: Analysis, document: Document, analyzer: Analyzer) -> str:
    from framing.reports import article_page

    return article_page(analysis, document, codebook=analyzer.codebook)


def _check_target(out: Path | None, form: str, files: tuple[str, ...]) -> None:
    if out is not None and out.suffix not in {"", ".json", ".jsonl", ".html"}:
        raise UsageError(f"--out {str(out)!r}: save to a .json, .jsonl or .html file, or to a folder")
    one_page = out.suffix == ".html" if out is not None else form == "html"
    if one_page and len(files) > 1:
        raise UsageError(f"a page holds one article, not {len(files)}: give --format html and a folder as --out")
    if out is not None and not out.suffix:
        _check_names(files)
    if out is not None:
        check_writable(out)


def _check_names(files: tuple[str, ...]) -> None:
    """In a folder each article has a file of its own: two of one id would leave only the last."""
    seen: dict[str, str] = {}
    for file in files:
        first = seen.setdefault(Path(file).stem.casefold(), file)
        if first is not file:
            raise UsageError(
                f"{first!r} and {file!r} would be saved under one name: rename one, or save to a .jsonl file"
            )


def _saves_pages(out: Path | None, form: str) -> bool:
    return out is not None and (out.suffix == ".html" or (not out.suffix and form == "html"))


def _save_pages(pages: list[tuple[str, str]], out: Path) -> Path:
    from framing.reports import save_pages

    if not out.suffix:
        save_pages(dict(pages), out)
        return out
    out.write_text(pages[0][1], encoding="utf-8", newline="\n")
    return out


def _save(done: list[Analysis], out: Path) -> Path:
    if out.suffix == ".json":
        out.write_text(_as_json(done) + "\n", encoding="utf-8")
    elif out.suffix == ".jsonl":
        out.write_text("".join(a.model_dump_json() + "\n" for a in done), encoding="utf-8")
    else:
        for analysis in done:
            (out / f"{analysis.document.id}.json").write_text(_as_json([analysis]) + "\n", encoding="utf-8")
    return out
