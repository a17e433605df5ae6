"""WebAnno TSV 3.3, which INCEpTION still reads and writes: one file an article and coder.

After the format's description in INCEpTION's user guide: offsets are UTF-16 code units; a row is a token or a part of
one; a mark has a value on each of its rows, with its number in brackets; links are slots. White space between tokens has
no rows, so a mark loses what it has of it at its ends. A sentence is written with the white space after it, which
keeps the text whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from framing.interop.adapting import LINKS_OF, PIECE_FEATURES, SLOTS, anchored, split
from framing.interop.castypes import LINK_TYPE, type_name, type_system
from framing.interop.exchange import CodedArticle, ExportReport, Imported, NotHeld, Scheme, counted
from framing.interop.files import made_folder, safe_name
from framing.interop.marks import Mark, MarkLayer, Markup, mark_up
from framing.interop.offsets import Utf16
from framing.interop.webannoreading import NOTHING, NULL, read_tsv
from framing.text import Document, Span

__all__ = ["ANY", "FORMAT", "read", "write"]

FORMAT = "#FORMAT=WebAnno TSV 3.3"
ANY = "uima.tcas.Annotation"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_RESERVED = re.compile(r"->|[\\\[\]|_;*\t\n]")
_IN_TEXT = re.compile("[\x00-\x08\x0c-\x1f\t\\\\]")
_NAMED = {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\b": "\\b"}


def write(articles: Sequence[CodedArticle], out: Path, scheme: Scheme) -> ExportReport:
    """Write OUT/<coder>/<article>.tsv and, where dkpro-cassis is installed, TypeSystem.xml with the layers."""
    files: list[Path] = []
    lost: list[NotHeld] = []
    for article in articles:
        for coder, found in article.codings.items():
            markup = split(anchored(mark_up(found, article.document), article.document.text))
            page = _Page(article.document)
            content = page.written(markup)
            lost += [NotHeld(article.document.id, coder, *one) for one in (*markup.lost, *page.lost)]
            files.append(made_folder(out / safe_name(coder)) / f"{safe_name(article.document.id)}.tsv")
            files[-1].write_text(content, encoding="utf-8", newline="")
    try:
        type_system(scheme).to_xml(made_folder(out) / "TypeSystem.xml")
    except ImportError:
        told = (
            "TypeSystem.xml, from which INCEpTION makes the layers, is lacking: pip install 'framing-toolkit[interop]'",
        )
        return ExportReport(tuple(files), counted(articles), tuple(lost), told)
    return ExportReport((*files, out / "TypeSystem.xml"), counted(articles), tuple(lost))


def read(path: Path, documents: Mapping[str, Document], scheme: Scheme) -> Imported:
    """Read a folder of files, of our own export or INCEpTION's; raises GoldError with file and line of every fault."""
    return read_tsv(path, documents, scheme)


@dataclass(slots=True)
class _Unit:
    """A row: a token, or a part of one. `marks` are those it has a value of, with their numbers."""

    id: str
    span: Span
    marks: list[tuple[int, Mark]] = field(default_factory=list)


@dataclass(slots=True)
class _Token(_Unit):
    parts: list[_Unit] = field(default_factory=list)


