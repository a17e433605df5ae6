"""Tables in a folder: the marks of all coders, units for reliability, and (where they hold texts) the articles.

What a file of one kind looks like is a `Store`: `framing.interop.csvfiles` and `framing.interop.statistics` have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from framing.errors import Fault, GoldError
from framing.interop.exchange import CodedArticle, ExportReport, Imported, Scheme, counted
from framing.interop.files import made_folder
from framing.interop.marktable import COLUMNS, article_rows, coded_from_rows
from framing.interop.units import frames_from_units, unit_tables
from framing.text import Document

__all__ = ["Store", "Table", "Tables", "twice_named"]

_ABOUT = ("title", "outlet", "url", "published", "language")


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text. `categories` has the columns that hold one of a few values, and these in the order of codes."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Store(Protocol):
    """Files of one kind. `texts`: whether they hold the words of an article; suffix: how they end."""

    @property
    def suffix(self) -> str: ...

    @property
    def texts(self) -> bool: ...

    def write(self, path: Path, table: Table) -> None: ...

    def read(self, path: Path) -> list[tuple[int, dict[str, str]]]:
        """The rows with their numbers; raises GoldError where the file is none of this kind."""

    def notes(self, tables: Sequence[Table]) -> tuple[str, ...]:
        """What a user should know before opening these tables."""


def twice_named(columns: Sequence[str]) -> str | None:
    """What is wrong with a header that has a column twice, such as that of a coder: the one would hide the other."""
    twice = next((column for column, count in Counter(columns).items() if column and count > 1), None)
    return None if twice is None else f"the column {twice!r} stands there twice"


@dataclass(frozen=True, slots=True)
class Tables:
    """The format that keeps its tables in `store`."""

    store: Store

    def write(self, articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
        """Write marks, the tables of units, and articles (doc_id and text, as quanteda reads them)."""
        folder = made_folder(out)
        tables = [self._marks(articles), *_units(articles, scheme)]
        if self.store.texts:
            tables.append(_articles(articles))
        for table in tables:
            self.store.write(folder / f"{table.name}{self.store.suffix}", table)
        files = tuple(folder / f"{table.name}{self.store.suffix}" for table in tables)
        return ExportReport(files, counted(articles), notes=self.store.notes(tables))

    def read(self, path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
        """Read a folder, a table of marks, or a table of frames that coders have filled in.

        Raises GoldError with the place of every fault, or where the tables of a folder contradict each other.
        """
        if path.is_dir():
            coded = self._read(path / f"marks{self.store.suffix}", documents, scheme)
            frames = path / f"frames{self.store.suffix}"
            if frames.exists():
                _compare(coded, self._read(frames, documents, scheme), frames)
        else:
            coded = self._read(path, documents, scheme)
        return Imported(tuple(coded))

    def _read(self, file: Path, documents: Mapping[str, Document], scheme: Scheme) -> list[CodedArticle]:
        rows = self.store.read(file)
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
        return coded

    def _marks(self, articles: Sequence[CodedArticle]) -> Table:
        columns = (*COLUMNS, "text") if self.store.texts else COLUMNS
        rows = (row for article in articles for row in article_rows(article))
        return Table("marks", columns, tuple(tuple(row.get(column, "") for column in columns) for row in rows))


def _units(articles: Sequence[CodedArticle], scheme: Scheme) -> Iterator[Table]:
    for table in unit_tables(articles, scheme):
        rows = [
            (unit, cluster, *(cells.get(coder, "") for coder in table.coders))
            for unit, cluster, cells in table.rows
        ]
        categories = dict.fromkeys(table.coders, table.values)
        yield Table(table.name, ("unit", "cluster", *table.coders), tuple(rows), categories)


def _articles(articles: Sequence[CodedArticle]) -> Table:
    rows = [
        (a.document.id, a.document.text, *(getattr(a.document, name) or "" for name in _ABOUT)) for a in articles
    ]
    return Table("articles", ("doc_id", "text", *_ABOUT), tuple(rows))


def _compare(marks: Sequence[CodedArticle], units: Sequence[CodedArticle], file: Path) -> None:
    """Who fills in one table of a folder must not have it passed over for the other."""
    sets = [
        {
            (article.document.id, coder, label.codebook, label.frame)
            for article in coded
            for coder, found in article.codings.items()
            for label in found.frames
        }
        for coded in (marks, units)
    ]
    if changed := sorted(sets[0] ^ sets[1]):
        article, coder, _, frame = changed[0]
        told = (
            f"does not say what the table of marks says ({coder!r}, {frame!r} in {article!r}): "
            "import the one that was edited, by its own name"
        )
        raise GoldError((Fault(file, None, told),))
