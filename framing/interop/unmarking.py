"""Marks that people made in a tool, read as findings; what cannot be read becomes a `Problem` with the reason.

Within findings, speakers, statements, claims and frames come in the order of the text, and so do mentions and
pieces: tools keep no other order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from framing.annotations import (
    NARRATOR,
    UNATTRIBUTED,
    Claim,
    Evidence,
    Findings,
    FrameLabel,
    Problem,
    Speaker,
    SpeakerKind,
    Statement,
)
from framing.interop.exchange import Scheme
from framing.interop.marks import LINKS, LinkName, Mark, MarkLayer, Markup
from framing.text import JOINER, Document, Span, excerpt

__all__ = ["in_text_order", "read_marks"]

Item = TypeVar("Item", bound=BaseModel)
_NAMING = ("id", "speaker", "voice")


def read_marks(markup: Markup, document: Document, scheme: Scheme) -> Findings:
    """What the marks of one coder say. An item without an id gets one (s1, c1, …)."""
    return _Reading(markup, document.text, scheme).findings()


def in_text_order(found: Findings) -> Findings:
    """The same findings in the order in which `read_marks` gives them."""
    return found.model_copy(
        update={
            "speakers": _sorted(
                (s.model_copy(update={"mentions": tuple(sorted(s.mentions))}) for s in found.speakers),
                lambda s: s.mentions,
            ),
            "statements": _sorted(found.statements, lambda s: s.spans),
            "claims": _sorted(found.claims, lambda c: c.spans),
            "frames": _sorted(
                (
                    label.model_copy(
                        update={"evidence": tuple(sorted(label.evidence, key=lambda e: (e.spans, e.voice)))}
                    )
                    for label in found.frames
                ),
                lambda label: (label.codebook, label.frame),
            ),
        }
    )


def _sorted(items: Iterable[Item], place: Callable[[Item], Any]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: (place(item), getattr(item, "id", ""))))


class _Reading:
    def __init__(self, markup: Markup, text: str, scheme: Scheme) -> None:
        self._text, self._scheme = text, scheme
        self._problems: list[Problem] = []
        self._marks = {mark.key: mark for mark in markup.marks if self._marks_something(mark)}
        self._links: dict[tuple[LinkName, str], list[Mark]] = {}
        for place, reason in markup.lost:
            self._problems.append(Problem(kind="invalid_item", reason=f"{place}: {reason}"))
        for link in markup.links:
            if link.start in self._marks and link.end in self._marks:
                self._link(link.name, link.start, link.end)
        self._ids = {f[name] for f in (m.features for m in markup.marks) for name in _NAMING if name in f}
        """Every id that a mark gives or refers to: none is made that is one of them."""
        self._who: dict[str, str] = {}
        """The speaker's id of every mention."""
        self._named: dict[str, str] = {}
        """The id of every statement and claim."""
        self._unvoiced = 0

    def findings(self) -> Findings:
        speakers = self._speakers()
        taken = {speaker.id for speaker in speakers}
        for mark in [*self._of("Statement"), *self._of("Claim")]:
            self._named[mark.key] = self._id(mark, mark.layer[0].lower(), taken)
            taken.add(self._named[mark.key])
        statements = [s for mark in self._of("Statement") if (s := self._statement(mark))]
        claims = [c for mark in self._of("Claim") if (c := self._claim(mark, statements))]
        frames = self._frames(statements)
        if self._unvoiced:
            reason = f"{self._unvoiced} claims or passages name no voice: each has the one that it stands in"
            self._problems.append(Problem(kind="detail", reason=reason))
        found = Findings(
            speakers=tuple(speakers),
            statements=tuple(statements),
            claims=tuple(claims),
            frames=tuple(frames),
            problems=tuple(self._problems),
        )
        return in_text_order(found)

    # --- Speakers -------------------------------------------------------------------------------------

    def _speakers(self) -> list[Speaker]:
        described: dict[str, dict[str, str]] = {}
        mentions: dict[str, list[Span]] = {}
        for mark in self._of("Speaker"):
            self._describe(described.setdefault(self._id(mark, "p", described), {}), mark)
        for mark in self._of("Mention"):
            who = mark.features.get("speaker") or self._id(mark, "p", mentions)
            self._who[mark.key] = who
            self._describe(described.setdefault(who, {}), mark)
            mentions.setdefault(who, []).extend(mark.spans)
        for mark in [*self._of("Statement"), *self._of("Claim"), *self._of("Evidence")]:
            named = mark.features.get("speaker" if mark.layer == "Statement" else "voice")
            if named and named not in (NARRATOR, UNATTRIBUTED):
                described.setdefault(named, {})
        built = (
            self._built(Speaker, None, id=who, mentions=mentions.get(who, ()), **{"name": None, **about})
            for who, about in described.items()
        )
        return [speaker for speaker in built if speaker]

    def _describe(self, known: dict[str, str], mark: Mark) -> None:
        for name in ("name", "role", "kind"):
            value = mark.features.get(name)
            if name == "kind" and value and value not in get_args(SpeakerKind):
                self._problem(mark, f"{value!r} is no kind of speaker: {', '.join(get_args(SpeakerKind))}")
            elif value and known.setdefault(name, value) != value:
                self._problem(mark, f"its {name} is {value!r}, that of another mention {known[name]!r}")

    # --- Statements and claims ------------------------------------------------------------------------

    def _statement(self, mark: Mark) -> Statement | None:
        source, cue, within = (self._linked(name, mark) for name in ("source", "cue", "within"))
        speaker = mark.features.get("speaker")
        if source and source.layer == "Mention":
            speaker = self._newer(mark, "speaker", speaker, self._who[source.key])
        cue_span = cue.spans[0] if cue and cue.spans else None
        return self._built(
            Statement,
            mark,
            id=self._named[mark.key],
            speaker=speaker,
            kind=mark.features.get("kind"),
            cue=mark.features.get("cue") or (cue_span.of(self._text) if cue_span else None),
            cue_span=cue_span,
            source=source.spans[0] if source and source.spans else None,
            within=self._named[within.key] if within else None,
            grounding=mark.features.get("grounding", "exact"),
        )

    def _claim(self, mark: Mark, statements: Sequence[Statement]) -> Claim | None:
        checkworthy = mark.features.get("checkworthy")
        return self._built(
            Claim,
            mark,
            id=self._named[mark.key],
            voice=self._voice(mark, statements),
            kind=mark.features.get("kind"),
            checkworthy=checkworthy,
            stated_voice=mark.features.get("stated_voice"),
            grounding=mark.features.get("grounding", "exact"),
        )

    def _voice(self, mark: Mark, statements: Sequence[Statement]) -> str:
        """The voice that is linked, or named, or else the one that the mark stands in."""
        given = mark.features.get("voice")
        if drawn := self._linked("voice", mark):
            return self._newer(mark, "voice", given, self._who[drawn.key])
        if given:
            return given
        self._unvoiced += 1
        around = [s for s in statements if all(any(t.covers(span) for t in s.spans) for span in mark.spans)]
        if not around:
            return NARRATOR
        return min(around, key=lambda s: sum(map(len, s.spans))).speaker or UNATTRIBUTED

    # --- Frames ---------------------------------------------------------------------------------------

    def _frames(self, statements: Sequence[Statement]) -> list[FrameLabel]:
        primary: dict[tuple[str, str], bool] = {}
        evidence: dict[tuple[str, str], list[Evidence]] = {}
        for mark in [*self._of("Frame"), *self._of("Evidence")]:
            label = self._label(mark)
            if label is None:
                continue
            primary[label] = primary.get(label, False) or mark.features.get("primary") == "true"
            if mark.layer == "Evidence" and (passage := self._passage(mark, statements)):
                evidence.setdefault(label, []).append(passage)
        return [
            FrameLabel(
                codebook=codebook, frame=frame, primary=first, evidence=tuple(evidence.get((codebook, frame), ()))
            )
            for (codebook, frame), first in primary.items()
        ]

    def _label(self, mark: Mark) -> tuple[str, str] | None:
        codebook = mark.features.get("codebook") or self._scheme.codebook_ref()
        frame = mark.features.get("frame")
        if frame and codebook:
            return codebook, frame
        lacking = "nothing says of which codebook its frame is (--codebook)" if frame else "it names no frame"
        self._problem(mark, lacking)
        return None

    def _passage(self, mark: Mark, statements: Sequence[Statement]) -> Evidence | None:
        grounding = mark.features.get("grounding", "exact")
        return self._built(Evidence, mark, voice=self._voice(mark, statements), grounding=grounding)

    # --- Everything -----------------------------------------------------------------------------------

    def _marks_something(self, mark: Mark) -> bool:
        """Some tools let people mark a place between two characters."""
        if all(mark.spans):
            return True
        self._problem(mark, "it marks a place of no length, and no text")
        return False

    def _of(self, layer: MarkLayer) -> list[Mark]:
        return [mark for mark in self._marks.values() if mark.layer == layer]

    def _link(self, name: LinkName, start: str, end: str) -> None:
        one, other = self._marks[start], self._marks[end]
        starts, ends = LINKS[name]
        if one.layer in starts and other.layer in ends:
            self._links.setdefault((name, start), []).append(other)
        else:
            self._problem(one, f"a link {name!r} cannot go from a {one.layer} to a {other.layer}")

    def _linked(self, name: LinkName, mark: Mark) -> Mark | None:
        found = self._links.get((name, mark.key), [])
        if len(found) > 1:
            self._problem(mark, f"it has {len(found)} links {name!r}; the first is taken")
        return found[0] if found else None

    def _newer(self, mark: Mark, name: str, given: str | None, drawn: str) -> str:
        if given not in (None, drawn):
            self._problem(mark, f"its {name} is {given!r}, but the link says {drawn!r}, which is taken")
        return drawn

    def _id(self, mark: Mark, letter: str, taken: Iterable[str]) -> str:
        given = mark.features.get("id")
        if given and given not in taken:
            return given
        number = 1
        while f"{letter}{number}" in self._ids:
            number += 1
        self._ids.add(f"{letter}{number}")
        if given:
            self._problem(mark, f"the id {given!r} is used twice; this one is called {letter}{number}")
        return f"{letter}{number}"

    def _built(self, made: type[Item], mark: Mark | None, /, **values: Any) -> Item | None:
        if mark is not None:
            values |= {"spans": mark.spans, "text": excerpt(self._text, mark.spans)}
        try:
            return made.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            self._problem(mark, reason if mark else f"speaker {values['id']!r}: {reason}")
            return None

    def _problem(self, mark: Mark | None, reason: str) -> None:
        raw = None
        if mark is not None:
            raw = {"layer": mark.layer, "text": excerpt(self._text, mark.spans), **mark.features}
            place = JOINER.join(f"{span.start}–{span.end}" for span in mark.spans) or "the article"
            reason = f"{mark.layer} at {place}: {reason}"
        self._problems.append(Problem(kind="invalid_item", reason=reason, raw=raw))
