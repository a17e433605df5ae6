"""What a run folder remembers: one SQLite file, written by one process.

Its write-ahead log survives the death of the process at any moment: whatever was committed is there. The lock
that SQLite itself holds on the file is the lock of the run folder; it ends with the process that held it.

A commit costs more than what is written in it, so one takes along whatever all coroutines wrote in the same turn
of the event loop: who must know that it is safe awaits `kept()`. Notes that can be made again from what is safe
(rows of the input, lines of the file, refusals) wait for the next commit, or for enough of their like.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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
_SET_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"
_MOST_NOTES = 64
"""So many things that were written may wait for a commit."""


_MOST_REPEATED = 10_000
"""So many ids that came more than once are remembered."""


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
        self._path = path
        self._written = 0
        self._broken: InputError | None = None
        self._repeated: dict[str, int] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            with self.transaction():
                for statement in filter(str.strip, _TABLES.split(";")):
                    self._db.execute(statement)
            self._last = int(self._db.execute("SELECT MAX(number) FROM articles").fetchone()[0] or 0)
            self._count_lost()
            self.commit()
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
        try:
            self.commit()
        finally:
            self._db.close()

    # --- Commits ----------------------------------------------------------------------------------------

    async def kept(self) -> None:
        """Wait until everything written so far would survive the death of the process."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._keep)
        waiting = loop.create_future()
        self._waiting.append(waiting)
        await waiting

    def _keep(self) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            self.commit()
        except Exception as error:
            for future in waiting:
                if not future.done():
                    future.set_exception(error)
            return
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def commit(self) -> None:
        """Make safe what was written; raises InputError where the disk does not take it."""
        if self._broken is not None:
            raise self._broken
        if self._db.in_transaction:
            self._written = 0
            try:
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise self._full(error) from error

    def _write(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Write what the next commit takes along."""
        try:
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
            cursor = self._db.execute(sql, values)
        except sqlite3.OperationalError as error:
            raise self._full(error) from error
        self._written += 1
        return cursor

    def _full(self, error: sqlite3.OperationalError) -> InputError:
        """A disk that takes no more ends the work: what others wrote in the same turn is not safe either."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        reason = f"cannot be written: {error}. What was stored before is safe: make room and go on"
        self._broken = InputError(str(self._path), reason)
        return self._broken

    def _enough(self) -> None:
        """Commit where much was written and nobody awaits it."""
        if self._written >= _MOST_NOTES:
            self.commit()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or nothing; safe when it ends."""
        self.commit()
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
        """Keep a value (of JSON) under `name`, at once."""
        self._write(_SET_FACT, (name, json.dumps(value)))
        self.commit()

    # --- Replies ----------------------------------------------------------------------------------------

    def reply(self, key: str) -> Reply | None:
        row = self._db.execute(
            "SELECT text, model, finish, input, output, cached FROM replies WHERE key = ?", (bytes.fromhex(key),)
        ).fetchone()
        return Reply(row[0], row[1], row[2], Usage(row[3], row[4], row[5], 1)) if row else None

    def sending(self, input_tokens: int, output_tokens: int) -> int:
        """Note a request and the most it can use; its number. It is to be sent when it is `kept`."""
        return (
            self._write("INSERT INTO sent (input, output) VALUES (?, ?)", (input_tokens, output_tokens)).lastrowid
            or 0
        )

    def answered(self, sent: int, key: str, reply: Reply) -> None:
        """Store the reply to a request that was sent. It is to be read when it is `kept`."""
        usage = reply.usage
        used = (usage.input_tokens, usage.output_tokens, usage.cached_tokens)
        row = (bytes.fromhex(key), reply.text, reply.model, reply.finish, *used)
        self._write("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._write("DELETE FROM sent WHERE id = ?", (sent,))

    def refused(self, sent: int, *, lost: bool) -> None:
        """Note that a request has no answer; `lost`: the model may have worked on it all the same."""
        if lost:
            self._count_lost(sent)
        else:
            self._count("refused", 1)
            self._write("DELETE FROM sent WHERE id = ?", (sent,))

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
        self._write(f"DELETE FROM sent {where}", values)

    def _count(self, name: str, more: int) -> None:
        if more:
            self._write(_SET_FACT, (name, json.dumps((self.fact(name) or 0) + more)))

    # --- Articles ---------------------------------------------------------------------------------------

    def article(self, number: int) -> tuple[str, str, str, bool] | None:
        """(id in the input, id here, sha256, whether its line is written) of the `number`-th row; None: new."""
        if number > self._last:
            return None
        row = self._db.execute(
            "SELECT given, id, sha256, length FROM articles WHERE number = ?", (number,)
        ).fetchone()
        return (row[0], row[1], row[2], row[3] is not None) if row else None

    def register(self, number: int, given: str, sha256: str) -> str:
        """Note a row of the input; its id, which is another one where an earlier row has that id."""
        id, again = given, self._repeated.get(given, 1)
        while not self._registered(number, given, id, sha256):
            again += 1
            id = f"{given}-{again}"
        if again > 1:
            self._remember_repeated(given, again)
        self._last = max(self._last, number)
        self._enough()
        return id

    def _remember_repeated(self, given: str, again: int) -> None:
        """All names up to this one are taken: the next row with the same id need not try them again."""
        if len(self._repeated) >= _MOST_REPEATED:
            self._repeated.clear()
        self._repeated[given] = again

    def _registered(self, number: int, given: str, id: str, sha256: str) -> bool:
        """Whether the row could be noted under `id`; a row with its number is replaced."""
        sql = (
            "INSERT INTO articles (number, given, id, sha256) VALUES (?, ?, ?, ?) ON CONFLICT (number) DO UPDATE "
            "SET given = excluded.given, id = excluded.id, sha256 = excluded.sha256, "
            "failed = NULL, start = NULL, length = NULL"
        )
        try:
            self._write(sql, (number, given, id, sha256))
        except sqlite3.IntegrityError:
            return False
        return True

    def written(self, places: Iterable[Place]) -> None:
        """The lines of these articles stand in the file."""
        for place in places:
            self._write(
                "UPDATE articles SET failed = ?, start = ?, length = ? WHERE number = ?",
                (place.failed, place.start, place.length, place.number),
            )
        self._enough()

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
            self._db.execute(_SET_FACT, (SWAP, json.dumps(True)))

    def forget_lines(self, *, beyond: int) -> None:
        """Articles whose line ends `beyond` that many bytes count as not written."""
        sql = "UPDATE articles SET failed = NULL, start = NULL, length = NULL WHERE start + length > ?"
        self._write(sql, (beyond,))
        self.commit()

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
