"""What a look-up gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from framing.annotations import Grounding
from framing.text import Span

__all__ = ["Location", "NotFound"]


class Location(NamedTuple):
    """Where a text was found: `spans` in order, several where the article interrupts what the quotation joins.

    `alternatives` are all the places that fit equally well, that of `spans` first, where `grounding` is
    "ambiguous"; otherwise there are none.
    """

    spans: tuple[Span, ...]
    grounding: Grounding
    alternatives: tuple[tuple[Span, ...], ...] = ()

    @classmethod
    def among(cls, places: Sequence[tuple[Span, ...]], grounding: Grounding) -> Location:
        """The one place, or the first of several."""
        if len(places) == 1:
            return cls(places[0], grounding)
        return cls(places[0], "ambiguous", tuple(places))


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class NotFound:
    """A text that is not in the article, and why it is held not to be."""

    quote: str
    reason: str
    search: Callable[[], str | None] = field(default=_nothing, repr=False, compare=False)

    @cached_property
    def suggestion(self) -> str | None:
        """The most similar passage of the article, searched for when asked for: a hint, never an answer."""
        return self.search()
