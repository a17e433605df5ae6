"""A whole corpus on one page: which frames, whose voices, how sure, with a way to every article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import NormalDist, mean, stdev

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis
from framing.quotes import Requote
from framing.reports.charts import Point, interval_chart, time_chart
from framing.reports.pages import render_page
from framing.reports.quotations import unlike_wordings
from framing.reports.tables import Table, interval, percent
from framing.text import Span, merge_spans

__all__ = ["corpus_page", "wilson_interval"]

_TOP_SPEAKERS = 25
_CHARTED_OUTLETS = 5
_CHARTED_FRAMES = 10
_NO_OUTLET = "no outlet named"


def corpus_page(
    analyses: Iterable[Analysis],
    *,
    title: str = "Corpus",
    links: Mapping[str, str] | None = None,
    requotes: Sequence[Requote] = (),
) -> str:
    """A self-contained HTML page over many analyses. `links` are addresses of article pages, by document id.

    `requotes` are what `framing.quotes.find_requotes` gives; the first 40 whose wordings differ are shown, those
    that change most first.

    The unit is the article. Articles that were not answered stay in every denominator, and are listed.
    """
    listed = tuple(analyses)
    return render_page(
        "corpus.html",
        scripts=("theme.js",),
        context={
            "title": title,
            "analyses": listed,
            "answered": sum(analysis.answered for analysis in listed),
            "incomplete": sum(analysis.answered and not analysis.complete for analysis in listed),
            "outlets": len({analysis.document.outlet for analysis in listed if analysis.document.outlet}),
            "dates": _dates(listed),
            "tables": [table for table in _tables(listed) if table.rows],
            "links": links or {},
            "requotes": unlike_wordings(requotes, {a.document.id: _outlet(a) for a in listed}),
            "made": _made(listed),
        },
    )


def wilson_interval(count: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion (Wilson 1927); (0, 1) where there is nothing."""
    if not n:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = count / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    reach = z * (share * (1 - share) / n + spread / (4 * n)) ** 0.5 / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _tables(listed: Sequence[Analysis]) -> Iterator[Table]:
    yield _frames_by_outlet(listed)
    yield _frames_over_time(listed)
    yield _own_voice(listed)
    yield _frame_voices(listed)
    yield from _speakers(listed)
    yield _problems(listed)


def _dates(listed: Sequence[Analysis]) -> str:
    dates = sorted(analysis.document.published[:10] for analysis in listed if analysis.document.published)
    return f"{dates[0]} to {dates[-1]}" if dates else ""


def _made(listed: Sequence[Analysis]) -> list[tuple[str, str]]:
    """Everything that made these analyses; several values of one thing stand beside each other."""
    made = [analysis.provenance for analysis in listed]
    parts: dict[str, list[str | None]] = {
        "framing": [one.framing_version for one in made],
        "Backend": [one.backend for one in made],
        "Answered by": [one.model for one in made],
        "Prompt": [f"{one.prompt} ({one.prompt_fingerprint})" if one.prompt else None for one in made],
        "Codebook": [f"{one.codebook} ({one.codebook_fingerprint})" if one.codebook else None for one in made],
    }
    told = [(name, ", ".join(dict.fromkeys(v for v in values if v))) for name, values in parts.items()]
    usage = [one.usage for one in made]
    tokens = f"{sum(u.input_tokens for u in usage):,} tokens in, {sum(u.output_tokens for u in usage):,} out"
    told.append(("Usage", f"{sum(u.requests for u in usage):,} requests, {tokens}"))
    return [(name, value) for name, value in told if value]


# --- Frames -------------------------------------------------------------------------------------------


def _outlet(analysis: Analysis) -> str:
    return analysis.document.outlet or _NO_OUTLET


def _given(analysis: Analysis) -> set[str]:
    return {label.frame.replace("_", " ") for label in analysis.frames}


