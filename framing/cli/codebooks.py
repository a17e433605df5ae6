"""`framing codebooks`: what can be looked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.cli.tables import print_table
from framing.codebooks import (
    Codebook,
    Frame,
    check_codebook,
    codebook_skeleton,
    list_codebooks,
    load_codebook,
)
from framing.errors import CodebookError, UsageError

if TYPE_CHECKING:
    from framing.reports.guide import Guided

__all__ = ["codebooks"]


@click.group()
def codebooks() -> None:
    """Codebooks of frames: list, show, check, print as a guide for coders, begin a new one."""


@codebooks.command("list")
def list_() -> None:
    """The codebooks that come with framing."""
    rows = [(book.ref, book.frames, book.unit, book.labels, book.title) for book in list_codebooks()]
    print_table(("codebook", "frames", "unit", "labels", "title"), rows)


@codebooks.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a codebook (by NAME, or the path of a file): definitions, rules, examples, source."""
    click.echo("\n".join(_page(load_codebook(name))))


@codebooks.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...]) -> None:
    """Say every fault in codebook files, with its line."""
    faults = [fault for file in files for fault in check_codebook(file)]
    if faults:
        raise CodebookError(tuple(faults))
    for file in files:
        book = load_codebook(Path(file))
        click.echo(f"{file}: {book.ref}, {len(book.frames)} frames, {book.fingerprint}: no faults")


@codebooks.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write.  [default: NAME.v1.yaml]")
def new(name: str, out: Path | None) -> None:
    """Begin a codebook called NAME: a commented skeleton to fill in."""
    out = out or Path(f"{name}.v1.yaml")
    if out.exists():
        raise UsageError(f"{str(out)!r} exists already: choose another name, or another --out")
    out.write_text(codebook_skeleton(name), encoding="utf-8")
    click.echo(f"wrote {out}: fill it in, then run: framing codebooks check {out}")


@codebooks.command()
@click.argument("name")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(["statements", "claims", "frames"]),
    help="What is coded; several are possible.  [default: frames]",
)
@click.option("--format", "form", type=click.Choice(["html", "md"]), default="html", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else it is printed."
)
def guide(name: str, layers: tuple[Guided, ...], form: str, out: Path | None) -> None:
    """Write the coding guide of codebook NAME for human coders, in the words in which a model is asked."""
    from framing.reports import guide_markdown, guide_page

    write = guide_page if form == "html" else guide_markdown
    text = write(load_codebook(name), layers=layers or ("frames",))
    if out is None:
        click.echo(text, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"wrote {out}")


def _page(book: Codebook) -> Iterator[str]:
    yield f"{book.ref}  {book.fingerprint}"
    yield book.title
    yield f"\n{book.description}\n"
    yield f"source   {book.citation}{f' {book.url}' if book.url else ''}"
    yield f"licence  {book.licence}"
    several = "several labels" if book.labels == "multi" else "one label"
    yield f"unit     {book.unit}, {several}{', one of them primary' if book.primary else ''}"
    for frame in book.frames:
        yield from _frame(frame)
    for question in book.questions:
        yield f"\n{question.code} ({question.frame}): {question.text}"


def _frame(frame: Frame) -> Iterator[str]:
    yield f"\n{frame.code}: {frame.name}"
    yield f"  {frame.definition}"
    rules, examples = (
        (("include", frame.include), ("exclude", frame.exclude)),
        (("yes", frame.positive), ("no", frame.negative)),
    )
    for label, lines in (*rules, *examples):
        yield from (f"  {label:<8} {line}" for line in lines)
    if frame.rule:
        yield f"  rule     {frame.rule}"
