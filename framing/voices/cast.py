"""Who is named in an article: one figure for each person or organisation, however it is named.

Full names come first; a short form (“Roe”, “Mr. Roe”, “Ann”) then goes to the figure whose name ends, or
begins, with it. Where several do, the title decides, then who is clearly the most named, then who was
last named in full. People the text tells apart are never merged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.figures import Figure, same_person, spelled_out
from framing.voices.names import Name, key_of
from framing.voices.namesakes import Namesakes
from framing.voices.roles import Role, affiliation_after, role_after, role_before, title_role

__all__ = ["Cast"]

_WORD = re.compile(r"[\w’'.&-]*\w")
_PERSONAL_AFTER = re.compile(r",? (?:\d\d?,|who\b|whose\b)")
"""Age and “who” belong to people."""
_VERB_AFTER = re.compile(r" (?:did|does|had|has|was|is|would|will|could|can|said|says|told|[a-z]+ed)\b")
_LOCATIVE = re.compile(r"\b(?:in|near|across|outside|throughout|around) $")
_ROLES_KEPT = 30
_PARTICLES = frozenset((word,) for word in re.split(r"[| ]", lx.PARTICLES)) | {("st",)}


class Cast:
    """All figures of a text, and which of them each name stands for."""

    def __init__(self, flat: str, names: Iterable[Name]) -> None:
        self.flat = flat
        self.names = tuple(names)
        self.figures: list[Figure] = []
        self.of: dict[int, Figure] = {}
        """Offset where a name starts → its figure."""
        self.namesakes = Namesakes()
        self._by_role: dict[str, list[Figure]] | None = None
        self._roles: dict[tuple[int, int, int, bool], tuple[Role | None, Role | None]] = {}
        self._first_words: set[str] | None = None
        self.shared: dict[int, list[Figure]] = {}
        """Offset where a name starts → all who bear it, where several do."""
        counts = Counter(name.key for name in self.names if name.kind in {"unknown", "person"})
        self._introduce_full(counts)
        for name in self.names:
            if len(name.tokens) > 1 and (figure := self.namesakes.exact.get(name.key)):
                self.attach(figure, name)
        self._introduce_short(counts)
        left = [name for name in self.names if name.span.start not in self.of]
        doubtful = [name for name in left if not self._link(name)]
        for name in doubtful:
            self.shared[name.span.start] = self.namesakes.meant(name)
            self._settle(name)

    # --- First: full names -------------------------------------------------------------------------

    def _introduce_full(self, counts: Counter[tuple[str, ...]]) -> None:
        subjects: list[Name] = []
        for name in self.names:
            if name.kind == "organization":
                self._introduce_organization(name)
            elif name.key in self.namesakes.exact:
                continue  # introduced where it stood first
            elif self._is_full_person(name, counts):
                self._introduce_person(name)
            elif self._is_subject(name) or self._is_called_by_its_first_word(name, counts):
                subjects.append(name)
        for name in subjects:
            if name.key not in self.namesakes.exact:
                self._add(Figure(name.tokens, "unknown", introduced=name.span.start), name.key)
        self._introduce_couples()

    def _introduce_short(self, counts: Counter[tuple[str, ...]]) -> None:
        """Figures that the text never names in full."""
        for name in self.names:
            alone = len(name.tokens) == 1 or name.key[:1] in _PARTICLES
            if name.kind not in {"person", "unknown"} or not alone or name.headline:
                continue
            known = self.namesakes.candidates(name.key)
            if known and name.title and (role := title_role(self._title(name))):
                if not any(_may_hold(figure, role, name) for figure in known):
                    figure = Figure(name.tokens, "person", known_roles=[role], introduced=name.span.start)
                    self._add(figure, name.key)
            elif not known and (name.evidence or counts[name.key] > 1):
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
        if _PERSONAL_AFTER.match(self.flat, name.span.end):
            return True
        return any(self._roles_beside(name))

    def _is_subject(self, name: Name) -> bool:
        """Whether a verb follows a name in full: somebody, or something, that acts."""
        if name.kind != "unknown" or not 2 <= len(name.tokens) <= 3 or name.article or name.headline:
            return False
        return name.key[:1] not in _PARTICLES and _VERB_AFTER.match(self.flat, name.span.end) is not None

    def _is_called_by_its_first_word(self, name: Name, counts: Counter[tuple[str, ...]]) -> bool:
        """“Acme Power … Acme”: a first word that stands alone, is no place and begins no other name."""
        if name.kind != "unknown" or len(name.tokens) < 2 or name.headline or not counts[name.key[:1]]:
            return False
        if self._first_words is None:
            longer = {name.key for name in self.names if len(name.key) > 1}
            located = {name.key for name in self.names if len(name.key) == 1 and self._is_located(name)}
            self._first_words = {
                word
                for word, times in Counter(name[0] for name in longer).items()
                if times == 1 and word not in lx.PLACES and (word,) not in located
            }
        return name.key[0] in self._first_words

    def _is_located(self, name: Name) -> bool:
        """“in Acme” is a place."""
        return _LOCATIVE.search(self.flat, max(0, name.span.start - 12), name.span.start) is not None

    def _introduce_person(self, name: Name) -> None:
        key = name.key
        if key in self.namesakes.exact:
            return
        for figure in self.namesakes.short.get(key[-1:], ()):
            if same_person(figure.key, key):
                if (spelled_out(key[0]), len(key)) > (spelled_out(figure.key[0]), len(figure.key)):
                    figure.tokens = name.tokens
                self.namesakes.add(figure, key)
                return
        self._add(Figure(name.tokens, "person", introduced=name.span.start), key)

    def _introduce_couples(self) -> None:
        """“Ann and Max Roe” are two Roes."""
        for one, other in pairwise(self.names):
            alone = (
                len(one.tokens) == 1 and one.kind in {"person", "unknown"} and not one.title and not one.headline
            )
            if alone and self.flat[one.span.end : other.span.start] == " and " and not one.possessive:
                figure = self.namesakes.exact.get(other.key)
                if figure and figure.kind == "person" and len(other.tokens) > 1 and not self.namesakes.meant(one):
                    tokens = (*one.tokens, *other.tokens[1:])
                    self._add(Figure(tokens, "person", introduced=one.span.start), key_of(tokens))

    def _introduce_organization(self, name: Name) -> None:
        figure = self.namesakes.exact.get(name.key)
        if figure is None:
            figure = Figure(name.tokens, "organization")
            self._add(figure, name.key)
        if name.noun:
            self.namesakes.explain(figure, name.noun)
        if name.alias:
            self.namesakes.exact.setdefault(key_of((name.alias,)), figure)

    def _add(self, figure: Figure, key: tuple[str, ...]) -> None:
        self.figures.append(figure)
        self.namesakes.add(figure, key)

    # --- Then: every name --------------------------------------------------------------------------

    def _link(self, name: Name) -> bool:
        """Link a name that can stand for one figure only; False where several share it."""
        if len(self.namesakes.meant(name)) > 1:
            return False
        self._settle(name)
        return True

    def _settle(self, name: Name) -> None:
        figure = self.namesakes.find(name)
        if figure is None and name.kind in {"group", "organization", "place"} and not name.headline:
            figure = Figure(name.tokens, name.kind)
            self._add(figure, name.key)
        if figure is not None:
            self.attach(figure, name)

    def ensure(self, name: Name) -> Figure | None:
        """The figure that `name` stands for, a new one where nothing was known of it."""
        if figure := self.of.get(name.span.start):
            return figure
        if not name.tokens:
            return None
        figure = self.namesakes.find(name)
        if figure is None and name.kind == "unknown" and all(map(str.isupper, name.tokens)):
            figure = self.namesakes.find_given(name)
        if figure is None:
            figure = Figure(name.tokens, name.kind)
            self._add(figure, name.key)
            self._by_role = None
        self.attach(figure, name)
        return figure

    def relink(self) -> None:
        """Link the names that stand for figures introduced since, also inside longer runs of capitals."""
        for name in self.names:
            figure = None if name.span.start in self.of else self.namesakes.find(name)
            if figure is not None:
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
                inner = name._replace(
                    span=span, bare=span, tokens=tokens, key=key_of(tokens), title=None, possessive=False
                )
                figure = self.namesakes.find(inner)
                if figure is not None and figure.kind == "person" and span.start not in self.of:
                    self.attach(figure, inner)
                    if span.start != name.span.start:
                        yield inner
                    at += size - 1
                    break
            at += 1

    def attach(self, figure: Figure, name: Name) -> None:
        """Enter `name` as an occurrence of `figure`; what stands beside it is read when asked for."""
        figure.names.append(name)
        self.of[name.span.start] = figure
        if figure.kind not in {"person", "unknown"}:
            return
        if name.evidence:
            figure.kind = "person"
        figure.honorific = figure.honorific or name.honorific
        if len(name.tokens) > 1 or (name.title and figure.key == name.key):
            self.namesakes.note_full(figure, name)
        figure.unread.append((self._note_roles, name))

    def _note_roles(self, figure: Figure, name: Name) -> None:
        beside = [title_role(self._title(name))] if name.title else []
        if not (name.possessive or name.headline):
            figure.known_words |= affiliation_after(self.flat, name)
            beside += self._roles_beside(name)
        known = figure.known_roles
        for role in beside:
            if role is not None and role not in known and len(known) < _ROLES_KEPT:
                known.append(role)
                figure.known_words |= role.words

    def _roles_beside(self, name: Name) -> tuple[Role | None, Role | None]:
        """What the text says after and before the name; read once, though asked for twice."""
        key = name.span.start, name.span.end, len(name.tokens), name.possessive
        if key not in self._roles:
            self._roles[key] = role_after(self.flat, name), role_before(self.flat, name)
        return self._roles[key]

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


@lru_cache(4096)
def _has_acronym(tokens: tuple[str, ...]) -> bool:
    return any(len(token) > 2 and token.isupper() and "." not in token for token in tokens)


def _may_hold(figure: Figure, role: Role, name: Name) -> bool:
    """Whether “President Roe” may be this Roe: so titled elsewhere, or in full before and not of another office.

    News gives the full name first; a titled surname that comes before a full name without that title is
    another bearer of it: “President Roe … his daughter, Ann Roe”.
    """
    if any(role.head in known.heads or known.head in role.heads for known in figure.roles):
        return True
    return not figure.roles and figure.introduced <= name.span.start


def _ranks(figure: Figure, head: str) -> set[frozenset[str]]:
    return {known.rank - {"late"} for known in figure.roles if head in known.heads}


def _fits(figure: Figure, role: Role) -> bool:
    modifiers = {w for w in role.words if w not in lx.DETERMINERS and w != role.head}
    for known in figure.roles:
        if role.head in known.heads and known.rank - {"late"} == role.rank - {"late"}:
            return modifiers <= figure.described | known.words
    return False