def _frames_of(listed: Sequence[Analysis]) -> list[str]:
    counts = Counter(frame for analysis in listed for frame in _given(analysis))
    return [frame for frame, _ in counts.most_common()]


def _shares(
    listed: Sequence[Analysis], groups: Mapping[str, Sequence[Analysis]]
) -> Iterator[tuple[Point, int, int]]:
    """For every frame and group: the share of its articles that have the frame, with interval, count and n."""
    for frame in _frames_of(listed):
        for name, members in groups.items():
            count, n = sum(frame in _given(analysis) for analysis in members), len(members)
            low, high = wilson_interval(count, n)
            yield Point(frame, count / n, low, high, series=name), count, n


def _frames_by_outlet(listed: Sequence[Analysis]) -> Table:
    groups = _groups((_outlet(analysis), analysis) for analysis in listed)
    groups = dict(sorted(groups.items(), key=lambda pair: -len(pair[1])))
    shares = list(_shares(listed, groups))
    charted = list(groups)[:_CHARTED_OUTLETS]
    frames = _frames_of(listed)[:_CHARTED_FRAMES]
    drawn = [point for point, _, _ in shares if point.series in charted and point.label in frames]
    rows = tuple(
        (point.label, point.series, percent(point.value), interval(point.low, point.high), f"{count:,}", f"{n:,}")
        for point, count, n in shares
    )
    kept = f" The chart shows the {_CHARTED_OUTLETS} outlets and {_CHARTED_FRAMES} frames with most articles."
    return Table(
        "Frames by outlet",
        ("Frame", "Outlet", "Share of articles", "95 % interval", "Articles with it", "n"),
        rows,
        about="Intervals are Wilson’s, over articles. They hold the chance of which articles were read, "
        f"not the errors of whoever labelled them.{kept}",
        words=2,
        chart=interval_chart(drawn, name="outlets", title="Frames by outlet", unit="share of articles"),
    )


def _frames_over_time(listed: Sequence[Analysis]) -> Table:
    dated = [analysis for analysis in listed if analysis.document.published]
    groups = dict(sorted(_groups((_period(a, dated), a) for a in dated).items()))
    if len(groups) < 2:
        return Table("Frames over time", (), ())
    shares = list(_shares(dated, groups))
    lines: dict[str, list[Point]] = {}
    for point, _, _ in shares:
        turned = Point(point.series, point.value, point.low, point.high)
        lines.setdefault(point.label, []).append(turned)
    rows = tuple(
        (point.label, point.series, percent(point.value), interval(point.low, point.high), f"{count:,}", f"{n:,}")
        for point, count, n in shares
    )
    drawn = {frame: lines[frame] for frame in list(lines)[:4]}
    without = len(listed) - len(dated)
    undated = f" Articles without a date are left out here: {without:,}." if without else ""
    return Table(
        "Frames over time",
        ("Frame", "When", "Share of articles", "95 % interval", "Articles with it", "n"),
        rows,
        about=f"The chart shows the four most frequent frames, with their intervals as bands.{undated}",
        words=2,
        chart=time_chart(drawn, name="time", title="Frames over time", unit="share of articles"),
    )


def _period(analysis: Analysis, dated: Sequence[Analysis]) -> str:
    """The day, the month or the year, whichever gives no more than forty periods."""
    published = [a.document.published or "" for a in dated]
    for width in (10, 7):
        if len({date[:width] for date in published}) <= 40 // (1 if width == 7 else 3):
            return (analysis.document.published or "")[:width]
    return (analysis.document.published or "")[:4]


def _groups(pairs: Iterable[tuple[str, Analysis]]) -> dict[str, list[Analysis]]:
    groups: dict[str, list[Analysis]] = {}
    for name, analysis in pairs:
        groups.setdefault(name, []).append(analysis)
    return groups


# --- Voices -------------------------------------------------------------------------------------------


