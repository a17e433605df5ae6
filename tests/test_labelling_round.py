"""docs/labelling.md, command by command, with two programs for coders."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from framing.cli.main import cli
from framing.codebooks import load_codebook
from framing.evaluation.gold import GoldArticle, load_gold
from framing.interop import CodedArticle, Scheme, export
from framing.interop.unmarking import in_text_order
from tests.shared import ROOT

NEWSROOM = {article.id: article for article in load_gold(ROOT / "datasets" / "newsroom" / "gold.jsonl")}
GUIDE = (ROOT / "docs" / "labelling.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    framing (.+)$", GUIDE, re.MULTILINE)
SUITE = re.findall(r"```yaml\n(.+?)```", GUIDE, re.DOTALL)[0]
PASSES = {"anna": "A", "ben": "B"}
SCHEME = Scheme(codebooks=(load_codebook("policy-frames"),))


def run(command: str) -> Result:
    return CliRunner().invoke(cli, command.split())


def label(coder: str) -> None:
    """What the coder's program hands back: the blind project, filled in with one pass of the labelled articles."""
    asked = load_gold("sample.jsonl")
    coded = [CodedArticle(a.document, {coder: NEWSROOM[a.id].coders[PASSES[coder]]}) for a in asked]
    export(coded, Path(f"from-{coder}"), SCHEME, form="inception")


def decide(table: Path) -> None:
    """Anna is right where she has something, else Ben, but for the first claim that one of them has alone."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["decision"] = "anna" if row["CODER: anna"] else "ben"
    next(row for row in rows if row["kind"] == "claim" and row["differs"] == "presence")["decision"] = "none"
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")  # as a spreadsheet may save it
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Result]]:
    """The folder of the round, and what every command of the guide said."""
    pytest.importorskip("cassis", reason="INCEpTION's format needs framing-toolkit[interop]")
    folder = tmp_path_factory.mktemp("round")
    results: dict[str, Result] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        rows = (article.document.model_dump_json() + "\n" for article in NEWSROOM.values())
        Path("corpus.jsonl").write_text("".join(rows), encoding="utf-8")
        Path("mine").mkdir()
        Path("mine/suite.yaml").write_text(SUITE, encoding="utf-8")
        for command in COMMANDS:
            if command.startswith("data import from-anna"):
                label("anna")
                label("ben")
            if command.startswith("data adjudicate"):
                results["too early"] = run(command.replace("gold.jsonl", "part.jsonl"))
                decide(Path("open.csv"))
            results[command] = run(command)
            assert results[command].exit_code == 0, (command, results[command].output, results[command].exception)
    return folder, results


def gold(played: tuple[Path, dict[str, Result]], name: str = "gold.jsonl") -> tuple[GoldArticle, ...]:
    return load_gold(played[0] / name)


def test_the_guide_has_every_step_of_the_round() -> None:
    steps = (
        "codebooks guide",
        "sample",
        "data export",
        "data import",
        "agree",
        "data adjudicate",
        "data check",
        "eval run",
    )
    assert [step for step in steps if any(command.startswith(step) for command in COMMANDS)] == list(steps)


def test_a_coder_is_given_no_label_and_nothing_of_the_other_coder(played: tuple[Path, dict[str, Result]]) -> None:
    for coder, other in (("anna", "ben"), ("ben", "anna")):
        files = [path for path in (played[0] / f"for-{coder}").rglob("*") if path.is_file()]
        assert any(coder in str(path) for path in files)
        assert not any(other in str(path.relative_to(played[0])) for path in files)
    folder = played[0]
    imported = run(
        f"data import {folder}/for-anna --from inception --articles {folder}/sample.jsonl --out {folder}/blind.jsonl"
    )
    assert "0 statements, 0 claims, 0 frames" in imported.output


def test_every_coder_is_kept_apart_and_whole(played: tuple[Path, dict[str, Result]]) -> None:
    for article in gold(played, "coded.jsonl"):
        assert set(article.coders) == {"anna", "ben"}
        for coder, found in article.coders.items():
            labelled = NEWSROOM[article.id].coders[PASSES[coder]]
            assert {s.spans: s.kind for s in found.statements} == {s.spans: s.kind for s in labelled.statements}
            assert {f.frame for f in found.frames} == {f.frame for f in labelled.frames}


def test_agreement_is_told_with_intervals_and_every_disagreement_is_listed(
    played: tuple[Path, dict[str, Result]],
) -> None:
    told = next(result.output for command, result in played[1].items() if command.startswith("agree"))
    assert "6 articles of 6, coded by anna, ben" in told
    assert "statements: found by both, F1" in told
    assert "policy-frames.v1: sets of frames, alpha (masi)" in told
    with (played[0] / "open.csv").open(encoding="utf-8-sig", newline="") as file:
        count = len(list(csv.reader(file, delimiter=";"))) - 1
    assert f"\n{count} disagreements\n" in told


def test_what_nobody_has_decided_is_left_out_and_told(played: tuple[Path, dict[str, Result]]) -> None:
    early = played[1]["too early"]
    assert early.exit_code == 5
    assert "0 decided" in early.output
    part, whole = gold(played, "part.jsonl"), gold(played)
    assert sum(len(a.gold.claims) for a in part) < sum(len(a.gold.claims) for a in whole)
    undecided = [problem for a in part for problem in a.gold.problems]
    assert f"{len(undecided)} undecided" in early.output
    assert all(set(problem.raw) == {"anna", "ben"} for problem in undecided)


def test_the_gold_has_what_was_agreed_on_and_what_was_decided(played: tuple[Path, dict[str, Result]]) -> None:
    claims = sum(len(article.gold.claims) for article in gold(played))
    for article in gold(played):
        one, other = (NEWSROOM[article.id].coders[name] for name in "AB")
        spans = {s.spans for s in article.gold.statements}
        assert {s.spans for s in one.statements} <= spans
        assert spans <= {s.spans for s in (*one.statements, *other.statements)}
        assert article.gold.problems == ()
        assert set(article.coders) == {"anna", "ben"}
        assert article.inclusion_probability == pytest.approx(6 / 36)
        assert sum(frame.primary for frame in article.gold.frames) == 1
    assert claims >= sum(len(NEWSROOM[a.id].coders["A"].claims) for a in gold(played)) - 1


def test_what_is_agreed_on_can_be_completed_in_the_program(
    played: tuple[Path, dict[str, Result]], tmp_path: Path
) -> None:
    part, out, back = played[0] / "part.jsonl", tmp_path / "open", tmp_path / "gold.jsonl"
    exported = run(f"data export {part} --to brat --coder gold --out {out} --codebook policy-frames")
    undecided = sum(len(article.gold.problems) for article in gold(played, "part.jsonl"))
    assert f"{undecided} things that this format cannot hold" in exported.output
    imported = run(f"data import {out} --from brat --articles {part} --codebook policy-frames --out {back}")
    assert imported.exit_code == 0, imported.output
    for before, after in zip(gold(played, "part.jsonl"), load_gold(back), strict=True):
        assert after.gold == in_text_order(before.gold).model_copy(update={"problems": ()})
        assert after.coders == before.coders


def test_the_gold_scores_a_suite_of_ones_own(played: tuple[Path, dict[str, Result]]) -> None:
    told = played[1]["eval run mine"].output
    assert "What two coders found in six articles: 6 articles of dev" in told
    scores = json.loads((played[0] / "out" / "eval" / "mine" / "scores.json").read_text(encoding="utf-8"))
    (table,) = scores["conditions"].values()
    assert table["statements/content/iou/all"]["ceiling"] > 0.9
