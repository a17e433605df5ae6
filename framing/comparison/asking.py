"""Asking every instrument about every article: what fails is kept as a failure, what is paid for is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from framing.analyzer import Analyzer, Value
from framing.backends import Extractor, ModelBackend, Sampled, load_backend
from framing.comparison.tables import Failure
from framing.errors import AuthenticationError, BackendError, InputError, QuotaError, UsageError
from framing.text import Document

if TYPE_CHECKING:
    from framing.annotations import Analysis
    from framing.codebooks import Codebook
    from framing.prompts import Prompt

__all__ = ["ask_all", "instruments", "sampled"]


def instruments(
    prompts: Sequence[str | Prompt],
    backends: Sequence[str | ModelBackend | Extractor],
    *,
    codebook: Codebook | None,
    params: Mapping[str, Value] | None = None,
) -> dict[str, Analyzer]:
    """An Analyzer for each prompt on each backend, under a name that tells it from the others.

    Names are those of the prompts, of the backends, or of both, whichever is needed.
    """
    loaded = [load_backend(backend) if isinstance(backend, str) else backend for backend in backends]
    asked = [
        Analyzer(backend, prompt=prompt, codebook=codebook, params=params)
        for backend in loaded
        if isinstance(backend, ModelBackend)
        for prompt in prompts
    ]
    asked += [Analyzer(backend, codebook=codebook) for backend in loaded if isinstance(backend, Extractor)]
    several_backends = len({analyzer.backend.address for analyzer in asked if analyzer.prompts}) > 1
    named = {_name(analyzer, several_backends): analyzer for analyzer in asked}
    if len(named) < len(asked):
        raise UsageError("a prompt is given twice on the same backend: use `repeat` to ask it several times")
    if len(named) < 2:
        raise UsageError(
            f"there is nothing to compare {', '.join(named) or 'anything'!r} with: name two prompts, or two "
            "backends (a backend without a model, such as 'rules', takes no prompt)"
        )
    return named


def ask_all(
    named: Mapping[str, Analyzer],
    documents: Sequence[Document],
    *,
    repeat: int = 1,
    concurrency: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, list[Analysis]], list[Failure]]:
    """What each instrument answered, in order, and what it did not.

    An instrument without money or with a refused key is not asked again. Raises the first error of an
    instrument that answered nothing at all.
    """
    askings = [
        _Asking(name, sampled(analyzer, sample), sample)
        for name, analyzer in named.items()
        for sample in range(repeat)
    ]
    work = [(asking, document) for document in documents for asking in askings]
    answers: dict[str, list[Analysis]] = {name: [] for name in named}
    failures: list[Failure] = []
    for done, (name, outcome) in enumerate(_each(work, concurrency), 1):
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            answers[name].append(outcome)
        if progress:
            progress(done, len(work))
    for name, listed in answers.items():
        errors = [error for asking in askings if asking.instrument == name for error in asking.errors]
        if not listed and errors:
            raise errors[0]
    return answers, failures


@dataclass(slots=True)
class _Asking:
    """One instrument in one repeat, and what has gone wrong with it so far."""

    instrument: str
    analyzer: Analyzer
    repeat: int
    errors: list[BackendError] = field(default_factory=list)
    over: BackendError | None = None

    def ask(self, document: Document) -> tuple[str, Analysis | Failure]:
        if self.over is not None:
            return self.instrument, self._failure(document, self.over)
        try:
            return self.instrument, self.analyzer.analyze(document)
        except BackendError as error:
            self.errors.append(error)
            if isinstance(error, AuthenticationError | QuotaError):
                self.over = error
            return self.instrument, self._failure(document, error)
        except InputError as error:
            return self.instrument, self._failure(document, error)

    def _failure(self, document: Document, error: Exception) -> Failure:
        return Failure(self.instrument, document.id, self.repeat, str(error))


def _each(work: Iterable[tuple[_Asking, Document]], concurrency: int) -> Iterator[tuple[str, Analysis | Failure]]:
    if concurrency <= 1:
        yield from (asking.ask(document) for asking, document in work)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(concurrency) as pool:
        yield from pool.map(lambda one: one[0].ask(one[1]), work)


def sampled(analyzer: Analyzer, sample: int) -> Analyzer:
    """The same instrument for its `sample`-th repeat: replies on file are kept apart by that number."""
    if sample == 0 or not isinstance(analyzer.backend, Sampled):
        return analyzer
    return Analyzer(
        analyzer.backend.sampled(sample),
        prompt=analyzer.prompts,
        codebook=analyzer.codebook,
        params=analyzer.params,
        repairs=analyzer.repairs,
        max_chars=analyzer.max_chars,
    )


def _name(analyzer: Analyzer, with_backend: bool) -> str:
    prompts = " + ".join(prompt.ref for prompt in analyzer.prompts)
    if not prompts:
        return analyzer.backend.address
    return f"{prompts} on {analyzer.backend.address}" if with_backend else prompts
