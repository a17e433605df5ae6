"""Framing analysis of news articles: who speaks, what is claimed, how it is framed, anchored in the text.

Names load with their first use: the command line answers `--help` without loading the rooms behind it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from framing._version import __version__

if TYPE_CHECKING:
    from framing.analyzer import Analyzer, aanalyze, analyze
    from framing.annotations import (
        NARRATOR,
        UNATTRIBUTED,
        Analysis,
        Claim,
        Evidence,
        FrameLabel,
        Problem,
        Speaker,
        Statement,
    )
    from framing.codebooks import Codebook, load_codebook
    from framing.comparison import Comparison, compare, compare_analyses
    from framing.corpus import read_document
    from framing.errors import (
        BackendError,
        CodebookError,
        FramingError,
        InputError,
        PromptError,
        UsageError,
    )
    from framing.runs import annotate
    from framing.text import JOINER, Document, Span

_ROOMS: dict[str, tuple[str, ...]] = {
    "analyzer": ("Analyzer", "aanalyze", "analyze"),
    "annotations": (
        "NARRATOR",
        "UNATTRIBUTED",
        "Analysis",
        "Claim",
        "Evidence",
        "FrameLabel",
        "Problem",
        "Speaker",
        "Statement",
    ),
    "codebooks": ("Codebook", "load_codebook"),
    "comparison": ("Comparison", "compare", "compare_analyses"),
    "corpus": ("read_document",),
    "errors": ("BackendError", "CodebookError", "FramingError", "InputError", "PromptError", "UsageError"),
    "runs": ("annotate",),
    "text": ("JOINER", "Document", "Span"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "JOINER",
    "NARRATOR",
    "UNATTRIBUTED",
    "Analysis",
    "Analyzer",
    "BackendError",
    "Claim",
    "Codebook",
    "CodebookError",
    "Comparison",
    "Document",
    "Evidence",
    "FrameLabel",
    "FramingError",
    "InputError",
    "Problem",
    "PromptError",
    "Span",
    "Speaker",
    "Statement",
    "UsageError",
    "__version__",
    "aanalyze",
    "analyze",
    "annotate",
    "compare",
    "compare_analyses",
    "load_codebook",
    "read_document",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
