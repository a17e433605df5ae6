"""A corpus in parts that can be read by themselves, anywhere: so many rows of one file.

Lines of jsonl, rows of parquet and whole texts are found without reading what stands before them. What can only
be read from its beginning (packed files, csv, standard input, articles in memory) is first written out as lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice, takewhile
from pathlib import Path
from typing import IO, Literal

from framing.corpus.fields import BadRow, Fields
from framing.corpus.files import document_from_bytes
from framing.corpus.opening import is_packed
from framing.corpus.places import is_file, opened_raw
from framing.corpus.reading import LARGEST_TEXT, Corpus, Entry, articles
from framing.corpus.rows import jsonl_rows, parquet_rows
from framing.errors import InputError, MissingDependencyError
from framing.text import Document

__all__ = ["Part", "parts_of", "read_part", "write_lines"]

_BLOCK = 1 << 20
PartForm = Literal["jsonl", "parquet", "txt", "lines"]


@dataclass(frozen=True, slots=True)
class Part:
    """`rows` lines or rows of the file at `path`, the first of them its `row`-th (from 1). Lines stand between the
    bytes `start` and `stop` (0 where the format has no use for them). Ids of rows without one begin with `name`."""

    path: str
    name: str
    form: PartForm
    row: int
    rows: int
    start: int = 0
    stop: int = 0

    @property
    def end(self) -> int:
        """The row after the last one."""
        return self.row + self.rows


def parts_of(
    corpus: Iterable[Entry], rows: int, *, written: Path, after: Mapping[str, Part] | None = None
) -> Iterator[Part]:
    """The corpus in parts of at most so many `rows`, file by file; equal input gives equal parts.

    Whatever cannot be read from the middle is written into the folder `written`. Of a file in `after` only what
    follows that part is cut: it has grown since.
    """
    after = after or {}
    if not isinstance(corpus, Corpus):
        path = _written(corpus, written / "articles.lines")
        yield from _cut(path, "articles", "lines", rows, after.get(path))
        return
    for place, (path, name, form) in enumerate(corpus.files):
        last = after.get(path)
        if form == "txt" and not is_packed(path) and path != "-":
            if last is None:
                yield Part(path, name, "txt", 1, 1)
        elif form == "jsonl" and not is_packed(path) and is_file(path):
            yield from _cut(path, name, "jsonl", rows, last)
        elif form == "parquet" and (count := _parquet_count(path)) is not None:
            for row in range(last.end if last else 1, count + 1, rows):
                yield Part(path, name, "parquet", row, min(rows, count + 1 - row))
        else:
            lines = _written(corpus.of_file(path, name), written / f"{place}.lines")
            yield from _cut(lines, name, "lines", rows, after.get(lines))


def read_part(part: Part, fields: Fields) -> Iterator[Entry]:
    """The articles of a part, as `Corpus` gives them: what cannot be read is a BadRow in its place."""
    try:
        if part.form == "parquet":
            rows = islice(parquet_rows(part.path, first=part.row), part.rows)
            yield from articles(rows, fields, part.path, part.name, begins=part.row == 1)
            return
        with opened_raw(part.path) as stream:
            stream.seek(part.start)
            if part.form == "txt":
                yield document_from_bytes(stream.read(LARGEST_TEXT), id=part.name, source=part.path)
            elif part.form == "jsonl":
                lines = jsonl_rows(stream, part.path, first=part.row)
                until = takewhile(lambda numbered: numbered[0] < part.end, lines)
                yield from articles(until, fields, part.path, part.name, begins=part.row == 1)
            else:
                yield from map(_entry, islice(stream, part.rows))
    except (InputError, OSError) as error:
        told = (error.source, error.reason) if isinstance(error, InputError) else (part.path, str(error))
        yield BadRow(*told, id=part.name)


# --- Lines --------------------------------------------------------------------------------------------


def write_lines(entries: Iterable[Entry], stream: IO[bytes]) -> None:
    """Each entry as a line that `read_part` reads back."""
    for entry in entries:
        if isinstance(entry, BadRow):
            line = json.dumps({"bad": asdict(entry)}).encode()
        else:
            line = b'{"document":' + entry.model_dump_json().encode() + b"}"
        stream.write(line + b"\n")


def _entry(line: bytes) -> Entry:
    row = json.loads(line)
    return BadRow(**row["bad"]) if "bad" in row else Document.model_validate(row["document"])


def _written(entries: Iterable[Entry], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_lines(entries, stream)
    return str(path)


def _cut(path: str, name: str, form: PartForm, rows: int, last: Part | None) -> Iterator[Part]:
    """Parts that begin where a line begins. Lines are only counted, a block of the file at a time."""
    with opened_raw(path) as stream:
        start = before = _line_after(stream, last) if last else 0
        row, lacking, ended = last.end if last else 1, rows, True
        while block := stream.read(_BLOCK):
            at = 0
            while block.count(b"\n", at) >= lacking:
                at = _after_newlines(block, at, lacking)
                yield Part(path, name, form, row, rows, start, before + at)
                start, row, lacking = before + at, row + rows, rows
            lacking -= block.count(b"\n", at)
            before += len(block)
            ended = block.endswith(b"\n")
    if before > start:
        yield Part(path, name, form, row, rows - lacking + (not ended), start, before)


def _line_after(stream: IO[bytes], last: Part) -> int:
    """Where the line after a part begins: its last one may not have been ended when the part was cut."""
    stream.seek(last.stop - 1)
    if stream.read(1) != b"\n":
        stream.readline()
    return stream.tell()


def _after_newlines(block: bytes, at: int, count: int) -> int:
    for _ in range(count):
        at = block.index(b"\n", at) + 1
    return at


def _parquet_count(path: str) -> int | None:
    """The rows of a parquet file; None where it is none."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingDependencyError("reading parquet files", "framing-toolkit[parquet]") from None
    try:
        with opened_raw(path) as raw, parquet.ParquetFile(raw) as file:
            return int(file.metadata.num_rows)
    except (ArrowException, OSError):
        return None
