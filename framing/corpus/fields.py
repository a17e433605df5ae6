"""Which column of a table of articles is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from framing.errors import InputError, UsageError
from framing.text import Document

__all__ = ["BadRow", "Fields", "Format", "document_of", "id_of"]

Format = Literal["auto", "jsonl", "csv", "tsv", "parquet", "txt"]


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns that hold an article's text, id and so on; every other column goes into `Document.meta`.

    A row without an id is called by its file and row, `articles-17`. `format` is that of all inputs; "auto" goes
    by each file's suffix, and takes standard input for jsonl.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    outlet: str = "outlet"
    url: str = "url"
    published: str = "published"
    language: str = "language"
    format: Format = "auto"

    def __post_init__(self) -> None:
        names = [getattr(self, field.name) for field in fields(self) if field.name != "format"]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UsageError(f"the column {twice!r} cannot be two things at once")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that holds no article. `source` is file:line, `raw` what stands there (shortened).

    `id` is the article's, where that at least can be read, or else the one that it would have been given.
    """

    source: str
    reason: str
    raw: str = ""
    id: str = ""


_DESCRIPTIONS = ("title", "outlet", "url", "published", "language")


def document_of(row: Mapping[str, Any], fields: Fields, *, source: str, name: str) -> Document:
    """The article in a row; `name` is its id where the row has none. Raises InputError naming `source`."""
    text = row.get(fields.text)
    if not isinstance(text, str):
        told = "no" if text is None else f"{type(text).__name__} for a"
        raise InputError(source, f"has {told} text in the field {fields.text!r}")
    if not text.strip():
        raise InputError(source, f"has an empty text in the field {fields.text!r}")
    mapped = {getattr(fields, what): what for what in _DESCRIPTIONS}
    described = {what: _written(row.get(column)) for column, what in mapped.items()}
    others = {
        key: value for key, value in row.items() if key not in mapped and key not in (fields.text, fields.id)
    }
    return Document(id=id_of(row, fields, name), text=text, meta=others, **described)


def id_of(row: Mapping[str, Any], fields: Fields, name: str) -> str:
    """The id that a row gives, or else `name`."""
    return _written(row.get(fields.id)) or name


def _written(value: Any) -> str | None:
    """A cell as text; an empty one is none."""
    return None if value is None or value == "" else str(value)
