"""Prompts + codebook + backend → Analysis."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from framing import _version
from framing.annotations import Analysis, DocumentInfo, Findings, Problem, Provenance, TokenUsage
from framing.assembly import Part, assemble
from framing.backends import Extractor, ModelBackend, load_backend
from framing.chunks import Chunk, split
from framing.codebooks import Codebook, load_codebook
from framing.errors import BackendError, RetryableError, UsageError
from framing.flow import Outcome, adrive, converse, drive
from framing.messages import Reply, Request, Usage
from framing.prompts import Prompt, load_prompt
from framing.screening import screen
from framing.text import Document

__all__ = ["Analyzer", "aanalyze", "analyze"]
