"""From what coders found to gold: what they agree on, and of the rest what was decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

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
    Statement,
)
from framing.errors import Fault, GoldError
from framing.evaluation.aligned import Aligned, Group, Item, Kind, align
from framing.evaluation.gold import GoldArticle, iter_faults
from framing.interop.adjudication import NONE, Decision, group_id, told
from framing.text import JOINER, Span, excerpt

__all__ = ["Adjudicated", "adjudicate"]

NOBODY = "nobody"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """Articles with their gold, and how many items were agreed on, decided, and are still open."""

    articles: tuple[GoldArticle, ...]
    agreed: int = 0
    decided: int = 0
    undecided: int = 0


def adjudicate(
    articles: Sequence[GoldArticle],
    decisions: Mapping[str, Decision],
    *,
    path: Path | str = "decisions",
    coders: Sequence[str] = (),
) -> Adjudicated:
    """Make the gold of every article that coders have coded; of one that a single coder has, it is that coder's.

    `coders` are those whose codings count (none named: all). What nobody has decided is left out, and is a problem of
    the gold. Raises GoldError with the line of every decision that cannot be followed.
    """
    faults: list[Fault] = []
    made: list[GoldArticle] = []
    counts = {"agreed": 0, "decided": 0, "undecided": 0}
    known: set[str] = set()
    for article in articles:
        names = [name for name in coders or article.coders if name in article.coders]
        if not names:
            made.append(article)
            continue
        merging = _Merging(align(article, coders=names), decisions)
        done = article.model_copy(update={"gold": merging.findings()})
        reasons = [(None, f"{article.id}: {reason}") for reason in iter_faults(done)]
        faults += [Fault(path, line, reason) for line, reason in (*merging.faults, *reasons)]
        known |= merging.known
        for name, count in merging.counts.items():
            counts[name] += count
        made.append(done)
    for name, decision in decisions.items():
        if name not in known:
            reason = f"{name!r} is no disagreement of these codings: has an article been coded anew since?"
            faults.append(Fault(path, decision.line, reason))
    if faults:
        raise GoldError(tuple(sorted(faults, key=lambda fault: fault.line or 0)))
    return Adjudicated(tuple(made), **counts)


class _Faulty(Exception):
    """A decision cannot be followed; becomes a Fault."""


@dataclass
class _Merging:
    aligned: Aligned
    decisions: Mapping[str, Decision]
    faults: list[tuple[int | None, str]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: {"agreed": 0, "decided": 0, "undecided": 0})

    def findings(self) -> Findings:
        self._problems: list[Problem] = []
        self._speakers = [self._taken(group) for group in self.aligned.of("speaker")]
        self._mentions = self._owned()
        self._used: set[int] = set()
        statements = tuple(self._statements())
        claims = [
            self._built(Claim, item, id=f"c{n}", **({"voice": self._voice(coder, item.voice)} | more))
            for n, (coder, item, more) in enumerate(self._all("claim"), start=1)
        ]
        frames = tuple(self._frames())
        return Findings(
            speakers=tuple(self._people()),
            statements=statements,
            claims=tuple(claims),
            frames=frames,
            problems=tuple(self._problems),
        )

    # --- Decisions ------------------------------------------------------------------------------------

    def _all(self, kind: Kind) -> list[tuple[str, Any, dict[str, Any]]]:
        """Every item of a kind that is taken, in the order of the text: its coder, itself, and what replaces."""
        groups = sorted(self.aligned.of(kind), key=lambda group: group.place or Span(0, 0))
        return [taken for group in groups if (taken := self._taken(group))]

    def _taken(self, group: Group) -> tuple[str, Any, dict[str, Any]] | None:
        first = next(iter(group.items.items()))
        if group.agreed:
            self.counts["agreed"] += 1
            return (*first, {})
        name = group_id(self.aligned.article.id, group)
        self.known.add(name)
        decision = self.decisions.get(name)
        if decision is None or not decision.decision:
            return self._open(group, first)
        try:
            self.counts["decided"] += 1
            return self._decided(group, decision)
        except _Faulty as error:
            self.faults.append((decision.line, str(error)))
            return (*first, {}) if group.kind == "speaker" else None

    def _open(self, group: Group, first: tuple[str, Item]) -> tuple[str, Item, dict[str, Any]] | None:
        """A speaker whose description is open stays, as the first coder has it: statements refer to speakers."""
        self.counts["undecided"] += 1
        place = f" at {group.place.start}–{group.place.end}" if group.place else ""
        problem = Problem(
            kind="invalid_item",
            reason=f"the coders differ in {', '.join(group.differs)}, and nobody has decided",
            item=f"{group.kind} {group.label}".strip() + place,
            raw={coder: told(self.aligned, group, coder) for coder in self.aligned.coders},
        )
        self._problems.append(problem)
        return (*first, {}) if group.kind == "speaker" else None

    def _decided(self, group: Group, decision: Decision) -> tuple[str, Item, dict[str, Any]] | None:
        if decision.decision.casefold() == NONE:
            if group.kind == "speaker":
                raise _Faulty(
                    "a speaker is left out where nothing refers to them: decide on the statements instead"
                )
            return None
        if decision.decision not in self.aligned.coders:
            names = ", ".join((*self.aligned.coders, NONE))
            raise _Faulty(f"decision {decision.decision!r} is none of {names}")
        item = group.items.get(decision.decision)
        if item is None:
            if decision.passage or decision.value or decision.speaker:
                raise _Faulty(f"{decision.decision!r} has nothing here that could be replaced in part")
            return None
        return decision.decision, item, self._replaced(group, decision)

    def _replaced(self, group: Group, decision: Decision) -> dict[str, Any]:
        """The fields that the row gives another value than the item taken has."""
        more: dict[str, Any] = {}
        if decision.passage:
            if group.kind in ("frame", "speaker") or group.place is None:
                raise _Faulty(f"a {group.kind} has no passage of its own")
            more |= {"spans": _located(decision.passage, self.aligned.article.document.text, group.place)}
        if decision.value:
            if group.kind == "evidence":
                raise _Faulty("evidence has no kind: leave `value` empty")
            more |= {"primary": decision.value == "primary"} if group.kind == "frame" else {"kind": decision.value}
        if decision.speaker:
            named = {"speaker": "name", "statement": "speaker", "claim": "voice", "evidence": "voice"}
            if group.kind not in named:
                raise _Faulty("a frame has no speaker: leave `speaker` empty")
            more[named[group.kind]] = decision.speaker if group.kind == "speaker" else _Named(decision.speaker)
        self._check(group, more)
        return more

    def _check(self, group: Group, more: Mapping[str, Any]) -> None:
        """Raise _Faulty for a value that the item cannot have."""
        for name, value in more.items():
            if isinstance(value, _Named):
                self._number_of(value)
            elif name == "kind":
                item = next(iter(group.items.values()))
                try:
                    type(item).model_validate({**item.model_dump(), name: value})
                except ValidationError as error:
                    raise _Faulty(f"value: {error.errors(include_url=False)[0]['msg']}, not {value!r}") from None

    # --- Items ----------------------------------------------------------------------------------------

    def _statements(self) -> Iterator[Statement]:
        groups = sorted(self.aligned.of("statement"), key=lambda group: group.place or Span(0, 0))
        taken = [(group, found) for group in groups if (found := self._taken(group))]
        ids = {
            (coder, cast(Statement, item).id): f"s{n}"
            for n, (group, _) in enumerate(taken, start=1)
            for coder, item in group.items.items()
        }
        for n, (_, (coder, item, more)) in enumerate(taken, start=1):
            speaker = more.pop("speaker", None)
            who = self._person(coder, item.speaker) if speaker is None else self._named(speaker)
            within = ids.get((coder, item.within or ""))
            yield self._built(Statement, item, id=f"s{n}", speaker=who, within=within, **more)

    def _frames(self) -> Iterator[FrameLabel]:
        leading: dict[str, str] = {}
        for group in self.aligned.of("frame"):
            taken = self._taken(group)
            passages = [g for g in self.aligned.of("evidence") if g.label == group.label]
            if taken is None:
                self.known |= {group_id(self.aligned.article.id, g) for g in passages}
                continue
            coder, item, more = taken
            # Passages are compared where all have the frame; else they come with the item that is taken.
            whole = [(coder, passage, cast("dict[str, Any]", {})) for passage in item.evidence]
            shared = len(group.items) == len(self.aligned.coders)
            found = [t for g in sorted(passages, key=_place) if (t := self._taken(g))] if shared else whole
            label = item.model_copy(update={**more, "evidence": tuple(self._passage(*one) for one in found)})
            if label.primary and (other := leading.setdefault(label.codebook, label.frame)) != label.frame:
                place = f"{self.aligned.article.id}: {label.codebook}"
                self.faults.append((None, f"{place}: {other!r} and {label.frame!r} are both primary"))
            yield label

    def _passage(self, coder: str, item: Evidence, more: dict[str, Any]) -> Evidence:
        more = dict(more)
        return self._built(Evidence, item, voice=self._voice(coder, more.pop("voice", item.voice)), **more)

    def _built(self, made: type[Model], item: Model, **values: Any) -> Model:
        if isinstance(voice := values.get("voice"), _Named):
            values["voice"] = self._named(voice)
        if "spans" in values:
            values["text"] = excerpt(self.aligned.article.document.text, values["spans"])
            values["grounding"] = "exact"
        return item.model_copy(update=values)

    # --- Speakers -------------------------------------------------------------------------------------

    def _owned(self) -> dict[int, list[Span]]:
        """The mentions of every speaker; one that coders give to several belongs to whom the first coder says."""
        owner: dict[Span, int] = {}
        for coder in self.aligned.coders:
            for speaker in self.aligned.article.coders[coder].speakers:
                for span in speaker.mentions:
                    owner.setdefault(span, self.aligned.who[coder, speaker.id])
        mentions: dict[int, list[Span]] = {}
        for span, number in sorted(owner.items()):
            mentions.setdefault(number, []).append(span)
        return mentions

    def _person(self, coder: str, speaker: str | None) -> str | None:
        if speaker is None:
            return None
        number = self.aligned.who[coder, speaker]
        self._used.add(number)
        return f"p{number + 1}"

    def _voice(self, coder: str, voice: str | _Named) -> Any:
        if isinstance(voice, _Named) or voice in (NARRATOR, UNATTRIBUTED):
            return voice
        return self._person(coder, voice)

    def _named(self, speaker: _Named) -> str | None:
        if speaker.name in (NARRATOR, UNATTRIBUTED):
            return speaker.name
        if speaker.name == NOBODY:
            return None
        number = self._number_of(speaker)
        self._used.add(number)
        return f"p{number + 1}"

    def _number_of(self, speaker: _Named) -> int:
        """The speaker of that name or, without a name, of that role; raises _Faulty."""
        if speaker.name in (NARRATOR, UNATTRIBUTED, NOBODY):
            return -1
        called: dict[str, int] = {}
        for number, group in enumerate(self.aligned.of("speaker")):
            for item in cast(Iterable[Speaker], group.items.values()):
                called.setdefault(item.name or item.role or item.id, number)
        if speaker.name not in called:
            raise _Faulty(f"no speaker {speaker.name!r} in this article; there are {', '.join(map(repr, called))}")
        return called[speaker.name]

    def _people(self) -> Iterator[Speaker]:
        """Those whom something refers to, and those whom every coder lists."""
        for number, (group, taken) in enumerate(zip(self.aligned.of("speaker"), self._speakers, strict=True)):
            if taken and (number in self._used or len(group.items) == len(self.aligned.coders)):
                _, item, more = taken
                mentions = tuple(self._mentions.get(number, ()))
                yield item.model_copy(update={**more, "id": f"p{number + 1}", "mentions": mentions})


@dataclass(frozen=True, slots=True)
class _Named:
    """A speaker as a decision names them."""

    name: str


def _place(group: Group) -> Span:
    return group.place or Span(0, 0)


def _located(passage: str, text: str, near: Span) -> tuple[Span, ...]:
    """Where the words of `passage` stand, at the disagreement; white space may differ. Raises _Faulty."""
    spans = []
    for piece in passage.split(JOINER.strip()):
        pattern = r"\s+".join(map(re.escape, piece.split()))
        found = [Span(*match.span()) for match in re.finditer(pattern, text)] if pattern else []
        if not found:
            raise _Faulty(f"{piece.strip()!r} does not stand in the article")
        at_hand = [span for span in found if span.overlaps(near)] or found
        if len(at_hand) > 1:
            raise _Faulty(f"{piece.strip()!r} stands in the article {len(at_hand)} times: give more of the words")
        spans.append(at_hand[0])
    return tuple(spans)
