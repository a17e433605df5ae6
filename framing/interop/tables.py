"""CSV: the marks of all coders, tables of units for reliability, and the articles, in one folder.

Nothing in a cell is changed: a cell that a spreadsheet would take for a formula is told in the report, not escaped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.errors import Fault, GoldError
from framing.interop.exchange import CodedArticle, ExportReport, Imported, Scheme, counted
from framing.interop.files import file_bytes, made_folder
from framing.interop.marktable import COLUMNS, article_rows, coded_from_rows
from framing.interop.units import frames_from_units, unit_tables
from framing.text import Document

__all__ = ["CSV", "EXCEL", "CsvTables"]

_MARKS = "marks.csv"
_ABOUT = ("title", "outlet", "url", "published", "language")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class CsvTables:
    """Writes one dialect and reads every: the delimiter is the one of , ; tab that the header holds most of."""

    delimiter: str
    mark: bytes = b""

    def write(self, articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
        """Write marks.csv, articles.csv (doc_id and text, as quanteda reads them) and the tables of units."""
        folder = made_folder(out)
        tables: dict[str, tuple[Sequence[str], list[Sequence[str]]]] = {
            _MARKS: ((*COLUMNS, "text"), [_cells(r) for a in articles for r in article_rows(a)]),
            "articles.csv": (("doc_id", "text", *_ABOUT), [_article(a.document) for a in articles]),
        }
        for table in unit_tables(articles, scheme):
            rows: list[Sequence[str]] = [
                (unit, cluster, *(cells.get(coder, "") for coder in table.coders))
                for unit, cluster, cells in table.rows
            ]
            tables[f"{table.name}.csv"] = (("unit", "cluster", *table.coders), rows)
        for name, (columns, cells) in tables.items():
            (folder / name).write_bytes(self.mark + self._written([columns, *cells]))
        risky = sum(cell.startswith(_FORMULA) for _, rows in tables.values() for row in rows for cell in row)
        told = (
            f"{risky} cells begin as a formula does (=, +, -, @): have the spreadsheet import the columns as text"
        )
        files = tuple(folder / name for name in tables)
        return ExportReport(files, counted(articles), notes=(told,) if risky else ())

    def read(self, path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
        """Read marks.csv of a folder, a table of marks, or a table of frames that coders have filled in."""
        file = path / _MARKS if path.is_dir() else path
        rows = list(_rows(file))
        columns = set(rows[0][1]) if rows else set()
        if {"article", "coder", "layer"} <= columns:
            coded, faults = coded_from_rows(rows, str(file), documents, scheme)
        elif "unit" in columns:
            coded, faults = frames_from_units(rows, str(file), documents)
        else:
            told = f"no table of marks (article, coder, layer …) nor of units (unit …); it has {sorted(columns)}"
            coded, faults = [], [Fault(file, 1, told)]
        if faults:
            raise GoldError(tuple(faults))
        return Imported(tuple(coded))

    def _written(self, rows: Iterable[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode("utf-8")


CSV = CsvTables(",")
EXCEL = CsvTables(";", mark=_BOM)


def _cells(row: Mapping[str, str]) -> Sequence[str]:
    return [row.get(column, "") for column in (*COLUMNS, "text")]


def _article(document: Document) -> Sequence[str]:
    return [document.id, document.text, *(getattr(document, name) or "" for name in _ABOUT)]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file with the lines on which they end."""
    text = _decoded(path)
    csv.field_size_limit(_LONGEST_CELL)
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    try:
        columns = next(reader, [])
        for cells in reader:
            if len(cells) != len(columns):
                told = f"this row has {len(cells)} cells, the header {len(columns)}"
                raise GoldError((Fault(path, reader.line_num, told),))
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise GoldError((Fault(path, reader.line_num, f"not csv: {error}"),)) from error


def _decoded(path: Path) -> str:
    data = file_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = f"not UTF-8 at byte {error.start}: save it as “CSV UTF-8”"
        raise GoldError((Fault(path, line, told),)) from error
