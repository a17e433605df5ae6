"""One id an article, over a corpus whose ids nobody holds all at once."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

__all__ = ["hashed", "unique_names"]

Given = Callable[[int], Sequence[str]]


def hashed(id: str) -> bytes:
    """Eight bytes that stand for an id: of ten million ids, two are taken for one with a chance of 3 in a million
    (n²/2 in 2⁶⁴), and all that comes of it is that the later one gets a number."""
    return blake2b(id.encode("utf-8", "replace"), digest_size=8).digest()


def unique_names(shards: Sequence[bytes], given: Given) -> Mapping[int, Mapping[int, str]]:
    """New ids for articles whose id an earlier one has: {shard: {place in it: id}}, as a run on one machine gives
    them (`a`, then `a-2`).

    shards: the `hashed` ids of each, one after the other. `given(shard)` fetches its ids where they are needed.
    """
    return _Naming(shards, given).names()


class _Naming:
    def __init__(self, shards: Sequence[bytes], given: Given) -> None:
        import numpy

        ids = numpy.frombuffer(b"".join(shards), dtype=numpy.uint64)
        self._first = numpy.cumsum([0, *(len(shard) // 8 for shard in shards)])
        self._order = numpy.argsort(ids, kind="stable")
        self._sorted = ids[self._order]
        self._given = lru_cache(maxsize=64)(given)
        self._numpy: Any = numpy
        self._new: dict[int, str] = {}
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def names(self) -> Mapping[int, Mapping[int, str]]:
        again = self._order[1:][self._sorted[1:] == self._sorted[:-1]]
        waiting = sorted(int(place) for place in again)
        while waiting:
            place = heapq.heappop(waiting)
            if place in self._new:
                continue
            self._new[place] = name = self._free_name(self._id(place), place)
            self._taken.add(name)
            # Whoever comes later with that very id has to give way too.
            if (later := self._first_with(name)) is not None and later > place:
                heapq.heappush(waiting, later)
        found: dict[int, dict[int, str]] = {}
        for place, name in sorted(self._new.items()):
            shard, at = self._where(place)
            found.setdefault(shard, {})[at] = name
        return found

    def _free_name(self, id: str, place: int) -> str:
        again = self._next.get(id, 2)
        while self._is_taken(name := f"{id}-{again}", place):
            again += 1
        self._next[id] = again
        return name

    def _is_taken(self, name: str, place: int) -> bool:
        first = self._first_with(name)
        return name in self._taken or (first is not None and first < place)

    def _first_with(self, id: str) -> int | None:
        """The place of the first article with an id."""
        key = self._numpy.frombuffer(hashed(id), dtype=self._numpy.uint64)[0]
        at = int(self._numpy.searchsorted(self._sorted, key))
        found = at < len(self._sorted) and self._sorted[at] == key
        return int(self._order[at]) if found else None

    def _id(self, place: int) -> str:
        shard, at = self._where(place)
        return self._given(shard)[at]

    def _where(self, place: int) -> tuple[int, int]:
        shard = int(self._numpy.searchsorted(self._first, place, side="right")) - 1
        return shard, place - int(self._first[shard])
