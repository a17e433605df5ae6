"""What a model is asked for: the wire formats, and the one form that each of them is read into."""

from framing.errors import UnknownNameError
from framing.schemas.draft import (
    SECTIONS,
    Anchor,
    Draft,
    DraftAnswer,
    DraftClaim,
    DraftEvidence,
    DraftFrame,
    DraftSpeaker,
    DraftStatement,
    Flaw,
    Locator,
    Quote,
    Task,
)
from framing.schemas.formats import WireFormat
from framing.schemas.indexed import Indexed
from framing.schemas.questions import Explained, Questions
from framing.schemas.rows import Lines, Rows
from framing.schemas.verbatim import Verbatim
from framing.schemas.writing import write_reply

__all__ = [
    "SECTIONS",
    "Anchor",
    "Draft",
    "DraftAnswer",
    "DraftClaim",
    "DraftEvidence",
    "DraftFrame",
    "DraftSpeaker",
    "DraftStatement",
    "Flaw",
    "Locator",
    "Quote",
    "Task",
    "WireFormat",
    "list_wire_formats",
    "wire_format",
    "write_reply",
]

_FORMATS: dict[str, WireFormat] = {
    wire.name: wire for wire in (Verbatim(), Indexed(), Rows(), Lines(), Questions(), Explained())
}


def list_wire_formats() -> tuple[str, ...]:
    """The names of all wire formats."""
    return tuple(_FORMATS)


def wire_format(name: str) -> WireFormat:
    """The wire format of that name; raises UnknownNameError, which lists those there are."""
    try:
        return _FORMATS[name]
    except KeyError:
        raise UnknownNameError("wire format", name, tuple(_FORMATS)) from None
