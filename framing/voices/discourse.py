"""A walk through the text that keeps in mind who was spoken of, and finds whom a pronoun means.

Salience follows Lappin and Leass (1994, “An Algorithm for Pronominal Anaphora Resolution”): mentions weigh
by grammatical function, as far as position shows it, add up, and halve with every sentence of the
narrator's; who spoke last weighs most. The weights keep the order of theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from framing.text import Span
from framing.voices import lexicon as lx
from framing.voices.cast import Cast
from framing.voices.figures import Figure
from framing.voices.layout import Layout
from framing.voices.names import Name
from framing.voices.phrases import PRONOUNS
from framing.voices.referents import Referent, agreement

__all__ = ["Discourse"]

_SPEAKING, _SUBJECT, _OBJECT, _OBLIQUE, _POSSESSIVE, _QUOTED = 230.0, 180.0, 130.0, 100.0, 90.0, 15.0
_CEILING = 300.0
_REMEMBERED = 40
_REPORTING = 160.0
"""Inside what X is reported to say, “he” is X rather than not; and who “continued” has spoken before."""
_FAINT = 10.0
"""Less salience than this, and nobody is meant that the text shows."""
_PRESENT = 60.0
"""Who was just spoken of: “the Utah senator” may then be the senator, without the text saying Utah."""
_SUBORDINATE = re.compile(
    r"\b(?:when|as|while|before|after|if|because|although|though|since|until|once|where|whenever|that)"
    r"\s(?:[\w’']+\s)?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\w+ (?:also |then |later |further )?(?:continue[sd]|add(?:s|ed)|w[eo]nt on|goes on|conclude[sd])\b"
)
_PRONOUN = re.compile(r"[hHsS](?<!\w.)(?:e|im|is|er|imself|erself|he|ers)\b")
_BODY = re.compile(r"\b[Tt]he ([a-z]{4,})\b(?! [a-z]+(?:er|or|man|woman|dent|tary|ist)\b)")
_CREDIT = re.compile(r"\.?\n")
"""What ends a line that is a name and nothing else, a photographer's or agency's."""
_BEFORE = re.compile(r"([\w’']+)[\s\[(]*(?:the\s)?$")


@dataclass(slots=True)
class _Salience:
    """How present each referent is; halves with every sentence of the narrator's."""

    weights: dict[Referent, tuple[float, int]] = field(default_factory=dict)

    def add(self, referent: Referent, weight: float, now: int) -> None:
        self.weights[referent] = (min(_CEILING, self.of(referent, now) + weight), now)
        if len(self.weights) > _REMEMBERED:
            self.weights = {r: (w, t) for r, (w, t) in self.weights.items() if self.of(r, now) >= 1}

    def of(self, referent: Referent, now: int) -> float:
        weight, then = self.weights.get(referent, (0.0, now))
        return float(weight * 0.5 ** min(now - then, 60))


