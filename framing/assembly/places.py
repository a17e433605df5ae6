"""Where the items of drafts stand in the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from framing.annotations import Grounding, Problem, ProblemKind
from framing.chunks import Chunk
from framing.grounding import Grounder, Location, NotFound
from framing.schemas import Anchor, Draft, Locator
from framing.text import Document, Span, covering

__all__ = ["Locations", "Part", "Place"]

_LEAST_CERTAIN_FIRST: tuple[Grounding, ...] = ("ambiguous", "elided", "case", "typography", "exact")


@dataclass(frozen=True, slots=True)
class Part:
    """One draft, the chunk its model was shown, and a word for it in problems ("" for the only one)."""

    draft: Draft
    chunk: Chunk
    label: str = ""

    def item(self, name: str) -> str:
        return f"{self.label}: {name}" if self.label else name


@dataclass(frozen=True, slots=True)
class Place:
    """Spans in text order and the least certain way in which one of them was found."""

    spans: tuple[Span, ...]
    grounding: Grounding

    @property
    def extent(self) -> Span:
        return covering(self.spans)


@dataclass(slots=True)
class Locations:
    """Locates passages of one document, writing down a problem for each that is not found."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    _grounder: Grounder = field(init=False)

    def __post_init__(self) -> None:
        self._grounder = Grounder(self.document.text)

    def place(self, where: Sequence[Locator], part: Part, *, item: str, raw: Any) -> Place | None:
        """The place of an item of one or more pieces; None when any is not found: half a quotation is none."""
        found: list[Location] = []
        for locator in where:
            outcome = self._locate(locator, part)
            if isinstance(outcome, NotFound):
                self.report(
                    "not_found", outcome.reason, item=part.item(item), raw=raw, suggestion=outcome.suggestion
                )
                return None
            found.append(outcome)
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

    def _sentence(self, number: int | None) -> Span | None:
        sentences = self.document.sentences
        return sentences[number - 1] if number is not None and 1 <= number <= len(sentences) else None

    def _report_ambiguous(self, location: Location, *, item: str, raw: Any) -> None:
        places = ", ".join(f"{spans[0].start}–{spans[-1].end}" for spans in location.alternatives)
        reason = f"stands in {len(location.alternatives)} places ({places}): the first is given"
        self.report("ambiguous", reason, item=item, raw=raw)
