"""Block quotations without marks: where the paragraphs that follow “He continued:” end.

News prose has no first person outside quotations, so a paragraph with *I*, *we* or *you* still belongs to
the speaker. A paragraph without belongs to him only if one with it follows before the narrator is heard
again: by another cue, by naming the speaker from outside, or by a quotation with its own attribution.
A passage quoted from an outlet is itself full of reports: it lasts while the same sources are reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from framing.backends.rules.indirect import Draft
from framing.backends.rules.sentences import Unit

__all__ = ["Passage", "block_end", "is_outlet"]

_FIRST_PERSON = re.compile(r"^(?:i|we|me|us|my|our|mine|ours|myself|ourselves|you|your|yours|let's)$")
_LOOK_AHEAD = 3
_OUTLET_WORDS = frozenset(
    ["news", "times", "post", "journal", "tribune", "herald", "gazette", "guardian", "telegraph", "examiner", "press", "reuters", "bbc", "cnn", "nbc", "abc", "cbs", "npr", "pbs", "msnbc", "chronicle", "globe", "observer", "mail", "sun", "star", "mirror", "independent", "magazine", "weekly", "daily", "politico", "axios", "review", "network", "radio", "tv", "television", "agency", "newspaper", "outlet", "website", "paper", "wire", "report", "reports"]
)
_REPORTING = frozenset({"report", "write", "note"})


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph: its units and the reports found in each."""

    units: tuple[Unit, ...]
    drafts: tuple[tuple[Draft, ...], ...]

    @property
    def opens(self) -> bool:
        return any(draft.opens for drafts in self.drafts for draft in drafts)

    def sources(self) -> list[tuple[Unit, tuple[int, int]]]:
        """Where this paragraph, in the voice of its writer, names someone who speaks."""
        return [
            (unit, draft.source)
            for unit, drafts in zip(self.units, self.drafts, strict=True)
            for draft in drafts
            if draft.source and draft.kind in ("speech", "evidence") and not draft.inferred
        ]

    def personal(self) -> bool:
        return any(
            _FIRST_PERSON.match(w)
            for unit in self.units
            for w, c in zip(unit.low, unit.codes, strict=True)
            if c != "Q"
        )

    def names(self) -> set[str]:
        return {w for unit in self.units for w, c in zip(unit.low, unit.codes, strict=True) if c == "N"}


def is_outlet(unit: Unit, draft: Draft) -> bool:
    """Whether the source of a colon cue is a news outlet rather than a person."""
    if draft.source is None:
        return False
    words = set(unit.low[draft.source[0] : draft.source[1] + 1])
    return bool(words & _OUTLET_WORDS)


def block_end(passages: Sequence[Passage], first: int, unit: Unit, draft: Draft) -> int:
    """The last paragraph of the block that begins at paragraph `first` and was opened by `draft` in `unit`."""
    if is_outlet(unit, draft):
        return _end_of_outlet_block(passages, first)
    speaker = _name_words(unit, draft.source)
    last = first
    for number in range(first + 1, len(passages)):
        if number - last > _LOOK_AHEAD or _narrator_speaks(passages[number], speaker):
            break
        if passages[number].personal():
            last = number
    return last


def _narrator_speaks(passage: Passage, speaker: set[str]) -> bool:
    if passage.opens:
        return True
    if _attributed_quotation(passage):
        return True
    if passage.personal():
        return False
    named = any(unit.codes[s[0] : s[1] + 1].count("N") for unit, s in passage.sources())
    return named or bool(speaker & passage.names())


def _attributed_quotation(passage: Passage) -> bool:
    for unit, drafts in zip(passage.units, passage.drafts, strict=True):
        for draft in drafts:
            if draft.source and draft.kind == "speech" and unit.codes[draft.source[0]] in "pNd":
                quoted = any(unit.codes[i] == "Q" for first, last in draft.content for i in range(first, last + 1))
                if quoted and not passage.personal():
                    return True
    return False


def _end_of_outlet_block(passages: Sequence[Passage], first: int) -> int:
    known: set[str] = set()
    for unit, source in passages[first].sources():
        known |= _name_words(unit, source)
    last = first
    if not passages[first].sources():
        return last
    for number in range(first + 1, len(passages)):
        sources = passages[number].sources()
        if not sources or passages[number].opens:
            break
        if not all(_is_pronoun(unit, s) or _name_words(unit, s) & known for unit, s in sources):
            break
        last = number
    return last


def _is_pronoun(unit: Unit, source: tuple[int, int]) -> bool:
    return unit.codes[source[0] : source[1] + 1] in ("p", "d", "h")


def _name_words(unit: Unit, source: tuple[int, int] | None) -> set[str]:
    if source is None:
        return set()
    return {unit.low[i] for i in range(source[0], source[1] + 1) if unit.codes[i] == "N"}


PassageMap = Mapping[int, Passage]
