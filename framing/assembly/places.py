"""Where the items of drafts stand in the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from framing.annotations import Grounding, Problem, ProblemKind
from framing.chunks import Chunk
from framing.grounding import Grounder, Location, NotFound
from framing.schemas import Anchor, Draft, Locator, Quote
from framing.text import Document, Span, covering

__all__ = ["CUE_REACH", "Locations", "Part", "Place"]

CUE_REACH = 200
"""How far from its statement, in characters, the reporting word may stand."""
_REACH = 400
"""Characters between two pieces of one passage: an interruption is a clause, rarely more than a sentence."""
_LEAST_CERTAIN_FIRST: tuple[Grounding, ...] = ("ambiguous", "elided", "case", "typography", "exact")


@dataclass(frozen=True, slots=True)
class Part:
    """One draft, the chunk its model was shown, and a word for it in problems ("" for the only one)."""

    draft: Draft
    chunk: Chunk
    label: str = ""

    def item(self, name: str) -> str:
        return f"{self.label}: {name}" if self.label else name


class Place(NamedTuple):
    """Spans in text order and the least certain way in which one of them was found."""

    spans: tuple[Span, ...]
    grounding: Grounding

    @property
    def extent(self) -> Span:
        return self.spans[0] if len(self.spans) == 1 else covering(self.spans)


@dataclass(slots=True)
class Locations:
    """Locates passages of one document, writing down a problem for each that is not found."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    _grounder: Grounder = field(init=False)

    def __post_init__(self) -> None:
        self._grounder = Grounder(self.document.text)

    def place(
        self,
        where: Sequence[Locator],
        part: Part,
        *,
        item: str,
        raw: Any,
        after: Sequence[Place] = (),
        cue: str | None = None,
    ) -> Place | None:
        """The place of an item of one or more pieces; None when any is not found: half a quotation is none.

        `after` are the places of the items that the reply lists before it. Of several places that are as good
        one that none of them has is given, the nearest to the `cue` where that stands near one, else the next;
        and the choice is reported.
        """
        found: list[Location] = []
        for locator in where:
            outcome = self._locate(locator, part)
            if isinstance(outcome, NotFound):
                self.report(
                    "not_found", outcome.reason, item=part.item(item), raw=raw, suggestion=outcome.suggestion
                )
                return None
            found.append(outcome)
        if len(found) == 1 and (only := found[0]).grounding != "ambiguous" and len(only.spans) == 1:
            return Place(only.spans, only.grounding)
        found = [self._chosen(location, after, cue) for location in self._together(found, where)]
        if not found:
            self.report("invalid_item", "names no passage of the article", item=part.item(item), raw=raw)
            return None
        for location in found:
            if location.grounding == "ambiguous":
                self._report_ambiguous(location, item=part.item(item), raw=raw)
        grounding = min((location.grounding for location in found), key=_LEAST_CERTAIN_FIRST.index)
        return Place(tuple(sorted({span for location in found for span in location.spans})), grounding)

    def find_near(self, words: str, extent: Span, *, reach: int) -> Span | None:
        """The occurrence of `words` nearest to `extent`, at most `reach` characters before or after it."""
        window = Span(max(0, extent.start - reach), min(len(self.document.text), extent.end + reach))
        outcome = self._grounder.locate(words, near=extent, within=window)
        return None if isinstance(outcome, NotFound) else covering(outcome.spans)

    def find_outside(self, words: str, spans: Sequence[Span], *, reach: int) -> Span | None:
        """The occurrence of `words` nearest to a passage and not in it, at most `reach` before or after it.

        Only where there is none, one inside the passage is given.
        """
        extent = covering(spans)
        edges = [edge for span in sorted(spans) for edge in (span.start, span.end)]
        edges = [max(0, extent.start - reach), *edges, min(len(self.document.text), extent.end + reach)]
        gaps = [Span(*gap) for gap in zip(edges[::2], edges[1::2], strict=True) if gap[0] < gap[1]]
        found = (self._grounder.locate(words, near=extent, within=gap) for gap in gaps)
        places = [covering(place.spans) for place in found if not isinstance(place, NotFound)]
        nearest = min(
            places, key=lambda place: max(extent.start - place.end, place.start - extent.end), default=None
        )
        return nearest or self.find_near(words, extent, reach=0)

    def report(
        self,
        kind: ProblemKind,
        reason: str,
        *,
        item: str | None = None,
        raw: Any = None,
        suggestion: str | None = None,
    ) -> None:
        self.problems.append(Problem(kind=kind, reason=reason, raw=raw, item=item, suggestion=suggestion))

    def _locate(self, locator: Locator, part: Part) -> Location | NotFound:
        if isinstance(locator, Anchor):
            return self._grounder.locate_anchor(locator, self.document.sentences)
        return self._grounder.locate(locator.text, near=self._sentence(locator.sentence), within=part.chunk.window)

    def _together(self, found: Sequence[Location], where: Sequence[Locator]) -> list[Location]:
        """Pieces that stand in several places, settled by the pieces of the same passage that stand in one."""
        settled = list(found)
        for at, location in enumerate(settled):
            if location.grounding == "ambiguous" and (spans := _beside(location, settled[:at], settled[at + 1 :])):
                words = where[at]
                verbatim = isinstance(words, Quote) and self.document.excerpt(spans) == words.text
                settled[at] = Location(spans, "exact" if verbatim else "typography")
        return settled

    def _chosen(self, location: Location, after: Sequence[Place], cue: str | None) -> Location:
        """An ambiguous location at one of its places, free and after the last item where there is such a one."""
        if location.grounding != "ambiguous" or not (after or cue):
            return location
        choices = _onwards(location, after)
        if not cue:
            return location._replace(spans=choices[0])
        return location._replace(spans=min(choices, key=lambda spans: self._from_cue(cue, covering(spans))))

    def _from_cue(self, cue: str, extent: Span) -> int:
        """The characters between a passage and the nearest occurrence of its cue, at most `CUE_REACH`."""
        found = self.find_near(cue, extent, reach=CUE_REACH)
        return max(found.start - extent.end, extent.start - found.end, 0) if found else CUE_REACH

    def _sentence(self, number: int | None) -> Span | None:
        sentences = self.document.sentences
        return sentences[number - 1] if number is not None and 1 <= number <= len(sentences) else None

    def _report_ambiguous(self, location: Location, *, item: str, raw: Any) -> None:
        places = ", ".join(f"{spans[0].start}–{spans[-1].end}" for spans in location.alternatives)
        reason = (
            f"stands in {len(location.alternatives)} places ({places}): that at {location.spans[0].start} is given"
        )
        self.report("ambiguous", reason, item=item, raw=raw)


def _beside(location: Location, before: Sequence[Location], after: Sequence[Location]) -> tuple[Span, ...] | None:
    """The place between the settled pieces before and after it that is nearest to one of them, if one is near."""
    left = [piece.spans[-1].end for piece in before if piece.grounding != "ambiguous"][-1:]
    right = [piece.spans[0].start for piece in after if piece.grounding != "ambiguous"][:1]

    def distance(spans: tuple[Span, ...]) -> int:
        gaps = [spans[0].start - end for end in left] + [start - spans[-1].end for start in right]
        return min(gaps) if gaps and min(gaps) >= 0 else _REACH + 1

    nearest = min(location.alternatives, key=distance)
    return nearest if distance(nearest) <= _REACH else None


def _onwards(location: Location, after: Sequence[Place]) -> Sequence[tuple[Span, ...]]:
    """The free places of a location from the last item on, else its free places, else all."""
    taken = {place.spans for place in after}
    free = [spans for spans in location.alternatives if spans not in taken] or list(location.alternatives)
    onwards = [spans for spans in free if not after or spans[0].start >= after[-1].extent.start]
    return onwards or free
