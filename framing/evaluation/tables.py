"""Tables of scores as text: each with n, interval, baselines and ceiling, and what these articles can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from framing.evaluation.comparison import Difference, detectable_difference
from framing.evaluation.scores import Interval, Score

__all__ = ["difference_rows", "markdown", "score_rows", "what_can_be_seen"]

SCORE_COLUMNS = ("score", "value", "95 % interval", "n", "baselines", "humans")
DIFFERENCE_COLUMNS = ("score", "a", "b", "b − a", "95 % interval", "p", "test", "adjusted p", "could show")


def score_rows(table: Mapping[str, Score]) -> list[tuple[str, ...]]:
    """One row a score, in the order of SCORE_COLUMNS."""
    return [
        (
            name,
            _number(score.value),
            _interval(score.interval),
            f"{score.n:g}",
            ", ".join(f"{baseline} {value:.3f}" for baseline, value in score.baselines),
            _number(score.ceiling) if score.ceiling is not None else "",
        )
        for name, score in table.items()
    ]


def difference_rows(found: Iterable[Difference]) -> list[tuple[str, ...]]:
    """One row a difference, in the order of DIFFERENCE_COLUMNS."""
    return [
        (
            d.name,
            _number(d.a),
            _number(d.b),
            f"{d.value:+.3f}",
            _interval(d.interval),
            f"{d.p:.4f}",
            d.test,
            "" if d.adjusted_p is None else f"{d.adjusted_p:.4f}",
            _number(d.detectable) if d.detectable is not None else "",
        )
        for d in found
    ]


def what_can_be_seen(score: Score, articles: int) -> str:
    """The sentence that says which difference to another prompt these articles would show.

    It takes the two prompts for independent of each other, which is the worst case of a paired comparison.
    """
    if not score.error:
        return f"These {articles} articles do not tell which difference in {score.name} they could show."
    smallest = detectable_difference(score.error * 2**0.5)
    return (
        f"With these {articles} articles, another prompt's {score.name} must differ by about {smallest:.3f} "
        f"or more to be told apart four times in five (less where the two prompts err on the same articles)."
    )


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def _interval(interval: Interval | None) -> str:
    return f"{interval.low:.3f}–{interval.high:.3f}" if interval else ""
