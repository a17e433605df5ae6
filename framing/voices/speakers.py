"""Who each source is: every mention of one speaker under one id, nobody merged, nobody guessed.

Names go to the figures of the `Cast`, role nouns to the one person whom the text gives that role, and
pronouns to the most salient figure that agrees with them. Salience follows Lappin and Leass (1994, “An
Algorithm for Pronominal Anaphora Resolution”): mentions weigh by grammatical function, as far as position
shows it, add up, and halve with every sentence; who spoke last weighs most.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from framing.annotations import Speaker, SpeakerKind
from framing.text import Document, Span
from framing.voices import lexicon as lx
from framing.voices.cast import Cast
from framing.voices.figures import Figure, gender_of_noun
from framing.voices.layout import Layout
from framing.voices.names import Name, find_names, flatten
from framing.voices.phrases import PRONOUNS, Phrase, read_phrase
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


# --- What the resolver works on ----------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Described:
    """A source that the text describes and does not name. `words` tell two descriptions apart."""

    text: str
    words: tuple[str, ...]
    head: str
    plural: bool
    kind: SpeakerKind
    role: str | None
    gender: str | None = None
    members: frozenset[int] = frozenset()
    name: str | None = None


_Referent = Figure | _Described


@dataclass(slots=True)
class _Salience:
    """How present each referent is; halves with every sentence of the narrator's."""

    weights: dict[_Referent, tuple[float, int]] = field(default_factory=dict)

    def add(self, referent: _Referent, weight: float, now: int) -> None:
        self.weights[referent] = (min(_CEILING, self.of(referent, now) + weight), now)
        if len(self.weights) > _REMEMBERED:
            self.weights = {r: (w, t) for r, (w, t) in self.weights.items() if w * 0.5 ** (now - t) >= 1}

    def of(self, referent: _Referent, now: int) -> float:
        weight, then = self.weights.get(referent, (0.0, now))
        return float(weight * 0.5 ** min(now - then, 60))


_CEILING = 300.0
_REMEMBERED = 40
_SPEAKING, _SUBJECT, _OBJECT, _OBLIQUE, _POSSESSIVE, _QUOTED = 230.0, 180.0, 130.0, 100.0, 90.0, 15.0
_INSIDE = 0.5
"""What is mentioned inside a statement weighs half of what the narrator mentions."""
_REPORTING = 160.0
"""Inside what X is reported to say, “he” is X rather than not."""
_SUBORDINATE = re.compile(
    r"\b(?:when|as|while|before|after|if|because|although|though|since|until|once|where|whenever|that)\s(?:[\w’']+\s)?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\w+ (?:also |then |later |further )?(?:continue[sd]|add(?:s|ed)|went on|goes on|conclude[sd])\b"
)
"""Verbs that say that the same speaker spoke before."""
_FAINT = 10.0
_PRESENT = 60.0
"""Who was just spoken of: “the Utah senator” may then be the senator, without the text saying Utah."""
_PRONOUN = re.compile(r"[hHsS](?<!\w.)(?:e|im|is|er|imself|erself|he|ers)\b")
_BEFORE = re.compile(r"([\w’']+)[\s\[(]*(?:the\s)?$")


