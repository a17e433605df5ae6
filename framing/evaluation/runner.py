"""Run a suite: ask about every article under every condition, score, and hold the gates against the scores.

The caller brings the tasks (`make_task`), so that nothing here knows any backend. What was answered stays with the
run: it can be scored again without a model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from framing.annotations import Provenance
from framing.codebooks import Codebook, load_codebook
from framing.errors import Fault, SuiteError, UnknownNameError, UsageError
from framing.evaluation.comparison import Difference, adjusted, averaged, differences
from framing.evaluation.gates import GateResult, check_gates
from framing.evaluation.gold import GoldArticle
from framing.evaluation.outcomes import Condition, Outcome, Task, ask_all, read_outcomes, write_outcomes
from framing.evaluation.scorers import Found, Scorer, by_event, make_scorer, score_table
from framing.evaluation.scores import Score, scores
from framing.evaluation.suite import Suite
from framing.evaluation.tally import Tally, ratio

__all__ = [
    "COST",
    "SECONDS",
    "Cost",
    "MakeTask",
    "StoredRun",
    "SuiteRun",
    "compare_outcomes",
    "load_run",
    "read_baseline",
    "run_suite",
    "save_run",
    "score_suite",
    "scores_json",
    "suite_scorers",
]

MakeTask = Callable[[str | None, str, int], Task]
"""From a prompt's name (or None), a backend's address and the number of the repeat to the function that asks."""
Cost = Callable[[Provenance], float | None]
"""What an analysis cost, from what it says of its model and tokens; None where nobody knows."""
Table = Mapping[str, Score]
SECONDS = "seconds per article"
COST = "cost per article"


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """What a suite gave. `tables` has the scores of each condition by "scorer/score"; `final`: test was opened."""

    suite: Suite
    articles: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    tables: Mapping[Condition, Table]
    gates: tuple[GateResult, ...]
    final: bool = False

    @property
    def exit_code(self) -> int:
        """0 when all gates hold, 1 when one fails."""
        return 0 if all(gate.passed for gate in self.gates) else 1

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The articles that failed; they count as wrong in every score."""
        return tuple(outcome for outcome in self.outcomes if outcome.error is not None)


def run_suite(
    suite: Suite,
    make_task: MakeTask,
    *,
    articles: Sequence[GoldArticle],
    baseline: Mapping[str, Mapping[str, float | None]] | None = None,
    final: bool = False,
    concurrency: int = 1,
    resamples: int = 10_000,
    cost: Cost | None = None,
    references: Mapping[str, Task] | None = None,
) -> SuiteRun:
    """Ask about every article under every prompt × backend, `suite.repeats` times, and score (see `score_suite`).

    A backend whose analyses name no prompt takes none, and is asked but once. To run other prompts or backends than
    the suite names, give `suite.model_copy(update=…)`.
    """
    suite_scorers(suite, articles)  # a suite that cannot be scored is refused before anything is asked
    outcomes: list[Outcome] = []
    documents = [article.document for article in articles]
    for backend in suite.backends:
        for prompt in suite.prompts:
            asked: list[Outcome] = []
            condition = Condition(prompt=prompt, backend=backend)
            for repeat in range(suite.repeats):
                task = make_task(prompt, backend, repeat)
                asked += ask_all(task, documents, condition=condition, repeat=repeat, concurrency=concurrency)
            if takes_none := _names_no_prompt(asked):
                asked = [o.model_copy(update={"condition": Condition(backend=backend)}) for o in asked]
            outcomes += asked
            if takes_none:
                break
    return score_suite(
        suite,
        articles,
        outcomes,
        baseline=baseline,
        final=final,
        resamples=resamples,
        cost=cost,
        references=references,
    )


