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
from framing.evaluation.aligned import PRESENCE, Aligned, Group, Item
from framing.interop.csvfiles import CsvFiles
from framing.interop.tables import Table

__all__ = ["NONE", "Decision", "contrast", "group_id", "named", "read_decisions", "told", "write_disagreements"]

NONE = "none"
_AROUND = 80
_WORTH = {True: "checkworthy", False: "not checkworthy", None: ""}
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


def contrast(aligned: Aligned, group: Group, coder: str) -> str:
    """What a coder has where the coders differ: those fields alone or, where one has nothing, the whole item."""
    item = group.items.get(coder)
    if item is None or PRESENCE in group.differs:
        return told(aligned, group, coder)
    return " · ".join(_field(aligned, coder, item, name) for name in group.differs)


def named(aligned: Aligned, group: Group) -> str:
    """What is differed about: the kind of thing, with its frame, or the name of the speaker."""
    coder, item = next(iter(group.items.items()))
    label = _name(aligned, coder, item.id) if isinstance(item, Speaker) else group.label
    return f"{group.kind} {label}".strip()


def _row(aligned: Aligned, group: Group, coders: Sequence[str]) -> tuple[str, ...]:
    text, place = aligned.article.document.text, group.place
    where = f"{place.start}–{place.end}" if place else ""
    around = " ".join(text[max(0, place.start - _AROUND) : place.end + _AROUND].split()) if place else ""
    given = (told(aligned, group, coder) for coder in coders)
    differs = ", ".join(group.differs)
    empty = ("",) * len(_DECIDED)
    name = named(aligned, group)
    return (aligned.article.id, name, differs, where, around, *given, *empty, group_id(aligned.article.id, group))


def _field(aligned: Aligned, coder: str, item: Item, name: str) -> str:
    """The value of one field, as people write it."""
    value = getattr(item, name)
    match name:
        case "spans":
            places = ";".join(f"{span.start}–{span.end}" for span in value)
            return f"{places} {aligned.article.document.excerpt(value)}"
        case "speaker" | "voice":
            return _name(aligned, coder, value)
        case "source":
            return (
                f"{value.start}–{value.end} {aligned.article.document.excerpt((value,))}" if value else "no source"
            )
        case "primary":
            return "primary" if value else "yes"
        case "within":
            return "within another statement" if value else "within no other"
        case "checkworthy":
            return _WORTH[value] or "nothing said"
    return str(value) if value is not None else f"no {name}"


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
            worth = _WORTH[item.checkworthy]
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
