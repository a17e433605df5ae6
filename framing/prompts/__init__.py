"""Prompts: files that one can read, cite, version and swap."""

from framing.prompts.examples import Example
from framing.prompts.front import INPUTS
from framing.prompts.passage import Passage
from framing.prompts.prompt import Prompt, check_prompt, list_prompts, load_prompt

__all__ = [
    "INPUTS",
    "Example",
    "Passage",
    "Prompt",
    "check_prompt",
    "list_prompts",
    "load_prompt",
]
