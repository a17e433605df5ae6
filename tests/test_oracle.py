"""The model that knows: what it says comes back through every prompt with every item at its exact span."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from framing import Analyzer, Document, load_codebook
from framing.annotations import Analysis, Claim, Evidence, Findings, FrameLabel, Statement
from framing.backends import load_backend
from framing.errors import BadRequestError, UsageError
from framing.evaluation.gold import GoldArticle, load_gold, write_gold
from framing.evaluation.scorers import Scorer, make_scorer
from framing.evaluation.scores import point_scores
from framing.evaluation.suite import load_suite, suite_articles
from framing.messages import Message, Request
from framing.prompts import Prompt, list_prompts, load_prompt
from framing.schemas import SECTIONS
from framing.testing import Oracle
from framing.text import Span
from tests.invented import TEXT, analysis, framed, said, span
from tests.shared import ROOT, shared

FILE = Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl"
GOLD = load_gold(FILE)
PROMPTS = list_prompts()
Passages = Counter[tuple[Span, ...]]
_OTHERWISE = re.compile(r"per article|prevalence|Hamming loss|labels without|voice by rules")
"""Scores of which 1 is not the best value, and the one that is not the answer's."""


def passages(items: Sequence[Statement | Claim | Evidence]) -> Passages:
    return Counter(item.spans for item in items)


def evidence(found: Analysis | Findings) -> Counter[tuple[str, tuple[Span, ...]]]:
    return Counter((label.frame, passage.spans) for label in found.frames for passage in label.evidence)


@cache
def answers(ref: str) -> Mapping[str, Analysis]:
    """What comes of the oracle's answers to one prompt about every article of the newsroom."""
    prompt = load_prompt(ref)
    codebook = load_codebook("policy-frames" if prompt.wire.name != "questions" else "generic-frames")
    analyzer = Analyzer(Oracle(GOLD, codebook=codebook), prompt=prompt, codebook=codebook, repairs=0)
    return {article.id: analyzer.analyze(article.document) for article in GOLD}


def below_one(scorer: Scorer, articles: Sequence[GoldArticle], found: Mapping[str, Analysis]) -> dict[str, float]:
    """The scores that are not perfect, of those of which 1 is the best value."""
    scored = point_scores(scorer.tally(articles, found), scorer.measures())
    return {s.name: s.value for s in scored if s.value not in (None, 1.0) and not _OTHERWISE.search(s.name)}


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.ref)
def test_every_item_of_the_gold_comes_back_at_its_exact_span(prompt: Prompt) -> None:
    for article in GOLD:
        found, gold = answers(prompt.ref)[article.id], article.gold
        sections = SECTIONS[prompt.task]
        assert "not_found" not in {problem.kind for problem in found.problems}
        if "statements" in sections:
            assert passages(found.statements) == passages(gold.statements), article.id
        if "claims" in sections:
            assert passages(found.claims) == passages(gold.claims), article.id
        if "frames" in sections and prompt.wire.name != "questions":
            assert {f.frame: f.primary for f in found.frames} == {f.frame: f.primary for f in gold.frames}
            assert evidence(found) == evidence(gold), article.id


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.ref)
def test_every_score_is_1_for_every_prompt(prompt: Prompt) -> None:
    sections = SECTIONS[prompt.task]
    names = ["replies", *(name for name in ("statements", "claims") if name in sections)]
    if "frames" in sections and prompt.wire.name != "questions":
        names += ["frames", "primary", "evidence"]
    book = load_codebook("policy-frames")
    for name in names:
        scorer = make_scorer(name, codebook=book.ref, labels=book.codes)
        assert below_one(scorer, GOLD, answers(prompt.ref)) == {}, name


def test_voices_that_the_rules_heard_are_scored_apart_from_the_answer() -> None:
    scorer = make_scorer("claims")
    scored = {s.name: s for s in point_scores(scorer.tally(GOLD, answers("claims/rows.v1")), scorer.measures())}
    assert scored["stated voice"].value == 1.0
    assert scored["voice"].value is None
    assert scored["voice by rules"].n == scored["stated voice"].n


@pytest.mark.parametrize("wire", ["rows", "verbatim"])
@pytest.mark.parametrize("name", ["gvfc", "frac", "narrative-frames"])
def test_frames_of_the_samples_come_back_whole(name: str, wire: str) -> None:
    suite = load_suite(ROOT / "eval" / name)
    articles = suite_articles(suite, {"shared": shared("data").parent}, limit=50)
    book = load_codebook(suite.codebook or "")
    analyzer = Analyzer(Oracle(articles, codebook=book), prompt=f"frames/{wire}", codebook=book, repairs=0)
    found = {article.id: analyzer.analyze(article.document) for article in articles}
    for scorer in suite.scorers:
        assert below_one(make_scorer(scorer, codebook=book.ref, labels=book.codes), articles, found) == {}, scorer


