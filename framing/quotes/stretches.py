"""Which stretches of two quotations are the same utterance: from shared runs of words to aligned stretches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from framing.quotes.alignment import Pair, align
from framing.quotes.candidates import Hit
from framing.quotes.people import Relation
from framing.quotes.utterances import Utterance
from framing.quotes.words import Word

__all__ = ["Stretch", "stretches"]

_MAX_GAP = 30
"""Words between two shared runs that may still belong to one stretch."""
_OVERLAP = 6
"""Words by which two shared runs may overlap in one of the quotations: “at their borders, at their borders”."""
_LOOK_BACK = 60
_MOST = 8
"""How many stretches two quotations can share."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words `a:a_end` of one utterance against `b:b_end` of another.

    `pairs` are the places at which both have the same word, in order.
    """

    a: int
    a_end: int
    b: int
    b_end: int
    pairs: tuple[Pair, ...]

    def meets(self, other: Stretch) -> bool:
        """Whether the two share words in both utterances."""
        in_a = self.a < other.a_end and other.a < self.a_end
        return in_a and self.b < other.b_end and other.b < self.b_end

    def turned(self) -> Stretch:
        return Stretch(self.b, self.b_end, self.a, self.a_end, tuple((j, i) for i, j in self.pairs))


def stretches(one: Utterance, other: Utterance, hits: Sequence[Hit], relation: Relation) -> Iterator[Stretch]:
    """The stretches that both quote, best first; the same ones, turned round, when the two change places."""
    least = _least(one, other, relation)
    if _looks(other.words) < _looks(one.words):
        turned = [(b, b_end, a, a_end) for a, a_end, b, b_end in hits]
        yield from (stretch.turned() for stretch in _stretches(other.words, one.words, turned, least))
    else:
        yield from _stretches(one.words, other.words, hits, least)


def _looks(words: Sequence[Word]) -> list[tuple[str, str, str, int]]:
    return [(word.key, word.form, word.gap or "", word.unit) for word in words]


def _stretches(
    a: Sequence[Word], b: Sequence[Word], hits: Sequence[Hit], least: Sequence[_Least]
) -> Iterator[Stretch]:
    left, found = _runs(hits), list[Stretch]()
    for _ in range(_MOST):
        if not left:
            return
        core = _chain(left)
        left = [run for run in left if _is_outside(run, core)]
        for stretch in _aligned(a, b, core, least):
            if _is_same_utterance(a, b, stretch, least) and not any(map(stretch.meets, found)):
                found.append(stretch)
                yield stretch


def _is_outside(hit: Hit, core: Hit) -> bool:
    return (hit[1] <= core[0] or core[1] <= hit[0]) and (hit[3] <= core[2] or core[3] <= hit[2])


# --- From shared runs to a stretch ------------------------------------------------------------------


def _runs(hits: Sequence[Hit]) -> list[Hit]:
    """Hits that go on or overlap in step joined to one, in the order of the first quotation."""
    runs: list[Hit] = []
    for a, a_end, b, b_end in sorted(set(hits), key=lambda hit: (hit[2] - hit[0], hit)):
        if runs and runs[-1][1] >= a and runs[-1][2] - runs[-1][0] == b - a and a_end - a == b_end - b:
            first, first_end, first_b, first_b_end = runs[-1]
            if first_end - first == first_b_end - first_b:
                runs[-1] = first, max(first_end, a_end), first_b, max(first_b_end, b_end)
                continue
        runs.append((a, a_end, b, b_end))
    return sorted(runs)


def _chain(runs: Sequence[Hit]) -> Hit:
    """What the best chain of runs covers: in order in both quotations, with few words between them."""
    scores = [float(run[1] - run[0]) for run in runs]
    firsts = list(range(len(runs)))
    for k, (a, _, b, _) in enumerate(runs):
        alone = scores[k]
        for m in range(max(0, k - _LOOK_BACK), k):
            _, last_a, first_b, last_b = runs[m]
            apart = a - last_a, b - last_b
            if first_b <= b and min(apart) >= -_OVERLAP and max(apart) <= _MAX_GAP:
                score = scores[m] + alone + min(0, *apart) - abs(apart[0] - apart[1]) / _MAX_GAP
                if score > scores[k]:
                    scores[k], firsts[k] = score, firsts[m]
    last = max(range(len(runs)), key=scores.__getitem__)
    first = runs[firsts[last]]
    return first[0], runs[last][1], first[2], runs[last][3]


def _aligned(a: Sequence[Word], b: Sequence[Word], core: Hit, least: Sequence[_Least]) -> Iterator[Stretch]:
    """The aligned stretches in the sentences that the chain touches."""
    start, end = _sentences(a, core[0], core[1])
    other, other_end = _sentences(b, core[2], core[3])
    if not _may_be_enough(a[start:end], b[other:other_end], least):
        return
    pairs = [(start + i, other + j) for i, j in align(a[start:end], b[other:other_end])]
    parts = [_best_run(a, b, part) for part in _parted(a, b, pairs)]
    for kept in parts:
        (first, first_b), (last, last_b) = kept[0], kept[-1]
        if kept is parts[0] and _short_change(first - start, first_b - other, len(kept)):
            first, first_b = start, other
        last, last_b = last + 1, last_b + 1
        if kept is parts[-1] and _short_change(end - last, other_end - last_b, len(kept)):
            last, last_b = end, other_end
        held = tuple(pair for pair in pairs if first <= pair[0] < last and first_b <= pair[1] < last_b)
        yield Stretch(first, last, first_b, last_b, held)


def _parted(a: Sequence[Word], b: Sequence[Word], pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Pairs up to where both go on with words of their own over the end of a sentence.

    There, two utterances meet.
    """
    part: list[Pair] = []
    for i, j in pairs:
        if part:
            last_i, last_j = part[-1]
            own = i - last_i > 1 and j - last_j > 1
            if own and (a[i].unit != a[last_i].unit or b[j].unit != b[last_j].unit):
                yield part
                part = []
        part.append((i, j))
    if part:
        yield part


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
    return min(a, b) > 0 and max(a, b) <= _SHORT_CHANGE <= matched