class _Resolver:
    def __init__(self, document: Document, sources: Sequence[Source]) -> None:
        self.document, self.sources = document, sources
        self.flat = flatten(document)
        self.names = find_names(self.flat)
        self.starts = [name.span.start for name in self.names]
        self.cast = Cast(self.flat, self.names)
        self.layout = Layout.of(self.flat)
        self.pronouns = [
            (m.start(), m[0].casefold())
            for m in _PRONOUN.finditer(self.flat)
            if m[0].casefold() in PRONOUNS and not self.layout.in_quotes(m.start())
        ]
        self.clock = self.layout.narrative_clock([s.at for s in sources])
        self.salience = _Salience()
        self.described: list[_Described] = []
        self.by_words: dict[tuple[str, ...], _Described] = {}
        self.by_head: dict[str, list[_Described]] = {}
        self.mentions: dict[_Referent, set[Span]] = {}
        self.of: list[_Referent | None] = [None] * len(sources)
        self.unfound: list[int] = []
        self.enclosing = _enclosing(sources)
        self.last: _Referent | None = None

    def run(self) -> Resolution:
        phrases = [self._phrase(source) for source in self.sources]
        self._introduce_sources(phrases)
        self.names = self.cast.names
        self.starts = [name.span.start for name in self.names]
        self._vote()
        for _, order, index in self._events():
            if order == 0:
                self._meet(self.names[index])
            elif order == 1:
                self._meet_pronoun(*self.pronouns[index])
            else:
                self._hear(index, phrases[index])
        for index, source in enumerate(self.sources):
            if source.carried is not None and self.of[index] is None and 0 <= source.carried < index:
                self.of[index] = self.of[source.carried]
        return self._resolution()

    # --- Preparation -------------------------------------------------------------------------------

    def _phrase(self, source: Source) -> Phrase | None:
        if source.span is None or source.span.end > len(self.flat) or not source.span:
            return None
        return read_phrase(self.flat, source.span, self._names_in(source.span))

    def _names_in(self, span: Span) -> tuple[Name, ...]:
        first = bisect_left(self.starts, span.start)
        while first > 0 and self.names[first - 1].span.end > span.start:
            first -= 1
        found = self.names[first : bisect_left(self.starts, span.end)]
        if all(span.covers(name.span) or len(name.tokens) < 2 for name in found):
            return found
        return tuple(self._clipped(span))

    def _clipped(self, span: Span) -> Iterator[Name]:
        """The names of a mention whose borders cut through a longer run of capitals."""
        shift = span.start
        headline = any(name.headline for name in self.names[bisect_left(self.starts, shift) - 1 :][:2])
        for name in find_names(span.of(self.flat), headline=headline):
            yield replace(name, span=name.span.shifted(shift), bare=name.bare.shifted(shift))

    def _introduce_sources(self, phrases: Sequence[Phrase | None]) -> None:
        """A name that is a source names somebody, even where nothing else says so."""
        for phrase in phrases:
            if phrase is not None and phrase.form in {"name", "compound"}:
                for name in phrase.names:
                    self.cast.ensure(name)
        self.cast.relink()

    def _vote(self) -> None:
        """Let the article's own pronouns say who is a he and who a she: where only one person is near."""
        near: list[Figure] = []
        at, previous = 0, -9
        for offset, word in self.pronouns:
            sentence = self.layout.sentence(offset)
            if sentence > previous + 1:
                near = []
            previous = sentence
            begin = self.layout.starts[max(0, sentence - 1)]
            at = max(at, bisect_left(self.starts, begin))
            last = bisect_left(self.starts, offset)
            near = [
                f for s in self.starts[max(at, last - 8) : last] if (f := self.cast.of.get(s)) and f.kind in _ONE
            ]
            if near and all(f is near[0] for f in near):
                near[0].votes[PRONOUNS[word]] += 1

    def _events(self) -> Iterator[tuple[int, int, int]]:
        taken = {p.start for s in self.sources if (p := s.span) is not None}
        events = [(s, 0, i) for i, s in enumerate(self.starts) if s in self.cast.of]
        events += [(offset, 1, i) for i, (offset, _) in enumerate(self.pronouns) if offset not in taken]
        events += [(s.span.start if s.span else s.at.start, 2, i) for i, s in enumerate(self.sources)]
        yield from sorted(events)

    # --- The walk through the text -----------------------------------------------------------------

    def _now(self, offset: int) -> int:
        return self.clock[self.layout.sentence(offset)]

    def _meet(self, name: Name) -> None:
        figure = self.cast.of[name.span.start]
        offset = name.span.start
        self.salience.add(figure, self._weight(name), self._now(offset))

    def _weight(self, name: Name) -> float:
        offset = name.span.start
        if self.layout.in_quotes(offset):
            return _QUOTED
        if name.headline:
            return _POSSESSIVE
        if name.possessive:
            return _POSSESSIVE
        begin = self.layout.starts[self.layout.sentence(offset)]
        before = self.flat[max(begin, offset - 30) : offset]
        word = _BEFORE.search(before)
        if word and word[1].casefold() in lx.PREPOSITIONS:
            return _OBLIQUE
        return _SUBJECT if self._is_first(name, begin) else _OBJECT

    def _is_first(self, name: Name, begin: int) -> bool:
        index = bisect_left(self.starts, begin)
        return index < len(self.names) and all(
            other.possessive or not other.tokens or self.starts[i] not in self.cast.of
            for i, other in enumerate(self.names[index : index + 4], index)
            if other.span.start < name.span.start
        )

    def _meet_pronoun(self, offset: int, word: str) -> None:
        referent = self._antecedent(PRONOUNS[word], offset, None)
        if referent is not None:
            self.salience.add(referent, _SUBJECT if word in {"he", "she"} else _POSSESSIVE, self._now(offset))

    def _hear(self, index: int, phrase: Phrase | None) -> None:
        source = self.sources[index]
        if source.name or source.role:
            self.of[index] = self._given(index, source, phrase)
        elif phrase is not None:
            self.of[index] = self._who(phrase, index)
        referent = self.of[index]
        if referent is None:
            return
        offset = source.span.start if source.span else source.at.start
        self.salience.add(referent, _SPEAKING, self._now(offset))
        if isinstance(referent, Figure):
            referent.spoke = True
        self.last = referent
        if phrase is not None:
            self._mention(referent, phrase)

    def _mention(self, referent: _Referent, phrase: Phrase) -> None:
        named = isinstance(referent, Figure) and any(phrase.span.overlaps(n.span) for n in referent.names[-200:])
        if phrase.form != "nothing" and not (named and phrase.form == "name"):
            self.mentions.setdefault(referent, set()).add(phrase.span)

    # --- Who a phrase means ------------------------------------------------------------------------

    def _who(self, phrase: Phrase, index: int) -> _Referent | None:
        offset = phrase.span.start
        match phrase.form:
            case "pronoun":
                return self._antecedent(phrase.pronoun or "", offset, index)
            case "relative":
                return self._relative(phrase)
            case "speaker":
                outer = self.enclosing[index]
                return self.of[outer] if outer is not None else None
            case "name":
                return self.cast.of.get(phrase.names[0].span.start)
            case "compound":
                return self._together(phrase)
            case "description":
                return self._description(phrase)
            case _:
                return None

    def _antecedent(self, wanted: str, offset: int, index: int | None) -> _Referent | None:
        now = self._now(offset)
        outer = self.enclosing[index] if index is not None else None
        reporting = self.of[outer] if outer is not None else None
        quoted = self.layout.in_quotes(offset)
        goes_on = self.last if index is not None and _GOES_ON.match(self.flat, offset) else None
        apart = self._named_after(offset)
        best, best_score = None, _FAINT if wanted in {"m", "f"} else 2 * _FAINT
        for referent in self.salience.weights:
            agrees = _agreement(referent, wanted)
            if not agrees or (quoted and referent is reporting) or referent in apart:
                continue
            score = self.salience.of(referent, now)
            score += _REPORTING * ((referent is reporting) + (referent is goes_on))
            if score * agrees > best_score:
                best, best_score = referent, score * agrees
        if isinstance(best, Figure) and wanted in {"m", "f"} and index is not None:
            best.votes[wanted] += 1
        return best

    def _named_after(self, offset: int) -> set[Figure]:
        """Whom the same sentence names after a pronoun that is its subject: somebody else (Principle C of
        Chomsky 1981), unless the pronoun stands in a clause put before the main one.
        """
        if self.flat[offset : offset + 3].casefold() not in {"he ", "she"}:
            return set()
        sentence = self.layout.sentence(offset)
        begin = self.layout.starts[sentence]
        if _SUBORDINATE.search(self.flat, max(begin, offset - 60), offset):
            return set()
        end = self.layout.starts[sentence + 1] if sentence + 1 < len(self.layout.starts) else len(self.flat)
        first = bisect_left(self.starts, offset)
        return {
            figure
            for start in self.starts[first : min(bisect_left(self.starts, end), first + 12)]
            if (figure := self.cast.of.get(start)) and not self.layout.in_quotes(start)
        }

    def _relative(self, phrase: Phrase) -> _Referent | None:
        """“who” belongs to the name right before it, or to the noun phrase it follows."""
        offset = phrase.span.start
        begin = self.layout.starts[self.layout.sentence(offset)]
        for name in reversed(self._names_in(Span(begin, offset))):
            between = self.flat[name.span.end : offset]
            if name.tokens and _TRANSPARENT.fullmatch(between):
                if name.kind == "place" and phrase.text.casefold() in {"who", "whom", "whose"}:
                    continue
                return self.cast.of.get(name.span.start)
        before = self.flat[max(begin, offset - 60) : offset].rstrip(" ,").replace(",", ", ")
        words = premodifiers(before)
        if not words or not words[-1].islower() or words[-1].endswith("ing"):
            return None
        start = self.flat.rfind(words[0], begin, offset)
        span = Span(start, offset - len(self.flat[start:offset]) + len(self.flat[start:offset].rstrip(" ,")))
        return self._description(read_phrase(self.flat, span, self._names_in(span)))

    def _together(self, phrase: Phrase) -> _Described:
        members = frozenset(
            id(figure) for name in phrase.names if (figure := self.cast.of.get(name.span.start)) is not None
        )
        for known in self.described:
            if members and known.members == members and len(members) > 1:
                return known
        text = " ".join(phrase.text.split())
        known = _Described(text, phrase.words, "", True, "group", None, members=members, name=text)
        return self._remember(known)

    def _description(self, phrase: Phrase) -> _Referent | None:
        if phrase.form != "description" or not phrase.words:
            return None
        title = phrase.determiner is None and not phrase.plural and phrase.text[:1].isupper()
        definite = title or phrase.determiner in _DEFINITE
        new = bool({"another", "other", "others"} & {phrase.determiner, *phrase.words[:2]})
        if not new:
            if definite and (figure := self._in_office(phrase)):
                return figure
            if known := self.by_words.get(phrase.words):
                return known
            if definite and (earlier := self._described_before(phrase)):
                return earlier
        return self._remember(_describe(phrase))

    def _in_office(self, phrase: Phrase) -> Figure | None:
        """The one person, or organisation, whom the text gives this role or this kind of name."""
        if phrase.role is not None and not phrase.plural:
            fitting = self.cast.with_role(phrase.role)
            if len(fitting) == 1:
                return fitting[0]
            only = self.cast.only_one_with(phrase.role)
            if only and self.salience.of(only, self._now(phrase.span.start)) >= _PRESENT:
                return only
        return self.cast.namesakes.organization_called(phrase.head) if len(phrase.words) == 1 else None

    def _described_before(self, phrase: Phrase) -> _Described | None:
        now, words = self._now(phrase.span.start), set(phrase.words)
        for known in reversed(self.by_head.get(phrase.head, [])[-8:]):
            if known.plural == phrase.plural and words <= set(known.words):
                near = self.salience.of(known, now) > 1
                return known if near or len(self.by_head[phrase.head]) == 1 else None
        return None

    def _remember(self, new: _Described) -> _Described:
        self.described.append(new)
        self.by_words[new.words] = new
        self.by_head.setdefault(new.head, []).append(new)
        return new

    # --- Names that a model gave -------------------------------------------------------------------

    def _given(self, index: int, source: Source, phrase: Phrase | None) -> _Referent | None:
        wanted = source.name or source.role or ""
        if phrase is not None and phrase.form != "nothing" and wanted.strip().casefold() in PRONOUNS:
            return self._who(phrase, index)
        referent = self._named(wanted)
        if referent is None and source.name and source.role and phrase is None:
            referent = None
        if referent is None:
            self.unfound.append(index)
        return referent

    def _named(self, wanted: str) -> _Referent | None:
        text = wanted.strip().strip("[]“”\"'‘’()").strip()
        if not text:
            return None
        names = find_names(text)
        asked = read_phrase(text, Span(0, len(text)), names)
        if asked.form == "name" and (figure := self.cast.namesakes.find_given(asked.names[0])):
            return figure
        places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", self.flat, re.IGNORECASE)]
        if not places:
            return None
        span = Span(*places[0])
        here = read_phrase(self.flat, span, self._names_in(span))
        if here.form == "name":
            return self.cast.ensure(here.names[0])
        referent = self._together(here) if here.form == "compound" else self._description(here)
        if referent is not None:
            self.mentions.setdefault(referent, set()).update(Span(*p) for p in places)
        return referent

    # --- The result --------------------------------------------------------------------------------

    def _resolution(self) -> Resolution:
        spans: dict[_Referent, tuple[Span, ...]] = {}
        for referent in self.of:
            if referent is not None and referent not in spans:
                listed = set(self.mentions.get(referent, ()))
                if isinstance(referent, Figure):
                    listed |= {name.span for name in referent.names}
                spans[referent] = tuple(sorted(listed))
        order = sorted(spans, key=lambda r: spans[r][:1] or (Span(len(self.flat), len(self.flat)),))
        ids = {referent: f"S{number}" for number, referent in enumerate(order, 1)}
        return Resolution(
            tuple(_speaker(ids[referent], referent, spans[referent], self.flat) for referent in order),
            tuple(ids[referent] if referent is not None else None for referent in self.of),
            tuple(self.unfound),
        )


