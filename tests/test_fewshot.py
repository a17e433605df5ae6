"""Prompts whose examples are drawn from labelled articles: right, in their texts, never the article at hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing import Analyzer, Document
from framing.annotations import Analysis, Evidence, Findings, Statement
from framing.annotations import Claim as ClaimItem
from framing.cli.main import cli
from framing.codebooks import Codebook, load_codebook
from framing.errors import PromptError, UsageError
from framing.evaluation.gold import load_gold
from framing.prompts import Passage, Prompt, check_prompt, list_prompts, load_prompt, shots
from framing.schemas import SECTIONS, list_wire_formats, wire_format, write_reply
from framing.testing import Oracle
from framing.text import Span
from tests.shared import ROOT

GOLD = load_gold(ROOT / "datasets" / "newsroom" / "gold.jsonl")
ARTICLES = {article.id: article for article in GOLD}
POLICY = load_codebook("policy-frames")
FEWSHOT = [prompt for prompt in list_prompts() if prompt.source.front.shots]
OTHER = ARTICLES["newsroom/health-1-a"]
"""An article that no prompt shows."""
every_prompt = pytest.mark.parametrize("prompt", FEWSHOT, ids=lambda prompt: prompt.ref)


def system(prompt: Prompt, document: Document = OTHER.document) -> str:
    return prompt.render(Passage(document), codebook=POLICY)[0].content


def shown(prompt: Prompt) -> list[str]:
    return [example.document.id for example in prompt.examples]


def passages(items: tuple[Statement | ClaimItem | Evidence, ...]) -> Counter[tuple[Span, ...]]:
    return Counter(item.spans for item in items)


def evidence(found: Analysis | Findings) -> Counter[tuple[str, tuple[Span, ...]]]:
    return Counter((label.frame, passage.spans) for label in found.frames for passage in label.evidence)


# --- The prompts that are shipped ---------------------------------------------------------------------


def test_there_is_a_few_shot_prompt_for_statements_claims_and_frames() -> None:
    refs = {prompt.ref for prompt in FEWSHOT}
    assert refs == {
        "statements/fewshot.v1",
        "statements/fewshot-rows.v1",
        "frames/fewshot.v1",
        "claims/fewshot.v1",
    }


@every_prompt
def test_each_example_stands_before_the_article_with_its_reply(prompt: Prompt) -> None:
    assert len(prompt.examples) == 2
    content = system(prompt)
    for example in prompt.examples:
        gold = ARTICLES[example.document.id].gold
        reply = write_reply(prompt.wire.name, gold, task=prompt.task, document=example.document, codebook=POLICY)
        article = example.shown(numbered=prompt.wire.numbered).article
        assert f"{article}\nReply:\n{reply}" in content


def test_examples_of_a_numbered_format_have_numbered_sentences() -> None:
    assert "<article>\n1 Dana Oyelaran counted to twenty-one\n" in system(load_prompt("statements/fewshot-rows"))
    assert "<article>\nDana Oyelaran counted to twenty-one\n" in system(load_prompt("statements/fewshot"))


@every_prompt
def test_what_the_oracle_says_of_another_article_comes_back_item_by_item(prompt: Prompt) -> None:
    found = Analyzer(Oracle(GOLD), prompt=prompt, codebook=POLICY, repairs=0).analyze(OTHER.document)
    gold, sections = OTHER.gold, SECTIONS[prompt.task]
    assert found.complete
    if "statements" in sections:
        assert passages(found.statements) == passages(gold.statements)
    if "claims" in sections:
        assert passages(found.claims) == passages(gold.claims)
    if "frames" in sections:
        assert evidence(found) == evidence(gold)


@every_prompt
def test_only_articles_of_the_dev_split_are_shown(prompt: Prompt) -> None:
    assert {ARTICLES[name].split for name in shown(prompt)} == {"dev"}


def test_the_examples_for_statements_show_what_is_difficult() -> None:
    statements = [s for name in shown(load_prompt("statements/fewshot")) for s in ARTICLES[name].gold.statements]
    assert {statement.kind for statement in statements} == {"direct", "mixed", "indirect", "block"}
    assert any(len(statement.spans) > 1 for statement in statements)
    assert any(statement.within for statement in statements)


def test_the_examples_for_claims_show_every_kind_and_both_verdicts() -> None:
    claims = [c for name in shown(load_prompt("claims/fewshot")) for c in ARTICLES[name].gold.claims]
    assert {c.kind for c in claims} == {"factual", "causal", "predictive", "evaluative", "prescriptive"}
    assert {c.checkworthy for c in claims} == {True, False}
    assert len({c.voice == "narrator" for c in claims}) == 2


# --- Never the article at hand ------------------------------------------------------------------------


@every_prompt
def test_two_other_articles_share_everything_before_the_last_message(prompt: Prompt) -> None:
    assert system(prompt) == system(prompt, Document(id="x", text="A short one. It says little."))


@every_prompt
@pytest.mark.parametrize("number", [0, 1])
def test_an_example_is_never_shown_for_its_own_article(prompt: Prompt, number: int) -> None:
    own, other = prompt.examples[number], prompt.examples[1 - number]
    content = system(prompt, own.document)
    assert own.reply not in content
    assert own.document.text[:60] not in content
    assert other.reply in content


@every_prompt
def test_layout_and_name_do_not_hide_that_it_is_the_same_article(prompt: Prompt) -> None:
    own = prompt.examples[0]
    copy = Document(id="copy", text=own.document.text.replace("\n\n", "\r\n \r\n") + "\n")
    assert own.reply not in system(prompt, copy)


def test_examples_written_in_the_file_are_not_shown_for_their_own_article_either() -> None:
    prompt = load_prompt("statements/tiny")
    assert "Example 1" in system(prompt)
    assert "Example 1" not in system(prompt, prompt.examples[0].document)


def test_a_prompt_whose_every_example_is_left_out_can_still_be_asked(tmp_path: Path) -> None:
    prompt = load_prompt(written(tmp_path, articles="[newsroom/crime-1-a]"))
    assert "# Examples" in system(prompt)
    assert "# Examples" not in system(prompt, ARTICLES["newsroom/crime-1-a"].document)


@every_prompt
def test_a_suite_is_not_run_with_the_answers_in_the_prompt(prompt: Prompt, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli, ["eval", "run", "smoke", "--prompt", prompt.ref, "--out", str(tmp_path / "run")]
    )
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2
    assert all(repr(name) in str(result.exception) for name in shown(prompt))
    assert not (tmp_path / "run").exists()


def test_the_answers_are_looked_for_in_each_of_several_prompts(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        cli, ["eval", "run", "smoke", "--prompt", "frames/rows + claims/fewshot", "--out", str(tmp_path / "run")]
    )
    assert isinstance(result.exception, UsageError)
    assert "'claims/fewshot.v1' shows 'newsroom/immigration-1-a'" in str(result.exception)


def test_a_suite_without_the_examples_is_run(tmp_path: Path) -> None:
    first = [article.id for article in GOLD if article.split == "dev"][:3]
    assert not set(first) & set(shown(load_prompt("statements/fewshot")))
    args = ["eval", "run", "smoke", "--prompt", "statements/fewshot", "--limit", "3"]
    result = CliRunner().invoke(cli, [*args, "--out", str(tmp_path / "run")])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    assert (tmp_path / "run" / "outcomes.jsonl").exists()


# --- The codebook -------------------------------------------------------------------------------------


def test_examples_of_one_codebook_cannot_be_shown_for_another() -> None:
    prompt = load_prompt("frames/fewshot")
    with pytest.raises(UsageError, match=r"labelled by the codebook 'policy-frames\.v1'.*'gun-violence\.v1'"):
        prompt.request(Passage(OTHER.document), codebook=load_codebook("gun-violence"))


def test_a_codebook_of_the_same_name_with_other_rules_is_another() -> None:
    changed = Codebook.model_validate({**POLICY.model_dump(), "description": "Something else."})
    with pytest.raises(UsageError, match=changed.fingerprint):
        load_prompt("frames/fewshot").request(Passage(OTHER.document), codebook=changed)


# --- A prompt of one's own ----------------------------------------------------------------------------

FRONT = """---
name: mine
version: 1
task: {task}
schema: {schema}
inputs: [{inputs}]
description: A prompt for tests.
shots:
  dataset: {dataset}
  articles: {articles}
