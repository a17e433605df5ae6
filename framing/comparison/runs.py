"""What the instruments said, in order: who was asked what about which article, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from framing.annotations import Analysis
from framing.comparison.tables import Failure, Section
from framing.errors import UsageError
from framing.schemas import SECTIONS

__all__ = ["Answers", "Run", "gather", "sections_of"]

_COMPARED: tuple[Section, ...] = ("statements", "claims", "frames")


@dataclass(frozen=True, slots=True)
class Run:
    """One instrument in one repeat: its analysis of each document, None where it has none."""

    instrument: str
    repeat: int
    sections: tuple[Section, ...]
    analyses: Mapping[str, Analysis | None]

    def answer(self, document: str) -> Analysis | None:
        return self.analyses.get(document)


@dataclass(frozen=True, slots=True)
class Answers:
    """All runs, instrument by instrument and repeat by repeat, over the same documents."""

    instruments: tuple[str, ...]
    documents: tuple[str, ...]
    repeats: int
    codebook: str | None
    runs: tuple[Run, ...]

    def of(self, instrument: str) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.instrument == instrument)

    def asked_for(self, section: Section) -> tuple[Run, ...]:
        """The runs whose prompts ask for such items."""
        return tuple(run for run in self.runs if section in run.sections)


def sections_of(analysis: Analysis) -> tuple[Section, ...]:
    """What the prompts of an analysis ask for, by their task; a backend without prompts gives everything."""
    prompts = analysis.provenance.prompt
    asked = {section for ref in prompts.split(" + ") for section in _sections(ref)} if prompts else set(_COMPARED)
    if analysis.provenance.codebook is None:
        asked.discard("frames")
    return tuple(section for section in _COMPARED if section in asked)


def gather(
    analyses: Mapping[str, Iterable[Analysis]], failures: Sequence[Failure] = ()
) -> tuple[Answers, tuple[Failure, ...]]:
    """The runs that these analyses make up, and every failure among them.

    Several analyses of one document by one instrument are its repeats, in their order. Raises UsageError for
    fewer than two instruments, for two texts under one id, and for frames of different codebooks.
    """
    given = {name: tuple(listed) for name, listed in analyses.items()}
    _check(given)
    by_place = {
        (name, document, repeat): analysis
        for name, listed in given.items()
        for document, repeat, analysis in _placed(name, listed, failures)
    }
    found = [document for _, document, _ in by_place]
    documents = tuple(dict.fromkeys([*found, *(failure.document for failure in failures)]))
    if not documents:
        raise UsageError("there is nothing to compare: no article was analysed")
    repeats = 1 + max([repeat for _, _, repeat in by_place] + [failure.repeat for failure in failures])
    runs = tuple(
        Run(
            name,
            repeat,
            _common_sections(name, listed),
            {document: _usable(by_place.get((name, document, repeat))) for document in documents},
        )
        for name, listed in given.items()
        for repeat in range(repeats)
    )
    codebooks = [a.provenance.codebook for listed in given.values() for a in listed if a.provenance.codebook]
    answers = Answers(tuple(given), documents, repeats, codebooks[0] if codebooks else None, runs)
    return answers, tuple(_failures(answers, by_place, failures))


def _sections(ref: str) -> tuple[Section, ...]:
    task = ref.partition("/")[0]
    return tuple(section for section in _COMPARED if task not in SECTIONS or section in SECTIONS[task])


def _common_sections(name: str, listed: Sequence[Analysis]) -> tuple[Section, ...]:
    asked = {sections_of(analysis) for analysis in listed}
    if len(asked) > 1:
        raise UsageError(f"the analyses of {name!r} were made by prompts for different tasks")
    return asked.pop() if asked else _COMPARED


def _placed(
    name: str, listed: Sequence[Analysis], failures: Sequence[Failure]
) -> Iterable[tuple[str, int, Analysis]]:
    """Each analysis with the repeat it belongs to: the first that neither an analysis nor a failure has."""
    taken = {(failure.document, failure.repeat) for failure in failures if failure.instrument == name}
    for analysis in listed:
        repeat = 0
        while (analysis.document.id, repeat) in taken:
            repeat += 1
        taken.add((analysis.document.id, repeat))
        yield analysis.document.id, repeat, analysis


def _usable(analysis: Analysis | None) -> Analysis | None:
    return analysis if analysis is not None and analysis.answered else None


def _failures(
    answers: Answers, by_place: Mapping[tuple[str, str, int], Analysis], told: Sequence[Failure]
) -> Iterable[Failure]:
    reasons = {(failure.instrument, failure.document, failure.repeat): failure.reason for failure in told}
    for run in answers.runs:
        for document in answers.documents:
            if run.answer(document) is not None:
                continue
            place = (run.instrument, document, run.repeat)
            analysis = by_place.get(place)
            lost = [problem.reason for problem in analysis.problems if problem.loses] if analysis else []
            reason = reasons.get(place) or (lost[0] if lost else "there is no analysis of this article")
            yield Failure(run.instrument, document, run.repeat, reason)


def _check(given: Mapping[str, Sequence[Analysis]]) -> None:
    if len(given) < 2:
        raise UsageError(f"a comparison needs at least two instruments, not {len(given)}: name another prompt")
    texts: dict[str, str] = {}
    codebooks: dict[str, str] = {}
    for name, listed in given.items():
        for analysis in listed:
            document = analysis.document
            if texts.setdefault(document.id, document.sha256) != document.sha256:
                raise UsageError(f"two different texts have the id {document.id!r}: compare one at a time")
            if analysis.provenance.codebook and "frames" in sections_of(analysis):
                codebooks.setdefault(analysis.provenance.codebook, name)
    if len(codebooks) > 1:
        raise UsageError(
            f"frames of different codebooks cannot be compared ({', '.join(codebooks)}): "
            f"compare prompts with one codebook, or prompts that do not ask for frames"
        )
