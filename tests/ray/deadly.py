"""A backend under which workers die, as they do of memory or of a fault in native code."""

from __future__ import annotations

import os
import signal

from framing.annotations import Findings
from framing.backends.rules import Rules
from framing.codebooks import Codebook
from framing.text import Document

KILLER = "deadly nightshade"


class Deadly:
    """The rules, but an article about deadly nightshade kills the process."""

    address = "deadly"

    def extract(self, document: Document, codebook: Codebook | None) -> Findings:
        if KILLER in document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return Rules().extract(document, codebook)
