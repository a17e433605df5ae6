"""The way from one wording to the other, step by step, and what kinds of change it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from framing.quotes.models import Change, ChangeOp, Marked, RequoteKind
from framing.quotes.stretches import Stretch
from framing.quotes.utterances import Utterance
from framing.quotes.words import NEGATIONS, Word

__all__ = ["Step", "change_of", "kinds_of", "steps"]

_SMALL = 4
"""Words of an omission that may hold a negation of what stays; a longer one takes its own negation with it."""

_KIND: dict[Marked | None, RequoteKind] = {
    None: "changed",
    "style": "style",
    "ellipsis": "ellipsis",
    "break": "break",
    "bracket": "bracketed",
}


class Step(NamedTuple):
    """The words `a:a_end` of one utterance stand where the words `b:b_end` of the other do."""

    op: ChangeOp
    marked: Marked | None
    a: int
    a_end: int
    b: int
    b_end: int


def steps(a: Sequence[Word], b: Sequence[Word], stretch: Stretch) -> list[Step]:
    """Steps through all of a stretch, in order; two neighbouring ones are never both `equal`."""
    merged: list[Step] = []
    for step in _raw(a, b, stretch):
        if step.op != "equal" and merged and _is_glued(a, b, step):
            step = _with_the_word_before(merged, step)
        if merged and (merged[-1].op, merged[-1].marked) == (step.op, step.marked) == ("equal", None):
            step = merged.pop()._replace(a_end=step.a_end, b_end=step.b_end)
        merged.append(step)
    return merged


def _raw(a: Sequence[Word], b: Sequence[Word], stretch: Stretch) -> Iterator[Step]:
    i, j = stretch.a, stretch.b
    for next_i, next_j in (*stretch.pairs, (stretch.a_end, stretch.b_end)):
        if next_i > i or next_j > j:
            yield _unmatched(a, b, (i, next_i, j, next_j))
        if next_i < stretch.a_end and next_j < stretch.b_end:
            yield _matched(a, b, next_i, next_j)
        i, j = next_i + 1, next_j + 1


def _matched(a: Sequence[Word], b: Sequence[Word], i: int, j: int) -> Step:
    if a[i].form == b[j].form:
        return Step("equal", None, i, i + 1, j, j + 1)
    if a[i].key == b[j].key:
        return Step("replace", "style", i, i + 1, j, j + 1)
    bracketed = a[i].bracketed or b[j].bracketed
    return Step("replace", "bracket" if bracketed else None, i, i + 1, j, j + 1)


def _unmatched(a: Sequence[Word], b: Sequence[Word], at: tuple[int, int, int, int]) -> Step:
    i, i_end, j, j_end = at
    op: ChangeOp = "replace" if i_end > i and j_end > j else "delete" if i_end > i else "insert"
    marked: Marked | None = None
    if any(word.bracketed for word in (*a[i:i_end], *b[j:j_end])):
        marked = "bracket"
    elif op == "delete":
        marked = b[j].gap if j < len(b) else None
    elif op == "insert":
        marked = a[i].gap if i < len(a) else None
    return Step(op, marked, *at)


def _is_glued(a: Sequence[Word], b: Sequence[Word], step: Step) -> bool:
    first = (*a[step.a : min(step.a + 1, step.a_end)], *b[step.b : min(step.b + 1, step.b_end)])
    return any(word.glued for word in first)


def _with_the_word_before(merged: list[Step], step: Step) -> Step:
    """A change inside a contraction is told for the whole of it: “isn’t” for “is not”."""
    before = merged.pop()
    if before.op == "equal":
        if before.a_end - before.a > 1:
            merged.append(before._replace(a_end=before.a_end - 1, b_end=before.b_end - 1))
        return Step("replace", step.marked, before.a_end - 1, step.a_end, before.b_end - 1, step.b_end)
    marks = {before.marked, step.marked}
    marked = (marks if len(marks) == 1 else marks - {"style"}).pop()
    op = before.op if before.op == step.op else "replace"
    return Step(op, marked, before.a, step.a_end, before.b, step.b_end)


def change_of(one: Utterance, other: Utterance, step: Step) -> Change:
    a_spans, b_spans = one.spans(step.a, step.a_end), other.spans(step.b, step.b_end)
    return Change(
        op=step.op,
        a=one.document.excerpt(a_spans),
        b=other.document.excerpt(b_spans),
        a_spans=a_spans,
        b_spans=b_spans,
        marked=step.marked,
    )


def kinds_of(a: Sequence[Word], b: Sequence[Word], steps: Iterable[Step]) -> Iterator[RequoteKind]:
    """What kinds of change the steps make."""
    for step in steps:
        if step.op == "equal":
            continue
        yield _KIND[step.marked]
        if step.marked in (None, "bracket"):
            one, other = a[step.a : step.a_end], b[step.b : step.b_end]
            if _differ(one, other, step.op, negation=True):
                yield "negation_changed"
            if step.op == "replace" and _differ(one, other, step.op, negation=False):
                yield "number_changed"


def _differ(a: Sequence[Word], b: Sequence[Word], op: ChangeOp, *, negation: bool) -> bool:
    if negation:
        small = op == "replace" or len(a) + len(b) <= _SMALL
        return small and sum(w.key in NEGATIONS for w in a) != sum(w.key in NEGATIONS for w in b)
    return Counter(w.key for w in a if w.number) != Counter(w.key for w in b if w.number)
