"""Where a command cannot write it says so in a line, and before anything is paid for."""

from __future__ import annotations

from pathlib import Path

import pytest

import framing
from framing.errors import UsageError
from framing.text import Document
from tests.test_cli import STORY, command, invoke


@pytest.fixture
def taken(tmp_path: Path) -> Path:
    path = tmp_path / "taken"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("annotate", "{taken}.txt", "--backend", "rules", "--quiet", "--out", "{taken}"),
        ("analyze", "{taken}", "--backend", "rules", "--out", "{taken}/a.json"),
        ("codebooks", "guide", "policy-frames", "--out", "{taken}/guide.html"),
        ("batch", "export", "{taken}.txt", "--model", "any", "-o", "{taken}/requests.jsonl"),
    ],
)
def test_a_path_that_cannot_be_written_is_one_line(taken: Path, arguments: tuple[str, ...]) -> None:
    taken.with_suffix(".txt").write_text(STORY, encoding="utf-8")
    ended = command(*(argument.format(taken=taken) for argument in arguments))
    told = ended.stderr.decode()
    assert ended.returncode == 2
    assert told.startswith("framing: ")
    assert "a file stands where a folder is needed" in told or "cannot be the folder of a run" in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("name", ["folder.json", "taken/a.html"])
def test_nobody_is_asked_where_the_result_could_not_be_saved(taken: Path, name: str) -> None:
    (taken.parent / "folder.json").mkdir()
    asked = invoke(
        "analyze", str(taken), "--backend", "openai:any", "--api-key", "x", "--out", str(taken.parent / name)
    )
    assert isinstance(asked.exception, UsageError)
    assert "cannot be written" in str(asked.exception)


def test_a_page_of_a_comparison_is_refused_before_it_is_made(taken: Path) -> None:
    out = taken / "page.html"
    asked = invoke("compare", str(taken), "--backends", "openai:any", "--format", "html", "--out", str(out))
    assert isinstance(asked.exception, UsageError)
    assert "a file stands where a folder is needed" in str(asked.exception)


def test_a_run_from_python_refuses_a_file_as_its_folder(taken: Path) -> None:
    with pytest.raises(UsageError, match="cannot be the folder of a run"):
        framing.annotate([Document(id="a", text=STORY)], out=taken, analyzer=framing.Analyzer("rules"))


def test_a_run_says_what_it_left_out_and_why_articles_failed(tmp_path: Path) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    (inputs / "a.txt").write_text("", "utf-8")
    (inputs / "b.docx").write_bytes(b"PK")
    ended = invoke("annotate", str(inputs), "--backend", "rules", "--out", str(out))
    assert ended.exit_code == 5
    assert f"1 file is of a kind that is not read: {inputs / 'b.docx'}" in ended.stderr
    assert f"1 failed; to ask again add --retry-failed. Why: {out / 'problems.csv'}" in ended.stderr
    assert "1 article in" in ended.stderr