"""
BODY = """---
<!-- system -->
Say who says what.
{codes}{{% include "_partials/shots.md" %}}
<!-- user -->
{{{{ {article} }}}}
"""


def written(
    folder: Path,
    *,
    articles: str = "[newsroom/crime-1-a, newsroom/climate-1-a]",
    dataset: str = "newsroom",
    schema: str = "verbatim",
    task: str = "statements",
    codebook: str = "",
) -> Path:
    article = "sentences" if wire_format(schema).numbered else "article"
    frames = task in ("frames", "joint")
    inputs = ", ".join([article, "examples", *(["codebook"] if frames else [])])
    front = FRONT.format(task=task, schema=schema, inputs=inputs, dataset=dataset, articles=articles)
    codes = '{% include "_partials/codebook-short.md" %}\n' if frames else ""
    path = folder / "mine.v1.md"
    text = front + (f"  codebook: {codebook}\n" if codebook else "") + BODY.format(codes=codes, article=article)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("schema", "task"),
    [(name, task) for name in list_wire_formats() if name != "questions" for task in wire_format(name).tasks],
)
def test_every_article_of_the_dev_split_can_be_shown_in_every_format(
    tmp_path: Path, schema: str, task: str
) -> None:
    names = [article.id for article in GOLD if article.split == "dev"]
    codebook = "policy-frames" if task in ("frames", "joint") else ""
    path = written(tmp_path, articles=json.dumps(names), schema=schema, task=task, codebook=codebook)
    assert check_prompt(path) == ()


def fingerprint(folder: Path, articles: str) -> str:
    return load_prompt(written(folder, articles=articles)).fingerprint


def test_the_fingerprint_follows_the_choice_and_the_order_of_the_examples(tmp_path: Path) -> None:
    one, other = "newsroom/crime-1-a", "newsroom/health-1-b"
    chosen = [f"[{one}, {other}]", f"[{other}, {one}]", f"[{one}]", f"[{other}]"]
    assert len({fingerprint(tmp_path, articles) for articles in chosen}) == 4
    assert fingerprint(tmp_path, f"[{one}]") == fingerprint(tmp_path, f"\n    - {one}")


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The gold file of a data set of one article, in place of those that ship."""
    folder = tmp_path / "datasets"
    (folder / "own").mkdir(parents=True)
    path = folder / "own" / "gold.jsonl"
    path.write_text(_line("Ana Ortiz"), encoding="utf-8")

    def resource_dir(name: str) -> Path:
        assert name == "datasets"
        return folder

    monkeypatch.setattr(shots, "resource_dir", resource_dir)
    return path


