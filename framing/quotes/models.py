"""What is promised: pairs of places that quote the same utterance, and how the wordings differ."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from framing.text import Span

__all__ = ["Change", "ChangeOp", "Cut", "Requote", "RequoteKind", "Wording", "kinds_in_order"]

RequoteKind = Literal[
    "identical",
    "part",
    "style",
    "changed",
    "ellipsis",
    "break",
    "bracketed",
    "qualifier_cut",
    "negation_changed",
    "number_changed",
    "different_speaker",
]
"""What can be true of a pair; all but `identical` can be true together.

* identical: both quotations hold the same words (typography, case and punctuation aside)
* part: one of the two goes on, before or after, where the other does not
* style: the same words in another form: “isn't” / “is not”, “four” / “4”
* changed: other words, more words or fewer words, and nothing shows it
* ellipsis: words are left out at an ellipsis
* break: words are left out where the quotation is interrupted: “…,” she said, “…”
* bracketed: words are put in, or replaced, in square brackets
* qualifier_cut: the longer goes on *but, unless, if, not …* where the shorter ends, or begins so before it
* negation_changed, number_changed: a change that adds, loses or replaces a negation or a number
* different_speaker: the two are ascribed to people whose names differ
"""

ChangeOp = Literal["equal", "replace", "delete", "insert"]
Marked = Literal["style", "ellipsis", "break", "bracket"]

_ORDER = {kind: rank for rank, kind in enumerate(get_args(RequoteKind))}


def kinds_in_order(kinds: frozenset[RequoteKind]) -> list[RequoteKind]:
    """The kinds in the order in which they are listed above, which is also theirs in JSON."""
    return sorted(kinds, key=_ORDER.__getitem__)


Kinds = Annotated[frozenset[RequoteKind], PlainSerializer(kinds_in_order, return_type=list[RequoteKind])]
Spans = Annotated[tuple[Span, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wording(_Frozen):
    """One place where the utterance is quoted.

    `spans` hold the words that both places share and what lies between them, without quotation marks; they
    are several where the quotation is interrupted. `text` is what they hold, joined by `framing.JOINER`.
    `speaker` is the name the article gives, None where it gives none.
    """

    document: str
    statement: str
    speaker: str | None
    spans: Spans
    text: str


class Change(_Frozen):
    """One step of the way from wording a to wording b; texts stand as the articles have them, or are empty.

    `marked` says how a reader can see the change: left out at an ellipsis or at a break of the quotation,
    put in brackets, or no change of words at all but of their form (style). None: nothing shows it.
    """

    op: ChangeOp
    a: str = ""
    b: str = ""
    a_spans: tuple[Span, ...] = ()
    b_spans: tuple[Span, ...] = ()
    marked: Marked | None = None


class Cut(_Frozen):
    """A qualifier that one wording leaves off: `text` is what the other goes on to say (or says before).

    `left_out_by` is the wording without it; `spans` lie in the document of the other one.
    """

    left_out_by: Literal["a", "b"]
    where: Literal["before", "after"]
    marker: str
    text: str
    spans: Spans


class Requote(_Frozen):
    """The same utterance quoted twice. `a` comes before `b` in the order of the articles and in the article.

    `words` counts the words that both have. `diff` leads from all of `a` to all of `b`.
    """

    a: Wording
    b: Wording
    kinds: Kinds
    words: int
    diff: tuple[Change, ...]
    cuts: tuple[Cut, ...] = ()
