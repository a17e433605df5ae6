"""Block quotations without marks: where the paragraphs that follow “He continued:” end.

News prose has no first person outside quotations, so a paragraph with *I*, *we* or *you* still belongs to the
speaker. A paragraph without belongs to him only if one with it follows before the narrator is heard again: by
another cue, by naming the speaker from outside, or by a quotation with its own attribution. A passage quoted
from an outlet is itself full of reports: it lasts while the same sources are reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framing.backends.rules.drafts import Draft
from framing.backends.rules.lexicon import words
from framing.backends.rules.phrases import Phrase
from framing.backends.rules.sentences import Unit

__all__ = ["Passage", "block_end", "is_outlet"]

_FIRST_PERSON = words("i we me my our mine ours myself ourselves let's")
_FIRST_AND_SECOND_PERSON = _FIRST_PERSON | words("us you your yours")
"""An outlet, too, may say *us* (“told us”) and *you*."""
_OUTLETS = words("""
    news times post journal tribune herald gazette guardian telegraph examiner press reuters bbc cnn nbc abc
    cbs npr pbs msnbc chronicle globe observer mail sun star mirror independent magazine weekly daily
    politico axios review network radio tv television agency newspaper outlet website paper wire report
    reports""")
_LOOK_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph: its sentences, and the reports of each."""

    units: tuple[Unit, ...]
    drafts: tuple[tuple[Draft, ...], ...]

    def reports(self) -> Iterator[tuple[Unit, Draft]]:
        for unit, drafts in zip(self.units, self.drafts, strict=True):
            for draft in drafts:
                yield unit, draft

    @property
    def opens(self) -> bool:
        """Whether a cue of this paragraph ends in a colon with nothing behind it."""
        return any(draft.opens for _, draft in self.reports())

    @property
    def begins_quoted(self) -> bool:
        return bool(self.units) and self.units[0].code(0) == "Q"

    def opener(self) -> tuple[Unit, Draft] | None:
        """The cue with which the paragraph ends, where that opens a report."""
        last = self.drafts[-1][-1] if self.drafts and self.drafts[-1] else None
        return (self.units[-1], last) if last and last.opens else None

    def sources(self) -> list[tuple[Unit, Phrase]]:
        """Where this paragraph, in the voice of its writer, names someone who speaks."""
        speaking = ("speech", "evidence")
        return [(u, d.source) for u, d in self.reports() if d.source and d.kind in speaking]

    def is_personal(self) -> bool:
        return any(not _FIRST_AND_SECOND_PERSON.isdisjoint(unit.low) for unit in self.units)

    def is_first_person(self) -> bool:
        return any(not _FIRST_PERSON.isdisjoint(unit.low) for unit in self.units)

    def attributes(self, source: str) -> bool:
        """Whether somebody is quoted in it whose naming begins with one of these word classes."""
        return any(_is_attributed_quotation(unit, draft, source) for unit, draft in self.reports())

    def names(self) -> set[str]:
        return {word for unit in self.units for word in _names(unit, (0, len(unit) - 1))}


def is_outlet(unit: Unit, draft: Draft) -> bool:
    """Whether the source of a cue is a news outlet rather than a person."""
    if draft.source is None:
        return False
    first, last = draft.source
    return not _OUTLETS.isdisjoint(unit.low[first : last + 1])


def block_end(passages: Sequence[Passage], first: int, unit: Unit, draft: Draft) -> int:
    """The last paragraph of the block that begins at paragraph `first` and was opened by `draft` in `unit`."""
    if is_outlet(unit, draft):
        return _end_of_outlet_block(passages, first)
    speaker = set(_names(unit, draft.source)) if draft.source else set()
    last = first
    for number in range(first + 1, len(passages)):
        if number - last > _LOOK_AHEAD or _narrator_speaks(passages[number], speaker):
            break
        if passages[number].is_personal():
            last = number
    return last


def _narrator_speaks(passage: Passage, speaker: set[str]) -> bool:
    if passage.opens:
        return True
    if passage.is_personal():
        return not passage.is_first_person() and passage.attributes("N")
    if passage.attributes("pNd"):
        return True
    named = any(_names(unit, source) for unit, source in passage.sources())
    return named or not speaker.isdisjoint(passage.names())


def _is_attributed_quotation(unit: Unit, draft: Draft, source: str) -> bool:
    spoken = draft.kind == "speech" and draft.source is not None and unit.codes[draft.source[0]] in source
    return spoken and unit.within(draft.content, "Q")


def _end_of_outlet_block(passages: Sequence[Passage], first: int) -> int:
    known = {word for unit, source in passages[first].sources() for word in _names(unit, source)}
    last = first
    for number in range(first + 1, len(passages) if passages[first].sources() else 0):
        sources = passages[number].sources()
        same = all(_is_pronoun(unit, s) or not known.isdisjoint(_names(unit, s)) for unit, s in sources)
        if not sources or not same or passages[number].opens:
            break
        last = number
    return last


def _is_pronoun(unit: Unit, source: Phrase) -> bool:
    return unit.codes[source[0] : source[1] + 1] in ("p", "d", "h")


def _names(unit: Unit, phrase: Phrase) -> list[str]:
    return [unit.low[at] for at in range(phrase[0], phrase[1] + 1) if unit.codes[at] == "N"]