_ONE = frozenset({"person", "unknown"})
_DEFINITE = frozenset({"the", "that", "this", "these", "those", "his", "her", "their", "its", "both"})
_TRANSPARENT = re.compile(
    r"(?: ?\([^)]{1,20}\)|, [RDI]-[A-Z][\w.]*| of (?:[A-Z][\w.]* ?){1,3})*(?:, (?![^,]*\band\b)[^,;:.“”\"]{1,90})?,? ?"
)


def _agreement(referent: _Referent, wanted: str) -> float:
    """How far a pronoun may stand for the referent: 0 not at all, 1 fully, between: nothing speaks against it."""
    if isinstance(referent, _Described):
        if wanted in {"m", "f"}:
            if referent.plural or referent.kind != "unnamed":
                return 0.0
            return 1.0 if referent.gender == wanted else 0.6 if referent.gender is None else 0.0
        if wanted == "they":
            return float(referent.kind == "group")
        return 0.0 if referent.plural or referent.head in lx.ROLES else 1.0
    if wanted == "they":
        return (
            1.0 if referent.kind == "group" else 0.5 if referent.kind == "organization" and referent.spoke else 0.0
        )
    if wanted == "it":
        if referent.spoke:
            return {"organization": 1.0, "place": 1.0, "unknown": 0.5}.get(referent.kind, 0.0)
        return 0.4 if referent.kind == "organization" else 0.0
    if referent.kind not in _ONE:
        return 0.0
    gender = referent.gender()
    if gender is not None and gender != wanted:
        return 0.0
    return (1.0 if gender else 0.7) * (1.0 if referent.is_person or referent.spoke else 0.3)


def _describe(phrase: Phrase) -> _Described:
    text = " ".join(phrase.text.split())
    organization = phrase.head in lx.ORGANIZATION_NOUNS - lx.ROLES and not phrase.plural
    people = phrase.plural and (lx.is_people(phrase.head) or phrase.head in lx.DETERMINERS)
    kind: SpeakerKind = "group" if people else "organization" if organization else "unnamed"
    role = text.split(" ", 1)[1] if phrase.determiner in {"the", "a", "an"} and " " in text else text
    return _Described(
        text, phrase.words, phrase.head, phrase.plural, kind, role, gender=gender_of_noun(phrase.head)
    )


def _speaker(speaker_id: str, referent: _Referent, mentions: tuple[Span, ...], flat: str) -> Speaker:
    if isinstance(referent, _Described):
        return Speaker(
            id=speaker_id, name=referent.name, mentions=mentions, role=referent.role, kind=referent.kind
        )
    role = referent.roles[0].text if referent.roles else None
    return Speaker(
        id=speaker_id, name=referent.name(flat), mentions=mentions, role=role, kind=referent.speaker_kind()
    )


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
