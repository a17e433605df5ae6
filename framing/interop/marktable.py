"""Marks as rows of one table, so that tables hold all that was coded: a row a mark, with its coder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast, get_args

from framing.errors import Fault
from framing.interop.exchange import CodedArticle, Scheme
from framing.interop.marks import FEATURES, Link, LinkName, Mark, MarkLayer, Markup, mark_up
from framing.interop.unmarking import read_marks
from framing.text import Document, Span, excerpt

__all__ = ["COLUMNS", "Row", "article_rows", "coded_from_rows"]

Row = Mapping[str, str]

_NAMES = tuple(dict.fromkeys(name for names in FEATURES.values() for name in names))
COLUMNS = ("article", "coder", "layer", "mark", "spans", "links", *_NAMES)
"""The columns of the table; csv adds `text`, the words under the spans."""

_CODING = "Article"
"""The layer of the row that says that a coder has coded an article, whatever was found."""
_SPAN = re.compile(r"(\d+)-(\d+)")
_LINK = re.compile(r"([a-z]+)=(\S+)")


def article_rows(article: CodedArticle) -> Iterator[Row]:
    """The rows of one article, with their `text`: for each coder one that says so, then one a mark."""
    for coder, found in article.codings.items():
        begin = {"article": article.document.id, "coder": coder}
        yield {**begin, "layer": _CODING}
        markup = mark_up(found, article.document)
        for mark in markup.marks:
            links = [f"{link.name}={link.end}" for link in markup.links if link.start == mark.key]
            yield {
                **begin,
                "layer": mark.layer,
                "mark": mark.key,
                "spans": ";".join(f"{span.start}-{span.end}" for span in mark.spans),
                "text": excerpt(article.document.text, mark.spans),
                "links": " ".join(links),
                **mark.features,
            }


def coded_from_rows(
    rows: Iterable[tuple[int, Row]], path: str, documents: Mapping[str, Document], scheme: Scheme
) -> tuple[list[CodedArticle], list[Fault]]:
    """The articles of numbered rows, and the faults of the rows that are none."""
    faults: list[Fault] = []
    markups: dict[str, dict[str, Markup]] = {}
    for number, row in rows:
        article, coder = row.get("article", ""), row.get("coder", "")
        if article not in documents:
            faults.append(Fault(path, number, f"there is no article {article!r} among those that were labelled"))
            continue
        if not coder:
            faults.append(Fault(path, number, "names no coder"))
            continue
        codings = markups.setdefault(article, {})
        held = codings.setdefault(coder, Markup())
        if row.get("layer") == _CODING:
            continue
        try:
            mark, links = _mark(row, documents[article].text, f"{number}")
        except ValueError as error:
            faults.append(Fault(path, number, str(error)))
            continue
        codings[coder] = Markup((*held.marks, mark), (*held.links, *links))
    coded = []
    for article, codings in markups.items():
        faults.extend(_dangling(codings, path, article))
        if not faults:
            read = {coder: read_marks(markup, documents[article], scheme) for coder, markup in codings.items()}
            coded.append(CodedArticle(documents[article], read))
    return coded, faults


def _mark(row: Row, text: str, number: str) -> tuple[Mark, list[Link]]:
    layer = row.get("layer", "")
    if layer not in get_args(MarkLayer):
        raise ValueError(f"unknown layer {layer!r}; known: {', '.join(get_args(MarkLayer))}")
    spans = tuple(_span(part, text) for part in row.get("spans", "").split(";") if part)
    said = row.get("text", "")
    if said and said != excerpt(text, spans):
        raise ValueError(f"the text is {said!r}, but the spans hold {excerpt(text, spans)!r}")
    features = {name: value for name in _NAMES if (value := row.get(name, ""))}
    key = row.get("mark") or f"row.{number}"
    links = [Link(cast(LinkName, name), key, end) for name, end in _LINK.findall(row.get("links", ""))]
    for link in links:
        if link.name not in get_args(LinkName):
            raise ValueError(f"unknown link {link.name!r}; known: {', '.join(get_args(LinkName))}")
    return Mark(key, cast(MarkLayer, layer), spans, features), links


def _span(part: str, text: str) -> Span:
    match = _SPAN.fullmatch(part.strip())
    if not match:
        raise ValueError(f"not a span: {part!r}; one is written 12-40, several 12-40;52-60")
    start, end = int(match[1]), int(match[2])
    if not start < end <= len(text):
        raise ValueError(f"{start}-{end} is not inside a text of {len(text)} characters")
    return Span(start, end)


def _dangling(codings: Mapping[str, Markup], path: str, article: str) -> Iterator[Fault]:
    for coder, markup in codings.items():
        keys: Sequence[str] = [mark.key for mark in markup.marks]
        for twice in sorted({key for key in keys if keys.count(key) > 1}):
            yield Fault(path, None, f"article {article!r}, coder {coder!r}: the mark {twice!r} stands there twice")
        for link in markup.links:
            if link.end not in keys:
                yield Fault(path, None, f"article {article!r}, coder {coder!r}: there is no mark {link.end!r}")
