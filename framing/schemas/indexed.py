"""`indexed`: the model names sentences by number, and words only where a passage is part of them.

    {"speakers":   [{"id": 1, "name": "Ada Berg", "role": "mayor"}],
     "statements": [{"at": "4", "start": "", "end": "it works,”", "speaker": 1, "kind": "direct"},
                    {"at": "4", "start": "“and it", "end": "", "speaker": 1, "kind": "+"}],
     "claims":     [{"at": "7-8", "start": "", "end": "", "voice": 0, "kind": "factual", "checkworthy": true}],
     "frames":     [{"at": "4", "start": "", "end": "", "frame": "economic"}],
     "primary":    "economic"}

`at` is a sentence or a range of sentences; `start` and `end` are the first and last words of the passage, and
empty where it begins or ends with the sentence; "it#2" means those words where the sentence holds them the
second time. Empty texts are used, and not null, because they cost a third of the tokens. A frame without a passage
has an empty `at`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from framing.codebooks import Codebook
from framing.schemas.draft import Anchor, Draft, Section, Task
from framing.schemas.formats import WireFormat
from framing.schemas.reading import BadItem, Notes, read_object
from framing.schemas.sections import (
    CLAIM_KINDS,
    MORE,
    STATEMENT_KINDS,
    Entry,
    optional_text,
    read_sections,
    sections_schema,
)
from framing.schemas.strict import BOOLEAN, INTEGER, NULLABLE_INTEGER, NULLABLE_STRING, STRING, Schema, choice

__all__ = ["Indexed", "anchored", "sentence_range"]

_NTH = re.compile(r"(.*\S)#([1-9]\d?)", re.DOTALL)
_RANGE = re.compile(r"(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?")


class Indexed(WireFormat):
    name = "indexed"
    numbered = True

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        self._check_task(task)
        notes = Notes()
        root = read_object(text, notes)
        if root is None:
            return Draft(flaws=notes.all())
        fields = {section: tuple(entry) for section, entry in _entries(codebook).items()}
        return read_sections(root, notes, task=task, codebook=codebook, fields=fields, locate=anchored)

    def _schema(self, task: Task, codebook: Codebook | None) -> Schema:
        return sections_schema(_entries(codebook), task, codebook)


def anchored(entry: Entry) -> tuple[Anchor, ...]:
    """The passage of an entry with `at`, `start` and `end`; none where `at` is empty."""
    if entry["at"] in ("", None):
        return ()
    first, last = sentence_range(entry["at"])
    start, start_nth = _words(entry["start"], "start")
    end, end_nth = _words(entry["end"], "end")
    return (Anchor(first, last, start, end, start_nth, end_nth),)


def _words(value: object, field: str) -> tuple[str | None, int | None]:
    text = optional_text(value, field)
    match = _NTH.fullmatch(text) if text and "#" in text else None
    return (match[1], int(match[2])) if match else (text, None)


def sentence_range(value: object) -> tuple[int, int]:
    """First and last sentence of "12", "5-7" or 12; whether they exist is for the article to say."""
    numbers = _numbers(str(value)) if isinstance(value, str | int) else None
    if numbers is None:
        raise BadItem(f"{value!r} is not the number of a sentence, nor a range such as '5-7'")
    first, last = numbers
    if first < 1:
        raise BadItem("sentences are counted from 1")
    if last < first:
        raise BadItem(f"the range {value!r} runs backwards")
    return numbers


@lru_cache(4096)
def _numbers(text: str) -> tuple[int, int] | None:
    match = _RANGE.fullmatch(text.strip())
    return (int(match[1]), int(match[2] or match[1])) if match else None


def _entries(codebook: Codebook | None) -> dict[Section, dict[str, Schema]]:
    place: dict[str, Schema] = {"at": STRING, "start": STRING, "end": STRING}
    return {
        "speakers": {"id": INTEGER, "name": NULLABLE_STRING, "role": NULLABLE_STRING},
        "statements": {**place, "speaker": NULLABLE_INTEGER, "kind": choice([*STATEMENT_KINDS, MORE])},
        "claims": {
            **place,
            "voice": NULLABLE_INTEGER,
            "kind": choice([*CLAIM_KINDS, MORE]),
            "checkworthy": BOOLEAN,
        },
        "frames": {**place, "frame": choice([*codebook.codes, MORE]) if codebook else STRING},
    }