def _line(speaker: str, text: str = "“It is safe,” said Ana Ortiz.", said: str = "“It is safe,”") -> str:
    statement = {"id": "Q1", "speaker": "S1", "kind": "direct", "spans": [{"start": 0, "end": 13}], "text": said}
    gold = {"speakers": [{"id": "S1", "name": speaker}], "statements": [statement]}
    return json.dumps({"id": "a", "document": {"id": "a", "text": text}, "split": "dev", "gold": gold}) + "\n"


def test_the_fingerprint_follows_the_labels_of_the_examples(tmp_path: Path, own_data: Path) -> None:
    path = written(tmp_path, dataset="own", articles="[a]")
    first = load_prompt(path).fingerprint
    own_data.write_text(_line("Ana Ortiz, the mayor"), encoding="utf-8")
    assert load_prompt(path).fingerprint != first


# --- Faults, each with its line -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "line", "reason"),
    [
        ({"dataset": "newsrom"}, 9, "unknown dataset 'newsrom': did you mean 'newsroom'?"),
        ({"dataset": "../newsroom"}, 9, "dataset"),
        ({"articles": "[newsroom/crime-1-z]"}, 10, "unknown article 'newsroom/crime-1-z': did you mean"),
        ({"articles": "[nothing]"}, 10, "unknown article 'nothing'; known: newsroom/immigration-1-a"),
        ({"articles": "\n    - newsroom/crime-1-a\n    - newsroom/crime-2-a"}, 12, "of the split 'test'"),
        ({"articles": "\n    - newsroom/crime-1-a\n    - newsroom/crime-1-a"}, 12, "is named twice"),
        ({"articles": "[]"}, 10, "articles"),
        ({"articles": "newsroom/crime-1-a"}, 10, "articles"),
        ({"codebook": "policy-frames"}, 11, "the task 'statements' shows no frames: leave the codebook out"),
        ({"task": "frames"}, 8, "the task 'frames' needs 'codebook'"),
        ({"task": "frames", "codebook": "policy-frame"}, 11, "unknown codebook 'policy-frame'"),
        (
            {"task": "frames", "codebook": "gun-violence"},
            10,
            "'newsroom/crime-1-a' is labelled by policy-frames.v1, not by gun-violence.v1",
        ),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, changes: dict[str, str], line: int, reason: str) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(PromptError) as caught:
        load_prompt(path)
    faults = caught.value.faults
    assert any(fault.line == line and reason in fault.reason for fault in faults), list(map(str, faults))
    assert f"{path}:{line}: " in str(caught.value)


