"""`framing data export` and `framing data import`: hand-labelled articles to and from other programs."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.cli.inputs import is_gold
from framing.cli.tables import print_table
from framing.errors import FramingError, UsageError
from framing.interop import FORMATS, GOLD, LAYERS, Layer, load_format

if TYPE_CHECKING:
    from framing.codebooks import Codebook
    from framing.evaluation import GoldArticle
    from framing.interop import CodedArticle, ExportReport, Scheme

__all__ = ["exporting", "importing"]

_SHOWN = 20
_INCOMPLETE = 5


def _scheme_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --codebook and --layer; the command receives them as one `scheme`."""

    @click.option(
        "--codebook", "codebooks", multiple=True, metavar="NAME|FILE", help="Whose frames are the labels."
    )
    @click.option(
        "--layer", "layers", multiple=True, type=click.Choice(LAYERS), help="What is coded; else all of them."
    )
    @functools.wraps(command)
    def with_scheme(*args: Any, codebooks: tuple[str, ...], layers: tuple[Layer, ...], **kwargs: Any) -> Any:
        from framing.codebooks import load_codebook
        from framing.interop import Scheme

        scheme = Scheme(layers or LAYERS, tuple(load_codebook(name) for name in codebooks))
        return command(*args, scheme=scheme, **kwargs)

    return with_scheme


@click.command("export")
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(sorted(FORMATS)), required=True, help="The format.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file or folder to write.")
@_scheme_options
@click.option(
    "--coder", "coders", multiple=True, metavar="NAME", help=f"Whose labels; {GOLD} are the adjudicated."
)
@click.option("--blind", is_flag=True, help="No labels: for each --coder, articles to begin with.")
@click.option("--analyses", type=click.Path(path_type=Path), metavar="RUN", help="Labels of a run to correct.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what the format cannot hold to this .jsonl."
)
def exporting(
    source: Path,
    form: str,
    out: Path,
    scheme: Scheme,
    coders: tuple[str, ...],
    blind: bool,
    analyses: Path | None,
    report: Path | None,
) -> None:
    """Write the articles of INPUT and their labels in the format of another program.

    INPUT is a gold file, a sample, or any .jsonl or text file of articles. By default the adjudicated labels and
    those of every coder are written. What the format cannot hold is told, and never left out in silence.
    """
    from framing.interop import coded_articles, export

    articles = _read(source)
    blind = blind or analyses is not None
    coded = coded_articles(
        articles, coders=coders or (("coder",) if blind else ()), layers=scheme.layers, blind=blind
    )
    if analyses is not None:
        coded = _corrected(coded, analyses, coders, scheme.layers)
    if not scheme.codebooks:
        scheme = replace(scheme, codebooks=_codebooks_of(coded))
    _tell(export(coded, out, scheme, form=form), report)


@click.command("import")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--from", "form", type=click.Choice(sorted(FORMATS)), required=True, help="The format.")
@click.option(
    "--articles",
    "source",
    type=click.Path(path_type=Path),
    required=True,
    metavar="GOLD",
    help="The gold file or sample whose articles were labelled.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The gold file.")
@_scheme_options
@click.option(
    "--rename",
    "names",
    multiple=True,
    metavar="OLD=NEW",
    help="Call a coder of the file otherwise; may be repeated.",
)
@click.option("--gold", default=GOLD, metavar="CODER", help="Take this coder's labels for the adjudicated ones.")
def importing(
    path: Path,
    form: str,
    source: Path,
    out: Path,
    scheme: Scheme,
    names: tuple[str, ...],
    gold: str,
) -> None:
    """Read what people labelled in another program from PATH, and add it to the articles of GOLD.

    Each coder is kept apart, and replaces what that coder had. What cannot be read is a problem of that coder in
    the file that is written, and is told here; the exit code is then 5. Programs that call people by numbers need
    --rename annotator-1=anna; --gold takes the new name.
    """
    from framing.evaluation import write_gold
    from framing.interop import counted, merged_gold, renamed

    called = _new_names(names)
    articles = _read(source)
    documents = {article.id: article.document for article in articles}
    imported = load_format(form).read(path, documents, scheme)
    imported = replace(imported, articles=renamed(imported.articles, called))
    write_gold(out, merged_gold(articles, imported.articles, layers=scheme.layers, gold=gold))
    problems = [
        (f"{article.document.id}: {coder}: {problem.reason}", problem.loses)
        for article in imported.articles
        for coder, found in article.codings.items()
        for problem in found.problems
    ]
    _list([*imported.notes, *(told for told, _ in problems)])
    counts = counted(imported.articles)
    coders = Counter(coder for article in imported.articles for coder in article.codings)
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
    click.echo(f"by {', '.join(f'{coder} ({count})' for coder, count in coders.items())}; written to {out}")
    if any(loses for _, loses in problems):
        click.get_current_context().exit(_INCOMPLETE)


