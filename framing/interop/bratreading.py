"""Read brat's standoff files, line by line, as people have left them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from framing.errors import Fault, GoldError
from framing.interop.adapting import layer_named
from framing.interop.exchange import CodedArticle, Imported, Scheme
from framing.interop.files import file_bytes, name_of
from framing.interop.marks import LINKS, Link, LinkName, Mark, MarkLayer, Markup
from framing.interop.offsets import Alignment, align
from framing.interop.unmarking import read_marks
from framing.text import Document, Span, merge_spans

__all__ = ["SPANS", "fragments", "read_standoff"]

_BREAKS = re.compile("[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]+")
"""What Python's readlines, by which brat reads .ann files, takes for ends of lines."""
SPANS = "spans"
"""The key under which a note has the pieces of a mark, where the fragments alone do not give them back."""
_TEXTBOUND = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.+))?")
_RELATION = re.compile(r"(\S+) Arg1:(\S+) Arg2:(\S+)")
_NOTE = re.compile(r"\S+ (\S+)")


def fragments(spans: Sequence[Span], text: str) -> list[Span]:
    """The fragments that brat can hold of the same characters: on one line each, none touching another."""
    kept = []
    for span in merge_spans(spans):
        start = span.start
        for match in _BREAKS.finditer(text, span.start, span.end):
            kept.append(Span(start, match.start()))
            start = match.end()
        kept.append(Span(start, span.end))
    return [span for span in kept if span]


