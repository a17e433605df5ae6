"""Read WebAnno TSV 3.x: the text from its sentences, marks from the rows of tokens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from framing.errors import Fault, GoldError
from framing.interop.adapting import LINKS_OF, PIECE_FEATURES, SLOTS, joined, layer_named
from framing.interop.casreading import whose
from framing.interop.exchange import CodedArticle, Imported, Scheme
from framing.interop.files import file_bytes
from framing.interop.marks import Link, LinkName, Mark, MarkLayer, Markup
from framing.interop.offsets import Utf16, align
from framing.interop.unmarking import read_marks
from framing.text import Document, Span

__all__ = ["NOTHING", "NULL", "read_tsv"]

NOTHING, NULL = "_", "*"
"""No mark on a token; a mark without a value."""

_HEADER = re.compile(r"#FORMAT=WebAnno TSV 3\.\d+")
_OFFSETS = re.compile(r"(\d+)-(\d+)")
_VALUE = re.compile(r"((?:\\.|[^\\\[\]])*)(?:\[(\d+)\])?", re.DOTALL)
_ESCAPE = re.compile(r"\\(->|.)", re.DOTALL)
_STACKED = re.compile(r"(?:\\.|[^\\|])+", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}
_NOBODY = "INITIAL_CAS"


def read_tsv(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Every .tsv file under `path` as the coding of one coder."""
    faults: list[Fault] = []
    codings: dict[str, dict[str, Any]] = {}
    aside: Counter[str] = Counter()
    for file in sorted(path.rglob("*.tsv")) if path.is_dir() else [path]:
        who = whose(PurePosixPath(file.parent.name, file.name), documents)
        if who is None:
            faults.append(Fault(file, None, "neither its name nor its folder's is that of an article labelled"))
        elif who[1] != _NOBODY:
            try:
                markup = _File(file, documents[who[0]], aside).markup()
            except GoldError as error:
                faults.extend(error.faults)
                continue
            codings.setdefault(who[0], {})[who[1]] = read_marks(joined(markup), documents[who[0]], scheme)
    if faults or not codings:
        raise GoldError(tuple(faults) or (Fault(path, None, "holds no .tsv file"),))
    notes = [f"left aside: {count} values of {name}" for name, count in sorted(aside.items())]
    return Imported(tuple(CodedArticle(documents[a], found) for a, found in codings.items()), tuple(notes))


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a layer: `layer` is None where it is none of ours, `link` the slot that it is the targets of."""

    type: str
    layer: MarkLayer | None
    feature: str | None = None
    link: LinkName | None = None


@dataclass(slots=True)
class _Found:
    layer: MarkLayer
    row: str
    start: int
    end: int
    line: int
    features: dict[str, str] = field(default_factory=dict)
    links: list[tuple[LinkName, str, int]] = field(default_factory=list)
    """(link, the row and the line on which its target is named)"""


class _File:
    def __init__(self, file: Path, document: Document, aside: Counter[str]) -> None:
        self._file, self._document, self._aside = file, document, aside
        self._lines = _decoded(file).split("\n")
        self._columns: list[_Column] = []
        self._found: dict[tuple[str, str], _Found] = {}
        self._numbers: dict[str, _Found] = {}
        self._text: list[str] = []
        self._gaps: list[tuple[int, int]] = []
        self._length = 0
        """Of the text so far, in code units."""
        self._longest = 2 * Utf16(document.text).units(len(document.text)) + 1
        """No line end is more than twice as long in the file as in the article."""

    def markup(self) -> Markup:
        if not _HEADER.fullmatch(self._lines[0]):
            raise self._fault(1, f"begins with {self._lines[0][:40]!r}, not with #FORMAT=WebAnno TSV 3.x")
        pending: list[str] = []
        for number, line in enumerate(self._lines[1:], start=2):
            if line.startswith("#T_"):
                self._columns += _columns(line)
            elif line.startswith("#Text="):
                pending.append(_unescaped(line.removeprefix("#Text=")))
            elif line and not line.startswith("#"):
                cells, start, end = self._token(line, number)
                if pending:
                    self._sentence(pending, start)
                    pending = []
                self._row(cells, start, end, number)
        return self._marks()

    def _token(self, line: str, number: int) -> tuple[list[str], int, int]:
        """The cells of a row and the offsets of its token, in code units."""
        cells = line.removesuffix("\t").split("\t")
        if len(cells) != 3 + len(self._columns):
            raise self._fault(number, f"has {len(cells)} cells, the header asks for {3 + len(self._columns)}")
        match = _OFFSETS.fullmatch(cells[1])
        if not match:
            raise self._fault(number, f"not the offsets of a token: {cells[1]!r}")
        start, end = int(match[1]), int(match[2])
        if not start <= end <= self._longest:
            told = f"{cells[1]} is no token of a text of {len(self._document.text)} characters"
            raise self._fault(number, told)
        return cells, start, end

    def _sentence(self, lines: Sequence[str], start: int) -> None:
        """Add a sentence to the text: it begins at `start`; what lies before it was not written."""
        if self._length > start and self._text and self._text[-1].endswith("\n"):
            self._text[-1] = self._text[-1][:-1]
            self._length -= 1
        elif self._length:
            self._gaps.append((sum(map(len, self._text)) - 1, 1))
        if start > self._length:
            self._gaps.append((sum(map(len, self._text)), start - self._length))
            self._text.append(" " * (start - self._length))
        text = "".join(f"{line}\n" for line in lines)
        self._text.append(text)
        self._length = max(start, self._length) + Utf16(text).units(len(text))

    def _row(self, cells: Sequence[str], start: int, end: int, number: int) -> None:
        for column, cell in zip(self._columns, cells[3:], strict=False):
            if cell == NOTHING or not cell:
                continue
            values = _STACKED.findall(cell)
            if column.layer is None:
                self._aside[column.type] += len(values)
                continue
            for place, value in enumerate(values):
                if column.link:
                    held = self._found.get((column.type, f"{cells[0]}/{place}"))
                    if held is None:
                        raise self._fault(number, f"a link {column.link!r} goes from what is no mark: {value!r}")
                    held.links += [(column.link, end, number) for end in value.split(";") if end != NULL]
                    continue
                match = _VALUE.fullmatch(value)
                if not match:
                    raise self._fault(number, f"not a value: {value!r}")
                found = self._mark(column, cells[0], place, match[2], (start, end, number))
                if column.feature and match[1] != NULL:
                    found.features[column.feature] = _unescaped(match[1])

    def _mark(self, column: _Column, row: str, place: int, number: str | None, at: tuple[int, int, int]) -> _Found:
        assert column.layer is not None
        key = (column.type, f"{row}/{place}")
        if key in self._found:
            return self._found[key]
        found = self._numbers.get(number) if number else None
        if found is None:
            found = _Found(column.layer, row, *at)
        found.end = max(found.end, at[1])
        self._found[key] = found
        if number:
            self._numbers[number] = found
        return found

    def _marks(self) -> Markup:
        document, seen = self._document, "".join(self._text)
        for start, length in self._gaps:
            seen = seen[:start] + document.text[start : start + length].ljust(length) + seen[start + length :]
        try:
            alignment, units = align(document.text, seen), Utf16(seen)
        except ValueError as error:
            raise self._fault(None, f"its text is not that of article {document.id!r}: {error}") from error
        marks: list[Mark] = []
        lost: list[tuple[str, str]] = []
        all_found = list({id(found): found for found in self._found.values()}.values())
        for number, found in enumerate(all_found):
            try:
                span = alignment.original(Span(units.points(found.start), units.points(found.end)))
            except ValueError as error:
                lost.append((f"{self._file.name}:{found.line}", str(error)))
                continue
            marks.append(Mark(str(number), found.layer, (span,), found.features))
        keys = {id(found): str(number) for number, found in enumerate(all_found)}
        return Markup(tuple(marks), tuple(self._links(all_found, keys)), tuple(lost))

    def _links(self, all_found: Sequence[_Found], keys: Mapping[int, str]) -> Iterator[Link]:
        told: set[tuple[str, LinkName, str]] = set()
        for found in all_found:
            for name, end, line in found.links:
                match = _VALUE.fullmatch(end)
                number = match[2] if match else None
                row = match[1] if match else end
                target = (
                    self._numbers.get(number) if number else next((f for f in all_found if f.row == row), None)
                )
                if target is None:
                    raise self._fault(line, f"the link {name!r} goes to {end!r}, where there is no mark")
                link = (keys[id(found)], name, keys[id(target)])
                if link not in told:
                    told.add(link)
                    yield Link(name, link[0], link[2])

    def _fault(self, line: int | None, reason: str) -> GoldError:
        return GoldError((Fault(self._file, line, reason),))


def _columns(line: str) -> Iterator[_Column]:
    """The columns that a header line declares; those of relations and chains are none of ours."""
    kind, _, rest = line.partition("=")
    name, *declared = [part for part in rest.split("|") if part] or [""]
    layer = layer_named(name) if kind == "#T_SP" else None
    if not declared:
        yield _Column(name, layer)
    previous = ""
    for part in declared:
        if previous.startswith("ROLE_"):
            slot = previous.removeprefix("ROLE_").partition(":")[2].partition("_")[0]
            link = next((n for n in LINKS_OF.get(layer, ()) if SLOTS[n] == slot), None) if layer else None
            yield _Column(name, layer if link else None, link=link)
        else:
            known = layer and part in PIECE_FEATURES[layer]
            role = part.startswith("ROLE_")
            yield _Column(name, layer if known or role else None, feature=part if known else None)
        previous = part


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda match: _LETTERS.get(match[1], match[1]), value)


def _decoded(file: Path) -> str:
    data = file_bytes(file)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GoldError((Fault(file, line, f"not UTF-8 at byte {error.start}"),)) from error