def _new_names(pairs: Sequence[str]) -> dict[str, str]:
    """What each OLD of OLD=NEW is to be called; raises UsageError."""
    names: dict[str, str] = {}
    for pair in pairs:
        old, _, new = (part.strip() for part in pair.partition("="))
        if not old or not new:
            raise UsageError(f"--rename {pair!r} is not OLD=NEW, such as annotator-1=anna")
        if names.setdefault(old, new) != new:
            raise UsageError(f"--rename calls {old!r} both {names[old]!r} and {new!r}")
    return names


def _read(source: Path) -> tuple[GoldArticle, ...]:
    """The articles of a gold file, or those of any other file, without labels."""
    from framing.annotations import Findings
    from framing.cli.inputs import read_articles
    from framing.evaluation import GoldArticle, load_gold

    if is_gold(source):
        return load_gold(source)
    documents = read_articles([str(source)])
    if not documents:
        raise UsageError(f"{source} holds no article")
    return tuple(GoldArticle(id=document.id, document=document, gold=Findings()) for document in documents)


def _corrected(
    coded: Sequence[CodedArticle], run: Path, coders: Sequence[str], layers: Sequence[Layer]
) -> tuple[CodedArticle, ...]:
    from framing.interop import with_analyses
    from framing.runs import read_analyses

    found = tuple(read_analyses(run))
    lacking = {article.document.id for article in coded} - {analysis.document.id for analysis in found}
    if lacking:
        click.echo(
            f"framing: {len(lacking)} articles have no analysis in {run}: {', '.join(sorted(lacking)[:5])}",
            err=True,
        )
    for coder in coders or ("coder",):
        coded = with_analyses(coded, found, coder=coder, layers=layers)
    return tuple(coded)


def _codebooks_of(coded: Iterable[CodedArticle]) -> tuple[Codebook, ...]:
    """The codebooks that the labels name, where they come with the library."""
    from framing.codebooks import load_codebook

    findings = [found for article in coded for found in article.codings.values()]
    books = []
    for ref in sorted({label.codebook for found in findings for label in found.frames}):
        try:
            books.append(load_codebook(ref))
        except FramingError:
            click.echo(
                f"framing: no codebook {ref!r} here: its labels are those in use (--codebook FILE)", err=True
            )
    return tuple(books)


def _tell(report: ExportReport, path: Path | None) -> None:
    if path is not None:
        lines = [json.dumps(asdict(lost), ensure_ascii=False) + "\n" for lost in report.not_held]
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
    if report.not_held:
        click.echo(f"{len(report.not_held)} things that this format cannot hold:")
        kinds = Counter(lost.what for lost in report.not_held)
        print_table(("how often", "what"), [(count, what) for what, count in kinds.most_common(_SHOWN)])
        _list([str(lost) for lost in report.not_held])
    _list(report.notes)
    click.echo(", ".join(f"{count} {name}" for name, count in report.written.items()))
    click.echo(f"written to {', '.join(map(str, report.files[:3]))}" + (" …" if len(report.files) > 3 else ""))


def _list(lines: Sequence[str]) -> None:
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  … and {len(lines) - _SHOWN} more")
