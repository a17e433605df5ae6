"""Framing analysis of news articles: who speaks, what is claimed, how it is framed, anchored in the text."""

from framing._version import __version__
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
