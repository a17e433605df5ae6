"""Where answers and gold part: which label became which, and examples in their own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from framing.annotations import Analysis, Claim, Findings, Speaker, Statement
from framing.evaluation.gold import GoldArticle
from framing.evaluation.matching import match, overlap
from framing.evaluation.outcomes import Outcome
from framing.evaluation.sources import same_name
from framing.reports.tables import Table
from framing.text import Span, covering

__all__ = ["Example", "examples", "frame_table", "kind_table", "primary_table"]

_AROUND = 90
_NOT_FOUND, _NOT_IN_GOLD, _FAILED, _NONE = "not found", "not in gold", "no answer", "none"
Pair = tuple[GoldArticle, Analysis | None]


@dataclass(frozen=True, slots=True)
class Example:
    """A mistake in its text: `pieces` are (text, "" | "gold" | "answer")."""

    kind: str
    document: str
    pieces: tuple[tuple[str, str], ...]
    note: str


def pairs_of(articles: Sequence[GoldArticle], outcomes: Sequence[Outcome]) -> tuple[Pair, ...]:
    """Every article with what was answered about it, once for each repeat."""
    repeats = sorted({outcome.repeat for outcome in outcomes}) or [0]
    answers = {(outcome.document, outcome.repeat): outcome.analysis for outcome in outcomes}
    return tuple((article, answers.get((article.id, repeat))) for repeat in repeats for article in articles)


# --- Tables -------------------------------------------------------------------------------------------


def frame_table(
    articles: Sequence[GoldArticle], outcomes: Sequence[Outcome], *, codebook: str | None, name: str
) -> Table:
    """For every frame: how often it was rightly and wrongly given, missed, and rightly left out."""
    counts: dict[str, Counter[str]] = {}
    answered = pairs_of(articles, outcomes)
    for article, analysis in answered:
        gold, found = _labels(article.gold, codebook), _labels(analysis, codebook)
        for frame in gold | found:
            cell = "hit" if frame in gold & found else "missed" if frame in gold else "invented"
            counts.setdefault(frame, Counter())[cell] += 1
    rows = []
    for frame, cells in sorted(counts.items(), key=lambda pair: -(pair[1]["hit"] + pair[1]["missed"])):
        figures = [cells["hit"], cells["missed"], cells["invented"], len(answered) - cells.total()]
        rows.append((frame.replace("_", " "), *(f"{figure:,}" for figure in figures)))
    return Table(
        f"Frames, right and wrong: {name}",
        ("Frame", "In both", "Missed", "Not in gold", "In neither"),
        tuple(rows),
        about=f"Counts of {len(answered):,} answers; an article without an answer has missed all its frames.",
    )


def primary_table(
    articles: Sequence[GoldArticle], outcomes: Sequence[Outcome], *, codebook: str | None, name: str
) -> Table:
    """Primary frame in gold (rows) against the one that was answered (columns)."""
    cells: Counter[tuple[str, str]] = Counter()
    for article, analysis in pairs_of(articles, outcomes):
        if article.primary(codebook=codebook) is not None:
            cells[_primary(article.gold, codebook), _primary(analysis, codebook)] += 1
    return _crossed(f"Primary frame, gold against answer: {name}", cells)


def kind_table(articles: Sequence[GoldArticle], outcomes: Sequence[Outcome], *, name: str) -> Table:
    """Kind of statement in gold (rows) against answer (columns), of statements that match (IoU ≥ 0.5)."""
    cells: Counter[tuple[str, str]] = Counter()
    for article, analysis in pairs_of(articles, outcomes):
        gold, found = article.gold.statements, analysis.statements if analysis else ()
        matched = _matched(gold, found)
        cells.update((gold[i].kind, found[j].kind) for i, j in matched.items())
        cells.update((one.kind, _NOT_FOUND) for i, one in enumerate(gold) if i not in matched)
        cells.update((_NOT_IN_GOLD, one.kind) for j, one in enumerate(found) if j not in matched.values())
    return _crossed(f"Kinds of statement, gold against answer: {name}", cells)


def _crossed(title: str, cells: Mapping[tuple[str, str], int]) -> Table:
    rows = sorted({row for row, _ in cells}, key=lambda row: (row == _NOT_IN_GOLD, row))
    columns = sorted({column for _, column in cells}, key=lambda column: (column in (_NOT_FOUND, _FAILED), column))
    return Table(
        title,
        ("Gold", *(column.replace("_", " ") for column in columns)),
        tuple((row.replace("_", " "), *(f"{cells.get((row, c), 0):,}" for c in columns)) for row in rows),
        about="Rows are the gold, columns the answers; the darker a cell, the larger its share of the row.",
        shaded="row",
    )


def _labels(found: Findings | Analysis | None, codebook: str | None) -> set[str]:
    return {label.frame for label in found.frames if codebook in (None, label.codebook)} if found else set()


def _primary(found: Findings | Analysis | None, codebook: str | None) -> str:
    if found is None:
        return _FAILED
    named = (label.frame for label in found.frames if label.primary and codebook in (None, label.codebook))
    return next(named, _NONE)


# --- Examples -----------------------------------------------------------------------------------------


def examples(
    articles: Sequence[GoldArticle],
    outcomes: Sequence[Outcome],
    *,
    scorers: Sequence[str],
    codebook: str | None = None,
    each: int = 3,
) -> tuple[Example, ...]:
    """At most `each` examples of every kind of mistake in what the suite scores, in the order of the articles."""
    found: dict[str, list[Example]] = {}
    for article, analysis in pairs_of(articles, outcomes):
        if analysis is None:
            continue
        for example in _mistakes(article, analysis, scorers, codebook):
            kept = found.setdefault(example.kind, [])
            if len(kept) < each and all(example.document != other.document for other in kept):
                kept.append(example)
    return tuple(example for kept in found.values() for example in kept)


def _mistakes(
    article: GoldArticle, analysis: Analysis, scorers: Sequence[str], codebook: str | None
) -> Iterator[Example]:
    if "statements" in scorers:
        yield from _statement_mistakes(article, analysis)
    if "claims" in scorers:
        yield from _claim_mistakes(article, analysis)
    if "frames" in scorers:
        yield from _frame_mistakes(article, analysis, codebook)


def _statement_mistakes(article: GoldArticle, analysis: Analysis) -> Iterator[Example]:
    gold, found = article.gold.statements, analysis.statements
    matched = _matched(gold, found)
    for i, one in enumerate(gold):
        if i not in matched:
            yield _shown("statement missed", article, one.spans, (), f"gold: {one.kind}")
            continue
        other = found[matched[i]]
        said, answered = _speaker(article.gold, one), _speaker(analysis, other)
        if not _same_speaker(said, answered):
            note = f"gold: {_name(said)}; answer: {_name(answered)}"
            yield _shown("wrong speaker", article, one.spans, other.spans, note)
        if one.kind != other.kind:
            note = f"gold: {one.kind}; answer: {other.kind}"
            yield _shown("wrong kind of statement", article, one.spans, other.spans, note)
        if {*one.spans} != {*other.spans}:
            yield _shown("other borders", article, one.spans, other.spans, "gold and answer overlap")
    for j, answer in enumerate(found):
        if j not in matched.values():
            yield _shown("statement not in gold", article, (), answer.spans, f"answer: {answer.kind}")


def _claim_mistakes(article: GoldArticle, analysis: Analysis) -> Iterator[Example]:
    matched = _matched(article.gold.claims, analysis.claims)
    for i, one in enumerate(article.gold.claims):
        if i not in matched:
            yield _shown("claim missed", article, one.spans, (), f"gold: {one.kind or 'no kind'}")
    for j, other in enumerate(analysis.claims):
        if j not in matched.values():
            yield _shown("claim not in gold", article, (), other.spans, f"answer: {other.kind or 'no kind'}")


def _frame_mistakes(article: GoldArticle, analysis: Analysis, codebook: str | None) -> Iterator[Example]:
    """A frame that only one of the two gives, by the first passage that is said to carry it."""
    gold, found = _labels(article.gold, codebook), _labels(analysis, codebook)
    for label in article.gold.frames:
        if label.frame in gold - found and label.evidence:
            note = f"gold: {label.frame.replace('_', ' ')}{' (primary)' if label.primary else ''}"
            yield _shown("frame missed", article, label.evidence[0].spans, (), note)
    for label in analysis.frames:
        if label.frame in found - gold and label.evidence:
            note = f"answer: {label.frame.replace('_', ' ')}{' (primary)' if label.primary else ''}"
            yield _shown("frame not in gold", article, (), label.evidence[0].spans, note)


def _matched(gold: Sequence[Statement | Claim], found: Sequence[Statement | Claim]) -> dict[int, int]:
    return dict(match(overlap([one.spans for one in gold], [one.spans for one in found])))


def _speaker(found: Findings | Analysis, statement: Statement) -> Speaker | None:
    return next((speaker for speaker in found.speakers if speaker.id == statement.speaker), None)


def _same_speaker(one: Speaker | None, other: Speaker | None) -> bool:
    if one is None or other is None:
        return one is other
    if any(a.overlaps(b) for a in one.mentions for b in other.mentions):
        return True
    return bool(one.name and other.name and same_name(one.name, other.name))


def _name(speaker: Speaker | None) -> str:
    return "nobody" if speaker is None else speaker.name or speaker.role or "an unnamed source"


def _shown(kind: str, article: GoldArticle, gold: Sequence[Span], answer: Sequence[Span], note: str) -> Example:
    """The passage with some text around it. Where gold and answer both stand, their borders are both marked."""
    text = article.document.text
    whole = covering([*gold, *answer])
    start = _word_start(text, whole.start - _AROUND, whole.start)
    end = _word_end(text, whole.end + _AROUND, whole.end)
    inside = {at for span in (*gold, *answer) for at in (span.start, span.end)}
    borders = sorted({start, end, *inside})
    pieces = []
    for left, right in pairwise(borders):
        marks = [
            name for name, spans in (("gold", gold), ("answer", answer)) if any(left in span for span in spans)
        ]
        pieces.append((text[left:right], " ".join(marks)))
    pieces[0] = (("…" if start else "") + pieces[0][0], pieces[0][1])
    pieces[-1] = (pieces[-1][0] + ("…" if end < len(text) else ""), pieces[-1][1])
    return Example(kind, article.document.title or article.id, tuple(pieces), note)


def _word_start(text: str, at: int, limit: int) -> int:
    """Where a word begins, from `at` on and before `limit`; `at` itself where none does, as in Chinese."""
    if at <= 0:
        return 0
    return next((place for place in range(at, limit) if text[place - 1].isspace()), at)


def _word_end(text: str, at: int, limit: int) -> int:
    """Where a word ends, from `at` back and behind `limit`; `at` itself where none does."""
    if at >= len(text):
        return len(text)
    return next((place for place in range(at, limit, -1) if text[place].isspace()), at)
