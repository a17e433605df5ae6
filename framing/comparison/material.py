"""What all tables are counted from: the runs, and which items of two runs are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from framing.comparison.alignment import Item, Matching, match_all
from framing.comparison.runs import Answers, Run
from framing.comparison.tables import Section

__all__ = ["Counts", "Material"]


_WITH_PASSAGES: tuple[Section, ...] = ("statements", "claims")


class Counts(NamedTuple):
    """How many items two runs share, and how many each of them has."""

    both: int
    a: int
    b: int

    @property
    def f1(self) -> float:
        """Dice's coefficient, which is the F1 of one against the other; 1 where neither has any."""
        return 2 * self.both / (self.a + self.b) if self.a + self.b else 1.0


@dataclass(frozen=True)
class Material:
    """`frames` are the codes to report on; `matchings` of statements and claims, by document."""

    answers: Answers
    frames: tuple[str, ...]
    matchings: Mapping[Section, Mapping[str, Matching]]

    @classmethod
    def of(cls, answers: Answers, frames: tuple[str, ...], *, overlap: float) -> Material:
        """Match every two runs of those sections that at least two instruments were asked for."""
        given = [a for run in answers.asked_for("frames") for a in run.analyses.values() if a is not None]
        used = {label.frame for analysis in given for label in analysis.frames}
        matchings = {
            section: {
                document: match_all(
                    [_items(run, document, section) for run in answers.asked_for(section)], threshold=overlap
                )
                for document in answers.documents
            }
            for section in _WITH_PASSAGES
            if len(_instruments(answers, section)) > 1
        }
        return cls(answers, (*frames, *sorted(used - set(frames))), matchings)

    def sections(self) -> tuple[Section, ...]:
        """The sections that at least two instruments were asked for."""
        listed: tuple[Section, ...] = (*_WITH_PASSAGES, "frames")
        return tuple(section for section in listed if len(self.instruments(section)) > 1)

    def instruments(self, section: Section) -> tuple[str, ...]:
        return _instruments(self.answers, section)

    def run_pairs(self, section: Section) -> Iterator[tuple[int, int]]:
        """Every two runs that were asked for the section, by their place in `answers.asked_for(section)`."""
        yield from combinations(range(len(self.answers.asked_for(section))), 2)

    def counts(self, section: Section, document: str, a: int, b: int) -> Counts:
        """What two runs share of one article; a run without an answer has no items."""
        if section == "frames":
            one, other = self.labels(document, a) or frozenset(), self.labels(document, b) or frozenset()
            return Counts(len(one & other), len(one), len(other))
        matching = self.matchings[section][document]
        sizes = len(matching.items[a] or ()), len(matching.items[b] or ())
        return Counts(len(matching.between(a, b)), *sizes)

    def labels(self, document: str, run: int) -> frozenset[str] | None:
        """The frames that a run gave an article; None where it gave no answer."""
        analysis = self.answers.asked_for("frames")[run].answer(document)
        return frozenset(label.frame for label in analysis.frames) if analysis else None


def _instruments(answers: Answers, section: Section) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run.instrument for run in answers.asked_for(section)))


def _items(run: Run, document: str, section: Section) -> tuple[Item, ...] | None:
    analysis = run.answer(document)
    if analysis is None:
        return None
    return analysis.statements if section == "statements" else analysis.claims
