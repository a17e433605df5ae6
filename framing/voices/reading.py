"""What a reader has in mind at a place of the text, read on to only when a question comes up there.

Most sources that a model names by a full name need nobody's pronouns: their article is not read at all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from framing.text import Span
from framing.voices.cast import Cast
from framing.voices.discourse import Discourse
from framing.voices.referents import Referent

__all__ = ["Reading"]

_Event = tuple[int, int, int]
"""Offset, 0 name | 1 pronoun | 2 body | 3 source, index."""


class Reading:
    """One pass over names, pronouns and sources in the order of the text.

    `statements`: the extents of what is said; `places`: where each source stands; `taken`: offsets of words that are
    sources; `heard`: who speaks at each source, filled in as that becomes known. Whoever is about to introduce a
    figure, or to change one, has the text read up to there first.
    """

    def __init__(
        self,
        flat: str,
        cast: Cast,
        statements: Sequence[Span],
        places: Sequence[int],
        taken: Collection[int],
        heard: Sequence[Referent | None],
    ) -> None:
        self.flat, self.cast, self.statements = flat, cast, statements
        self.places, self.taken, self.heard = places, taken, heard

    @cached_property
    def discourse(self) -> Discourse:
        """The discourse as far as it was read, the votes of the article's pronouns counted."""
        discourse = Discourse(self.flat, self.cast, self.statements)
        discourse.vote()
        return discourse

    def count_votes(self) -> None:
        """Have the article's pronouns say who is a he and who a she, if they have not yet."""
        _ = self.discourse

    def up_to(self, source: int) -> Discourse:
        """The discourse when the reader comes to this source."""
        here = (self.places[source], 3, source)
        while self._unread and self._unread[-1] < here:
            self._read(self._unread.pop())
        return self.discourse

    @cached_property
    def _unread(self) -> list[_Event]:
        """The events to come, the next one last."""
        names, discourse = self.cast.names, self.discourse
        events = [(name.span.start, 0, i) for i, name in enumerate(names) if name.span.start in self.cast.of]
        events += [(at, 1, i) for i, (at, _) in enumerate(discourse.pronouns) if at not in self.taken]
        events += [(at, 2, i) for i, (at, _) in enumerate(discourse.bodies) if at not in self.taken]
        events += [(place, 3, i) for i, place in enumerate(self.places)]
        return sorted(events, reverse=True)

    def _read(self, event: _Event) -> None:
        place, order, index = event
        if order == 0:
            self.discourse.meet(self.cast.names[index])
        elif order == 1:
            self.discourse.meet_pronoun(*self.discourse.pronouns[index])
        elif order == 2:
            self.discourse.meet_body(*self.discourse.bodies[index])
        elif (referent := self.heard[index]) is not None:
            self.discourse.hear(referent, min(place, len(self.flat)))
