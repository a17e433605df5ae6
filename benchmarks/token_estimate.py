"""How far the estimate of tokens is from the count, on files of one's own.

    python benchmarks/token_estimate.py FILE…

A .jsonl file counts as one text a line (its field "text").
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import library  # noqa: F401

from framing.tokens import count_tokens, estimate


def texts(path: Path) -> Iterator[str]:
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".jsonl":
        yield content
        return
    for line in content.splitlines():
        yield json.loads(line)["text"]


def main() -> None:
    if not sys.argv[1:]:
        raise SystemExit("name the files to count: python benchmarks/token_estimate.py FILE…")
    if not count_tokens("").exact:
        raise SystemExit(
            "no vocabulary on this machine to compare with: pip install 'framing-toolkit[offline-tokens]'"
        )
    for name in sys.argv[1:]:
        ratios = sorted(estimate(text) / count_tokens(text).n for text in texts(Path(name)) if text.strip())
        if ratios:
            print(
                f"{name}: {len(ratios)} text(s), estimate/count median {statistics.median(ratios):.3f}, "
                f"from {ratios[0]:.3f} to {ratios[-1]:.3f}"
            )


if __name__ == "__main__":
    main()
