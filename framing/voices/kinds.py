"""What a run of capitalised words names, and how many of its words are a title, by the words alone."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from framing.voices import lexicon as lx

__all__ = ["SUFFIX", "NameKind", "classify", "low_form"]

NameKind = Literal["person", "organization", "group", "place", "role", "unknown"]

SUFFIX = re.compile(r"(?:Jr|Sr)\.?$|I{2,3}$|IV$")
_NO_PERSON = lx.PARTIES_AND_PEOPLES | lx.PORTFOLIOS


@lru_cache(8192)
def low_form(word: str) -> str:
    return word.casefold().rstrip(".").replace("’", "'")


@lru_cache(8192)
def classify(words: tuple[str, ...], article: bool, headline: bool, opening: bool) -> tuple[int, NameKind, bool]:
    """How many of the words are title, what the rest names, and whether more than capitals says so."""
    lows = tuple(map(low_form, words))
    if article and lows[-1] in lx.ROLES and lows[-1] not in lx.ORGANIZATION_HEADS and not words[-1].isupper():
        return len(lows), "role", False
    cut = 0 if headline or (len(lows) > 1 and not opening and lows[0] in lx.CONDITIONS) else _title_length(lows)
    kind, evidence = _kind(words, lows, cut, article=article, headline=headline)
    if kind == "organization":
        return 0, kind, evidence
    while kind == "person" and len(words) - cut > 1 and _describes(words[cut], lows[cut]):
        cut += 1
    if kind == "unknown" and not headline and len(words) - cut == 2 and lows[cut] in lx.PARTIES:
        cut += 1
    return cut, kind, evidence


def _describes(word: str, low: str) -> bool:
    """“Republican”, “GOP” before a name."""
    return low in lx.PARTIES_AND_PEOPLES or (word.isupper() and len(word) > 2 and "." not in word)


def _title_length(lows: tuple[str, ...]) -> int:
    """The words up to the last title or role word that still leaves a name after it."""
    cut = 0
    for index, low in enumerate(lows):
        last = index == len(lows) - 1
        if low in lx.ROLES or low in lx.HONORIFICS or (not last and lx.OCCUPATIONS.search(low)):
            if last and index > cut and not all(map(_is_title, lows[cut:index])):
                continue
            cut = index + 1
    return cut


def _is_title(low: str) -> bool:
    return low in lx.TITLE_PARTS or low in lx.ROLES or low in lx.PARTIES_AND_PEOPLES


def _kind(
    words: tuple[str, ...], lows: tuple[str, ...], cut: int, *, article: bool, headline: bool
) -> tuple[NameKind, bool]:
    rest = lows[cut:]
    title = lows[cut - 1] if cut else None
    if not rest:
        return "role", False
    if " ".join(rest) in lx.PLACES:
        return "place", False
    if rest[-1] in lx.ORGANIZATION_HEADS or rest[0] in {"center", "centre", "bank", "university", "house"}:
        if title in lx.HONORIFICS or (title and len(rest) == 1 and title not in _NO_PERSON):
            return "person", True
        if not (len(rest) == 2 and rest[0] in lx.GIVEN_NAMES):
            return "organization", False
    if _is_group(rest):
        return "group", False
    if rest[-1] in lx.PARTIES_AND_PEOPLES or all(low in lx.COMMON_NOUNS for low in rest):
        return "role", False
    if title and title not in lx.PARTIES_AND_PEOPLES:
        return "person", True
    alone = words[-1].replace(".", "")
    if len(words) == 1 and alone.isupper() and 1 < len(alone) < 7 and not headline:
        return "organization", False
    return ("person", True) if not article and _is_personal(words[cut:], rest) else ("unknown", False)


def _is_group(lows: tuple[str, ...]) -> bool:
    last = lows[-1]
    singular = last[:-1] if last.endswith("s") else last
    if last.endswith("s") and (singular in lx.PARTIES_AND_PEOPLES or singular in lx.ROLES):
        return len(lows) == 1 or lows[0] not in lx.GIVEN_NAMES
    return len(lows) == 1 and last in lx.PARTIES_AND_PEOPLES


def _is_personal(words: tuple[str, ...], lows: tuple[str, ...]) -> bool:
    """A common given name, an initial or “Jr.” tells a person's name."""
    if len(words) < 2:
        return False
    initial = any(len(word.replace(".", "")) <= 2 and "." in word for word in words[:-1])
    return lows[0] in lx.GIVEN_NAMES or initial or bool(SUFFIX.match(words[-1]))
