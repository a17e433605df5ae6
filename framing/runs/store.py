"""What a run folder remembers: one SQLite file, written by one process.

Its write-ahead log survives the death of the process at any moment: whatever was committed is there. The lock
that SQLite itself holds on the file is the lock of the run folder; it ends with the process that held it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from framing.errors import InputError, UsageError
from framing.messages import Reply, Usage

__all__ = ["SWAP", "Place", "Store", "Totals"]

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (
    key BLOB UNIQUE NOT NULL, text TEXT NOT NULL, model TEXT NOT NULL, finish TEXT NOT NULL,
    input INTEGER NOT NULL, output INTEGER NOT NULL, cached INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, input INTEGER NOT NULL, output INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, given TEXT NOT NULL, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
    failed INTEGER, start INTEGER, length INTEGER);
"""
SWAP = "swap"
"""The fact that says that the places are those of a new file of lines, which is to take the old one's place."""
_COUNTERS = ("refused", "lost", "lost_input", "lost_output")


class Place(NamedTuple):
    """Where the line of an article stands in analyses.jsonl, in bytes, and whether its row says that it failed."""

    number: int
    start: int
    length: int
    failed: bool


class Totals(NamedTuple):
    """What a folder has used. `answered` requests have a reply; `refused` ones an error that costs nothing; `lost`
    ones no answer although the model may have worked: `lost_usage` is the most they can have used."""

    answered: int
    refused: int
    lost: int
    usage: Usage
    lost_usage: Usage

    @property
    def requests(self) -> int:
        return self.answered + self.refused + self.lost


