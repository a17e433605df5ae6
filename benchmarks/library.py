"""Imported before the library: says what to do where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

spec = find_spec("framing")
if spec is None or spec.origin is None:
    raise SystemExit("benchmarks measure the installed library: run `pip install -e .` in the checkout first")
