"""Whether two ways of naming a source name the same one, read from the words alone.

A corpus such as PolNeAR marks the words that name the source of each attribution, without saying which of them
name the same person. So a source is compared by the name at the head of those words ("Symone Sanders" in
"Symone Sanders, the press secretary"), and, where they have no name there, by the place of their head.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from framing.text import Span

__all__ = ["head_name", "head_span", "same_name"]

_WORD = re.compile(r"[^\W_](?:[^\W_]|[.’'&-](?=[^\W_]))*\.?")
_HEAD_ENDS = re.compile(
    r"[,;:(\[—–]|\s(?:of|for|from|with|at|in|on|who|whose|whom|which|that|and|or|by|to|like|near|about)\s", re.I
)
_PARENTHESIS = re.compile(r"\([^)]*\)")
_POSSESSIVE = re.compile(r"^.*[’']s?\s", re.S)
_PRONOUN_WORDS = """
i we you he she it they his her its their him them us me this that these those who one some many most both others
another all each several few none neither either someone everyone everybody nobody
"""
_TITLE_WORDS = """
mr mrs ms miss mx dr sir dame lord lady sen senator rep representative gov governor president prime minister
secretary attorney general gen col lt sgt capt maj adm judge justice mayor sheriff prof professor rev pope king
queen prince princess former the a an chairman chairwoman chief speaker moderator candidate
"""
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())
_TITLES = frozenset(_TITLE_WORDS.split())


def head_span(text: str, spans: Sequence[Span]) -> Span | None:
    """The last word of the head of a source: "officials" in "two officials at the agency"."""
    words = _head_words(text, spans)
    return words[-1] if words else None


def head_name(text: str, spans: Sequence[Span]) -> str | None:
    """The name at the head of a source, or None where its head is a pronoun or a common noun."""
    words = _head_words(text, spans)
    run: list[str] = []
    for span in reversed(words):
        word = span.of(text)
        if not word[:1].isupper():
            break
        run.insert(0, word)
    while run and _plain(run[0]) == "the":
        run.pop(0)
    if not run or (len(run) == 1 and _plain(run[0]) in _PRONOUNS | _TITLES):
        return None
    return " ".join(run)


def same_name(one: str, other: str) -> bool:
    """Whether two names can be of the same source: same last part, and no contradicting first part."""
    a, b = _parts(one), _parts(other)
    if not a or not b:
        return False
    if set(a) <= set(b) or set(b) <= set(a):
        return True
    if a[-1] != b[-1]:
        return False
    return len(a) == 1 or len(b) == 1 or (a[0][0] == b[0][0] and 1 in (len(a[0]), len(b[0])))


def _head_words(text: str, spans: Sequence[Span]) -> list[Span]:
    if not spans:
        return []
    first = min(spans)
    source = _PARENTHESIS.sub(lambda found: " " * len(found.group()), first.of(text))
    segments = _segments(source)
    for start, end in segments:
        words = [Span(first.start + m.start(), first.start + m.end()) for m in _WORD.finditer(source, start, end)]
        if words and (words[-1].of(text)[:1].isupper() or len(segments) == 1):
            return words
    start, end = segments[0]
    return [Span(first.start + m.start(), first.start + m.end()) for m in _WORD.finditer(source, start, end)]


def _segments(source: str) -> list[tuple[int, int]]:
    """The head phrase and, where a comma ends it, the apposition after it; what possesses them cut off."""
    end = _HEAD_ENDS.search(source, 1)
    bounds = [(0, end.start() if end else len(source))]
    if end and end.group() == ",":
        after = _HEAD_ENDS.search(source, end.end())
        bounds.append((end.end(), after.start() if after else len(source)))
    return [(start + _possessor(source[start:stop]), stop) for start, stop in bounds]


def _possessor(phrase: str) -> int:
    owned = _POSSESSIVE.match(phrase.rstrip())
    return owned.end() if owned else 0


def _parts(name: str) -> list[str]:
    parts = [_plain(match.group()) for match in _WORD.finditer(name)]
    return [part for part in parts if part not in _TITLES] or parts


def _plain(word: str) -> str:
    return re.sub(r"[’']s$", "", word.casefold()).rstrip(".")
