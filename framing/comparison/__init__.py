"""Instruments beside each other: prompts (on backends) asked about the same articles, and what that shows.

The rooms load on use: `import framing.comparison` loads neither numpy nor scipy.
"""

from framing.comparison.api import compare, compare_analyses
from framing.comparison.tables import (
    Agreement,
    Aligned,
    Comparison,
    Contrast,
    Failure,
    FrameRow,
    FrameUse,
    FrameVoice,
    Instrument,
    Noise,
    Reading,
    Tension,
)

__all__ = [
    "Agreement",
    "Aligned",
    "Comparison",
    "Contrast",
    "Failure",
    "FrameRow",
    "FrameUse",
    "FrameVoice",
    "Instrument",
    "Noise",
    "Reading",
    "Tension",
    "compare",
    "compare_analyses",
]
