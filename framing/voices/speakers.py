"""Who each source is: every mention of one speaker under one id, nobody merged, nobody guessed.

Names go to the figures of the `Cast`, role nouns to the one person whom the text gives that role, pronouns
to whom the `Discourse` has in mind. What only a description tells is a speaker without a name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from framing.annotations import Speaker
from framing.text import Document, Span
from framing.voices import lexicon as lx
from framing.voices.cast import Cast
from framing.voices.discourse import Discourse
from framing.voices.extents import bearer, relative_before
from framing.voices.figures import Figure
from framing.voices.names import Name, find_names, flatten, key_of
from framing.voices.phrases import PART, PRONOUNS, Phrase, read_phrase
from framing.voices.reading import Reading
from framing.voices.referents import Described, Referent, as_speaker, describe
from framing.voices.roles import premodifiers

__all__ = ["Resolution", "Source", "resolve"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one statement names its speaker.

    `span` is the noun phrase or pronoun, None where the statement names nobody; `at` the extent of the
    statement; `carried` the index of an earlier source whose speaker goes on speaking. `name` and `role`
    are what a model says of this source, where one was asked.
    """

    span: Span | None
    at: Span
    carried: int | None = None
    name: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """`speakers` in the order of their first mention, with ids “S1”, “S2” …; `of`: for each source the id
    of its speaker, or None where nobody can be told; `unfound`: indices of the sources whose given name
    or role stands nowhere in the article.
    """

    speakers: tuple[Speaker, ...]
    of: tuple[str | None, ...]
    unfound: tuple[int, ...] = ()


def resolve(document: Document, sources: Sequence[Source]) -> Resolution:
    """Tell who speaks at each source. Linear in the length of the text and the number of sources."""
    return _Resolver(document, sources).run()


_DEFINITE = frozenset({"the", "that", "this", "these", "those", "his", "her", "their", "its", "both"})
_TRANSPARENT = re.compile(
    r"(?: ?\([^)]{1,20}\)|, [RDI]-[A-Z][\w.]*| of (?:[A-Z][\w.]* ?){1,3})*(?:, (?![^,]*\band\b)[^,;:.“”\"]{1,90})?"
    r",? ?"
)
"""What may stand between a name and the “who” that belongs to it: state, party, one apposition."""
_SEVERAL = re.compile(
    r"\b((?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]everal|[Ss]ome|[Mm]any) (?:[a-z-]+ ){0,3}?([a-z]+s)\b"
    r"(?: (?:in|at|of|from|with|on|for) [^.,;:“”\"\n]{1,60}?)?)(?=[,.;]| (?:[a-z]+ed|said|say|have|had|were|are"
    r"|who|told)\b)"
)
_REACH = 300
"""Characters back to those of whom somebody is one."""
_BRACKETS = "[]“”\"'‘’() "


