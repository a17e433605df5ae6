"""Who is named in an article: one figure for each person or organisation, however it is named.

Full names come first; a short form (“Roe”, “Mr. Roe”, “Ann”) then goes to the figure whose name ends, or
begins, with it. Where several do, the title decides, then who is clearly the most named, then who was
last named in full. People the text tells apart are never merged.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from framing.annotations import SpeakerKind
from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.names import Name, key_of
from framing.voices.roles import Role, affiliation_after, read_role, role_after, role_before

__all__ = ["Cast", "Figure"]

_WORD = re.compile(r"[\w’'.&-]*\w")
_PARTICLES = frozenset((word,) for word in re.split(r"[| ]", lx.PARTICLES)) | {("st",)}
_DOMINANT = 2
"""A namesake is the one meant without more ado when named in full this many times as often as the next."""


@dataclass(slots=True, eq=False)
class Figure:
    """A person, organisation or group that the text names. `names` are its occurrences, in order."""

    tokens: tuple[str, ...]
    kind: str
    names: list[Name] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    described: set[str] = field(default_factory=set)
    full: int = 0
    introduced: int = 0
    """Where it is first named in full."""
    spoke: bool = False
    _told: tuple[tuple[int, ...], str | None] = ((), None)
    votes: Counter[str] = field(default_factory=Counter)
    address: str | None = None
    """“Mr.”, “Ms.” where nothing else tells this one from namesakes."""

    @property
    def key(self) -> tuple[str, ...]:
        return key_of(self.tokens)

    def name(self, flat: str) -> str:
        """The fullest form the text has, without titles (save where the title is all that tells two apart)."""
        if self.address:
            return " ".join((self.address, *self.tokens))
        spelled = [n for n in self.names if n.key == self.key and not n.headline]
        for name in sorted(spelled, key=lambda n: all(map(str.isupper, n.tokens))):
            return " ".join(name.bare.of(flat).split())
        return " ".join(self.tokens)

    def speaker_kind(self) -> SpeakerKind | None:
        if self.kind == "unknown":
            return "person" if self.votes.total() else None
        kinds: dict[str, SpeakerKind] = {"place": "organization", "group": "group", "organization": "organization"}
        return kinds.get(self.kind, "person")

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    def gender(self) -> str | None:
        """“m”, “f” or None: by title of address, by gendered nouns, by the article's pronouns, by given name."""
        evidence = (len(self.names), len(self.roles), self.votes["m"], self.votes["f"])
        if self._told[0] != evidence:
            self._told = (evidence, self._tell())
        return self._told[1]

    def _tell(self) -> str | None:
        for name in self.names:
            if name.honorific:
                return name.honorific
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


def gender_of_noun(noun: str) -> str | None:
    """“f” for spokeswoman, “m” for chairman, None for senator."""
    if lx.FEMALE_ROLES.fullmatch(noun):
        return "f"
    return "m" if lx.MALE_ROLES.fullmatch(noun) else None


