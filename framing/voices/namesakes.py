"""Which figures a name may stand for, and which of several namesakes it does stand for."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import pairwise

from framing.voices import lexicon as lx
from framing.voices.figures import Figure, same_person
from framing.voices.names import Name
from framing.voices.roles import title_role

__all__ = ["Namesakes"]

_DOMINANT = 2
"""A namesake is the one meant without more ado when named in full this many times as often as the next."""


class Namesakes:
    """Figures by their full names, and by the short forms these leave."""

    def __init__(self) -> None:
        self.exact: dict[tuple[str, ...], Figure] = {}
        self.short: dict[tuple[str, ...], list[Figure]] = {}
        self.titled: dict[tuple[str, ...], Figure] = {}
        self._full_at: dict[tuple[str, ...], list[tuple[int, Figure]]] = {}
        self._noted: list[tuple[Figure, Name]] = []

    def add(self, figure: Figure, key: tuple[str, ...]) -> None:
        self.exact[key] = figure
        if figure.kind == "organization":
            if len(key) > 1 and key[-1] in lx.OUTLET_HEADS:
                self.short.setdefault(key[:-1], []).append(figure)
            for size in range(1, len(key)):
                self.short.setdefault(("the", *key[-size:]), []).append(figure)
            for head, joint in pairwise(key):
                if joint in {"of", "for"} and head in lx.ORGANIZATION_HEADS:
                    self.explain(figure, head)
            self._index_initials(figure, key)
            return
        for short in {*(key[-size:] for size in range(1, len(key))), key[:1]}:
            listed = self.short.setdefault(short, [])
            if figure not in listed[-8:]:
                listed.append(figure)

    def explain(self, figure: Figure, noun: str) -> None:
        """Remember that `figure` is explained to be such a body: “the charity”."""
        listed = self.short.setdefault(("the", noun), [])
        if figure not in listed:
            listed.append(figure)

    def _index_initials(self, figure: Figure, key: tuple[str, ...]) -> None:
        initials = "".join(token[0] for token in figure.tokens if token[0].isupper()).casefold()
        if len(initials) > 2:
            self.short.setdefault((initials,), []).append(figure)

    def find(self, name: Name) -> Figure | None:
        """The figure that `name` stands for, None where the text knows none of that name."""
        if (name.honorific or "", *name.key) in self.titled:
            return self._addressed(name)
        meant = self.meant(name)
        if len(meant) > 1:
            introduced = [f for f in meant if f.introduced <= name.span.start]
            meant = _by_title(introduced if len(introduced) > 1 else meant, name)
        if name.honorific and len(name.key) == 1 and (len(meant) > 1 or _is_other(meant, name.honorific)):
            return self._addressed(name)
        if len(meant) > 1:
            return self._choose(name, meant)
        return meant[0] if meant else None

    def meant(self, name: Name) -> list[Figure]:
        key = name.key
        if not key:
            return []
        exact = self.exact.get(key)
        if exact is not None and (len(key) > 1 or not self.short.get(key)):
            return [exact]
        return self.candidates(key, article=name.article)

    def candidates(self, key: tuple[str, ...], *, article: bool = False) -> list[Figure]:
        if article and (found := self.short.get(("the", *key))):
            return found
        found = self.short.get(key, [])
        exact = self.exact.get(key)
        return [exact] if exact and not found else found

    def _choose(self, name: Name, candidates: list[Figure]) -> Figure:
        """Among namesakes: the one clearly named most in full, else the one last named in full."""
        self._enter_noted()
        first, second = sorted(candidates, key=lambda f: -f.full)[:2]
        if first.full >= _DOMINANT * max(second.full, 1):
            return first
        before = [f for f in self._full_before(name) if f in candidates]
        return before[0] if before else first

    def _addressed(self, name: Name) -> Figure:
        """“Mr. Roe” where the text leaves open which of the Roes is a man: a figure of its own."""
        key = (name.honorific or "", *name.key)
        if key not in self.titled:
            self.titled[key] = Figure(name.tokens, "person", address=(name.title or "").split()[-1])
        return self.titled[key]

    def _full_before(self, name: Name) -> list[Figure]:
        listed = self._full_at.get(name.key, [])
        last = bisect_left(listed, name.span.start, key=lambda item: item[0])
        return [figure for _, figure in reversed(listed[max(0, last - 8) : last])]

    def find_given(self, name: Name) -> Figure | None:
        """The figure a name from elsewhere stands for: its given name may be one the text does not use."""
        if figure := self.find(name):
            return figure
        if len(name.tokens) < 2:
            return None
        figure = self.exact.get(name.key[-1:])
        fitting = [f for f in self.candidates(name.key[-1:]) if len(f.key) == 1 or same_person(f.key, name.key)]
        if not fitting and figure is not None and len(figure.key) == 1:
            fitting = [figure]
        return fitting[0] if len(fitting) == 1 else None

    def organization_called(self, head: str) -> Figure | None:
        """The one organisation whose name ends in this noun: “the institute”."""
        fitting = self.short.get(("the", head), [])
        return fitting[0] if len(fitting) == 1 else None

    def note_full(self, figure: Figure, name: Name) -> None:
        """Remember where `figure` is named in full."""
        self._noted.append((figure, name))

    def _enter_noted(self) -> None:
        for figure, name in self._noted:
            figure.full += 1
            for size in range(1, len(name.key)):
                insort(self._full_at.setdefault(name.key[-size:], []), (name.span.start, figure), key=_first)
        self._noted.clear()


def _first(item: tuple[int, Figure]) -> int:
    return item[0]


def _is_other(meant: list[Figure], gender: str) -> bool:
    """Whether the only bearer of the name is known to be of the other gender: “Mrs. Roe” beside Max Roe."""
    return bool(meant) and meant[0].kind == "person" and meant[0].gender() not in {None, gender}


def _by_title(candidates: list[Figure], name: Name) -> list[Figure]:
    """Those whom the title in front of a shared name leaves."""
    if name.honorific:
        known = [f for f in candidates if f.gender() == name.honorific]
        return known if len(known) == 1 else [f for f in candidates if f.gender() in {None, name.honorific}]
    role = title_role(name.title) if name.title else None
    if role is None:
        return candidates
    return [f for f in candidates if any(known.head == role.head for known in f.roles)] or candidates
