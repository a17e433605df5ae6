"""CSV for R, and for spreadsheets.

Nothing in a cell is changed: cells that a spreadsheet would take for formulas are told in the report, not escaped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.errors import Fault, GoldError
from framing.interop.files import file_bytes
from framing.interop.tables import Table, Tables, twice_named

__all__ = ["CSV", "EXCEL", "CsvFiles"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class CsvFiles:
    """Writes one dialect and reads every: the delimiter is the one of , ; tab that the header holds most of."""

    delimiter: str
    mark: bytes = b""
    suffix: str = ".csv"
    texts: bool = True

    def write(self, path: Path, table: Table) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows([table.columns, *table.rows])
        path.write_bytes(self.mark + text.getvalue().encode("utf-8"))

    def read(self, path: Path) -> list[tuple[int, dict[str, str]]]:
        """The rows, each with the line on which it ends."""
        text = _decoded(path)
        csv.field_size_limit(_LONGEST_CELL)
        header = text.partition("\n")[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
        rows = []
        try:
            columns = next(reader, [])
            if twice := twice_named(columns):
                raise GoldError((Fault(path, 1, twice),))
            for cells in reader:
                if not any(cells):  # what a spreadsheet leaves below a table
                    continue
                if fault := _fault(cells, columns):
                    raise GoldError((Fault(path, reader.line_num, fault),))
                rows.append((reader.line_num, dict(zip(columns, cells, strict=True))))
        except csv.Error as error:
            raise GoldError((Fault(path, reader.line_num, f"not csv: {error}"),)) from error
        return rows

    def notes(self, tables: Sequence[Table]) -> tuple[str, ...]:
        risky = sum(cell.startswith(_FORMULA) for table in tables for row in table.rows for cell in row)
        if not risky:
            return ()
        return (
            f"{risky} cells begin as a formula does (=, +, -, @): have the spreadsheet import columns as text",
        )


def _fault(cells: Sequence[str], columns: Sequence[str]) -> str | None:
    if len(cells) != len(columns):
        return f"this row has {len(cells)} cells, the header {len(columns)}"
    if any(cell for cell, column in zip(cells, columns, strict=True) if not column):
        return "a column without a name has a value here"
    return None


CSV = Tables(CsvFiles(","))
EXCEL = Tables(CsvFiles(";", mark=_BOM))


def _decoded(path: Path) -> str:
    data = file_bytes(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = f"not UTF-8 at byte {error.start}: save it as “CSV UTF-8”"
        raise GoldError((Fault(path, line, told),)) from error
