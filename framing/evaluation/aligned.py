"""What several coders found in one article, side by side: which of their items mean the same thing, and what differs.

Passages are paired one to one, as many as can be and as well as can be, where they share half of their characters
(IoU ≥ 0.5, see `matching`). Speakers are the same where they share mentions, statements or a name. Frames are the
same where the label is; passages of evidence are compared within a frame that all coders gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, cast

from framing.annotations import NARRATOR, UNATTRIBUTED, Claim, Evidence, Findings, FrameLabel, Speaker, Statement
from framing.errors import UsageError
from framing.evaluation.gold import GoldArticle
from framing.evaluation.matching import Pairs, match, overlap
from framing.text import Span, covering

__all__ = ["PRESENCE", "Aligned", "Group", "Item", "Kind", "align"]

Item = Speaker | Statement | Claim | FrameLabel | Evidence
Kind = Literal["speaker", "statement", "claim", "frame", "evidence"]
PRESENCE = "presence"
"""Stands among what differs where not every coder has the item."""

T = TypeVar("T")
Placed = TypeVar("Placed", Statement, Claim, Evidence)


@dataclass(frozen=True, slots=True)
class Group:
    """One thing that was coded, by coder; who does not have it is missing. `label` is CODEBOOK/FRAME of a frame.

    `differs` names what the coders do not agree on: "presence", or fields of the item.
    """

    kind: Kind
    items: Mapping[str, Item]
    differs: tuple[str, ...]
    place: Span | None
    label: str = ""

    @property
    def agreed(self) -> bool:
        return not self.differs


@dataclass(frozen=True, slots=True)
class Aligned:
    """The groups of one article. `who` numbers the speakers: the same person has one number, whoever coded it."""

    article: GoldArticle
    coders: tuple[str, ...]
    groups: tuple[Group, ...]
    who: Mapping[tuple[str, str], int]

    def of(self, kind: Kind) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.kind == kind)

    def disagreements(self) -> tuple[Group, ...]:
        """In the order of the text; what holds for the article as a whole comes first."""
        found = [group for group in self.groups if not group.agreed]
        return tuple(sorted(found, key=lambda group: (group.place or Span(0, 0), group.kind, group.label)))


def align(article: GoldArticle, *, coders: Sequence[str] = ()) -> Aligned:
    """Lay the codings of `coders` (none named: all of the article) side by side.

    Raises UsageError where one of them has not coded the article.
    """
    names = tuple(coders or article.coders)
    if lacking := [name for name in names if name not in article.coders]:
        known = ", ".join(article.coders) or "nobody"
        raise UsageError(f"article {article.id!r} was not coded by {lacking[0]!r}, but by {known}")
    return _Aligning(article, {name: article.coders[name] for name in names}).aligned()


class _Aligning:
    def __init__(self, article: GoldArticle, found: Mapping[str, Findings]) -> None:
        self._article, self._found = article, found
        speakers = _grouped({coder: f.speakers for coder, f in found.items()}, self._same_speakers)
        self._speakers = speakers
        self._who = {(coder, s.id): n for n, items in enumerate(speakers) for coder, s in items.items()}
        self._statements = _grouped({coder: f.statements for coder, f in found.items()}, _same_passages)
        self._within = {(coder, s.id): n for n, items in enumerate(self._statements) for coder, s in items.items()}

    def aligned(self) -> Aligned:
        claims = _grouped({coder: f.claims for coder, f in self._found.items()}, _same_passages)
        groups = [
            *(self._group("speaker", items, needed=False) for items in self._speakers),
            *(self._group("statement", items) for items in self._statements),
            *(self._group("claim", items) for items in claims),
            *self._frames(),
        ]
        return Aligned(self._article, tuple(self._found), tuple(groups), self._who)

    def _frames(self) -> Iterator[Group]:
        labels: dict[str, dict[str, FrameLabel]] = {}
        for coder, found in self._found.items():
            for frame in found.frames:
                labels.setdefault(f"{frame.codebook}/{frame.frame}", {})[coder] = frame
        for label, items in labels.items():
            yield self._group("frame", items, label=label)
            if len(items) < len(self._found):
                continue
            for passages in _grouped({coder: f.evidence for coder, f in items.items()}, _same_passages):
                yield self._group("evidence", passages, label=label)

    def _group(self, kind: Kind, items: Mapping[str, Item], *, needed: bool = True, label: str = "") -> Group:
        """With `needed`, an item that a coder lacks is a difference."""
        lacking = (PRESENCE,) if needed and len(items) < len(self._found) else ()
        fields = [self._fields(coder, item) for coder, item in items.items()]
        differs = tuple(name for name in fields[0] if any(other[name] != fields[0][name] for other in fields[1:]))
        spans = [span for item in items.values() for span in _spans(item)]
        return Group(kind, dict(items), (*lacking, *differs), covering(spans) if spans else None, label)

    def _fields(self, coder: str, item: Item) -> dict[str, object]:
        """What is compared of an item, with speakers and statements by their numbers."""
        match item:
            case Speaker():
                return {"name": item.name, "role": item.role, "kind": item.kind}
            case Statement():
                return {
                    "spans": item.spans,
                    "kind": item.kind,
                    "speaker": self._who.get((coder, item.speaker or "")),
                    "cue": item.cue_span or item.cue,
                    "source": item.source,
                    "within": self._within.get((coder, item.within or "")),
                }
            case Claim():
                voice = self._voice(coder, item.voice)
                return {
                    "spans": item.spans,
                    "kind": item.kind,
                    "voice": voice,
                    "checkworthy": item.checkworthy,
                }
            case FrameLabel():
                return {"primary": item.primary}
            case Evidence():
                return {"spans": item.spans, "voice": self._voice(coder, item.voice)}

    def _voice(self, coder: str, voice: str) -> object:
        return voice if voice in (NARRATOR, UNATTRIBUTED) else self._who.get((coder, voice))

    def _same_speakers(self, one: str, a: Sequence[Speaker], other: str, b: Sequence[Speaker]) -> Pairs:
        """The pairing of greatest resemblance: mentions that overlap, statements that match, two for the name."""
        import numpy as np
        from scipy.optimize import linear_sum_assignment

        matched = self._same_statements(one, other)
        alike = np.array([[_resemblance(x, y) + matched[x.id, y.id] for y in b] for x in a], dtype=float)
        if not alike.size:
            return ()
        rows, columns = linear_sum_assignment(alike, maximize=True)
        return tuple((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if alike[r, c] > 0)

    def _same_statements(self, one: str, other: str) -> Counter[tuple[str, str]]:
        """How many statements two coders both have, by the speakers that they give them to."""
        a, b = self._found[one].statements, self._found[other].statements
        return Counter((a[i].speaker or "", b[j].speaker or "") for i, j in _same_passages(one, a, other, b))


def _resemblance(a: Speaker, b: Speaker) -> int:
    mentioned = sum(any(span.overlaps(other) for other in b.mentions) for span in a.mentions)
    named = a.name is not None and b.name is not None and _plain(a.name) == _plain(b.name)
    return mentioned + 2 * named


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _same_passages(one: str, a: Sequence[Placed], other: str, b: Sequence[Placed]) -> Pairs:
    return match(overlap([item.spans for item in a], [item.spans for item in b]))


def _grouped(
    lists: Mapping[str, Sequence[T]], pair: Callable[[str, Sequence[T], str, Sequence[T]], Pairs]
) -> list[dict[str, T]]:
    """Items that mean the same, by coder: those of each coder are paired with the first of every group so far."""
    groups: list[dict[str, T]] = []
    for coder, items in lists.items():
        taken: set[int] = set()
        for before in dict.fromkeys(next(iter(group)) for group in groups):
            mine = [group for group in groups if next(iter(group)) == before]
            left = [n for n in range(len(items)) if n not in taken]
            pairs = pair(before, [group[before] for group in mine], coder, [items[n] for n in left])
            for at, chosen in pairs:
                mine[at][coder] = items[left[chosen]]
                taken.add(left[chosen])
        groups += [{coder: item} for n, item in enumerate(items) if n not in taken]
    return groups


def _spans(item: Item) -> Sequence[Span]:
    match item:
        case Speaker():
            return item.mentions[:1]
        case FrameLabel():
            return ()
    return cast(Statement, item).spans
