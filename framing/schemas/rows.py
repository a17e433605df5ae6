r"""`rows` and `lines`: each item one short row, its fields separated by bars.

    speakers    1|Ada Berg|mayor                 number|name, empty where unnamed|role
    statements  4|“It works|cheap.”|1|direct     sentence|start|end|speaker number|kind
    claims      7-8|||0|factual!                 sentence|start|end|voice (0: the outlet)|kind, "!" if check-worthy
    frames      4|||economic                     sentence|start|end|frame

The fields mean what they mean in `indexed`: a row is that entry, written short. In `rows` they are strings in
JSON arrays, which strict structured output can enforce; in `lines` each stands on a line of its own, under the
name of its section, for models that have no structured output. A bar inside words is written `\|`, a
backslash `\\`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from framing.codebooks import Codebook
from framing.schemas.draft import SECTIONS, Draft, Section, Task
from framing.schemas.formats import WireFormat
from framing.schemas.indexed import anchored
from framing.schemas.labels import asks_primary
from framing.schemas.reading import UNREADABLE, BadItem, Notes, answer_in, read_object, unreadable_reply
from framing.schemas.sections import read_sections
from framing.schemas.strict import STRING, Schema, array, choice, record

__all__ = ["ROW_FIELDS", "Lines", "Rows", "join_row", "split_row"]

ROW_FIELDS: dict[Section, tuple[str, ...]] = {
    "speakers": ("id", "name", "role"),
    "statements": ("at", "start", "end", "speaker", "kind"),
    "claims": ("at", "start", "end", "voice", "kind"),
    "frames": ("at", "start", "end", "frame"),
}
CHECKWORTHY = "!"
_ENTRY_FIELDS = {**ROW_FIELDS, "claims": (*ROW_FIELDS["claims"], "checkworthy")}
_FIELD = re.compile(r"((?:[^|\\]|\\.)*)(\||\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\([|\\])")


def split_row(row: str) -> list[str]:
    """The fields of a row, unescaped, without the white space around them."""
    if "\\" not in row:
        return list(map(str.strip, row.split("|")))
    return [_ESCAPED.sub(r"\1", field).strip() for field in _split(row)]


def _split(row: str) -> list[str]:
    fields, at = [], 0
    while match := _FIELD.match(row, at):
        fields.append(match[1])
        if not match[2]:
            return fields
        at = match.end()
    return [*fields, row[at:]]


def join_row(fields: Sequence[str]) -> str:
    """The row with these fields; the reverse of `split_row` for fields without white space around them."""
    return "|".join(re.sub(r"([|\\])", r"\\\1", " ".join(field.split())) for field in fields)


def _entry(section: Section, names: Sequence[str], row: Any) -> dict[str, Any]:
    """A row as the entry of the indexed format that it abbreviates; raises BadItem."""
    if not isinstance(row, str):
        raise BadItem(f"a row is a text such as {'|'.join(names)!r}, not {row!r}")
    fields = split_row(row)
    if len(fields) != len(names):
        raise BadItem(
            f"a row of {section} has {len(names)} fields ({'|'.join(names)}), this one has {len(fields)}"
        )
    entry: dict[str, Any] = dict(zip(names, fields))  # noqa: B905  as many as just counted
    if section == "statements":
        entry["speaker"] = entry["speaker"] or None
    elif section == "claims":
        entry["voice"] = entry["voice"] or None
        entry["checkworthy"] = entry["kind"].endswith(CHECKWORTHY)
        entry["kind"] = entry["kind"].removesuffix(CHECKWORTHY).rstrip()
    return entry


class Rows(WireFormat):
    name = "rows"
    numbered = True

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        self._check_task(task)
        notes = Notes()
        root = read_object(text, notes)
        return Draft(flaws=notes.all()) if root is None else _read_rows(root, notes, task, codebook)

    def _schema(self, task: Task, codebook: Codebook | None) -> Schema:
        properties = {str(section): array(STRING) for section in SECTIONS[task]}
        if codebook and asks_primary(codebook) and "frames" in properties:
            properties["primary"] = choice(codebook.codes, nullable=True)
        return record(properties)


def _read_rows(root: Mapping[str, Any], notes: Notes, task: Task, codebook: Codebook | None) -> Draft:
    entries: dict[str, Any] = dict(root)
    for section in SECTIONS[task]:
        if isinstance(rows := root.get(section), list):
            entries[section] = _entries(section, rows, notes)
    return read_sections(entries, notes, task=task, codebook=codebook, fields=_ENTRY_FIELDS, locate=anchored)


def _entries(section: Section, rows: Sequence[Any], notes: Notes) -> list[Any]:
    """The rows as entries, UNREADABLE in the place of each that is none."""
    entries: list[Any] = []
    names = ROW_FIELDS[section]
    for number, row in enumerate(rows):
        try:
            entries.append(row if row is UNREADABLE else _entry(section, names, row))
        except BadItem as bad:
            notes.refused(f"{section}[{number}]", row, bad)
            entries.append(UNREADABLE)
    return entries


# --- The same as plain lines --------------------------------------------------------------------------

_HEADING = re.compile(r"[\s#*_>-]*(speakers|statements|claims|frames)[\s*_]*:?[\s*_]*", re.IGNORECASE)
_PRIMARY = re.compile(r"[\s#*_>-]*primary(?: frame)?[\s*_]*:[\s*_]*(\S+?)[\s*_]*", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:[-*•]\s+|\d+[.)]\s+(?=\d+\s*[|–-]))")
_NOTHING = re.compile(r"[\s(*_-]*(?:none|no frames?|nothing)[\s.)*_]*", re.IGNORECASE)


class Lines(WireFormat):
    name = "lines"
    numbered = True
    structured = False

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        self._check_task(task)
        notes = Notes()
        answer = answer_in(text, notes)
        if answer is None:
            return Draft(flaws=notes.all())
        root = _sections_of_lines(answer, task, notes)
        if root is None:
            notes = Notes()
            unreadable_reply(answer, notes)
            return Draft(flaws=notes.all())
        return _read_rows(root, notes, task, codebook)

    def _schema(self, task: Task, codebook: Codebook | None) -> None:
        return None


def _sections_of_lines(text: str, task: Task, notes: Notes) -> dict[str, Any] | None:
    """The rows under each heading; None where the text holds neither a heading nor a row."""
    wanted = SECTIONS[task]
    rows: list[str] | None = [] if len(wanted) == 1 else None
    root: dict[str, Any] = {} if rows is None else {wanted[0]: rows}
    seen = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.strip().startswith("```"):
            continue
        if heading := _HEADING.fullmatch(line):
            rows, seen = root.setdefault(heading[1].lower(), []), True
        elif primary := _PRIMARY.fullmatch(line):
            root["primary"] = None if _NOTHING.fullmatch(primary[1]) else primary[1]
        elif rows is not None and _NOTHING.fullmatch(line):
            seen = True
        elif rows is not None and "|" in line:
            rows.append(_BULLET.sub("", line, count=1))
            seen = True
        else:
            notes.flaw(f"line {number}", "neither a heading nor a row of fields separated by bars", line)
    return root if seen else None
