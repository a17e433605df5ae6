"""What the formats have in common: the sections of a reply, read item by item.

Each section is a list with one entry for each passage. The formats differ only in how an entry names its passage
(`Locate`); the rest of an entry reads alike in all of them:

* speakers: `id` (a number), `name` (null or empty: unnamed), `role`
* statements: `speaker` (such a number; null: nobody), `kind`, in some formats `cue`
* claims: `voice` (such a number; 0: the outlet itself; null: nobody), `kind`, `checkworthy`
* frames: `frame`, a code of the codebook; a frame with several passages has several entries
* `primary`, beside the lists: the code of the leading frame, where the codebook asks for one

An entry whose kind or frame is "+" is a further piece of the passage before it (an interrupted quotation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, get_args

from framing.annotations import NARRATOR, ClaimKind, StatementKind
from framing.codebooks import Codebook
from framing.schemas.draft import (
    SECTIONS,
    Draft,
    DraftClaim,
    DraftEvidence,
    DraftFrame,
    DraftSpeaker,
    DraftStatement,
    Locator,
    Quote,
    Section,
    Task,
)
from framing.schemas.labels import asks_primary, frame_code, settled_frames
from framing.schemas.reading import UNREADABLE, BadItem, Notes, near
from framing.schemas.strict import Schema, array, choice, record

__all__ = [
    "CLAIM_KINDS",
    "MORE",
    "STATEMENT_KINDS",
    "Entry",
    "Locate",
    "optional_text",
    "read_sections",
    "sections_schema",
]

MORE = "+"
"""The label of an entry that adds a piece to the passage before it."""
STATEMENT_KINDS: tuple[str, ...] = get_args(StatementKind)
CLAIM_KINDS: tuple[str, ...] = get_args(ClaimKind)

Entry = Mapping[str, Any]
Locate = Callable[[Entry], tuple[Locator, ...]]
"""The passage that an entry names; raises BadItem where it names none that can be read."""

_I = TypeVar("_I", DraftStatement, DraftClaim, DraftFrame)


def sections_schema(
    entries: Mapping[Section, Mapping[str, Schema]], task: Task, codebook: Codebook | None
) -> Schema:
    """A reply with one list for each section of the task, and the primary frame where the codebook asks."""
    properties = {str(section): array(record(entries[section])) for section in SECTIONS[task]}
    if codebook and asks_primary(codebook) and "frames" in properties:
        properties["primary"] = choice(codebook.codes, nullable=True)
    return record(properties)


def read_sections(
    root: Mapping[str, Any],
    notes: Notes,
    *,
    task: Task,
    codebook: Codebook | None,
    fields: Mapping[Section, tuple[str, ...]],
    locate: Locate,
) -> Draft:
    """The draft in a reply whose sections are lists of entries with these `fields`."""
    reader = _Reader(notes, codebook, fields, locate)
    wanted = SECTIONS[task]
    primary = asks_primary(codebook) and "frames" in wanted
    notes.unasked(root, (*wanted, "primary") if primary else wanted)
    lists = {section: _listed(root, section, notes) for section in wanted}
    speakers = reader.speakers(lists.get("speakers") or ())
    statements = reader.statements(lists.get("statements") or ())
    claims = reader.claims(lists.get("claims") or ())
    frames: tuple[DraftFrame, ...] = ()
    if "frames" in wanted:
        found = reader.frames(lists["frames"] or ())
        if lists["frames"] == [] and codebook and not codebook.allow_none:
            notes.flaw("frames", f"{codebook.ref} does not allow the answer that no frame applies", [])
        frames = settled_frames(found, notes, codebook=codebook, primary=root.get("primary"))
    return Draft(speakers, statements, claims, frames, flaws=notes.all(), asked=wanted)


def _listed(root: Mapping[str, Any], section: Section, notes: Notes) -> Sequence[Any] | None:
    if section not in root:
        if not notes.truncated:
            notes.flaw(section, f"{section!r} is missing from the reply", kind="invalid_reply")
        return None
    raw = root[section]
    if not isinstance(raw, list):
        notes.flaw(section, f"{section!r} must be a list", raw, kind="invalid_reply")
        return None
    return raw


class _Reader:
    """Reads the entries of each section; an entry that cannot be read is noted and the next one is read."""

    def __init__(
        self,
        notes: Notes,
        codebook: Codebook | None,
        fields: Mapping[Section, tuple[str, ...]],
        locate: Locate,
    ) -> None:
        self.notes, self.codebook, self.fields, self.locate = notes, codebook, fields, locate
        self.exactly = {section: frozenset(names) for section, names in fields.items()}

    def speakers(self, raws: Sequence[Any]) -> tuple[DraftSpeaker, ...]:
        seen: set[str] = set()

        def read(raw: Any, item: str) -> DraftSpeaker:
            entry = self._entry(raw, item, "speakers")
            key = _speaker_key(entry["id"], "id")
            if key is None or key == "0":
                raise BadItem("a speaker needs a number from 1 on as its id")
            if key in seen:
                raise BadItem(f"speaker {key} is given twice", kind="duplicate")
            speaker = DraftSpeaker(key, optional_text(entry["name"], "name"), optional_text(entry["role"], "role"))
            seen.add(key)
            return speaker

        return self.notes.each("speakers", raws, read)

    def statements(self, raws: Sequence[Any]) -> tuple[DraftStatement, ...]:
        def read(raw: Any, item: str) -> tuple[bool, DraftStatement]:
            entry = self._entry(raw, item, "statements")
            more = entry["kind"] == MORE
            kind: Any = "direct" if more else _choice(entry["kind"], "kind", STATEMENT_KINDS)
            speaker = _speaker_key(entry["speaker"], "speaker")
            if speaker == "0" and not more:
                raise BadItem("speaker 0 does not exist: a statement has a speaker from the list, or none")
            cue = optional_text(entry.get("cue"), "cue")
            return more, DraftStatement(speaker, kind, self._passage(entry), cue, raw, item)

        return self._joined("statements", raws, read)

    def claims(self, raws: Sequence[Any]) -> tuple[DraftClaim, ...]:
        def read(raw: Any, item: str) -> tuple[bool, DraftClaim]:
            entry = self._entry(raw, item, "claims")
            more = entry["kind"] == MORE
            kind: Any = None if more else _choice(entry["kind"], "kind", CLAIM_KINDS)
            voice = _speaker_key(entry["voice"], "voice")
            worthy = entry["checkworthy"]
            if not isinstance(worthy, bool):
                raise BadItem(f"checkworthy must be true or false, not {worthy!r}")
            voice = NARRATOR if voice == "0" else voice
            return more, DraftClaim(voice, kind, self._passage(entry), worthy, raw, item)

        return self._joined("claims", raws, read)

    def frames(self, raws: Sequence[Any]) -> tuple[DraftFrame, ...]:
        def read(raw: Any, item: str) -> tuple[bool, DraftFrame]:
            entry = self._entry(raw, item, "frames")
            more = entry["frame"] == MORE
            code = MORE if more else frame_code(entry["frame"], self.codebook)
            where = self.locate(entry)
            evidence = (DraftEvidence(where, raw=raw, item=item),) if where else ()
            return more, DraftFrame(code, evidence=evidence, raw=raw, item=item)

        return self._joined("frames", raws, read)

    def _entry(self, raw: Any, item: str, section: Section) -> Entry:
        """The entry, with every field there; a key that nobody asked for is noted, the rest is read."""
        if not isinstance(raw, dict):
            raise BadItem("not an object with named fields")
        fields = self.fields[section]
        if raw.keys() != self.exactly[section]:
            if missing := [field for field in fields if field not in raw]:
                raise BadItem(f"{', '.join(map(repr, missing))} missing")
            self.notes.unasked(raw, fields, within=item)
        return raw

    def _passage(self, entry: Entry) -> tuple[Locator, ...]:
        if where := self.locate(entry):
            return where
        raise BadItem("it names no passage of the article")

    def _joined(
        self, section: str, raws: Sequence[Any], read: Callable[[Any, str], tuple[bool, _I]]
    ) -> tuple[_I, ...]:
        """The items of a section, each with the pieces that follow it, and none of them twice."""
        items: list[_I] = []
        attached = False
        for number, raw in enumerate(raws):
            item = f"{section}[{number}]"
            found = None if raw is UNREADABLE else self.notes.attempt(item, raw, read)
            if found and found[0] and not attached:
                self.notes.flaw(item, f"{MORE!r} follows no entry that could be read", raw)
                found = None
            attached = found is not None
            if found and found[0]:
                items[-1] = _extended(items[-1], found[1])
            elif found:
                items.append(found[1])
        return self._without_repeats(items)

    def _without_repeats(self, items: Sequence[_I]) -> tuple[_I, ...]:
        first: dict[Any, _I] = {}
        kept: list[_I] = []
        for item in items:
            earlier = first.setdefault(_identity(item), item)
            if earlier is item or _in_words(item):
                kept.append(item)
            else:
                self.notes.flaw(item.item, f"the same as {earlier.item}", item.raw, kind="duplicate")
        return tuple(kept)


def _extended(head: _I, piece: _I) -> _I:
    if isinstance(head, DraftFrame) and isinstance(piece, DraftFrame):
        if not (head.evidence and piece.evidence):
            return head._replace(evidence=head.evidence + piece.evidence)
        whole = head.evidence[0]._replace(where=head.evidence[0].where + piece.evidence[0].where)
        return head._replace(evidence=(whole,))
    return head._replace(where=head.where + piece.where)


def _in_words(item: DraftStatement | DraftClaim | DraftFrame) -> bool:
    """Whether a passage is named by its words: an article may hold them twice, and so may a reply."""
    where = sum((e.where for e in item.evidence), ()) if isinstance(item, DraftFrame) else item.where
    return any(isinstance(locator, Quote) for locator in where)


def _identity(item: DraftStatement | DraftClaim | DraftFrame) -> tuple[Any, ...]:
    match item:
        case DraftStatement():
            return item.speaker, item.where
        case DraftClaim():
            return item.voice, item.where
        case DraftFrame():
            return item.frame, tuple(evidence.where for evidence in item.evidence)


# --- Single values ------------------------------------------------------------------------------------


def optional_text(value: Any, field: str) -> str | None:
    """A text, or None for null and for the empty text."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadItem(f"{field} must be a text or null, not {value!r}")
    return value.strip() or None


def _speaker_key(value: Any, field: str) -> str | None:
    if value is None:
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    key = _digits(text) if isinstance(text, str) else None
    if key is None:
        raise BadItem(f"{field} must be the number of a speaker or null, not {value!r}")
    return key


@lru_cache(1024)
def _digits(text: str) -> str | None:
    return text.lstrip("0") or "0" if text.isascii() and text.isdigit() else None


def _choice(value: Any, field: str, known: tuple[str, ...]) -> Any:
    if value in known:
        return value
    raise BadItem(f"{field} {value!r} is none of {', '.join(known)}{near(str(value), known)}")
