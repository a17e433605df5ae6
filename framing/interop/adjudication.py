"""Adjudication by a table: what coders disagree on, one disagreement a row, and the gold that its decisions make.

    article, kind, differs, place, context, CODER: …, decision, passage, value, speaker, note, id

Whoever adjudicates fills in `decision`: the name of a coder, whose item is taken whole (or, where that coder has none,
nothing is), or `none`. What neither coder has right goes into `passage` (words of the article, pieces joined by " … "),
`value` (the kind) and `speaker` (a name, or narrator): they replace that of the item taken. What the coders agree on
needs no row. The mentions of a speaker are those of all coders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.annotations import Claim, Evidence, FrameLabel, Speaker, Statement
from framing.errors import Fault, GoldError, UsageError
from framing.evaluation.aligned import Aligned, Group, Item
from framing.interop.csvfiles import CsvFiles
from framing.interop.tables import Table

__all__ = ["NONE", "Decision", "group_id", "read_decisions", "told", "write_disagreements"]

NONE = "none"
_AROUND = 80
_FIXED = ("article", "kind", "differs", "place", "context")
_DECIDED = ("decision", "passage", "value", "speaker", "note")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row as it was filled in; "" is a cell left empty. `line` is where it ends in the file."""

    line: int
    decision: str
    passage: str = ""
    value: str = ""
    speaker: str = ""


def write_disagreements(path: Path, articles: Iterable[Aligned]) -> int:
    """Write the table to adjudicate in, as CSV; gives how many disagreements there are.

    Raises UsageError where the file is there already: decisions may stand in it.
    """
    if path.exists():
        raise UsageError(f"{str(path)!r} is there already, and decisions may stand in it: name another file")
    listed = tuple(articles)
    coders = tuple(dict.fromkeys(name for aligned in listed for name in aligned.coders))
    rows = [_row(aligned, group, coders) for aligned in listed for group in aligned.disagreements()]
    columns = (*_FIXED, *(f"CODER: {name}" for name in coders), *_DECIDED, "id")
    CsvFiles(",", mark=b"\xef\xbb\xbf").write(path, Table("disagreements", columns, tuple(rows)))
    return len(rows)


def read_decisions(path: Path) -> dict[str, Decision]:
    """The rows of a table by the id of their disagreement. Raises GoldError with the line of what is wrong."""
    found: dict[str, Decision] = {}
    for line, row in CsvFiles(",").read(path):
        if lacking := [name for name in ("id", *_DECIDED[:4]) if name not in row]:
            raise GoldError((Fault(path, 1, f"no column {lacking[0]!r}: is it a table of disagreements?"),))
        name = row["id"].strip()
        if name in found:
            raise GoldError(
                (Fault(path, line, f"the disagreement {name!r} stands already on line {found[name].line}"),)
            )
        found[name] = Decision(line, *(row[column].strip() for column in _DECIDED[:4]))
    return found


def group_id(article: str, group: Group) -> str:
    """Names a disagreement by all that was coded: it is another one when anything of that is another."""
    items = "\n".join(f"{coder}: {item.model_dump_json()}" for coder, item in group.items.items())
    return hashlib.sha256(f"{article}\n{group.kind}\n{group.label}\n{items}".encode()).hexdigest()[:10]


def told(aligned: Aligned, group: Group, coder: str) -> str:
    """What a coder has, in one line; "" for nothing."""
    item = group.items.get(coder)
    if item is None:
        return ""
    return " · ".join(part for part in _parts(aligned, coder, item) if part)


def _row(aligned: Aligned, group: Group, coders: Sequence[str]) -> tuple[str, ...]:
    text, place = aligned.article.document.text, group.place
    name = f"{group.kind} {group.label}".strip()
    where = f"{place.start}–{place.end}" if place else ""
    around = " ".join(text[max(0, place.start - _AROUND) : place.end + _AROUND].split()) if place else ""
    given = (told(aligned, group, coder) for coder in coders)
    differs = ", ".join(group.differs)
    empty = ("",) * len(_DECIDED)
    return (aligned.article.id, name, differs, where, around, *given, *empty, group_id(aligned.article.id, group))


def _parts(aligned: Aligned, coder: str, item: Item) -> Iterator[str]:
    text = aligned.article.document.excerpt
    match item:
        case Speaker():
            yield from (item.name or "unnamed", item.role or "", item.kind or "")
        case Statement():
            within = "within another statement" if item.within else ""
            source = text((item.source,)) if item.source else ""
            yield from (item.kind, _name(aligned, coder, item.speaker), item.cue or "", text(item.spans))
            yield from (f"source: {source}" if source else "", within)
        case Claim():
            worth = {True: "checkworthy", False: "not checkworthy", None: ""}[item.checkworthy]
            yield from (item.kind or "", _name(aligned, coder, item.voice), worth, text(item.spans))
        case FrameLabel():
            yield "primary" if item.primary else "yes"
            yield from (text(passage.spans) for passage in item.evidence)
        case Evidence():
            yield from (_name(aligned, coder, item.voice), text(item.spans))


def _name(aligned: Aligned, coder: str, speaker: str | None) -> str:
    for known in aligned.article.coders[coder].speakers:
        if known.id == speaker:
            return known.name or f"{known.role or 'unnamed'} (unnamed)"
    return speaker or "nobody"
