"""Codebooks: what the frames are, and where one ends and the next begins.

A codebook is a YAML file that people read, cite and version. `load_codebook` reads one, `check_codebook` tells
every fault in one, `codebook_skeleton` starts a new one.
"""

from framing.codebooks.indicators import Indicators, find_indicators
from framing.codebooks.library import CodebookInfo, check_codebook, list_codebooks, load_codebook
from framing.codebooks.model import Codebook, Frame, Question, Role
from framing.codebooks.skeleton import codebook_skeleton

__all__ = [
    "Codebook",
    "CodebookInfo",
    "Frame",
    "Indicators",
    "Question",
    "Role",
    "check_codebook",
    "codebook_skeleton",
    "find_indicators",
    "list_codebooks",
    "load_codebook",
]
