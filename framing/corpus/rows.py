"""Rows of tables of articles, one at a time: jsonl, csv, parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from framing.corpus.fields import BadRow
from framing.corpus.places import is_file, opened_raw
from framing.errors import InputError, MissingDependencyError

__all__ = ["Row", "csv_rows", "jsonl_rows", "parquet_rows"]

Row = tuple[int, Mapping[str, Any] | BadRow]
"""(line or row number, the columns), or why that line is no row."""

_LONGEST_LINE = 64 * 1024 * 1024
_SHOWN = 200
_BOM = b"\xef\xbb\xbf"
_PARQUET_BATCH = 256


def jsonl_rows(stream: IO[bytes], source: str, *, first: int = 1) -> Iterator[Row]:
    """One row a line, the first of which is the `first` of its file; blank lines are passed over."""
    number = first - 1
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            _skip_line(stream)
            reason = f"the line is longer than {_LONGEST_LINE >> 20} MB: one article a line is expected"
            yield number, BadRow(f"{source}:{number}", reason, _shown(line))
            continue
        if number == 1:
            line = line.removeprefix(_BOM)
        if line.strip():
            yield number, _object(line, f"{source}:{number}")


def _skip_line(stream: IO[bytes]) -> None:
    while piece := stream.readline(_LONGEST_LINE):
        if piece.endswith(b"\n"):
            return


def _object(line: bytes, source: str) -> Mapping[str, Any] | BadRow:
    try:
        value = json.loads(line)
    except UnicodeDecodeError as error:
        return BadRow(source, f"not UTF-8: {error.reason} at byte {error.start}", _shown(line))
    except (ValueError, RecursionError) as error:
        return BadRow(source, f"not JSON: {error}", _shown(line))
    if not isinstance(value, dict):
        return BadRow(source, f"not an object but {type(value).__name__}", _shown(line))
    return value


def _shown(line: bytes) -> str:
    return line[:_SHOWN].decode("utf-8", "replace").rstrip("\n")


# --- csv ----------------------------------------------------------------------------------------------


def csv_rows(stream: IO[bytes], source: str, *, tab: bool = False) -> Iterator[Row]:
    """One row a record; the delimiter is the one of , ; tab | that the header holds most of.

    Bytes that are not UTF-8 stay in the text as lone surrogates, which `Document` replaces and notes.
    """
    # A cell may hold any article; the module's own limit is 128 KB.
    csv.field_size_limit(_LONGEST_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    header = text.readline()
    if not header.strip():
        raise InputError(source, "is empty: the first line of a csv file names its columns")
    delimiter = "\t" if tab else max(",;\t|", key=header.count)
    columns = next(csv.reader([header], delimiter=delimiter))
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield line, BadRow(f"{source}:{line}", f"not csv: {error}")
            continue
        if cells:
            yield line, _record(columns, cells, f"{source}:{line}")
    text.detach()


def _record(columns: list[str], cells: list[str], source: str) -> Mapping[str, Any] | BadRow:
    if len(cells) != len(columns):
        shown = ",".join(cells)[:_SHOWN].encode("utf-8", "replace").decode()
        return BadRow(source, f"has {len(cells)} cells, the header has {len(columns)}", shown)
    return dict(zip(columns, cells, strict=True))


# --- parquet ------------------------------------------------------------------------------------------


def parquet_rows(path: str, *, first: int = 1) -> Iterator[Row]:
    """One row a record from the `first` on, read in batches; raises MissingDependencyError without pyarrow."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise MissingDependencyError("reading parquet files", "framing-toolkit[parquet]") from None
    if not is_file(path):
        raise InputError(path, "cannot be read: parquet is read from files, not from pipes")
    try:
        with opened_raw(path) as raw, parquet.ParquetFile(raw) as file:
            groups, number = _groups_from(file.metadata, first)
            for batch in file.iter_batches(batch_size=_PARQUET_BATCH, row_groups=groups):
                for row in batch.to_pylist():
                    number += 1
                    if number >= first:
                        yield number, row
    except (ArrowException, OSError) as error:
        raise InputError(path, f"is not a parquet file: {error}") from error


def _groups_from(metadata: Any, first: int) -> tuple[list[int], int]:
    """The row groups from the one that holds row `first` on, and how many rows stand before them."""
    before = 0
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group).num_rows
        if before + rows >= first:
            return list(range(group, metadata.num_row_groups)), before
        before += rows
    return [], before
