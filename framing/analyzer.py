"""Prompts + codebook + backend → Analysis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from framing._version import __version__
from framing.annotations import Analysis, DocumentInfo, Findings, Problem, Provenance, TokenUsage
from framing.backends import Extractor, ModelBackend, load_backend
from framing.chunks import Chunk, split
from framing.codebooks import Codebook, load_codebook
from framing.errors import BackendError, InputError, UsageError
from framing.flow import Outcome, adrive, converse, drive
from framing.messages import Request, Usage
from framing.schemas import SECTIONS, Draft
from framing.text import Document

if TYPE_CHECKING:
    from framing.prompts import Prompt

__all__ = ["Analyzer", "Question", "aanalyze", "analyze"]

Value = str | int | float | bool | None
Result = Outcome | BackendError
"""What came of one question: an answer, or the reason why there is none."""

MAX_CHARS = 24_000
"""Characters of an article in one request, about 6,000 tokens of English."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request about one chunk of an article. `label` tells it from the other ones ("" if there are none)."""

    prompt: Prompt
    codebook: Codebook | None
    chunk: Chunk
    label: str
    request: Request

    def read(self, text: str) -> Draft:
        """The draft in the text of a reply."""
        return self.prompt.wire.read(text, task=self.prompt.task, codebook=self.codebook)


class Analyzer:
    """A prompt (or several that divide the tasks), a codebook and a backend, ready for any number of articles.

    prompt: a name, a path, a loaded Prompt, or several of these; a backend that needs no prompt ignores it.
    codebook: a name, a path, a loaded Codebook, or None for no frames. repairs: how often a faulty answer is
    asked for again. params override those of the prompt. max_chars: longer articles are asked about in chunks.
    """

    def __init__(
        self,
        backend: str | ModelBackend | Extractor,
        *,
        prompt: str | Prompt | Sequence[str | Prompt] = "joint",
        codebook: str | Codebook | None = "policy-frames",
        params: Mapping[str, Value] | None = None,
        repairs: int = 1,
        max_chars: int = MAX_CHARS,
    ) -> None:
        self.backend = load_backend(backend) if isinstance(backend, str) else backend
        self.codebook = load_codebook(codebook) if isinstance(codebook, str) else codebook
        self.prompts = () if isinstance(self.backend, Extractor) else _loaded(prompt)
        self.params = dict(params or {})
        self.repairs = repairs
        if max_chars < 1:
            raise UsageError(f"max_chars must be at least 1, not {max_chars!r}")
        self.max_chars = max_chars

    def with_backend(self, backend: ModelBackend | Extractor) -> Analyzer:
        """The same instrument, with another backend that answers."""
        other = copy(self)
        other.backend = backend
        return other

    def analyze(self, article: str | Document) -> Analysis:
        """Take one article apart.

        Raises InputError for an article without text, and BackendError where the backend answered nothing at
        all; where it answered some of several requests, the failed ones are problems of the analysis.
        """
        document = _document(article)
        if isinstance(self.backend, Extractor):
            return self._extracted(document, self.backend)
        questions = self.questions(document)
        return self.conclude(document, questions, [self._ask(question, self.backend) for question in questions])

    async def aanalyze(self, article: str | Document) -> Analysis:
        """`analyze`, asking all questions about the article at the same time."""
        document = _document(article)
        if isinstance(self.backend, Extractor):
            return self._extracted(document, self.backend)
        questions, backend = self.questions(document), self.backend
        results = await asyncio.gather(*(self._aask(question, backend) for question in questions))
        return self.conclude(document, questions, results)

    def questions(self, document: Document) -> tuple[Question, ...]:
        """Everything that would be asked about an article, without asking it."""
        chunks = split(document, max_chars=self.max_chars)
        asked = [(prompt, number, chunk) for prompt in self.prompts for number, chunk in enumerate(chunks, 1)]
        return tuple(
            self._question(document, prompt, chunk, self._label(prompt, number, len(chunks)))
            for prompt, number, chunk in asked
        )

    def conclude(
        self,
        document: Document,
        questions: Sequence[Question],
        results: Sequence[Result],
        *,
        keep_failed: bool = False,
    ) -> Analysis:
        """The analysis that `results`, one for each question, come to.

        Where all failed it raises the first error; with `keep_failed` it is an analysis of nothing but problems.
        """
        errors = [result for result in results if isinstance(result, BackendError)]
        if errors and len(errors) == len(results) and not keep_failed:
            raise errors[0]
        from framing.assembly import Part, assemble  # not before the first requests are on their way
        from framing.screening import screen

        answered = [(q, r) for q, r in zip(questions, results, strict=True) if isinstance(r, Outcome)]
        parts = [Part(outcome.draft, question.chunk, question.label) for question, outcome in answered]
        findings = assemble(document, parts, self.codebook, heard=self._heard(document))
        screened = screen(document, language=self.prompts[0].language if self.prompts else "en")
        problems = (*screened, *_unanswered(questions, results), *findings.problems)
        findings = findings.model_copy(update={"problems": problems})
        return _analysis(document, findings, self._provenance(questions, [outcome for _, outcome in answered]))

    def failed(self, document: Document, problem: Problem) -> Analysis:
        """The analysis of an article of which nothing is known but why: a row like any other, never a gap."""
        from framing.screening import screen

        findings = Findings(problems=(*screen(document), problem))
        return _analysis(document, findings, self._provenance((), ()))

    # --- Asking -----------------------------------------------------------------------------------

    def _question(self, document: Document, prompt: Prompt, chunk: Chunk, label: str) -> Question:
        from framing.prompts import Passage

        passage = Passage(document, span=chunk.own, context=chunk.context or None)
        codebook = self.codebook if prompt.needs_codebook else None
        request = prompt.request(passage, codebook=codebook)
        params = tuple(sorted({**dict(request.params), **self.params}.items()))
        return Question(prompt, codebook, chunk, label, replace(request, params=params))

    def _label(self, prompt: Prompt, chunk: int, chunks: int) -> str:
        names = [prompt.ref] if len(self.prompts) > 1 else []
        return ", ".join([*names, f"chunk {chunk} of {chunks}"] if chunks > 1 else names)

    def _ask(self, question: Question, backend: ModelBackend) -> Result:
        try:
            return drive(converse(question.request, question.read, repairs=self.repairs), backend)
        except BackendError as error:
            return error

    async def _aask(self, question: Question, backend: ModelBackend) -> Result:
        try:
            return await adrive(converse(question.request, question.read, repairs=self.repairs), backend)
        except BackendError as error:
            return error

    # --- Concluding -------------------------------------------------------------------------------

    def _heard(self, document: Document) -> Findings | None:
        """Who speaks where by the offline rules, when no prompt asks: no voice rests on a model's word alone."""
        if any("statements" in SECTIONS[prompt.task] for prompt in self.prompts):
            return None
        from framing.backends.rules import Rules

        return Rules().extract(document, None)

    def _extracted(self, document: Document, extractor: Extractor) -> Analysis:
        from framing.screening import screen

        findings = extractor.extract(document, self.codebook)
        findings = findings.model_copy(update={"problems": (*screen(document), *findings.problems)})
        return _analysis(document, findings, self._provenance((), ()))

    def _provenance(self, questions: Sequence[Question], outcomes: Sequence[Outcome]) -> Provenance:
        usage = reduce(add, (outcome.usage for outcome in outcomes), Usage())
        models = dict.fromkeys(reply.model for outcome in outcomes for reply in outcome.replies if reply.model)
        book = self.codebook
        return Provenance(
            framing_version=__version__,
            backend=self.backend.address,
            model=" + ".join(models) or None,
            prompt=" + ".join(prompt.ref for prompt in self.prompts) or None,
            prompt_fingerprint=" + ".join(prompt.fingerprint for prompt in self.prompts) or None,
            codebook=book.ref if book else None,
            codebook_fingerprint=book.fingerprint if book else None,
            params=dict(questions[0].request.params) if questions else {},
            chunks=len({question.chunk for question in questions}) or 1,
            usage=TokenUsage(
                requests=sum(len(outcome.replies) for outcome in outcomes),
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cached_tokens=usage.cached_tokens,
            ),
        )


