"""The articles that a command is given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from framing.corpus import decode, read_document
from framing.errors import InputError
from framing.text import Document

__all__ = ["is_gold", "read_articles"]


def read_articles(inputs: Iterable[str]) -> tuple[Document, ...]:
    """The article in each text file, and those in each .jsonl file, one a line.

    A line is an object with `id` and `text` (title, outlet, url, published, language, meta), or holds such
    an object as its `document`, as gold files do. Raises InputError with the file and the line.
    """
    return tuple(
        document
        for name in inputs
        for document in (_lines(name) if name.endswith(".jsonl") else (read_document(name),))
    )


def _lines(name: str) -> Iterator[Document]:
    try:
        text, _ = decode(Path(name).read_bytes(), source=name)
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _document(line, f"{name}:{number}")


def _document(line: str, source: str) -> Document:
    try:
        row = json.loads(line)
        return Document.model_validate(row.get("document", row))
    except (ValueError, AttributeError) as error:
        reason = error.errors(include_url=False)[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise InputError(source, f"is no article with an id and a text: {reason}") from None


def is_gold(source: Path) -> bool:
    """Whether a file looks like one of labelled articles, or a sample of articles to label."""
    if source.suffix != ".jsonl" or not source.is_file():
        return False
    with source.open("rb") as file:
        first = next((line for line in file if line.strip()), b"")
    try:
        return "document" in json.loads(first)
    except (ValueError, TypeError):
        return False
