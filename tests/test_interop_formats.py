"""Every format, on the labelled articles that ship: from the command line and back, and what loading them costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing.cli.main import cli
from framing.errors import UsageError
from framing.evaluation import GoldArticle, load_gold, write_gold
from framing.interop import FORMATS
from framing.interop.unmarking import in_text_order
from tests.shared import ROOT

ROUND = sorted(name for name, info in FORMATS.items() if info.reads_back)


def run(*args: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["data", *map(str, args)], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    write_gold(path, load_gold(ROOT / "datasets" / "newsroom" / "gold.jsonl")[:4])
    return path


def settled(article: GoldArticle) -> GoldArticle:
    coders = {name: in_text_order(found) for name, found in article.coders.items()}
    return article.model_copy(update={"gold": in_text_order(article.gold), "coders": coders})


def place(form: str, folder: Path) -> Path:
    return folder / ("p.qdpx" if form == "refi-qda" else "out")


@pytest.mark.parametrize("form", ROUND)
def test_labelled_articles_come_back_whole(form: str, gold: Path, tmp_path: Path) -> None:
    out = place(form, tmp_path)
    told = run("export", gold, "--to", form, "--out", out, "--report", tmp_path / "lost.jsonl")
    assert "4 articles, 12 codings" in told
    assert (tmp_path / "lost.jsonl").read_text(encoding="utf-8") == ""
    run("import", out, "--from", form, "--articles", gold, "--out", tmp_path / "back.jsonl")
    run("check", tmp_path / "back.jsonl")
    assert load_gold(tmp_path / "back.jsonl") == tuple(map(settled, load_gold(gold)))


@pytest.mark.parametrize("form", ROUND)
def test_a_blind_export_holds_no_label(form: str, gold: Path, tmp_path: Path) -> None:
    out = place(form, tmp_path)
    run("export", gold, "--to", form, "--out", out, "--blind", "--coder", "anna", "--codebook", "policy-frames")
    told = run("import", out, "--from", form, "--articles", gold, "--out", tmp_path / "back.jsonl")
    assert "0 speakers, 0 statements, 0 claims, 0 frames" in told
    assert all(set(article.coders) == {"A", "B", "anna"} for article in load_gold(tmp_path / "back.jsonl"))


def test_an_analysis_is_exported_to_be_corrected(gold: Path, tmp_path: Path) -> None:
    texts = [article.document.model_dump(mode="json") for article in load_gold(gold)]
    (tmp_path / "texts.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
    annotated = CliRunner().invoke(
        cli, ["annotate", str(tmp_path / "texts.jsonl"), "--out", str(tmp_path / "run"), "--backend", "rules"]
    )
    assert annotated.exit_code in (0, 5), annotated.output
    export = ("export", tmp_path / "texts.jsonl", "--to", "brat", "--out", tmp_path / "out")
    told = run(*export, "--analyses", tmp_path / "run", "--coder", "anna")
    assert "4 articles, 4 codings" in told
    assert " 0 statements" not in told


def test_a_coder_is_taken_for_gold(gold: Path, tmp_path: Path) -> None:
    run("export", gold, "--to", "csv", "--out", tmp_path / "out", "--coder", "B")
    back = ("--articles", gold, "--out", tmp_path / "back.jsonl", "--gold", "B")
    run("import", tmp_path / "out", "--from", "csv", *back)
    before, after = load_gold(gold), load_gold(tmp_path / "back.jsonl")
    assert [article.gold for article in after] == [in_text_order(article.coders["B"]) for article in before]


@pytest.mark.parametrize("form", ROUND)
def test_coders_of_every_format_can_be_called_otherwise(form: str, gold: Path, tmp_path: Path) -> None:
    out = place(form, tmp_path)
    run("export", gold, "--to", form, "--out", out, "--coder", "A", "--coder", "B")
    back = ("--from", form, "--articles", gold, "--out", tmp_path / "back.jsonl")
    told = run("import", out, *back, "--rename", "A=anna", "--rename", "B = Béla", "--gold", "anna")
    assert "by anna (4), Béla (4)" in told
    for before, after in zip(load_gold(gold), load_gold(tmp_path / "back.jsonl"), strict=True):
        assert after.gold == in_text_order(before.coders["A"])
        assert after.coders["Béla"] == in_text_order(before.coders["B"])


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (["C=ben"], "there is no coder 'C' to rename; the file has 'A'"),
        (["A"], "--rename 'A' is not OLD=NEW"),
        (["A="], "--rename 'A=' is not OLD=NEW"),
        (["A=anna", "A=ben"], "--rename calls 'A' both 'anna' and 'ben'"),
    ],
)
def test_a_name_that_cannot_be_followed_is_told_and_nothing_is_written(
    pairs: list[str], told: str, gold: Path, tmp_path: Path
) -> None:
    run("export", gold, "--to", "csv", "--out", tmp_path / "out", "--coder", "A")
    back = ("--from", "csv", "--articles", gold, "--out", tmp_path / "back.jsonl")
    with pytest.raises(UsageError, match=told):
        run("import", tmp_path / "out", *back, *(word for pair in pairs for word in ("--rename", pair)))
    assert not (tmp_path / "back.jsonl").exists()


def test_what_cannot_be_read_is_told_and_stays_in_the_file(gold: Path, tmp_path: Path) -> None:
    run("export", gold, "--to", "brat", "--out", tmp_path / "out", "--coder", "A")
    file = next((tmp_path / "out").rglob("*.ann"))
    file.write_text(file.read_text(encoding="utf-8").replace(" direct\n", " directly\n", 1), encoding="utf-8")
    back = ("--articles", gold, "--out", tmp_path / "back.jsonl")
    told = run("import", tmp_path / "out", "--from", "brat", *back, code=5)
    assert "A: Statement at" in told
    assert sum(len(article.coders["A"].problems) for article in load_gold(tmp_path / "back.jsonl")) == 1


def test_the_core_loads_no_library_of_a_format() -> None:
    code = (
        "import sys, framing.interop\n"
        "heavy = {'cassis', 'lxml', 'pandas', 'pyreadstat', 'numpy', 'scipy', 'yaml', 'openai', 'framing.backends'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
