"""`compare`: ask, then lay side by side. `compare_analyses`: lay side by side what is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from framing.analyzer import Value
from framing.codebooks import Codebook, load_codebook
from framing.comparison.asking import ask_all, instruments
from framing.comparison.runs import Answers, gather
from framing.comparison.tables import Comparison, Failure, Instrument
from framing.errors import UsageError
from framing.text import Document

if TYPE_CHECKING:
    from framing.annotations import Analysis
    from framing.backends import Extractor, ModelBackend
    from framing.prompts import Prompt

__all__ = ["compare", "compare_analyses"]


def compare(
    articles: Sequence[str | Document],
    *,
    prompts: Sequence[str | Prompt] = ("joint",),
    backends: Sequence[str | ModelBackend | Extractor] = ("rules",),
    codebook: str | Codebook | None = "policy-frames",
    repeat: int = 1,
    params: Mapping[str, Value] | None = None,
    concurrency: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Ask every prompt on every backend about every article, `repeat` times, and compare the answers.

    A prompt on a backend is an instrument; a backend that needs no prompt is one by itself. Articles given as
    plain text are called "article 1", "article 2" …. `params` override those of the prompts: with temperature 0,
    which the prompts that come with framing ask for, repeats differ by little but the server's own noise.
    `concurrency` articles are asked about at a time, in threads. `progress` is called with the numbers of articles
    done and to do.

    An article that fails is a row of `failures` and counts against agreement. Raises UsageError where there is
    less than two instruments or an id is used twice, and the BackendError of an instrument that never answered.
    """
    if repeat < 1:
        raise UsageError(f"repeat must be at least 1, not {repeat!r}")
    documents = _documents(articles)
    book = load_codebook(codebook) if isinstance(codebook, str) else codebook
    named = instruments(prompts, backends, codebook=book, params=params)
    answers, failures = ask_all(named, documents, repeat=repeat, concurrency=concurrency, progress=progress)
    return compare_analyses(answers, failures=failures, frames=book.codes if book else ())


def compare_analyses(
    analyses: Mapping[str, Iterable[Analysis]],
    *,
    failures: Sequence[Failure] = (),
    frames: Sequence[str] = (),
    overlap: float = 0.5,
    level: float = 0.95,
    resamples: int = 2_000,
    seed: int = 0,
) -> Comparison:
    """Compare analyses that are there already, by the name of the instrument that made them.

    Several analyses of one document by one instrument are repeats. A document that an instrument has no analysis
    of counts as failed, as does an analysis that holds nothing but the reason why there is no answer.
    `frames` are codes to report on even if no instrument gave them; `overlap` is the IoU from which two
    passages are the same item; intervals are of `level`, from `resamples` bootstrap draws of articles.

    Raises UsageError for fewer than two instruments, two texts under one id, or different codebooks.
    """
    from framing.comparison.material import Material
    from framing.comparison.rows import aligned_items, frame_rows
    from framing.comparison.statistics import Statistics
    from framing.comparison.voices import frame_voices

    given = {name: tuple(listed) for name, listed in analyses.items()}
    answers, failed = gather(given, failures)
    material = Material.of(answers, tuple(frames), overlap=overlap)
    tables = Statistics(material, resamples=resamples, level=level, seed=seed)
    return Comparison(
        documents=answers.documents,
        repeats=answers.repeats,
        codebook=answers.codebook,
        overlap=overlap,
        level=level,
        instruments=tuple(_instrument(name, given[name], answers, failed) for name in given),
        failures=failed,
        items=tuple(
            item
            for document in answers.documents
            for section, matchings in material.matchings.items()
            for item in aligned_items(answers.asked_for(section), document, section, matchings[document])
        ),
        frame_rows=tuple(row for document in answers.documents for row in frame_rows(answers, document)),
        agreement=tuple(tables.agreement()),
        contrasts=tuple(tables.contrasts()),
        frame_use=tuple(tables.frame_use()),
        noise=tuple(tables.noise()),
        tensions=tables.tensions(),
        frame_voices=frame_voices(
            answers, {a.document.id: a.document.outlet for listed in given.values() for a in listed}
        ),
    )


def _documents(articles: Sequence[str | Document]) -> tuple[Document, ...]:
    documents = tuple(
        Document(id=f"article {number}", text=article) if isinstance(article, str) else article
        for number, article in enumerate(articles, 1)
    )
    twice = [name for name, count in Counter(document.id for document in documents).items() if count > 1]
    if twice:
        raise UsageError(f"two articles have the id {twice[0]!r}: give each an id of its own")
    return documents


def _instrument(
    name: str, analyses: Sequence[Analysis], answers: Answers, failures: Sequence[Failure]
) -> Instrument:
    runs = answers.of(name)
    made = [analysis.provenance for analysis in analyses]
    usage = [provenance.usage for provenance in made]
    usable = [analysis for run in runs for analysis in run.analyses.values() if analysis is not None]
    models = dict.fromkeys(provenance.model for provenance in made if provenance.model)
    return Instrument(
        name=name,
        prompt=made[0].prompt if made else None,
        backend=made[0].backend if made else "",
        model=" + ".join(models) or None,
        sections=runs[0].sections,
        articles=len(answers.documents) * answers.repeats,
        failed=sum(failure.instrument == name for failure in failures),
        incomplete=sum(not analysis.complete for analysis in usable),
        statements=sum(len(analysis.statements) for analysis in usable),
        claims=sum(len(analysis.claims) for analysis in usable),
        frames=sum(len(analysis.frames) for analysis in usable),
        requests=sum(one.requests for one in usage),
        input_tokens=sum(one.input_tokens for one in usage),
        output_tokens=sum(one.output_tokens for one in usage),
        cached_tokens=sum(one.cached_tokens for one in usage),
    )
