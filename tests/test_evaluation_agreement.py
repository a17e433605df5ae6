"""Agreement of coders, against published examples and the packages that compute it."""

from __future__ import annotations

import json
import math
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from framing.errors import UsageError
from framing.evaluation.agreement import (
    Codings,
    agreement_measures,
    agreement_scores,
    agreement_tally,
    cohen_kappa,
    krippendorff_alpha,
    label_codings,
    set_codings,
)
from framing.evaluation.distances import Level, jaccard_distance, masi_distance
from tests.shared import shared

PUBLISHED: list[list[Any]] = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, 3, None, None],
]
"""Units × coders of the worked example in Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability"."""
Numeric = Literal["nominal", "ordinal", "interval", "ratio"]
codings = st.lists(
    st.lists(st.one_of(st.none(), st.integers(1, 4)), min_size=3, max_size=3), min_size=2, max_size=12
)


def coefficients(rows: list[list[Any]]) -> dict[str, float]:
    given_codings = Codings.of(rows)
    total = agreement_tally(given_codings).total()
    return {m.name: float(m.value(total)) for m in agreement_measures(given_codings.used(), len(rows[0]))}


@pytest.mark.parametrize(
    ("level", "wanted"),
    [("nominal", 0.743421052631579), ("ordinal", 0.815387503754881), ("interval", 0.849107142857143)],
)
def test_alpha_of_the_published_example(level: Level, wanted: float) -> None:
    assert krippendorff_alpha(Codings.of(PUBLISHED), level=level) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Gwet's AC1", 0.77544),
        ("Fleiss' kappa", 0.76117),
        ("Conger's kappa", 0.76207),
        ("alpha (nominal)", 0.74342),
    ],
)
def test_coefficients_of_the_published_example_are_those_of_irrcac(name: str, wanted: float) -> None:
    assert coefficients(PUBLISHED)[name] == pytest.approx(wanted, abs=5e-6)


def test_the_reference_numbers_of_the_shared_fixtures() -> None:
    fixtures = json.loads(shared("data/metric_fixtures/fixtures.json").read_text())
    example = fixtures["krippendorff_example"]
    rows = [list(unit) for unit in zip(*example["ratings"], strict=True)]
    assert krippendorff_alpha(Codings.of(rows)) == pytest.approx(example["nominal"], abs=1e-9)
    for pair in fixtures["masi_nltk"]:
        assert masi_distance(pair["a"], pair["b"]) == pytest.approx(pair["nltk_masi"], abs=1e-9)
        assert jaccard_distance(pair["a"], pair["b"]) == pytest.approx(pair["jaccard"], abs=1e-9)


@given(codings, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
@settings(deadline=None, max_examples=60)
def test_alpha_is_that_of_the_reference_package(rows: list[list[int | None]], level: Numeric) -> None:
    import krippendorff

    paired = [value for row in rows if sum(v is not None for v in row) >= 2 for value in row if value is not None]
    assume(len(set(paired)) > 1)
    data = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float).T
    wanted = krippendorff.alpha(data, level_of_measurement=level)
    assert krippendorff_alpha(Codings.of(rows), level=level) == pytest.approx(wanted, abs=1e-9)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=2, max_size=20))
@settings(deadline=None, max_examples=25)
def test_cohens_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    assume(len({value for pair in pairs for value in pair}) > 1)
    one, other = zip(*pairs, strict=True)
    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other), abs=1e-9)


@given(st.lists(st.lists(st.integers(1, 3), min_size=4, max_size=4), min_size=2, max_size=12))
@settings(deadline=None, max_examples=25)
def test_fleiss_kappa_is_that_of_statsmodels(rows: list[list[int]]) -> None:
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    assume(len({value for row in rows for value in row}) > 1)
    wanted = fleiss_kappa(aggregate_raters(np.array(rows))[0])
    assert coefficients(rows)["Fleiss' kappa"] == pytest.approx(wanted, abs=1e-9)


@given(st.sets(st.integers(1, 4)), st.sets(st.integers(1, 4)))
@settings(deadline=None)
def test_jaccard_distance_is_that_of_nltk(a: set[int], b: set[int]) -> None:
    from nltk.metrics.distance import jaccard_distance as reference

    assume(a | b)
    assert jaccard_distance(a, b) == pytest.approx(reference(a, b), abs=1e-12)


def test_perfect_agreement_is_1_and_chance_alone_is_undefined() -> None:
    assert set(coefficients([[1, 1], [2, 2]]).values()) == {1.0}
    assert math.isnan(coefficients([[1, 1], [1, 1]])["alpha (nominal)"])


def test_units_coded_once_count_for_nothing_in_alpha() -> None:
    rows: list[list[Any]] = [[1, 1], [2, 2], [1, 2]]
    assert krippendorff_alpha(Codings.of([*rows, [3, None]])) == krippendorff_alpha(Codings.of(rows))


def test_sets_of_labels_are_compared_by_what_they_share() -> None:
    sets = {
        "a": {"Ada": frozenset({"x"}), "Bo": frozenset({"x", "y"})},
        "b": {"Ada": frozenset({"z"}), "Bo": frozenset({"z"})},
        "c": {"Ada": frozenset({"y"})},
    }
    assert (
        0
        < krippendorff_alpha(set_codings(sets), level="masi")
        < krippendorff_alpha(set_codings(sets), level="jaccard")
    )
    assert label_codings(sets, "x").values == ((True, True), (False, False), (False, None))


def test_the_intervals_hold_the_values() -> None:
    for score in agreement_scores(Codings.of(PUBLISHED), resamples=500):
        assert score.interval is not None
        assert score.value is not None
        assert score.interval.low < score.value < score.interval.high
        assert score.n == 11


def test_names_cannot_be_ordered() -> None:
    with pytest.raises(UsageError, match="'left'"):
        krippendorff_alpha(Codings.of([["left", "right"], ["left", "left"]]), level="ordinal")


def test_labels_that_are_no_sets_have_no_masi_distance() -> None:
    with pytest.raises(UsageError, match="not a set"):
        krippendorff_alpha(Codings.of([["left", "right"]]), level="masi")


def test_rows_of_different_length_are_refused() -> None:
    with pytest.raises(UsageError, match="2 coders"):
        Codings.of([[1, 2], [1, 2, 3]])
