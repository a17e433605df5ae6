"""A run of a suite on one page: scores with their intervals beside baselines and humans, and the mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from statistics import median, quantiles

from framing.errors import UsageError
from framing.evaluation.gold import GoldArticle
from framing.evaluation.outcomes import Condition, Outcome
from framing.evaluation.runner import SuiteRun, compare_outcomes
from framing.evaluation.scores import Score
from framing.evaluation.tables import what_can_be_seen
from framing.reports.charts import CEILING, Point, interval_chart
from framing.reports.mistakes import examples, frame_table, kind_table, primary_table
from framing.reports.pages import render_page
from framing.reports.tables import Table, interval, number, signed

__all__ = ["evaluation_page"]

_F1 = "frames/F1/"
_DETAILS = ("precision/", "recall/", "prevalence in gold/", "prevalence predicted/", "kappa/", "F1/")
_NEAR_DOUBLES = ("Jaccard", "weighted", "samples", "micro precision", "micro recall")
"""What says nearly the same as another score beside it; it stands under "Every score" and in the differences."""
_NO_SHARES = ("seconds", "cost", "ratio", "labels without", "replies/", "loss", "answered")


def evaluation_page(run: SuiteRun, articles: Sequence[GoldArticle], *, resamples: int = 2_000) -> str:
    """A self-contained HTML page of a scored run; `articles` are those that it scored, with their gold.

    Differences between conditions are drawn anew from `resamples` bootstrap samples. Raises UsageError where an
    article of the run is not among `articles`.
    """
    known = {article.id: article for article in articles}
    if lost := [name for name in run.articles if name not in known]:
        raise UsageError(f"article {lost[0]!r} of the run is not among the articles that were given")
    scored = [known[name] for name in run.articles]
    by_condition = {c: [o for o in run.outcomes if o.condition == c] for c in run.tables}
    return render_page(
        "evaluation.html",
        scripts=("theme.js",),
        context={
            "title": run.suite.title,
            "run": run,
            "gates": run.gates,
            "tables": [table for table in _tables(run, scored, by_condition, resamples) if table.rows],
            "examples": {
                str(condition): examples(scored, outcomes, scorers=run.suite.scorers, codebook=run.suite.codebook)
                for condition, outcomes in by_condition.items()
            },
            "sentences": _sentences(run),
        },
    )


Outcomes = Mapping[Condition, Sequence[Outcome]]


def _tables(run: SuiteRun, articles: Sequence[GoldArticle], outcomes: Outcomes, resamples: int) -> Iterator[Table]:
    yield _headline(run)
    yield _forest(run)
    yield from _paired(run, articles, outcomes, resamples)
    yield from _confusions(run, articles, outcomes)
    yield _problems(outcomes)
    yield _cost(outcomes)
    yield _details(run)


def _is_plain(name: str) -> bool:
    """Whether a score is a share that is no detail of a single label."""
    return not (name.partition("/")[2].startswith(_DETAILS) or any(part in name for part in _NO_SHARES))


def _sentences(run: SuiteRun) -> list[str]:
    """What these articles can show, for the first score of the family."""
    names = [name for name in run.suite.family[:1] if all(name in table for table in run.tables.values())]
    return [
        f"{condition}: {what_can_be_seen(table[name], len(run.articles))}"
        for condition, table in run.tables.items()
        for name in names
    ]


def _rows(run: SuiteRun, wanted: Sequence[str]) -> Iterator[tuple[str, Condition, Score]]:
    for name in wanted:
        for condition, table in run.tables.items():
            if name in table:
                yield name, condition, table[name]


def _cells(name: str, condition: Condition, score: Score) -> tuple[str, ...]:
    found = score.interval
    beside = ", ".join(f"{who} {value:.2f}" for who, value in score.baselines)
    return (
        name,
        str(condition),
        number(score.value),
        interval(found.low, found.high) if found else "none",
        f"{score.n:g}",
        beside or "–",
        number(score.ceiling) if score.ceiling is not None else "–",
    )


_COLUMNS = ("Score", "Condition", "Value", "95 % interval", "n", "Baselines", "Coders")


def _points(rows: Sequence[tuple[str, Condition, Score]], strip: str = "") -> list[Point]:
    points = []
    for name, condition, score in rows:
        if score.value is None:
            continue
        found = score.interval
        references = list(score.baselines)
        if score.ceiling is not None:
            references.append((CEILING, score.ceiling))
        points.append(
            Point(
                name.removeprefix(strip).replace("_", " "),
                score.value,
                found.low if found else None,
                found.high if found else None,
                series=str(condition),
                references=tuple(references),
            )
        )
    return points


def _names(run: SuiteRun) -> list[str]:
    return list(dict.fromkeys(name for table in run.tables.values() for name in table))


def _headline_names(run: SuiteRun) -> list[str]:
    """The scores that sum a suite up: its family first, no details, nothing that is not between 0 and 1."""
    plain = [name for name in _names(run) if _is_plain(name) and not any(part in name for part in _NEAR_DOUBLES)]
    wanted = [
        *(name for name in run.suite.family if name in _names(run)),
        *(n for n in plain if n.endswith("/all")),
    ]
    return list(dict.fromkeys([*wanted, *(name for name in plain if name.count("/") == 1)]))


def _headline(run: SuiteRun) -> Table:
    rows = list(_rows(run, _headline_names(run)))
    return Table(
        "Scores",
        _COLUMNS,
        tuple(_cells(*row) for row in rows),
        about="Dots with 95 % intervals over articles; small signs are baselines, bars what one coder of "
        "the gold reaches against another, on the same articles. Articles that failed count as wrong.",
        words=2,
        chart=interval_chart(_points(rows), name="scores", title="Scores with intervals", unit="score"),
    )


def _forest(run: SuiteRun) -> Table:
    """F1 of every label that occurs in the gold, the most frequent first."""
    names = [name for name in _names(run) if name.startswith(_F1)]
    support = {
        name: max((table[name].n for table in run.tables.values() if name in table), default=0) for name in names
    }
    wanted = sorted((name for name in names if support[name]), key=lambda name: -support[name])
    rows = list(_rows(run, wanted))
    left_out = len(names) - len(wanted)
    return Table(
        "F1 of each frame",
        _COLUMNS,
        tuple(_cells(name.removeprefix(_F1).replace("_", " "), c, score) for name, c, score in rows),
        about="n is the number of articles that have the frame in the gold."
        + (f" Frames that no article has in the gold are left out: {left_out}." if left_out else ""),
        words=2,
        chart=interval_chart(
            _points(rows, _F1), name="forest", title="F1 of each frame, with intervals", unit="F1"
        ),
    )


def _details(run: SuiteRun) -> Table:
    return Table("Every score", _COLUMNS, tuple(_cells(*row) for row in _rows(run, _names(run))), words=2)


def _paired(run: SuiteRun, articles: Sequence[GoldArticle], outcomes: Outcomes, resamples: int) -> Iterator[Table]:
    """The difference of every two conditions, for the scores of the family and other headlines."""
    for place, (a, b) in enumerate(combinations(outcomes, 2)):
        found = compare_outcomes(run.suite, articles, outcomes[a], outcomes[b], resamples=resamples)
        kept = [d for d in found if _is_plain(d.name)]
        drawn = {*_headline_names(run)}
        points = [
            Point(d.name, d.value, d.interval.low if d.interval else None, d.interval.high if d.interval else None)
            for d in kept
            if d.name in drawn
        ]
        rows = tuple(
            (
                d.name,
                number(d.a),
                number(d.b),
                signed(d.value),
                interval(d.interval.low, d.interval.high) if d.interval else "none",
                f"{d.p:.4f}",
                "–" if d.adjusted_p is None else f"{d.adjusted_p:.4f}",
                "–" if d.detectable is None else number(d.detectable),
                f"{d.n:,}",
            )
            for d in kept
        )
        yield Table(
            f"{b} against {a}",
            ("Score", str(a), str(b), "Difference", "95 % interval", "p", "Adjusted p", "Could show", "n"),
            rows,
            about="Paired by article. p is of a permutation test, adjusted for the tests beside it; “could show” "
            "is the true difference that these articles would find four times in five.",
            chart=interval_chart(
                points, name=f"pair{place}", title=f"{b} against {a}", unit="difference", zero=True
            ),
        )


def _confusions(run: SuiteRun, articles: Sequence[GoldArticle], outcomes: Outcomes) -> Iterator[Table]:
    scorers, codebook = run.suite.scorers, run.suite.codebook
    for condition, given in outcomes.items():
        if "frames" in scorers:
            yield frame_table(articles, given, codebook=codebook, name=str(condition))
        if "primary" in scorers:
            yield primary_table(articles, given, codebook=codebook, name=str(condition))
        if "statements" in scorers:
            yield kind_table(articles, given, name=str(condition))


def _problems(outcomes: Outcomes) -> Table:
    """What the answers held that could not go into an analysis, or had to be noted: counts by kind and condition."""
    counts: dict[tuple[str, bool], Counter[Condition]] = {}
    for condition, given in outcomes.items():
        for outcome in given:
            for problem in outcome.analysis.problems if outcome.analysis else ():
                place = problem.kind.replace("_", " "), problem.loses
                counts.setdefault(place, Counter())[condition] += 1
    ordered = sorted(counts.items(), key=lambda pair: (not pair[0][1], -pair[1].total()))
    return Table(
        "Problems of the answers",
        ("Kind", "Anything lost", *map(str, outcomes)),
        tuple(
            (kind, "yes" if loses else "no", *(f"{found[condition]:,}" for condition in outcomes))
            for (kind, loses), found in ordered
        ),
        about="A quotation that is not in the article, a speaker who is nowhere named, an answer that was cut off: "
        "whatever could not go into the result, or must be known to whoever reads it.",
        words=2,
    )


def _cost(outcomes: Outcomes) -> Table:
    rows = []
    for condition, given in outcomes.items():
        seconds = [outcome.seconds for outcome in given]
        usage = [outcome.analysis.provenance.usage for outcome in given if outcome.analysis]
        slow = quantiles(seconds, n=10)[-1] if len(seconds) > 1 else seconds[0]
        rows.append(
            (
                str(condition),
                f"{len(given):,}",
                f"{sum(outcome.error is not None for outcome in given):,}",
                f"{median(seconds):.2f}",
                f"{slow:.2f}",
                f"{sum(one.requests for one in usage):,}",
                f"{sum(one.input_tokens for one in usage):,}",
                f"{sum(one.output_tokens for one in usage):,}",
            )
        )
    return Table(
        "Cost and latency",
        ("Condition", "Asked", "Failed", "Seconds, median", "Slowest tenth from", "Requests", "Tokens in", "Out"),
        tuple(rows),
        about="Seconds of one article, as measured where the run was made; tokens as the server counted them.",
    )
