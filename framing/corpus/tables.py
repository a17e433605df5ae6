"""Flat tables of analyses, one row an item, for R, Stata, spreadsheets and pandas."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

from framing.annotations import Analysis, Evidence
from framing.errors import MissingDependencyError
from framing.text import Span

__all__ = ["TABLES", "GrowingTables", "Rendered", "TableFormat", "write_tables"]

TableFormat = Literal["csv", "parquet"]
Rows = Iterator[tuple[Any, ...]]

_PLACE = ("start", "end", "spans")
_BATCH = 5_000
_BUFFER = 1 << 16
_NUMBERS = ("start", "end", "mentions", "chars", "items", "evidence")
_TRUTHS = ("primary", "checkworthy", "loses", "complete")


def write_tables(analyses: Iterable[Analysis], folder: Path, form: TableFormat) -> tuple[Path, ...]:
    """Write every table of `TABLES` into `folder`; a table is replaced only when it is whole.

    Offsets are code points of the article, half-open; `spans` lists all of them as "12-40;52-60". Raises
    MissingDependencyError for parquet without pyarrow.
    """
    made: Callable[[Path, Sequence[str]], _Csv | _Parquet] = _Csv if form == "csv" else _Parquet
    paths = {name: folder / f"{name}.{form}" for name in TABLES}
    with ExitStack() as files:
        tables: dict[str, _Csv | _Parquet] = {}
        for name, path in paths.items():
            table = made(_partial(path), TABLES[name][0])
            tables[name] = table
            files.callback(table.close)
        for analysis in analyses:
            for name, (_, rows) in TABLES.items():
                tables[name].add(rows(analysis))
    for path in paths.values():
        _partial(path).replace(path)
    return tuple(paths.values())


Rendered = tuple[str, ...]
"""What one analysis adds to each of the csv files, in the order of `TABLES`."""


class GrowingTables:
    """The csv tables of analyses that come one by one. They are whole, and have their names, when they are finished.

    The rows of an analysis are written as text where it is at hand, and added when it is its turn: reading all
    lines of a long run again would take as long as writing the tables.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = [folder / f"{name}.csv" for name in TABLES]
        self._files = [_partial(path).open("w", _BUFFER, "utf-8", newline="") for path in self._paths]
        for file, (columns, _) in zip(self._files, TABLES.values(), strict=True):
            file.write(_csv([columns]))

    def rendered(self, analysis: Analysis) -> Rendered:
        return tuple(_csv(rows(analysis)) for _, rows in TABLES.values())

    def add(self, several: Sequence[Rendered]) -> None:
        for file, texts in zip(self._files, zip(*several, strict=True), strict=True):
            file.writelines(texts)

    def finish(self) -> None:
        self.close()
        for path in self._paths:
            _partial(path).replace(path)

    def close(self) -> None:
        for file in self._files:
            file.close()


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


# --- Rows ---------------------------------------------------------------------------------------------


def _articles(analysis: Analysis) -> Rows:
    about = analysis.document
    items = len(analysis.statements) + len(analysis.claims) + len(analysis.frames)
    described = (about.title, about.outlet, about.url, about.published, about.language)
    yield about.id, *described, about.chars, about.sha256, items, analysis.complete


def _statements(analysis: Analysis) -> Rows:
    names = _names(analysis)
    for s in analysis.statements:
        told = (s.cue, s.within, s.grounding, s.text)
        yield analysis.document.id, s.id, s.speaker, names.get(s.speaker), s.kind, *_place(s.spans), *told


def _claims(analysis: Analysis) -> Rows:
    names = _names(analysis)
    for c in analysis.claims:
        told = (c.checkworthy, c.stated_voice, c.grounding, c.text)
        yield analysis.document.id, c.id, c.voice, names.get(c.voice), c.kind, *_place(c.spans), *told


