"""Corpus runs: durable, within budget, near the limit of what a server gives."""

from framing.runs.analyses import read_analyses
from framing.runs.api import annotate, run
from framing.runs.engines import Ray
from framing.runs.inputs import recorded_inputs
from framing.runs.limits import Limits, RunOptions
from framing.runs.plan import Plan, plan
from framing.runs.prices import Price, Prices
from framing.runs.report import RunReport, Snapshot

__all__ = [
    "Limits",
    "Plan",
    "Price",
    "Prices",
    "Ray",
    "RunOptions",
    "RunReport",
    "Snapshot",
    "annotate",
    "plan",
    "read_analyses",
    "recorded_inputs",
    "run",
]