class _Resolver:
    """One pass over names, pronouns and sources in the order of the text."""

    def __init__(self, document: Document, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.flat = flatten(document)
        self.cast = Cast(self.flat, find_names(self.flat))
        self.names = self.cast.names
        self.starts = [name.span.start for name in self.names]
        self.described: dict[frozenset[Figure] | tuple[str, ...], Described] = {}
        self.by_head: dict[str, list[Described]] = {}
        self.mentions: dict[Referent, set[Span]] = {}
        self.of: list[Referent | None] = [None] * len(sources)
        self.unfound: list[int] = []
        self._by_key: dict[tuple[str, ...], Name] | None = None
        self.here = 0
        """The source at hand."""

    def run(self) -> Resolution:
        phrases = [self._phrase(source) for source in self.sources]
        self._introduce(phrases)
        places = [_place(source) for source in self.sources]
        taken = {source.span.start for source in self.sources if source.span is not None}
        statements = [source.at for source in self.sources]
        self.reading = Reading(self.flat, self.cast, statements, places, taken, self.of)
        for _, self.here in sorted((place, index) for index, place in enumerate(places)):
            self._hear(self.here, phrases[self.here])
        return self._resolution()

    # --- Preparation -------------------------------------------------------------------------------

    def _phrase(self, source: Source) -> Phrase | None:
        if source.span is None or source.span.end > len(self.flat) or not source.span:
            return None
        if whose := relative_before(self.flat, source.span):
            return read_phrase(self.flat, whose, ())
        names = self._names_in(source.span) or self._surname(source.span)
        phrase = read_phrase(self.flat, source.span, names)
        first = max(0, bisect_left(self.starts, phrase.span.start) - 2)
        name = bearer(self.flat, phrase, self.names[first : first + 6])
        return phrase if name is None else Phrase("name", phrase.span, names=(name,))

    def _surname(self, span: Span) -> tuple[Name, ...]:
        """A source that is one word in capitals and somebody's last name, though it may be no name elsewhere."""
        word = span.of(self.flat)
        if not (word[:1].isupper() and word.isalpha()):
            return ()
        key = key_of((word,))
        figures = self.cast.namesakes.candidates(key)
        if not any(figure.kind == "person" and len(figure.tokens) > 1 for figure in figures):
            return ()
        return (Name(span, span, (word,), key, None, "unknown"),)

    def _names_in(self, span: Span) -> tuple[Name, ...]:
        first = bisect_left(self.starts, span.start)
        while first > 0 and self.names[first - 1].span.end > span.start:
            first -= 1
        found = self.names[first : bisect_left(self.starts, span.end)]
        headline = any(name.headline for name in found)
        if headline or not all(span.covers(name.span) or len(name.tokens) < 2 for name in found):
            return tuple(self._reread(span, headline=headline))
        return found

    def _reread(self, span: Span, *, headline: bool) -> Iterator[Name]:
        """The names of a mention whose borders, not its capitals, say where they begin and end."""
        for name in find_names(span.of(self.flat), phrase=True):
            acronym = name.kind == "organization" and len(name.tokens) == 1
            kind = "unknown" if headline and acronym else name.kind
            moved = name.span.shifted(span.start), name.bare.shifted(span.start)
            yield name._replace(span=moved[0], bare=moved[1], kind=kind)

    def _introduce(self, phrases: Sequence[Phrase | None]) -> None:
        """A name that is a source, or that was given, names somebody, even where nothing else says so."""
        for source in self.sources:
            if source.name and (name := self._spelled(source.name)):
                self.cast.ensure(name)
        for phrase in phrases:
            if phrase is not None and phrase.form in {"name", "compound"}:
                for name in phrase.names:
                    self.cast.ensure(name)
        self.cast.relink()
        self.names = self.cast.names
        self.starts = [name.span.start for name in self.names]

    def _read_on(self) -> Discourse:
        """Who is in the reader's mind at the source at hand."""
        return self.reading.up_to(self.here)

    # --- Who speaks at a source --------------------------------------------------------------------

    def _hear(self, index: int, phrase: Phrase | None) -> None:
        source = self.sources[index]
        if source.name or source.role:
            referent = self._given(index, source, phrase)
        elif phrase is not None:
            referent = self._who(phrase, index)
        else:
            carried = source.carried if source.carried is not None else -1
            referent = self.of[carried] if 0 <= carried < len(self.of) else None
        self.of[index] = referent
        if referent is None:
            return
        if phrase is not None and phrase.form != "nothing" and not self._is_named_in(referent, phrase):
            self.mentions.setdefault(referent, set()).add(phrase.span)

    def _is_named_in(self, referent: Referent, phrase: Phrase) -> bool:
        """Whether the phrase holds a name of its referent, which is then the mention."""
        return phrase.form == "name" and self.cast.of.get(phrase.names[0].span.start) is referent

    def _who(self, phrase: Phrase, index: int) -> Referent | None:
        outer = self._enclosing[index]
        reporting = self.of[outer] if outer is not None else None
        match phrase.form:
            case "pronoun":
                at = phrase.span.start
                return self._read_on().antecedent(phrase.pronoun or "", at, source=True, reporting=reporting)
            case "relative":
                return self._relative(phrase)
            case "speaker":
                return reporting
            case "name":
                return self.cast.of.get(phrase.names[0].span.start)
            case "compound":
                return self._together(phrase)
            case "description":
                return self._description(phrase)
            case _:
                return None

    @cached_property
    def _enclosing(self) -> tuple[int | None, ...]:
        return _enclosing(self.sources)

    def _relative(self, phrase: Phrase) -> Referent | None:
        """“who” belongs to the name right before it, or to the noun phrase it follows."""
        offset = phrase.span.start
        layout = self._read_on().layout
        begin = layout.starts[layout.sentence(offset)]
        personal = phrase.text in {"who", "whom", "whose"}
        for name in reversed(self._names_in(Span(begin, offset))[-4:]):
            fits = name.tokens and not (personal and name.kind == "place")
            if fits and _TRANSPARENT.fullmatch(self.flat, name.span.end, offset):
                return self.cast.of.get(name.span.start)
        before = self.flat[max(begin, offset - 60) : offset].rstrip(" ,").replace(",", ", ")
        words = premodifiers(before)
        if not words or not words[-1].islower() or words[-1].endswith("ing"):
            return None
        end = begin + len(self.flat[begin:offset].rstrip(" ,"))
        span = Span(self.flat.rfind(words[0], begin, end), end)
        return self._description(read_phrase(self.flat, span, self._names_in(span)))

    def _together(self, phrase: Phrase) -> Described:
        """Several who speak as one: the same several, the same speaker."""
        figures = (self.cast.of.get(name.span.start) for name in phrase.names)
        members = frozenset(figure for figure in figures if figure is not None)
        key = members if len(members) > 1 else phrase.words
        if key not in self.described:
            text = " ".join(phrase.text.split())
            name, role = (text, None) if members else (None, text)
            self.described[key] = Described(text, phrase.words, "", True, "group", role, name=name)
        return self.described[key]

    def _description(self, phrase: Phrase) -> Referent | None:
        if phrase.form != "description" or not phrase.words:
            return None
        if part := PART.fullmatch(phrase.text):
            return self._part(phrase, part[1].casefold())
        title = phrase.determiner is None and not phrase.plural and phrase.text[:1].isupper()
        definite = title or phrase.determiner in _DEFINITE
        if not {"another", "other", "others"} & {phrase.determiner, *phrase.words[:2]}:
            if definite and (figure := self._in_office(phrase)):
                return figure
            if known := self.described.get(phrase.words):
                return known
            if definite and (earlier := self._described_before(phrase)):
                return earlier
        new = self.described[phrase.words] = describe(phrase)
        self.by_head.setdefault(new.head, []).append(new)
        return new

    def _part(self, phrase: Phrase, count: str) -> Referent:
        """“One of them”, after “two officials”: one of two officials; “both of them” are the two."""
        whole = self._read_on().antecedent("they", phrase.span.start)
        if count in {"both", "all"} and whole is not None:
            return whole
        listed = whole.text if isinstance(whole, Described) else self._several_before(phrase.span.start)
        new = describe(phrase)
        new.kind, new.plural = ("unnamed", False) if count == "one" else ("group", True)
        if listed:
            several = f"{listed[0].lower()}{listed[1:]}"
            new.role = several if count in {"both", "all"} else f"{count} of {several}"
        return self.described.setdefault((*phrase.words, str(phrase.span.start)), new)

    def _several_before(self, offset: int) -> str | None:
        """The last people counted before `offset`."""
        found = [m[1] for m in _SEVERAL.finditer(self.flat, max(0, offset - _REACH), offset) if lx.is_people(m[2])]
        return found[-1] if found else None

    def _in_office(self, phrase: Phrase) -> Figure | None:
        """The one person, or organisation, whom the text gives this role or this kind of name."""
        if phrase.role is not None and not phrase.plural:
            fitting = self.cast.with_role(phrase.role)
            if len(fitting) == 1:
                return fitting[0]
            only = self.cast.only_one_with(phrase.role)
            if only and self._read_on().presence(only, phrase.span.start):
                return only
        owned = len(phrase.words) == 2 and phrase.words[0].endswith("s'")
        alone = len(phrase.words) == 1 or owned
        if alone:
            return self.cast.namesakes.organization_called(phrase.head)
        owned_by = phrase.words[0] if phrase.head in lx.DOCUMENTS else ""
        return self.cast.namesakes.organization_called(owned_by[:-2]) if owned_by.endswith("'s") else None

    def _described_before(self, phrase: Phrase) -> Described | None:
        """“the officials” after “two officials”: the last so described, if it is still in mind or the only one."""
        listed = self.by_head.get(phrase.head, [])
        for known in reversed(listed[-8:]):
            if known.plural == phrase.plural and set(phrase.words) <= set(known.words):
                near = len(listed) == 1 or self._read_on().remembers(known, phrase.span.start)
                return known if near else None
        return None

    # --- Names that a model gave -------------------------------------------------------------------

    def _given(self, index: int, source: Source, phrase: Phrase | None) -> Referent | None:
        wanted = (source.name or source.role or "").strip(_BRACKETS)
        if wanted.casefold() in PRONOUNS and phrase is not None:
            return self._who(phrase, index)
        referent = self._named(wanted) if wanted else None
        if referent is None:
            self.unfound.append(index)
        return referent

    def _spelled(self, wanted: str) -> Name | None:
        """Where the article first has this very name, of more than one word."""
        if self._by_key is None:
            self._by_key = {}
            for name in sorted(self.names, key=lambda name: name.headline):
                self._by_key.setdefault(name.key, name)
        key = key_of(tuple(wanted.strip(_BRACKETS).split()))
        return self._by_key.get(key) if len(key) > 1 else None

    def _named(self, wanted: str) -> Referent | None:
        """Whom the article names or describes as `wanted`; None where it does neither."""
        if (name := self._spelled(wanted)) and (figure := self.cast.of.get(name.span.start)):
            return figure
        self._read_on()  # what follows may introduce a figure, and goes by who is a he and who a she
        if name:
            return self.cast.ensure(name)
        asked = read_phrase(wanted, Span(0, len(wanted)), find_names(wanted, phrase=True))
        if asked.form == "name" and (figure := self._known_as(asked.names[0])):
            return figure
        pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)", re.IGNORECASE)
        places = [Span(*match.span()) for match in pattern.finditer(self.flat)]
        if not places:
            return None
        here = read_phrase(self.flat, places[0], self._names_in(places[0]))
        if here.form == "name":
            return self.cast.ensure(here.names[0])
        referent = self._together(here) if here.form == "compound" else self._description(here)
        if referent is not None:
            self.mentions.setdefault(referent, set()).update(places)
        return referent

    def _known_as(self, asked: Name) -> Figure | None:
        """The figure of a name that the article spells otherwise; a relative, where it has the given name alone:
        “her brother Mark” beside Ann Roe is Mark Roe."""
        if figure := self.cast.namesakes.find_given(asked):
            return figure
        if len(asked.key) < 2 or not self.cast.namesakes.candidates(asked.key[-1:]):
            return None
        alone = next((name for name in self.names if name.key == asked.key[:1] and not name.headline), None)
        return self.cast.ensure(alone) if alone and alone.kind in {"person", "unknown"} else None

    # --- The result --------------------------------------------------------------------------------

    def _resolution(self) -> Resolution:
        speaking = dict.fromkeys(referent for referent in self.of if referent is not None)
        if any(referent.kind == "unknown" for referent in speaking):
            self.reading.count_votes()  # by which an unknown may be a person
        spans = {referent: self._mentions_of(referent) for referent in speaking}
        nowhere = Span(len(self.flat), len(self.flat))
        order = sorted(spans, key=lambda referent: spans[referent][:1] or (nowhere,))
        ids = {referent: f"S{number}" for number, referent in enumerate(order, 1)}
        return Resolution(
            tuple(as_speaker(ids[referent], referent, spans[referent], self.flat) for referent in order),
            tuple(ids[referent] if referent is not None else None for referent in self.of),
            tuple(self.unfound),
        )

    def _mentions_of(self, referent: Referent) -> tuple[Span, ...]:
        listed = set(self.mentions.get(referent, ()))
        if isinstance(referent, Figure):
            listed |= {name.span for name in referent.names}
        kept: list[Span] = []
        for span in sorted(listed, key=lambda span: (span.start, -span.end)):
            if not kept or not kept[-1].covers(span):
                kept.append(span)
        return tuple(kept)


def _place(source: Source) -> int:
    return source.span.start if source.span else source.at.start


def _enclosing(sources: Sequence[Source]) -> tuple[int | None, ...]:
    """For each source the innermost other source inside whose statement it stands."""
    order = sorted(range(len(sources)), key=lambda i: (sources[i].at.start, -sources[i].at.end))
    outer: list[int | None] = [None] * len(sources)
    stack: list[int] = []
    for index in order:
        at = sources[index].at
        while stack and sources[stack[-1]].at.end <= at.start:
            stack.pop()
        for candidate in reversed(stack):
            if sources[candidate].at.covers(at) and sources[candidate].at != at:
                outer[index] = candidate
                break
        stack.append(index)
    return tuple(outer)