def _best_run(a: Sequence[Word], b: Sequence[Word], pairs: Sequence[Pair]) -> list[Pair]:
    """The part of an alignment that is worth most: stray words far from the rest are no part of it."""
    best, best_score, start, score = (0, 0), 0.0, 0, 0.0
    for at, (i, j) in enumerate(pairs):
        if at:
            score -= _gap_cost(a, b, pairs[at - 1], (i, j))
        if score < 0:
            start, score = at, 0.0
        score += a[i].weight + (_AT_BORDER if _at_border(a, i) or _at_border(b, j) else 0)
        if score > best_score:
            best, best_score = (start, at + 1), score
    return list(pairs[best[0] : best[1]])


_AT_BORDER = 0.5
"""What it counts that a word is the first or last of a quoted sentence: beyond it there is nothing to match."""


def _at_border(words: Sequence[Word], at: int) -> bool:
    unit = words[at].unit
    return at == 0 or at == len(words) - 1 or words[at - 1].unit != unit or words[at + 1].unit != unit


def _gap_cost(a: Sequence[Word], b: Sequence[Word], last: Pair, following: Pair) -> float:
    """What unmatched words between two matched ones cost.

    An omission costs less than a replacement, one that is shown least.
    """
    (i, j), (next_i, next_j) = last, following
    only_a, only_b = next_i - i - 1, next_j - j - 1
    if not only_a and not only_b:
        return 0.0
    if only_a and only_b:
        return min(2.0, 0.25 * (only_a + only_b))
    if a[next_i].gap or b[next_j].gap:
        return 0.5
    whole_sentences = a[i].unit != a[next_i].unit or b[j].unit != b[next_j].unit
    return 1.0 if whole_sentences else min(1.0, max(0.5, 0.2 * (only_a + only_b)))


# --- Is it the same utterance? ----------------------------------------------------------------------


class _Least(NamedTuple):
    """What a stretch must have: weight of its words (where both quotations are nothing else: `whole`), words."""

    weight: float
    whole: float
    words: int
    cover: float
    alike: float


_PHRASE = _Least(weight=2.0, whole=1.5, words=1, cover=0.8, alike=0.5)
"""A phrase that one of the quotations consists of: two content words, or one and four others."""
_UNNAMED = _Least(weight=3.0, whole=3.0, words=1, cover=0.8, alike=0.5)
"""The same where two articles give no name to one of the speakers."""
_PASSAGE = _Least(weight=3.0, whole=3.0, words=6, cover=0.5, alike=0.6)
"""A longer passage, out of sentences that may begin and end otherwise."""
_OTHERS = _Least(weight=3.0, whole=3.0, words=6, cover=0.8, alike=0.75)
"""The words of one speaker in the mouth of another."""
_LONGEST_NAME = 3
"""Words of a phrase that is taken for a name, not for an utterance, where both spell it in capitals."""


def _least(one: Utterance, other: Utterance, relation: Relation) -> tuple[_Least, ...]:
    if relation == "different":
        return (_OTHERS,)
    return (_UNNAMED if relation == "unknown" and one.number != other.number else _PHRASE), _PASSAGE


def _is_same_utterance(a: Sequence[Word], b: Sequence[Word], stretch: Stretch, least: Sequence[_Least]) -> bool:
    """Whether a stretch is long, whole and alike enough."""
    matched = len(stretch.pairs)
    weight = sum(a[i].weight for i, _ in stretch.pairs)
    covers = _cover(a, stretch.a, stretch.a_end, matched), _cover(b, stretch.b, stretch.b_end, matched)
    alike = matched / max(1, *_unshown(a, b, stretch))
    whole = min(covers) == 1.0
    if matched <= _LONGEST_NAME and all(a[i].capital and b[j].capital for i, j in stretch.pairs if a[i].content):
        return False
    return any(
        weight >= (each.whole if whole else each.weight)
        and matched >= each.words
        and max(covers) >= each.cover
        and alike >= each.alike
        for each in least
    )


def _may_be_enough(a: Sequence[Word], b: Sequence[Word], least: Sequence[_Least]) -> bool:
    """Whether the words that both have, in whatever order, could be enough: most pairs are refused here."""
    shared = Counter(word.stem for word in a) & Counter(word.stem for word in b)
    weights = {word.stem: word.weight for word in a}
    weight, words = sum(weights[stem] * count for stem, count in shared.items()), shared.total()
    shortest = min(min(Counter(word.unit for word in side).values()) for side in (a, b))
    return any(weight >= each.whole and words >= each.words and words >= each.cover * shortest for each in least)


def _cover(words: Sequence[Word], start: int, end: int, matched: int) -> float:
    """The share of the sentences which a stretch touches that is matched."""
    first, last = _sentences(words, start, end)
    return matched / (last - first)


def _unshown(a: Sequence[Word], b: Sequence[Word], stretch: Stretch) -> tuple[int, int]:
    """The lengths of the stretch in both, without what is left out at an ellipsis or a break of the other."""
    shown_a = shown_b = 0
    for (i, j), (next_i, next_j) in pairwise(stretch.pairs):
        shown_a += next_i - i - 1 if b[next_j].gap and next_j == j + 1 else 0
        shown_b += next_j - j - 1 if a[next_i].gap and next_i == i + 1 else 0
    return stretch.a_end - stretch.a - shown_a, stretch.b_end - stretch.b - shown_b