def analyze(
    article: str | Document,
    *,
    backend: str | ModelBackend | Extractor = "rules",
    prompt: str | Prompt | Sequence[str | Prompt] = "joint",
    codebook: str | Codebook | None = "policy-frames",
    params: Mapping[str, Value] | None = None,
) -> Analysis:
    """Take one article apart. For many articles make one `Analyzer`; see there for the parameters and errors.

        analysis = framing.analyze(framing.read_document("story.txt"), backend="rules")
        for statement in analysis.statements:
            print(statement.speaker, statement.kind, statement.text)

    article: its text (not the name of a file: for that `framing.read_document`), or a Document. backend: "rules" works
    offline, "openai:MODEL" asks a server. Look at `analysis.complete` and `analysis.problems` before you count.
    """
    return Analyzer(backend, prompt=prompt, codebook=codebook, params=params).analyze(article)


async def aanalyze(
    article: str | Document,
    *,
    backend: str | ModelBackend | Extractor = "rules",
    prompt: str | Prompt | Sequence[str | Prompt] = "joint",
    codebook: str | Codebook | None = "policy-frames",
    params: Mapping[str, Value] | None = None,
) -> Analysis:
    """`analyze`, to be awaited."""
    return await Analyzer(backend, prompt=prompt, codebook=codebook, params=params).aanalyze(article)


def _loaded(prompt: str | Prompt | Sequence[str | Prompt]) -> tuple[Prompt, ...]:
    from framing.prompts import Prompt, load_prompt

    several = (prompt,) if isinstance(prompt, str | Prompt) else tuple(prompt)
    if not several:
        raise UsageError("no prompt is given: name at least one, such as 'joint'")
    return tuple(load_prompt(one) if isinstance(one, str) else one for one in several)


def _document(article: str | Document) -> Document:
    if not isinstance(article, str | Document):
        kind = type(article).__name__
        raise UsageError(
            f"an article is its text (str) or a Document, not {kind}: read_document(path) reads one from a file"
        )
    document = Document(id="article", text=article) if isinstance(article, str) else article
    if not document.text.strip():
        raise InputError(document.id, "has no text: there is nothing to analyse")
    return document


def _unanswered(questions: Sequence[Question], results: Sequence[Result]) -> Iterator[Problem]:
    """What the conversations say about themselves, under the label of their question."""
    for question, result in zip(questions, results, strict=True):
        if isinstance(result, BackendError):
            yield Problem(kind="backend", reason=str(result), item=question.label or None)
            continue
        for problem in result.problems:
            places = (question.label, problem.item)
            yield problem.model_copy(update={"item": ": ".join(place for place in places if place) or None})


def _analysis(document: Document, findings: Findings, provenance: Provenance) -> Analysis:
    """The findings as an Analysis whose every text was held against the article."""
    analysis = Analysis(
        document=DocumentInfo.of(document),
        speakers=findings.speakers,
        statements=findings.statements,
        claims=findings.claims,
        frames=findings.frames,
        problems=findings.problems,
        provenance=provenance,
    )
    analysis.verify(document)
    return analysis
