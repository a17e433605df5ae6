"""What is looked for and what is found: folded quotations, their occurrences, and the edges of these."""

from __future__ import annotations

from dataclasses import dataclass

from framing.grounding.forms import BREAK, fold, lower
from framing.text import Span

__all__ = ["Hit", "Needle", "run_together", "same_hyphens", "with_edges"]

_LEADING = "'…-,;: "
_TRAILING = "'…-,;:. "


@dataclass(frozen=True, slots=True)
class Needle:
    """A folded quotation: its core, and the marks around it that an article may set differently."""

    quote: str
    core: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, quote: str) -> Needle:
        folded = fold(quote).text
        right = folded.rstrip(_TRAILING)
        core = right.lstrip(_LEADING)
        start = len(right) - len(core)
        if core[:1].isdigit() and folded[:start].endswith("-"):  # a minus belongs to its number
            core, start = "-" + core, start - 1
        return cls(quote, core, folded[:start].lstrip(), folded[len(right) :].rstrip())

    def with_core(self, core: str) -> Needle:
        return Needle(self.quote, core, self.prefix, self.suffix)

    def lowered(self) -> Needle:
        return self.with_core(lower(self.core))


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence. `rank` says how well its edges fit: 2 verbatim, 1 with its outer marks, 0 without them."""

    spans: tuple[Span, ...]
    rank: int = 0

    @property
    def start(self) -> int:
        return self.spans[0].start

    @property
    def end(self) -> int:
        return self.spans[-1].end

    def distance(self, near: Span | None) -> int:
        if near is None:
            return 0
        return max(0, near.start - self.end + 1, self.start - near.end + 1)


def with_edges(text: str, wide: Span, core: Span, quote: str) -> Span:
    """`core` with the marks around it that are the quotation's own: those of a neighbour may be folded in."""
    at = text.find(quote, wide.start, wide.end)
    if 0 <= at <= core.start and core.end <= at + len(quote):
        return Span(at, at + len(quote))
    left, right = text[wide.start : core.start].lstrip(), text[core.end : wide.end].rstrip()
    left, right = left.lstrip("”’»") or left, right.rstrip("“‘«") or right
    return Span(core.start - len(left), core.end + len(right))


def run_together(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans, those run together between which the article itself has but an ellipsis, a bracket or a space."""
    kept = [spans[0]]
    for span in spans[1:]:
        gap = text[kept[-1].end : span.start]
        if len(gap) < 12 and not gap.strip(" \xa0….,;:[]()\n"):
            kept[-1] = Span(kept[-1].start, span.end)
        else:
            kept.append(span)
    return tuple(kept)


def same_hyphens(there: str, core: str) -> bool:
    """Whether two stretches of equal letters have equal hyphens; a division at a line end counts as either."""
    at = 0
    for char in there:
        wanted = core[at : at + 1]
        if BREAK in (char, wanted) and (char in ("-", BREAK) or wanted in ("-", BREAK)):
            at += wanted in ("-", BREAK)
            if char in ("-", BREAK):
                continue
            wanted = core[at : at + 1]
        if char != wanted:
            return False
        at += 1
    return at == len(core)
