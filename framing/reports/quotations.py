"""The same utterance in the words of several articles, for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from framing.quotes import Requote, RequoteKind, kinds_in_order

__all__ = ["HARMLESS", "UnlikeWording", "UnlikeWordings", "unlike_wordings"]

HARMLESS: frozenset[RequoteKind] = frozenset({"identical", "part", "style"})
"""What may be true of a pair without its wording being another one."""
_GRAVE: tuple[RequoteKind, ...] = (
    "negation_changed",
    "number_changed",
    "qualifier_cut",
    "different_speaker",
    "changed",
)
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class UnlikeWording:
    """A pair whose wording differs, with the names of the kinds of change and of the outlets that print a and b."""

    pair: Requote
    kinds: tuple[str, ...]
    outlets: tuple[str, str]


@dataclass(frozen=True, slots=True)
class UnlikeWordings:
    """Those that a page shows, of `unlike` pairs whose wording differs, of `all` pairs."""

    shown: tuple[UnlikeWording, ...]
    unlike: int
    all: int


def unlike_wordings(found: Sequence[Requote], outlets: Mapping[str, str]) -> UnlikeWordings:
    """The first forty pairs of unlike wordings, those with the gravest change first; `outlets` by document id."""
    unlike = [pair for pair in found if not pair.kinds <= HARMLESS]
    unlike.sort(key=lambda pair: [kind not in pair.kinds for kind in _GRAVE])
    shown = tuple(
        UnlikeWording(
            pair,
            tuple(kind.replace("_", " ") for kind in kinds_in_order(pair.kinds)),
            (outlets.get(pair.a.document, ""), outlets.get(pair.b.document, "")),
        )
        for pair in unlike[:_SHOWN]
    )
    return UnlikeWordings(shown, len(unlike), len(found))
