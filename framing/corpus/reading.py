"""Articles of a corpus, one at a time, from any number of files, folders and standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from framing.corpus.fields import BadRow, Fields, Format, document_of, id_of
from framing.corpus.files import document_from_bytes
from framing.corpus.opening import Meter, bare_name, opened
from framing.corpus.rows import Row, csv_rows, jsonl_rows, parquet_rows
from framing.errors import InputError, UsageError
from framing.text import Document

__all__ = ["Corpus", "Entry", "read_corpus"]

Entry = Document | BadRow
"""An article, or the row that holds none, with the reason."""

_SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
}
_PREVIEW = 10
_LARGEST_TEXT = 64 * 1024 * 1024


class Corpus:
    """The articles of `inputs`, read as they are asked for; may be iterated again (standard input once).

    What cannot be read as an article is a BadRow in its place, and never an end of the reading.
    """

    def __init__(self, inputs: Iterable[str | Path], fields: Fields) -> None:
        self._files = tuple(file for path in inputs for file in _files(str(path), fields.format))
        self._fields = fields
        self.meter = self._new_meter()

    def __iter__(self) -> Iterator[Entry]:
        self.meter = self._new_meter()
        for path, name in self._files:
            yield from self._entries(path, name, self.meter)

    def _new_meter(self) -> Meter:
        sizes = [0 if path == "-" else Path(path).stat().st_size for path, _ in self._files]
        return Meter(0 if any(path == "-" for path, _ in self._files) else sum(sizes))

    def _entries(self, path: str, name: str, meter: Meter) -> Iterator[Entry]:
        form = _form(path, self._fields.format)
        try:
            if form == "parquet":
                yield from self._articles(parquet_rows(path), path, name)
                return
            with opened(path, meter) as stream:
                if form == "txt":
                    yield document_from_bytes(stream.read(_LARGEST_TEXT), id=name, source=path)
                elif form == "jsonl":
                    yield from self._articles(jsonl_rows(stream, path), path, name)
                else:
                    yield from self._articles(csv_rows(stream, path, tab=form == "tsv"), path, name)
        except InputError as error:
            yield BadRow(error.source, error.reason, id=name)

    def _articles(self, rows: Iterator[Row], path: str, name: str) -> Iterator[Entry]:
        first = list(islice(rows, _PREVIEW))
        self._check_columns(first, path)
        for number, row in chain(first, rows):
            if isinstance(row, BadRow):
                yield replace(row, id=f"{name}-{number}")
                continue
            try:
                yield document_of(row, self._fields, source=f"{path}:{number}", name=f"{name}-{number}")
            except InputError as error:
                yield BadRow(error.source, error.reason, id=id_of(row, self._fields, f"{name}-{number}"))

    def _check_columns(self, first: Iterable[Row], path: str) -> None:
        """A wrong name of the text column is a mistake of the call, not of every single row."""
        columns = [row.keys() for _, row in first if not isinstance(row, BadRow)]
        if columns and not any(self._fields.text in keys for keys in columns):
            held = ", ".join(map(repr, columns[0]))
            raise UsageError(
                f"{path}: no column {self._fields.text!r} for the text; the columns are {held}. "
                "Name the one that holds the article (--text-field)"
            )


def read_corpus(inputs: str | Path | Iterable[str | Path], fields: Fields | None = None) -> Corpus:
    """The articles of files, folders (all files in them that can be read, by name) and "-" for standard input.

    Formats go by suffix: .jsonl .ndjson .csv .tsv .parquet .txt, also packed as .gz .bz2 .xz .zst. The id of a
    text is its file's name without suffix, in a folder with the path to it. Raises InputError for an input that
    does not exist, UsageError for a suffix that means nothing here or a text column that is not there.
    """
    several = (inputs,) if isinstance(inputs, str | Path) else tuple(inputs)
    if not several:
        raise UsageError("no input is given: name a file, a folder, or - for standard input")
    return Corpus(several, fields or Fields())


def _files(path: str, form: Format) -> Iterator[tuple[str, str]]:
    """(path, name for ids) of every file that an input means."""
    if path == "-":
        yield path, "stdin"
        return
    place = Path(path)
    if not place.exists():
        raise InputError(path, "no such file or folder")
    if not place.is_dir():
        _form(path, form)
        yield path, bare_name(path)[0]
        return
    known = (".txt",) if form == "txt" else tuple(_SUFFIXES)
    found = [file for file in sorted(place.rglob("*")) if file.is_file() and bare_name(file.name)[1] in known]
    if not found:
        raise InputError(path, f"holds no file that ends in {', '.join(known)}")
    for file in found:
        folder = file.parent.relative_to(place).as_posix()
        stem = bare_name(file.name)[0]
        yield str(file), stem if folder == "." else f"{folder}/{stem}"


def _form(path: str, form: Format) -> Format:
    if form != "auto":
        return form
    if path == "-":
        return "jsonl"
    suffix = bare_name(path)[1]
    if suffix not in _SUFFIXES:
        hint = "one article a line (.jsonl) is what is read" if suffix == ".json" else ""
        known = ", ".join(_SUFFIXES)
        raise UsageError(f"{path}: cannot tell the format from {suffix!r}; known: {known}. {hint}".strip())
    return _SUFFIXES[suffix]
