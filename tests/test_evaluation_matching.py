"""Which predicted passage answers which gold passage."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.evaluation.matching import CRITERIA, Criterion, character_counts, match, overlap, partial_credit
from framing.text import Span
from tests.shared import shared

spans = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
passages = st.lists(st.lists(spans, min_size=1, max_size=3).map(tuple), max_size=4)


def passage(*bounds: int) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True))


def characters(spans: tuple[Span, ...]) -> set[int]:
    return {offset for span in spans for offset in range(span.start, span.end)}


def test_equal_passages_match_exactly() -> None:
    found = overlap([passage(0, 5), passage(9, 12)], [passage(9, 12), passage(0, 5)])
    assert match(found, criterion="exact") == ((0, 1), (1, 0))


def test_half_of_the_characters_are_enough_for_iou_and_one_fewer_is_not() -> None:
    assert match(overlap([passage(0, 10)], [passage(5, 10)])) == ((0, 0),)
    assert match(overlap([passage(0, 11)], [passage(6, 11)])) == ()


def test_a_passage_in_two_spans_is_the_set_of_its_characters() -> None:
    assert match(overlap([passage(0, 4, 4, 8)], [passage(0, 8)]), criterion="exact") == ((0, 0),)


def test_overlapping_spans_of_one_passage_count_their_characters_once() -> None:
    assert overlap([passage(0, 6, 4, 8)], [passage(0, 8)]).gold.tolist() == [8]


def test_a_prediction_answers_one_gold_passage_only() -> None:
    found = overlap([passage(0, 10), passage(10, 20)], [passage(0, 20)])
    assert len(match(found, criterion="overlap")) == 1


def test_more_pairs_win_over_a_better_pair() -> None:
    gold = [passage(0, 10), passage(0, 6)]
    predicted = [passage(0, 10), passage(0, 20)]
    assert match(overlap(gold, predicted)) == ((0, 1), (1, 0))


def test_nothing_matches_nothing() -> None:
    assert match(overlap([], [])) == ()
    assert match(overlap([passage(0, 3)], [])) == ()
    assert match(overlap([], [passage(0, 3)])) == ()


def test_an_empty_passage_is_never_matched() -> None:
    for criterion in CRITERIA:
        assert match(overlap([()], [()]), criterion=criterion) == ()


@given(passages, passages)
@settings(deadline=None)
def test_shared_characters_are_those_of_the_character_sets(
    gold: list[tuple[Span, ...]], predicted: list[tuple[Span, ...]]
) -> None:
    found = overlap(gold, predicted)
    for g, p in itertools.product(range(len(gold)), range(len(predicted))):
        assert found.shared[g, p] == len(characters(gold[g]) & characters(predicted[p]))


@given(passages, passages, st.sampled_from(CRITERIA))
@settings(deadline=None)
def test_no_one_to_one_pairing_has_more_pairs(
    gold: list[tuple[Span, ...]], predicted: list[tuple[Span, ...]], criterion: Criterion
) -> None:
    found = overlap(gold, predicted)
    eligible = found.eligible(criterion, 0.5)
    best = max(
        sum(bool(eligible[g, p]) for g, p in zip(rows, columns, strict=True))
        for size in [min(len(gold), len(predicted))]
        for rows in itertools.permutations(range(len(gold)), size)
        for columns in itertools.combinations(range(len(predicted)), size)
    )
    chosen = match(found, criterion=criterion)
    assert len(chosen) == best
    assert len({g for g, _ in chosen}) == len({p for _, p in chosen}) == len(chosen)
    assert all(eligible[g, p] for g, p in chosen)


@given(passages, passages)
@settings(deadline=None)
def test_character_counts_are_symmetric_and_bounded(
    gold: list[tuple[Span, ...]], predicted: list[tuple[Span, ...]]
) -> None:
    shared_characters, in_gold, in_predicted = character_counts(gold, predicted)
    assert character_counts(predicted, gold) == (shared_characters, in_predicted, in_gold)
    assert shared_characters <= min(in_gold, in_predicted)


def test_partial_credit_is_the_official_ptc_score_once_overlapping_spans_are_merged() -> None:
    data: dict[str, Any] = json.loads(shared("data/metric_fixtures/ptc_si_partial.json").read_text())
    totals = [0.0, 0.0, 0.0, 0.0]
    for name, spans in data["gold"].items():
        answered = [Span(*bounds) for bounds in data["pred"].get(name, [])]
        for at, value in enumerate(partial_credit([Span(*bounds) for bounds in spans], answered)):
            totals[at] += value
    precision, recall = totals[0] / totals[1], totals[2] / totals[3]
    official = data["official"]
    assert (totals[1], totals[3]) == (official["n_pred"], official["n_gold"])
    assert precision == pytest.approx(official["P"], abs=1e-6)
    assert recall == pytest.approx(official["R"], abs=1e-6)
    assert 2 * precision * recall / (precision + recall) == pytest.approx(official["F1"], abs=1e-6)
