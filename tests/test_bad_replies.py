"""What models get wrong, through the whole Analyzer: right items are kept, wrong ones named, none is guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from framing import Analyzer, Document
from framing.annotations import Analysis
from framing.backends.mock import Mock
from framing.prompts import load_prompt
from framing.text import Document as Article

ARTICLE = Document(
    id="bridge",
    text=(
        "The Mill Bridge is closed. “It is not safe,” said Ana Ortiz, the mayor. "
        "Repairs will cost $3 million, she said. The mill will lose its road."
    ),
)
"""An invented story; its people and places do not exist."""

GOOD: dict[str, Any] = {
    "speakers": ["1|Ana Ortiz|the mayor"],
    "statements": ["2||safe,”|1|direct", "3||million|1|indirect"],
    "claims": ["3||million|1|predictive!"],
    "frames": ["3|||economic"],
    "primary": "economic",
}


def analysed(codebook: str = "policy-frames", document: Article = ARTICLE, **changes: Any) -> Analysis:
    """An answer in rows with changes, given twice: the model does not see its mistake when it is told."""
    reply = json.dumps({**GOOD, **changes})
    return Analyzer(Mock([reply, reply]), prompt="joint/rows", codebook=codebook).analyze(document)


def test_a_list_that_nobody_asked_for_and_that_is_damaged_is_quoted_and_can_be_written_down() -> None:
    reply = json.dumps({**GOOD, "notes": [{"n": 1}]})[:-2] + ', {broken, {"n": 3}]}'
    found = Analyzer(Mock([reply, reply]), prompt="joint/rows").analyze(ARTICLE)
    (raw,) = [problem.raw for problem in found.problems if problem.item == "notes"]
    assert raw[0] == {"n": 1}
    assert Analysis.model_validate_json(found.model_dump_json()) == found


def told(analysis: Analysis, kind: str) -> str:
    """The reason of the only problem of this kind."""
    (problem,) = [problem for problem in analysis.problems if problem.kind == kind]
    return problem.reason


def test_the_good_answer_has_no_problem() -> None:
    analysis = analysed()
    assert analysis.problems == ()
    assert [s.text for s in analysis.statements] == ["“It is not safe,”", "Repairs will cost $3 million"]
    assert [c.text for c in analysis.claims] == ["Repairs will cost $3 million"]


@pytest.mark.parametrize("number", ["0", "99", "3-99", "99-100"])
def test_a_sentence_that_does_not_exist_holds_nothing(number: str) -> None:
    analysis = analysed(statements=[f"{number}|||1|direct", *GOOD["statements"]])
    assert len(analysis.statements) == 2
    problems = [p for p in analysis.problems if p.kind in ("not_found", "invalid_item")]
    assert len(problems) == 1
    assert not analysis.complete


@pytest.mark.parametrize("row", ["3-2|||1|direct", "2|said|not safe|1|direct"], ids=["sentences", "words"])
def test_reversed_anchors_are_not_turned_round(row: str) -> None:
    analysis = analysed(statements=[row, *GOOD["statements"]])
    assert len(analysis.statements) == 2
    assert not analysis.complete


@pytest.mark.parametrize("code", ["economics", "Economic", "economy", "frame_1", ""])
def test_a_code_that_is_not_in_the_codebook_is_no_label_however_near_it_comes(code: str) -> None:
    analysis = analysed(frames=[f"3|||{code}", "1|||quality_of_life"], primary="quality_of_life")
    assert [label.frame for label in analysis.frames] == ["quality_of_life"]
    assert repr(code) in told(analysis, "invalid_item")


def test_the_code_that_was_probably_meant_is_named() -> None:
    analysis = analysed(frames=["3|||economics", "1|||quality_of_life"], primary="quality_of_life")
    assert "'economic'" in told(analysis, "invalid_item")


def test_a_label_given_twice_is_one_label_with_both_passages() -> None:
    analysis = analysed(frames=["3|||economic", "4|||economic"])
    assert [label.frame for label in analysis.frames] == ["economic"]
    assert len(analysis.frames[0].evidence) == 2
    assert analysis.problems == ()


def test_a_label_given_twice_for_one_passage_is_reported_and_counted_once() -> None:
    analysis = analysed(frames=["3|||economic", "3|||economic"])
    assert [len(label.evidence) for label in analysis.frames] == [1]
    assert "the same as" in told(analysis, "duplicate")
    assert analysis.complete


def test_no_frame_where_the_codebook_demands_one_is_a_problem() -> None:
    analysis = analysed(frames=[], primary=None)
    assert analysis.frames == ()
    assert "does not allow" in told(analysis, "invalid_item")
    assert not analysis.complete


def test_no_frame_where_the_codebook_allows_it_is_an_answer() -> None:
    reply = json.dumps(
        {section: GOOD[section] for section in ("speakers", "statements", "claims")} | {"frames": []}
    )
    analysis = Analyzer(Mock([reply]), prompt="joint/rows", codebook="generic-frames").analyze(ARTICLE)
    assert analysis.problems == ()


def test_four_hundred_items_are_all_kept() -> None:
    words = [f"Report {number} counted {number} cracks." for number in range(1, 401)]
    document = Document(id="long", text=" ".join(words))
    rows = [f"{number}|||0|factual!" for number in range(1, 401)]
    analysis = analysed(document=document, speakers=[], statements=[], claims=rows, frames=["1|||economic"])
    assert [claim.text for claim in analysis.claims] == words


def test_four_hundred_times_the_same_item_is_one_item_and_399_problems() -> None:
    analysis = analysed(claims=GOOD["claims"] * 400)
    assert len(analysis.claims) == 1
    assert sum(problem.kind == "duplicate" for problem in analysis.problems) == 399


def test_an_article_in_another_language_than_that_of_the_prompt_is_reported_and_analysed(tmp_path: Path) -> None:
    source = load_prompt("joint/rows").path.read_text("utf-8").replace("language: en", "language: de", 1)
    path = tmp_path / "german.v1.md"
    path.write_text(source.replace("name: rows", "name: german", 1), "utf-8")
    document = ARTICLE.model_copy(update={"language": "en"})
    backend = Mock([json.dumps(GOOD)])
    analysis = Analyzer(backend, prompt=str(path)).analyze(document)
    assert "the prompt is for 'de'" in told(analysis, "language")
    assert len(analysis.statements) == 2
