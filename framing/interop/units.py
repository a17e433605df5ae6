"""Units of coding as tables for statistics: a unit a row, a coder a column.

    frames      a unit is an article and a frame; 1 the coder saw it, 0 not
    primary     a unit is an article and a codebook; the code of the leading frame, or "none"
    statements  a unit is a place that anybody marked; the kind of the statement, or "none"
    claims      likewise; the kind of the claim

A cell is empty where the coder did not code the article: missing, not zero. Every table has the columns `unit`,
`cluster` (the article) and one a coder, which is what `framing agree` reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from framing.annotations import Claim, Findings, FrameLabel, Problem, Statement
from framing.errors import Fault, UsageError
from framing.interop.exchange import CodedArticle, Scheme
from framing.text import Document, Span

__all__ = ["ABSENT", "UnitTable", "frames_from_units", "unit_tables"]

ABSENT = "none"
_YES, _NO = "1", "0"
_UNKIND = "unlabelled"
_COLUMNS = ("unit", "cluster")


@dataclass(frozen=True, slots=True)
class UnitTable:
    """One table. `rows` are (unit, cluster, value by coder); `values` the categories, in the order of their codes."""

    name: str
    coders: tuple[str, ...]
    values: tuple[str, ...]
    rows: tuple[tuple[str, str, Mapping[str, str]], ...]


def unit_tables(articles: Sequence[CodedArticle], scheme: Scheme) -> tuple[UnitTable, ...]:
    """The tables of the scheme's layers; a coder who found nothing in a blind article leaves the cells empty.

    Raises UsageError for a coder who is called as a column of every table is.
    """
    coders = tuple(dict.fromkeys(coder for article in articles for coder in article.codings))
    if taken := sorted({*_COLUMNS} & {*coders}):
        raise UsageError(
            f"a coder cannot be called {taken[0]!r}, as a column of the tables is: call them otherwise"
        )
    tables = []
    if "frames" in scheme.layers:
        tables += [_frames(articles, coders, scheme), _primary(articles, coders, scheme)]
    if "statements" in scheme.layers:
        tables.append(_places("statements", articles, coders))
    if "claims" in scheme.layers:
        tables.append(_places("claims", articles, coders))
    return tuple(table for table in tables if table.rows)


def frame_unit(article: str, codebook: str, frame: str) -> str:
    """CODEBOOK/FRAME@ARTICLE; a slash or @ in the name of a frame or codebook is written %2F, %40."""
    return f"{_plain(codebook)}/{_plain(frame)}@{article}"


def _plain(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F").replace("@", "%40")


def frames_from_units(
    rows: Sequence[tuple[int, Mapping[str, str]]], path: str, documents: Mapping[str, Document]
) -> tuple[list[CodedArticle], list[Fault]]:
    """What coders wrote into a table of frames: labels of articles, without evidence.

    Where all cells of an article are empty the coder has not coded it; where some are, they are read as 0 and told.
    """
    faults: list[Fault] = []
    given: dict[str, dict[str, dict[FrameLabel, str]]] = {}
    for number, row in rows:
        label, _, article = row["unit"].partition("@")
        codebook, _, frame = (unquote(part) for part in label.partition("/"))
        if not frame or article not in documents:
            reason = f"unit {row['unit']!r} is not CODEBOOK/FRAME@ARTICLE, with one of the articles labelled"
            faults.append(Fault(path, number, reason))
            continue
        unit = FrameLabel(codebook=codebook, frame=frame)
        for coder, cell in row.items():
            if coder in _COLUMNS:
                continue
            cells = given.setdefault(article, {}).setdefault(coder, {})
            if unit in cells:
                faults.append(Fault(path, number, f"unit {row['unit']!r} stands there twice"))
                break
            cells[unit] = _number(cell)
            if cells[unit] not in (_YES, _NO, ""):
                faults.append(Fault(path, number, f"{coder!r} has {cell!r} for {row['unit']!r}: 1, 0 or nothing"))
    coded = {
        article: {coder: _labelled(cells) for coder, cells in codings.items() if any(cells.values())}
        for article, codings in given.items()
    }
    return [CodedArticle(documents[article], codings) for article, codings in coded.items() if codings], faults


def _labelled(cells: Mapping[FrameLabel, str]) -> Findings:
    labels = tuple(unit for unit, value in cells.items() if value == _YES)
    empty = [unit.frame for unit, value in cells.items() if not value]
    if not empty:
        return Findings(frames=labels)
    reason = f"{len(empty)} of {len(cells)} frames have an empty cell, read as 0: {', '.join(empty[:5])}"
    return Findings(frames=labels, problems=(Problem(kind="detail", reason=reason),))


def _number(cell: str) -> str:
    return cell.strip().removesuffix(".0").removesuffix(",0")


def _frames(articles: Sequence[CodedArticle], coders: tuple[str, ...], scheme: Scheme) -> UnitTable:
    labels = _labels(articles, scheme)
    rows = []
    for article in articles:
        sets = {coder: _pairs(found) for coder, found in _coded(article).items()}
        for codebook, frame in labels:
            cells = {coder: _YES if (codebook, frame) in found else _NO for coder, found in sets.items()}
            rows.append((frame_unit(article.document.id, codebook, frame), article.document.id, cells))
    return UnitTable("frames", coders, (_NO, _YES), tuple(rows))


def _primary(articles: Sequence[CodedArticle], coders: tuple[str, ...], scheme: Scheme) -> UnitTable:
    labels = _labels(articles, scheme)
    rows = []
    for article in articles:
        for codebook in dict.fromkeys(codebook for codebook, _ in labels):
            cells = {coder: _leading(found, codebook) for coder, found in _coded(article).items()}
            if set(cells.values()) - {ABSENT}:
                rows.append((f"{codebook}@{article.document.id}", article.document.id, cells))
    return UnitTable("primary", coders, (ABSENT, *dict.fromkeys(frame for _, frame in labels)), tuple(rows))


def _places(name: str, articles: Sequence[CodedArticle], coders: tuple[str, ...]) -> UnitTable:
    rows = []
    for article in articles:
        coded = _coded(article)
        places: dict[tuple[Span, ...], dict[str, str]] = {}
        for coder, found in coded.items():
            items: Sequence[Statement | Claim] = getattr(found, name)
            for item in items:
                places.setdefault(item.spans, dict.fromkeys(coded, ABSENT))[coder] = item.kind or _UNKIND
        for spans, cells in sorted(places.items()):
            place = ";".join(f"{span.start}-{span.end}" for span in spans)
            rows.append((f"{place}@{article.document.id}", article.document.id, cells))
    values = (ABSENT, *sorted({value for _, _, cells in rows for value in cells.values()} - {ABSENT}))
    return UnitTable(name, coders, values, tuple(rows))


def _coded(article: CodedArticle) -> dict[str, Findings]:
    """Those who have coded the article: where nobody found anything at all, nobody has begun."""
    begun = any(found.statements or found.claims or found.frames for found in article.codings.values())
    return dict(article.codings) if begun else {}


def _labels(articles: Sequence[CodedArticle], scheme: Scheme) -> tuple[tuple[str, str], ...]:
    """(codebook, frame) of the codebooks, then of labels in use that these do not have."""
    known = [(book.ref, code) for book in scheme.codebooks for code in book.codes]
    used = {pair for article in articles for found in article.codings.values() for pair in _pairs(found)}
    return (*known, *sorted(used - set(known)))


def _pairs(found: Findings) -> frozenset[tuple[str, str]]:
    return frozenset((label.codebook, label.frame) for label in found.frames)


def _leading(found: Findings, codebook: str) -> str:
    return next((label.frame for label in found.frames if label.primary and label.codebook == codebook), ABSENT)