def read_standoff(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Every .ann file under `path` as the coding of the coder whose folder it is in."""
    faults: list[Fault] = []
    codings: dict[str, dict[str, Any]] = {}
    aside: Counter[str] = Counter()
    for file in sorted(path.rglob("*.ann")) if path.is_dir() else [path]:
        article = name_of(file.stem)
        if article not in documents:
            faults.append(Fault(file, None, f"{article!r} is none of the articles that were labelled"))
            continue
        coder = name_of(file.parent.name) or "coder"
        try:
            reading = _Reading(file, documents[article])
            markup = reading.markup()
        except GoldError as error:
            faults.extend(error.faults)
            continue
        aside.update(reading.aside)
        codings.setdefault(article, {})[coder] = read_marks(markup, documents[article], scheme)
    if faults or not codings:
        raise GoldError(tuple(faults) or (Fault(path, None, "holds no standoff file (.ann)"),))
    notes = [f"left aside: {count} {what}" for what, count in sorted(aside.items())]
    return Imported(tuple(CodedArticle(documents[a], found) for a, found in codings.items()), tuple(notes))


@dataclass(slots=True)
class _Entity:
    layer: MarkLayer
    spans: list[Span]
    line: int
    features: dict[str, str] = field(default_factory=dict)
    note: dict[str, Any] = field(default_factory=dict)


class _Reading:
    def __init__(self, file: Path, document: Document) -> None:
        self._file, self._document = file, document
        self.aside: Counter[str] = Counter()
        self._faults: list[Fault] = []
        self._entities: dict[str, _Entity] = {}
        self._passed: set[str] = set()
        """Entities of layers that are none of ours."""
        self._text = _text(file.with_suffix(".txt"))
        try:
            self._alignment: Alignment = align(document.text, self._text)
        except ValueError as error:
            told = f"is not the text of article {document.id!r}: {error}"
            raise GoldError((Fault(file.with_suffix(".txt"), None, told),)) from error

    def markup(self) -> Markup:
        lines = [
            (number, line) for number, line in enumerate(_text(self._file).split("\n"), start=1) if line.strip()
        ]
        for number, line in lines:
            if line.startswith("T"):
                self._textbound(number, line)
        links: list[Link] = []
        for number, line in lines:
            if line.startswith(("A", "M")):
                self._attribute(number, line)
            elif line.startswith("#"):
                self._note(number, line)
            elif line.startswith("R"):
                links += self._relation(number, line)
            elif not line.startswith("T"):
                self.aside[f"lines of the kind {line[0]!r}"] += 1
        marks: list[Mark] = []
        lost: list[tuple[str, str]] = []
        for name, entity in self._entities.items():
            try:
                marks.append(self._mark(name, entity))
            except ValueError as error:
                lost.append((f"{self._file.name}:{entity.line}", str(error)))
        if self._faults:
            raise GoldError(tuple(self._faults))
        keys = {mark.key for mark in marks}
        kept = tuple(link for link in links if link.start in keys and link.end in keys)
        return Markup(tuple(marks), kept, tuple(lost))

    def _mark(self, name: str, entity: _Entity) -> Mark:
        spans = entity.spans
        noted = [Span(*pair) for pair in entity.note.pop(SPANS, ())]
        if noted and fragments(noted, self._text) == spans:
            spans = noted
        given = {key: value for key, value in entity.note.items() if isinstance(value, str)}
        places = tuple(self._alignment.original(span) for span in spans)
        return Mark(name, entity.layer, places, {**given, **entity.features})

    def _textbound(self, number: int, line: str) -> None:
        name, _, rest = line.partition("\t")
        head, _, said = rest.partition("\t")
        match = _TEXTBOUND.fullmatch(head)
        if not match:
            return self._fault(
                number, f"not an annotation: {line[:60]!r}; one is written T1<tab>TYPE 12 40<tab>words"
            )
        layer = layer_named(match[1])
        if layer is None:
            self.aside[f"annotations of the type {match[1]!r}"] += 1
            self._passed.add(name)
            return None
        pairs = [tuple(map(int, pair.split(" "))) for pair in match[2].split(";")]
        if any(not start < end <= len(self._text) for start, end in pairs):
            return self._fault(number, f"{match[2]!r} is not inside a text of {len(self._text)} characters")
        spans = [Span(*pair) for pair in pairs]
        words = " ".join(span.of(self._text) for span in spans)
        if said and said != words:
            return self._fault(number, f"the words are {said!r}, but the text has {words!r} there")
        self._entities[name] = _Entity(layer, spans, number)
        return None

    def _attribute(self, number: int, line: str) -> None:
        match = _ATTRIBUTE.fullmatch(line.partition("\t")[2])
        if not match:
            return self._fault(number, f"not an attribute: {line[:60]!r}; one is written A1<tab>Kind T1 direct")
        if entity := self._entity(number, match[2]):
            entity.features[match[1].lower()] = match[3] or "true"
        return None

    def _note(self, number: int, line: str) -> None:
        _, _, rest = line.partition("\t")
        head, _, said = rest.partition("\t")
        match = _NOTE.fullmatch(head)
        if not match or not match[1].startswith("T"):
            self.aside["notes on what is no annotation"] += 1
        elif entity := self._entity(number, match[1]):
            try:
                entity.note.update(json.loads(said))
            except ValueError:
                self.aside["notes in people's own words"] += 1

    def _relation(self, number: int, line: str) -> Iterator[Link]:
        match = _RELATION.fullmatch(line.partition("\t")[2].rstrip())
        if not match:
            self._fault(number, f"not a relation: {line[:60]!r}; one is written R1<tab>Source Arg1:T1 Arg2:T2")
            return
        if match[1].lower() not in LINKS:
            self.aside[f"relations of the type {match[1]!r}"] += 1
        elif self._entity(number, match[2]) and self._entity(number, match[3]):
            yield Link(cast(LinkName, match[1].lower()), match[2], match[3])

    def _entity(self, number: int, name: str) -> _Entity | None:
        found = self._entities.get(name)
        if found is None and name not in self._passed:
            self._fault(number, f"there is no annotation {name!r}")
        return found

    def _fault(self, number: int, reason: str) -> None:
        self._faults.append(Fault(self._file, number, reason))


def _text(path: Path) -> str:
    data = file_bytes(path)
    try:
        return data.decode("utf-8").replace("\r\n", "\n") if path.suffix == ".ann" else data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldError((Fault(path, line, f"not UTF-8 at byte {error.start}"),)) from error
