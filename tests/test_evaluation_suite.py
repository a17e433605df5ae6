"""Suites: what they may say, how they run, what their gates hold, and how two runs compare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from framing._resources import resource_dir
from framing.annotations import (
    NARRATOR,
    Analysis,
    Claim,
    DocumentInfo,
    Evidence,
    Findings,
    FrameLabel,
    Problem,
    Provenance,
    Speaker,
    Statement,
    TokenUsage,
)
from framing.errors import InputError, SuiteError, UnknownNameError, UsageError
from framing.evaluation import baselines
from framing.evaluation.attribution import Attribution, attribution_counts, attribution_measures
from framing.evaluation.gates import check_gates
from framing.evaluation.gold import GoldArticle, write_gold
from framing.evaluation.outcomes import Condition, Outcome, Task, ask_all
from framing.evaluation.runner import (
    COST,
    SECONDS,
    MakeTask,
    compare_outcomes,
    load_run,
    read_baseline,
    run_suite,
    save_run,
    score_suite,
    scores_json,
)
from framing.evaluation.scorers import SCORERS, ceiling, make_scorer
from framing.evaluation.scores import point_scores
from framing.evaluation.suite import Gate, Suite, find_suite, list_suites, load_suite, suite_articles
from framing.evaluation.tables import difference_rows, markdown, score_rows, what_can_be_seen
from framing.evaluation.tally import Tally
from framing.text import Document, Span
from tests.shared import ROOT, shared

BOOK = "policy-frames.v1"
SUITE = Suite.model_validate(
    {
        "name": "invented",
        "title": "Invented articles",
        "dataset": {"path": "file:gold.jsonl"},
        "codebook": BOOK,
        "scorers": SCORERS,
        "family": ["frames/micro F1"],
    }
)


def gold_article(number: int) -> GoldArticle:
    """A made-up article: one direct statement, one claim of the outlet, one or two frames, two coders."""
    text = f"“Number {number} stays open,” Lia Brandt said. Fares rose by {number} crowns."
    quote, fares = Span(0, text.index("” ") - 0 + 1), Span(text.index("Fares"), len(text))
    frames = ("economic", "political") if number % 3 == 0 else ("economic",) if number % 2 else ("political",)
    found = Findings(
        speakers=(Speaker(id="b", name="Lia Brandt", mentions=(_span(text, "Lia Brandt"),)),),
        statements=(
            Statement(id="s", speaker="b", kind="direct", spans=(quote,), text=quote.of(text), cue="said"),
        ),
        claims=(Claim(id="c", voice=NARRATOR, kind="factual", spans=(fares,), text=fares.of(text)),),
        frames=tuple(
            FrameLabel(
                codebook=BOOK,
                frame=frame,
                primary=n == 0,
                evidence=(Evidence(spans=(fares,), text=fares.of(text), voice=NARRATOR),),
            )
            for n, frame in enumerate(frames)
        ),
    )
    other = found.model_copy(update={"frames": found.frames[:1]})
    document = Document(id=f"a{number}", text=text)
    return GoldArticle(
        id=document.id, document=document, event=f"e{number // 2}", gold=found, coders={"A": found, "B": other}
    )


def _span(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


ARTICLES = tuple(gold_article(number) for number in range(12))


def answer(document: Document, **changes: Any) -> Analysis:
    """The gold of an article, changed."""
    gold = next(a.gold for a in ARTICLES if a.id == document.id)
    found: dict[str, Any] = {
        "speakers": gold.speakers,
        "statements": gold.statements,
        "claims": gold.claims,
        "frames": gold.frames,
    }
    found["provenance"] = Provenance(framing_version="0", backend="oracle")
    return Analysis(document=DocumentInfo.of(document), **{**found, **changes})


def oracle(prompt: str | None, backend: str, repeat: int) -> Task:
    return answer


def run(make: MakeTask = oracle, suite: Suite = SUITE, **more: Any) -> Any:
    return run_suite(suite, make, articles=ARTICLES, resamples=200, **more)


def table(make: MakeTask = oracle, suite: Suite = SUITE) -> dict[str, float | None]:
    (scored,) = run(make, suite).tables.values()
    return {name: score.value for name, score in scored.items()}


# --- What is measured ------------------------------------------------------------------------------------


def test_the_oracle_scores_1_everywhere() -> None:
    lower_is_better = ("Hamming loss", "tokens", "requests", "problems", "labels without", "seconds", "prevalence")
    found = {name: value for name, value in table().items() if not any(word in name for word in lower_is_better)}
    assert {value for value in found.values() if value is not None} == {1.0}
    assert {name for name, value in found.items() if value is None} < {
        f"{prefix}/{label}"
        for prefix in ("frames/precision", "frames/recall", "frames/F1", "frames/kappa")
        for label in _labels()
    } | {f"statements/{name}" for name in _undefined_statements()} | {
        "claims/check-worthiness",
        "claims/voice by rules",
        "claims/stated voice",
    }


def _labels() -> Sequence[str]:
    from framing.codebooks import load_codebook

    return load_codebook(BOOK).codes


def _undefined_statements() -> list[str]:
    contents = [f"content/{criterion}/indirect" for criterion in ("exact", "iou", "overlap", "characters")]
    return [*contents, "speaker/unnamed", "joint recall/indirect", "attribution F1/indirect"]


def test_planted_errors_cost_exactly_what_they_should() -> None:
    """Of 12 articles three lose their statement, two swap their frame, one fails."""

    def broken(prompt: str | None, backend: str, repeat: int) -> Task:
        def task(document: Document) -> Analysis:
            number = int(document.id[1:])
            if number == 11:
                raise InputError(document.id, "cannot be read")
            if number in (1, 2, 4):
                return answer(document, statements=())
            if number in (5, 7):
                return answer(document, frames=(FrameLabel(codebook=BOOK, frame="morality"),))
            return answer(document)

        return task

    found = table(broken)
    assert found["statements/content/iou/all"] == pytest.approx(2 * 8 / (8 + 12))
    assert found["statements/joint recall/all"] == pytest.approx(8 / 12)
    labels = sum(len(article.frames()) for article in ARTICLES)
    assert labels == 16
    right = labels - 3
    assert found["frames/micro F1"] == pytest.approx(2 * right / (labels + right + 2))
    assert found["frames/subset accuracy"] == pytest.approx(9 / 12)
    assert found["primary/primary frame accuracy"] == pytest.approx(9 / 12)
    assert found["claims/content/iou"] == pytest.approx(2 * 11 / (11 + 12))
    assert found["replies/answered"] == pytest.approx(11 / 12)


def planted(errors: Mapping[int, Mapping[str, Any]]) -> dict[str, float | None]:
    """The scores of answers that are the gold but for `errors`: by article, what differs in it."""
    return table(lambda prompt, backend, repeat: lambda d: answer(d, **errors.get(int(d.id[1:]), {})))


def test_a_wrong_speaker_costs_the_attribution_and_not_the_content() -> None:
    other = (Speaker(id="b", name="Jo Adler", mentions=(Span(1, 7),)),)
    nobody = {n: (ARTICLES[n].gold.statements[0].model_copy(update={"speaker": None}),) for n in (8, 9)}
    found = planted(
        {0: {"speakers": other}, 1: {"speakers": other}} | {n: {"statements": s} for n, s in nobody.items()}
    )
    assert found["statements/content/exact/all"] == 1.0
    assert found["statements/speaker/all"] == found["statements/speaker/named"] == pytest.approx(8 / 12)
    assert found["statements/joint recall/direct+mixed"] == pytest.approx(8 / 12)
    precision, recall = 8 / 10, 8 / 12
    assert found["statements/attribution F1/all"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_statement_cut_short_is_found_by_overlap_and_not_exactly() -> None:
    def cut(number: int, chars: int) -> dict[str, Any]:
        (whole,) = ARTICLES[number].gold.statements
        span = Span(whole.spans[0].start, whole.spans[0].end - chars)
        text = span.of(ARTICLES[number].document.text)
        return {"statements": (whole.model_copy(update={"spans": (span,), "text": text}),)}

    found = planted({0: cut(0, 3), 1: cut(1, 18), 2: cut(2, 18)})
    assert found["statements/content/exact/all"] == pytest.approx(9 / 12)
    assert found["statements/content/iou/all"] == found["statements/joint recall/all"] == pytest.approx(10 / 12)
    assert found["statements/content/overlap/all"] == 1.0
    chars = sum(article.gold.statements[0].spans[0].end for article in ARTICLES)
    assert found["statements/content/characters/all"] == pytest.approx(2 * (chars - 39) / (2 * chars - 39))


def test_wrong_voices_and_kinds_of_claims_cost_their_share() -> None:
    def claimed(number: int, **changes: Any) -> dict[str, Any]:
        return {"claims": (ARTICLES[number].gold.claims[0].model_copy(update=changes),)}

    found = planted(
        {
            0: claimed(0, voice="b"),
            1: claimed(1, voice="unattributed", stated_voice=NARRATOR),
            2: claimed(2, stated_voice="b"),
            3: claimed(3, kind="causal"),
            4: {"claims": ()},
        }
    )
    assert found["claims/content/exact"] == pytest.approx(2 * 11 / (11 + 12))
    assert found["claims/voice"] == pytest.approx(9 / 11)
    assert found["claims/stated voice"] is None
    assert found["claims/kind"] == pytest.approx(10 / 11)


@pytest.mark.parametrize("prompt", ["joint/rows.v1", "claims/rows.v1 + frames/rows.v1"])
def test_what_a_model_says_of_a_voice_is_scored_beside_where_the_claim_stands(prompt: str) -> None:
    def told(_: str | None, backend: str, repeat: int) -> Task:
        def task(document: Document) -> Analysis:
            found = prompted(prompt, backend, repeat)(document)
            (claim,) = found.claims
            changes = {
                "a0": {"stated_voice": "b"},
                "a1": {"voice": "b", "stated_voice": NARRATOR},
                "a2": {"voice": "b"},
            }
            return found.model_copy(update={"claims": (claim.model_copy(update=changes.get(document.id, {})),)})

        return task

    found = table(told)
    by_statements, by_rules = ("claims/voice", "claims/voice by rules")[:: 1 if prompt.startswith("joint") else -1]
    assert found[by_statements] == pytest.approx(10 / 12)
    assert found[by_rules] is None
    assert found["claims/stated voice"] == pytest.approx(10 / 12)


def test_a_wrong_primary_frame_and_wrong_evidence_cost_nothing_but_their_own_score() -> None:
    def without_primary(number: int) -> dict[str, Any]:
        return {"frames": tuple(f.model_copy(update={"primary": False}) for f in ARTICLES[number].gold.frames)}

    def elsewhere(number: int) -> dict[str, Any]:
        span = Span(1, 7)
        passage = Evidence(spans=(span,), text=span.of(ARTICLES[number].document.text), voice=NARRATOR)
        return {
            "frames": tuple(f.model_copy(update={"evidence": (passage,)}) for f in ARTICLES[number].gold.frames)
        }

    assert [len(ARTICLES[n].frames()) for n in (1, 2, 4, 5)] == [1, 1, 1, 1]
    found = planted({1: without_primary(1), 2: without_primary(2), 4: elsewhere(4), 5: elsewhere(5)})
    assert found["frames/micro F1"] == found["frames/subset accuracy"] == 1.0
    assert found["primary/primary frame accuracy"] == pytest.approx(10 / 12)
    assert found["evidence/content/iou"] == found["evidence/content/overlap"] == pytest.approx(14 / 16)
    assert found["frames/kappa/economic"] == 1.0


def test_an_answer_in_a_format_without_cues_counts_as_speech_where_its_gold_does() -> None:
    text = "Berg fears a strike. Lind said the mill is safe. Roe said no."
    contents = [
        Span(text.index(words), text.index(words) + len(words)) for words in ("a strike", "the mill is safe", "no")
    ]
    cues = ["fears", "said", "said"]
    gold = [Attribution((span,), "indirect", cue=cue) for span, cue in zip(contents, cues, strict=True)]
    without = [Attribution((span,), "indirect") for span in contents]
    counts = attribution_counts(gold, without, text=text)
    scored = {s.name: s.value for s in point_scores(Tally.of({"a": counts}), attribution_measures())}
    assert scored["content/iou/speech"] == scored["content/characters/speech"] == 1.0
    unmatched = Attribution((Span(0, 4),), "indirect")
    assert attribution_counts(gold, [*without, unmatched], text=text)["iou/speech/predicted"] == 3


def test_a_failed_article_is_a_row_with_its_reason_and_the_run_goes_on() -> None:
    def failing(prompt: str | None, backend: str, repeat: int) -> Task:
        def task(document: Document) -> Analysis:
            raise KeyError("no such thing") if document.id == "a0" else InputError(document.id, "too long")

        return task

    failures = run(failing).failures
    assert len(failures) == len(ARTICLES)
    assert (failures[0].error, failures[1].error) == ("KeyError('no such thing')", "a1: too long")


def test_an_analysis_of_another_text_is_a_failure() -> None:
    (outcome,) = ask_all(
        lambda document: answer(ARTICLES[0].document), [ARTICLES[1].document], condition=Condition(backend="x")
    )
    assert outcome.analysis is None
    assert "belongs to the text" in (outcome.error or "")


def test_asking_in_threads_keeps_the_order() -> None:
    documents = [article.document for article in ARTICLES]
    outcomes = ask_all(answer, documents, condition=Condition(backend="x"), concurrency=4)
    assert [outcome.document for outcome in outcomes] == [document.id for document in documents]


def test_what_a_reply_lost_is_counted() -> None:
    lost = Problem(kind="not_found", reason="not in the article", raw="x")
    found = table(lambda prompt, backend, repeat: lambda document: answer(document, problems=(lost,)))
    assert found["replies/complete"] == 0.0
    assert found["replies/valid replies"] == 1.0
    assert found["replies/problems per article/not_found"] == 1.0
    items = sum(2 + len(article.gold.frames) for article in ARTICLES)
    assert found["replies/coverage"] == pytest.approx(items / (items + 12))
    assert found["replies/verbatim fidelity"] == pytest.approx(items / (items + 12))


def test_repeats_are_averaged() -> None:
    calls: list[str] = []

    def unsteady(prompt: str | None, backend: str, repeat: int) -> Task:
        def task(document: Document) -> Analysis:
            calls.append(document.id)
            return answer(document) if calls.count(document.id) == 1 else answer(document, statements=())

        return task

    found = table(unsteady, SUITE.model_copy(update={"repeats": 2}))
    assert found["statements/joint recall/all"] == 0.5


def test_each_repeat_has_a_task_of_its_own() -> None:
    asked: list[int] = []

    def numbered(prompt: str | None, backend: str, repeat: int) -> Task:
        asked.append(repeat)
        return answer

    run(numbered, SUITE.model_copy(update={"repeats": 3}))
    assert asked == [0, 1, 2]


def test_what_an_article_cost_is_told_where_every_answer_has_a_price() -> None:
    def priced(prompt: str | None, backend: str, repeat: int) -> Task:
        usage = TokenUsage(requests=1, input_tokens=100, output_tokens=20)
        about = Provenance(framing_version="0", backend="x", model=backend, usage=usage)
        return lambda document: answer(document, provenance=about)

    suite = SUITE.model_copy(update={"scorers": ("replies",), "backends": ("known", "other")})
    price = {"known": 0.01, "other": None}
    known, other = run(priced, suite, cost=lambda provenance: price[provenance.model or ""]).tables.values()
    assert known[COST].value == pytest.approx(0.01)
    assert known[COST].n == len(ARTICLES)
    assert COST not in other
    assert known["replies/input tokens per article"].value == 100


def test_failed_articles_have_no_price_and_every_article_a_time() -> None:
    (scored,) = run(lambda prompt, backend, repeat: _refuse, cost=lambda _: 1.0).tables.values()
    assert scored[COST].value is None
    assert (scored[SECONDS].value or 0) > 0


def _refuse(document: Document) -> Analysis:
    raise InputError(document.id, "too long")


def prompted(prompt: str | None, backend: str, repeat: int) -> Task:
    about = Provenance(framing_version="0", backend=backend, prompt=prompt)
    return lambda document: answer(document, provenance=about)


def test_a_backend_that_takes_no_prompt_is_asked_once() -> None:
    calls: list[str | None] = []

    def both(prompt: str | None, backend: str, repeat: int) -> Task:
        calls.append(f"{prompt} {backend}")
        return prompted(None if backend == "rules" else prompt, backend, repeat)

    suite = SUITE.model_copy(update={"prompts": ("a.v1", "b.v1"), "backends": ("rules", "x")})
    assert [str(condition) for condition in run(both, suite).tables] == ["rules", "a.v1 on x", "b.v1 on x"]
    assert calls == ["a.v1 rules", "a.v1 x", "b.v1 x"]


def test_every_prompt_is_asked_on_every_backend() -> None:
    suite = SUITE.model_copy(update={"prompts": ("a.v1", "b.v1"), "backends": ("x", "y")})
    assert [str(condition) for condition in run(prompted, suite).tables] == [
        "a.v1 on x",
        "b.v1 on x",
        "a.v1 on y",
        "b.v1 on y",
    ]


def test_events_can_be_what_is_resampled() -> None:
    (scored,) = run(suite=SUITE.model_copy(update={"cluster": "event"})).tables.values()
    assert scored["statements/content/iou/all"].value == 1.0
    no_event = [ARTICLES[0].model_copy(update={"event": None}), *ARTICLES[1:]]
    with pytest.raises(UsageError, match="'a0' has no event"):
        run_suite(SUITE.model_copy(update={"cluster": "event"}), oracle, articles=no_event, resamples=10)


def test_a_label_outside_an_unknown_codebook_still_counts_as_wrong() -> None:
    suite = SUITE.model_copy(update={"codebook": "own.v1", "scorers": ("frames",)})
    labels = (FrameLabel(codebook="own.v1", frame="made up"),)
    found = table(lambda prompt, backend, repeat: lambda document: answer(document, frames=labels), suite)
    assert found["frames/micro precision"] == 0.0


# --- Baselines and ceiling -------------------------------------------------------------------------------


def test_every_table_has_its_trivial_baselines_and_its_ceiling() -> None:
    (scored,) = run().tables.values()
    assert dict(scored["frames/micro F1"].baselines).keys() == {"top k", "all labels"}
    assert dict(scored["statements/content/iou/all"].baselines) == {"quoted passages": 1.0}
    assert dict(scored["claims/content/iou"].baselines)["every sentence"] == pytest.approx(2 * 12 / (12 + 24))
    both = sum(1 for article in ARTICLES if len(article.frames()) == 2)
    pairs = 2 * (16 - both)
    assert scored["frames/micro F1"].ceiling == pytest.approx(2 * pairs / (2 * pairs + 2 * both))


def test_other_answers_stand_beside_every_score_but_those_of_replies() -> None:
    def silent(document: Document) -> Analysis:
        return answer(document, statements=(), claims=(), frames=())

    (scored,) = run(references={"silent": silent, "x": oracle(None, "x", 0)}).tables.values()
    beside = dict(scored["frames/micro F1"].baselines)
    assert (beside["silent"], beside["x"]) == (0.0, 1.0)
    assert dict(scored["statements/content/iou/all"].baselines)["silent"] == 0.0
    assert "silent" not in dict(scored["replies/answered"].baselines)


def test_what_is_a_condition_of_the_run_does_not_stand_beside_itself() -> None:
    (scored,) = run(references={SUITE.backends[0]: oracle(None, "", 0)}).tables.values()
    assert dict(scored["frames/micro F1"].baselines).keys() == {"top k", "all labels"}


def test_replies_have_no_human_ceiling() -> None:
    assert ceiling(make_scorer("replies"), ARTICLES) == ()


@pytest.mark.parametrize(
    ("name", "top", "all_micro", "all_macro"),
    [("narrative-frames", (0.579, 0.263), 0.444, 0.409), ("gvfc", (0.356, 0.134), 0.246, 0.236)],
)
def test_the_floors_of_the_samples_are_the_published_ones(
    name: str, top: tuple[float, float], all_micro: float, all_macro: float
) -> None:
    suite = load_suite(ROOT / "eval" / name)
    articles = suite_articles(suite, {"shared": shared("data").parent})
    scored = score_suite(suite, articles, [_nothing(articles[0])], resamples=0)
    (scores,) = scored.tables.values()
    micro, macro = (dict(scores[f"frames/{average} F1"].baselines) for average in ("micro", "macro"))
    assert (micro["top k"], macro["top k"]) == pytest.approx(top, abs=5e-4)
    assert (micro["all labels"], macro["all labels"]) == pytest.approx((all_micro, all_macro), abs=5e-4)


def _nothing(article: GoldArticle) -> Outcome:
    return Outcome(
        condition=Condition(backend="none"), repeat=0, document=article.id, seconds=0.0, error="nothing"
    )


def test_the_k_of_the_constant_baseline_is_the_best_one() -> None:
    found = baselines.best_top_k(ARTICLES, codebook=BOOK)
    assert {label.frame for label in found["a0"].frames} == {"economic", "political"}


# --- Gates -----------------------------------------------------------------------------------------------


def gated(**gate: Any) -> bool:
    suite = SUITE.model_copy(update={"gates": (Gate.model_validate(gate),)})
    scored = run(suite=suite)
    assert scored.exit_code == (0 if all(result.passed for result in scored.gates) else 1)
    return bool(scored.exit_code == 0)


def test_a_gate_holds_or_fails_by_the_bound_it_names() -> None:
    assert gated(score="frames/micro F1", at_least=1.0)
    assert not gated(score="frames/micro F1", bound="low", at_least=1.0)
    assert gated(score="frames/Hamming loss", at_most=0.0)
    assert not gated(score="frames/Hamming loss", at_least=0.1)


def test_a_gate_on_a_score_that_is_not_there_or_undefined_fails() -> None:
    assert not gated(score="frames/none such", at_least=0.0)
    assert not gated(score="claims/check-worthiness", at_least=0.0)


def test_a_gate_for_a_backend_that_was_not_run_fails() -> None:
    assert not gated(score="frames/micro F1", at_least=0.0, backend="other")


def test_falling_behind_the_baseline_fails() -> None:
    gate = Gate(no_regression=("frames/micro F1",), tolerance=0.01)
    tables = run().tables
    assert check_gates([gate], tables, baseline={"rules": {"frames/micro F1": 1.0}})[0].passed
    assert not check_gates([gate], tables, baseline={"rules": {"frames/micro F1": 1.02}})[0].passed
    (first_time,) = check_gates([gate], tables)
    assert first_time.passed
    assert "no value to compare" in first_time.reason


# --- Stored runs and comparison --------------------------------------------------------------------------


def test_a_stored_run_is_scored_again_without_asking(tmp_path: Path) -> None:
    first = run()
    save_run(first, tmp_path / "run")
    stored = load_run(tmp_path / "run")
    assert stored.articles == tuple(article.id for article in ARTICLES)
    assert stored.final is False
    again = score_suite(stored.suite, ARTICLES, stored.outcomes, resamples=200)
    assert again.tables == first.tables
    assert json.loads((tmp_path / "run/scores.json").read_text()) == scores_json(again)


def test_scores_of_a_run_serve_as_the_baseline_of_the_next(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text(json.dumps(scores_json(run())))
    suite = SUITE.model_copy(update={"gates": (Gate(no_regression=("frames/micro F1",)),)})
    scored = run(suite=suite, baseline=read_baseline(tmp_path / "baseline.json"))
    assert "baseline 1.0000" in scored.gates[0].reason


@pytest.mark.parametrize("content", ["", "[]", '{"conditions": {"a": {"b": 1}}}'])
def test_a_broken_baseline_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "baseline.json").write_text(content)
    with pytest.raises(SuiteError, match="not a baseline"):
        read_baseline(tmp_path / "baseline.json")


def test_a_folder_without_a_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="not a stored run"):
        load_run(tmp_path)


def test_the_share_of_articles_that_are_right_is_tested_by_mcnemar_and_f1_by_permutation() -> None:
    def weak(prompt: str | None, backend: str, repeat: int) -> Task:
        wrong = (FrameLabel(codebook=BOOK, frame="morality", primary=True),)
        return lambda document: answer(document, frames=wrong) if document.id < "a3" else answer(document)

    found = {
        d.name: d for d in compare_outcomes(SUITE, ARTICLES, run(weak).outcomes, run().outcomes, resamples=99)
    }
    missed = sum(article.id < "a3" for article in ARTICLES)
    primary, micro = found["primary/primary frame accuracy"], found["frames/micro F1"]
    assert primary.test == "McNemar"
    assert primary.p == pytest.approx(2 / 2**missed)
    assert found["frames/subset accuracy"].test == "McNemar"
    assert micro.test == "permutation"


def test_two_prompts_are_compared_by_article_and_the_family_is_adjusted() -> None:
    def half(prompt: str | None, backend: str, repeat: int) -> Task:
        return lambda document: answer(document, frames=()) if int(document.id[1:]) % 2 else answer(document)

    found = compare_outcomes(SUITE, ARTICLES, run(half).outcomes, run().outcomes, resamples=500)
    assert found[0].name == "frames/micro F1"
    assert found[0].value > 0.2
    assert found[0].adjusted_p == found[0].p
    same = next(d for d in found if d.name == "statements/content/iou/all")
    assert (same.value, same.p) == (0.0, 1.0)


# --- Suites as files -------------------------------------------------------------------------------------


def suite_file(tmp_path: Path, **changes: Any) -> Path:
    content = {
        "name": "x",
        "title": "X",
        "dataset": {"path": "file:gold.jsonl"},
        "scorers": ["statements"],
        **changes,
    }
    (tmp_path / "suite.yaml").write_text(json.dumps(content))
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scorers": ["frames"]}, "need a codebook"),
        ({"scorers": ["rouge"]}, "unknown scorer 'rouge'; known: claims"),
        ({"scorers": []}, "scorers"),
        ({"dataset": {"path": "gold.jsonl"}}, "path must start with one of datasets:"),
        ({"gates": [{"score": "a"}]}, "a gate has either"),
        ({"gates": [{"no_regression": ["a"], "at_least": 1}]}, "a gate has either"),
        ({"repeats": 0}, "repeats"),
        ({"typo": 1}, "typo: there is no such key"),
        ({"famly": []}, r"suite.yaml:1: famly: there is no such key; did you mean 'family'\?"),
        ({"dataset": {"path": "file:x", "spilt": "dev"}}, r"dataset.spilt: .* did you mean 'split'\?"),
    ],
)
def test_a_faulty_suite_says_what_is_wrong(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(SuiteError, match=reason):
        load_suite(suite_file(tmp_path, **changes))


def test_a_fault_of_a_suite_stands_on_its_line(tmp_path: Path) -> None:
    lines = ["name: x", "title: X", "dataset: {path: file:gold.jsonl}", "scorers: [statements]", "gates:"]
    lines += ["  - {score: a, at_least: 1}", "  - {score: a, at_leats: 1}", "repeats: 0"]
    (tmp_path / "suite.yaml").write_text("\n".join(lines))
    with pytest.raises(SuiteError) as raised:
        load_suite(tmp_path)
    assert sorted(fault.line or 0 for fault in raised.value.faults)[-2:] == [7, 8]


@pytest.mark.parametrize("content", ["", "- a list", "just words"])
def test_a_suite_that_is_no_mapping_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "suite.yaml").write_text(content)
    with pytest.raises(SuiteError, match="suite: "):
        load_suite(tmp_path)


def test_a_codebook_named_without_its_version_is_the_same_codebook() -> None:
    named = SUITE.model_copy(update={"codebook": "policy-frames", "scorers": ("frames", "primary", "evidence")})
    assert table(suite=named)["frames/micro F1"] == 1.0


def test_gold_of_another_codebook_is_refused() -> None:
    with pytest.raises(UsageError, match=r"about 'generic-frames\.v1'; its gold has frames of policy-frames\.v1"):
        run(suite=SUITE.model_copy(update={"codebook": "generic-frames.v1"}))


def test_a_suite_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("name: x\ntitle: [\n")
    with pytest.raises(SuiteError) as raised:
        load_suite(tmp_path)
    assert raised.value.faults[0].line == 3


def test_a_missing_suite_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="polnear"):
        find_suite("none", ROOT / "eval")
    with pytest.raises(SuiteError, match="cannot be read"):
        load_suite(tmp_path)


def test_the_test_split_opens_only_for_a_final_run(tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", [ARTICLES[0].model_copy(update={"split": "test"})])
    path = f"file:{tmp_path / 'gold.jsonl'}"
    suite = load_suite(suite_file(tmp_path, dataset={"path": path, "split": "test"}))
    with pytest.raises(SuiteError, match="--final"):
        suite_articles(suite, {})
    articles = suite_articles(suite, {}, final=True)
    assert [article.id for article in articles] == ["a0"]
    assert scores_json(run_suite(suite, oracle, articles=articles, final=True, resamples=10))["final"] is True


def test_a_split_without_articles_is_an_error(tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", [ARTICLES[0].model_copy(update={"split": "test"})])
    suite = load_suite(suite_file(tmp_path, dataset={"path": f"file:{tmp_path / 'gold.jsonl'}"}))
    with pytest.raises(SuiteError, match="no article of it is in the split 'dev'"):
        suite_articles(suite, {})


def test_a_suite_may_name_its_articles(tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", ARTICLES)
    path = f"file:{tmp_path / 'gold.jsonl'}"
    suite = load_suite(suite_file(tmp_path, dataset={"path": path, "articles": ["a2", "a0"]}))
    assert [article.id for article in suite_articles(suite, {})] == ["a2", "a0"]
    assert [article.id for article in suite_articles(suite, {}, limit=1)] == ["a2"]
    lost = load_suite(suite_file(tmp_path, dataset={"path": path, "articles": ["a0", "none"]}))
    with pytest.raises(SuiteError, match="names the article 'none', which is not in it"):
        suite_articles(lost, {})


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    suite = load_suite(suite_file(tmp_path, dataset={"path": "shared:data/none.jsonl"}))
    with pytest.raises(SuiteError, match="no data at 'shared:data/none"):
        suite_articles(suite, {"shared": tmp_path})


@pytest.mark.parametrize("name", sorted(list_suites(ROOT / "eval")))
def test_every_suite_of_the_repository_is_whole(name: str) -> None:
    folder = ROOT / "eval" / name
    suite = load_suite(folder)
    assert suite.name == name
    assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")
    assert read_baseline(folder / "baseline.json")


def test_a_limit_takes_the_first_articles() -> None:
    suite = load_suite(ROOT / "eval" / "gvfc")
    assert len(suite_articles(suite, {"shared": shared("data").parent}, limit=5)) == 5


# --- Tables ----------------------------------------------------------------------------------------------


def test_tables_show_n_interval_baselines_and_ceiling() -> None:
    (scored,) = run().tables.values()
    row = next(row for row in score_rows(scored) if row[0] == "frames/micro F1")
    assert row[1] == "1.000"
    assert row[3] == "16"
    assert "top k" in row[4]
    assert markdown(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_a_table_of_differences_shows_both_sides_and_both_p_values() -> None:
    found = compare_outcomes(SUITE, ARTICLES, run().outcomes, run().outcomes, resamples=50)
    row = difference_rows(found)[0]
    assert row[:4] == ("frames/micro F1", "1.000", "1.000", "+0.000")
    assert row[5:8] == ("1.0000", "permutation", "1.0000")


def test_a_user_learns_what_so_many_articles_can_show() -> None:
    def half(prompt: str | None, backend: str, repeat: int) -> Task:
        return lambda document: answer(document, frames=()) if int(document.id[1:]) % 2 else answer(document)

    (scored,) = run(half).tables.values()
    assert "With these 12 articles, another prompt's micro F1 must differ" in what_can_be_seen(
        scored["frames/micro F1"], 12
    )
    (perfect,) = run().tables.values()
    assert "do not tell" in what_can_be_seen(perfect["frames/micro F1"], 12)


def test_passes_that_were_not_made_apart_are_no_human_ceiling() -> None:
    suite = load_suite(resource_dir("eval") / "smoke")
    articles = suite_articles(suite, {"datasets": resource_dir("datasets")}, limit=2)
    assert [article.coders for article in articles] == [{}, {}]
