"""What one wording has and another has not, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Change", "changes"]

_TOKEN = re.compile(r"\s+|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Change:
    kind: Literal["same", "gone", "new"]
    text: str


def changes(old: str, new: str) -> tuple[Change, ...]:
    """The pieces that lead from `old` to `new`; without those that are new they spell `old`, and the reverse."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    found: list[Change] = []
    for what, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Change("same", "".join(a[a0:a1])))
            continue
        if a1 > a0:
            found.append(Change("gone", "".join(a[a0:a1])))
        if b1 > b0:
            found.append(Change("new", "".join(b[b0:b1])))
    return tuple(found)
