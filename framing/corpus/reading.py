"""Articles of a corpus, one at a time, from any number of files, folders and standard input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path, PurePosixPath

from framing.corpus.fields import BadRow, Fields, Format, document_of, id_of
from framing.corpus.files import document_from_bytes
from framing.corpus.opening import Meter, bare_name, opened
from framing.corpus.places import files_in, joined, size_of
from framing.corpus.rows import Row, csv_rows, jsonl_rows, parquet_rows
from framing.errors import InputError, UsageError
from framing.text import Document

__all__ = ["LARGEST_TEXT", "Corpus", "Entry", "articles", "passed_over", "read_corpus"]

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
LARGEST_TEXT = 64 * 1024 * 1024


class Corpus:
    """The articles of `inputs`, read as they are asked for; may be iterated again (standard input once).

    What cannot be read as an article is a BadRow in its place, and never an end of the reading.
    """

    def __init__(self, inputs: Iterable[str | Path], fields: Fields) -> None:
        self._files = tuple(file for path in inputs for file in _files(str(path), fields.format))
        self._fields = fields
        self.meter = self._new_meter()

    @property
    def fields(self) -> Fields:
        """Which column is what."""
        return self._fields

    @property
    def files(self) -> tuple[tuple[str, str, Format], ...]:
        """(path, name for ids, format) of every file, in their order."""
        return tuple((path, name, _form(path, self._fields.format)) for path, name in self._files)

    def of_file(self, path: str, name: str) -> Iterator[Entry]:
        """The articles of one of the `files`."""
        return self._entries(path, name, self._new_meter())

    def __iter__(self) -> Iterator[Entry]:
        self.meter = self._new_meter()
        for path, name in self._files:
            yield from self._entries(path, name, self.meter)

    def _new_meter(self) -> Meter:
        sizes = [0 if path == "-" else size_of(path) for path, _ in self._files]
        return Meter(0 if any(path == "-" for path, _ in self._files) else sum(sizes))

    def _entries(self, path: str, name: str, meter: Meter) -> Iterator[Entry]:
        form = _form(path, self._fields.format)
        try:
            if form == "parquet":
                yield from articles(parquet_rows(path), self._fields, path, name)
                return
            with opened(path, meter) as stream:
                if form == "txt":
                    yield document_from_bytes(stream.read(LARGEST_TEXT), id=name, source=path)
                elif form == "jsonl":
                    yield from articles(jsonl_rows(stream, path), self._fields, path, name)
                else:
                    rows = csv_rows(stream, path, tab=form == "tsv")
                    yield from articles(rows, self._fields, path, name)
        except InputError as error:
            yield BadRow(error.source, error.reason, id=name)


def articles(rows: Iterator[Row], fields: Fields, path: str, name: str, *, begins: bool = True) -> Iterator[Entry]:
    """What the rows of a file hold; raises UsageError where those it `begins` with have no text column."""
    first = list(islice(rows, _PREVIEW))
    if begins:
        _check_columns(first, fields, path)
    for number, row in chain(first, rows):
        if isinstance(row, BadRow):
            yield replace(row, id=f"{name}-{number}")
            continue
        try:
            yield document_of(row, fields, source=f"{path}:{number}", name=f"{name}-{number}")
        except InputError as error:
            yield BadRow(error.source, error.reason, id=id_of(row, fields, f"{name}-{number}"))


def _check_columns(first: Iterable[Row], fields: Fields, path: str) -> None:
    """A wrong name of the text column is a mistake of the call, not of every single row."""
    columns = [row.keys() for _, row in first if not isinstance(row, BadRow)]
    if columns and not any(fields.text in keys for keys in columns):
        held = ", ".join(map(repr, columns[0]))
        raise UsageError(
            f"{path}: no column {fields.text!r} for the text; the columns are {held}. "
            "Name the one that holds the article (--text-field)"
        )


def read_corpus(inputs: str | Path | Iterable[str | Path], fields: Fields | None = None) -> Corpus:
    """The articles of files, folders (all files in them that can be read, by name) and "-" for standard input.

    Hidden files of a folder are left alone. A file or folder may lie elsewhere: `s3://bucket/…`, `gs://…`, whatever
    pyarrow can open (extra `[parquet]`).
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
    inside = files_in(path)
    if inside is None:
        _form(path, form)
        yield path, bare_name(path)[0]
        return
    found, _ = _sorted_out(inside, form)
    if not found:
        raise InputError(path, f"holds no file that ends in {', '.join(_known(form))}")
    for place in found:
        folder = PurePosixPath(place).parent.as_posix()
        stem = bare_name(place)[0]
        yield joined(path, place), stem if folder == "." else f"{folder}/{stem}"


def passed_over(inputs: Iterable[str], form: Format = "auto") -> tuple[str, ...]:
    """The files in the folders among `inputs` that are not read, since their suffix means nothing here."""
    inside = ((path, files_in(path)) for path in inputs if path != "-")
    return tuple(joined(path, place) for path, files in inside for place in _sorted_out(files or [], form)[1])


def _sorted_out(places: Iterable[str], form: Format) -> tuple[list[str], list[str]]:
    """The files of a folder that are read, and those of other kinds; what is hidden (`._notes.txt`) is neither."""
    shown = [place for place in places if not any(part.startswith(".") for part in PurePosixPath(place).parts)]
    known = _known(form)
    read = [place for place in shown if bare_name(place)[1] in known]
    return read, [place for place in shown if bare_name(place)[1] not in known]


def _known(form: Format) -> tuple[str, ...]:
    return (".txt",) if form == "txt" else tuple(_SUFFIXES)


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
