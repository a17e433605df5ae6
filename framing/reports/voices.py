"""The voices of an article as a page shows them: a letter, a colour, and their share of the words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from framing.annotations import NARRATOR, UNATTRIBUTED, Analysis, Speaker, Statement
from framing.text import Span

__all__ = ["COLOURS", "Voice", "letters", "voices", "words_by_voice"]

COLOURS = 7
"""How many colours there are: those of Okabe and Ito (2008) without black; the letter tells the rest apart."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who says something. `tag` is a letter, "?" for nobody in particular, "" for the outlet itself.

    `colour` counts from 1 to COLOURS; 0 is the outlet's and that of unattributed speech, which have none.
    """

    id: str
    name: str
    role: str | None
    kind: str
    tag: str
    colour: int
    words: int
    share: float
    statements: int
    claims: int
    passages: int
    named: bool = True


def voices(analysis: Analysis, text: str) -> tuple[Voice, ...]:
    """The outlet first, then every source that says or claims something, in the order of the article."""
    words = words_by_voice(analysis, text)
    total = sum(words.values()) or 1
    found: list[Voice] = []
    for voice in _in_order(analysis):
        number = sum(bool(other.tag and other.tag != "?") for other in found)
        name, role, kind = _named(analysis, voice)
        source = voice not in (NARRATOR, UNATTRIBUTED)
        found.append(
            Voice(
                id=voice,
                name=name,
                role=role,
                kind=kind,
                tag=letters(number) if source else "?" if voice == UNATTRIBUTED else "",
                colour=number % COLOURS + 1 if source else 0,
                words=words.get(voice, 0),
                share=words.get(voice, 0) / total,
                statements=sum((s.speaker or UNATTRIBUTED) == voice for s in analysis.statements),
                claims=sum(claim.voice == voice for claim in analysis.claims),
                passages=sum(e.voice == voice for label in analysis.frames for e in label.evidence),
                named=source and analysis.speaker(voice).name is not None,
            )
        )
    return tuple(found)


def words_by_voice(analysis: Analysis, text: str) -> Mapping[str, int]:
    """Words in each voice: a word belongs to the innermost statement that it begins in, else to the outlet."""
    borders, owners = _owners(analysis.statements, len(text))
    counts: dict[str, int] = {NARRATOR: 0}
    for word in _WORD.finditer(text):
        owner = owners[bisect_right(borders, word.start()) - 1]
        counts[owner] = counts.get(owner, 0) + 1
    return counts


def _owners(statements: tuple[Statement, ...], length: int) -> tuple[list[int], list[str]]:
    """Borders in the text, and whose words begin at each: painted from the widest statement to the narrowest."""
    borders = sorted({0, length, *(at for s in statements for span in s.spans for at in (span.start, span.end))})
    at = {border: number for number, border in enumerate(borders)}
    owners = [NARRATOR] * len(borders)
    for statement in sorted(statements, key=lambda s: -sum(map(len, s.spans))):
        for span in statement.spans:
            for number in range(at[span.start], at[span.end]):
                owners[number] = statement.speaker or UNATTRIBUTED
    return borders, owners


def _in_order(analysis: Analysis) -> Iterator[str]:
    places: list[tuple[Span, str]] = [(s.spans[0], s.speaker or UNATTRIBUTED) for s in analysis.statements]
    places += [(claim.spans[0], claim.voice) for claim in analysis.claims]
    places += [(e.spans[0], e.voice) for label in analysis.frames for e in label.evidence]
    yield from dict.fromkeys([NARRATOR, *(voice for _, voice in sorted(places))])


def _named(analysis: Analysis, voice: str) -> tuple[str, str | None, str]:
    """Name, role and kind of a voice."""
    if voice == NARRATOR:
        return analysis.document.outlet or "The outlet itself", None, "outlet"
    if voice == UNATTRIBUTED:
        return "Unattributed", "said by nobody in particular", UNATTRIBUTED
    speaker: Speaker = analysis.speaker(voice)
    if speaker.name:
        return speaker.name, speaker.role, speaker.kind or "source"
    return speaker.role or "A source", "unnamed", speaker.kind or "unnamed"


def letters(number: int) -> str:
    """A … Z, AA, AB …, from 0 on."""
    written = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        written = chr(ord("A") + rest) + written
    return written
