"""What every converter needs: reading files with faults that name their line, and building gold articles."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from framing.annotations import UNATTRIBUTED, Evidence, Findings, FrameLabel, Speaker, Statement, StatementKind
from framing.errors import Fault, GoldError
from framing.evaluation.converters.sheets import read_sheet
from framing.evaluation.quoted import kind_by_marks, quoted_pieces
from framing.evaluation.sources import head_name, head_span
from framing.text import Document, Span, excerpt

__all__ = [
    "attributed",
    "column_of",
    "fault",
    "frame_findings",
    "marked_frames",
    "read_json",
    "read_rows",
    "read_text",
]


def fault(path: Path, line: int | None, reason: str) -> GoldError:
    return GoldError((Fault(path, line, reason),))


def read_text(path: Path) -> str:
    """A file as it is, line ends untouched, so that offsets keep pointing where they did."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise fault(path, None, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise fault(path, None, f"not UTF-8: {error.reason} at byte {error.start}") from error


def read_json(path: Path) -> Any:
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise fault(path, error.lineno, f"not JSON: {error.msg}") from error


def read_rows(
    path: Path,
    *,
    columns: Sequence[str],
    delimiter: str = ",",
    short_rows: Literal["refuse", "leave out"] = "refuse",
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table with a header, each with the line it ends on; of a table in .xlsx, the rows of its first sheet.

    Raises GoldError where a column is missing. Rows without any text, which spreadsheets carry, are left out.
    """
    header, rows = _sheet(path) if path.suffix.casefold() == ".xlsx" else _table(path, delimiter)
    if missing := [name for name in columns if name not in header]:
        raise fault(path, 1, f"no column {missing[0]!r}; the file has {', '.join(filter(None, header)) or 'none'}")
    for line, cells in rows:
        if len(cells) < len(header) and short_rows == "leave out":
            continue
        if len(cells) != len(header):
            raise fault(path, line, f"this row does not have {len(header)} cells")
        if any(cell.strip() for cell in cells):
            yield line, dict(zip(header, cells, strict=True))


def column_of(path: Path, *names: str) -> str:
    """The first of some names that a table has as a column; raises GoldError where it has none of them."""
    header, _ = _sheet(path) if path.suffix.casefold() == ".xlsx" else _table(path, ",")
    for name in names:
        if name in header:
            return name
    raise fault(
        path, 1, f"no column {' or '.join(map(repr, names))}; the file has {', '.join(filter(None, header))}"
    )


def _sheet(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    rows = read_sheet(path)
    _, header = next(rows, (0, []))
    return header, ((line, (cells + [""] * len(header))[: len(header)]) for line, cells in rows)


def _table(path: Path, delimiter: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(io.StringIO(read_text(path), newline=""), delimiter=delimiter)
    return next(reader, []), ((reader.line_num, cells) for cells in reader if cells)


def frame_findings(codebook: str, frames: Iterable[str], *, primary: str | None = None) -> Findings:
    """Frame labels without evidence, in the order given, each once."""
    return Findings(
        frames=tuple(FrameLabel(codebook=codebook, frame=f, primary=f == primary) for f in dict.fromkeys(frames))
    )


def marked_frames(text: str, codebook: str, passages: Mapping[str, Sequence[Span]]) -> Findings:
    """Frame labels with the passages that carry them. Such corpora do not say whose voice a passage is in."""
    return Findings(
        frames=tuple(
            FrameLabel(codebook=codebook, frame=frame, evidence=tuple(_evidence(text, span) for span in spans))
            for frame, spans in passages.items()
        )
    )


def attributed(
    document: Document,
    marked: Iterable[tuple[str, Sequence[Span], Sequence[Span], Sequence[Span], StatementKind | None]],
) -> Findings:
    """Statements from marked (id, source, cue, content, kind), for corpora that mark words and not persons.

    Each has a speaker of its own, named by the head of the words marked as its source and mentioned where that
    head stands. A kind that is None, or indirect although the content has double marks, is read from the marks.
    """
    speakers: list[Speaker] = []
    statements: list[Statement] = []
    text = document.text
    for name, source, cue, content, given in marked:
        kind = given
        if kind is None or (kind == "indirect" and quoted_pieces(text, content)):
            kind = kind_by_marks(text, content)
        if source:
            head = head_span(text, source) or source[0]
            speakers.append(Speaker(id=f"{name}.source", name=head_name(text, source), mentions=(head,)))
        statements.append(
            Statement(
                id=name,
                speaker=f"{name}.source" if source else None,
                kind=kind,
                spans=tuple(content),
                text=document.excerpt(content),
                cue=excerpt(text, cue) or None,
                source=source[0] if source else None,
            )
        )
    return Findings(speakers=tuple(speakers), statements=tuple(statements))


def _evidence(text: str, span: Span) -> Evidence:
    return Evidence(spans=(span,), text=span.of(text), voice=UNATTRIBUTED)