class Store:
    """Replies, requests on their way, and articles of one run folder.

    Raises UsageError where another process works in the folder, InputError where the file is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            with self.transaction():
                for statement in filter(str.strip, _TABLES.split(";")):
                    self._db.execute(statement)
                self._count_lost()
        except sqlite3.OperationalError as error:
            self._db.close()
            if "locked" not in str(error):
                raise InputError(str(path), f"cannot be opened: {error}") from error
            raise UsageError(
                f"another process is working in {str(path.parent)!r}: wait for it, or stop it"
            ) from None
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise InputError(str(path), f"is not the store of a run: {error}") from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def fact(self, name: str) -> Any:
        """A value kept under `name`; None where there is none."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_fact(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value)))

    # --- Replies ----------------------------------------------------------------------------------------

    def reply(self, key: str) -> Reply | None:
        row = self._db.execute(
            "SELECT text, model, finish, input, output, cached FROM replies WHERE key = ?", (bytes.fromhex(key),)
        ).fetchone()
        return Reply(row[0], row[1], row[2], Usage(row[3], row[4], row[5], 1)) if row else None

    def sending(self, input_tokens: int, output_tokens: int) -> int:
        """Note, before it is sent, a request and the most it can use; its number."""
        cursor = self._db.execute("INSERT INTO sent (input, output) VALUES (?, ?)", (input_tokens, output_tokens))
        return cursor.lastrowid or 0

    def answered(self, sent: int, key: str, reply: Reply) -> None:
        """Keep the reply to a request that was sent."""
        usage = reply.usage
        used = (usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        with self.transaction():
            self._db.execute("DELETE FROM sent WHERE id = ?", (sent,))
            self._db.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)",
                (bytes.fromhex(key), reply.text, reply.model, reply.finish, *used),
            )

    def refused(self, sent: int, *, lost: bool) -> None:
        """Note that a request has no answer; `lost`: the model may have worked on it all the same."""
        with self.transaction():
            if lost:
                self._count_lost(sent)
            else:
                self._count("refused", 1)
                self._db.execute("DELETE FROM sent WHERE id = ?", (sent,))

    def totals(self) -> Totals:
        row = self._db.execute("SELECT COUNT(*), SUM(input), SUM(output), SUM(cached) FROM replies").fetchone()
        answered, sent, got, cached = (value or 0 for value in row)
        refused, lost, lost_input, lost_output = (self.fact(name) or 0 for name in _COUNTERS)
        usage = Usage(sent, got, cached, answered)
        return Totals(answered, refused, lost, usage, Usage(lost_input, lost_output, 0, lost))

    def models(self) -> list[str]:
        """The models that the replies name."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT model FROM replies ORDER BY model")]

    def _count_lost(self, sent: int | None = None) -> None:
        """Requests without an answer become lost ones: one of them, or all those that a dead process left."""
        where, values = ("WHERE id = ?", (sent,)) if sent is not None else ("", ())
        row = self._db.execute(f"SELECT COUNT(*), SUM(input), SUM(output) FROM sent {where}", values).fetchone()
        for name, value in zip(_COUNTERS[1:], row, strict=True):
            self._count(name, value or 0)
        self._db.execute(f"DELETE FROM sent {where}", values)

    def _count(self, name: str, more: int) -> None:
        if more:
            self.set_fact(name, (self.fact(name) or 0) + more)

    # --- Articles ---------------------------------------------------------------------------------------

    def article(self, number: int) -> tuple[str, str, str, bool] | None:
        """(id in the input, id here, sha256, whether its line is written) of the `number`-th row; None: new."""
        row = self._db.execute(
            "SELECT given, id, sha256, length FROM articles WHERE number = ?", (number,)
        ).fetchone()
        return (row[0], row[1], row[2], row[3] is not None) if row else None

    def register(self, number: int, given: str, sha256: str) -> str:
        """Note a row of the input; its id, which is another one where an earlier row has that id."""
        id, again = given, 1
        while self._db.execute("SELECT 1 FROM articles WHERE id = ? AND number <> ?", (id, number)).fetchone():
            again += 1
            id = f"{given}-{again}"
        row = (number, given, id, sha256)
        self._db.execute("INSERT OR REPLACE INTO articles (number, given, id, sha256) VALUES (?, ?, ?, ?)", row)
        return id

    def written(self, places: list[Place]) -> None:
        """The lines of these articles stand in the file."""
        rows = [(place.failed, place.start, place.length, place.number) for place in places]
        with self.transaction():
            self._db.executemany("UPDATE articles SET failed = ?, start = ?, length = ? WHERE number = ?", rows)

    def moved(self, places: Iterable[Place]) -> None:
        """The lines of these articles, and no others, stand in a new file, which is to take the old one's place.

        `places` is consumed inside the transaction, and the file must be whole when it ends.
        """
        with self.transaction():
            self._db.execute("CREATE TEMP TABLE moved (number INTEGER PRIMARY KEY, start INTEGER)")
            self._db.executemany("INSERT INTO moved VALUES (?, ?)", ((p.number, p.start) for p in places))
            self._db.execute(
                "UPDATE articles SET start = (SELECT start FROM moved WHERE moved.number = articles.number)"
            )
            self._db.execute("UPDATE articles SET failed = NULL, length = NULL WHERE start IS NULL")
            self._db.execute("DROP TABLE moved")
            self.set_fact(SWAP, True)

    def forget_lines(self, *, beyond: int) -> None:
        """Articles whose line ends `beyond` that many bytes count as not written."""
        sql = "UPDATE articles SET failed = NULL, start = NULL, length = NULL WHERE start + length > ?"
        self._db.execute(sql, (beyond,))

    def end_of_lines(self) -> int:
        return int(self._db.execute("SELECT MAX(start + length) FROM articles").fetchone()[0] or 0)

    def places(self, *, in_order: bool) -> Iterator[Place]:
        """Every written line, by the number of its article or in the order of the file."""
        order = "number" if in_order else "start"
        sql = f"SELECT number, start, length, failed FROM articles WHERE length IS NOT NULL ORDER BY {order}"
        yield from (Place(row[0], row[1], row[2], bool(row[3])) for row in self._db.execute(sql))

    def counts(self) -> tuple[int, int]:
        """(articles whose line is written, those of them that failed)."""
        row = self._db.execute("SELECT COUNT(length), SUM(failed) FROM articles").fetchone()
        return row[0], row[1] or 0
