"""Frames by a codebook's indicator words: what a dictionary can see, and no more.

A frame's weight is the number of its different indicators in the article, repetition adding less and less
(a word used ten times is one idea). A frame holds when it has enough weight by itself and beside the heaviest
one. Its evidence are the passages with most of its indicators, each in one voice.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log2

from framing.annotations import Evidence, FrameLabel, Statement
from framing.backends.rules.units import voiced_units
from framing.codebooks import Codebook, find_indicators
from framing.text import Document, Span
from framing.voices import voice_at

__all__ = ["find_frames"]

_LEAST_WEIGHT = 3.0
_LEAST_WEIGHT_SHORT = 1.0
_SHORT = 60
"""In a text of so few words (a headline, a sentence) one indicator is all one can expect."""
_SHARE_OF_HEAVIEST = 0.5
_MOST_FRAMES = 5
_MOST_EVIDENCE = 4

Hits = dict[str, Counter[str]]


def find_frames(document: Document, codebook: Codebook, statements: Sequence[Statement]) -> tuple[FrameLabel, ...]:
    """The frames whose indicators carry the article, heaviest first, each with the passages that show it.

    None holds where no indicator stands: then the codebook's residual frame, if it has one and demands a label.
    """
    by_frame = _units_by_frame(document, codebook, statements)
    codes = _holding({code: _weight(hits) for code, hits in _words(by_frame).items()}, document, codebook)
    if not codes and not codebook.allow_none and codebook.other:
        codes = [codebook.other]
    return tuple(
        FrameLabel(
            codebook=codebook.ref,
            frame=code,
            primary=codebook.primary and code == codes[0],
            evidence=_evidence(document, by_frame.get(code, {}), statements),
        )
        for code in codes
    )


def _units_by_frame(
    document: Document, codebook: Codebook, statements: Sequence[Statement]
) -> dict[str, dict[Span, Counter[str]]]:
    """For each frame the passages in which its indicators stand, with the words."""
    units = list(voiced_units(document, statements))
    starts = [unit.start for unit in units]
    found: dict[str, dict[Span, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for code, span in find_indicators(codebook, document.text):
        unit = units[max(0, bisect_right(starts, span.start) - 1)]
        found[code][unit][span.of(document.text).lower()] += 1
    return found


def _words(by_frame: dict[str, dict[Span, Counter[str]]]) -> Hits:
    return {code: sum(hits.values(), Counter()) for code, hits in by_frame.items()}


def _weight(words: Counter[str]) -> float:
    return sum(1 + 0.5 * log2(count) for count in words.values())


def _holding(weights: dict[str, float], document: Document, codebook: Codebook) -> list[str]:
    """The codes with enough weight, heaviest first, in the codebook's order where weights are equal."""
    order = {code: number for number, code in enumerate(codebook.codes)}
    ranked = sorted(weights, key=lambda code: (-weights[code], order[code]))
    if not ranked:
        return []
    least = _LEAST_WEIGHT_SHORT if len(document.text.split()) <= _SHORT else _LEAST_WEIGHT
    least = max(least, weights[ranked[0]] * _SHARE_OF_HEAVIEST)
    holding = [code for code in ranked if weights[code] >= least and code != codebook.other]
    return holding[: 1 if codebook.labels == "single" else _MOST_FRAMES]


def _evidence(
    document: Document, hits: dict[Span, Counter[str]], statements: Sequence[Statement]
) -> tuple[Evidence, ...]:
    strongest = sorted(hits, key=lambda unit: (-len(hits[unit]), unit))[:_MOST_EVIDENCE]
    return tuple(
        Evidence(spans=(unit,), text=unit.of(document.text), voice=voice_at((unit,), statements))
        for unit in sorted(strongest)
    )
