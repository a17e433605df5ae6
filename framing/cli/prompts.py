"""`framing prompts`: what is asked, to the letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from framing.cli.tables import print_table
from framing.codebooks import load_codebook
from framing.corpus import read_document
from framing.errors import PromptError
from framing.messages import Request
from framing.prompts import Example, Passage, Prompt, check_prompt, list_prompts, load_prompt
from framing.schemas import Draft
from framing.tokens import count_tokens

__all__ = ["prompts"]


@click.group()
def prompts() -> None:
    """Prompts: list them, show what one sends, check one."""


@prompts.command("list")
def list_() -> None:
    """The prompts that come with framing."""
    rows = [(p.ref, p.wire.name, p.fingerprint[:19], p.description) for p in list_prompts()]
    print_table(("prompt", "wire format", "fingerprint", "what it asks for"), rows)


@prompts.command()
@click.argument("name")
@click.option("--for", "article", metavar="FILE", help="Show exactly what would be sent for this article.")
@click.option("--codebook", default="policy-frames", show_default=True, metavar="NAME|FILE")
@click.option("--model", default="o200k_base", show_default=True, help="Whose tokens are counted.")
@click.option("--price", type=float, help="Price of a million input tokens, to say what the request costs.")
def show(name: str, article: str | None, codebook: str, model: str, price: float | None) -> None:
    """Print the prompt NAME (or a file), or with --for the request it makes of an article.

    Of a prompt with examples it also says what they show.
    """
    prompt = load_prompt(name)
    if article is None:
        click.echo(prompt.path.read_text(encoding="utf-8").rstrip())
        for number, example in enumerate(prompt.examples, 1):
            click.secho(f"example {number}: {_shown(prompt, example, model)}", err=True, dim=True)
        return
    book = load_codebook(codebook) if prompt.needs_codebook else None
    request = prompt.request(Passage(read_document(article)), codebook=book)
    for message in request.messages:
        click.secho(f"--- {message.role}", bold=True)
        click.echo(message.content)
    if request.schema:
        click.secho("--- schema", bold=True)
        click.echo(request.schema)
    click.secho(_cost(request, model, price), err=True, dim=True)


@prompts.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
def check(files: tuple[str, ...]) -> None:
    """Say every fault in prompt files, with its line; without FILE, in the prompts that come with framing."""
    paths: Iterable[Path] = [Path(file) for file in files] or [prompt.path for prompt in list_prompts()]
    faults = [fault for path in paths for fault in check_prompt(path)]
    if faults:
        raise PromptError(tuple(faults))
    for path in paths:
        prompt = load_prompt(path)
        click.echo(f"{path.name if not files else path}: {prompt.ref}, {prompt.fingerprint}: no faults")


def _shown(prompt: Prompt, example: Example, model: str) -> str:
    shown = example.shown(numbered=prompt.wire.numbered)
    article, reply = count_tokens(shown.article, model), count_tokens(shown.reply, model)
    about = "" if article.exact else "about "
    title = f" ({example.document.title})" if example.document.title else ""
    return (
        f"{example.document.id}{title}, {about}{article.n:,} tokens, and {about}{reply.n:,} of reply; "
        f"{_contents(prompt.wire.read(example.reply, task=prompt.task))}"
    )


def _contents(draft: Draft) -> str:
    """What a reply lists, by kind: "statements: 2 direct, 1 mixed"."""
    kinds = {
        "statements": Counter(str(statement.kind) for statement in draft.statements),
        "claims": Counter(str(claim.kind) for claim in draft.claims),
        "frames": Counter(frame.frame for frame in draft.frames),
    }
    listed = [
        f"{section}: " + ", ".join(f"{n} {kind}" for kind, n in counts.most_common())
        for section, counts in kinds.items()
        if counts
    ]
    return "; ".join(listed) or "it lists nothing"


def _cost(request: Request, model: str, price: float | None) -> str:
    messages = count_tokens("\n".join(m.content for m in request.messages), model)
    schema = count_tokens(request.schema or "", model)
    about = "" if messages.exact else "about "
    line = f"{about}{messages.n:,} tokens of messages, {about}{schema.n:,} of schema ({model})"
    if price is None:
        return line
    return f"{line}; input at {price:g} a million: {(messages.n + schema.n) * price / 1e6:.6f}"
