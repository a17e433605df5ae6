"""No model at all: quotation marks, cue verbs, names and indicator words.

The honest offline baseline. It understands nothing; what it finds it finds by form, always in the same way, and
every prompt has to do better to be worth its cost.
"""

from __future__ import annotations

from framing.annotations import Findings
from framing.backends.rules.attribution import extract_statements
from framing.backends.rules.claims import find_claims
from framing.backends.rules.frames import find_frames
from framing.codebooks import Codebook
from framing.text import Document

__all__ = ["Rules", "extract_statements", "find_claims", "find_frames"]


class Rules:
    """The backend `rules`; it keeps nothing between articles."""

    address = "rules"

    def extract(self, document: Document, codebook: Codebook | None) -> Findings:
        """Statements with their speakers, checkable claims in their voices, frames of `codebook`."""
        speakers, statements = extract_statements(document)
        return Findings(
            speakers=speakers,
            statements=statements,
            claims=find_claims(document, statements),
            frames=find_frames(document, codebook, statements) if codebook is not None else (),
        )