def _own_voice(listed: Sequence[Analysis]) -> Table:
    """The share of the text in the outlet's own voice, mean over articles."""
    points, rows = [], []
    answered = [analysis for analysis in listed if analysis.answered]
    for outlet, members in _groups((_outlet(analysis), analysis) for analysis in answered).items():
        shares = [1 - _quoted(analysis) for analysis in members]
        low, high = _mean_interval(shares)
        points.append(Point(outlet, mean(shares), low, high))
        rows.append((outlet, percent(mean(shares)), interval(low, high), f"{len(members):,}"))
    return Table(
        "How much the outlet says itself",
        ("Outlet", "Share of the text", "95 % interval", "n"),
        tuple(rows),
        about="Characters outside every statement, as a share of the article; the rest is in a source’s voice. "
        "The interval is of the mean over articles, by the normal approximation. Articles without an answer are "
        "left out here: nothing is known of their voices.",
        chart=interval_chart(points, name="own", title="The outlet’s own voice", unit="share of the text"),
    )


def _quoted(analysis: Analysis) -> float:
    said: list[Span] = [span for statement in analysis.statements for span in statement.spans]
    return sum(map(len, merge_spans(said))) / max(analysis.document.chars, 1)


def _mean_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    if len(values) < 2:
        return None, None
    reach = NormalDist().inv_cdf(0.975) * stdev(values) / len(values) ** 0.5
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


def _speakers(listed: Sequence[Analysis]) -> Iterator[Table]:
    """Named sources are taken together over articles by their name alone."""
    said: Counter[str] = Counter()
    articles: dict[str, set[str]] = {}
    outlets: dict[str, set[str]] = {}
    frames: dict[str, Counter[str]] = {}
    for analysis in listed:
        names = {speaker.id: speaker.name for speaker in analysis.speakers if speaker.name}
        for statement in analysis.statements:
            if name := names.get(statement.speaker or ""):
                said[name] += 1
                articles.setdefault(name, set()).add(analysis.document.id)
                outlets.setdefault(name, set()).add(_outlet(analysis))
        for label in analysis.frames:
            for evidence in label.evidence:
                if name := names.get(evidence.voice):
                    frames.setdefault(name, Counter())[label.frame.replace("_", " ")] += 1
    top = [name for name, _ in said.most_common(_TOP_SPEAKERS)]
    more = f" The first {_TOP_SPEAKERS} of {len(said):,}." if len(said) > _TOP_SPEAKERS else ""
    yield Table(
        "Most quoted",
        ("Source", "Outlets", "Statements", "Articles"),
        tuple((n, ", ".join(sorted(outlets[n])), f"{said[n]:,}", f"{len(articles[n]):,}") for n in top),
        about=f"Named sources, taken together over articles where their names are the same to the letter.{more}",
        words=2,
    )
    quoted = sorted(frames, key=lambda name: -frames[name].total())[:_TOP_SPEAKERS]
    yield Table(
        "Who is quoted with which frame",
        ("Source", "Frames", "Passages"),
        tuple(
            (n, ", ".join(f"{f} {count}" for f, count in frames[n].most_common()), f"{frames[n].total():,}")
            for n in quoted
        ),
        words=2,
    )


def _problems(listed: Sequence[Analysis]) -> Table:
    counts: Counter[tuple[str, bool]] = Counter()
    articles: dict[tuple[str, bool], set[str]] = {}
    for analysis in listed:
        for problem in analysis.problems:
            place = (problem.kind.replace("_", " "), problem.loses)
            counts[place] += 1
            articles.setdefault(place, set()).add(analysis.document.id)
    return Table(
        "Problems",
        ("Kind", "Anything lost", "Problems", "Articles"),
        tuple(
            (kind, "yes" if loses else "no", f"{count:,}", f"{len(articles[kind, loses]):,}")
            for (kind, loses), count in counts.most_common()
        ),
        about="What did not go into the results, or must be known to whoever reads them.",
        words=2,
    )