def test_every_article_that_cannot_be_shown_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, articles="[newsroom/crime-2-a, newsroom/health-2-a]")
    assert [fault.line for fault in check_prompt(path)] == [10, 10]


def test_an_unknown_key_of_the_shots_lists_the_known_ones(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace("  dataset:", "  dataste: x\n  dataset:"))
    fault = check_prompt(path)[0]
    assert (fault.line, fault.reason) == (9, "unknown key 'dataste': did you mean 'dataset'?")


def test_shots_that_the_body_does_not_show_are_a_fault(tmp_path: Path) -> None:
    path = written(tmp_path)
    text = path.read_text().replace('{% include "_partials/shots.md" %}', "").replace(", examples]", "]")
    path.write_text(text)
    reasons = [(fault.line, fault.reason) for fault in check_prompt(path)]
    assert reasons == [(8, "shots are given, but 'examples' is not listed under inputs")]


def test_answers_to_questions_cannot_be_drawn_from_labels_of_frames(tmp_path: Path) -> None:
    path = written(tmp_path, schema="questions", task="frames", codebook="policy-frames")
    assert "cannot be written" in check_prompt(path)[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json\n", "gold.jsonl:1: not JSON"),
        ('{"id": "a", "split": "dev"}\n', "gold.jsonl:1: document: Field required"),
        (_line("Ana Ortiz").replace('"direct"', '"shouted"'), "gold.jsonl:1: gold.statements.0.kind"),
    ],
)
def test_labelled_data_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, own_data: Path, line: str, reason: str
) -> None:
    own_data.write_text(line, encoding="utf-8")
    fault = check_prompt(written(tmp_path, dataset="own", articles="[a]"))[0]
    assert fault.line == 10
    assert reason in fault.reason


# --- What the command line says of them ---------------------------------------------------------------


def test_a_prompt_is_shown_with_what_its_examples_hold() -> None:
    result = CliRunner().invoke(cli, ["prompts", "show", "statements/fewshot"])
    assert "- newsroom/gun_policy-1-c" in result.output
    assert "example 1: newsroom/gun_policy-1-c (Dana Oyelaran counted to twenty-one)" in result.output
    assert "statements: 5 mixed, 3 direct, 2 indirect, 1 block" in result.output


def test_few_shot_prompts_are_listed() -> None:
    result = CliRunner().invoke(cli, ["prompts", "list"])
    assert all(prompt.ref in result.output for prompt in FEWSHOT)
