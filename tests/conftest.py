"""What every test stands on: no network beyond loopback, and where the shared development data lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from framing.testing import no_network
from tests.shared import shared


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    with no_network():
        yield


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """`shared_data("data/x/dev.jsonl")` is that file's path; the test is skipped where the data is absent."""
    return shared
