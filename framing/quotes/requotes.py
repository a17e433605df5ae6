"""Find what is quoted more than once, in one article and across any number of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from framing.annotations import Analysis
from framing.errors import GroundingError, UsageError
from framing.quotes.candidates import candidates
from framing.quotes.changes import change_of, kinds_of, steps
from framing.quotes.cuts import Place, cuts
from framing.quotes.models import Requote, RequoteKind, Wording
from framing.quotes.people import Relation, relation
from framing.quotes.stretches import Stretch, stretches
from framing.quotes.utterances import Utterance, utterances
from framing.text import Document

__all__ = ["find_requotes"]


def find_requotes(pairs: Sequence[tuple[Document, Analysis]], *, min_words: int = 2) -> tuple[Requote, ...]:
    """Every pair of places in these articles that quotes the same utterance, in the order of the articles.

    Compared are the words in quotation marks of direct and mixed statements, and block statements; what an
    article reports in its own words is not compared. min_words: how many words the two must have in common.

    Time and memory are bounded by the number of quoted words: a quotation is compared with the last 40
    before it that have the same run of words, so of one utterance quoted by hundreds of articles not
    every pair is listed, but every quotation is in some pair.

    Raises GroundingError where an analysis belongs to another text than its document.
    """
    if min_words < 1:
        raise UsageError(f"min_words must be at least 1, not {min_words!r}")
    quoted: list[Utterance] = []
    for number, (document, analysis) in enumerate(pairs):
        if analysis.document.sha256 != document.sha256:
            raise GroundingError(f"the analysis given with document {document.id!r} belongs to another text")
        quoted.extend(sorted(utterances(document, analysis, number), key=_place))
    return tuple(_requotes(quoted, min_words))


def _place(utterance: Utterance) -> int:
    return utterance.words[0].span.start


def _requotes(quoted: Sequence[Utterance], min_words: int) -> Iterator[Requote]:
    found: list[tuple[tuple[int, ...], Requote]] = []
    for one, other, hits in candidates(quoted):
        speakers = relation(one, other)
        for stretch in stretches(one, other, hits, speakers):
            if len(stretch.pairs) >= min_words and not _same_place(one, other, stretch):
                found.append((_order(one, other, stretch), _requote(one, other, stretch, speakers)))
    yield from (requote for _, requote in sorted(found, key=lambda item: item[0]))


def _order(one: Utterance, other: Utterance, stretch: Stretch) -> tuple[int, ...]:
    at, other_at = one.words[stretch.a].span.start, other.words[stretch.b].span.start
    return one.number, at, other.number, other_at


def _same_place(one: Utterance, other: Utterance, stretch: Stretch) -> bool:
    """Whether both are one passage of one article, which two statements hold."""
    if one.number != other.number:
        return False
    there = other.spans(stretch.b, stretch.b_end)
    return any(span.overlaps(its) for span in one.spans(stretch.a, stretch.a_end) for its in there)


def _requote(one: Utterance, other: Utterance, stretch: Stretch, speakers: Relation) -> Requote:
    path = steps(one.words, other.words, stretch)
    left_out = tuple(cuts(Place(one, stretch.a, stretch.a_end), Place(other, stretch.b, stretch.b_end)))
    kinds: set[RequoteKind] = set(kinds_of(one.words, other.words, path))
    if left_out:
        kinds.add("qualifier_cut")
    if len(one.words) > stretch.a_end - stretch.a or len(other.words) > stretch.b_end - stretch.b:
        kinds.add("part")
    if speakers == "different":
        kinds.add("different_speaker")
    if not kinds - {"different_speaker"}:
        kinds.add("identical")
    return Requote(
        a=_wording(one, stretch.a, stretch.a_end),
        b=_wording(other, stretch.b, stretch.b_end),
        kinds=frozenset(kinds),
        words=len(stretch.pairs),
        diff=tuple(change_of(one, other, step) for step in path),
        cuts=left_out,
    )


def _wording(utterance: Utterance, start: int, end: int) -> Wording:
    spans = utterance.spans(start, end)
    return Wording(
        document=utterance.document.id,
        statement=utterance.statement.id,
        speaker=utterance.speaker.name if utterance.speaker else None,
        spans=spans,
        text=utterance.document.excerpt(spans),
    )
