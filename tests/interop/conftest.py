"""Label Studio itself, which is large: `make test-interop` installs it and names it in FRAMING_LABEL_STUDIO."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.browser.conftest import browser as browser
from tests.interop.studio import Studio, running_studio


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    program = os.environ.get("FRAMING_LABEL_STUDIO")
    if not program:
        pytest.skip("FRAMING_LABEL_STUDIO names no program; `make test-interop` installs it and runs this")
    with running_studio(program, tmp_path_factory.mktemp("label-studio")) as running:
        yield running
