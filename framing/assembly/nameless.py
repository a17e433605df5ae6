"""Sources without a name: told apart by what describes them, and found in the article by it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from framing.annotations import Speaker
from framing.assembly.places import Locations, Part
from framing.schemas import DraftSpeaker
from framing.text import Span

__all__ = ["Key", "Nameless", "describe"]

Key = tuple[int, str]
"""The number of a part and the key of a speaker in its draft."""
Nameless = tuple[Key, tuple[Part, DraftSpeaker], tuple[Span, ...]]
"""A source without a name, and the first passage that it says."""

_REACH = 600
"""How far from its first statement, in characters, the description of a source may stand."""
_NOUN_REACH = 200
"""The same for its noun alone: about a sentence to either side."""
_AFTER_NOUN = re.compile(
    r"\s*[,(]|\s(?:of|in|at|for|from|with|on|by|to|under|near|who|whose|whom|which|that|close|familiar|\w+ing)\b"
)
_NOUN = re.compile(r"[^\W\d_]{4,}$")
_WORD_BEFORE = re.compile(r"([\w’'-]+)\s+$")
_LONGEST_WORD = 40


def describe(
    sources: Iterable[Nameless], taken: Sequence[Speaker], locations: Locations
) -> tuple[list[Speaker], dict[Key, str]]:
    """The sources as speakers, and the id of each key.

    Of two drafts, those with the same description are one source; in one draft each is a source of its own. A
    description is kept as the words that the article has for it, near what the source says but not in it. One
    that stands there only by its noun (“senior state trooper”, where the article has “a senior trooper”) or not
    at all is a problem.
    """
    found: dict[tuple[str, int], Speaker] = {}
    ids: dict[Key, str] = {}
    met: Counter[tuple[int, str]] = Counter()
    for key, (part, draft), said in sources:
        role = (draft.role or "").strip()
        same = role.casefold() or f"{key}"
        met[key[0], same] += 1
        one = (same, met[key[0], same])
        if one not in found:
            place = _described(role, said, locations, item=part.item(f"speaker {draft.key}")) if role else None
            found[one] = Speaker(
                id=f"S{len(taken) + len(found) + 1}",
                name=None,
                role=place.of(locations.document.text) if place else None,
                mentions=(place,) if place else (),
                kind="unnamed",
            )
        ids[key] = found[one].id
    return list(found.values()), ids


def _described(role: str, said: Sequence[Span], locations: Locations, *, item: str) -> Span | None:
    if place := locations.find_outside(role, said, reach=_REACH):
        return place
    reason = f"the description {role!r} does not stand near what its source says"
    for words, reach in _shorter(role):
        if noun := locations.find_outside(words, said, reach=reach):
            place = _with_words_before(locations.document.text, noun, role)
            reason = f"{reason}: {place.of(locations.document.text)!r} is kept in its place"
            locations.report("detail", reason, item=item, raw=role)
            return place
    locations.report("detail", f"{reason}: left out", item=item, raw=role)
    return None


def _shorter(role: str) -> Iterator[tuple[str, int]]:
    """The description without what follows its noun, and its noun alone, each with its reach."""
    after = _AFTER_NOUN.search(role, 1)
    phrase = role[: after.start()] if after else role
    if phrase != role:
        yield phrase, _REACH
    if (noun := _NOUN.search(phrase)) and noun.group() != phrase:
        yield noun.group(), _NOUN_REACH


def _with_words_before(text: str, noun: Span, role: str) -> Span:
    """The noun with the words of the description that stand right before it."""
    words, start = set(role.casefold().split()), noun.start
    while match := _WORD_BEFORE.search(text, max(0, start - _LONGEST_WORD), start):
        if match[1].casefold() not in words:
            break
        start = match.start(1)
    return Span(start, noun.end)