def score_suite(
    suite: Suite,
    articles: Sequence[GoldArticle],
    outcomes: Sequence[Outcome],
    *,
    baseline: Mapping[str, Mapping[str, float | None]] | None = None,
    final: bool = False,
    resamples: int = 10_000,
    cost: Cost | None = None,
    references: Mapping[str, Task] | None = None,
) -> SuiteRun:
    """Score what was asked, now or earlier. An article without an outcome counts as failed.

    `cost` prices an analysis; the table has its mean where all analyses of a condition have a price. `references` are
    asked about every article for what stands beside each score, such as the offline rules, under the address of their
    backend; one that is a condition of the run is there already.
    """
    own = {outcome.condition.backend for outcome in outcomes}
    beside = {
        name: {article.id: task(article.document) for article in articles}
        for name, task in (references or {}).items()
        if name not in own
    }
    tables: dict[Condition, Table] = {}
    for condition in dict.fromkeys(outcome.condition for outcome in outcomes):
        table: dict[str, Score] = {}
        for scorer in suite_scorers(suite, articles, outcomes):
            tally = _tally(suite, scorer, articles, [o for o in outcomes if o.condition == condition])
            for score in score_table(scorer, articles, tally, references=beside, resamples=resamples):
                table[f"{scorer.name}/{score.name}"] = score
        asked = [outcome for outcome in outcomes if outcome.condition == condition]
        table |= {score.name: score for score in _spent(asked, cost, resamples)}
        tables[condition] = table
    return SuiteRun(
        suite=suite,
        articles=tuple(article.id for article in articles),
        outcomes=tuple(outcomes),
        tables=tables,
        gates=check_gates(suite.gates, tables, baseline=baseline),
        final=final,
    )


def suite_scorers(
    suite: Suite, articles: Sequence[GoldArticle], outcomes: Sequence[Outcome] = ()
) -> tuple[Scorer, ...]:
    """The scorers of a suite. Labels that it does not list are the codebook's; of a codebook that this library
    does not have, they are those in the gold and in what was answered.

    Raises UsageError where the gold has frames, and none of a codebook that this library knows.
    """
    book = _known(suite.codebook)
    ref = book.ref if book else suite.codebook
    given = [label for article in articles for label in article.gold.frames]
    if book and given and ref not in (refs := {label.codebook for label in given}):
        raise UsageError(
            f"the suite {suite.name!r} is about {ref!r}; its gold has frames of {', '.join(sorted(refs))}"
        )
    labels = list(suite.labels or (book.codes if book else ()))
    if not labels:
        given += [label for outcome in outcomes if outcome.analysis for label in outcome.analysis.frames]
        labels = sorted({label.frame for label in given if label.codebook == ref})
    return tuple(make_scorer(name, codebook=ref, labels=labels) for name in suite.scorers)


def compare_outcomes(
    suite: Suite,
    articles: Sequence[GoldArticle],
    a: Sequence[Outcome],
    b: Sequence[Outcome],
    *,
    resamples: int = 10_000,
) -> tuple[Difference, ...]:
    """b − a for every score, each over one condition: paired by article, repeats averaged within the article.

    p-values are Holm-adjusted within the suite's `family`, and Benjamini–Hochberg-adjusted among all others.
    """
    found: list[Difference] = []
    for scorer in suite_scorers(suite, articles, [*a, *b]):
        one, other = _tally(suite, scorer, articles, a), _tally(suite, scorer, articles, b)
        for difference in differences(one, other, scorer.measures(), resamples=resamples):
            found.append(replace(difference, name=f"{scorer.name}/{difference.name}"))
    family = adjusted([d for d in found if d.name in suite.family])
    others = adjusted([d for d in found if d.name not in suite.family], correction="benjamini-hochberg")
    return (*family, *others)


