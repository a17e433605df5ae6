"""Read codings of several coders from a table or from gold, and tell how far they agree.

A table is csv (with commas, semicolons or tabs) or jsonl, and either *long* (a row a coding: `unit`, `coder`,
`value`) or *wide* (a row a unit: `unit` and a column for each coder). An empty cell, and one with NA, N/A, NaN or a
lone full stop, as statistics programs write them, is a unit not coded. A value in
JSON that is a list is a set of labels. An optional column `cluster` names what the units belong to, such as the
article they stand in.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from framing.errors import Fault, GoldError
from framing.evaluation.agreement import Codings, agreement_scores, label_codings, set_codings
from framing.evaluation.gold import GoldArticle
from framing.evaluation.scores import Score

__all__ = ["codings_by_label", "frame_agreement", "read_codings"]

_LONG = ("unit", "coder", "value")
_NOT_CODED = frozenset({"", ".", "NA", "N/A", "NaN", "nan"})
Row = Mapping[str, Any]


def read_codings(path: Path | str) -> Codings:
    """The codings of a file. Numbers are read as numbers where all values are.

    Raises GoldError with the line of whatever does not fit, and where no unit was coded twice.
    """
    rows = list(_jsonl_rows(Path(path)) if Path(path).suffix in (".jsonl", ".ndjson") else _csv_rows(Path(path)))
    if not rows:
        raise GoldError((Fault(path, None, "there are no codings in it"),))
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    if "unit" not in columns:
        raise GoldError((Fault(path, rows[0][0], f"no column 'unit'; the file has {', '.join(columns)}"),))
    long = set(_LONG) <= set(columns)
    table, clusters = (_long if long else _wide)(Path(path), rows)
    if all(len(given) < 2 for given in table.values()):
        raise GoldError((Fault(path, None, "no unit of it has the codings of two coders: agreement takes two"),))
    return _codings(table, clusters)


def codings_by_label(codings: Codings) -> dict[str, Codings]:
    """Of codings that are sets of labels: whether each coder gave each unit one label, for every label in use."""
    used = {label for row in codings.values for value in row if isinstance(value, frozenset) for label in value}
    return {
        label: replace(
            codings, values=tuple(tuple(_holds(value, label) for value in row) for row in codings.values)
        )
        for label in sorted(used)
    }


def frame_agreement(
    articles: Sequence[GoldArticle], *, codebook: str, resamples: int = 10_000
) -> dict[str, tuple[Score, ...]]:
    """What the coders of gold agree on: for each label that anyone gave, and for the sets of labels as wholes.

    Units are the articles that have coders; the key of the sets is "".
    """
    sets = {
        article.id: {coder: article.frames(codebook=codebook, coder=coder) for coder in article.coders}
        for article in articles
        if article.coders
    }
    labels = sorted({label for given in sets.values() for labels in given.values() for label in labels})
    whole = [*agreement_scores(set_codings(sets), level="masi", resamples=resamples)]
    whole += agreement_scores(set_codings(sets), level="jaccard", resamples=resamples)
    return {"": tuple(whole)} | {
        label: agreement_scores(label_codings(sets, label), resamples=resamples) for label in labels
    }


def _holds(value: Hashable | None, label: str) -> bool | None:
    return label in value if isinstance(value, frozenset) else None


def _codings(table: Mapping[str, Mapping[str, Hashable]], clusters: Mapping[str, str]) -> Codings:
    coders = tuple(dict.fromkeys(coder for given in table.values() for coder in given))
    given_values = [value for given in table.values() for value in given.values()]
    if all(isinstance(value, str) and _is_number(value) for value in given_values):
        table = {unit: {coder: float(str(v)) for coder, v in given.items()} for unit, given in table.items()}
    return Codings(
        units=tuple(table),
        coders=coders,
        values=tuple(tuple(given.get(coder) for coder in coders) for given in table.values()),
        clusters=tuple(clusters.get(unit, unit) for unit in table) if clusters else (),
    )


def _long(path: Path, rows: Sequence[tuple[int, Row]]) -> tuple[dict[str, dict[str, Hashable]], dict[str, str]]:
    table: dict[str, dict[str, Hashable]] = {}
    clusters: dict[str, str] = {}
    for line, row in rows:
        unit, coder = str(row.get("unit", "")), str(row.get("coder", ""))
        if not unit or not coder:
            raise GoldError((Fault(path, line, "a coding needs a unit and a coder"),))
        given = table.setdefault(unit, {})
        if coder in given:
            raise GoldError((Fault(path, line, f"coder {coder!r} has coded unit {unit!r} before"),))
        if (value := _value(row.get("value"))) is not None:
            given[coder] = value
        if row.get("cluster") not in (None, ""):
            clusters[unit] = str(row["cluster"])
    return table, clusters


def _wide(path: Path, rows: Sequence[tuple[int, Row]]) -> tuple[dict[str, dict[str, Hashable]], dict[str, str]]:
    table: dict[str, dict[str, Hashable]] = {}
    clusters: dict[str, str] = {}
    for line, row in rows:
        unit = str(row.get("unit", ""))
        if not unit or unit in table:
            raise GoldError((Fault(path, line, f"unit {unit!r} is empty or stands in the file before"),))
        given = {coder: _value(cell) for coder, cell in row.items() if coder not in ("unit", "cluster")}
        table[unit] = {coder: value for coder, value in given.items() if value is not None}
        if row.get("cluster") not in (None, ""):
            clusters[unit] = str(row["cluster"])
    return table, clusters


def _value(cell: Any) -> Hashable | None:
    if cell is None or (isinstance(cell, str) and cell.strip() in _NOT_CODED):
        return None
    return (
        frozenset(map(str, cell)) if isinstance(cell, list) else cell if isinstance(cell, Hashable) else str(cell)
    )


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    text = _text(path)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # spreadsheets of many countries put semicolons
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in reader:
        if None in row or None in row.values():
            raise GoldError((Fault(path, reader.line_num, "this row has more or fewer cells than the header"),))
        yield reader.line_num, row


def _jsonl_rows(path: Path) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise GoldError((Fault(path, number, f"not JSON: {error.msg}"),)) from error
        if not isinstance(row, dict):
            raise GoldError((Fault(path, number, f"not an object: {line[:40]!r}"),))
        yield number, row


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GoldError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    except UnicodeDecodeError as error:
        raise GoldError((Fault(path, None, f"not UTF-8: {error.reason} at byte {error.start}"),)) from error


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
