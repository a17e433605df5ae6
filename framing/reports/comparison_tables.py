"""What a comparison says over all its articles, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from framing.comparison import Comparison, FrameVoice
from framing.reports.tables import Table, interval, number, percent, signed

__all__ = ["overview_tables"]


def overview_tables(comparison: Comparison) -> tuple[Table, ...]:
    """The tables that have rows."""
    return tuple(table for table in _tables(comparison) if table.rows)


def _tables(comparison: Comparison) -> Iterator[Table]:
    yield _instruments(comparison)
    yield _failures(comparison)
    yield _contrasts(comparison)
    if len(comparison.documents) > 1:
        yield _agreement(comparison)
        yield _use(comparison)
    yield _noise(comparison)
    yield _voices(comparison)
    if len(comparison.documents) > 1:
        yield _tensions(comparison)


def _instruments(comparison: Comparison) -> Table:
    rows = []
    for one in comparison.instruments:
        counts = {"statements": one.statements, "claims": one.claims, "frames": one.frames}
        found = (f"{count:,}" if name in one.sections else "not asked" for name, count in counts.items())
        answered = f"{one.articles - one.failed:,} of {one.articles:,}"
        tokens = (f"{one.input_tokens:,}", f"{one.output_tokens:,}") if one.requests else ("none", "none")
        rows.append((one.name, one.model or one.backend, answered, f"{one.incomplete:,}", *found, *tokens))
    return Table(
        "Instruments",
        ("Instrument", "Model", "Answered", "Incomplete", "Statements", "Claims", "Frames", "Tokens in", "Out"),
        tuple(rows),
        about="A prompt on a backend is an instrument. An article that it failed on stays in every count.",
        words=2,
    )


def _failures(comparison: Comparison) -> Table:
    rows = ((f.document, f.instrument, f.reason) for f in comparison.failures)
    return Table("Failures", ("Article", "Instrument", "Reason"), tuple(rows), words=3)


def _contrasts(comparison: Comparison) -> Table:
    rows = (
        (
            row.section.capitalize(),
            row.a,
            row.b,
            number(row.f1),
            interval(row.low, row.high),
            f"{row.both:,}",
            f"{row.only_a:,}",
            f"{row.only_b:,}",
            percent(row.same_kind) if row.section != "frames" else "–",
            percent(row.same_voice) if row.section != "frames" else "–",
            f"{row.n:,}",
        )
        for row in comparison.contrasts
    )
    level = f"{comparison.level * 100:.0f} % interval"
    return Table(
        "One against the other",
        (
            "What",
            "First",
            "Second",
            "F1",
            level,
            "Both",
            "First only",
            "Second only",
            "Same kind",
            "Same voice",
            "n",
        ),
        tuple(rows),
        about="Neither is the truth: F1 says how much of what one gives the other gives too. Kind and voice are "
        "of the items that both found; n is the number of articles, which the interval resamples.",
        words=3,
    )


def _agreement(comparison: Comparison) -> Table:
    rows = (
        (
            row.frame.replace("_", " "),
            row.scope if row.instrument is None else f"{row.scope} {row.instrument}",
            number(row.alpha),
            interval(row.low, row.high),
            percent(row.agreement),
            f"{row.n:,}",
        )
        for row in comparison.agreement
        if row.alpha is not None
    )
    return Table(
        "Agreement on frames",
        ("Frame", "Scope", "Krippendorff’s α", "Interval", "Equal", "n"),
        tuple(rows),
        about="Frames on which only one value was ever given have no α, and no row.",
        words=2,
    )


def _use(comparison: Comparison) -> Table:
    rows = (
        (
            row.frame.replace("_", " "),
            row.instrument,
            percent(row.share),
            percent(row.others),
            signed(row.difference),
            interval(row.low, row.high),
            f"{row.n:,}",
        )
        for row in comparison.frame_use
    )
    return Table(
        "Frames that an instrument gives more or less often",
        ("Frame", "Instrument", "Share", "The others", "Difference", "Interval", "n"),
        tuple(rows),
        words=2,
    )


def _noise(comparison: Comparison) -> Table:
    rows = (
        (
            row.what.replace("_", " "),
            number(row.between),
            number(row.within),
            signed(row.excess),
            interval(row.low, row.high),
            f"{row.n:,}",
        )
        for row in comparison.noise
    )
    return Table(
        "Disagreement between instruments, and of each with itself",
        ("What", "Between", "Within", "Excess", "Interval", "n"),
        tuple(rows),
    )


def _voices(comparison: Comparison) -> Table:
    return Table(
        "Who carries which frame",
        (
            "Frame",
            "Instrument",
            "Outlet",
            "Carried by",
            "The outlet itself",
            "Sources",
            "Unattributed",
            "Articles",
        ),
        tuple(map(_voice, comparison.frame_voices)),
        about="Passages of evidence by the voice they stand in.",
        words=4,
    )


def _voice(row: FrameVoice) -> tuple[str, ...]:
    named = ", ".join(f"{name} {count}" for name, count in row.speakers[:4])
    carriers = f"{row.carriers}: {named}" if named else row.carriers
    counts = (row.narrator, row.sources, row.unattributed, row.articles)
    return row.frame.replace("_", " "), row.instrument, row.outlet or "–", carriers, *map(str, counts)


def _tensions(comparison: Comparison) -> Table:
    rows = (
        (
            row.document,
            number(row.disagreement),
            *(number(part) if part is not None else "–" for part in (row.statements, row.claims, row.frames)),
            ", ".join(row.failed) or "–",
        )
        for row in comparison.tensions
    )
    return Table(
        "Articles, those with most disagreement first",
        ("Article", "Disagreement", "Statements", "Claims", "Frames", "No answer from"),
        tuple(rows),
        about="1 − mean F1 of all pairs: 0 where they are alike, 1 where they share nothing.",
    )
