"""Which lines of a text are headlines, whose capitals say nothing about names."""

from __future__ import annotations

import re

from framing.voices import lexicon as lx

__all__ = ["is_headline"]

_LONGER_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL_WORDS = lx.PREPOSITIONS | lx.DETERMINERS | {"and", "but", "nor"}
"""Words that headline capitals leave small."""
_SECOND_SENTENCE = re.compile(r"[.!?](?<=[a-z]{2}.)[”’\"']? +[“‘\"'(\[]?[A-Z]")


def is_headline(line: str) -> bool:
    """Whether a line is one sentence in which nearly all the longer words are capitalised."""
    if not 0 < len(line) < 250 or _SECOND_SENTENCE.search(line) or _is_prose(line):
        return False
    words = [word for word in _LONGER_WORD.findall(line) if word.casefold() not in _SMALL_WORDS]
    capitals = sum(1 for word in words if word[0].isupper())
    return len(words) >= 3 and capitals >= 0.8 * len(words)


def _is_prose(line: str) -> bool:
    """Whether the words in small letters alone are too many for a headline, however the others are divided."""
    small = [word for word in line.split() if word.islower()]
    longer = [word for word in small if len(word) > 2 and word not in _SMALL_WORDS and word.isalpha()]
    most_capitals = (len(line) - len(" ".join(small))) // 4 + 1
    return most_capitals < 4 * len(longer)
