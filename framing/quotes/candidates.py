"""Which quotations are worth a closer look: those that share a rare enough run of words.

An inverted index over shingles: pairs of neighbouring content words (whatever function words stand between
them, so that “safe, it is needed” meets “safe, needed”) and runs of four words. Each posting is
compared with the last few of its list only, so that time and memory do not grow with the square of the words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from framing.quotes.utterances import Utterance

__all__ = ["WINDOW", "Hit", "candidates"]

WINDOW = 40
"""How many earlier quotations with the same run of words one is compared with."""

_RUN = 4
_REACH = 6
"""How far apart (in words) two neighbouring content words may stand."""

Hit = tuple[int, int, int, int]
"""Words `a:a_end` of one quotation and `b:b_end` of the other share a shingle."""


def candidates(quoted: Sequence[Utterance]) -> Iterator[tuple[Utterance, Utterance, list[Hit]]]:
    """Pairs of quotations, the earlier one first, with where they share shingles."""
    index: dict[tuple[str, ...], list[tuple[int, int, int]]] = defaultdict(list)
    for number, utterance in enumerate(quoted):
        hits: dict[int, list[Hit]] = defaultdict(list)
        found = list(_shingles(utterance))
        for shingle, start, end in found:
            for other, at, to in index[shingle][-WINDOW:]:
                hits[other].append((at, to, start, end))
        for shingle, start, end in found:
            index[shingle].append((number, start, end))
        for other in sorted(hits):
            yield quoted[other], utterance, hits[other]


def _shingles(utterance: Utterance) -> Iterator[tuple[tuple[str, ...], int, int]]:
    words = utterance.words
    content = [at for at, word in enumerate(words) if word.content]
    for at, to in pairwise(content):
        if to - at <= _REACH:
            yield (words[at].stem, words[to].stem), at, to + 1
    for at in range(len(words) - _RUN + 1):
        yield tuple(word.key for word in words[at : at + _RUN]), at, at + _RUN
