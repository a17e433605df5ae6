"""Frames as labels: the formulas, their edges, and the implementations they must agree with."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.evaluation.labels import label_measures, label_tally, primary_measure, primary_tally
from framing.evaluation.scores import point_scores
from tests.shared import shared

LABELS = ("conflict", "economic", "morality")
sets = st.sets(st.sampled_from(LABELS))


def values(
    gold: Mapping[str, Collection[str]],
    predicted: Mapping[str, Collection[str] | None],
    labels: Collection[str] = LABELS,
) -> dict[str, float | None]:
    labels = tuple(labels)
    return {s.name: s.value for s in point_scores(label_tally(gold, predicted, labels), label_measures(labels))}


def test_a_label_that_nobody_used_is_undefined_left_out_of_the_macro_mean_and_counted() -> None:
    found = values({"a": {"conflict"}}, {"a": {"conflict"}})
    assert found["F1/economic"] is None
    assert found["macro F1"] == 1.0
    assert found["labels without gold or prediction"] == 2.0


def test_a_label_that_is_only_in_gold_or_only_predicted_has_f1_0() -> None:
    found = values({"a": {"conflict"}}, {"a": {"economic"}})
    assert (found["F1/conflict"], found["F1/economic"]) == (0.0, 0.0)
    assert found["macro F1"] == 0.0


def test_two_empty_sets_agree() -> None:
    found = values({"a": set()}, {"a": set()})
    assert (found["samples Jaccard"], found["samples F1"], found["subset accuracy"]) == (1.0, 1.0, 1.0)
    assert found["micro F1"] is None


def test_a_failed_article_counts_as_wrong_even_where_gold_is_empty() -> None:
    found = values({"a": set(), "b": {"conflict"}}, {"a": None, "b": {"conflict"}})
    assert found["subset accuracy"] == found["samples Jaccard"] == found["answered"] == 0.5
    assert found["Hamming loss"] == pytest.approx(0.5)


def test_a_failed_article_misses_its_labels() -> None:
    found = values({"a": {"conflict"}, "b": {"conflict"}}, {"a": {"conflict"}})
    assert found["recall/conflict"] == 0.5
    assert found["F1/conflict"] == pytest.approx(2 / 3)


def test_the_size_ratio_tells_a_generous_coder() -> None:
    assert values({"a": {"conflict"}}, {"a": set(LABELS)})["label-set size ratio"] == 3.0


def test_primary_accuracy_is_over_articles_that_have_a_primary_frame() -> None:
    tally = primary_tally({"a": "conflict", "b": None, "c": "economic"}, {"a": "conflict", "c": None})
    (score,) = point_scores(tally, [primary_measure()])
    assert (score.value, score.n) == (0.5, 2.0)


def test_without_any_primary_frame_its_accuracy_is_undefined() -> None:
    (score,) = point_scores(primary_tally({"a": None}, {"a": "conflict"}), [primary_measure()])
    assert score.value is None


def test_without_articles_everything_is_undefined() -> None:
    assert values({}, {})["micro F1"] is None


def test_the_reference_numbers_of_real_predictions() -> None:
    fixtures: dict[str, Any] = json.loads(shared("data/metric_fixtures/fixtures.json").read_text())
    wanted = fixtures["ptc_dev_gpt4_multilabel"]
    lines = shared("data/metric_fixtures/ptc_dev_gpt4.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    found = values({r["id"]: r["gold"] for r in rows}, {r["id"]: r["pred"] for r in rows}, wanted["labels"])
    names = {
        "micro_f1": "micro F1",
        "macro_f1": "macro F1",
        "weighted_f1": "weighted F1",
        "samples_f1": "samples F1",
        "jaccard_samples": "samples Jaccard",
        "jaccard_micro": "micro Jaccard",
        "hamming_loss": "Hamming loss",
        "subset_accuracy": "subset accuracy",
    }
    for key, name in names.items():
        assert found[name] == pytest.approx(wanted["expected"][key], abs=1e-9), name
    for label in wanted["labels"]:
        assert found[f"F1/{label}"] == pytest.approx(wanted["expected"]["per_label_f1"][label], abs=1e-9)
        assert found[f"kappa/{label}"] == pytest.approx(wanted["expected"]["per_label_kappa"][label], abs=1e-9)


@given(st.lists(st.tuples(sets, sets), min_size=1, max_size=12))
@settings(deadline=None, max_examples=25)
def test_scores_are_those_of_scikit_learn(rows: list[tuple[set[str], set[str]]]) -> None:
    from sklearn.metrics import cohen_kappa_score, hamming_loss, jaccard_score, precision_recall_fscore_support

    gold = np.array([[label in g for label in LABELS] for g, _ in rows])
    predicted = np.array([[label in p for label in LABELS] for _, p in rows])
    found = values({str(n): g for n, (g, _) in enumerate(rows)}, {str(n): p for n, (_, p) in enumerate(rows)})
    precision, recall, score, _ = precision_recall_fscore_support(gold, predicted, zero_division=np.nan)
    for at, label in enumerate(LABELS):
        _same(found[f"precision/{label}"], precision[at])
        _same(found[f"recall/{label}"], recall[at])
        _same(found[f"F1/{label}"], score[at])
        if len({*gold[:, at], *predicted[:, at]}) == 2:
            _same(found[f"kappa/{label}"], cohen_kappa_score(gold[:, at], predicted[:, at]))
    for average, name in (("micro", "micro F1"), ("macro", "macro F1")):
        wanted = precision_recall_fscore_support(gold, predicted, average=average, zero_division=np.nan)[2]
        _same(found[name], wanted)
    _same(found["Hamming loss"], hamming_loss(gold, predicted))
    _same(found["samples Jaccard"], jaccard_score(gold, predicted, average="samples", zero_division=1.0))


def _same(ours: float | None, theirs: float) -> None:
    if math.isnan(theirs):
        assert ours is None
    else:
        assert ours == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(sets, st.none() | sets), min_size=1, max_size=12))
def test_kappa_stays_in_its_range_whatever_failed(pairs: list[tuple[set[str], set[str] | None]]) -> None:
    gold = {str(n): one for n, (one, _) in enumerate(pairs)}
    found = values(gold, {str(n): other for n, (_, other) in enumerate(pairs)})
    kappas = [value for name, value in found.items() if name.startswith("kappa/") and value is not None]
    assert all(-1 - 1e-12 <= kappa <= 1 for kappa in kappas)


def test_articles_that_all_failed_have_the_kappa_of_one_who_says_the_opposite() -> None:
    found = values({"a": {"conflict"}, "b": set()}, {"a": None, "b": None})
    assert found["kappa/conflict"] == -1.0