@pytest.mark.parametrize("prompt", ["statements/rows", "statements/attributions"])
def test_of_real_attributions_only_what_no_answer_can_tell_is_lost(prompt: str) -> None:
    """PolNeAR marks contents that begin or end inside a word, and pronouns (“that”, “he”) that stand in many places."""
    articles = suite_articles(load_suite(ROOT / "eval" / "polnear"), {"shared": shared("data").parent}, limit=20)
    analyzer = Analyzer(Oracle(articles, codebook=None), prompt=prompt, codebook=None, repairs=0)
    found = {article.id: analyzer.analyze(article.document) for article in articles}
    scorer = make_scorer("statements")
    scored = {s.name: s.value or 0.0 for s in point_scores(scorer.tally(articles, found), scorer.measures())}
    assert scored["content/iou/all"] > 0.99
    assert scored["speaker/named"] > 0.995
    assert scored["joint recall/all"] > 0.97


def test_words_that_stand_twice_are_flagged_where_the_format_names_no_sentence() -> None:
    analyzer = Analyzer(Oracle(GOLD), prompt="claims/verbatim", repairs=0)
    twice = [a for a in GOLD for c in a.gold.claims if a.document.text.count(c.text) > 1]
    assert twice
    for article in twice:
        assert "ambiguous" in {problem.kind for problem in analyzer.analyze(article.document).problems}


def test_the_questions_of_a_codebook_come_back_as_its_frames() -> None:
    document = Document(id="invented", text=TEXT)
    labels = tuple(
        FrameLabel(
            codebook="generic-frames.v1",
            frame=code,
            evidence=(Evidence(spans=(span(TEXT[:29]),), text=TEXT[:29], voice="narrator"),),
        )
        for code in load_codebook("generic-frames").codes[:2]
    )
    gold = [GoldArticle(id="invented", document=document, gold=Findings(frames=labels))]
    oracle = Oracle(gold, codebook="generic-frames")
    found = Analyzer(oracle, prompt="frames/questions", codebook="generic-frames").analyze(document)
    assert {label.frame for label in found.frames} == {label.frame for label in labels}


@pytest.mark.parametrize("prompt", ["joint/rows", "joint/verbatim"])
def test_of_an_article_in_chunks_it_gives_what_each_chunk_holds(prompt: str) -> None:
    article = next(a for a in GOLD if a.id.endswith("climate-2-c"))
    whole = Analyzer(Oracle(GOLD), prompt=prompt, repairs=0).analyze(article.document)
    analyzer = Analyzer(Oracle(GOLD), prompt=prompt, repairs=0, max_chars=1_500)
    questions = analyzer.questions(article.document)
    found = analyzer.analyze(article.document)
    assert len(questions) > 2
    inside = [
        s
        for s in whole.statements
        if any(q.chunk.own.covers(Span(s.spans[0].start, s.spans[-1].end)) for q in questions)
    ]
    assert {s.spans for s in inside} <= {s.spans for s in found.statements}


def test_awaiting_gives_the_same_answer() -> None:
    analyzer = Analyzer(Oracle(GOLD), prompt="joint/rows")
    document = GOLD[0].document
    assert asyncio.run(analyzer.aanalyze(document)) == analyzer.analyze(document)


@pytest.mark.parametrize("prompt", ["joint/rows", "joint/verbatim"])
def test_an_article_without_gold_is_refused(prompt: str) -> None:
    with pytest.raises(BadRequestError, match="no article whose gold is known"):
        Analyzer(Oracle(GOLD), prompt=prompt).analyze(TEXT)


def test_a_question_that_no_prompt_asks_is_refused() -> None:
    with pytest.raises(BadRequestError, match="'chat'"):
        Oracle(GOLD).complete(Request((Message("user", "Hello"),), schema_name="chat"))


def test_a_gold_file_is_a_backend_by_its_address() -> None:
    backend = load_backend(f"oracle:{FILE}")
    assert backend.address == f"oracle:{FILE}"
    found = Analyzer(backend, prompt="joint/rows").analyze(GOLD[0].document)
    assert len(found.statements) == len(GOLD[0].gold.statements)


def test_a_gold_file_of_several_codebooks_is_refused(tmp_path: Path) -> None:
    frames = [framed("economic"), FrameLabel(codebook="generic-frames.v1", frame="conflict")]
    found = analysis("d", statements=[said("“It is safe,”")], frames=frames)
    gold = Findings(speakers=found.speakers, statements=found.statements, frames=found.frames)
    path = tmp_path / "gold.jsonl"
    write_gold(path, [GoldArticle(id="d", document=Document(id="d", text=TEXT), gold=gold)])
    with pytest.raises(UsageError, match="several codebooks"):
        load_backend(f"oracle:{path}")
