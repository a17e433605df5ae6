"""How common a frame is, from model labels and a random sample labelled by hand."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.errors import UsageError
from framing.evaluation.prevalence import Estimate, LabelledUnit, estimate_prevalence, frame_prevalence
from framing.evaluation.sampling import allocate, inclusion_probabilities, stratified_sample
from tests.shared import shared

sizes = st.dictionaries(st.sampled_from("abcd"), st.integers(2, 60), min_size=1)


def policlaim() -> list[LabelledUnit]:
    """816 sentences, 200 of them drawn at random and labelled: the counts behind the reference numbers."""
    drawn = [(1, 1)] * 84 + [(1, 0)] * 6 + [(0, 1)] * 51 + [(0, 0)] * 59
    rest = [1] * 279 + [0] * 337
    chance = 200 / 816
    labelled = [LabelledUnit(f"l{n}", f, y, chance) for n, (f, y) in enumerate(drawn)]
    return labelled + [LabelledUnit(f"u{n}", f) for n, f in enumerate(rest)]


def test_the_reference_numbers_of_ppi_and_dsl() -> None:
    wanted = json.loads(shared("data/metric_fixtures/fixtures.json").read_text())["ppi_policlaim_gpt35"]
    (found,) = estimate_prevalence(policlaim())
    assert found.gold_only is not None
    assert found.ppi is not None
    assert found.dsl is not None
    assert found.naive == pytest.approx(wanted["naive_llm"], abs=1e-9)
    assert found.gold_only.value == pytest.approx(wanted["classical_mean"], abs=1e-9)
    assert bounds(found.gold_only) == pytest.approx(wanted["classical_ci"], abs=1e-9)
    assert found.ppi.value == pytest.approx(wanted["ppi_plus_estimate"], abs=1e-9)
    assert bounds(found.ppi) == pytest.approx(wanted["ppi_plus_ci"], abs=1e-9)
    assert found.dsl.value == pytest.approx(wanted["dsl_mean"], abs=1e-9)
    # The reference takes 1.96 for the normal quantile.
    assert found.dsl.error == pytest.approx((wanted["dsl_ci"][1] - wanted["dsl_ci"][0]) / 2 / 1.96, abs=1e-9)


def bounds(estimate: Estimate) -> list[float]:
    return [estimate.interval.low, estimate.interval.high]


def test_a_sample_of_convenience_is_refused() -> None:
    with pytest.raises(UsageError, match=r"convenience.*framing sample"):
        estimate_prevalence([LabelledUnit("a", 1.0, gold=1.0), LabelledUnit("b", 0.0)])


def test_a_probability_lies_above_0_and_not_above_1() -> None:
    with pytest.raises(UsageError, match="not within"):
        estimate_prevalence([LabelledUnit("a", 1.0, gold=1.0, probability=0.0)])


def test_without_articles_there_is_nothing_to_estimate() -> None:
    with pytest.raises(UsageError, match="no articles"):
        estimate_prevalence([])


def test_one_hand_label_is_too_few_for_an_estimate() -> None:
    (found,) = estimate_prevalence([LabelledUnit("a", 1.0, gold=1.0, probability=0.5), LabelledUnit("b", 0.0)])
    assert (found.naive, found.gold_only, found.ppi, found.dsl) == (0.5, None, None, None)


def test_with_everything_labelled_all_estimators_give_the_share() -> None:
    units = [LabelledUnit(str(n), float(n % 3 == 0), gold=float(n % 2), probability=1.0) for n in range(20)]
    (found,) = estimate_prevalence(units)
    for estimate in (found.gold_only, found.ppi, found.dsl):
        assert estimate is not None
        assert estimate.value == pytest.approx(0.5)


def test_a_frame_that_no_hand_label_has_is_not_said_to_be_absent() -> None:
    units = [LabelledUnit(str(n), 0.0, gold=0.0 if n < 20 else None, probability=0.2) for n in range(100)]
    (found,) = estimate_prevalence(units)
    for estimate in (found.gold_only, found.ppi, found.dsl):
        assert estimate is not None
        assert estimate.interval.low == 0.0
        assert 0.1 < estimate.interval.high < 0.25


def test_an_interval_of_a_share_ends_at_0() -> None:
    units = [
        LabelledUnit(str(n), 0.0, gold=float(n == 0) if n < 20 else None, probability=0.2) for n in range(100)
    ]
    (found,) = estimate_prevalence(units)
    assert found.gold_only is not None
    assert found.gold_only.interval.low == 0.0


def test_groups_are_estimated_apart_after_all_together() -> None:
    units = [
        LabelledUnit(
            str(n), float(n % 2), gold=float(n % 2) if n < 40 else None, probability=0.4, group="ab"[n % 2]
        )
        for n in range(100)
    ]
    found = estimate_prevalence(units)
    assert [row.group for row in found] == ["", "a", "b"]
    assert [row.naive for row in found] == [0.5, 0.0, 1.0]


def test_frames_are_read_from_label_sets() -> None:
    predicted = {str(n): {"conflict"} if n % 2 else set() for n in range(10)}
    gold = {str(n): {"conflict"} for n in range(4)}
    found = frame_prevalence(predicted, gold, frames=["conflict"], probabilities=dict.fromkeys(gold, 0.4))
    assert found["conflict"][0].naive == 0.5
    with pytest.raises(UsageError, match="not by the model"):
        frame_prevalence({}, gold, frames=["conflict"], probabilities={})


def test_a_bad_model_biases_the_naive_share_and_no_corrected_one() -> None:
    """120 stratified samples: the corrected estimators are right on average and their intervals cover."""
    rng = np.random.default_rng(11)
    strata = {str(n): "small" if n < 200 else "large" for n in range(1200)}
    truth = {name: float(rng.random() < (0.6 if stratum == "small" else 0.25)) for name, stratum in strata.items()}
    model = {name: y if rng.random() < 0.8 else 1.0 for name, y in truth.items()}
    share = float(np.mean(list(truth.values())))
    chances = inclusion_probabilities(strata, 160, allocation="equal")
    covered: Counter[str] = Counter()
    values: dict[str, list[float]] = {"gold": [], "ppi": [], "dsl": []}
    for seed in range(120):
        drawn = {d.id for d in stratified_sample(strata, 160, allocation="equal", seed=seed)}
        units = [
            LabelledUnit(n, model[n], gold=truth[n] if n in drawn else None, probability=chances[n])
            for n in strata
        ]
        (found,) = estimate_prevalence(units)
        for name, estimate in (("gold", found.gold_only), ("ppi", found.ppi), ("dsl", found.dsl)):
            assert estimate is not None
            values[name].append(estimate.value)
            covered[name] += estimate.interval.low <= share <= estimate.interval.high
    assert found.naive > share + 0.1
    for name, got in values.items():
        assert abs(np.mean(got) - share) < 4 * np.std(got) / 120**0.5, name
        assert covered[name] >= 0.9 * 120, name
    assert np.std(values["ppi"]) < np.std(values["gold"])


def test_ppi_by_stratum_needs_the_probability_of_every_article() -> None:
    units = [
        LabelledUnit("a", 1.0, 1.0, 0.5),
        LabelledUnit("b", 0.0, 1.0, 0.5),
        LabelledUnit("c", 1.0, 0.0, 0.25),
        LabelledUnit("d", 0.0, 0.0, 0.25),
        LabelledUnit("e", 1.0),
    ]
    (found,) = estimate_prevalence(units)
    assert found.ppi is None
    assert found.dsl is not None


# --- Sampling --------------------------------------------------------------------------------------------


@given(sizes, st.data(), st.sampled_from(["proportional", "equal"]))
@settings(deadline=None)
def test_a_sample_has_the_size_asked_for_and_two_of_each_stratum(
    strata: dict[str, int], data: st.DataObject, allocation: str
) -> None:
    n = data.draw(st.integers(2 * len(strata), sum(strata.values())))
    drawn = allocate(strata, n, allocation="equal" if allocation == "equal" else "proportional")
    assert sum(drawn.values()) == n
    assert all(2 <= drawn[stratum] <= size for stratum, size in strata.items())


def test_a_proportional_sample_follows_the_sizes() -> None:
    assert allocate({"a": 600, "b": 300, "c": 100}, 100) == {"a": 60, "b": 30, "c": 10}


def test_probabilities_are_what_was_drawn_over_what_there_is() -> None:
    strata = {str(n): "a" if n < 30 else "b" for n in range(100)}
    drawn = stratified_sample(strata, 20, seed=3)
    counts = Counter(d.stratum for d in drawn)
    assert all(d.probability == counts[d.stratum] / Counter(strata.values())[d.stratum] for d in drawn)
    assert {d.id: d.probability for d in drawn}.items() <= inclusion_probabilities(strata, 20).items()


def test_a_seed_draws_the_same_articles_whatever_their_order() -> None:
    strata = {str(n): "ab"[n % 2] for n in range(50)}
    turned = dict(reversed(strata.items()))
    assert {d.id for d in stratified_sample(strata, 10)} == {d.id for d in stratified_sample(turned, 10)}
    assert {d.id for d in stratified_sample(strata, 10)} != {d.id for d in stratified_sample(strata, 10, seed=1)}


@pytest.mark.parametrize(("n", "reason"), [(3, "two from each, 4 in all"), (51, "at most as many as there are")])
def test_a_sample_too_small_or_larger_than_the_corpus_is_refused(n: int, reason: str) -> None:
    with pytest.raises(UsageError, match=f"cannot draw {n} of 50.*{reason}"):
        stratified_sample({str(k): "ab"[k % 2] for k in range(50)}, n)
