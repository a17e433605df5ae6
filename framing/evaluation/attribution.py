"""Who says what, scored: contents, the speakers of what was found, and both at once.

Both sides are `Attribution`s, so that gold of any origin is scored alike. Contents are matched once over
all kinds; a kind then counts recall over its gold and precision over what was predicted as that kind, and a
find is a find whatever kind the other side gave it. Four kinds are counted: `all`; `speech` (in quotation marks,
or with a cue of saying); `direct+mixed` (some of it in quotation marks); `indirect`. Some formats carry no cue: an
indirect prediction without one has its cue from the gold that it is matched with, and is speech where it has none.

A speaker is judged on the contents matched at IoU ≥ 0.5 and only where gold names a source: right when the names
agree, or when a mention of the predicted speaker covers the head of the words that gold marks as the source.
`joint` is the share of those gold attributions whose content and speaker are both right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from framing.annotations import Analysis, Findings, Speaker, Statement, StatementKind
from framing.evaluation.matching import CRITERIA, Pairs, character_counts, match, overlap
from framing.evaluation.quoted import quoted_pieces
from framing.evaluation.reporting import reports_speech
from framing.evaluation.sources import head_span, same_name
from framing.evaluation.tally import Measure, f1, ratio
from framing.text import Span

__all__ = [
    "KINDS",
    "Attribution",
    "attribution_counts",
    "attribution_measures",
    "attributions",
]

KINDS = ("all", "speech", "direct+mixed", "indirect")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A content and its source, on either side of a comparison.

    `name` is None for a source without a name; `mentions` are the places where the source is named;
    `attributed` is False where the content has no source at all.
    """

    spans: tuple[Span, ...]
    kind: StatementKind
    cue: str | None = None
    name: str | None = None
    mentions: tuple[Span, ...] = ()
    attributed: bool = True

    def belongs(self, kind: str) -> bool:
        """Whether this counts under one of `KINDS`."""
        if kind == "direct+mixed":
            return self.kind != "indirect"
        if kind == "speech":
            return self.kind != "indirect" or self.cue is None or reports_speech(self.cue)
        return kind == "all" or self.kind == kind


def attributions(found: Findings | Analysis, *, text: str) -> tuple[Attribution, ...]:
    """The statements of an analysis of `text` with their speakers; also of gold in this library's own format."""
    speakers = {speaker.id: speaker for speaker in found.speakers}
    return tuple(_of_statement(statement, speakers, text) for statement in found.statements)


def attribution_counts(
    gold: Sequence[Attribution], predicted: Sequence[Attribution], *, text: str
) -> dict[str, float]:
    """The counts of one article, by the column names that `attribution_measures` reads."""
    found = overlap([item.spans for item in gold], [item.spans for item in predicted])
    predicted = _with_cues(gold, predicted, match(found))
    counts: dict[str, float] = {}
    for criterion in CRITERIA:
        pairs = match(found, criterion=criterion)
        _count_contents(counts, criterion, gold, predicted, pairs)
        if criterion == "iou":
            _count_speakers(counts, gold, predicted, pairs)
    for kind in KINDS:
        _count_characters(counts, kind, gold, predicted)
    _count_pieces(counts, gold, predicted, text)
    return counts


def attribution_measures() -> tuple[Measure, ...]:
    """Every score of statements, in the order in which a table shows them."""
    contents = [
        _content_f1(f"content/{criterion}/{kind}", criterion, kind) for kind in KINDS for criterion in CRITERIA
    ]
    characters = [
        f1(
            f"content/characters/{kind}",
            found=f"characters/{kind}/shared",
            predicted=f"characters/{kind}/predicted",
            recalled=f"characters/{kind}/shared",
            gold=f"characters/{kind}/gold",
        )
        for kind in KINDS
    ]
    pieces = [_content_f1(f"pieces/{criterion}", criterion, "pieces") for criterion in CRITERIA]
    return (*contents, *characters, *pieces, *_speaker_measures())


def _speaker_measures() -> Iterator[Measure]:
    for group in ("all", "named", "unnamed"):
        yield ratio(f"speaker/{group}", f"speaker/{group}/right", f"speaker/{group}/judged")
    for kind in KINDS:
        yield ratio(f"joint recall/{kind}", f"joint/{kind}/right", f"joint/{kind}/gold")
    for kind in KINDS:
        yield f1(
            f"attribution F1/{kind}",
            found=f"joint/{kind}/found",
            predicted=f"joint/{kind}/predicted",
            recalled=f"joint/{kind}/right",
            gold=f"joint/{kind}/gold",
        )


