"""SPSS (.sav) and Stata (.dta) files, through pyreadstat (Apache 2.0).

A category is a number with its value label (0 absent, 1 present), and a cell of a coder who did not code the unit is
system-missing, never a number that stands for it. Columns are called by names that both programs take; what a column
is called here, a coder's name above all, is its variable label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from framing.errors import Fault, GoldError, MissingDependencyError, UsageError
from framing.interop.files import file_bytes
from framing.interop.tables import Table, Tables, twice_named

__all__ = ["SPSS", "STATA", "StatisticsFiles"]

_WORDS = {"0": "absent", "1": "present"}
_PLAIN = re.compile(r"(?!v\d+_)[A-Za-z][A-Za-z0-9_]{0,30}", re.IGNORECASE)
_RESERVED = re.compile(
    "all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with|byte|double|float|if|in|int|long|str(l|[0-9]+)|using",
    re.IGNORECASE,
)
"""What SPSS (Command Syntax Reference, “Variable Names”) and Stata (User's Guide, 11.3) keep for themselves."""


@dataclass(frozen=True, slots=True)
class StatisticsFiles:
    """Files of one program. Texts of articles stay out: .sav ends a string at 32,767 bytes."""

    suffix: Literal[".sav", ".dta"]
    texts: bool = False

    def write(self, path: Path, table: Table) -> None:
        """Write one table; raises MissingDependencyError without pyreadstat and pandas, UsageError for what it refuses."""
        pyreadstat = _pyreadstat()
        from pandas import DataFrame, Series

        names = _names(table.columns)
        columns: dict[str, Any] = {}
        labels: dict[str, dict[int, str]] = {}
        for number, column in enumerate(table.columns):
            cells = [row[number] for row in table.rows]
            if values := table.categories.get(column):
                codes = {value: code for code, value in enumerate(values)}
                columns[names[column]] = Series([codes.get(cell) for cell in cells], dtype="float64")
                labels[names[column]] = {code: _WORDS.get(value, value) for value, code in codes.items()}
            else:
                columns[names[column]] = Series(cells, dtype="object")
        described = {"column_labels": {names[c]: c for c in table.columns}, "variable_value_labels": labels}
        try:
            if self.suffix == ".sav":
                measures = dict.fromkeys(names.values(), "nominal")
                pyreadstat.write_sav(DataFrame(columns), str(path), variable_measure=measures, **described)
            else:
                pyreadstat.write_dta(DataFrame(columns), str(path), **described)
        except pyreadstat.ReadstatError as error:
            longest = max(table.columns, key=len)
            raise UsageError(f"{self.suffix} cannot hold this table: {error} (longest: {longest!r})") from error

    def read(self, path: Path) -> list[tuple[int, dict[str, str]]]:
        """The rows, numbered from 1; a number is the value that its label names, a missing one is empty."""
        pyreadstat = _pyreadstat()
        file_bytes(path)
        reader = pyreadstat.read_sav if self.suffix == ".sav" else pyreadstat.read_dta
        try:
            columns, about = reader(str(path), output_format="dict")
        except pyreadstat.ReadstatError as error:
            raise GoldError((Fault(path, None, f"is no {self.suffix} file that can be read: {error}"),)) from error
        called = [about.column_names_to_labels.get(name) or name for name in columns]
        if twice := twice_named(called):
            raise GoldError((Fault(path, None, twice),))
        named = dict(zip(called, columns, strict=True))
        labels = about.variable_value_labels
        count = len(next(iter(columns.values()), ()))
        return [
            (row + 1, {column: _cell(columns[name][row], labels.get(name, {})) for column, name in named.items()})
            for row in range(count)
        ]

    def notes(self, tables: Sequence[Table]) -> tuple[str, ...]:
        return ()


SPSS = Tables(StatisticsFiles(".sav"))
STATA = Tables(StatisticsFiles(".dta"))


def _pyreadstat() -> Any:
    try:
        import pandas  # noqa: F401 - pyreadstat writes from its frames only
        import pyreadstat
    except ImportError:
        raise MissingDependencyError("SPSS and Stata files", "framing-toolkit[interop]") from None
    return pyreadstat


def _names(columns: Sequence[str]) -> dict[str, str]:
    """The columns as variables of SPSS and Stata: a letter, then letters, digits and _, 31 at most, no two alike.

    Others get the number of their column before them; what a program keeps for itself is such another.
    """
    names: dict[str, str] = {}
    for number, column in enumerate(columns):
        taken = {name.lower() for name in names.values()}
        fits = _PLAIN.fullmatch(column) and not _RESERVED.fullmatch(column) and column.lower() not in taken
        names[column] = column if fits else f"v{number}_{re.sub('[^A-Za-z0-9]+', '_', column)}"[:31]
    return names


def _cell(value: Any, labels: dict[float, str]) -> str:
    if value is None or value != value:
        return ""
    if not isinstance(value, int | float):
        return str(value)
    label = labels.get(value, str(value))
    return {word: digit for digit, word in _WORDS.items()}.get(label, label)
