"""One article from one file, or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path

from framing.corpus.decoding import decode
from framing.errors import InputError
from framing.text import Document

__all__ = ["document_from_bytes", "read_document"]


def read_document(path: str | Path) -> Document:
    """The article in a text file; its id is the file's name without suffix. "-" reads standard input.

    Raises InputError when there is no such file or no text in it.
    """
    if str(path) == "-":
        return document_from_bytes(sys.stdin.buffer.read(), id="stdin", source="standard input")
    file = Path(path)
    try:
        data = file.read_bytes()
    except IsADirectoryError as error:
        raise InputError(str(path), "is a folder: name the files in it") from error
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}") from error
    return document_from_bytes(data, id=file.stem, source=str(path))


def document_from_bytes(data: bytes, *, id: str, source: str) -> Document:
    """The article in `data`, with notes on its encoding; raises InputError (see `decode`)."""
    text, notes = decode(data, source=source)
    return Document(id=id, text=text, notes=notes)
