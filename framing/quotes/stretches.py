"""Which stretches of two quotations are the same utterance: from shared runs of words to aligned stretches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framing.quotes.alignment import align
from framing.quotes.candidates import Hit
from framing.quotes.people import Relation
from framing.quotes.utterances import Utterance
from framing.quotes.words import Word

__all__ = ["Stretch", "stretches"]

_MAX_GAP = 30
"""Words between two shared runs that may still belong to one stretch."""
_LOOK_BACK = 60
_MOST = 8
"""How many stretches two quotations can share."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words `a:a_end` of one utterance against `b:b_end` of another; `pairs` are the places of the same words."""

    a: int
    a_end: int
    b: int
    b_end: int
    pairs: tuple[tuple[int, int], ...]


def stretches(one: Utterance, other: Utterance, hits: Sequence[Hit], relation: Relation) -> Iterator[Stretch]:
    """The stretches that both quote, best first; none overlaps another."""
    left = sorted(set(hits))
    for _ in range(_MOST):
        if not left:
            return
        a, a_end, b, b_end = _chain(left)
        left = [hit for hit in left if (hit[1] <= a or a_end <= hit[0]) and (hit[3] <= b or b_end <= hit[2])]
        stretch = _aligned(one.words, other.words, (a, a_end, b, b_end))
        if stretch is not None and _is_same_utterance(one.words, other.words, stretch, relation):
            yield stretch


# --- From shared runs to a stretch ------------------------------------------------------------------


def _chain(hits: Sequence[Hit]) -> Hit:
    """What the best chain of hits covers: in order in both quotations, with few words between them."""
    scores, firsts = [1.0] * len(hits), list(range(len(hits)))
    for k, (a, _, b, _) in enumerate(hits):
        for m in range(max(0, k - _LOOK_BACK), k):
            a_before, a_end, b_before, b_end = hits[m]
            if b_before <= b and a - a_end <= _MAX_GAP and b - b_end <= _MAX_GAP:
                shift = abs((a - a_before) - (b - b_before))
                score = scores[m] + 1 - shift / _MAX_GAP
                if score > scores[k]:
                    scores[k], firsts[k] = score, firsts[m]
    last = max(range(len(hits)), key=scores.__getitem__)
    first = hits[firsts[last]]
    return first[0], hits[last][1], first[2], hits[last][3]


def _aligned(a: Sequence[Word], b: Sequence[Word], core: Hit) -> Stretch | None:
    """The best aligned stretch in the sentences that the chain touches."""
    start, end = _sentences(a, core[0], core[1])
    other, other_end = _sentences(b, core[2], core[3])
    pairs = [(start + i, other + j) for i, j in align(a[start:end], b[other:other_end])]
    if not pairs:
        return None
    kept = _best_run(a, b, pairs)
    (first, first_b), (last, last_b) = kept[0], kept[-1]
    head = _short_change(first - start, first_b - other, len(kept))
    tail = _short_change(end - last - 1, other_end - last_b - 1, len(kept))
    return Stretch(
        start if head else first,
        end if tail else last + 1,
        other if head else first_b,
        other_end if tail else last_b + 1,
        tuple(kept),
    )


def _sentences(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """`start:end` grown to whole sentences of the quotation."""
    first, last = words[start].unit, words[end - 1].unit
    while start and words[start - 1].unit == first:
        start -= 1
    while end < len(words) and words[end].unit == last:
        end += 1
    return start, end


_SHORT_CHANGE = 4


def _short_change(a: int, b: int, matched: int) -> bool:
    """Whether the first (last) words of both sentences are other words for each other: “You can” / “They will”."""
    return 0 < min(a, b) and max(a, b) <= _SHORT_CHANGE <= matched


def _best_run(a: Sequence[Word], b: Sequence[Word], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The part of an alignment that is worth most: stray words far from the rest are no part of it."""
    best, best_score, start, score = (0, 0), 0.0, 0, 0.0
    for at, (i, j) in enumerate(pairs):
        if at:
            score -= _gap_cost(b[j].gap or a[i].gap, i - pairs[at - 1][0] - 1, j - pairs[at - 1][1] - 1)
        if score < 0:
            start, score = at, 0.0
        score += a[i].weight
        if score > best_score:
            best, best_score = (start, at + 1), score
    return list(pairs[best[0] : best[1]])


def _gap_cost(shown: object, a: int, b: int) -> float:
    """What unmatched words between two matched ones cost; an omission costs less than a replacement."""
    if a and b:
        return min(2.0, 0.3 * (a + b))
    return min(0.5 if shown else 1.0, 0.2 * (a + b))


# --- Is it the same utterance? ----------------------------------------------------------------------

_ENOUGH = 2.0
"""Weight that a re-quoted phrase must have: two content words, or one and four others."""
_ENOUGH_WHOLE = 1.5
"""The same where both quotations consist of nothing else."""


def _is_same_utterance(a: Sequence[Word], b: Sequence[Word], stretch: Stretch, relation: Relation) -> bool:
    """Whether a stretch is long, whole and alike enough, by more where another is said to speak."""
    matched = len(stretch.pairs)
    weight = sum(a[i].weight for i, _ in stretch.pairs)
    covers = _cover(a, stretch.a, stretch.a_end, matched), _cover(b, stretch.b, stretch.b_end, matched)
    alike = matched / max(1, max(_unshown(a, b, stretch)))
    whole = min(covers) == 1.0
    if relation == "different":
        return matched >= 6 and weight >= 3 and max(covers) >= 0.8 and alike >= 0.75
    if weight < (_ENOUGH_WHOLE if whole else _ENOUGH):
        return False
    if max(covers) >= 0.8:
        return alike >= 0.5
    return matched >= 6 and weight >= 3 and alike >= 0.6 and max(covers) >= 0.5


def _cover(words: Sequence[Word], start: int, end: int, matched: int) -> float:
    first, last = _sentences(words, start, end)
    return matched / (last - first)


def _unshown(a: Sequence[Word], b: Sequence[Word], stretch: Stretch) -> tuple[int, int]:
    """The lengths of the stretch in both, without what is left out at an ellipsis or a break of the other."""
    shown_a = shown_b = 0
    for (i, j), (next_i, next_j) in zip(stretch.pairs, stretch.pairs[1:], strict=False):
        shown_a += next_i - i - 1 if b[next_j].gap and next_j == j + 1 else 0
        shown_b += next_j - j - 1 if a[next_i].gap and next_i == i + 1 else 0
    return stretch.a_end - stretch.a - shown_a, stretch.b_end - stretch.b - shown_b
