"""Scores that a methods section can cite: each with its n, its interval, its baselines and its human ceiling.

    from framing.evaluation import load_gold, load_suite, run_suite

Matching (which predicted item answers which gold item) stands apart from scoring. Scores are sums over articles
put through a formula (`tally`), so that the article stays the unit of every interval and every test. Nothing here
asks a model: what is measured comes in as a function from a document to an analysis.

Names load with their first use: importing this package loads neither numpy nor scipy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.evaluation.agreement import Codings, agreement_scores, cohen_kappa, krippendorff_alpha
    from framing.evaluation.attribution import attribution_counts, attribution_measures, attributions
    from framing.evaluation.calibration import brier_score, calibration_bins, expected_calibration_error
    from framing.evaluation.codings import codings_by_label, frame_agreement, read_codings
    from framing.evaluation.comparison import (
        Difference,
        benjamini_hochberg,
        clustered_error,
        differences,
        holm,
        mcnemar,
        mcnemar_exact,
    )
    from framing.evaluation.converters import CONVERTERS, convert
    from framing.evaluation.gold import GoldArticle, check_gold, gold_statistics, load_gold, write_gold
    from framing.evaluation.labels import label_measures, label_tally, primary_measure, primary_tally
    from framing.evaluation.matching import match, overlap
    from framing.evaluation.prevalence import LabelledUnit, Prevalence, estimate_prevalence, frame_prevalence
    from framing.evaluation.runner import (
        SuiteRun,
        compare_outcomes,
        load_run,
        read_baseline,
        run_suite,
        save_run,
        score_suite,
        scores_json,
    )
    from framing.evaluation.sampling import Drawn, inclusion_probabilities, stratified_sample
    from framing.evaluation.scores import Interval, Score, point_scores
    from framing.evaluation.suite import Suite, find_suite, list_suites, load_suite, suite_articles
    from framing.evaluation.tally import Measure, Tally

_ROOMS: dict[str, tuple[str, ...]] = {
    "agreement": ("Codings", "agreement_scores", "cohen_kappa", "krippendorff_alpha"),
    "attribution": ("attribution_counts", "attribution_measures", "attributions"),
    "calibration": ("brier_score", "calibration_bins", "expected_calibration_error"),
    "codings": ("codings_by_label", "frame_agreement", "read_codings"),
    "comparison": (
        "Difference",
        "benjamini_hochberg",
        "clustered_error",
        "differences",
        "holm",
        "mcnemar",
        "mcnemar_exact",
    ),
    "converters": ("CONVERTERS", "convert"),
    "gold": ("GoldArticle", "check_gold", "gold_statistics", "load_gold", "write_gold"),
    "labels": ("label_measures", "label_tally", "primary_measure", "primary_tally"),
    "matching": ("match", "overlap"),
    "prevalence": ("LabelledUnit", "Prevalence", "estimate_prevalence", "frame_prevalence"),
    "runner": (
        "SuiteRun",
        "compare_outcomes",
        "load_run",
        "read_baseline",
        "run_suite",
        "save_run",
        "score_suite",
        "scores_json",
    ),
    "sampling": ("Drawn", "inclusion_probabilities", "stratified_sample"),
    "scores": ("Interval", "Score", "point_scores"),
    "suite": ("Suite", "find_suite", "list_suites", "load_suite", "suite_articles"),
    "tally": ("Measure", "Tally"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CONVERTERS",
    "Codings",
    "Difference",
    "Drawn",
    "GoldArticle",
    "Interval",
    "LabelledUnit",
    "Measure",
    "Prevalence",
    "Score",
    "Suite",
    "SuiteRun",
    "Tally",
    "agreement_scores",
    "attribution_counts",
    "attribution_measures",
    "attributions",
    "benjamini_hochberg",
    "brier_score",
    "calibration_bins",
    "check_gold",
    "clustered_error",
    "codings_by_label",
    "cohen_kappa",
    "compare_outcomes",
    "convert",
    "differences",
    "estimate_prevalence",
    "expected_calibration_error",
    "find_suite",
    "frame_agreement",
    "frame_prevalence",
    "gold_statistics",
    "holm",
    "inclusion_probabilities",
    "krippendorff_alpha",
    "label_measures",
    "label_tally",
    "list_suites",
    "load_gold",
    "load_run",
    "load_suite",
    "match",
    "mcnemar",
    "mcnemar_exact",
    "overlap",
    "point_scores",
    "primary_measure",
    "primary_tally",
    "read_baseline",
    "read_codings",
    "run_suite",
    "save_run",
    "score_suite",
    "scores_json",
    "stratified_sample",
    "suite_articles",
    "write_gold",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