def _content_f1(name: str, criterion: str, kind: str) -> Measure:
    stem = f"{criterion}/{kind}"
    return f1(
        name,
        found=f"{stem}/found",
        predicted=f"{stem}/predicted",
        recalled=f"{stem}/recalled",
        gold=f"{stem}/gold",
    )


def _of_statement(statement: Statement, speakers: Mapping[str, Speaker], text: str) -> Attribution:
    speaker = speakers.get(statement.speaker or "")
    head = head_span(text, [statement.source]) if statement.source else None
    mentions = (*(speaker.mentions if speaker else ()), *((head,) if head else ()))
    return Attribution(
        spans=statement.spans,
        kind=statement.kind,
        cue=statement.cue,
        name=speaker.name if speaker else None,
        mentions=mentions,
        attributed=statement.speaker is not None,
    )


def _with_cues(
    gold: Sequence[Attribution], predicted: Sequence[Attribution], pairs: Pairs
) -> Sequence[Attribution]:
    """The predictions, with the cue of their gold where both are indirect and the prediction has none."""
    comparable = list(predicted)
    for g, p in pairs:
        if predicted[p].cue is None and gold[g].kind == predicted[p].kind == "indirect":
            comparable[p] = replace(predicted[p], cue=gold[g].cue)
    return comparable


def _count_contents(
    counts: dict[str, float],
    criterion: str,
    gold: Sequence[Attribution],
    predicted: Sequence[Attribution],
    pairs: Pairs,
) -> None:
    for kind in KINDS:
        stem = f"{criterion}/{kind}"
        counts[f"{stem}/gold"] = sum(item.belongs(kind) for item in gold)
        counts[f"{stem}/predicted"] = sum(item.belongs(kind) for item in predicted)
        counts[f"{stem}/recalled"] = sum(gold[g].belongs(kind) for g, _ in pairs)
        counts[f"{stem}/found"] = sum(predicted[p].belongs(kind) for _, p in pairs)


def _count_characters(
    counts: dict[str, float], kind: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]
) -> None:
    shared, in_gold, in_predicted = character_counts(
        [item.spans for item in gold if item.belongs(kind)],
        [item.spans for item in predicted if item.belongs(kind)],
    )
    counts[f"characters/{kind}/shared"] = shared
    counts[f"characters/{kind}/gold"] = in_gold
    counts[f"characters/{kind}/predicted"] = in_predicted


def _count_pieces(
    counts: dict[str, float], gold: Sequence[Attribution], predicted: Sequence[Attribution], text: str
) -> None:
    gold_pieces, predicted_pieces = (
        sorted({piece for item in side for piece in quoted_pieces(text, item.spans)}) for side in (gold, predicted)
    )
    found = overlap([(piece,) for piece in gold_pieces], [(piece,) for piece in predicted_pieces])
    for criterion in CRITERIA:
        matched = len(match(found, criterion=criterion))
        stem = f"{criterion}/pieces"
        counts[f"{stem}/found"] = counts[f"{stem}/recalled"] = matched
        counts[f"{stem}/gold"], counts[f"{stem}/predicted"] = len(gold_pieces), len(predicted_pieces)


def _count_speakers(
    counts: dict[str, float], gold: Sequence[Attribution], predicted: Sequence[Attribution], pairs: Pairs
) -> None:
    judged = [(gold[g], predicted[p]) for g, p in pairs if gold[g].attributed]
    right = [(g, p) for g, p in judged if _same_source(g, p)]
    for group in ("all", "named", "unnamed"):
        counts[f"speaker/{group}/judged"] = sum(_in_group(g, group) for g, _ in judged)
        counts[f"speaker/{group}/right"] = sum(_in_group(g, group) for g, _ in right)
    for kind in KINDS:
        counts[f"joint/{kind}/gold"] = sum(g.belongs(kind) and g.attributed for g in gold)
        counts[f"joint/{kind}/predicted"] = sum(p.belongs(kind) and p.attributed for p in predicted)
        counts[f"joint/{kind}/right"] = sum(g.belongs(kind) for g, _ in right)
        counts[f"joint/{kind}/found"] = sum(p.belongs(kind) for _, p in right)


def _in_group(gold: Attribution, group: str) -> bool:
    return group == "all" or (group == "named") == (gold.name is not None)


def _same_source(gold: Attribution, predicted: Attribution) -> bool:
    if not predicted.attributed:
        return False
    if gold.name and predicted.name and same_name(gold.name, predicted.name):
        return True
    return any(a.overlaps(b) for a in gold.mentions for b in predicted.mentions)