def _frames(analysis: Analysis) -> Rows:
    """One row a passage of evidence; a frame without any has one row, whose `evidence` is 0."""
    names = _names(analysis)
    for label in analysis.frames:
        for number, passage in enumerate(label.evidence, 1) if label.evidence else ((0, None),):
            named = (analysis.document.id, label.codebook, label.frame, label.primary, number)
            yield *named, *_evidence(passage, names)


def _evidence(passage: Evidence | None, names: Mapping[str | None, str | None]) -> tuple[Any, ...]:
    if passage is None:
        return (None,) * 7
    voice = (passage.voice, names.get(passage.voice))
    return *voice, *_place(passage.spans), passage.grounding, passage.text


def _speakers(analysis: Analysis) -> Rows:
    for s in analysis.speakers:
        yield analysis.document.id, s.id, s.name, s.role, s.kind, len(s.mentions), _written(s.mentions)


def _problems(analysis: Analysis) -> Rows:
    for p in analysis.problems:
        raw = None if p.raw is None else json.dumps(p.raw, ensure_ascii=False)
        yield analysis.document.id, p.kind, p.loses, p.item, p.reason, p.suggestion, raw


TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[Analysis], Rows]]] = {
    "articles": (
        (
            *("document", "title", "outlet", "url", "published", "language"),
            *("chars", "sha256", "items", "complete"),
        ),
        _articles,
    ),
    "statements": (
        ("document", "id", "speaker", "name", "kind", *_PLACE, "cue", "within", "grounding", "text"),
        _statements,
    ),
    "claims": (
        ("document", "id", "voice", "name", "kind", *_PLACE, "checkworthy", "stated_voice", "grounding", "text"),
        _claims,
    ),
    "frames": (
        (
            *("document", "codebook", "frame", "primary", "evidence"),
            *("voice", "name", *_PLACE, "grounding", "text"),
        ),
        _frames,
    ),
    "speakers": (("document", "id", "name", "role", "kind", "mentions", "spans"), _speakers),
    "problems": (("document", "kind", "loses", "item", "reason", "suggestion", "raw"), _problems),
}
"""Every table: its columns and the rows that an analysis has in it. `document` is the article's id."""


def _names(analysis: Analysis) -> dict[str | None, str | None]:
    return {speaker.id: speaker.name for speaker in analysis.speakers}


def _place(spans: Sequence[Span]) -> tuple[int, int, str]:
    if len(spans) == 1:  # nearly all of them
        start, end = spans[0].start, spans[0].end
        return start, end, f"{start}-{end}"
    return min(span.start for span in spans), max(span.end for span in spans), _written(spans)


def _written(spans: Iterable[Span]) -> str:
    return ";".join([f"{span.start}-{span.end}" for span in spans])


# --- Files --------------------------------------------------------------------------------------------


class _Csv:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(_csv([columns]))

    def add(self, rows: Rows) -> None:
        self._file.write(_csv(rows))

    def close(self) -> None:
        self._file.close()


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    """The rows as RFC 4180 has them, but with lines that end as everywhere else here.

    The `csv` module looks at every character by itself, twice, which takes longer than all that makes the rows.
    """
    return "".join([",".join(map(_cell, row)) + "\n" for row in rows])


def _cell(value: Any) -> str:
    """A value as R and spreadsheets read it: nothing for None, "true" and "false" for truths."""
    if type(value) is str:
        if "," in value or '"' in value or "\n" in value or "\r" in value:
            return '"' + value.replace('"', '""') + '"'
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise MissingDependencyError("writing parquet files", "framing-toolkit[parquet]") from None
        self._arrow = pyarrow
        kinds = {name: pyarrow.int64() for name in _NUMBERS} | {name: pyarrow.bool_() for name in _TRUTHS}
        self._schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in columns])
        self._writer = parquet.ParquetWriter(path, self._schema)
        self._rows: list[tuple[Any, ...]] = []

    def add(self, rows: Rows) -> None:
        self._rows.extend(rows)
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._schema)
        self._writer.write_table(self._arrow.table([list(c) for c in columns], schema=self._schema))
        self._rows = []

    def close(self) -> None:
        self._flush()
        self._writer.close()
