"""Who is who across several articles: the same source has the same letter and colour in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from framing.annotations import NARRATOR, UNATTRIBUTED
from framing.quotes.people import compatible
from framing.reports.voices import COLOURS, Voice, letters

__all__ = ["Person", "shared_cast"]


@dataclass(slots=True)
class Person:
    """A source, with the voice that it has in each article (by place) that has it."""

    name: str
    voices: dict[int, Voice] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return next(iter(self.voices.values())).tag

    @property
    def colour(self) -> int:
        return next(iter(self.voices.values())).colour

    @property
    def kind(self) -> str:
        return next(iter(self.voices.values())).kind

    @property
    def statements(self) -> int:
        return sum(voice.statements for voice in self.voices.values())

    @property
    def words(self) -> int:
        return sum(voice.words for voice in self.voices.values())


def shared_cast(heard: Sequence[Sequence[Voice]]) -> tuple[tuple[Person, ...], tuple[tuple[Voice, ...], ...]]:
    """The sources of all articles, and the voices of each article with the letters and colours of these sources.

    Those whom most articles quote come first. Names are those of one person where one can stand for the other
    (“Ana Ruiz”, “Mayor Ruiz”); an unnamed source is never taken for that of another article.
    """
    people: list[Person] = []
    for number, voices in enumerate(heard):
        for voice in filter(_is_source, voices):
            _person(people, voice, number).voices[number] = voice
    people.sort(key=lambda person: (-len(person.voices), -person.statements, -person.words))
    for place, person in enumerate(people):
        tag, colour = letters(place), place % COLOURS + 1
        person.voices = {at: replace(voice, tag=tag, colour=colour) for at, voice in person.voices.items()}
    return tuple(people), tuple(tuple(_in_article(voices, people, at)) for at, voices in enumerate(heard))


def _is_source(voice: Voice) -> bool:
    return voice.id not in (NARRATOR, UNATTRIBUTED)


def _person(people: list[Person], voice: Voice, number: int) -> Person:
    """The person that a voice of an article belongs to; two voices of one article are two people."""
    for person in people:
        if voice.named and number not in person.voices and _same(person, voice):
            person.name = max(person.name, voice.name, key=len)
            return person
    people.append(Person(voice.name))
    return people[-1]


def _same(person: Person, voice: Voice) -> bool:
    return all(other.named and compatible(other.name, voice.name) for other in person.voices.values())


def _in_article(voices: Sequence[Voice], people: Sequence[Person], number: int) -> Iterator[Voice]:
    known = {person.voices[number].id: person.voices[number] for person in people if number in person.voices}
    yield from (known.get(voice.id, voice) for voice in voices)
