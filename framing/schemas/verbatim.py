"""`verbatim`: the model repeats the text of each passage.

    {"speakers":   [{"id": 1, "name": "Ada Berg", "role": "mayor"}],
     "statements": [{"quote": ["“It works,”", "“and it pays.”"], "cue": "said", "speaker": 1, "kind": "direct"}],
     "claims":     [{"quote": ["the bridge cost 4 million"], "voice": 0, "kind": "factual", "checkworthy": true}],
     "frames":     [{"quote": ["“and it pays.”"], "frame": "economic"}],
     "primary":    "economic"}

A passage is a list of quotations: an interrupted one has several pieces, in the order of the text.
"""

from __future__ import annotations

from framing.codebooks import Codebook
from framing.schemas.draft import Draft, Quote, Section, Task
from framing.schemas.formats import WireFormat
from framing.schemas.reading import BadItem, Notes, read_object
from framing.schemas.sections import CLAIM_KINDS, STATEMENT_KINDS, Entry, read_sections, sections_schema
from framing.schemas.strict import (
    BOOLEAN,
    INTEGER,
    NULLABLE_INTEGER,
    NULLABLE_STRING,
    STRING,
    Schema,
    array,
    choice,
)

__all__ = ["Verbatim", "quotes"]


class Verbatim(WireFormat):
    name = "verbatim"
    numbered = False

    def read(self, text: str, *, task: Task, codebook: Codebook | None = None) -> Draft:
        self._check_task(task)
        notes = Notes()
        root = read_object(text, notes)
        if root is None:
            return Draft(flaws=notes.all())
        fields = {section: tuple(entry) for section, entry in _entries(codebook).items()}
        return read_sections(root, notes, task=task, codebook=codebook, fields=fields, locate=_quoted)

    def _schema(self, task: Task, codebook: Codebook | None) -> Schema:
        return sections_schema(_entries(codebook), task, codebook)


def quotes(value: object) -> tuple[Quote, ...]:
    """The quotations of one passage, from a list of texts; a bare text is a list of one."""
    pieces = [value] if isinstance(value, str) else value
    if not isinstance(pieces, list) or not all(isinstance(piece, str) for piece in pieces):
        raise BadItem(f"quote must be a list of texts, not {value!r}")
    return tuple(Quote(piece.strip()) for piece in pieces if piece.strip())


def _quoted(entry: Entry) -> tuple[Quote, ...]:
    return quotes(entry["quote"])


def _entries(codebook: Codebook | None) -> dict[Section, dict[str, Schema]]:
    quote = array(STRING)
    return {
        "speakers": {"id": INTEGER, "name": NULLABLE_STRING, "role": NULLABLE_STRING},
        "statements": {
            "quote": quote,
            "cue": NULLABLE_STRING,
            "speaker": NULLABLE_INTEGER,
            "kind": choice(STATEMENT_KINDS),
        },
        "claims": {
            "quote": quote,
            "voice": NULLABLE_INTEGER,
            "kind": choice(CLAIM_KINDS),
            "checkworthy": BOOLEAN,
        },
        "frames": {"quote": quote, "frame": choice(codebook.codes) if codebook else STRING},
    }
