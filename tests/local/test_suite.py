"""The suite `local-smoke`: articles through prompts, a real model, repair, grounding and scores, both ways.

FRAMING_LOCAL_SMOKE=FOLDER keeps the run there, with its baseline.json and its table.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from framing import Analyzer
from framing.annotations import Analysis
from framing.backends import BackendOptions, Extractor, ModelBackend, load_backend
from framing.evaluation.gold import GoldArticle
from framing.evaluation.outcomes import Outcome, Task
from framing.evaluation.runner import MakeTask, SuiteRun, run_suite, save_run, scores_json
from framing.evaluation.suite import Suite, load_suite, suite_articles
from framing.evaluation.tables import markdown, score_rows
from framing.messages import Reply, Request
from framing.text import Document
from tests.shared import ROOT

pytestmark = pytest.mark.local

LOCAL, SERVED = "local:smollm2?context=2048", "openai:smollm2"
SUITE = load_suite(ROOT / "eval" / "local-smoke")
ARTICLES = len(SUITE.dataset.articles)


class Listening:
    """A backend that remembers what was asked of another one and what it said."""

    def __init__(self, backend: ModelBackend) -> None:
        self._backend = backend
        self.address = backend.address
        self.heard: list[tuple[Request, Reply]] = []

    def complete(self, request: Request) -> Reply:
        reply = self._backend.complete(request)
        self.heard.append((request, reply))
        return reply

    async def acomplete(self, request: Request) -> Reply:
        return await self._backend.acomplete(request)

    def close(self) -> None:
        self._backend.close()

    async def aclose(self) -> None:
        await self._backend.aclose()


@dataclass(frozen=True)
class Smoke:
    run: SuiteRun
    articles: tuple[GoldArticle, ...]
    listening: dict[str, Listening]

    def outcomes(self, backend: str) -> Iterator[Outcome]:
        return (outcome for outcome in self.run.outcomes if outcome.condition.backend == backend)

    def analyses(self, backend: str) -> list[Analysis]:
        return [outcome.analysis for outcome in self.outcomes(backend) if outcome.analysis is not None]


def analyzer(backend: ModelBackend | Extractor, prompt: str) -> Analyzer:
    assert SUITE.max_chars
    return Analyzer(
        backend,
        prompt=prompt.split(" + "),
        codebook=SUITE.codebook,
        params=SUITE.params,
        max_chars=SUITE.max_chars,
    )


@pytest.fixture(scope="session")
def smoke(local: ModelBackend, server_url: str) -> Smoke:
    """The suite, in this process and behind the server."""
    served = load_backend(SERVED, base_url=server_url, options=BackendOptions(structured="json_object_schema"))
    assert isinstance(served, ModelBackend)
    listening = {LOCAL: Listening(local), SERVED: Listening(served)}
    suite = SUITE.model_copy(update={"backends": (*SUITE.backends, SERVED)})
    articles = suite_articles(suite, {"datasets": ROOT / "datasets"})
    run = run_suite(suite, maker(listening), articles=articles, resamples=1000)
    if folder := os.environ.get("FRAMING_LOCAL_SMOKE"):
        _keep(run, Path(folder))
    return Smoke(run, articles, listening)


def maker(listening: dict[str, Listening]) -> MakeTask:
    def make(prompt: str | None, backend: str, repeat: int) -> Task:
        asked = analyzer(listening.get(backend) or load_backend(backend), prompt or "")

        def task(document: Document) -> Analysis:
            return asked.analyze(document)

        return task

    return make


def _keep(run: SuiteRun, folder: Path) -> None:
    save_run(run, folder)
    text = json.dumps(scores_json(run), indent=1, ensure_ascii=False) + "\n"
    (folder / "baseline.json").write_text(text, encoding="utf-8")
    columns = ("score", "value", "95 % interval", "n", "baselines", "humans")
    tables = (
        f"## {condition}\n\n{markdown(columns, score_rows(table))}" for condition, table in run.tables.items()
    )
    (folder / "table.md").write_text("\n".join(tables), encoding="utf-8")


def test_the_suite_names_the_backends_that_need_no_server() -> None:
    assert isinstance(SUITE, Suite)
    assert SUITE.backends == ("rules", LOCAL)


def test_every_article_is_answered_and_every_gate_holds(smoke: Smoke) -> None:
    assert [outcome.error for outcome in smoke.run.failures] == []
    assert smoke.run.exit_code == 0, smoke.run.gates


@pytest.mark.parametrize("backend", [LOCAL, SERVED])
def test_every_reply_is_valid_or_a_problem(smoke: Smoke, backend: str) -> None:
    listening, analyses = smoke.listening[backend], smoke.analyses(backend)
    assert len(analyses) == ARTICLES
    # A correction that is cut off may be worse than the answer before it, which is then the one that is kept.
    first = [reply for request, reply in listening.heard if len(request.messages) == 2]
    cut_off = [reply for reply in first if reply.finish == "length"]
    for _, reply in listening.heard:
        # The server's grammar lets line breaks into strings, which are read and noted; that of this process does not.
        assert reply.finish == "length" or isinstance(json.loads(reply.text, strict=backend == LOCAL), dict)
    kinds = [problem.kind for analysis in analyses for problem in analysis.problems]
    assert kinds.count("truncated") >= len(cut_off)
    assert "invalid_reply" not in kinds


@pytest.mark.parametrize("backend", [LOCAL, SERVED])
def test_every_text_of_the_result_stands_in_its_article(smoke: Smoke, backend: str) -> None:
    documents = {article.id: article.document for article in smoke.articles}
    for analysis in smoke.analyses(backend):
        analysis.verify(documents[analysis.document.id])


def test_every_request_leaves_the_model_its_room(smoke: Smoke) -> None:
    for request, reply in smoke.listening[LOCAL].heard:
        whole = reply.usage.input_tokens + reply.usage.output_tokens
        assert whole <= 2048
        if reply.finish == "length":
            assert whole == 2048 or reply.usage.output_tokens == dict(request.params)["max_tokens"]


def test_the_article_is_read_in_chunks_and_the_result_says_so(smoke: Smoke) -> None:
    for analysis in smoke.analyses(LOCAL):
        assert analysis.provenance.chunks > 1
        assert analysis.provenance.usage.requests >= 2 * analysis.provenance.chunks
        assert analysis.provenance.model is not None
        assert "sha256:" in analysis.provenance.model


@pytest.mark.parametrize("backend", [LOCAL, SERVED])
def test_the_same_requests_have_the_same_replies_again(smoke: Smoke, backend: str) -> None:
    listening = smoke.listening[backend]
    # The first ones again, after all others: whatever the model kept of those changes no word.
    for request, reply in tuple(listening.heard[:3]):
        assert listening.complete(request).text == reply.text
