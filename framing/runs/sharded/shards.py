"""Shards: which rows of the corpus each one holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from framing.corpus import BadRow, Entry, Fields
from framing.corpus.parts import Part, read_part
from framing.runs.engine import renamed
from framing.runs.sharded.naming import hashed

__all__ = ["Scan", "Shard", "last_parts", "read_plan", "scanned", "shards_of", "write_plan"]

PLAN = "plan.jsonl"


@dataclass(frozen=True, slots=True)
class Shard:
    """Some rows of the corpus. `names` are the new ids of those whose id an earlier article has, by their place."""

    number: int
    parts: tuple[Part, ...]
    articles: int = 0
    digest: str = ""
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def called(self) -> str:
        return f"{self.number:06}"

    def entries(self, fields: Fields) -> Iterator[Entry]:
        """The articles, each with the id that it has in the whole run."""
        for place, entry in enumerate(self.given(fields)):
            name = self.names.get(place)
            yield entry if name is None else renamed(entry, name)

    def given(self, fields: Fields) -> Iterator[Entry]:
        """The articles as the input has them."""
        for part in self.parts:
            yield from read_part(part, fields)

    def to_json(self) -> str:
        row = {
            "number": self.number,
            "articles": self.articles,
            "digest": self.digest,
            "names": dict(self.names),
            "parts": [asdict(part) for part in self.parts],
        }
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        row = json.loads(text)
        names = {int(place): name for place, name in row["names"].items()}
        parts = tuple(Part(**part) for part in row["parts"])
        return cls(row["number"], parts, row["articles"], row["digest"], names)


def shards_of(parts: Iterable[Part], rows: int, *, first: int = 0) -> Iterator[Shard]:
    """Shards of at most so many `rows`, numbered from `first` on; a part is never divided."""
    held: list[Part] = []
    for part in parts:
        if held and sum(one.rows for one in held) + part.rows > rows:
            yield Shard(first, tuple(held))
            first, held = first + 1, []
        held.append(part)
    if held:
        yield Shard(first, tuple(held))


@dataclass(frozen=True, slots=True)
class Scan:
    """What reading a shard once tells: its articles, a digest of their ids and texts, and their hashed ids."""

    articles: int
    digest: str
    ids: bytes


def scanned(shard: Shard, fields: Fields) -> Scan:
    """Read a shard once; raises UsageError for a corpus without the text column."""
    digest, ids = sha256(), bytearray()
    count = 0
    for entry in shard.given(fields):
        text = "" if isinstance(entry, BadRow) else entry.sha256
        digest.update(f"{entry.id!r} {text}\n".encode("utf-8", "replace"))
        ids += hashed(entry.id)
        count += 1
    return Scan(count, digest.hexdigest(), bytes(ids))


# --- The plan -----------------------------------------------------------------------------------------


def read_plan(folder: Path) -> list[Shard]:
    """The shards that a run has, none where it has just begun."""
    path = folder / PLAN
    if not path.exists():
        return []
    return [Shard.from_json(line) for line in path.read_text("utf-8").splitlines()]


def write_plan(folder: Path, shards: Sequence[Shard]) -> None:
    new = folder / f"{PLAN}.new"
    new.write_text("".join(shard.to_json() + "\n" for shard in shards), encoding="utf-8")
    new.replace(folder / PLAN)


def last_parts(planned: Sequence[Shard]) -> dict[str, Part]:
    """The last part of each file in a plan."""
    return {part.path: part for shard in planned for part in shard.parts}
