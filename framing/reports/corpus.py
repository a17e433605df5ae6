"""A whole corpus on one page: which frames, whose voices, how sure, with a way to every article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from framing.annotations import Analysis
from framing.quotes import Requote
from framing.reports.charts import Point, interval_chart, time_chart
from framing.reports.corpus_voices import voice_tables
from framing.reports.outlet_groups import OTHERS, by_outlet, grouped_by, outlet_of, wilson_interval
from framing.reports.pages import render_page
from framing.reports.periods import day_of, periods_of
from framing.reports.quotations import unlike_wordings
from framing.reports.tables import Table, interval, percent

__all__ = ["corpus_page"]

_CHARTED_OUTLETS = 5
_CHARTED_FRAMES = 10
_CHARTED_LINES = 4


def corpus_page(
    analyses: Iterable[Analysis],
    *,
    title: str = "Corpus",
    links: Mapping[str, str] | None = None,
    requotes: Sequence[Requote] = (),
    events: Mapping[str, str] | None = None,
) -> str:
    """A self-contained HTML page over many analyses. `links` are addresses of article pages, by document id; `events`
    those of pages that have the articles on one event side by side, by the event's name.

    `requotes` are what `framing.quotes.find_requotes` gives; the first 40 whose wordings differ are shown, those
    that change most first.

    The unit is the article. Articles that were not answered stay in every denominator, and are listed.
    """
    listed = tuple(analyses)
    return render_page(
        "corpus.html",
        scripts=("corpus.js", "theme.js"),
        context={
            "title": title,
            "analyses": listed,
            "answered": sum(analysis.answered for analysis in listed),
            "incomplete": sum(analysis.answered and not analysis.complete for analysis in listed),
            "outlets": len({analysis.document.outlet for analysis in listed if analysis.document.outlet}),
            "dates": _dates(listed),
            "tables": [table for table in _tables(listed) if table.rows],
            "links": links or {},
            "events": events or {},
            "requotes": unlike_wordings(requotes, {a.document.id: outlet_of(a) for a in listed}),
            "made": _made(listed),
        },
    )


def _tables(listed: Sequence[Analysis]) -> Iterator[Table]:
    yield _frames_by_outlet(listed)
    yield _frames_over_time(listed)
    yield from voice_tables(listed)
    yield _problems(listed)


def _dates(listed: Sequence[Analysis]) -> str:
    days = sorted(day for analysis in listed if (day := day_of(analysis.document.published)))
    return f"{days[0]} to {days[-1]}" if len({*days}) > 1 else str(days[0]) if days else ""


def _made(listed: Sequence[Analysis]) -> list[tuple[str, str]]:
    """Everything that made these analyses; several values of one thing stand beside each other."""
    made = [analysis.provenance for analysis in listed]
    parts: dict[str, list[str | None]] = {
        "framing": [one.framing_version for one in made],
        "Backend": [one.backend for one in made],
        "Answered by": [one.model for one in made],
        "Prompt": [_with_fingerprint(one.prompt, one.prompt_fingerprint) for one in made],
        "Codebook": [_with_fingerprint(one.codebook, one.codebook_fingerprint) for one in made],
    }
    told = [(name, ", ".join(dict.fromkeys(v for v in values if v))) for name, values in parts.items()]
    usage = [one.usage for one in made]
    if requests := sum(one.requests for one in usage):
        tokens = f"{sum(u.input_tokens for u in usage):,} tokens in, {sum(u.output_tokens for u in usage):,} out"
        told.append(("Usage", f"{requests:,} requests, {tokens}"))
    return [(name, value) for name, value in told if value]


def _with_fingerprint(name: str | None, fingerprint: str | None) -> str | None:
    return f"{name} ({fingerprint})" if name and fingerprint else name


# --- Frames -------------------------------------------------------------------------------------------


def _given(analysis: Analysis) -> set[str]:
    return {label.frame.replace("_", " ") for label in analysis.frames}


def _frames_of(listed: Sequence[Analysis]) -> list[str]:
    counts = Counter(frame for analysis in listed for frame in _given(analysis))
    return [frame for frame, _ in counts.most_common()]


def _shares(
    listed: Sequence[Analysis], groups: Mapping[str, Sequence[Analysis]]
) -> Iterator[tuple[Point, int, int]]:
    """For every frame and group: the share of its articles that have the frame, with interval, count and n."""
    counts = {name: Counter(frame for a in members for frame in _given(a)) for name, members in groups.items()}
    for frame in _frames_of(listed):
        for name, members in groups.items():
            count, n = counts[name][frame], len(members)
            low, high = wilson_interval(count, n)
            yield Point(frame, count / n, low, high, series=name), count, n


def _frames_by_outlet(listed: Sequence[Analysis]) -> Table:
    groups = by_outlet(listed)
    shares = list(_shares(listed, groups))
    charted = [name for name in groups if name != OTHERS][:_CHARTED_OUTLETS]
    frames = _frames_of(listed)[:_CHARTED_FRAMES]
    drawn = [point for point, _, _ in shares if point.series in charted and point.label in frames]
    rows = tuple(
        (point.label, point.series, percent(point.value), interval(point.low, point.high), f"{count:,}", f"{n:,}")
        for point, count, n in shares
    )
    fewer = len(groups) > len(charted) or len(_frames_of(listed)) > len(frames)
    kept = (
        f" The chart shows the {len(charted)} outlets and {len(frames)} frames with most articles."
        if fewer
        else ""
    )
    title = "Frames by outlet" if len(groups) > 1 else "Frames"
    return Table(
        title,
        ("Frame", "Outlet", "Share of articles", "95 % interval", "Articles with it", "n"),
        rows,
        about="Intervals are Wilson’s, over articles. They hold the chance of which articles were read, "
        f"not the errors of whoever labelled them.{kept}",
        words=2,
        chart=interval_chart(drawn, name="outlets", title=title, unit="share of articles"),
    )


def _frames_over_time(listed: Sequence[Analysis]) -> Table:
    days = [(day, analysis) for analysis in listed if (day := day_of(analysis.document.published))]
    periods = periods_of([day for day, _ in days])
    places = {period.name: period.place for period in sorted(periods)}
    if len(places) < 2:
        return Table("Frames over time", (), ())
    grouped = grouped_by((period.name, analysis) for period, (_, analysis) in zip(periods, days, strict=True))
    groups = {name: grouped[name] for name in places}
    shares = list(_shares([analysis for _, analysis in days], groups))
    lines: dict[str, list[Point]] = {}
    for point, _, _ in shares:
        turned = Point(point.series, point.value, point.low, point.high)
        lines.setdefault(point.label, []).append(turned)
    rows = tuple(
        (point.label, point.series, percent(point.value), interval(point.low, point.high), f"{count:,}", f"{n:,}")
        for point, count, n in shares
    )
    drawn = {frame: lines[frame] for frame in list(lines)[:_CHARTED_LINES]}
    kept = f"The chart shows the {_CHARTED_LINES} most frequent frames. " if len(lines) > len(drawn) else ""
    without = len(listed) - len(days)
    undated = f" Articles without a date (YYYY-MM-DD) are left out here: {without:,}." if without else ""
    return Table(
        "Frames over time",
        ("Frame", "When", "Share of articles", "95 % interval", "Articles with it", "n"),
        rows,
        about=f"{kept}Bands are the intervals; from {min(map(len, groups.values())):,} to "
        f"{max(map(len, groups.values())):,} articles a period.{undated}",
        words=2,
        chart=time_chart(drawn, places, name="time", title="Frames over time", unit="share of articles"),
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
