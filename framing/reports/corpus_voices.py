"""Whose voices a corpus holds: the outlets' own, and those of the sources that they quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, stdev

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis
from framing.reports.charts import Point, interval_chart
from framing.reports.outlet_groups import by_outlet, outlet_of, wilson_interval
from framing.reports.tables import Table, interval, percent
from framing.text import Span, merge_spans

__all__ = ["voice_tables"]

_TOP = 25
_NAMED = 4
_COLUMNS = 8


def voice_tables(listed: Sequence[Analysis]) -> Iterator[Table]:
    yield _own_voice(listed)
    yield _frame_voices(listed)
    found = _sources(listed)
    yield _most_quoted(found)
    yield _quoted_with(found)


def _own_voice(listed: Sequence[Analysis]) -> Table:
    """The share of the text in the outlet's own voice, mean over articles; the outlets that say most first."""
    answered = [analysis for analysis in listed if analysis.answered]
    shares = {outlet: [1 - _quoted(a) for a in members] for outlet, members in by_outlet(answered).items()}
    points, rows = [], []
    for outlet, values in sorted(shares.items(), key=lambda pair: -mean(pair[1])):
        low, high = _mean_interval(values)
        points.append(Point(outlet, mean(values), low, high))
        rows.append((outlet, percent(mean(values)), interval(low, high), f"{len(values):,}"))
    return Table(
        "How much the outlet says itself",
        ("Outlet", "Share of the text", "95 % interval", "n"),
        tuple(rows),
        about="Characters outside every statement, as a share of the article; the rest is in a source’s voice. "
        "The interval is of the mean over articles, by Student’s t; one article has none. Articles without an answer "
        "are left out here: nothing is known of their voices.",
        chart=interval_chart(points, name="own", title="The outlet’s own voice", unit="share of the text"),
    )


def _quoted(analysis: Analysis) -> float:
    said: list[Span] = [span for statement in analysis.statements for span in statement.spans]
    return sum(map(len, merge_spans(said))) / max(analysis.document.chars, 1)


def _mean_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    if len(values) < 2:
        return None, None
    from scipy.special import stdtrit

    reach = float(stdtrit(len(values) - 1, 0.975)) * stdev(values) / len(values) ** 0.5
    return max(0.0, mean(values) - reach), min(1.0, mean(values) + reach)


def _frame_voices(listed: Sequence[Analysis]) -> Table:
    counts: dict[str, Counter[str]] = {}
    for analysis in listed:
        for label in analysis.frames:
            for evidence in label.evidence:
                side = evidence.voice if evidence.voice in (NARRATOR, UNATTRIBUTED) else "source"
                counts.setdefault(label.frame.replace("_", " "), Counter())[side] += 1
    points, rows = [], []
    for frame, by_side in sorted(counts.items(), key=lambda pair: -pair[1].total()):
        own, n = by_side[NARRATOR], by_side.total()
        low, high = wilson_interval(own, n)
        points.append(Point(frame, own / n, low, high))
        parts = (own, by_side["source"], by_side[UNATTRIBUTED], n)
        rows.append((frame, percent(own / n), interval(low, high), *(f"{part:,}" for part in parts)))
    return Table(
        "Who carries a frame: the outlet or its sources",
        ("Frame", "Outlet’s share", "95 % interval", "Outlet", "Sources", "Unattributed", "Passages"),
        tuple(rows),
        about="Passages of evidence by the voice they stand in. The intervals take passages for independent; "
        "those of one article are not, so the true ones are wider.",
        chart=interval_chart(points, name="carriers", title="The outlet’s share of a frame’s passages",
                             unit="share in the outlet’s own voice"),
    )  # fmt: skip


@dataclass(slots=True)
class _Source:
    """A named source over all articles, taken together by the name alone."""

    statements: int = 0
    articles: set[str] = field(default_factory=set)
    outlets: Counter[str] = field(default_factory=Counter)
    frames: Counter[str] = field(default_factory=Counter)


def _sources(listed: Sequence[Analysis]) -> dict[str, _Source]:
    found: dict[str, _Source] = {}
    for analysis in listed:
        names = {speaker.id: speaker.name for speaker in analysis.speakers if speaker.name}
        for statement in analysis.statements:
            if name := names.get(statement.speaker or ""):
                source = found.setdefault(name, _Source())
                source.statements += 1
                source.articles.add(analysis.document.id)
                source.outlets[outlet_of(analysis)] += 1
        for label in analysis.frames:
            for evidence in label.evidence:
                if name := names.get(evidence.voice):
                    found.setdefault(name, _Source()).frames[label.frame.replace("_", " ")] += 1
    return found


def _most_quoted(found: Mapping[str, _Source]) -> Table:
    quoted = sorted(found.items(), key=lambda pair: (-pair[1].statements, -len(pair[1].articles), pair[0]))
    quoted = [pair for pair in quoted if pair[1].statements]
    more = f" The first {_TOP} of {len(quoted):,}." if len(quoted) > _TOP else ""
    return Table(
        "Most quoted",
        ("Source", "Outlets", "Statements", "Articles"),
        tuple(
            (name, _named(source.outlets), f"{source.statements:,}", f"{len(source.articles):,}")
            for name, source in quoted[:_TOP]
        ),
        about=f"Named sources, taken together over articles where their names are the same to the letter.{more}",
        words=2,
    )


def _named(outlets: Counter[str]) -> str:
    """Those that quote most, and how many there are besides."""
    first = ", ".join(name for name, _ in outlets.most_common(_NAMED))
    return f"{first} and {len(outlets) - _NAMED:,} more" if len(outlets) > _NAMED else first


def _quoted_with(found: Mapping[str, _Source]) -> Table:
    carried = sorted(((name, source.frames) for name, source in found.items() if source.frames),
                     key=lambda pair: (-pair[1].total(), pair[0]))  # fmt: skip
    totals: Counter[str] = Counter()
    for _, frames in carried:
        totals.update(frames)
    columns = [frame for frame, _ in totals.most_common(_COLUMNS)]
    rest = len(totals) > len(columns)
    rows = tuple(
        (
            name,
            *(f"{frames[column]:,}" if frames[column] else "–" for column in columns),
            *((f"{frames.total() - sum(frames[c] for c in columns):,}",) if rest else ()),
            f"{frames.total():,}",
        )
        for name, frames in carried[:_TOP]
    )
    more = f" The first {_TOP} of {len(carried):,} sources." if len(carried) > _TOP else ""
    return Table(
        "Who is quoted with which frame",
        ("Source", *columns, *(("other frames",) if rest else ()), "All"),
        rows,
        about=f"Passages of evidence that stand in a statement of the source.{more}",
        shaded="table",
        totals=2 if rest else 1,
    )