class Discourse:
    """Who is present in the reader's mind, as far as the text has been read."""

    def __init__(self, flat: str, cast: Cast, statements: Sequence[Span]) -> None:
        self.flat, self.cast = flat, cast
        self.layout = Layout.of(flat)
        self.clock = self.layout.narrative_clock(statements)
        self.starts = [name.span.start for name in cast.names]
        self.last: Referent | None = None
        self.pronouns = [
            (match.start(), match[0].casefold())
            for match in _PRONOUN.finditer(flat)
            if match[0].casefold() in PRONOUNS and not self.layout.in_quotes(match.start())
        ]
        """The narrator's “he”, “she” and their forms: (offset, word)."""
        self.bodies = list(self._bodies())
        """The narrator's short forms of bodies that have a name, “the league”: (offset, figure)."""
        self._salience = _Salience()

    def _bodies(self) -> Iterator[tuple[int, Figure]]:
        for match in _BODY.finditer(self.flat):
            figure = self.cast.namesakes.organization_called(match[1])
            if figure is not None and not self.layout.in_quotes(match.start()):
                yield match.start(), figure

    def vote(self) -> None:
        """Let the article's own pronouns say who is a he and who a she: where only one person is near."""
        for offset, word in self.pronouns:
            begin = self.layout.starts[max(0, self.layout.sentence(offset) - 1)]
            first, last = bisect_left(self.starts, begin), bisect_left(self.starts, offset)
            near = {
                figure for start in self.starts[max(first, last - 8) : last] if (figure := self._person(start))
            }
            if len(near) == 1:
                near.pop().votes[PRONOUNS[word]] += 1

    def _person(self, start: int) -> Figure | None:
        figure = self.cast.of.get(start)
        return figure if figure and figure.kind in {"person", "unknown"} else None

    def presence(self, referent: Referent, offset: int) -> bool:
        """Whether the referent was just spoken of."""
        return self._salience.of(referent, self._now(offset)) >= _PRESENT

    def remembers(self, referent: Referent, offset: int) -> bool:
        return self._salience.of(referent, self._now(offset)) > 1

    def _now(self, offset: int) -> int:
        return self.clock[self.layout.sentence(offset)]

    # --- What is read ------------------------------------------------------------------------------

    def meet(self, name: Name) -> None:
        """Read on to a name."""
        start = name.span.start
        self._salience.add(self.cast.of[start], self._weight(name), self._now(start))

    def meet_pronoun(self, offset: int, word: str) -> None:
        """Read on to a pronoun that is no source."""
        if (referent := self.antecedent(PRONOUNS[word], offset)) is not None:
            self._salience.add(referent, _SUBJECT if word in {"he", "she"} else _POSSESSIVE, self._now(offset))

    def meet_body(self, offset: int, figure: Figure) -> None:
        """Read on to a short form of a body."""
        opens = self.layout.starts[self.layout.sentence(offset)] == offset
        self._salience.add(figure, _SUBJECT if opens else _OBJECT, self._now(offset))

    def hear(self, referent: Referent, offset: int) -> None:
        """Read on to a place where `referent` speaks."""
        self._salience.add(referent, _SPEAKING, self._now(offset))
        self.last = referent
        if isinstance(referent, Figure):
            referent.spoke = True

    def _weight(self, name: Name) -> float:
        start = name.span.start
        if self.layout.in_quotes(start):
            return _QUOTED
        if _CREDIT.match(self.flat, name.span.end) and self.flat[start - 1 : start] == "\n":
            return _QUOTED
        if name.headline or name.possessive:
            return _POSSESSIVE
        begin = self.layout.starts[self.layout.sentence(start)]
        word = _BEFORE.search(self.flat, max(begin, start - 30), start)
        if word and word[1].casefold() in lx.PREPOSITIONS:
            return _OBLIQUE
        return _SUBJECT if self._is_first(name, begin) else _OBJECT

    def _is_first(self, name: Name, begin: int) -> bool:
        index = bisect_left(self.starts, begin)
        return index < len(self.cast.names) and all(
            other.possessive or not other.tokens or self.starts[i] not in self.cast.of
            for i, other in enumerate(self.cast.names[index : index + 4], index)
            if other.span.start < name.span.start
        )

    # --- Whom a pronoun means ----------------------------------------------------------------------

    def antecedent(
        self, wanted: str, offset: int, *, source: bool = False, reporting: Referent | None = None
    ) -> Referent | None:
        """Whom a pronoun at `offset` means, None where nobody is salient enough.

        `wanted` is “m”, “f”, “they” or “it”; `source` says that it names a speaker; `reporting` is who
        speaks around it. In X's own words “he” is another; in a report of them “he” is X rather than not.
        """
        now = self._now(offset)
        quoted = self.layout.in_quotes(offset)
        goes_on = self.last if source and _GOES_ON.match(self.flat, offset) else None
        apart = self._named_after(offset)
        best, best_score = None, _FAINT if wanted in {"m", "f"} else 2 * _FAINT
        for referent in self._salience.weights:
            agrees = agreement(referent, wanted)
            if not agrees or (quoted and referent is reporting) or referent in apart:
                continue
            score = self._salience.of(referent, now)
            score += _REPORTING * ((referent is reporting) + (referent is goes_on))
            if score * agrees > best_score:
                best, best_score = referent, score * agrees
        best = best or (self._namesake(wanted, offset) if source else None)
        if source and isinstance(best, Figure) and wanted in {"m", "f"}:
            best.votes[wanted] += 1
        return best

    def _namesake(self, wanted: str, offset: int) -> Figure | None:
        """The one of several bearers of a name nearby whom the pronoun shows to be meant by it."""
        begin = self.layout.starts[max(0, self.layout.sentence(offset) - 1)]
        for start in reversed(self.starts[bisect_left(self.starts, begin) : bisect_left(self.starts, offset)]):
            fitting = [f for f in self.cast.shared.get(start, ()) if agreement(f, wanted)]
            if len(fitting) == 1:
                return fitting[0]
        return None

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
