"""Data that is used in development but is not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(path: str) -> Path:
    """The file or folder `path` of the shared data, or the test is skipped.

    The data is looked for beside the repository, in `../shared`, or where FRAMING_SHARED points.
    """
    folder = Path(os.environ.get("FRAMING_SHARED", ROOT.parent / "shared"))
    found = folder / path
    if not found.exists():
        pytest.skip(f"{path} is not in {folder}; set FRAMING_SHARED to the folder that holds it")
    return found