class Cast:
    """All figures of a text, and which of them each name stands for."""

    def __init__(self, flat: str, names: Iterable[Name]) -> None:
        self.flat = flat
        self.names = tuple(names)
        self.figures: list[Figure] = []
        self.of: dict[int, Figure] = {}
        """Offset where a name starts → its figure."""
        self._exact: dict[tuple[str, ...], Figure] = {}
        self._short: dict[tuple[str, ...], list[Figure]] = {}
        self._titled: dict[tuple[str, ...], Figure] = {}
        self._full_at: dict[tuple[str, ...], list[tuple[int, Figure]]] = {}
        self._by_role: dict[str, list[Figure]] | None = None
        self._introduce()
        doubtful = [name for name in self.names if not self._link(name)]
        for name in doubtful:
            self._settle(name)

    # --- First pass: full names --------------------------------------------------------------------

    def _introduce(self) -> None:
        counts = Counter(name.key for name in self.names if name.kind in {"unknown", "person"})
        for name in self.names:
            if name.kind == "organization":
                self._introduce_organization(name)
            elif self._is_full_person(name, counts):
                self._introduce_person(name)
        self._introduce_couples()
        for name in self.names:
            alone = len(name.tokens) == 1 or name.key[:1] in _PARTICLES
            single = name.kind in {"person", "unknown"} and alone and not name.headline
            if single and (name.evidence or counts[name.key] > 1) and not self._candidates(name.key):
                self._add(Figure(name.tokens, "person" if name.evidence else "unknown"), name.key)

    def _is_full_person(self, name: Name, counts: Counter[tuple[str, ...]]) -> bool:
        if not 2 <= len(name.tokens) <= 5 or name.headline:
            return False
        if name.kind == "person":
            return name.key[:1] not in _PARTICLES
        last = name.key[-1]
        if name.kind != "unknown" or name.article or last in lx.PORTFOLIOS or _has_acronym(name.tokens):
            return False
        if name.key[:1] in _PARTICLES:
            return False
        if any(counts[name.key[-size:]] for size in range(1, len(name.key))) and last not in lx.PLACES:
            return True
        return bool(role_after(self.flat, name) or role_before(self.flat, name))

    def _introduce_person(self, name: Name) -> None:
        key = name.key
        if key in self._exact:
            return
        for figure in self._short.get(key[-1:], ()):
            if _same_person(figure.key, key):
                if (_spelled_out(key[0]), len(key)) > (_spelled_out(figure.key[0]), len(figure.key)):
                    figure.tokens = name.tokens
                self._index(figure, key)
                return
        self._add(Figure(name.tokens, "person", introduced=name.span.start), key)

    def _introduce_couples(self) -> None:
        """“Ann and Max Roe” are two Roes."""
        for one, other in pairwise(self.names):
            alone = len(one.tokens) == 1 and one.kind in {"person", "unknown"} and not one.title and not one.headline
            if alone and self.flat[one.span.end : other.span.start] == " and " and not one.possessive:
                figure = self._exact.get(other.key)
                if figure and figure.kind == "person" and len(other.tokens) > 1 and not self._meant(one):
                    tokens = (*one.tokens, *other.tokens[1:])
                    self._add(Figure(tokens, "person", introduced=one.span.start), key_of(tokens))

    def _introduce_organization(self, name: Name) -> None:
        figure = self._exact.get(name.key)
        if figure is None:
            figure = Figure(name.tokens, "organization")
            self._add(figure, name.key)
        if name.alias:
            self._exact.setdefault(key_of((name.alias,)), figure)

    def _add(self, figure: Figure, key: tuple[str, ...]) -> None:
        self.figures.append(figure)
        self._index(figure, key)

    def _index(self, figure: Figure, key: tuple[str, ...]) -> None:
        self._exact[key] = figure
        if figure.kind == "organization":
            if len(key) > 1 and key[-1] in lx.OUTLET_HEADS:
                self._short.setdefault(key[:-1], []).append(figure)
            for size in range(1, len(key)):
                self._short.setdefault(("the", *key[-size:]), []).append(figure)
            self._index_initials(figure, key)
            return
        for short in {*(key[-size:] for size in range(1, len(key))), key[:1]}:
            listed = self._short.setdefault(short, [])
            if figure not in listed[-8:]:
                listed.append(figure)

    def _index_initials(self, figure: Figure, key: tuple[str, ...]) -> None:
        initials = "".join(token[0] for token in figure.tokens if token[0].isupper()).casefold()
        if len(initials) > 2:
            self._short.setdefault((initials,), []).append(figure)

    # --- Second pass: every name -------------------------------------------------------------------

    def _link(self, name: Name) -> bool:
        """Link a name that can stand for one figure only; False where several share it."""
        if len(self._meant(name)) > 1:
            return False
        self._settle(name)
        return True

    def _settle(self, name: Name) -> None:
        figure = self.find(name)
        if figure is None and name.kind in {"group", "organization", "place"} and not name.headline:
            figure = Figure(name.tokens, name.kind)
            self._add(figure, name.key)
        if figure is not None:
            self.attach(figure, name)

    def find(self, name: Name) -> Figure | None:
        """The figure that `name` stands for, None where the text knows none of that name."""
        if (name.honorific or "", *name.key) in self._titled:
            return self._addressed(name)
        meant = self._meant(name)
        if len(meant) > 1:
            introduced = [f for f in meant if f.introduced <= name.span.start]
            meant = _by_title(introduced if len(introduced) > 1 else meant, name)
        if len(meant) > 1 and name.honorific:
            return self._addressed(name)
        if len(meant) > 1:
            return self._choose(name, meant)
        return meant[0] if meant else None

    def _meant(self, name: Name) -> list[Figure]:
        key = name.key
        if not key:
            return []
        exact = self._exact.get(key)
        if exact is not None and (len(key) > 1 or not self._short.get(key)):
            return [exact]
        return self._candidates(key, article=name.article)

    def _candidates(self, key: tuple[str, ...], *, article: bool = False) -> list[Figure]:
        if article and (found := self._short.get(("the", *key))):
            return found
        found = self._short.get(key, [])
        exact = self._exact.get(key)
        return [exact] if exact and not found else found

    def _choose(self, name: Name, candidates: list[Figure]) -> Figure:
        """Among namesakes: the one clearly named most in full, else the one last named in full."""
        first, second = sorted(candidates, key=lambda f: -f.full)[:2]
        if first.full >= _DOMINANT * max(second.full, 1):
            return first
        before = [f for f in self._full_before(name) if f in candidates]
        return before[0] if before else first

    def _addressed(self, name: Name) -> Figure:
        """“Mr. Roe” where the text leaves open which of the Roes is a man: a figure of its own."""
        key = (name.honorific or "", *name.key)
        if key not in self._titled:
            self._titled[key] = Figure(name.tokens, "person", address=(name.title or "").split()[-1])
            self.figures.append(self._titled[key])
        return self._titled[key]

    def _full_before(self, name: Name) -> list[Figure]:
        listed = self._full_at.get(name.key, [])
        last = bisect_left(listed, name.span.start, key=lambda item: item[0])
        return [figure for _, figure in reversed(listed[max(0, last - 8) : last])]

    def ensure(self, name: Name) -> Figure | None:
        """The figure that `name` stands for, a new one where nothing was known of it."""
        if figure := self.of.get(name.span.start):
            return figure
        if not name.tokens:
            return None
        figure = self.find(name)
        if figure is None:
            figure = Figure(name.tokens, name.kind)
            self._add(figure, name.key)
            self._by_role = None
        self.attach(figure, name)
        return figure

    def relink(self) -> None:
        """Link the names that stand for figures introduced since, also inside longer runs of capitals."""
        for name in self.names:
            if name.span.start not in self.of and name.tokens:
                if (figure := self.find(name)) is not None:
                    self.attach(figure, name)
        self._link_inside()

    def _link_inside(self) -> None:
        """Known names inside runs of capitals that are no name as a whole, as in headlines."""
        found: list[Name] = []
        for name in self.names:
            if len(name.tokens) > 1 and name.span.start not in self.of:
                found.extend(self._known_in(name))
        if found:
            self.names = tuple(sorted((*self.names, *found), key=lambda n: n.span))

    def _known_in(self, name: Name) -> Iterator[Name]:
        words = [(m[0], m.start(), m.end()) for m in _WORD.finditer(self.flat, name.span.start, name.span.end)]
        at = 0
        while at < len(words):
            for size in (3, 2, 1):
                part = words[at : at + size]
                tokens = tuple(word for word, _, _ in part)
                follows = words[at + size][0].casefold() if at + size < len(words) else ""
                if len(part) < size or follows in lx.ORGANIZATION_HEADS:
                    continue
                span = Span(part[0][1], part[-1][2])
                inner = replace(name, span=span, bare=span, tokens=tokens, title=None, possessive=False)
                figure = self.find(inner)
                if figure is not None and figure.kind == "person" and span.start not in self.of:
                    self.attach(figure, inner)
                    if span.start != name.span.start:
                        yield inner
                    at += size - 1
                    break
            at += 1

    def find_given(self, name: Name) -> Figure | None:
        """The figure a name from elsewhere stands for: its given name may be one the text does not use."""
        if figure := self.find(name):
            return figure
        if len(name.tokens) < 2:
            return None
        figure = self._exact.get(name.key[-1:])
        fitting = [f for f in self._candidates(name.key[-1:]) if len(f.key) == 1 or _same_person(f.key, name.key)]
        if not fitting and figure is not None and len(figure.key) == 1:
            fitting = [figure]
        return fitting[0] if len(fitting) == 1 else None

    def organization_called(self, head: str) -> Figure | None:
        """The one organisation whose name ends in this noun: “the institute”."""
        fitting = self._short.get(("the", head), [])
        return fitting[0] if len(fitting) == 1 else None

    def attach(self, figure: Figure, name: Name) -> None:
        """Enter `name` as an occurrence of `figure`, with all that stands beside it."""
        figure.names.append(name)
        self.of[name.span.start] = figure
        if figure.kind not in {"person", "unknown"}:
            return
        if name.evidence:
            figure.kind = "person"
        if len(name.tokens) > 1:
            figure.full += 1
            for size in range(1, len(name.key)):
                insort(self._full_at.setdefault(name.key[-size:], []), (name.span.start, figure), key=_first)
        self._note_roles(figure, name)

    def _note_roles(self, figure: Figure, name: Name) -> None:
        if name.title and (role := _title_role(self._title(name))):
            figure.roles.append(role)
            figure.described |= role.words
        if name.possessive or name.headline:
            return
        figure.described |= affiliation_after(self.flat, name)
        for role in (role_after(self.flat, name), role_before(self.flat, name)):
            if role and len(figure.roles) < 50:
                figure.roles.append(role)
                figure.described |= role.words

    def _title(self, name: Name) -> str:
        """The title, with the “former” before it that makes it another one."""
        start = name.span.start
        return f"former {name.title}" if self.flat[max(0, start - 7) : start] == "former " else name.title or ""

    # --- Roles -------------------------------------------------------------------------------------

    def with_role(self, role: Role) -> list[Figure]:
        """Everybody whom the description fits: same office, same rank, and nothing in it contradicted."""
        if self._by_role is None:
            self._by_role = {}
            for figure in self.figures:
                for head in {head for known in figure.roles for head in known.heads}:
                    self._by_role.setdefault(head, []).append(figure)
        return [f for f in self._by_role.get(role.head, ()) if _fits(f, role)]

    def only_one_with(self, role: Role) -> Figure | None:
        """The only one of that office in the text, where the description adds words that nothing contradicts."""
        self.with_role(role)
        known = (self._by_role or {}).get(role.head, [])
        if len(known) != 1 or _ranks(known[0], role.head) != {role.rank}:
            return None
        for words in (lx.PLACES, lx.PARTIES_AND_PEOPLES):
            said, told = role.words & words, known[0].described & words
            if said and told and not said & told:
                return None
        return known[0]


