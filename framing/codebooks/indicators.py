"""Finding a codebook's indicator words in a text: one pass, one compiled pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from framing.codebooks.model import Codebook
from framing.text import Span

__all__ = ["Indicators", "find_indicators"]


@dataclass(frozen=True, slots=True)
class Indicators:
    """The indicators of a codebook, compiled. Where several begin at one word, the longest counts.

    Case does not matter, except for an indicator written in capitals ("ICE"), which matches only so.
    A space or hyphen in an indicator matches either; `*` matches the rest of a word.
    """

    _folded: _Pattern
    _capitals: _Pattern

    @classmethod
    def of(cls, codebook: Codebook) -> Indicators:
        return _compiled(tuple((frame.code, frame.indicators) for frame in codebook.frames))

    def find(self, text: str) -> tuple[tuple[str, Span], ...]:
        """Every (frame code, place) in the order of the text; an indicator of two frames gives both."""
        found = [*self._folded.find(_lowered(text)), *self._capitals.find(text)]
        return tuple(sorted(found, key=lambda item: item[1]))


def find_indicators(codebook: Codebook, text: str) -> tuple[tuple[str, Span], ...]:
    """Every place where an indicator of a frame stands, as (frame code, span), in the order of the text."""
    return Indicators.of(codebook).find(text)


def _lowered(text: str) -> str:
    """`text` in lower case, character by character: no offset moves."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One alternation; the group that matched says which indicator, and so which frames, were met."""

    regex: re.Pattern[str]
    codes: tuple[tuple[str, ...], ...]

    def find(self, text: str) -> Iterator[tuple[str, Span]]:
        for match in self.regex.finditer(text):
            for code in self.codes[(match.lastindex or 0) - 1]:
                yield code, Span(*match.span())


@lru_cache(maxsize=32)
def _compiled(table: tuple[tuple[str, tuple[str, ...]], ...]) -> Indicators:
    folded: dict[str, list[str]] = {}
    capitals: dict[str, list[str]] = {}
    for code, indicators in table:
        for indicator in indicators:
            if indicator.isupper():
                capitals.setdefault(indicator, []).append(code)
            else:
                folded.setdefault(_lowered(indicator), []).append(code)
    return Indicators(_pattern(folded), _pattern(capitals))


def _pattern(frames: dict[str, list[str]]) -> _Pattern:
    # Branches that begin with a literal are passed over at once when another letter stands there: hence the
    # groups by first letter, and the empty group that tells the branches apart at their end.
    ordered = sorted(frames, key=lambda indicator: (indicator[0], -len(indicator), indicator))
    letters = [
        f"{re.escape(first)}(?:{'|'.join(_branch(indicator[1:]) for indicator in group)})"
        for first, group in groupby(ordered, key=lambda indicator: indicator[0])
    ]
    regex = re.compile(rf"(?<!\w)(?:{'|'.join(letters) or '(?!)'})(?!\w)")
    return _Pattern(regex, tuple(tuple(frames[indicator]) for indicator in ordered))


def _branch(rest: str) -> str:
    return "".join(_TYPOGRAPHY.get(character, re.escape(character)) for character in rest) + "()"


_TYPOGRAPHY = {
    " ": r"[\s\u2010-\u2013-]{1,3}",
    "-": r"[\s\u2010-\u2013-]{1,3}",
    "'": "['’]",
    "’": "['’]",
    "*": r"\w*",
}
