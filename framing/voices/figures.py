"""A figure: one person, organisation or group that a text names, with all the text says about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from framing.annotations import SpeakerKind
from framing.voices import lexicon as lx
from framing.voices.names import Name, key_of
from framing.voices.roles import Role

__all__ = ["Figure", "gender_of_noun", "same_person", "spelled_out"]


@dataclass(slots=True, eq=False)
class Figure:
    """A person, organisation or group that the text names. `names` are its occurrences, in order.

    What stands beside a name is read when somebody asks for it: most figures of an article say nothing and are
    looked for by nothing but their names.
    """

    tokens: tuple[str, ...]
    kind: str
    names: list[Name] = field(default_factory=list)
    known_roles: list[Role] = field(default_factory=list)
    known_words: set[str] = field(default_factory=set)
    unread: list[tuple[Callable[[Figure, Name], None], Name]] = field(default_factory=list)
    """What reads the words beside a name, and the name."""
    full: int = 0
    introduced: int = 0
    """Where it is first named in full."""
    spoke: bool = False
    honorific: str | None = None
    """“m” or “f” where a title of address tells."""
    _told: tuple[tuple[int, ...], str | None] = ((), None)
    votes: dict[str, int] = field(default_factory=lambda: {"m": 0, "f": 0})
    """How often the article calls this one he and she."""
    address: str | None = None
    """“Mr.”, “Ms.” where nothing else tells this one from namesakes."""

    @property
    def key(self) -> tuple[str, ...]:
        return key_of(self.tokens)

    @property
    def roles(self) -> list[Role]:
        """Every role that the text gives beside a name, in order."""
        while self.unread:
            self._read_one()
        return self.known_roles

    @property
    def described(self) -> set[str]:
        """All words of its roles, its party and its state."""
        while self.unread:
            self._read_one()
        return self.known_words

    @property
    def role(self) -> Role | None:
        """The first of its roles."""
        while self.unread and not self.known_roles:
            self._read_one()
        return self.known_roles[0] if self.known_roles else None

    def _read_one(self) -> None:
        read, name = self.unread.pop(0)
        read(self, name)

    def name(self, flat: str) -> str:
        """The fullest form the text has, without titles (save where the title is all that tells two apart)."""
        if self.address:
            return " ".join((self.address, *self.tokens))
        key = self.key
        spelled = [n for n in self.names if n.key == key and not n.headline]
        if not spelled:
            return _in_small_letters(flat, " ".join(self.tokens))
        name = next((n for n in spelled if not all(map(str.isupper, n.tokens))), spelled[0])
        return _in_small_letters(flat, " ".join(name.bare.of(flat).replace("&amp;", "&").split()))

    def speaker_kind(self) -> SpeakerKind | None:
        if self.kind == "unknown":
            return "person" if any(self.votes.values()) else None
        kinds: dict[str, SpeakerKind] = {"place": "organization", "group": "group", "organization": "organization"}
        return kinds.get(self.kind, "person")

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    def gender(self) -> str | None:
        """“m”, “f” or None: by title of address, by gendered nouns, by the article's pronouns, by given name."""
        evidence = (self.honorific is not None, len(self.roles), self.votes["m"], self.votes["f"])
        if self._told[0] != evidence:
            self._told = (evidence, self._tell())
        return self._told[1]

    def _tell(self) -> str | None:
        if self.honorific:
            return self.honorific
        for role in self.roles:
            if told := gender_of_noun(role.head):
                return told
        if told := self._voted(margin=2):
            return told
        if len(self.tokens) > 1:
            given = self.key[0]
            if given in lx.MALE_NAMES:
                return "m"
            if given in lx.FEMALE_NAMES:
                return "f"
        return self._voted(margin=1)

    def _voted(self, *, margin: int) -> str | None:
        he, she = self.votes["m"], self.votes["f"]
        if abs(he - she) < margin or min(he, she) * 3 > max(he, she):
            return None
        return "m" if he > she else "f"


def _in_small_letters(flat: str, name: str) -> str:
    """A name that stands in capitals alone, each word as the article writes it elsewhere, if it does.

    “ANN-MARIE ROE … Ann-Marie … her niece, Zoe Roe”: Ann-Marie Roe. Single words may be acronyms and stay.
    """
    words = name.split(" ")
    if len(words) < 2 or not name.isupper():
        return name
    for index, word in enumerate(words):
        for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", flat, re.IGNORECASE):
            if match[0][0].isupper() and not match[0].isupper():
                words[index] = match[0]
                break
    return " ".join(words)


def gender_of_noun(noun: str) -> str | None:
    """“f” for spokeswoman, “m” for chairman, None for senator."""
    if lx.FEMALE_ROLES.fullmatch(noun):
        return "f"
    return "m" if lx.MALE_ROLES.fullmatch(noun) else None


def same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two full names with the same last word can name one person."""
    if one[-1] != other[-1]:
        return False
    return same_given(one[0], other[0]) or one[-2:] == other[-2:]


def same_given(one: str, other: str) -> bool:
    """Equal, an initial of the other, or a customary short form of it."""
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    return bool(lx.NICKNAMES.get(one, frozenset()) & lx.NICKNAMES.get(other, frozenset()))


def spelled_out(given: str) -> bool:
    return len(given) > 2