def _first(item: tuple[int, Figure]) -> int:
    return item[0]


def _has_acronym(tokens: tuple[str, ...]) -> bool:
    return any(len(token) > 2 and token.isupper() and "." not in token for token in tokens)


def _title_role(title: str) -> Role | None:
    words = [w for w in title.split() if w.casefold().rstrip(".") not in lx.HONORIFICS]
    return read_role(" ".join(words)) if words else None


def _ranks(figure: Figure, head: str) -> set[frozenset[str]]:
    return {known.rank - {"late"} for known in figure.roles if head in known.heads}


def _fits(figure: Figure, role: Role) -> bool:
    modifiers = {w for w in role.words if w not in lx.DETERMINERS and w != role.head}
    for known in figure.roles:
        if role.head in known.heads and known.rank - {"late"} == role.rank - {"late"}:
            return modifiers <= figure.described | known.words
    return False


def _by_title(candidates: list[Figure], name: Name) -> list[Figure]:
    """Those whom the title in front of a shared name leaves."""
    if name.honorific:
        known = [f for f in candidates if f.gender() == name.honorific]
        return known if len(known) == 1 else [f for f in candidates if f.gender() in {None, name.honorific}]
    role = _title_role(name.title) if name.title else None
    if role is None:
        return candidates
    return [f for f in candidates if any(known.head == role.head for known in f.roles)] or candidates


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two full names with the same last word can name one person."""
    if one[-1] != other[-1]:
        return False
    return same_given(one[0], other[0]) or one[-2:] == other[-2:]


def same_given(one: str, other: str) -> bool:
    """Equal, an initial of the other, or a customary short form of it."""
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    return bool(lx.NICKNAMES.get(one, frozenset()) & lx.NICKNAMES.get(other, frozenset()))


def _spelled_out(given: str) -> bool:
    return len(given) > 2