class _Page:
    def __init__(self, document: Document) -> None:
        self._text, self._units = document.text, Utf16(document.text)
        self._sentences = _sentences(document)
        self._tokens = [token for _, tokens in self._sentences for token in tokens]
        self._starts = [token.span.start for token in self._tokens]
        self._first: dict[str, str] = {}
        """The row on which every mark begins, with its number."""
        self.lost: list[tuple[str, str]] = []
        before = self._text[: self._tokens[0].span.start] if self._tokens else self._text
        if before.strip(" "):
            self.lost.append(("text", "white space before the first word becomes spaces"))

    def written(self, markup: Markup) -> str:
        number = 0
        for mark in markup.marks:
            number += self._place(mark, number + 1)
        for unit in (unit for token in self._tokens for unit in (token, *_numbered(token))):
            for count, mark in unit.marks:
                self._first.setdefault(mark.key, f"{unit.id}[{count}]")
        ends: dict[tuple[str, str], list[str]] = {}
        for link in markup.links:
            if link.end in self._first:
                ends.setdefault((link.start, link.name), []).append(self._first[link.end])
        layers = [layer for layer in PIECE_FEATURES if any(mark.layer == layer for mark in markup.marks)]
        lines = [FORMAT, *(_header(layer) for layer in layers), "", ""]
        for sentence, tokens in self._sentences:
            lines += [f"#Text={_escaped_text(line)}" for line in sentence.of(self._text).split("\n")]
            for token in tokens:
                lines += [self._row(unit, layers, ends) for unit in (token, *_numbered(token))]
            lines.append("")
        return "".join(f"{line}\n" for line in lines[:-1])

    def _place(self, mark: Mark, number: int) -> bool:
        (span,) = mark.spans
        near = self._tokens[
            max(bisect_right(self._starts, span.start) - 1, 0) : bisect_left(self._starts, span.end)
        ]
        touched = [token for token in near if token.span.overlaps(span)]
        item = mark.features.get("id") or mark.layer
        if not touched:
            self.lost.append((item, "it marks white space only"))
            return False
        held = Span(max(span.start, touched[0].span.start), min(span.end, touched[-1].span.end))
        if held != span:
            self.lost.append((item, "white space at its ends is cut off"))
        for token in touched:
            part = Span(max(token.span.start, held.start), min(token.span.end, held.end))
            unit: _Unit = token if part == token.span else _part(token, part)
            unit.marks.append((number, mark))
        return True

    def _row(self, unit: _Unit, layers: Sequence[MarkLayer], ends: Mapping[tuple[str, str], Sequence[str]]) -> str:
        cells = [unit.id, f"{self._units.units(unit.span.start)}-{self._units.units(unit.span.end)}"]
        cells.append(unit.span.of(self._text))
        for layer in layers:
            here = [(number, mark) for number, mark in unit.marks if mark.layer == layer]
            if not here:
                cells += [NOTHING] * (len(PIECE_FEATURES[layer] or (NULL,)) + 2 * len(LINKS_OF[layer]))
                continue
            for name in PIECE_FEATURES[layer] or (NULL,):
                values = [f"{_escaped(mark.features.get(name))}[{number}]" for number, mark in here]
                cells.append("|".join(values))
            for link in LINKS_OF[layer]:
                slots = [(number, ends.get((mark.key, link), ())) for number, mark in here]
                roles = [f"{';'.join([link] * len(there)) or NOTHING}[{number}]" for number, there in slots]
                cells += [
                    "|".join(roles) or NOTHING,
                    "|".join(";".join(there) or NULL for _, there in slots) or NOTHING,
                ]
        return "".join(f"{cell}\t" for cell in cells)


def _sentences(document: Document) -> list[tuple[Span, list[_Token]]]:
    """Sentences from their first word to that of the next, with their tokens."""
    text = document.text
    tokens = [Span(*match.span()) for match in _TOKEN.finditer(text)]
    starts = sorted({next((t.start for t in tokens if t.start >= s.start), len(text)) for s in document.sentences})
    starts = sorted({*(t.start for t in tokens[:1]), *(start for start in starts if start < len(text))})
    bounds = [Span(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [
        (
            sentence,
            [
                _Token(f"{number}-{place}", token)
                for place, token in enumerate((t for t in tokens if t.start in sentence), start=1)
            ],
        )
        for number, sentence in enumerate(bounds, start=1)
    ]


def _part(token: _Token, span: Span) -> _Unit:
    for part in token.parts:
        if part.span == span:
            return part
    token.parts.append(_Unit("", span))
    return token.parts[-1]


def _numbered(token: _Token) -> Iterator[_Unit]:
    for number, part in enumerate(sorted(token.parts, key=lambda part: part.span), start=1):
        part.id = f"{token.id}.{number}"
        yield part


def _header(layer: MarkLayer) -> str:
    name = type_name(layer)
    slots = [f"ROLE_{name}:{SLOTS[link]}_{LINK_TYPE[layer, link]}|{ANY}" for link in LINKS_OF[layer]]
    return f"#T_SP={name}|" + "|".join((*PIECE_FEATURES[layer], *slots))


def _escaped(value: str | None) -> str:
    if value is None:
        return NULL
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return _RESERVED.sub(lambda match: _NAMED.get(match[0], f"\\{match[0]}"), plain)


def _escaped_text(line: str) -> str:
    return _IN_TEXT.sub(lambda match: _NAMED.get(match[0], f"\\{match[0]}"), line)
