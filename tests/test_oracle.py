"""The model that knows: what it says comes back through every prompt with every item at its exact span."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from framing import Analyzer, Document, load_codebook
from framing.annotations import Analysis, Claim, Evidence, Findings, FrameLabel, Statement
from framing.backends import load_backend
from framing.errors import BadRequestError, UsageError
from framing.evaluation.gold import GoldArticle, load_gold, write_gold
from framing.evaluation.sources import same_name
from framing.messages import Message, Request
from framing.prompts import Prompt, list_prompts
from framing.schemas import SECTIONS
from framing.testing import Oracle
from framing.text import Span
from tests.invented import TEXT, analysis, framed, said, span

FILE = Path(__file__).parents[1] / "datasets" / "newsroom" / "gold.jsonl"
GOLD = load_gold(FILE)
PROMPTS = list_prompts()
Passages = Counter[tuple[Span, ...]]


def passages(items: Sequence[Statement | Claim | Evidence]) -> Passages:
    return Counter(item.spans for item in items)


def evidence(found: Analysis | Findings) -> Counter[tuple[str, tuple[Span, ...]]]:
    return Counter((label.frame, passage.spans) for label in found.frames for passage in label.evidence)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.ref)
def test_every_item_of_the_gold_comes_back_at_its_exact_span(prompt: Prompt) -> None:
    codebook = load_codebook("policy-frames" if prompt.wire.name != "questions" else "generic-frames")
    analyzer = Analyzer(Oracle(GOLD, codebook=codebook), prompt=prompt, codebook=codebook, repairs=0)
    for article in GOLD:
        found, gold = analyzer.analyze(article.document), article.gold
        sections = SECTIONS[prompt.task]
        assert "not_found" not in {problem.kind for problem in found.problems}
        if "statements" in sections:
            assert passages(found.statements) == passages(gold.statements), article.id
        if "claims" in sections:
            assert passages(found.claims) == passages(gold.claims), article.id
        if "frames" in sections and prompt.wire.name != "questions":
            assert {f.frame: f.primary for f in found.frames} == {f.frame: f.primary for f in gold.frames}
            assert evidence(found) == evidence(gold), article.id


@pytest.mark.parametrize("prompt", [p for p in PROMPTS if p.task == "joint"], ids=lambda prompt: prompt.ref)
def test_every_statement_comes_back_with_its_kind_and_nearly_all_with_their_speaker(prompt: Prompt) -> None:
    analyzer = Analyzer(Oracle(GOLD), prompt=prompt, repairs=0)
    same = total = 0
    for article in GOLD:
        found = analyzer.analyze(article.document)
        kinds = {statement.spans: statement.kind for statement in found.statements}
        assert kinds == {statement.spans: statement.kind for statement in article.gold.statements}
        speakers = {statement.spans: _name(found, statement) for statement in found.statements}
        total += len(speakers)
        for statement in article.gold.statements:
            name, wanted = speakers[statement.spans], _name(article.gold, statement)
            same += name == wanted or bool(name and wanted and same_name(name, wanted))
    # Who is who is resolved anew from the names, so that a surname shared by two people can be mistaken.
    assert same / total > 0.97


def _name(found: Analysis | Findings, statement: Statement) -> str | None:
    names = {speaker.id: speaker.name for speaker in found.speakers}
    return names[statement.speaker] if statement.speaker else None


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
