"""analyses.jsonl: one line an article, in the order of the input or as they are finished, never one twice.

A line is written first and noted in the store after that; what is in the file but not in the store (its writer
died in between) is cut off when the file is opened again, and written anew from the stored replies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from framing.annotations import Analysis
from framing.corpus.tables import GrowingTables, Rendered
from framing.runs.store import SWAP, Place, Store

__all__ = ["Line", "Lines"]


class Line(NamedTuple):
    """The JSON of one analysis, whether it says that the article failed, and its rows of the tables."""

    text: bytes
    failed: bool
    rows: Rendered = ()


class Lines:
    """The file at `path`, opened where it ended, in step with `store`.

    With `in_order` a line is held back until all before it are written or skipped. `waiting` is how many are held.
    With `tables` the csv tables grow with the file, if it begins with this process: `finish_tables`.
    """

    def __init__(self, path: Path, store: Store, *, in_order: bool, tables: bool = False) -> None:
        self._path, self._store, self._in_order = path, store, in_order
        self._finish_swap()
        self._file = path.open("ab")
        self._cut()
        self._tables = GrowingTables(path.parent) if tables and self._end == 0 else None
        self._next = 1
        self._held: dict[int, Line | None] = {}

    def close(self) -> None:
        self._file.close()
        if self._tables is not None:
            self._tables.close()

    def rows(self, analysis: Analysis) -> Rendered:
        """What an analysis adds to the tables that grow with the file."""
        return self._tables.rendered(analysis) if self._tables is not None else ()

    def finish_tables(self) -> bool:
        """Give the tables their names; False where they are to be made of the whole file."""
        if self._tables is None:
            return False
        self._tables.finish()
        return True

    @property
    def waiting(self) -> int:
        return len(self._held)

    @property
    def next_number(self) -> int:
        """The article that all others wait for."""
        return self._next

    def put(self, number: int, line: Line | None) -> None:
        """Take the line of the `number`-th article (1, 2, …); None: it is not to be written."""
        if not self._in_order:
            if line is not None:
                self._write([(number, line)])
            return
        self._held[number] = line
        ready: list[tuple[int, Line]] = []
        while self._next in self._held:
            held = self._held.pop(self._next)
            if held is not None:
                ready.append((self._next, held))
            self._next += 1
        if ready:
            self._write(ready)

    def flush(self) -> None:
        """Write the lines that are held back, although articles before them are missing: the run ends here.
        When those have come later on, `sort` puts them where they belong."""
        held = [(number, line) for number, line in sorted(self._held.items()) if line is not None]
        self._held = {}
        if held:
            self._write(held)

    def _write(self, lines: list[tuple[int, Line]]) -> None:
        places = []
        for number, line in lines:
            places.append(Place(number, self._end, len(line.text), line.failed))
            self._end += len(line.text)
        self._file.write(b"".join(line.text for _, line in lines))
        self._file.flush()
        self._store.written(places)
        if self._tables is not None:
            self._tables.add([line.rows for _, line in lines])

    def _cut(self) -> None:
        size = self._path.stat().st_size
        self._store.forget_lines(beyond=size)
        self._end = self._store.end_of_lines()
        self._file.truncate(self._end)
        self._file.seek(self._end)

    # --- Writing it anew --------------------------------------------------------------------------------

    def without_failed(self) -> None:
        """Take the lines of failed articles out, so that they can be asked about again."""
        if self._store.counts()[1]:
            self._rewrite(keep_failed=False)

    def sort(self) -> None:
        """Put the lines into the order of the input, where they are not."""
        if self._in_order and not self._sorted():
            self._rewrite(keep_failed=True)

    def _sorted(self) -> bool:
        return all(a.start < b.start for a, b in pairwise(self._store.places(in_order=True)))

    def _rewrite(self, *, keep_failed: bool) -> None:
        """Make a new file of the lines in the store, which then takes the old one's place whole, also where this
        process dies on the way: what the store says is either the old file's places or the new one's."""
        if self._tables is not None:
            self._tables.close()
            self._tables = None
        self._store.moved(self._copied(keep_failed))
        self._finish_swap()
        self._file.close()
        self._file = self._path.open("ab")
        self._cut()

    def _copied(self, keep_failed: bool) -> Iterator[Place]:
        end = 0
        with self._path.open("rb") as old, self._new.open("wb") as file:
            for place in self._store.places(in_order=self._in_order):
                if place.failed and not keep_failed:
                    continue
                old.seek(place.start)
                file.write(old.read(place.length))
                yield place._replace(start=end)
                end += place.length
            file.flush()
            os.fsync(file.fileno())

    @property
    def _new(self) -> Path:
        return self._path.with_name(self._path.name + ".new")

    def _finish_swap(self) -> None:
        if self._store.fact(SWAP):
            if self._new.exists():
                self._new.replace(self._path)
            self._store.set_fact(SWAP, False)
        self._new.unlink(missing_ok=True)
