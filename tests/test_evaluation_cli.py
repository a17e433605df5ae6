"""The commands around hand-labelled data: eval, data, agree, sample, prevalence."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framing.annotations import Analysis, DocumentInfo, Findings, FrameLabel, Problem, Provenance
from framing.cli.main import cli
from framing.cli.tables import print_scores
from framing.errors import FramingError
from framing.evaluation.gold import GoldArticle, load_gold, write_gold
from framing.evaluation.runner import load_run
from framing.testing import FaultServer
from framing.text import Document
from tests.shared import ROOT

GOLD = ROOT / "datasets" / "newsroom" / "gold.jsonl"


def invoke(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def said(result: Result) -> str:
    """What an expected error says; its exit code is checked to be one of an error."""
    assert isinstance(result.exception, FramingError), result.output
    assert result.exception.exit_code >= 2
    return str(result.exception)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    result = invoke("eval", "run", "smoke", "--limit", "3", "--out", folder)
    assert result.exit_code == 0, result.output
    return folder


# --- eval ------------------------------------------------------------------------------------------------


def test_suites_are_listed_with_their_data() -> None:
    result = invoke("eval", "list")
    assert "polnear" in result.output
    assert "datasets:newsroom/gold.jsonl" in result.output


def test_a_run_keeps_its_outcomes_and_its_scores(stored: Path) -> None:
    assert len((stored / "outcomes.jsonl").read_text().splitlines()) == 3
    assert "statements/content/iou/all" in (stored / "scores.json").read_text()


def test_a_run_takes_parameters_pieces_and_a_server_and_keeps_them(tmp_path: Path) -> None:
    with FaultServer(lambda body: '{"speakers": [], "statements": []}') as server:
        result = invoke(
            *("eval", "run", "smoke", "--limit", "2", "--prompt", "statements", "--backend", "openai:any"),
            *(
                "--base-url",
                server.base_url,
                "--param",
                "seed=3",
                "--max-chars",
                "1000",
                "--out",
                tmp_path / "run",
            ),
        )
    assert "replies/answered" in result.output
    stored = load_run(tmp_path / "run")
    assert stored.suite.params == {"seed": 3}
    assert stored.suite.max_chars == 1000
    analyses = [outcome.analysis for outcome in stored.outcomes if outcome.analysis]
    assert [analysis.provenance.params["seed"] for analysis in analyses] == [3, 3]
    assert all(analysis.provenance.chunks > 1 for analysis in analyses)


def test_a_stored_run_is_scored_and_reported_without_a_model(stored: Path) -> None:
    score, report = invoke("eval", "score", stored), invoke("eval", "report", stored)
    assert "statements/content/iou/all" in score.output
    assert "3 articles of dev" in score.output
    assert report.output.startswith("# Everything at once")
    assert "| statements/content/iou/all |" in report.output


def test_a_report_has_joint_recall_times_and_what_the_articles_can_show(stored: Path) -> None:
    report = invoke("eval", "report", stored).output
    assert "| statements/joint recall/all |" in report
    assert "| seconds per article |" in report
    assert "| cost per article | 0.000 |" in report
    assert report.count("With these 3 articles, another prompt's") == 3
    assert "recall/economic" not in report
    assert "| frames/recall/economic |" in invoke("eval", "report", stored, "--all").output


def test_the_oracle_is_a_backend_and_finds_everything(tmp_path: Path) -> None:
    out = tmp_path / "oracle"
    invoke(
        "eval", "run", "smoke", "--limit", "3", "--backend", f"oracle:{GOLD}", "--prompt", "joint", "--out", out
    )
    (table,) = json.loads((out / "scores.json").read_text())["conditions"].values()
    for name in (
        "statements/content/exact/all",
        "claims/content/exact",
        "frames/micro F1",
        "evidence/content/exact",
    ):
        assert table[name]["value"] == 1.0, name


def test_a_final_run_scores_the_test_split_and_says_so(tmp_path: Path) -> None:
    result = invoke("eval", "run", "smoke", "--limit", "2", "--final", "--out", tmp_path / "final")
    assert "2 articles of test; FINAL: the test split was opened" in result.output
    assert "2 articles of test; FINAL" in invoke("eval", "score", tmp_path / "final").output
    test = {a.id for a in load_gold(GOLD, split="test")}
    assert {o["document"] for o in outcomes(tmp_path / "final")} < test


def outcomes(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "outcomes.jsonl").read_text().splitlines()]


def test_the_price_file_says_what_an_article_cost(tmp_path: Path, stored: Path) -> None:
    folder = tmp_path / "paid"
    shutil.copytree(stored, folder)
    lines = outcomes(folder)
    for line in lines:
        usage = {"requests": 1, "input_tokens": 1_000_000, "output_tokens": 0}
        line["analysis"]["provenance"] |= {"model": "invented-1", "usage": usage}
    (folder / "outcomes.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert "cost per article" not in invoke("eval", "score", folder).output
    prices = tmp_path / "prices.json"
    prices.write_text('{"per_million_tokens": {"invented-1": {"input": 0.5, "output": 2}}}')
    assert re.search(r"cost per article +0\.500", invoke("eval", "score", folder, "--prices", prices).output)


def test_a_backend_that_answers_nothing_is_an_error_and_no_low_score(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text(GOLD.read_text().splitlines()[-1] + "\n")
    backend = f"oracle:{tmp_path / 'gold.jsonl'}"
    result = invoke("eval", "run", "smoke", "--limit", "2", "--backend", backend, "--out", tmp_path / "run")
    assert result.exit_code == 4
    assert "answered nothing at all" in result.output
    assert result.output.count("failed, counts as wrong: ") == 2


def test_a_run_compared_with_itself_differs_in_nothing(stored: Path) -> None:
    rows = json.loads(invoke("eval", "compare", stored, stored, "--format", "json").output)
    assert {row["value"] for row in rows} == {0.0}
    assert {row["p"] for row in rows} == {1.0}


def test_runs_of_different_articles_are_not_compared(stored: Path, tmp_path: Path) -> None:
    invoke("eval", "run", "smoke", "--limit", "2", "--out", tmp_path / "other")
    assert "not of the same articles" in said(invoke("eval", "compare", stored, tmp_path / "other"))


def test_a_gate_that_fails_makes_exit_code_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = {"score": "replies/answered", "at_least": 2.0}
    suite = {
        "name": "strict",
        "title": "Too strict",
        "dataset": {"path": "datasets:newsroom/gold.jsonl"},
        "scorers": ["replies"],
        "gates": [gate],
    }
    (tmp_path / "strict").mkdir()
    (tmp_path / "strict" / "suite.yaml").write_text(json.dumps(suite))
    folders = {"eval": tmp_path, "datasets": ROOT / "datasets"}
    monkeypatch.setattr("framing.cli.eval.resource_dir", folders.__getitem__)
    result = invoke("eval", "run", "strict", "--limit", "1", "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "FAILS" in result.output


def test_a_suite_of_ones_own_is_a_folder(tmp_path: Path) -> None:
    write_gold(tmp_path / "gold.jsonl", load_gold(GOLD, limit=2))
    path = f"file:{tmp_path / 'gold.jsonl'}"
    split = load_gold(GOLD)[0].split
    suite = {"name": "mine", "title": "Mine", "dataset": {"path": path, "split": split}, "scorers": ["replies"]}
    (tmp_path / "suite.yaml").write_text(json.dumps(suite))
    run = tmp_path / "run"
    result = invoke("eval", "run", tmp_path, "--out", run)
    assert "Mine: 2 articles of" in result.output, result.output
    assert "Mine: 2 articles of" in invoke("eval", "score", run).output


def test_an_unknown_suite_and_missing_data_are_errors_and_no_failed_gates(tmp_path: Path) -> None:
    assert "unknown suite 'none'" in said(invoke("eval", "run", "none"))
    assert "there are no data" in said(invoke("eval", "run", "gvfc", "--shared", tmp_path))
    assert "not a stored run" in said(invoke("eval", "score", tmp_path))


# --- data ------------------------------------------------------------------------------------------------


def test_a_faultless_gold_file_is_told_so() -> None:
    result = invoke("data", "check", GOLD)
    assert result.exit_code == 0
    assert "36 articles, no fault" in result.output


def test_faults_are_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text("{}\n")
    assert "gold.jsonl:1: " in said(invoke("data", "check", tmp_path / "gold.jsonl"))


def test_statistics_tell_splits_and_agreement() -> None:
    result = invoke("data", "stats", GOLD, "--codebook", "policy-frames.v1")
    assert "dev 18, test 18" in result.output
    assert "sets: alpha (masi)" in result.output


def test_a_release_is_converted_into_a_gold_file(tmp_path: Path) -> None:
    (tmp_path / "frac.csv").write_text("sentence,label,id,type\nRents rise.,1,abc,comment\n")
    out = tmp_path / "frac.jsonl"
    assert invoke("data", "convert", "frac", tmp_path / "frac.csv", "--out", out).exit_code == 0
    assert load_gold(out)[0].frames() == {"economic"}
    assert "CC BY 4.0" in invoke("data", "convert").output
    assert "say where the release" in said(invoke("data", "convert", "frac"))


# --- agree, sample, prevalence ---------------------------------------------------------------------------


def test_agreement_is_told_with_intervals(tmp_path: Path) -> None:
    table = "unit,Ada,Bo\n" + "".join(f"u{n},{n % 2},{(n + (n == 3)) % 2}\n" for n in range(12))
    (tmp_path / "codings.csv").write_text(table)
    result = invoke("agree", tmp_path / "codings.csv")
    assert "12 units, 2 coders (Ada, Bo)" in result.output
    assert "Cohen's kappa" in result.output
    assert "Gwet's AC1" in result.output
    assert "alpha (ordinal)" in invoke("agree", tmp_path / "codings.csv", "--level", "ordinal").output


def corpus(tmp_path: Path, count: int = 40) -> Path:
    rows = [{"id": f"a{n}", "text": f"Story {n}.", "outlet": "Left" if n % 2 else "Right"} for n in range(count)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path / "corpus.jsonl"


def test_a_sample_keeps_the_probability_of_each_article(tmp_path: Path) -> None:
    out = tmp_path / "sample.jsonl"
    result = invoke("sample", corpus(tmp_path), "-n", "10", "--by", "outlet", "--out", out)
    assert "10 of 40 articles" in result.output
    drawn = load_gold(out)
    assert [article.inclusion_probability for article in drawn] == [0.25] * 10
    assert {article.document.outlet for article in drawn} == {"Left", "Right"}


def test_sets_of_labels_are_told_as_wholes_and_label_by_label(tmp_path: Path) -> None:
    lines = [{"unit": n, "cluster": n // 2, "Ada": ["x"] if n % 3 else [], "Bo": ["x"]} for n in range(1, 9)]
    (tmp_path / "sets.jsonl").write_text("\n".join(map(json.dumps, lines)))
    result = invoke("agree", tmp_path / "sets.jsonl")
    assert "8 units in 5 clusters, 2 coders" in result.output
    assert "alpha (masi)" in result.output
    assert "x: Gwet's AC1" in result.output


def test_a_stratified_sample_is_drawn_labelled_and_corrects_the_model_in_every_estimate(tmp_path: Path) -> None:
    out = tmp_path / "sample.jsonl"
    result = invoke(
        "sample", corpus(tmp_path), "-n", "15", "--by", "outlet", "--allocation", "equal", "--out", out
    )
    assert f"the design of the sample to {tmp_path / 'sample.design.json'}" in result.output
    analyses = [model_labels(n) for n in range(40)]
    (tmp_path / "labels.jsonl").write_text("\n".join(analysis.model_dump_json() for analysis in analyses))
    frames = {analysis.document.id: analysis.frames for analysis in analyses}
    hand = [a.model_copy(update={"gold": Findings(frames=frames[a.id])}) for a in load_gold(out)]
    write_gold(out, hand)
    (tmp_path / "run").mkdir()
    (tmp_path / "labels.jsonl").rename(tmp_path / "run" / "analyses.jsonl")
    arguments = ("prevalence", tmp_path / "run", out, "--format", "json")
    rows = json.loads(invoke(*arguments).output)["conflict"]
    assert rows[0]["ppi"]["value"] == pytest.approx(0.25, abs=0.1)
    (tmp_path / "sample.design.json").unlink()
    assert json.loads(invoke(*arguments).output)["conflict"][0]["ppi"] is None
    assert "needs two in each stratum" in invoke(*arguments[:3]).output


def test_articles_that_lost_something_are_counted_below_the_table(tmp_path: Path) -> None:
    labels, gold = labelled(tmp_path, probability=0.5)
    lost = Problem(kind="refusal", reason="would not", raw="")
    analyses = [model_labels(n).model_copy(update={"problems": (lost,) if n == 1 else ()}) for n in range(40)]
    labels.write_text("\n".join(analysis.model_dump_json() for analysis in analyses))
    assert "1 of 40 articles are incomplete" in invoke("prevalence", labels, gold).output


def test_a_folder_without_a_run_cannot_be_read(tmp_path: Path) -> None:
    _, gold = labelled(tmp_path, probability=0.5)
    assert "cannot be read" in said(invoke("prevalence", tmp_path, gold))


def test_a_sample_that_nobody_labelled_says_nothing_of_the_corpus(tmp_path: Path) -> None:
    labels, gold = labelled(tmp_path, probability=0.5)
    write_gold(gold, [a.model_copy(update={"gold": Findings()}) for a in load_gold(gold)])
    assert "label the sample by hand first" in said(invoke("prevalence", labels, gold))


def test_a_design_that_is_none_is_an_error(tmp_path: Path) -> None:
    labels, gold = labelled(tmp_path, probability=0.5)
    (tmp_path / "other.json").write_text("[]")
    assert "not the design" in said(invoke("prevalence", labels, gold, "--design", tmp_path / "other.json"))


def test_a_field_that_an_article_lacks_cannot_stratify(tmp_path: Path) -> None:
    out = tmp_path / "sample.jsonl"
    assert "'a0' has no 'desk'" in said(
        invoke("sample", corpus(tmp_path), "-n", "4", "--by", "desk", "--out", out)
    )


def story(n: int) -> Document:
    return Document(id=f"a{n}", text=f"Story {n}.", outlet="Left" if n % 2 else "Right")


def model_labels(n: int) -> Analysis:
    """A conflict in every fourth story."""
    frames = (FrameLabel(codebook="b.v1", frame="conflict"),) if n % 4 == 0 else ()
    provenance = Provenance(framing_version="0", backend="x")
    return Analysis(document=DocumentInfo.of(story(n)), frames=frames, provenance=provenance)


def labelled(tmp_path: Path, *, probability: float | None) -> tuple[Path, Path]:
    """Model labels of 40 articles, and hand labels of 20 of them that say the same."""
    labels, gold = [], []
    for n in range(40):
        document = story(n)
        analysis = model_labels(n)
        labels.append(analysis.model_dump_json())
        if n < 20:
            found = analysis.model_dump(include={"frames"})
            article = {
                "id": document.id,
                "document": document,
                "gold": found,
                "inclusion_probability": probability,
            }
            gold.append(GoldArticle.model_validate(article))
    (tmp_path / "labels.jsonl").write_text("\n".join(labels))
    write_gold(tmp_path / "gold.jsonl", gold)
    return tmp_path / "labels.jsonl", tmp_path / "gold.jsonl"


def test_prevalence_is_told_for_each_frame_and_group(tmp_path: Path) -> None:
    labels, gold = labelled(tmp_path, probability=0.5)
    rows = json.loads(invoke("prevalence", labels, gold, "--by", "outlet", "--format", "json").output)["conflict"]
    assert [(row["group"], row["naive"]) for row in rows] == [("", 0.25), ("Left", 0.0), ("Right", 0.5)]
    assert rows[0]["dsl"]["value"] == pytest.approx(0.25)
    assert "PPI++" in invoke("prevalence", labels, gold).output


def test_a_sample_of_convenience_is_refused(tmp_path: Path) -> None:
    assert "convenience" in said(invoke("prevalence", *labelled(tmp_path, probability=None)))


def test_labels_that_are_no_analyses_are_named_with_their_line(tmp_path: Path) -> None:
    _, gold = labelled(tmp_path, probability=0.5)
    (tmp_path / "bad.jsonl").write_text('\n{"a": 1}\n')
    assert "bad.jsonl:2: not an analysis" in said(invoke("prevalence", tmp_path / "bad.jsonl", gold))


ROWS = [("statements/content/characters/direct+mixed", "0.976", "", "15045"), ("frames/micro F1", "0.495", "", "63"),
        ("seconds per article", "0.4", "", "18")]  # fmt: skip


def test_a_terminal_of_80_columns_shows_every_name_whole_under_its_scorer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "80", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    print_scores(("score", "value", "humans", "n"), ROWS)
    lines = [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()]
    assert "content/characters/direct+mixed  0.976  15045" in lines
    assert [line for line in lines if line in ("statements", "frames", "seconds per article")] == [
        "statements",
        "frames",
    ]
    assert not any("humans" in line or "…" in line for line in lines)


def test_what_is_no_terminal_gets_one_table_of_whole_names(capsys: pytest.CaptureFixture[str]) -> None:
    print_scores(("score", "value", "humans", "n"), ROWS)
    printed = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in printed[1:]] == [row[0] for row in ROWS]