def save_run(run: SuiteRun, folder: Path) -> None:
    """Write the suite, every outcome and every score into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    write_outcomes(folder / "outcomes.jsonl", run.outcomes)
    about = {"suite": run.suite.model_dump(mode="json"), "final": run.final, "articles": run.articles}
    _write_json(folder / "run.json", about)
    _write_json(folder / "scores.json", scores_json(run))


@dataclass(frozen=True, slots=True)
class StoredRun:
    """With the gold of its articles, all that is needed to score a run again."""

    suite: Suite
    articles: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    final: bool


def load_run(folder: Path) -> StoredRun:
    """What `save_run` wrote; raises SuiteError where the folder holds no stored run."""
    path = folder / "run.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        suite = Suite.model_validate(about["suite"])
        articles, final = tuple(about["articles"]), bool(about["final"])
    except (OSError, ValueError, KeyError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SuiteError((Fault(path, None, f"not a stored run: {reason}"),)) from error
    return StoredRun(suite, articles, tuple(read_outcomes(folder / "outcomes.jsonl")), final)


def scores_json(run: SuiteRun) -> dict[str, Any]:
    """Scores of a run as JSON; what is committed as a suite's baseline.json."""
    # Seconds differ from machine to machine: they stay out of what is committed and compared.
    return {
        "suite": run.suite.name,
        "split": run.suite.dataset.split,
        "final": run.final,
        "articles": len(run.articles),
        "conditions": {str(c): _table_json(t) for c, t in run.tables.items()},
    }


def read_baseline(path: Path) -> dict[str, dict[str, float | None]]:
    """The values of a baseline.json by condition and score, for the gates on regression."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {
            condition: {name: score["value"] for name, score in table.items()}
            for condition, table in content["conditions"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuiteError((Fault(path, None, f"not a baseline of scores: {error!r}"),)) from error


def _names_no_prompt(asked: Sequence[Outcome]) -> bool:
    answered = [outcome.analysis for outcome in asked if outcome.analysis]
    return bool(answered) and not any(analysis.provenance.prompt for analysis in answered)


def _known(codebook: str | None) -> Codebook | None:
    try:
        return load_codebook(codebook) if codebook else None
    except UnknownNameError:
        return None


def _tally(suite: Suite, scorer: Scorer, articles: Sequence[GoldArticle], outcomes: Sequence[Outcome]) -> Tally:
    repeats: dict[int, dict[str, Found]] = {}
    for outcome in outcomes:
        repeats.setdefault(outcome.repeat, {})[outcome.document] = outcome.analysis
    tally = averaged([scorer.tally(articles, answers) for answers in repeats.values() or [{}]])
    return by_event(tally, articles) if suite.cluster == "event" else tally


def _spent(outcomes: Sequence[Outcome], cost: Cost | None, resamples: int) -> tuple[Score, ...]:
    """Time an article took and money an answered one cost. What a failed request cost, its outcome does not say."""
    rows: dict[str, dict[str, float]] = {}
    priced = cost is not None
    for outcome in outcomes:
        row = rows.setdefault(outcome.document, dict.fromkeys(("seconds", "asked", "money", "answered"), 0.0))
        row["seconds"] += outcome.seconds
        row["asked"] += 1
        if cost and outcome.analysis:
            money = cost(outcome.analysis.provenance)
            priced = priced and money is not None
            row["money"] += money or 0.0
            row["answered"] += 1
    measures = [ratio(SECONDS, "seconds", "asked", scale="open")]
    if priced:
        measures.append(ratio(COST, "money", "answered", scale="open"))
    return scores(Tally.of(rows), measures, resamples=resamples)


def _table_json(table: Table) -> dict[str, Any]:
    return {name: _score_json(score) for name, score in table.items() if name != SECONDS}


def _score_json(score: Score) -> dict[str, Any]:
    found: dict[str, Any] = {"value": score.value, "n": score.n}
    if score.interval:
        found |= {"low": score.interval.low, "high": score.interval.high}
    if score.baselines:
        found["baselines"] = dict(score.baselines)
    if score.ceiling is not None:
        found["ceiling"] = score.ceiling
    return {name: round(v, 6) if isinstance(v, float) else v for name, v in found.items()}


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
