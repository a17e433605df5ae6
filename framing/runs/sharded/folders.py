"""Where shards stand in the folder of a run.

    shards/000017        committed: whole, and not changed any more
    shards/000017.work   at work, or left by a worker that died
    shards/000017.old    being replaced (--retry-failed)

A shard is committed by renaming its folder, which happens wholly or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from framing.errors import InputError, MissingDependencyError
from framing.messages import Usage
from framing.runs.store import Store, Totals

__all__ = [
    "ANALYSES",
    "LINES",
    "REPLIES",
    "SHARDS",
    "Places",
    "commit",
    "committed",
    "is_sharded",
    "last_retry",
    "places_of",
    "put_lines",
    "read_lines",
    "recover",
    "summary_of",
    "totals_of",
    "write_analyses",
    "write_retry",
    "write_summary",
]

SHARDS = "shards"
ANALYSES = "analyses.parquet"
LINES = "analyses.jsonl"
REPLIES = "replies.sqlite"
SUMMARY = "shard.json"
_RETRY = "retry"
_BATCH = 500


class Places(NamedTuple):
    """Where a shard stands when it is committed, at work, replaced."""

    done: Path
    work: Path
    old: Path


def places_of(folder: Path, called: str) -> Places:
    shards = folder / SHARDS
    return Places(shards / called, shards / f"{called}.work", shards / f"{called}.old")


def is_sharded(folder: Path) -> bool:
    return (folder / SHARDS).is_dir()


def committed(folder: Path) -> list[Path]:
    """The folders of all committed shards, in the order of the corpus."""
    return sorted(path for path in (folder / SHARDS).glob("*") if not path.suffix and path.is_dir())


def recover(folder: Path) -> None:
    """Put back a committed shard whose worker died while it was replaced; clear away what was replaced."""
    for old in (folder / SHARDS).glob("*.old"):
        done = old.with_suffix("")
        if done.exists():
            shutil.rmtree(old)
        else:
            old.rename(done)


def commit(places: Places) -> None:
    """Give the shard at work its name; one that is there already is replaced."""
    for path in (*places.work.iterdir(), places.work):
        _synchronise(path)
    if places.done.exists():
        places.done.rename(places.old)
    places.work.rename(places.done)
    _synchronise(places.done.parent)
    if places.old.exists():
        shutil.rmtree(places.old)


def last_retry(place: Path) -> str | None:
    """The name of the run that last asked anew about what had failed in this shard."""
    told = place / _RETRY
    return told.read_text("utf-8") if told.exists() else None


def write_retry(work: Path, retry: str) -> None:
    (work / _RETRY).write_text(retry, encoding="utf-8")


def _synchronise(path: Path) -> None:
    """Bring a file, or the list of a folder, to the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


# --- What a shard came to -----------------------------------------------------------------------------


def write_summary(work: Path, store: Store, **told: Any) -> None:
    articles, failed = store.counts()
    totals = store.totals()
    row = {
        **told,
        "articles": articles,
        "failed": failed,
        "requests": {"answered": totals.answered, "refused": totals.refused, "lost": totals.lost},
        "usage": _numbers(totals.usage),
        "lost_usage": _numbers(totals.lost_usage),
        "models": store.models(),
    }
    (work / SUMMARY).write_text(json.dumps(row, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def summary_of(done: Path) -> Any:
    """What a committed shard came to; raises InputError where it is none."""
    try:
        return json.loads((done / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(done), f"is no shard of a run: {error}") from None


def totals_of(summary: Any) -> Totals:
    """The totals that a summary holds."""
    asked = summary["requests"]
    usage, lost = (Usage(*summary[name]) for name in ("usage", "lost_usage"))
    return Totals(asked["answered"], asked["refused"], asked["lost"], usage, lost)


def _numbers(usage: Usage) -> list[int]:
    return [usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.requests]


# --- Its analyses -------------------------------------------------------------------------------------


def write_analyses(work: Path, store: Store) -> None:
    """The lines of a shard as a parquet file: the article's id, whether it failed, the analysis as JSON."""
    arrow, parquet = _arrow("writing shards")
    kinds = (("document", arrow.string()), ("failed", arrow.bool_()), ("analysis", arrow.string()))
    schema = arrow.schema(kinds)
    with (
        (work / LINES).open("rb") as lines,
        parquet.ParquetWriter(work / ANALYSES, schema, compression="zstd") as writer,
    ):
        for batch in _batches(store, lines):
            writer.write_table(arrow.table([list(column) for column in zip(*batch, strict=True)], schema=schema))


def _batches(store: Store, lines: Any) -> Iterator[list[tuple[str, bool, str]]]:
    batch: list[tuple[str, bool, str]] = []
    for place in store.places(in_order=False):
        known = store.article(place.number)
        assert known is not None
        batch.append((known[1], place.failed, lines.read(place.length).decode().rstrip("\n")))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def read_lines(done: Path) -> Iterator[str]:
    """The analyses of a committed shard, as JSON; raises InputError where they cannot be read."""
    arrow, parquet = _arrow("reading shards")
    try:
        with parquet.ParquetFile(done / ANALYSES) as file:
            for batch in file.iter_batches(batch_size=_BATCH, columns=["analysis"]):
                yield from batch.column(0).to_pylist()
    except (arrow.ArrowException, OSError) as error:
        raise InputError(str(done / ANALYSES), f"cannot be read: {error}") from None


def put_lines(done: Path, work: Path) -> None:
    """The analyses of a committed shard as lines again, byte for byte."""
    with (work / LINES).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in read_lines(done))


def _arrow(feature: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingDependencyError(feature, "framing-toolkit[parquet]") from None
    return pyarrow, parquet
